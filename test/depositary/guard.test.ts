import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { q, type Sql } from '../../db/sql.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { seedSigner } from '../../keys/signer.ts'
import { createLog } from '../../src/depositary/genesis.ts'
import { openDepositary } from '../../src/depositary/open.ts'
import { publishCheckpoint } from '../../src/depositary/publisher.ts'
import { filePublication } from '../../src/node/publication.ts'
import { rebuild } from '../../src/register/rebuild.ts'
import { hash, utf8 } from '../../src/tlog/bytes.ts'
import { formatCheckpoint, parseCheckpoint } from '../../src/tlog/checkpoint.ts'
import { formatNote, parseNote, signNote } from '../../src/tlog/note.ts'
import { company } from '../accord/cast.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { newSql } from '../db/store.ts'
import { begin, type House, memoryPublication, openHouse, opening } from './house.ts'

const folder = mkdtempSync(join(tmpdir(), 'accord-guard-'))
afterAll(() => rmSync(folder, { recursive: true }))

const contoso = company('contoso.com')
let house: House
let world: World

beforeEach(async () => {
  house = await openHouse()
  world = house.world
  await house.add(world.instrument())
  await house.add(world.verification('contoso.com', contoso.keys))
  await house.depositary.close()
})

const start = (sql: Sql, note: string | null, over: object = {}) =>
  openDepositary({ ...opening(world, sql, memoryPublication(note)), ...over })

/** Puts the database back to how it was, as a restored backup does. */
async function backupOf(sql: House['sql'], name: string) {
  const path = join(folder, name)
  await (sql as ReturnType<typeof openSqlite>).backup(path)
  return openSqlite(path)
}

test('a database that was rolled back does not start, and says what is ahead', async () => {
  const old = await backupOf(house.sql, 'old.sqlite')
  const last = house.publication.published.at(-1)!
  const again = await openDepositary(opening(world, house.sql, house.publication))
  await again.submit(utf8(world.enrol(contoso)))
  const ahead = house.publication.published.at(-1)!
  await expect(start(old, ahead)).rejects.toMatchObject({
    code: 'BEHIND',
    published: ahead,
    head: last,
  })
  await expect(start(old, last)).resolves.toBeDefined()
  old.close()
})

test('a database that went another way does not start', async () => {
  const old = await backupOf(house.sql, 'fork.sqlite')
  const one = await openDepositary(opening(world, house.sql, house.publication))
  await one.submit(utf8(world.enrol(contoso)))
  const ahead = house.publication.published.at(-1)!
  const other = await start(old, house.publication.published.at(-2)!)
  await other.submit(utf8(world.notice('erase', world.head(world.domain)!)))
  await expect(start(old, ahead)).rejects.toMatchObject({ code: 'FORKED', published: ahead })
  old.close()
})

test('a head that was committed and not published is published, and no other is', async () => {
  const { published } = house.publication
  const behind = memoryPublication(published.at(-2)!)
  await openDepositary(opening(world, house.sql, behind))
  expect(behind.published).toEqual([published.at(-2), published.at(-1)])
  const same = memoryPublication(published.at(-1)!)
  await openDepositary(opening(world, house.sql, same))
  expect(same.published).toEqual([published.at(-1)])
})

test('a log that was public does not start where nothing is', async () => {
  await expect(start(house.sql, null)).rejects.toMatchObject({ code: 'UNPUBLISHED' })
  const fresh = await newSql()
  await begin(world, fresh)
  await expect(start(fresh, null)).resolves.toBeDefined()
})

test('a checkpoint that is not signed by the log, or is of another log, is not believed', async () => {
  const checkpoint = parseCheckpoint(parseNote(house.publication.published.at(-1)!).text)
  const sign = async (text: string, name: string) => {
    const { seed } = keyOf(name)
    return formatNote(await signNote(text, [seedSigner(name, seed)]))
  }
  const foreign = await sign(formatCheckpoint(checkpoint), 'other.example/accord')
  await expect(start(house.sql, foreign)).rejects.toMatchObject({ code: 'PUBLISHED' })
  const other = await sign(
    formatCheckpoint({ ...checkpoint, origin: 'other.example/accord' }),
    world.origin,
  )
  await expect(start(house.sql, other)).rejects.toMatchObject({ code: 'PUBLISHED' })
  const forked = await sign(
    formatCheckpoint({ ...checkpoint, root: hash(new Uint8Array(32)) }),
    world.origin,
  )
  await expect(start(house.sql, forked)).rejects.toMatchObject({ code: 'FORKED' })
  for (const note of ['', 'garbage']) {
    await expect(start(house.sql, note)).rejects.toMatchObject({ code: 'PUBLISHED' })
  }
})

test('tiles that do not make the head, or are gone, do not start', async () => {
  const last = house.publication.published.at(-1)!
  const run = (...texts: string[]) =>
    house.sql.atomically(texts.map((text) => CompiledQuery.raw(text)))
  await run('drop trigger tile_update', 'drop trigger tile_delete')
  await run('update tile set hashes = zeroblob(length(hashes))')
  await expect(start(house.sql, last)).rejects.toMatchObject({ code: 'TREE' })
  await run('delete from tile')
  await expect(start(house.sql, last)).rejects.toMatchObject({ code: 'TREE' })
})

test('projections cut short do not start, and start when they are made again', async () => {
  const last = house.publication.published.at(-1)!
  await house.sql.atomically([q.deleteFrom('record').where('from_index', '=', 2).compile()])
  await expect(start(house.sql, last)).rejects.toMatchObject({ code: 'PROJECTIONS' })
  await rebuild(house.sql, { verify })
  await expect(start(house.sql, last)).resolves.toBeDefined()
})

test('keys that the log does not name do not start', async () => {
  const last = house.publication.published.at(-1)!
  const stranger = seedSigner('registry.example/stranger', keyOf('x').seed)
  for (const over of [{ signers: [stranger] }, { signers: [] }, { clerk: stranger }]) {
    await expect(start(house.sql, last, over)).rejects.toMatchObject({ code: 'KEYS' })
  }
})

test('a store without a log does not start', async () => {
  await expect(start(await newSql(), null)).rejects.toMatchObject({ code: 'NO_LOG' })
})

test('a first entry that the law refuses, or keys it does not name, begin no log', async () => {
  const sql = await newSql()
  const fresh = new World({}, false)
  const signers = [seedSigner(world.log.name, world.log.seed)]
  const genesis = { signers, time: fresh.now, verify }
  const short = utf8(fresh.genesis({ by: [fresh.clerk] }))
  await expect(createLog(sql, { ...genesis, attestation: short })).rejects.toMatchObject({
    code: 'REFUSED',
    cause: { code: 'quorum-not-met' },
  })
  const attestation = utf8(fresh.genesis())
  const others = [seedSigner(world.origin, keyOf('y').seed)]
  await expect(createLog(sql, { ...genesis, attestation, signers: others })).rejects.toMatchObject({
    code: 'KEYS',
  })
  expect(await sql.all(q.selectFrom('checkpoint').selectAll().compile())).toEqual([])
})

test('a publication never goes back', async () => {
  const { published } = house.publication
  await expect(publishCheckpoint(house.publication, published[0]!)).rejects.toMatchObject({
    code: 'BEHIND',
  })
})

test('a publication in a file is replaced whole', async () => {
  const place = mkdtempSync(join(folder, 'published-'))
  const path = join(place, 'checkpoint')
  const publication = filePublication(path)
  expect(await publication.last()).toBe(null)
  await publication.publish('one\n')
  writeFileSync(`${path}.new`, 'what a crash left behind, longer than the next\n')
  await publication.publish('two\n')
  expect(await publication.last()).toBe('two\n')
  expect(readdirSync(place)).toEqual(['checkpoint'])
  await expect(filePublication(folder).last()).rejects.toMatchObject({ code: 'EISDIR' })
})
