import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@noble/hashes/sha2.js'
import Database from 'better-sqlite3'
import { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate, migratePersons } from '../../db/migrate.ts'
import { CARDS } from '../../db/migrations/persons-0001-cards.ts'
import { q } from '../../db/sql.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { encodeBase64 } from '../../keys/base64.ts'
import { parseAttestation } from '../../src/accord/attestation.ts'
import { cardDigest, formatCard } from '../../src/accord/card.ts'
import { type Depositary, openDepositary } from '../../src/depositary/open.ts'
import type { Logged, RefusedOutcome } from '../../src/depositary/registrar.ts'
import { isProjected, rebuild } from '../../src/register/rebuild.ts'
import { takenDown } from '../../src/register/withheld.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { fsckDatabase } from '../../src/watch/fsck-database.ts'
import { company } from '../accord/cast.ts'
import { verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { begin, memoryPublication, opening } from './house.ts'

const contoso = company('contoso.com')

/** A card whose name and salt are found nowhere else. */
function cardOf(name: string): string {
  return formatCard({ type: 'card/v1', salt: encodeBase64(sha256(utf8(name))), name })
}

const ANN = cardOf('Ann Ottilie Example')
const BEN = cardOf('Ben Nepomuk Example')
const officer = (card: string) => ({ role: 'Chief executive', card: cardDigest(card) })

let folder: string
let world: World
let sql: Sqlite
let persons: Sqlite
let publication: ReturnType<typeof memoryPublication>
let depositary: Depositary

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'accord-persons-'))
  world = new World()
  sql = openSqlite(join(folder, 'accord.sqlite'))
  await migrate(sql)
  persons = openSqlite(join(folder, 'persons.sqlite'))
  await migratePersons(persons)
  await begin(world, sql)
  publication = memoryPublication()
  await start()
  await add(world.instrument())
  await add(world.verification('contoso.com', contoso.keys))
  await add(world.enrol(contoso))
})

afterEach(() => {
  persons.close()
  sql.close()
  rmSync(folder, { recursive: true })
})

async function start(): Promise<void> {
  depositary = await openDepositary({ ...opening(world, sql, publication), persons })
}

async function send(note: string, ...cards: string[]) {
  return depositary.submit(utf8(note), { cards })
}

async function add(note: string, ...cards: string[]): Promise<Logged> {
  const outcome = await send(note, ...cards)
  if (outcome.kind === 'refused') throw new Error(outcome.refusal.detail)
  if (outcome.first) world.add(note)
  return outcome
}

function signed(...cards: string[]): string {
  return world.sign('contoso.com', 'accord', { officers: cards.map(officer) })
}

async function shown(note: string): Promise<string[]> {
  return [...(await depositary.cards(parseAttestation(note).digest)).values()].toSorted()
}

function kept(): Promise<{ digest: string; statement: string }[]> {
  return persons.all(q.selectFrom('card').select(['digest', 'statement']).compile())
}

/** A party that names what it read in the log of another. */
async function joinEvil() {
  const evil = company('evil.com', { name: 'Zorg' })
  await add(world.verification(evil.domain, evil.keys))
  await add(world.enrol(evil))
  const theirs = () => world.sign(evil.domain, 'accord', { officers: [officer(ANN)] })
  return { evil: evil.domain, theirs }
}

/** The files of the folder in which these bytes stand. */
function filesWith(text: string): string[] {
  return readdirSync(folder).filter((f) => readFileSync(join(folder, f)).includes(text))
}

/** Nothing of a card is in any file: not the text, the name, or the salt. */
function expectForgotten(card: string): void {
  const { name, salt } = JSON.parse(card)
  for (const text of [card, name, salt]) expect(filesWith(text)).toEqual([])
}

describe('a card', () => {
  test('is kept beside the log, and is in no file of the log', async () => {
    const note = signed(ANN, BEN)
    await add(note, ANN, BEN)
    expect(await shown(note)).toEqual([ANN, BEN].toSorted())
    expect(filesWith('Ottilie').every((f) => f.startsWith('persons.sqlite'))).toBe(true)
    expect(filesWith('Ottilie').length).toBeGreaterThan(0)
  })

  test('may come later, and again, and some may never come', async () => {
    const note = signed(ANN, BEN)
    const first = await add(note)
    expect(await shown(note)).toEqual([])
    expect(await add(note, ANN)).toEqual({ ...first, first: false })
    await add(note, ANN)
    expect(await shown(note)).toEqual([ANN])
  })

  test.each([
    ['of nobody whom the statement names', BEN],
    ['in another spelling', ANN.replace('\n', '\n\n')],
    ['that is none', 'Ann'],
    ['without salt', ANN.replace(/"salt": "[^"]*"/, '"salt": ""')],
  ])('%s is refused, and nothing is logged or kept', async (_, card) => {
    const note = world.sign('contoso.com', 'accord', {
      officers: [{ role: 'Chief executive', card: cardDigest(card === BEN ? ANN : card) }],
    })
    const { size } = depositary.published()
    const outcome = (await send(note, card)) as RefusedOutcome
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'admission-card' } })
    expect(outcome.note).not.toContain('Example')
    expect(depositary.published().size).toBe(size)
    expect(await kept()).toEqual([])
  })

  test('with a statement that names no officers is refused, an enrolment among them', async () => {
    const other = company('fabrikam.com')
    await add(world.verification('fabrikam.com', other.keys))
    for (const note of [world.enrol(other), world.withdraw('contoso.com')]) {
      expect(await send(note, ANN)).toMatchObject({ kind: 'refused' })
    }
    expect(await kept()).toEqual([])
  })

  test('of a statement that the law refuses is not kept', async () => {
    const stale = signed(ANN)
    await add(world.rotate('contoso.com', contoso.keys, { name: 'Contoso Inc.' }))
    expect(await send(stale, ANN)).toMatchObject({ refusal: { code: 'stale-previous' } })
    expect(await kept()).toEqual([])
  })

  test('is forgotten where another statement came first, and stays where the same did', async () => {
    const note = signed(ANN)
    const other = world.sign('contoso.com', 'accord', { officers: [officer(BEN)] })
    const outcomes = await Promise.all([send(note, ANN), send(note, ANN), send(other, BEN)])
    expect(outcomes.map((o) => o.kind)).toEqual(['logged', 'logged', 'refused'])
    expect(await kept()).toMatchObject([{ digest: cardDigest(ANN) }])
  })

  test('is refused by a registry that keeps none', async () => {
    const { persons: _, ...without } = { ...opening(world, sql, publication), persons }
    depositary = await openDepositary(without)
    const note = signed(ANN)
    expect(await send(note, ANN)).toMatchObject({ refusal: { code: 'admission-card' } })
    await add(note)
    expect(await shown(note)).toEqual([])
  })
})

describe('an erasure', () => {
  test('leaves nothing of the card in any file; the log and its receipts are as they were', async () => {
    const note = signed(ANN)
    const { digest, receipt } = await add(note, ANN)
    const before = await sql.all(q.selectFrom('entry').selectAll().orderBy('idx').compile())
    await add(world.notice('erase', digest, { reason: 'She asked for it.' }))
    expect(await shown(note)).toEqual([])
    expectForgotten(ANN)
    const after = await sql.all(q.selectFrom('entry').selectAll().orderBy('idx').compile())
    expect(after.slice(0, -1)).toEqual(before)
    expect(await add(note)).toMatchObject({ receipt, first: false })
    expect(await fsckDatabase(sql, { verify })).toMatchObject({ ok: true })
  })

  test('is of one statement’s officers, and of their cards wherever else they stand', async () => {
    const first = signed(ANN)
    const { digest } = await add(first, ANN)
    world.days(340)
    const renewal = world.renew('contoso.com', 'accord', { officers: [ANN, BEN].map(officer) })
    await add(renewal, ANN, BEN)
    expect(await shown(renewal)).toHaveLength(2)
    await add(world.notice('erase', digest))
    expect(await shown(renewal)).toEqual([BEN])
    expectForgotten(ANN)
  })

  test('takes nothing from a party whose card another one named', async () => {
    const { evil, theirs } = await joinEvil()
    const note = signed(ANN)
    await add(note, ANN)
    const named = await add(theirs())
    expect(await depositary.cards(named.digest)).toEqual(new Map())
    await add(world.notice('erase', named.digest))
    expect(await shown(note)).toEqual([ANN])
    await start()
    expect(await shown(note)).toEqual([ANN])
    await add(note, ANN)
    world.days(340)
    const renewal = world.renew(evil, 'accord', { officers: [officer(ANN)] })
    expect(await send(renewal, ANN)).toMatchObject({ refusal: { code: 'admission-erased' } })
  })

  test('with each party that sent the card leaves nothing of it in any file', async () => {
    const { theirs } = await joinEvil()
    const mine = await add(signed(ANN), ANN)
    const copied = await add(theirs(), ANN)
    await add(world.notice('erase', mine.digest))
    expect([...(await depositary.cards(copied.digest)).values()]).toEqual([ANN])
    await add(world.notice('erase', copied.digest))
    expectForgotten(ANN)
  })

  test('is for good: the card is not taken again, with the same statement or with another', async () => {
    const note = signed(ANN)
    const { digest } = await add(note, ANN)
    await add(world.notice('erase', digest))
    expect(await send(note, ANN)).toMatchObject({ refusal: { code: 'admission-erased' } })
    world.days(340)
    const renewal = world.renew('contoso.com', 'accord', { officers: [officer(ANN)] })
    expect(await send(renewal, ANN)).toMatchObject({ refusal: { code: 'admission-erased' } })
    expectForgotten(ANN)
    await add(renewal)
  })

  test('of a card that never came keeps it from coming', async () => {
    const note = signed(ANN)
    const { digest } = await add(note)
    await add(world.notice('erase', digest))
    expect(await send(note, ANN)).toMatchObject({ refusal: { code: 'admission-erased' } })
  })

  test('that another process hinders says so, and is done when the notice is sent again', async () => {
    const note = signed(ANN)
    const { digest } = await add(note, ANN)
    const reader = new Database(join(folder, 'persons.sqlite'))
    reader.exec('begin')
    reader.prepare('select * from card').all()
    const notice = world.notice('erase', digest)
    await expect(send(notice)).rejects.toMatchObject({ code: 'BUSY' })
    expect(await shown(note)).toEqual([])
    reader.exec('rollback')
    expect(await send(notice)).toMatchObject({ kind: 'logged', first: false })
    reader.close()
    expectForgotten(ANN)
  })
})

/**
 * The crash table: where the process dies, and what the next start makes of it. A process that dies
 * is a store whose next step never comes.
 */
describe('a crash', () => {
  const dying = () => {
    throw new Error('the process dies here')
  }

  test('between a card kept and its statement sequenced leaves neither', async () => {
    const note = signed(ANN)
    const dead = await openDepositary({
      ...opening(world, { ...sql, atomically: dying }, publication),
      persons,
    })
    await expect(dead.submit(utf8(note), { cards: [ANN] })).rejects.toMatchObject({
      code: 'STOPPED',
    })
    expect(await kept()).toHaveLength(1)
    await start()
    expect(await kept()).toEqual([])
    expectForgotten(ANN)
    await add(note, ANN)
    expect(await shown(note)).toEqual([ANN])
  })

  test('between a statement committed and its answer leaves both', async () => {
    const note = signed(ANN)
    const dead = await openDepositary({
      ...opening(world, sql, { ...publication, publish: dying }),
      persons,
    })
    await expect(dead.submit(utf8(note), { cards: [ANN] })).rejects.toMatchObject({
      code: 'STOPPED',
    })
    await start()
    expect(await shown(note)).toEqual([ANN])
    expect(await send(note, ANN)).toMatchObject({ kind: 'logged', first: false })
  })

  test('between an erasure logged and done is gone on with at the next start', async () => {
    const note = signed(ANN)
    const { digest } = await add(note, ANN)
    const dead = await openDepositary({ ...opening(world, sql, publication) })
    await dead.submit(utf8(world.notice('erase', digest)))
    expect(filesWith('Ottilie').length).toBeGreaterThan(0)
    await start()
    expect(await shown(note)).toEqual([])
    expectForgotten(ANN)
  })

  test('between cards deleted and the file rid of them is gone on with at the next start', async () => {
    const note = signed(ANN)
    const { digest } = await add(note, ANN)
    const dead = await openDepositary({
      ...opening(world, sql, publication),
      persons: { ...persons, scrub: async () => {} },
    })
    await dead.submit(utf8(world.notice('erase', digest)))
    expect(filesWith('Ottilie').length).toBeGreaterThan(0)
    await start()
    expectForgotten(ANN)
  })

  test('an old copy of the persons that is put back is cleaned at the start', async () => {
    const note = signed(ANN)
    const { digest } = await add(note, ANN)
    const copy = join(folder, 'copy.sqlite')
    await persons.backup(copy)
    await add(world.notice('erase', digest))
    persons.close()
    for (const f of ['', '-wal', '-shm'])
      rmSync(join(folder, `persons.sqlite${f}`), { force: true })
    renameSync(copy, join(folder, 'persons.sqlite'))
    persons = openSqlite(join(folder, 'persons.sqlite'))
    await start()
    expect(await shown(note)).toEqual([])
    expectForgotten(ANN)
  })
})

test('cards that were kept before they had a party get the one of their statement', async () => {
  const { digest } = await add(signed(ANN))
  persons.close()
  persons = openSqlite(join(folder, 'earlier.sqlite'))
  const card = { digest: cardDigest(ANN), statement: digest, body: ANN }
  await persons.atomically([
    ...CARDS.map((text) => CompiledQuery.raw(text)),
    CompiledQuery.raw('create table migration (id integer primary key, name text not null) strict'),
    q.insertInto('migration').values({ id: 0, name: 'cards' }).compile(),
    CompiledQuery.raw('insert into card values (?, ?, ?)', Object.values(card)),
  ])
  await migratePersons(persons)
  await start()
  expect([...(await depositary.cards(digest)).values()]).toEqual([ANN])
  await add(world.notice('erase', digest))
  expectForgotten(ANN)
})

test('what is withheld follows from the log, and is made again from it', async () => {
  const { digest } = await add(signed(ANN), ANN)
  const { index } = await add(world.notice('takedown', digest))
  await add(world.notice('takedown', digest))
  await add(world.notice('erase', digest))
  const before = await sql.all(q.selectFrom('withheld').selectAll().compile())
  expect(before).toHaveLength(3)
  expect(await takenDown(sql)).toEqual(new Map([[digest, index]]))
  const size = await rebuild(sql, { verify })
  expect(await isProjected(sql, size)).toBe(true)
  expect(await sql.all(q.selectFrom('withheld').selectAll().compile())).toEqual(before)
  await sql.atomically([q.deleteFrom('withheld').where('from_index', '=', index).compile()])
  expect(await fsckDatabase(sql, { verify })).toMatchObject({ ok: false, difference: { index } })
})
