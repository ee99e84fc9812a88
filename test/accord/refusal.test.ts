import { describe, expect, test } from 'vitest'
import { formatAttestation, parseAttestation } from '../../src/accord/attestation.ts'
import { isRefusal, REFUSALS, type RefusalCode } from '../../src/accord/refusal.ts'
import { formatStatement, parseStatement, type Statement } from '../../src/accord/statement.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { after, CONTOSO, caseOf, FABRIKAM, logged, TAILSPIN, world } from './cases.ts'
import { company, someDigest } from './cast.ts'
import { keyOf, signatureOf, signText } from './keys.ts'
import { dump, World } from './kit.ts'

describe('every refusal', () => {
  test.each(Object.keys(REFUSALS) as RefusalCode[])('%s', (code) => {
    const { world: w, entry } = caseOf(code)
    const was = structuredClone(dump(w.memory))
    const size = w.replay.size
    const answer = w.replay.next(entry)
    expect(isRefusal(answer) ? answer.code : 'admitted').toBe(code)
    expect(isRefusal(answer) && answer.detail).not.toBe('')
    expect(dump(w.memory)).toEqual(was)
    expect(w.replay.rootAt(size + 1)).toBeUndefined()
  })
})

test('a stale previous is answered with the head to name instead', () => {
  const w = world()
  const refusal = w.refused(w.sign('contoso.com', 'accord', { previous: null }))
  expect(refusal).toMatchObject({ code: 'stale-previous', head: w.head('contoso.com') })
  expect(w.refused(w.enrol(TAILSPIN, { previous: someDigest('x') }))).toMatchObject({ head: null })
})

test('a statement in the log is answered with its index, whoever signed it again', () => {
  const w = after((v) => v.join(company('northwind.com', { threshold: 1 })))
  const { index } = w.add(w.sign('northwind.com'))
  const { text } = parseAttestation(logged(w))
  const again = signText(text, [keyOf('northwind.com/gc')])
  expect(w.refused(again)).toMatchObject({ code: 'already-logged', index })
})

test('a quorum that is not met names who has signed and who has not', () => {
  const w = world()
  const [ceo, gc] = FABRIKAM.keys.map((k) => k.vkey)
  const refusal = w.refused(w.sign('fabrikam.com', 'accord', { by: [FABRIKAM.keys[0]!] }))
  expect(refusal.missing).toEqual([{ need: 2, of: [ceo, gc], signed: [ceo] }])
})

test('a type that is no text is refused, however deep it goes', () => {
  const w = world()
  for (const type of ['5', 'null', '[]', '{}', `${'['.repeat(30_000)}${']'.repeat(30_000)}`]) {
    const code = w.refused(signText(`{"type":${type}}\n`, FABRIKAM.keys)).code
    expect(['unknown-type', 'malformed-statement']).toContain(code)
  }
})

test('a refusal repeats nothing long or hostile that the statement says', () => {
  const w = world()
  const long = 'x\u202e'.repeat(10_000)
  const { text } = parseAttestation(w.sign('fabrikam.com'))
  const line = signatureOf(text, FABRIKAM.keys[0]!)
  const notes = [
    signText(`{"type":"${long}"}\n`, FABRIKAM.keys),
    signText(text.replace('"type"', `"${long}": 1,\n  "type"`), FABRIKAM.keys),
    formatAttestation(text, [{ ...line, name: long }]),
    formatAttestation(text, [{ ...line, name: long, blob: new Uint8Array(63) }]),
    formatAttestation(text, [
      { ...line, name: long },
      { ...line, name: 'a' },
    ]).replace(/(— a .*\n)(— .*\n)$/s, '$2$1'),
    utf8(`accord-entry/v1\ntime ${long}\n\n`),
  ]
  for (const note of notes) {
    const refusal =
      typeof note === 'string' ? w.refused(note) : (w.judgeEntry(note) as { detail: string })
    expect(refusal.detail.length).toBeLessThan(200)
    expect(refusal.detail).not.toContain('\u202e')
  }
})

test('entry 0 is the depositary’s, and says that it saw nothing', () => {
  const w = new World({}, false)
  const sizeOne = { seen: { ...w.seen, size: 1 } }
  expect(w.refused(w.enrol(CONTOSO)).code).toBe('not-depositary')
  expect(w.refused(w.genesis({ previous: someDigest('x') })).code).toBe('stale-previous')
  expect(w.refused(w.genesis(sizeOne)).code).toBe('seen-unknown')
  expect(w.refused(w.genesis({ seen: { size: 0, root: world().seen.root } })).code).toBe(
    'seen-mismatch',
  )
  expect(w.refused(w.genesis({ log: [keyOf('elsewhere.example/log').vkey] })).code).toBe('key-name')
  w.add(w.genesis())
  expect(w.memory.size).toBe(1)
})

test('a statement is read and written the same', () => {
  const { text } = parseAttestation(world().sign('fabrikam.com'))
  expect(formatStatement(parseStatement(text) as Statement)).toBe(text)
})
