/**
 * The port through which a store is reached, and the builder of what goes through it.
 *
 * There are no interactive transactions, because not every store has them. What replaces them is
 * that a second writer on the same head breaks a constraint and so takes no effect.
 *
 * @module
 */
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type RawBuilder,
  sql as raw,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Tables } from './schema.ts'

/** A store of rows. Blobs come out of it as `Uint8Array`. */
export interface Sql {
  /**
   * Answers a query.
   *
   * @throws {StoreError}
   */
  all<T>(query: CompiledQuery<T>): Promise<T[]>
  /**
   * Runs every statement, in order, in one transaction; all take effect, or none.
   *
   * When it resolves, what it wrote outlives a power cut.
   *
   * @throws {StoreError} `CONFLICT`, `CONSTRAINT` or `BUSY` where nothing took effect; `FAILED`
   *   where that is unknown
   */
  atomically(queries: readonly CompiledQuery[]): Promise<void>
}

/** Builds SQL and never runs it. */
export const q = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/**
 * An insert whose text is built once: what is written many times a second differs in its values alone.
 *
 * @param columns - all that are to be written
 */
export function inserting<T extends keyof Tables & string, C extends keyof Tables[T] & string>(
  table: T,
  columns: readonly C[],
): (row: Readonly<Pick<Tables[T], C>>) => CompiledQuery {
  const names = raw.join(columns.map((column) => raw.ref(column)))
  const values = raw.join(columns.map(() => null))
  const made = raw`insert into ${raw.table(table)} (${names}) values (${values})`.compile(q)
  return (row) => ({ ...made, parameters: columns.map((column) => row[column]) })
}

/**
 * The values of a list, as what `in` is held against. It is one parameter however long the list is:
 * a Durable Object binds at most 100, and a statement's text stays the same, so that it is prepared
 * once.
 */
export function listed<T extends number | string>(values: readonly T[]): RawBuilder<T> {
  return raw<T>`(select value from json_each(${JSON.stringify(values)}))`
}

/** Pairs, as the rows of a table that is made on the spot. */
export function paired(
  names: readonly [string, string],
  pairs: readonly (readonly [number | string, number | string])[],
): RawBuilder<unknown> {
  const [first, second] = names.map((name) => raw.ref(name))
  return raw`(select value ->> 0 as ${first}, value ->> 1 as ${second} from json_each(${JSON.stringify(pairs)}))`
}
