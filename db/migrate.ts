/**
 * Migrations: lists of statements, each list applied once, in order, and never undone.
 *
 * @module
 */
import { CompiledQuery } from 'kysely'
import { StoreError } from './error.ts'
import { LOG } from './migrations/0001-log.ts'
import { PROJECTIONS } from './migrations/0002-projections.ts'
import { q, type Sql } from './sql.ts'

interface Migration {
  readonly name: string
  readonly statements: readonly string[]
}

/** In order; the place in this list is the migration's id. */
const MIGRATIONS: readonly Migration[] = [
  { name: 'log', statements: LOG },
  { name: 'projections', statements: PROJECTIONS },
]

/**
 * Brings a store's tables up to date. Each migration and the note that it was applied are one
 * transaction.
 *
 * @throws {StoreError} `FOREIGN` where the store was migrated by a later version
 */
export async function migrate(sql: Sql): Promise<void> {
  await sql.atomically([
    CompiledQuery.raw(
      'create table if not exists migration (id integer primary key, name text not null) strict',
    ),
  ])
  const done = await sql.all(q.selectFrom('migration').selectAll().orderBy('id').compile())
  if (done.length > MIGRATIONS.length || done.some((m, i) => m.name !== MIGRATIONS[i]?.name)) {
    throw new StoreError('FOREIGN', `this version has ${MIGRATIONS.length} migrations, not these`)
  }
  for (const [id, { name, statements }] of MIGRATIONS.entries()) {
    if (id < done.length) continue
    const noted = q.insertInto('migration').values({ id, name }).compile()
    await sql.atomically([...statements.map((text) => CompiledQuery.raw(text)), noted])
  }
}
