import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { CompiledQuery } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { StoreError } from '../../db/error.ts'
import { migrate, migratePersons } from '../../db/migrate.ts'
import { q } from '../../db/sql.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { sqlSuite } from './sql.suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'accord-db-'))
let files = 0
const newFile = () => join(folder, `${files++}.sqlite`)
afterAll(() => rmSync(folder, { recursive: true }))

async function open(path: string) {
  const sql = openSqlite(path)
  return { sql, close: () => sql.close() }
}

sqlSuite('SQLite in memory', () => open(':memory:'))
sqlSuite('SQLite in a file', () => open(newFile()))

const entry = q
  .insertInto('entry')
  .values({ idx: 0, time: 1, digest: 'sha256:0', body: Uint8Array.of(1) })
  .compile()
const pragma = (name: string) => CompiledQuery.raw(`pragma ${name}`) as CompiledQuery<object>

test('writes ahead and syncs at every commit, also after the first write', async () => {
  const sql = openSqlite(newFile())
  await migrate(sql)
  await sql.atomically([entry])
  expect(await sql.all(pragma('journal_mode'))).toEqual([{ journal_mode: 'wal' }])
  expect(await sql.all(pragma('synchronous'))).toEqual([{ synchronous: 2 }])
  expect(await sql.all(pragma('foreign_keys'))).toEqual([{ foreign_keys: 1 }])
  sql.close()
})

test('a file outlives its process, and a copy is whole', async () => {
  const [path, copy] = [newFile(), newFile()]
  const sql = openSqlite(path)
  await migrate(sql)
  await sql.atomically([entry])
  await sql.backup(copy)
  sql.close()
  for (const file of [path, copy]) {
    const again = openSqlite(file)
    await migrate(again)
    expect(await again.all(q.selectFrom('entry').select('idx').compile())).toEqual([{ idx: 0 }])
    again.close()
  }
})

test('refuses the database of another program', () => {
  const path = newFile()
  new Database(path).exec('create table t (x)').close()
  expect(() => openSqlite(path)).toThrow(StoreError)
  expect(() => openSqlite(path)).toThrow(expect.objectContaining({ code: 'FOREIGN' }))
})

test('refuses a folder, and a file that is no database, by name', () => {
  expect(() => openSqlite(folder)).toThrow(expect.objectContaining({ code: 'FAILED' }))
})

test('waits for no lock for ever', async () => {
  const path = newFile()
  const sql = openSqlite(path)
  await migrate(sql)
  const other = new Database(path)
  other.exec('begin immediate')
  await expect(sql.atomically([entry])).rejects.toMatchObject({ code: 'BUSY' })
  other.exec('rollback')
  await sql.atomically([entry])
  other.close()
  sql.close()
})

test('what is deleted is in no file any more, once it is scrubbed', async () => {
  const path = newFile()
  const sql = openSqlite(path)
  await migratePersons(sql)
  const card = (n: number) => ({
    digest: `d${n}`,
    statement: 's',
    party: 'p',
    body: `${'x'.repeat(900)}-${n}-`,
  })
  const cards = Array.from({ length: 200 }, (_, n) => card(n))
  // In an order that splits pages, so that cells are moved about.
  for (const c of cards.toSorted((a, b) => (a.digest < b.digest ? 1 : -1))) {
    await sql.atomically([q.insertInto('card').values(c).compile()])
  }
  const bytes = () => Buffer.concat([path, `${path}-wal`].map((f) => readFileSync(f)))
  expect(bytes().includes('x-77-')).toBe(true)
  await sql.atomically([q.deleteFrom('card').where('digest', '=', 'd77').compile()])
  await sql.scrub()
  expect(bytes().includes('x-77-')).toBe(false)
  expect(bytes().includes('x-78-')).toBe(true)
  expect(statSync(`${path}-wal`).size).toBe(0)
  sql.close()
})

test('a scrub that another connection stands in the way of says so', async () => {
  const path = newFile()
  const sql = openSqlite(path)
  await migratePersons(sql)
  const other = new Database(path)
  other.exec('begin')
  other.prepare('select * from card').all()
  await sql.atomically([
    q.insertInto('card').values({ digest: 'd', statement: 's', party: 'p', body: 'b' }).compile(),
  ])
  await expect(sql.scrub()).rejects.toMatchObject({ code: 'BUSY' })
  other.exec('commit')
  await sql.scrub()
  other.close()
  sql.close()
})

test('a card that was erased is refused of its party from then on, and that is never taken back', async () => {
  const sql = openSqlite(newFile())
  await migratePersons(sql)
  await sql.atomically([q.insertInto('erased').values({ digest: 'd', party: 'p' }).compile()])
  const card = { digest: 'd', statement: 's', body: 'b' }
  const kept = (party: string) =>
    q
      .insertInto('card')
      .values({ ...card, party })
      .compile()
  await expect(sql.atomically([kept('p')])).rejects.toMatchObject({ code: 'CONSTRAINT' })
  await sql.atomically([kept('another')])
  const undone = q.deleteFrom('erased').compile()
  await expect(sql.atomically([undone])).rejects.toMatchObject({ code: 'CONSTRAINT' })
  sql.close()
})

test('a log is no database of persons, nor the other way round', async () => {
  const [log, persons] = [openSqlite(newFile()), openSqlite(newFile())]
  await migrate(log)
  await migratePersons(persons)
  await expect(migratePersons(log)).rejects.toMatchObject({ code: 'FOREIGN' })
  await expect(migrate(persons)).rejects.toMatchObject({ code: 'FOREIGN' })
  log.close()
  persons.close()
})
