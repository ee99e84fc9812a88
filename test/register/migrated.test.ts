/**
 * Records written before they had rows of their own are all there after.
 *
 * @module
 */
import { CompiledQuery } from 'kysely'
import { expect, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { LOG } from '../../db/migrations/0001-log.ts'
import { PROJECTIONS } from '../../db/migrations/0002-projections.ts'
import { WITHHELD } from '../../db/migrations/0003-withheld.ts'
import { TALLY } from '../../db/migrations/0004-tally.ts'
import { PUBLISHED } from '../../db/migrations/0005-published.ts'
import { ASKED } from '../../db/migrations/0006-asked.ts'
import { CLOSED } from '../../db/migrations/0007-closed.ts'
import { q, type Sql } from '../../db/sql.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { openAdoption } from '../../src/register/adoption.ts'
import { verify } from '../accord/keys.ts'
import { longWorld } from '../watch/long-log.ts'

const BEFORE = { log: LOG, projections: PROJECTIONS, withheld: WITHHELD, tally: TALLY }
const LATER = { published: PUBLISHED, asked: ASKED, closed: CLOSED }

async function migratedBefore(sql: Sql): Promise<void> {
  const lists = Object.entries({ ...BEFORE, ...LATER })
  const notes = lists.map(([name], id) => q.insertInto('migration').values({ id, name }).compile())
  const statements = lists.flatMap(([, list]) => list)
  const table = 'create table migration (id integer primary key, name text not null) strict'
  await sql.atomically([...[table, ...statements].map((text) => CompiledQuery.raw(text)), ...notes])
}

test('a log of before goes on, its records the same', async () => {
  const world = longWorld(40)
  const [old, fresh] = [openSqlite(':memory:'), openSqlite(':memory:')]
  await migratedBefore(old)
  await migrate(fresh)
  const first = world.entries.slice(0, 30)
  await (await openAdoption(old, verify)).take(first, world.origin)
  await migrate(old)
  await (await openAdoption(old, verify)).take(world.entries.slice(30), world.origin)
  await (await openAdoption(fresh, verify)).take(world.entries, world.origin)
  const records = q.selectFrom('record').selectAll().orderBy('kind').orderBy('key')
  const all = records.orderBy('from_index').compile()
  expect(await old.all(all)).toEqual(await fresh.all(all))
  expect((await old.all(all)).length).toBeGreaterThan(100)
})
