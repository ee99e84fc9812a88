import { readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { decodeHex } from '../../keys/base64.ts'
import { verify } from '../../keys/ed25519.ts'
import { seedSigner } from '../../keys/signer.ts'
import { formatVKey, ML_DSA_44, vkeyOf } from '../../keys/vkey.ts'
import { hash, utf8 } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { signCosignature } from '../../src/tlog/cosignature.ts'
import { TlogError } from '../../src/tlog/error.ts'
import type { Note } from '../../src/tlog/note.ts'
import {
  formatPolicy,
  openWithPolicy,
  type Policy,
  parsePolicy,
  quorumMet,
} from '../../src/tlog/policy.ts'
import { vectorJson, vectorText } from './vectors.ts'

const keys: Record<string, Record<string, string>> = vectorJson('keys.json')
const logKey = keys['example.com/log']!['vkey_0x01']!
const [w1, w2, w3] = [1, 2, 3].map((i) => keys[`example.com/w${i}`]!['vkey_0x04']!)
const alpha = keys['example.com/alpha']!['vkey_0x04']!

const refused = expect.objectContaining({ code: 'MALFORMED_POLICY' })

describe('reading', () => {
  test('two of three', () => {
    const policy = parsePolicy(vectorText('policy-2of3.txt'))
    expect(policy.logs.map((log) => formatVKey(log.vkey))).toEqual([logKey])
    expect(policy.witnesses.map((w) => [w.name, formatVKey(w.vkey)])).toEqual([
      ['w1', w1],
      ['w2', w2],
      ['w3', w3],
    ])
    expect(policy.groups).toEqual([{ name: 'q', threshold: 2, members: ['w1', 'w2', 'w3'] }])
    expect(policy.quorum).toBe('q')
    expect(vectorText('policy-2of3.txt')).toBe(`# test policy\n${formatPolicy(policy)}`)
  })

  test('the example in keys/ is the same, with comments', () => {
    const example = readFileSync(new URL('../../keys/policy.txt', import.meta.url))
    const { logs, witnesses } = parsePolicy(vectorText('policy-2of3.txt'))
    expect(parsePolicy(new Uint8Array(example))).toMatchObject({ logs, witnesses })
  })

  test('tabs, runs of spaces, comments, empty lines, URLs, no last newline', () => {
    const text = `\t# a comment\n\n  log\t ${logKey}  https://log.example \t\n#\nwitness w ${w1} https://w.example\nquorum w`
    const policy = parsePolicy(utf8(text))
    expect(policy.logs[0]!.url).toBe('https://log.example')
    expect(policy.witnesses[0]!.url).toBe('https://w.example')
    expect(formatPolicy(policy)).toBe(
      `log ${logKey} https://log.example\nwitness w ${w1} https://w.example\nquorum w\n`,
    )
  })

  test('all and any', () => {
    const text = `witness a ${w1}\nwitness b ${w2}\nwitness c ${w3}\ngroup all all a b\ngroup g any all c\nquorum g\n`
    expect(parsePolicy(text).groups.map((g) => g.threshold)).toEqual([2, 1])
  })

  test('32 logs, 32 witnesses and 32 groups', () => {
    const key = (i: number) => new Uint8Array(32).fill(i)
    const all = Array.from({ length: 32 }, (_, i) => i)
    const text = [
      ...all.map((i) => `log ${formatVKey(vkeyOf(`log${i}`, key(i)))}`),
      ...all.map((i) => `witness w${i} ${formatVKey(vkeyOf(`w${i}`, key(100 + i), 0x04))}`),
      ...all.map((i) => `group g${i} any w${i}`),
      'quorum g31',
    ].join('\n')
    const policy = parsePolicy(text)
    expect([policy.logs.length, policy.witnesses.length, policy.groups.length]).toEqual([
      32, 32, 32,
    ])
    expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
  })

  const w = `witness a ${w1}\nwitness b ${w2}\n`
  test.each([
    ['nothing', '', 'expected a quorum line'],
    ['no quorum', `log ${logKey}\n`, 'expected a quorum line'],
    ['two quorums', 'quorum none\nquorum none\n', 'line 2: expected one quorum'],
    ['a quorum of nobody', 'quorum x\n', 'line 1: x is not defined before'],
    ['a quorum defined later', `quorum a\n${w}`, 'line 1: a is not defined before'],
    ['a quorum of two', `${w}quorum a b\n`, 'line 3: expected quorum <name>|none'],
    [
      'a word it does not know',
      'trust me\nquorum none\n',
      'line 1: expected log, witness, group or quorum',
    ],
    [
      'a word that ends in #',
      'log#\nquorum none\n',
      'line 1: expected log, witness, group or quorum',
    ],
    ['a word in capitals', 'QUORUM none\n', 'line 1: expected log, witness, group or quorum'],
    ['CRLF', 'quorum none\r\n', 'line 1: expected no control character'],
    ['a form feed', 'quorum\fnone\n', 'line 1: expected no control character'],
    ['DEL', '# \u007f\nquorum none\n', 'line 1: expected no control character'],
    ['a no-break space', 'quorum\u00a0none\n', 'line 1: expected log, witness, group or quorum'],
    ['a log without key', 'log\nquorum none\n', 'line 1: expected log <vkey> [<url>]'],
    [
      'a log with a word too many',
      `log ${logKey} u x\nquorum none\n`,
      'line 1: expected log <vkey> [<url>]',
    ],
    [
      'a key that is none',
      'log x\nquorum none\n',
      'line 1: expected <name>+<8 hex digits>+<canonical base64>',
    ],
    [
      'a log’s key of type 0x04',
      `log ${w1}\nquorum none\n`,
      'line 1: expected a key of type 1 or 6',
    ],
    [
      'a witness’s key of type 0x01',
      `witness w ${logKey}\nquorum w\n`,
      'line 1: expected a key of type 4 or 6',
    ],
    [
      'the same log twice',
      `log ${logKey}\nlog ${logKey}\nquorum none\n`,
      'line 2: the key stands here already',
    ],
    [
      'a witness with the log’s key',
      `log ${logKey}\nwitness w ${keys['example.com/log']!['vkey_0x04']}\nquorum w\n`,
      'line 2: the key stands here already',
    ],
    [
      'a key twice, under other names',
      `witness a ${w1}\nwitness b ${w1}\nquorum a\n`,
      'line 2: the key stands here already',
    ],
    ['a name twice', `witness a ${w1}\nwitness a ${w2}\nquorum a\n`, 'line 2: a is taken'],
    ['a group named as a witness', `${w}group a any b\nquorum a\n`, 'line 3: a is taken'],
    ['a witness named none', `witness none ${w1}\nquorum none\n`, 'line 1: none is taken'],
    ['a group named none', `${w}group none any a\nquorum none\n`, 'line 3: none is taken'],
    [
      'a group of nobody',
      'group g any\nquorum g\n',
      'line 1: expected group <name> all|any|<number> <name>...',
    ],
    ['a group of itself', `${w}group g any g\nquorum g\n`, 'line 3: g is not defined before'],
    ['a group of strangers', `${w}group g any x\nquorum g\n`, 'line 3: x is not defined before'],
    ['a group of none', `${w}group g any none\nquorum g\n`, 'line 3: none is not defined before'],
    ['a member twice', `${w}group g 1 a a\nquorum g\n`, 'line 3: a is in a group already'],
    [
      'a member of two groups',
      `${w}group g 1 a\ngroup h 1 a b\nquorum h\n`,
      'line 4: a is in a group already',
    ],
    ['a threshold of 0', `${w}group g 0 a b\nquorum g\n`, 'line 3: expected all, any or 1 to 2'],
    [
      'a threshold above the members',
      `${w}group g 3 a b\nquorum g\n`,
      'line 3: expected all, any or 1 to 2',
    ],
    [
      'a threshold with a leading zero',
      `${w}group g 01 a b\nquorum g\n`,
      'line 3: expected all, any or 1 to 2',
    ],
    [
      'a witness without key',
      'witness a\nquorum none\n',
      'line 1: expected witness <name> <vkey> [<url>]',
    ],
    [
      'a witness with a word too many',
      `witness a ${w1} u x\nquorum none\n`,
      'line 1: expected witness <name> <vkey> [<url>]',
    ],
    [
      'a group without members',
      `${w}group g\nquorum none\n`,
      'line 3: expected group <name> all|any|<number> <name>...',
    ],
    ['a quorum without name', 'quorum\n', 'line 1: expected quorum <name>|none'],
    ['a lone surrogate', '# \ud800\nquorum none\n', 'expected UTF-8'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parsePolicy(text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_POLICY', message }),
    )
  })

  test('refuses bytes that are not UTF-8', () => {
    expect(() => parsePolicy(Uint8Array.of(0x23, 0xff, 0x0a))).toThrow(refused)
  })

  test('asks for nothing in one line, and takes comments of one word', () => {
    const bare = parsePolicy('#nobody\nquorum none\n')
    expect(bare).toEqual({ logs: [], witnesses: [], groups: [], quorum: null })
    expect(formatPolicy(bare)).toBe('quorum none\n')
  })

  test('says which line', () => {
    expect(() => parsePolicy(`# one\nlog ${logKey}\nlog x\n`)).toThrow(/^line 3: /)
  })
})

const pool = Array.from({ length: 8 }, (_, i) => new Uint8Array(32).fill(i + 1))
const policies: fc.Arbitrary<Policy> = fc
  .record({
    logs: fc.nat(3),
    witnesses: fc.nat(4),
    urls: fc.array(fc.option(fc.webUrl().filter((u) => /^[!-~]+$/.test(u))), {
      minLength: 8,
      maxLength: 8,
    }),
    threshold: fc.nat(),
  })
  .map(({ logs, witnesses, urls, threshold }) => {
    const names = Array.from({ length: witnesses }, (_, i) => `w${i}`)
    const group = { name: 'g', threshold: (threshold % Math.max(1, witnesses)) + 1, members: names }
    return {
      logs: Array.from({ length: logs }, (_, i) => ({
        vkey: vkeyOf(`log${i}`, pool[i]!),
        url: urls[i]!,
      })),
      witnesses: names.map((name, i) => ({
        name,
        vkey: vkeyOf(`witness.example/${i}`, pool[4 + i]!, 0x04),
        url: urls[4 + i]!,
      })),
      groups: witnesses > 0 ? [group] : [],
      quorum: witnesses > 0 ? 'g' : null,
    }
  })

describe('every policy', () => {
  test.prop([policies])('is read back as it was written', (p) => {
    expect(parsePolicy(formatPolicy(p))).toEqual(p)
  })

  test.prop([policies, fc.nat(), fc.string({ unit: 'binary', maxLength: 2 })])(
    'with a piece replaced means what it says, or is refused by name',
    (p, at, piece) => {
      const text = formatPolicy(p)
      const i = at % text.length
      try {
        const other = parsePolicy(text.slice(0, i) + piece + text.slice(i + 1))
        expect(parsePolicy(formatPolicy(other))).toEqual(other)
      } catch (e) {
        expect(e).toBeInstanceOf(TlogError)
      }
    },
  )

  test.prop([fc.oneof(fc.uint8Array(), fc.string())])('is no arbitrary text', (input) => {
    expect(() => parsePolicy(input)).toThrow(refused)
  })
})

describe('opening with a policy', () => {
  const signer = (name: string, type?: number) =>
    seedSigner(name, decodeHex(keys[name]!['seed_hex']!)!, type)
  const checkpoint = {
    origin: 'example.com/log',
    size: 3,
    root: hash(new Uint8Array(32)),
    extensions: [],
  }
  const twoOfThree = parsePolicy(vectorText('policy-2of3.txt'))

  async function cosigned(...witnesses: readonly string[]): Promise<Note> {
    const note = await signCheckpoint(checkpoint, [signer('example.com/log')])
    const lines = witnesses.map((w, i) => signCosignature(note.text, signer(w, 0x04), 1000 + i))
    return { ...note, signatures: [...note.signatures, ...(await Promise.all(lines))] }
  }

  test('a quorum of witnesses, and when they signed', async () => {
    const note = await cosigned('example.com/w3', 'example.com/alpha', 'example.com/w1')
    const trusted = openWithPolicy(note, twoOfThree, verify)
    expect(trusted.checkpoint).toEqual(checkpoint)
    expect(trusted.logKeys.map(formatVKey)).toEqual([logKey])
    expect(trusted.cosigned).toEqual([
      { witness: 'w3', time: 1000 },
      { witness: 'w1', time: 1002 },
    ])
  })

  test.each([
    [0, []],
    [1, ['example.com/w1']],
    [1, ['example.com/w1', 'example.com/alpha', 'example.com/beta']],
  ])('too few: %i, of %j', async (known, witnesses) => {
    const note = await cosigned(...witnesses)
    const message = `expected ${twoOfThree.quorum}, got ${known} of 3 witnesses`
    expect(() => openWithPolicy(note, twoOfThree, verify)).toThrow(
      expect.objectContaining({ code: 'QUORUM_NOT_MET', message }),
    )
  })

  test('a bad line by a known witness spoils the note, by an unknown one does not', async () => {
    const bend = (note: Note, at: number) => ({
      ...note,
      signatures: note.signatures.with(at, {
        ...note.signatures[at]!,
        blob: note.signatures[at]!.blob.with(20, 0),
      }),
    })
    const note = await cosigned('example.com/w1', 'example.com/w2', 'example.com/alpha')
    expect(() => openWithPolicy(bend(note, 2), twoOfThree, verify)).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    )
    expect(openWithPolicy(bend(note, 3), twoOfThree, verify).cosigned.length).toBe(2)
  })

  test('no quorum asked, none needed; a log is always needed', async () => {
    const note = await cosigned()
    const none = parsePolicy(`log ${logKey}\nquorum none\n`)
    expect(openWithPolicy(note, none, verify).cosigned).toEqual([])
    expect(() => openWithPolicy(note, parsePolicy('quorum none\n'), verify)).toThrow(
      expect.objectContaining({
        code: 'LOG_NOT_TRUSTED',
        message: 'no log of the policy has signed under this origin',
      }),
    )
  })

  test('two keys of one log: either is enough, both are named', async () => {
    const second = seedSigner('example.com/log', new Uint8Array(32).fill(9))
    const both = parsePolicy(`log ${logKey}\nlog ${formatVKey(second.vkey)}\nquorum none\n`)
    const note = await signCheckpoint(checkpoint, [signer('example.com/log'), second])
    expect(openWithPolicy(note, both, verify).logKeys.length).toBe(2)
    const one = { ...note, signatures: note.signatures.slice(1) }
    expect(openWithPolicy(one, both, verify).logKeys).toEqual([second.vkey])
  })

  test('a witness of type 0x06 counts as one of type 0x04 does', async () => {
    const pq = seedSigner('example.com/pq', new Uint8Array(32).fill(9), ML_DSA_44)
    const text = `log ${logKey}\nwitness pq ${formatVKey(pq.vkey)}\nwitness w1 ${w1}\n`
    const note = await cosigned('example.com/w1')
    const all = parsePolicy(`${text}group g all pq w1\nquorum g\n`)
    expect(() => openWithPolicy(note, all, verify)).toThrow(TlogError)
    const line = await signCosignature(note.text, pq, 77)
    const both = { ...note, signatures: [...note.signatures, line] }
    expect(openWithPolicy(both, all, verify).cosigned).toContainEqual({ witness: 'pq', time: 77 })
  })

  test('groups of groups', () => {
    const text = `witness a ${w1}\nwitness b ${w2}\nwitness c ${w3}\nwitness d ${alpha}\ngroup ab any a b\ngroup cd all c d\ngroup g all ab cd\nquorum g\n`
    const policy = parsePolicy(text)
    expect(quorumMet(policy, ['a', 'c', 'd'])).toBe(true)
    expect(quorumMet(policy, ['b', 'c', 'd'])).toBe(true)
    for (const few of [['c', 'd'], ['a', 'b', 'c'], ['a', 'b'], []]) {
      expect(quorumMet(policy, few)).toBe(false)
    }
  })
})

describe('a log that signs with ML-DSA-44 too', () => {
  const origin = 'example.com/log'
  const own = seedSigner(origin, new Uint8Array(32).fill(1))
  const second = seedSigner(origin, new Uint8Array(32).fill(2), ML_DSA_44)
  const [one, other] = [own, second].map(({ vkey }) => formatVKey(vkey))
  const checkpoint = { origin, size: 1, root: hash(new Uint8Array(32)), extensions: [] }
  const opening = (note: Note, policy: string) => () =>
    openWithPolicy(note, parsePolicy(policy), verify)

  test('is known by either key, or by both', async () => {
    const note = await signCheckpoint(checkpoint, [own, second], 1_800_000_000)
    expect(note.signatures.map(({ name }) => name)).toEqual([origin, origin])
    for (const keys of [[one], [other], [one, other]]) {
      const lines = keys.map((key) => `log ${key}\n`).join('')
      const { logKeys } = opening(note, `${lines}quorum none\n`)()
      expect(logKeys.map(formatVKey)).toEqual(keys)
    }
    // Whoever wants both counts the second key among the cosigners.
    const both = `log ${one}\nwitness second ${other}\nquorum second\n`
    const cosigned = [{ witness: 'second', time: 1_800_000_000 }]
    expect(opening(note, both)()).toMatchObject({ cosigned })
    const bare = await signCheckpoint(checkpoint, [own])
    expect(opening(bare, both)).toThrow(expect.objectContaining({ code: 'QUORUM_NOT_MET' }))
    expect(opening(bare, `log ${other}\nquorum none\n`)).toThrow(
      expect.objectContaining({ code: 'LOG_NOT_TRUSTED' }),
    )
  })

  test('is not trusted where that signature does not hold', async () => {
    const note = await signCheckpoint(checkpoint, [own, second], 1_800_000_000)
    for (const at of [0, 7, 8, 2427]) {
      const [first, line] = note.signatures
      const blob = line!.blob.slice()
      blob[at]! ^= 1
      const forged = { ...note, signatures: [first!, { ...line!, blob }] }
      expect(opening(forged, `log ${one}\nlog ${other}\nquorum none\n`)).toThrow(
        expect.objectContaining({ code: 'BAD_SIGNATURE' }),
      )
      expect(opening(forged, `log ${one}\nquorum none\n`)).not.toThrow()
    }
  })

  test('signs with its other key, too, or not at all', async () => {
    await expect(signCheckpoint(checkpoint, [second])).rejects.toThrow(TlogError)
  })
})
