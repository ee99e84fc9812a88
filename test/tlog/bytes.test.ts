import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { concat, equal, fromUtf8, hash, parseDecimal, utf8 } from '../../src/tlog/bytes.ts'

describe('decimals', () => {
  test.prop([fc.maxSafeNat()])('are read back as they were written', (n) => {
    expect(parseDecimal(String(n))).toBe(n)
  })

  test.prop([fc.string()])('have one spelling', (text) => {
    const n = parseDecimal(text)
    if (n !== null) expect(String(n)).toBe(text)
  })

  test.each(['', '01', '+1', '-0', '1.0', '1e3', ' 1', '1\n', '9007199254740992', '٣', '0x1'])(
    'refuses %j',
    (text) => {
      expect(parseDecimal(text)).toBeNull()
    },
  )
})

describe('UTF-8', () => {
  test.prop([fc.string({ unit: 'binary' })])('keeps every well-formed text', (text) => {
    expect(fromUtf8(utf8(text)) === text).toBe(text.isWellFormed())
  })

  test.prop([fc.uint8Array()])('has one spelling', (bytes) => {
    const text = fromUtf8(bytes)
    if (text !== null) expect(utf8(text)).toEqual(bytes)
  })

  test('keeps a byte order mark, and refuses what is none', () => {
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
    for (const bad of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      expect(fromUtf8(Uint8Array.from(bad))).toBeNull()
    }
  })
})

describe('bytes', () => {
  test.prop([fc.array(fc.uint8Array())])('put together are all there, in order', (parts) => {
    expect([...concat(...parts)]).toEqual(parts.flatMap((part) => [...part]))
  })

  test.prop([fc.uint8Array(), fc.uint8Array()])('are equal or not', (a, b) => {
    expect(equal(a, a.slice())).toBe(true)
    expect(equal(a, b)).toBe(Buffer.compare(a, b) === 0)
  })

  test('a hash has 32', () => {
    expect(hash(new Uint8Array(32)).length).toBe(32)
    for (const n of [0, 31, 33, 64]) expect(() => hash(new Uint8Array(n))).toThrow(RangeError)
  })
})
