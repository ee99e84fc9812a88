import { beforeEach, describe, expect, test } from 'vitest'
import { q } from '../../db/sql.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { formatAttestation, parseAttestation } from '../../src/accord/attestation.ts'
import { AccordError } from '../../src/accord/error.ts'
import { openDepositary } from '../../src/depositary/open.ts'
import { formatRefusal, parseRefusal } from '../../src/depositary/refusal-note.ts'
import type { Logged, RefusedOutcome } from '../../src/depositary/registrar.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { openNote, parseNote } from '../../src/tlog/note.ts'
import { parseProof } from '../../src/tlog/proof.ts'
import { company, RULES } from '../accord/cast.ts'
import { keyOf, signText, verify } from '../accord/keys.ts'
import type { World } from '../accord/kit.ts'
import { type House, openHouse, opening } from './house.ts'

const contoso = company('contoso.com')
let house: House
let world: World

beforeEach(async () => {
  house = await openHouse()
  world = house.world
  await house.add(world.instrument())
  await house.add(world.verification('contoso.com', contoso.keys))
  await house.add(world.enrol(contoso))
})

async function refused(note: string | Uint8Array): Promise<RefusedOutcome> {
  const before = await dump()
  const outcome = await house.depositary.submit(typeof note === 'string' ? utf8(note) : note)
  expect(await dump()).toEqual(before)
  if (outcome.kind !== 'refused') throw new Error('it was logged')
  return outcome
}

/** Everything that a submission could change. */
async function dump() {
  const { sql } = house
  return {
    entries: await sql.all(q.selectFrom('entry').select('digest').compile()),
    checkpoints: await sql.all(q.selectFrom('checkpoint').selectAll().compile()),
    records: await sql.all(q.selectFrom('record').selectAll().compile()),
    published: house.publication.published.length,
  }
}

describe('a submission', () => {
  test('is logged with its receipt', async () => {
    const note = world.sign('contoso.com')
    const outcome = (await house.submit(note)) as Logged
    const { digest } = parseAttestation(note)
    expect(outcome).toMatchObject({
      kind: 'logged',
      digest,
      index: 4,
      time: world.now,
      first: true,
    })
    expect(new TextDecoder().decode(parseProof(outcome.receipt).extra!)).toBe(
      `accord-entry/v1\ntime ${world.now}\n${note}`,
    )
  })

  test('made again has its first receipt, also when the log has grown', async () => {
    const note = world.sign('contoso.com')
    const first = await house.add(note)
    await house.add(world.withdraw('contoso.com'))
    world.days(100)
    expect(await house.submit(note)).toEqual({ ...first, first: false })
  })

  test('made again with other signatures is already logged, and has the receipt of the first', async () => {
    const note = world.registryChange()
    const first = await house.add(note)
    const { text, signatures } = parseNote(note)
    expect(signatures.length).toBeGreaterThan(1)
    const outcome = await refused(formatAttestation(text, signatures.slice(1)))
    expect(outcome).toMatchObject({
      refusal: { code: 'already-logged', index: first.index },
      receipt: first.receipt,
    })
  })

  test('that the law refuses leaves no trace, and a note that the clerk signed', async () => {
    const note = world.sign('contoso.com', 'accord', { by: [keyOf('contoso.com/ceo')] })
    const { digest, refusal, note: shown, receipt } = await refused(note)
    expect(refusal).toMatchObject({ code: 'quorum-not-met', missing: [{ need: 2 }] })
    expect(receipt).toBe(null)
    const opened = openNote(parseNote(shown), [parseVKey(world.clerk.vkey)], verify)
    expect(parseRefusal(opened.text)).toEqual({
      type: 'refusal/v1',
      registry: world.origin,
      statement: digest,
      code: 'quorum-not-met',
      detail: refusal.detail,
      at: world.time(),
    })
  })

  test('with a signature that does not verify is refused', async () => {
    const note = world.sign('contoso.com')
    const { text, signatures } = parseNote(note)
    const blob = signatures[0]!.blob.slice()
    blob[5]! ^= 1
    const forged = formatAttestation(text, [{ ...signatures[0]!, blob }, signatures[1]!])
    expect((await refused(forged)).refusal.code).toBe('bad-signature')
    await house.add(note)
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['text', utf8('hello\n')],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['70,000 bytes', new Uint8Array(70_000).fill(0x61)],
    ['a note of a byte too many', utf8(`${'x'.repeat(65_000)}\n\n\u2014 a b\n`)],
  ])('of %s is malformed', async (_, bytes) => {
    const { digest, refusal } = await refused(bytes)
    expect([digest, refusal.code]).toEqual([null, 'malformed-attestation'])
  })

  test('is refused by the clerk even where its detail quotes what no note can hold', async () => {
    const text = `${JSON.stringify({ type: 'x\u0000\ud800' })}\n`
    const { refusal, note } = await refused(signText(text, [keyOf('contoso.com/ceo')]))
    expect(refusal.code).toBe('unknown-type')
    const opened = openNote(parseNote(note), [parseVKey(world.clerk.vkey)], verify)
    expect(parseRefusal(opened.text).code).toBe('unknown-type')
  })

  test('of a text that is not in NFC is not admitted', async () => {
    const who = company('e.com', { name: 'Caf\u0065\u0301' })
    await house.add(world.verification('e.com', who.keys))
    expect((await refused(world.enrol(who))).refusal.code).toBe('admission-nfc')
    await house.add(world.enrol(company('e.com', { name: 'Caf\u00e9' })))
  })

  test('that announces a law unknown here is not admitted', async () => {
    const note = world.registryChange({ rules: { ...RULES, law: 2 } })
    expect((await refused(note)).refusal.code).toBe('admission-law')
  })

  test('is asked of the admission that was handed in, after the law', async () => {
    const { sql, publication } = house
    const asked: string[] = []
    const depositary = await openDepositary({
      ...opening(world, sql, publication),
      admission: [
        async ({ statement }) => {
          asked.push(statement.type)
          return { code: 'admission-quota', detail: 'enough for today' }
        },
      ],
    })
    const unlawful = world.sign('contoso.com', 'accord', { by: [keyOf('contoso.com/gc')] })
    expect(await depositary.submit(utf8(unlawful))).toMatchObject({
      refusal: { code: 'quorum-not-met' },
    })
    expect(asked).toEqual([])
    const outcome = await depositary.submit(utf8(world.sign('contoso.com')))
    expect(outcome).toMatchObject({ refusal: { code: 'admission-quota' } })
  })
})

describe('a trial', () => {
  const check = (text: string) => house.depositary.check(utf8(text))

  test('of a bare statement says who is to sign and what it would change', async () => {
    const { text } = parseNote(world.sign('contoso.com'))
    const before = await dump()
    const trial = await check(text)
    expect(trial).toMatchObject({ refusal: null, type: 'commitment/v1', size: 4, at: world.now })
    expect(trial.missing).toMatchObject([{ need: 2, signed: [] }])
    expect(trial.words).toMatchObject([
      { domain: 'contoso.com', instrument: 'accord', before: null, after: 'active' },
    ])
    expect(trial.standings).toMatchObject([
      { before: { commitment: { word: 'none' } }, after: { commitment: { word: 'active' } } },
    ])
    expect(await dump()).toEqual(before)
  })

  test('is of one time, whatever the clock does meanwhile', async () => {
    const { text } = parseNote(world.sign('contoso.com'))
    await house.depositary.close()
    const clock = () => world.now++
    house.depositary = await openDepositary({
      ...opening(world, house.sql, house.publication),
      clock,
    })
    expect(await check(text)).toMatchObject({ refusal: null, words: [{ after: 'active' }] })
  })

  test('of a note says which signatures are missing still', async () => {
    const ceo = keyOf('contoso.com/ceo')
    const trial = await check(world.sign('contoso.com', 'accord', { by: [ceo] }))
    expect(trial.missing).toMatchObject([{ need: 2, signed: [ceo.vkey] }])
    expect((await check(world.sign('contoso.com'))).missing).toEqual([])
  })

  test('says what would be refused, and why', async () => {
    expect(await check(world.renew('contoso.com'))).toMatchObject({
      refusal: { code: 'wrong-standing' },
      words: [],
      standings: [],
    })
    expect(await check('nonsense')).toMatchObject({
      digest: null,
      refusal: { code: 'malformed-attestation' },
    })
    expect(await check('{"type":"x"}')).toMatchObject({ refusal: { code: 'unknown-type' } })
    const stale = parseNote(world.sign('contoso.com', 'accord', { previous: null })).text
    expect(await check(stale)).toMatchObject({
      refusal: { code: 'stale-previous', head: world.head('contoso.com') },
    })
  })

  test('says what would be announced', async () => {
    const trial = await check(
      world.registryChange({ rules: { ...RULES, recovery_delay_days: 20 } }),
    )
    expect(trial.announced.map((d) => d.what)).toEqual(['keeping', 'rules'])
  })

  test('judges what comes after a delay that ran out', async () => {
    await house.add(world.sign('contoso.com'))
    world.days(400)
    const { text } = parseNote(world.renew('contoso.com'))
    expect((await check(text)).words).toMatchObject([{ before: 'overdue', after: 'active' }])
  })
})

test('a refusal has one spelling', () => {
  const refusal = {
    type: 'refusal/v1',
    registry: 'registry.example/accord',
    statement: null,
    code: 'malformed-attestation',
    detail: 'not a signed note',
    at: '2026-01-01T00:00:00Z',
  } as const
  const text = formatRefusal(refusal)
  expect(parseRefusal(text)).toEqual(refusal)
  for (const other of [text.trim(), text.replace('  "at"', ' "at"'), '{}\n', 'x']) {
    expect(() => parseRefusal(other)).toThrow(AccordError)
  }
})
