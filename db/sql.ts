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
