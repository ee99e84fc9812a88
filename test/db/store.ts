/**
 * The store that tests of the machine run on: here SQLite in memory. In workerd another module stands
 * in the place of this one: see `vitest.config.ts`.
 *
 * @module
 */
import { migrate } from '../../db/migrate.ts'
import type { Sql } from '../../db/sql.ts'
import { openSqlite } from '../../db/sqlite.ts'

/** Of how many questions that are asked at every size one is asked: here each. */
export const EVERY: number = 1

/** An empty database with its tables. */
export async function newSql(): Promise<Sql> {
  const sql = openSqlite(':memory:')
  await migrate(sql)
  return sql
}
