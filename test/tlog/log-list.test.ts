import { describe, expect, test } from 'vitest'
import { seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, formatVKey } from '../../keys/vkey.ts'
import { isLogList, parseLogList } from '../../src/tlog/log-list.ts'

const key = (name: string, type?: number) =>
  formatVKey(seedSigner(name, new Uint8Array(32).fill(7), type).vkey)
const one = `vkey ${key('a.example/log')}\nqpd 24\ncontact a@a.example\n`

describe('a list of logs', () => {
  test('has comments, blanks, and origins that differ from the key', () => {
    const text = `# hello\n\n logs/v0\t\n${one}\n# b\nvkey ${key('b.example')}\norigin b.example/old\nqpd 2147483647\ncontact B, b@b.example\n`
    expect(parseLogList(text)).toMatchObject([
      { origin: 'a.example/log', qpd: 24, contact: 'a@a.example' },
      { origin: 'b.example/old', qpd: 2 ** 31 - 1, contact: 'B, b@b.example' },
    ])
    expect(isLogList(text)).toBe(true)
    expect(isLogList('quorum none\n')).toBe(false)
    expect(parseLogList('logs/v0\n')).toEqual([])
  })

  test.each([
    ['no header', one],
    ['another version', `logs/v1\n${one}`],
    ['an origin twice', `logs/v0\n${one}${one}`],
    ['two keys', `logs/v0\nvkey ${key('b.example')}\n${one}`],
    ['another order', `logs/v0\nqpd 24\nvkey ${key('a.example')}\ncontact a\n`],
    ['no contact', `logs/v0\nvkey ${key('a.example')}\nqpd 1\n`],
    ['an empty contact', `logs/v0\nvkey ${key('a.example')}\nqpd 1\ncontact\n`],
    ['no requests', `logs/v0\n${one.replace('24', '0')}`],
    ['too many requests', `logs/v0\n${one.replace('24', '2147483648')}`],
    ['a number spelt otherwise', `logs/v0\n${one.replace('24', '024')}`],
    ["a witness's key", `logs/v0\nvkey ${key('a.example', COSIGNATURE)}\nqpd 1\ncontact a\n`],
    ['a word nobody knows', `logs/v0\n${one}note x\n`],
  ])('is refused with %s', (_what, text) => {
    expect(() => parseLogList(text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_LOG_LIST' }),
    )
  })
})
