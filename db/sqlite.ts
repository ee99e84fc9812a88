/**
 * SQLite, by better-sqlite3: the store that is there by default.
 *
 * Write-ahead log, and a sync at every commit. The binding's build lowers `synchronous` to NORMAL in
 * that mode unless it is told otherwise; a signed checkpoint could then be lost in a power cut, and
 * the restart would fork the log. So the setting is read back after a first write.
 *
 * See https://www.sqlite.org/pragma.html#pragma_synchronous.
 *
 * @module
 */
import Database from 'better-sqlite3'
import type { CompiledQuery } from 'kysely'
import { StoreError } from './error.ts'
import type { Sql } from './sql.ts'

/** Marks a database file as ours: "ACRD". */
const APPLICATION_ID = 0x41435244
/** PRAGMA synchronous: FULL. */
const FULL = 2
/** How long to wait for another process's transaction, in milliseconds. */
const BUSY_TIMEOUT = 2000

/** A SQLite database that is open. */
export interface Sqlite extends Sql {
  close(): void
  /**
   * Copies the database, as of one moment, while it is in use.
   *
   * A copy is for reading and for an inquiry. A registry that goes on from an old copy signs a
   * second history.
   */
  backup(to: string): Promise<void>
  /**
   * Leaves nothing in the database's files of what was deleted: the file is written anew without
   * it, and the write-ahead log emptied.
   *
   * @throws {StoreError} `BUSY` where another connection still reads what was there
   */
  scrub(): Promise<void>
}

/**
 * Opens a database file, making it where there is none.
 *
 * @param path a file, or `:memory:`
 * @throws {StoreError} `FOREIGN`, `UNSAFE`, `BUSY`, `FAILED`
 */
export function openSqlite(path: string): Sqlite {
  return guarded(() => {
    const db = new Database(path)
    try {
      prepare(db)
      return driver(db)
    } catch (e) {
      db.close()
      throw e
    }
  })
}

/**
 * Takes a lock that only one process can hold: an exclusive transaction on a database of its own,
 * in which nothing is written. The operating system releases it however the process ends.
 *
 * @param path a file, made where there is none
 * @returns what releases it
 * @throws {StoreError} `BUSY` where another holds it, `FAILED`
 */
export function lockSqlite(path: string): () => void {
  return guarded(() => {
    const db = new Database(path, { timeout: 0 })
    try {
      db.exec('begin exclusive')
      return () => db.close()
    } catch (e) {
      db.close()
      throw e
    }
  })
}

function prepare(db: Database.Database): void {
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT}`)
  const id = db.pragma('application_id', { simple: true })
  const tables = db.prepare('select count(*) as n from sqlite_schema').pluck().get()
  if (id !== APPLICATION_ID && (id !== 0 || tables !== 0)) {
    throw new StoreError('FOREIGN', 'a database of another program')
  }
  db.pragma('journal_mode = wal')
  db.pragma('synchronous = full')
  db.pragma('foreign_keys = on')
  // What is deleted is overwritten, and no copy of a page is put into a file elsewhere.
  db.pragma('secure_delete = on')
  db.pragma('temp_store = memory')
  db.pragma(`application_id = ${APPLICATION_ID}`)
  demandSafe(db)
}

/** @throws {StoreError} `UNSAFE` */
function demandSafe(db: Database.Database): void {
  const mode = db.pragma('journal_mode', { simple: true })
  const synchronous = db.pragma('synchronous', { simple: true })
  const keys = db.pragma('foreign_keys', { simple: true })
  const erases = db.pragma('secure_delete', { simple: true })
  const found = `${mode}, ${synchronous}, ${keys}, ${erases}`
  if (found !== `${db.memory ? 'memory' : 'wal'}, ${FULL}, 1, 1`) {
    throw new StoreError(
      'UNSAFE',
      `expected wal, synchronous ${FULL}, foreign keys and secure delete, got ${found}`,
    )
  }
}

function driver(db: Database.Database): Sqlite {
  const prepared = new Map<string, Database.Statement>()
  const statement = (sql: string) => {
    const known = prepared.get(sql)
    if (known) return known
    const made = db.prepare(sql)
    // Row-value lists make a text of their own for each length: keep the memory bounded.
    if (prepared.size >= 500) prepared.clear()
    prepared.set(sql, made)
    return made
  }
  const runAll = db.transaction((queries: readonly CompiledQuery[]) => {
    for (const { sql, parameters } of queries) statement(sql).run(parameters)
  })
  return {
    all: async <T>({ sql, parameters }: CompiledQuery<T>) =>
      guarded(() => statement(sql).all(parameters).map(plain)) as T[],
    atomically: async (queries) => guarded(() => runAll.immediate(queries)),
    close: () => db.close(),
    backup: async (to) => {
      await db.backup(to)
    },
    scrub: async () => guarded(() => scrub(db)),
  }
}

/** Deleted cells are overwritten already; a page that was split may hold a copy of one, hence vacuum. */
function scrub(db: Database.Database): void {
  db.exec('vacuum')
  const [{ busy }] = db.pragma('wal_checkpoint(truncate)') as [{ busy: number }]
  if (busy !== 0) throw new StoreError('BUSY', 'another connection reads what was deleted')
}

/** A row whose blobs are plain bytes of their own. */
function plain(row: unknown): unknown {
  const cells = Object.entries(row as Record<string, unknown>)
  return Object.fromEntries(
    cells.map(([name, v]) => [name, v instanceof Uint8Array ? new Uint8Array(v) : v]),
  )
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (e) {
    if (!(e instanceof Database.SqliteError)) throw e
    throw new StoreError(codeOf(e.code), e.message, { cause: e })
  }
}

function codeOf(code: string): StoreError['code'] {
  if (code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_UNIQUE') {
    return 'CONFLICT'
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) return 'CONSTRAINT'
  return code.startsWith('SQLITE_BUSY') ? 'BUSY' : 'FAILED'
}
