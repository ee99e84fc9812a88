import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { verify } from '../../keys/ed25519.ts'
import { seedSigner } from '../../keys/signer.ts'
import { isKeyName, parseVKey, vkeyOf } from '../../keys/vkey.ts'
import { nodeVerify } from '../../src/node/fast.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { TlogError } from '../../src/tlog/error.ts'
import {
  formatNote,
  formatSignature,
  MAX_NOTE_BYTES,
  openNote,
  parseNote,
  parseSignatures,
  signedMessage,
  signNote,
} from '../../src/tlog/note.ts'
import { bytesOf, vectorJson, vectorText } from './vectors.ts'

/** Where golang.org/x/mod's `note.Open` answers otherwise, and why we do not follow. */
const DIFFERENT: Readonly<Record<string, readonly [verdict: string, reason: string]>> = {
  'same signature twice': ['MALFORMED_NOTE', 'one signature a key, as tlog-checkpoint demands'],
  'valid then invalid signature from the same key': ['MALFORMED_NOTE', 'one signature a key'],
  'invalid then valid signature from the same key': ['MALFORMED_NOTE', 'one signature a key'],
  'extra signature, non-zero padding bits (AAAAAAAA/x==)': ['MALFORMED_NOTE', 'one spelling'],
  'known signature, base64 malleated in its spare bits': ['MALFORMED_NOTE', 'one spelling'],
  'known signature first, then 99 unknown ones': ['MALFORMED_NOTE', '64 signatures at most'],
}

const VERDICTS: Readonly<Record<string, string>> = {
  ok: 'ok',
  unverified: 'UNVERIFIED_NOTE',
  'invalid-signature': 'BAD_SIGNATURE',
  'malformed note': 'MALFORMED_NOTE',
}

interface NoteCase {
  readonly name: string
  readonly vkeys: readonly string[]
  readonly note_base64: string
  readonly x_mod_note_open: string
  readonly verified: readonly string[] | null
  readonly text_base64?: string
}

function code(e: unknown): string {
  if (e instanceof TlogError) return e.code
  throw e
}

const signer = seedSigner('example.com/log', new Uint8Array(32).fill(1))

describe('vectors of x/mod', () => {
  const cases: NoteCase[] = vectorJson('notes.json')

  test('all 70 of them are here, and every difference is one', () => {
    expect(cases.length).toBe(70)
    for (const [name, [verdict]] of Object.entries(DIFFERENT)) {
      const c = cases.find((c) => c.name === name)
      expect(VERDICTS[c?.x_mod_note_open ?? ''], name).toBeDefined()
      expect(VERDICTS[c!.x_mod_note_open], name).not.toBe(verdict)
    }
  })

  test.each(cases)('$name', (c) => {
    const expected = DIFFERENT[c.name]?.[0] ?? VERDICTS[c.x_mod_note_open]
    const bytes = bytesOf(c.note_base64)
    const vkeys = c.vkeys.map(parseVKey)
    for (const one of [verify, nodeVerify]) {
      let verdict = 'ok'
      try {
        const note = parseNote(bytes)
        expect(utf8(formatNote(note))).toEqual(bytes)
        const opened = openNote(note, vkeys, one)
        expect(opened.verified.map((s) => `${s.name}+${s.id}`)).toEqual(c.verified)
        if (c.text_base64) expect(utf8(opened.text)).toEqual(bytesOf(c.text_base64))
      } catch (e) {
        verdict = code(e)
      }
      expect(verdict).toBe(expected)
    }
  })

  test('the specification’s own example', () => {
    const vkey = parseVKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
    const note =
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
    expect(openNote(parseNote(note), [vkey], verify).text).toBe('This is an example message.\n')
  })

  test('the real sum.golang.org', () => {
    const vkey = parseVKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8')
    const note = parseNote(vectorText('real/sumdb-35225469.checkpoint'))
    expect(openNote(note, [vkey], verify).text).toMatch(/^go\.sum database tree\n35225469\n/)
  })
})

describe('limits', () => {
  const line = (i: number) => `\u2014 k${i} AAAAAAA=\n`
  const lines = (n: number) => Array.from({ length: n }, (_, i) => line(i)).join('')

  test('64 signatures, and no more', () => {
    expect(parseNote(`a\n\n${lines(64)}`).signatures.length).toBe(64)
    expect(() => parseNote(`a\n\n${lines(65)}`)).toThrow(TlogError)
  })

  test('64 KiB, and no more', () => {
    const rest = utf8(`\n\n${line(0)}`).length
    const text = (n: number) => `${'a'.repeat(n)}\n\n${line(0)}`
    expect(parseNote(text(MAX_NOTE_BYTES - rest)).text.length).toBe(MAX_NOTE_BYTES - rest + 1)
    expect(() => parseNote(text(MAX_NOTE_BYTES - rest + 1))).toThrow(TlogError)
  })

  test('a key may sign once; the same name or the same id alone may come again', () => {
    const a = '\u2014 a AAAAAAA=\n'
    expect(() => parseSignatures(a + a)).toThrow(TlogError)
    expect(() => parseSignatures(`${a}\u2014 a AAAAAAE=\n`)).toThrow(TlogError)
    expect(parseSignatures(`${a}\u2014 b AAAAAAA=\n\u2014 a AAAAAQA=\n`).length).toBe(3)
    expect(parseSignatures('')).toEqual([])
  })
})

describe('what is wrong is named', () => {
  const a = '\u2014 a AAAAAAA=\n'
  const LINE = 'expected a signature line: em dash, key name, base64 of key id and signature'

  test.each<[string, string | Uint8Array, string]>([
    ['no empty line', `a\n${a}`, 'expected an empty line before the signatures'],
    ['a letter and a signature line', `x${a}`, 'expected an empty line before the signatures'],
    ['nothing', '', 'expected an empty line before the signatures'],
    ['no signature', 'a\n\n', 'expected a signature line'],
    ['a line that goes on', `a\n\n${a}x`, 'expected a newline after the last signature'],
    [
      'a last line without its end',
      `a\n\n${a.slice(0, -1)}`,
      'expected a newline after the last signature',
    ],
    ['65 signatures', `a\n\n${a.repeat(65)}`, 'expected at most 64 signatures'],
    ['a key twice', `a\n\n${a}${a}`, 'expected one signature a key'],
    ['64 KiB and one', `${'a'.repeat(MAX_NOTE_BYTES)}\n`, 'expected at most 65536 bytes'],
    ['no UTF-8', new Uint8Array([...utf8(`a\n\n${a}`), 0xff]), 'expected UTF-8'],
    ['half a character', `\ud800\n\n${a}`, 'expected UTF-8'],
    ['a tab', `\t\n\n${a}`, 'expected no control character but newline'],
    ['a hyphen', `a\n\n${a.replace('\u2014', '-')}`, LINE],
    ['a dash alone', 'a\n\n\u2014\n', LINE],
    ['no base64', 'a\n\n\u2014 a\n', LINE],
    ['a word more', `a\n\n${a.replace('=', '= b')}`, LINE],
    ['a key id alone', 'a\n\n\u2014 a AAAAAA==\n', LINE],
  ])('%s', (_, note, message) => {
    const refusal = { name: 'TlogError', code: 'MALFORMED_NOTE', message }
    expect(() => parseNote(note)).toThrow(expect.objectContaining(refusal))
  })

  test('a signature that has no key id of four bytes, or no bytes, is not formatted', () => {
    const blob = new Uint8Array(1)
    for (const id of ['', '000000', '0000000000', 'no hex']) {
      expect(() => formatSignature({ name: 'a', id, blob })).toThrow('expected a key id and a blob')
    }
    const none = { name: 'a', id: '00000000', blob: new Uint8Array() }
    expect(() => formatSignature(none)).toThrow('expected a key id and a blob')
  })

  test('a text without a last newline is not signed, nor by a key of another type', async () => {
    await expect(signNote('a', [signer])).rejects.toMatchObject({
      code: 'MALFORMED_NOTE',
      message: 'expected a text that ends in a newline',
    })
    const cosigner = seedSigner('a', new Uint8Array(32), 0x04)
    await expect(signNote('a\n', [cosigner])).rejects.toThrow('expected a signer of type 0x01')
  })

  test('a note that no known key has signed', async () => {
    const note = await signNote('a\n', [signer])
    expect(() => openNote(note, [], verify)).toThrow('no known key has signed')
  })
})

describe('opening', () => {
  test('a cosignature of what is no checkpoint does not hold', async () => {
    const vkey = vkeyOf('example.com/w1', new Uint8Array(1312), 0x06)
    const note = await signNote('a\n', [signer])
    const blob = new Uint8Array(2428)
    const both = { ...note, signatures: [...note.signatures, { ...vkey, blob }] }
    expect(openNote(both, [signer.vkey], verify).verified.length).toBe(1)
    expect(() => openNote(both, [vkey, signer.vkey], verify)).toThrow('does not hold')
  })

  test('a plain signature has no time', async () => {
    const { verified } = openNote(await signNote('a\n', [signer]), [signer.vkey], verify)
    expect(verified[0]).toMatchObject({ name: 'example.com/log', time: null, vkey: signer.vkey })
  })

  test('a signature of another length does not hold', async () => {
    const note = await signNote('a\n', [signer])
    const long = [{ ...note.signatures[0]!, blob: new Uint8Array(65) }]
    expect(() => openNote({ ...note, signatures: long }, [signer.vkey], verify)).toThrow(TlogError)
    const cosigner = { ...signer.vkey, type: 0x04 }
    expect(signedMessage(note.text, long[0]!, cosigner)).toBeNull()
  })

  test.prop([fc.nat(), fc.nat(7)], { numRuns: 60 })(
    'a bit changed anywhere opens nothing',
    async (at, bit) => {
      const bytes = utf8(formatNote(await signNote('one\n\ntwo\n', [signer])))
      bytes[at % bytes.length]! ^= 1 << bit
      try {
        openNote(parseNote(bytes), [signer.vkey], nodeVerify)
      } catch (e) {
        code(e)
        return
      }
      expect.unreachable()
    },
  )
})

describe('signing', () => {
  test('refuses a text that cannot be a note’s', async () => {
    for (const text of ['', 'a', 'a\r\n', 'a\ud800\n', `${'a'.repeat(MAX_NOTE_BYTES)}\n`]) {
      await expect(signNote(text, [signer])).rejects.toThrow(TlogError)
    }
    await expect(signNote('a\n', [])).rejects.toThrow(TlogError)
    await expect(signNote('a\n', [signer, signer])).rejects.toThrow(TlogError)
    const cosigner = seedSigner('w', new Uint8Array(32), 0x04)
    await expect(signNote('a\n', [cosigner])).rejects.toThrow(TypeError)
  })
})

const line = fc.string({ unit: 'grapheme' }).filter((s) => s.isWellFormed() && !/\p{Cc}/u.test(s))
const note = fc.record({
  text: fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => `${lines.join('\n')}\n`),
  signatures: fc.uniqueArray(
    fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isKeyName),
      id: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((b) => Buffer.from(b).toString('hex')),
      blob: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    { minLength: 1, maxLength: 5, selector: ({ name, id }) => `${name}+${id}` },
  ),
})

describe('every note', () => {
  test.prop([note])('is read back as it was written', (n) => {
    expect(parseNote(formatNote(n))).toEqual(n)
    expect(parseNote(utf8(formatNote(n)))).toEqual(n)
  })

  test.prop([fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }))])(
    'has one spelling; anything else is refused by name',
    (input) => {
      try {
        const text = formatNote(parseNote(input))
        expect(typeof input === 'string' ? text : utf8(text)).toEqual(input)
      } catch (e) {
        expect(code(e)).toBe('MALFORMED_NOTE')
      }
    },
  )

  test.prop([note, fc.nat(), fc.string({ unit: 'binary', maxLength: 2 })])(
    'with a piece replaced is another note, or refused by name',
    (n, at, piece) => {
      const text = formatNote(n)
      const i = at % text.length
      const other = text.slice(0, i) + piece + text.slice(i + 1)
      try {
        expect(formatNote(parseNote(other))).toBe(other)
      } catch (e) {
        expect(code(e)).toBe('MALFORMED_NOTE')
      }
    },
  )

  test.each(['\u2014', '\u2014 ', '\u2014 a', '\u2014 a ', '', ' '])(
    'with a line of %j for a signature is none',
    (line) => expect(() => parseNote(`a\n\n${line}\n`)).toThrow('expected a signature line'),
  )

  test('that cannot be written is not', () => {
    const signature = { name: 'a', id: '00000000', blob: new Uint8Array() }
    expect(() => formatNote({ text: 'a\n', signatures: [signature] })).toThrow(RangeError)
    expect(encodeBase64(new Uint8Array(5))).toBe('AAAAAAA=')
  })
})
