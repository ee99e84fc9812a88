import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { decodeHex, encodeBase64 } from '../../keys/base64.ts'
import { verify } from '../../keys/ed25519.ts'
import { seedSigner } from '../../keys/signer.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { fromUtf8, hash, utf8 } from '../../src/tlog/bytes.ts'
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from '../../src/tlog/checkpoint.ts'
import {
  cosignatureMessage,
  formatCosignature,
  parseCosignature,
  signCosignature,
} from '../../src/tlog/cosignature.ts'
import { TlogError } from '../../src/tlog/error.ts'
import { rootAt } from '../../src/tlog/merkle.ts'
import { formatNote, openNote, parseNote } from '../../src/tlog/note.ts'
import { vectorTree } from './tree.ts'
import { vectorJson, vectorText } from './vectors.ts'

const keys: Record<string, Record<string, string>> = vectorJson('keys.json')
const tree = vectorTree(70_000)
const signer = (name: string, type?: number) =>
  seedSigner(name, decodeHex(keys[name]!['seed_hex']!)!, type)
const log = signer('example.com/log')
const witnesses = [1, 2, 3].map((i) => signer(`example.com/w${i}`, 0x04))

describe('vectors', () => {
  const cases: {
    size: number
    checkpoint: string
    cosigned: string
    w1_message: string
    w1_timestamp: number
  }[] = vectorJson('checkpoints.json')

  test('all 7 of them are here', () => {
    expect(cases.map((c) => c.size)).toEqual([0, 1, 2, 256, 257, 600, 70_000])
  })

  test.each(cases)('size $size: opened, and signed again to the byte', async (c) => {
    const { checkpoint, note } = openCheckpoint(c.checkpoint, [log.vkey], verify)
    expect(checkpoint).toMatchObject({ origin: 'example.com/log', size: c.size, extensions: [] })
    expect(checkpoint.root).toEqual(await rootAt(c.size, tree.read))
    expect(note.verified.length).toBe(1)
    expect(formatNote(await signCheckpoint(checkpoint, [log]))).toBe(c.checkpoint)
  })

  test.each(cases)('size $size: cosigned again to the byte', async (c) => {
    const cosigned = parseNote(c.cosigned)
    const all = [log.vkey, ...witnesses.map((w) => w.vkey)]
    const { verified } = openNote(cosigned, all, verify)
    expect(verified.map((s) => s.name)).toEqual(all.map((v) => v.name))
    expect(verified[1]!.time).toBe(c.w1_timestamp)
    expect(fromUtf8(cosignatureMessage(c.w1_timestamp, cosigned.text))).toBe(c.w1_message)
    for (const [i, witness] of witnesses.entries()) {
      const again = await signCosignature(cosigned.text, witness, verified[i + 1]!.time!)
      expect(again).toEqual(cosigned.signatures[i + 1])
    }
  })

  test('the real sum.golang.org', () => {
    const vkey = parseVKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8')
    const text = vectorText('real/sumdb-35225469.checkpoint')
    expect(openCheckpoint(text, [vkey], verify).checkpoint).toMatchObject({
      origin: 'go.sum database tree',
      size: 35_225_469,
    })
  })

  test('a CT log’s checkpoint: its own signature of type 0x05 ignored, the witness’s verified', () => {
    const vkey = parseVKey(
      'witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN',
    )
    const { checkpoint, note } = openCheckpoint(
      vectorText('real/sunlight-witness.checkpoint'),
      [vkey],
      verify,
    )
    expect(checkpoint.size).toBe(300)
    expect(note.verified[0]!.time).toBeGreaterThan(1_700_000_000)
  })

  test('the sixteen checkpoints of Tessera’s test log', () => {
    const vkey = parseVKey(
      'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx',
    )
    for (let size = 0; size <= 15; size++) {
      const text = vectorText(`real/tessera-testdata-log/checkpoint.${size}`)
      expect(openCheckpoint(text, [vkey], verify).checkpoint.size).toBe(size)
    }
  })
})

const root = encodeBase64(new Uint8Array(32))

describe('a checkpoint has one spelling', () => {
  const LINES = /^expected three or more lines, none of them empty$/
  const ORIGIN = /^expected an origin of at most 255 bytes of UTF-8$/
  const SIZE = /^expected a tree size, got /
  const ROOT = /^expected the base64 of a root hash$/

  test.each([
    ['no last newline', `o\n1\n${root}`, LINES],
    ['two lines', 'o\n1\n', LINES],
    ['no origin', `\n1\n${root}\n`, LINES],
    ['an origin of 256 bytes', `${'o'.repeat(256)}\n1\n${root}\n`, ORIGIN],
    ['a leading zero', `o\n01\n${root}\n`, SIZE],
    ['a sign', `o\n+1\n${root}\n`, SIZE],
    ['a space', `o\n1 \n${root}\n`, SIZE],
    ['no size', `o\n\n${root}\n`, SIZE],
    ['hexadecimal', `o\n0x1\n${root}\n`, SIZE],
    ['an exponent', `o\n1e3\n${root}\n`, SIZE],
    ['a size of 2^53', `o\n9007199254740992\n${root}\n`, SIZE],
    ['a short root', `o\n1\n${encodeBase64(new Uint8Array(31))}\n`, ROOT],
    ['spare bits in the root', `o\n1\n${root.replace('A=', 'B=')}\n`, ROOT],
    ['CRLF', `o\r\n1\r\n${root}\r\n`, SIZE],
    ['an empty extension', `o\n1\n${root}\n\n`, LINES],
    ['an empty extension before another', `o\n1\n${root}\n\nx\n`, LINES],
    ['a lone surrogate', `\ud800\n1\n${root}\n`, ORIGIN],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseCheckpoint(text)).toThrow(
      expect.objectContaining({
        code: 'MALFORMED_CHECKPOINT',
        message: expect.stringMatching(message),
      }),
    )
  })

  test('takes the largest size, and extensions', () => {
    const text = `${'o'.repeat(255)}\n9007199254740991\n${root}\nx\ny z\n`
    expect(parseCheckpoint(text)).toMatchObject({ size: 2 ** 53 - 1, extensions: ['x', 'y z'] })
    expect(formatCheckpoint(parseCheckpoint(text))).toBe(text)
  })

  test('what has no spelling is not signed', async () => {
    const c = { origin: 'o', size: 1, root: hash(new Uint8Array(32)), extensions: [] }
    for (const bad of [
      { ...c, origin: '' },
      { ...c, origin: 'a\nb' },
      { ...c, size: 1.5 },
      { ...c, size: -1 },
      { ...c, size: 1e21 },
      { ...c, extensions: [''] },
    ]) {
      await expect(signCheckpoint(bad, [log])).rejects.toThrow(TlogError)
    }
  })
})

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((s) => s.isWellFormed() && !s.includes('\n'))
const checkpoint = fc.record({
  origin: text,
  size: fc.maxSafeNat(),
  root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hash),
  extensions: fc.array(text, { maxLength: 3 }),
})

describe('every checkpoint', () => {
  test.prop([checkpoint])('is read back as it was written', (c) => {
    expect(parseCheckpoint(formatCheckpoint(c))).toEqual(c)
  })

  test.prop([fc.string(), fc.nat(), checkpoint])('anything else is refused by name', (s, at, c) => {
    const whole = formatCheckpoint(c)
    const i = at % whole.length
    for (const other of [s, whole.slice(0, i) + s + whole.slice(i)]) {
      try {
        expect(formatCheckpoint(parseCheckpoint(other))).toBe(other)
      } catch (e) {
        expect(e).toMatchObject({ name: 'TlogError', code: 'MALFORMED_CHECKPOINT' })
      }
    }
  })
})

describe('cosignatures', () => {
  test.prop([fc.maxSafeNat(), fc.uint8Array({ minLength: 64, maxLength: 64 })])(
    'are read back as they were written',
    (time, signature) => {
      expect(parseCosignature(formatCosignature({ time, signature }))).toEqual({ time, signature })
    },
  )

  test.prop([fc.uint8Array({ minLength: 60, maxLength: 80 })])('have one spelling', (blob) => {
    const c = parseCosignature(blob)
    if (c) expect(formatCosignature(c)).toEqual(blob)
    else expect(blob.length !== 72 || blob[0]! > 0 || blob[1]! > 0x1f).toBe(true)
  })

  test('have a time, and it is signed', async () => {
    const [witness] = witnesses
    const line = await signCosignature('o\n', witness!, 1_700_000_000)
    const later = formatCosignature({ ...parseCosignature(line.blob)!, time: 1_700_000_001 })
    const note = (blob: Uint8Array) => ({ text: 'o\n', signatures: [{ ...line, blob }] })
    expect(openNote(note(line.blob), [witness!.vkey], verify).verified[0]!.time).toBe(1_700_000_000)
    expect(() => openNote(note(later), [witness!.vkey], verify)).toThrow(TlogError)
    expect(utf8('o\n')).toEqual(utf8(openNote(note(line.blob), [witness!.vkey], verify).text))
  })

  test('are not made by a log’s key, nor at no time', async () => {
    await expect(signCosignature('o\n', log, 1)).rejects.toThrow(TypeError)
    for (const time of [-1, 1.5, Number.NaN, 2 ** 53]) {
      await expect(signCosignature('o\n', witnesses[0]!, time)).rejects.toThrow(RangeError)
    }
    expect(() => formatCosignature({ time: 1, signature: new Uint8Array(63) })).toThrow(RangeError)
  })
})
