/**
 * Migrations: lists of statements, each list applied once, in order, and never undone.
 *
 * @module
 */
import { CompiledQuery } from 'kysely'
import { StoreError } from './error.ts'
import { LOG } from './migrations/0001-log.ts'
import { PROJECTIONS } from './migrations/0002-projections.ts'
import { WITHHELD } from './migrations/0003-withheld.ts'
import { TALLY } from './migrations/0004-tally.ts'
import { PUBLISHED } from './migrations/0005-published.ts'
import { ASKED } from './migrations/0006-asked.ts'
import { CLOSED } from './migrations/0007-closed.ts'
import { RECORD_ROWS } from './migrations/0008-record-rows.ts'
import { CARDS } from './migrations/persons-0001-cards.ts'
import { PARTIES } from './migrations/persons-0002-parties.ts'
import { HEADS } from './migrations/witness-0001-heads.ts'
import { q, type Sql } from './sql.ts'

interface Migration {
  readonly name: string
  readonly statements: readonly string[]
}

/** In order; the place in this list is the migration's id. */
const MIGRATIONS: readonly Migration[] = [
  { name: 'log', statements: LOG },
  { name: 'projections', statements: PROJECTIONS },
  { name: 'withheld', statements: WITHHELD },
  { name: 'tally', statements: TALLY },
  { name: 'published', statements: PUBLISHED },
  { name: 'asked', statements: ASKED },
  { name: 'closed', statements: CLOSED },
  { name: 'record rows', statements: RECORD_ROWS },
]

/** Those of the database of persons. */
const PERSONS: readonly Migration[] = [
  { name: 'cards', statements: CARDS },
  { name: 'parties', statements: PARTIES },
]

/** Those of a witness's database. */
const WITNESS: readonly Migration[] = [{ name: 'heads', statements: HEADS }]

/**
 * Brings the log's tables up to date. Each migration and the note that it was applied are one
 * transaction.
 *
 * @throws {StoreError} `FOREIGN` where the store was migrated by a later version, or is no log's
 */
export function migrate(sql: Sql): Promise<void> {
  return apply(sql, MIGRATIONS)
}

/**
 * Brings the tables of a database of persons up to date.
 *
 * @throws {StoreError} `FOREIGN` where it was migrated by a later version, or holds no persons
 */
export function migratePersons(sql: Sql): Promise<void> {
  return apply(sql, PERSONS)
}

/**
 * Brings the tables of a witness's database up to date.
 *
 * @throws {StoreError} `FOREIGN` where it was migrated by a later version, or is no witness's
 */
export function migrateWitness(sql: Sql): Promise<void> {
  return apply(sql, WITNESS)
}

async function apply(sql: Sql, migrations: readonly Migration[]): Promise<void> {
  await sql.atomically([
    CompiledQuery.raw(
      'create table if not exists migration (id integer primary key, name text not null) strict',
    ),
  ])
  const done = await sql.all(q.selectFrom('migration').selectAll().orderBy('id').compile())
  if (done.length > migrations.length || done.some((m, i) => m.name !== migrations[i]?.name)) {
    throw new StoreError('FOREIGN', `this version has ${migrations.length} migrations, not these`)
  }
  for (const [id, { name, statements }] of migrations.entries()) {
    if (id < done.length) continue
    const noted = q.insertInto('migration').values({ id, name }).compile()
    await sql.atomically([...statements.map((text) => CompiledQuery.raw(text)), noted])
  }
}
