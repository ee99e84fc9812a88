import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  compareSignatures,
  formatAttestation,
  MAX_ATTESTATION,
  MAX_LINES,
  parseAttestation,
  parseSignedText,
} from '../../src/accord/attestation.ts'
import { formatEntry, MAX_ENTRY, parseEntry } from '../../src/accord/entry.ts'
import { AccordError } from '../../src/accord/error.ts'
import { formatStatement } from '../../src/accord/statement.ts'
import { LAST_TIME } from '../../src/accord/text.ts'
import { concat, utf8 } from '../../src/tlog/bytes.ts'
import { formatNote } from '../../src/tlog/note.ts'
import { statement } from './arbitrary.ts'
import { company } from './cast.ts'
import { keyOf, signatureOf, signText } from './keys.ts'
import { World } from './kit.ts'

function malformed(read: () => unknown): void {
  expect(read).toThrow(expect.objectContaining({ name: 'AccordError', code: 'MALFORMED' }))
}

const signers = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 8 })
  .map((ns) => ns.map((n) => keyOf(`contoso.com/k${n}`)))

const world = new World()
world.join(company('contoso.com'))
world.add(world.instrument())
const note = world.sign('contoso.com')
const { text, signatures } = parseAttestation(note)

describe('attestations', () => {
  test.prop([statement, signers], { numRuns: 60 })('read back what was written', (s, by) => {
    const written = signText(formatStatement(s), by)
    const read = parseAttestation(written)
    expect(read.statement).toEqual(s)
    expect(read.signatures).toHaveLength(by.length)
    expect(formatAttestation(read.text, read.signatures)).toBe(written)
    expect(parseAttestation(utf8(written))).toEqual(read)
  })

  test.prop([fc.uint8Array({ maxLength: 300 })])('any bytes are refused by name', (bytes) => {
    malformed(() => parseSignedText(bytes))
  })

  test.prop([fc.nat(), fc.nat({ max: 255 })], { numRuns: 300 })(
    'a byte changed is another attestation, or none',
    (at, byte) => {
      const bytes = utf8(note)
      bytes[at % bytes.length] = byte
      try {
        const read = parseAttestation(bytes)
        expect(utf8(formatAttestation(read.text, read.signatures))).toEqual(bytes)
      } catch (e) {
        expect(e).toBeInstanceOf(AccordError)
      }
    },
  )

  test('one identity, whoever signed it', () => {
    const one = parseAttestation(signText(text, [keyOf('contoso.com/ceo')]))
    expect(one.digest).toBe(parseAttestation(note).digest)
  })

  test('lines are sorted by name, then by key id, and distinct', () => {
    const [a, b] = signatures
    malformed(() => parseSignedText(formatNote({ text, signatures: [b!, a!] })))
    malformed(() => parseSignedText(formatNote({ text, signatures: [a!, a!] })))
    const twins = [keyOf('contoso.com', 'x1'), keyOf('contoso.com', 'x2')]
      .map((k) => signatureOf(text, k))
      .sort(compareSignatures)
    parseSignedText(formatNote({ text, signatures: twins }))
    malformed(() => parseSignedText(formatNote({ text, signatures: twins.toReversed() })))
  })

  test('a line is of 64 bytes', () => {
    const [a] = signatures
    for (const n of [1, 63, 65, 72]) {
      malformed(() =>
        parseSignedText(formatNote({ text, signatures: [{ ...a!, blob: new Uint8Array(n) }] })),
      )
    }
  })

  test('at most 32 lines', () => {
    const lines = (n: number) =>
      Array.from({ length: n }, (_, i) => ({
        name: `k${100 + i}`,
        id: '00000000',
        blob: new Uint8Array(64),
      }))
    parseSignedText(formatAttestation(text, lines(MAX_LINES)))
    malformed(() => parseSignedText(formatAttestation(text, lines(MAX_LINES + 1))))
  })

  test('at most 65,000 bytes', () => {
    const of = (n: number) => formatNote({ text: `${'x'.repeat(n)}\n`, signatures })
    const room = MAX_ATTESTATION - of(0).length - 4
    expect(utf8(of(room))).toHaveLength(MAX_ATTESTATION)
    parseSignedText(of(room))
    malformed(() => parseSignedText(of(room + 1)))
  })

  test.each([
    ['no signature', text],
    ['no empty line', note.replace('\n\n', '\n')],
    ['a hyphen for the dash', note.replaceAll('—', '-')],
    ['CRLF', note.replaceAll('\n', '\r\n')],
    ['a line cut', note.slice(0, -1)],
    ['a line more', `${note}\n`],
    ['other base64', note.replace(/=\n$/, '\n')],
    ['not UTF-8', concat(utf8(note), Uint8Array.of(0xff))],
    ['a byte order mark', `\ufeff${note}`],
    ['nothing', ''],
  ])('%s', (_, bad) => {
    malformed(() => parseAttestation(bad))
  })
})

describe('entries', () => {
  const time = fc.integer({ min: 0, max: LAST_TIME })

  test.prop([time, fc.uint8Array({ maxLength: 99 })])(
    'read back what was written',
    (t, attestation) => {
      const bytes = formatEntry({ time: t, attestation })
      expect(parseEntry(bytes)).toEqual({ time: t, attestation })
    },
  )

  test.prop([fc.uint8Array({ maxLength: 60 })])('any bytes are refused by name', (bytes) => {
    malformed(() => parseEntry(bytes))
  })

  test.prop([fc.string({ maxLength: 20 })])('any time is read in one spelling', (t) => {
    try {
      const bytes = utf8(`accord-entry/v1\ntime ${t}\nx`)
      expect(formatEntry(parseEntry(bytes))).toEqual(bytes)
    } catch (e) {
      expect(e).toBeInstanceOf(AccordError)
    }
  })

  test.each([
    'accord-entry/v1\ntime 01\nx',
    'accord-entry/v1\ntime +1\nx',
    'accord-entry/v1\ntime -1\nx',
    'accord-entry/v1\ntime 1.0\nx',
    'accord-entry/v1\ntime 1 \nx',
    'accord-entry/v1\ntime  1\nx',
    'accord-entry/v1\ntime \nx',
    'accord-entry/v1\ntime 253402300800\nx',
    'accord-entry/v1\ntime 1',
    'accord-entry/v1\n',
    'accord-entry/v1\r\ntime 1\nx',
    'accord-entry/v2\ntime 1\nx',
    '\ufeffaccord-entry/v1\ntime 1\nx',
    ' accord-entry/v1\ntime 1\nx',
    'accord-entry/v1\n time 1\nx',
    '',
  ])('not %j', (bad) => {
    malformed(() => parseEntry(utf8(bad)))
  })

  test('at most what a bundle holds, and never a time beyond the calendar', () => {
    const head = utf8('accord-entry/v1\ntime 0\n').length
    const of = (n: number) => formatEntry({ time: 0, attestation: new Uint8Array(n - head) })
    expect(parseEntry(of(MAX_ENTRY)).attestation).toHaveLength(MAX_ENTRY - head)
    malformed(() => parseEntry(of(MAX_ENTRY + 1)))
    for (const t of [-1, LAST_TIME + 1, 0.5]) {
      expect(() => formatEntry({ time: t, attestation: new Uint8Array() })).toThrow(RangeError)
    }
    const longest = formatEntry({ time: LAST_TIME, attestation: new Uint8Array(MAX_ATTESTATION) })
    expect(parseEntry(longest).time).toBe(LAST_TIME)
  })
})
