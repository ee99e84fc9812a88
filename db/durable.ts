/**
 * SQLite in a Durable Object: the store on Cloudflare.
 *
 * A transaction is synchronous, and what leaves the object waits until it is durable; `sync` is
 * awaited all the same, so that the port's promise stands on what is documented and not on when a
 * message happens to leave.
 *
 * See https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/.
 *
 * @module
 */
import type { CompiledQuery } from 'kysely'
import { StoreError } from './error.ts'
import type { Sql } from './sql.ts'

/** What is used of a Durable Object's storage. */
export interface DurableStorage {
  readonly sql: {
    exec(query: string, ...bindings: unknown[]): { toArray(): Record<string, unknown>[] }
  }
  transactionSync<T>(work: () => T): T
  sync(): Promise<void>
}

/**
 * The store of a Durable Object.
 *
 * It binds at most 100 parameters to a statement and keeps at most 2 MB in a row, as the platform
 * does; what is longer is refused as `FAILED`, and nothing took effect.
 */
export function openDurable(storage: DurableStorage): Sql {
  const run = ({ sql, parameters }: CompiledQuery) =>
    storage.sql.exec(sql, ...parameters.map(bound)).toArray()
  return {
    all: async <T>(query: CompiledQuery<T>) => guarded(() => run(query).map(plain)) as T[],
    atomically: async (queries) => {
      guarded(() =>
        storage.transactionSync(() => {
          for (const query of queries) run(query)
        }),
      )
      await storage.sync()
    },
  }
}

/** Bytes are bound as the memory that they are: a view's own, and no more. */
function bound(value: unknown): unknown {
  return value instanceof Uint8Array ? value.slice().buffer : value
}

/** A row whose blobs are bytes. */
function plain(row: Record<string, unknown>): unknown {
  const cells = Object.entries(row)
  return Object.fromEntries(
    cells.map(([name, v]) => [name, v instanceof ArrayBuffer ? new Uint8Array(v) : v]),
  )
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (e) {
    if (!(e instanceof Error) || !/\bSQLITE_[A-Z]+\b/.test(e.message)) throw e
    throw new StoreError(codeOf(e.message), e.message, { cause: e })
  }
}

/** The platform says which constraint it was by SQLite's own words alone. */
function codeOf(message: string): StoreError['code'] {
  if (/^UNIQUE constraint failed/.test(message)) return 'CONFLICT'
  return message.includes('SQLITE_CONSTRAINT') ? 'CONSTRAINT' : 'FAILED'
}
