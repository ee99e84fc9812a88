/**
 * What the law knows of a log, read from rows.
 *
 * The law asks for records one at a time and cannot wait. So it is run against what is loaded; where
 * a record is missing it is stopped, the record is loaded, and the law is run again: being pure, it
 * does not mind. That a record is not there is remembered too.
 *
 * @module
 */
import { type CompiledQuery, sql as raw } from 'kysely'
import { listed, paired, q, type Sql } from '../../db/sql.ts'
import type { Facts } from '../accord/case.ts'
import { servedState } from '../accord/served.ts'
import type { Change, State, Table, Tables } from '../accord/state.ts'
import type { Hash } from '../tlog/bytes.ts'
import { rootAt } from '../tlog/merkle.ts'
import { RegisterError } from './error.ts'
import { treeNodes } from './tree.ts'
import { takenDown } from './withheld.ts'

/** A record's table and key. */
export type Wanted = readonly [table: Table, key: string]

/** How many records are asked for in one query. */
const AT_ONCE = 200

/** How many roots of a store are remembered: a size has one root for ever, and many name the same. */
const KEPT_ROOTS = 1024
const remembered = new WeakMap<Sql, Map<number, Hash>>()

function rootsOf(sql: Sql): Map<number, Hash> {
  const roots = remembered.get(sql) ?? new Map<number, Hash>()
  remembered.set(sql, roots)
  return roots
}

/** How often work is run again before others have their turn. */
const RUNS_A_TURN = 4

/** Lets the event loop go round: a store that answers at once never would. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

/** Thrown through the law, and never out of this module. */
class Miss extends Error {
  readonly load: () => Promise<void>
  constructor(load: () => Promise<void>) {
    super('a record is not loaded yet')
    this.load = load
  }
}

/** The state at a tree size, over rows. Reads fail until {@link Rows.run} has loaded what they need. */
export class Rows implements State {
  #size: number
  #time: number
  readonly #sql: Sql
  readonly #known = new Map<string, unknown>()
  readonly #roots = new Map<number, Hash>()

  /** @param time - of the last entry; see {@link openRows} */
  constructor(sql: Sql, size: number, time: number) {
    this.#sql = sql
    this.#size = size
    this.#time = time
  }

  get size(): number {
    return this.#size
  }

  get time(): number {
    return this.#time
  }

  get<T extends Table>(table: T, key: string): Tables[T] | undefined {
    const name = `${table} ${key}`
    if (!this.#known.has(name)) throw new Miss(() => this.load([[table, key]]))
    return this.#known.get(name) as Tables[T] | undefined
  }

  /** The root at a size up to the one that the rows have. */
  readonly seenRoot: Facts['seenRoot'] = (size) => {
    if (size > this.#size) return undefined
    const root = this.#roots.get(size)
    if (!root) throw new Miss(() => this.#loadRoot(size))
    return root
  }

  /** Runs pure work until nothing it asks for is missing. Others have their turn in between. */
  async run<T>(work: () => T): Promise<T> {
    for (let runs = 1; ; runs++) {
      try {
        return work()
      } catch (e) {
        if (!(e instanceof Miss)) throw e
        await e.load()
        if (runs % RUNS_A_TURN === 0) await turn()
      }
    }
  }

  /** Loads records that will be asked for, and after a domain the party that bears it. */
  async load(wanted: readonly Wanted[]): Promise<void> {
    await this.#load(wanted)
    await this.#load(wanted.flatMap(([table, key]) => this.#partyAfter(table, key)))
  }

  #partyAfter(table: Table, key: string): Wanted[] {
    if (table !== 'domain') return []
    const domain = this.#known.get(`domain ${key}`) as Tables['domain'] | undefined
    const last = domain?.parties.at(-1)
    return last === undefined ? [] : [['party', last]]
  }

  async #load(wanted: readonly Wanted[]): Promise<void> {
    const missing = wanted.filter(([table, key]) => !this.#known.has(`${table} ${key}`))
    for (let i = 0; i < missing.length; i += AT_ONCE) {
      await this.#loadSome(missing.slice(i, i + AT_ONCE))
    }
  }

  /**
   * Takes over what an entry changed. The rows need not be written yet; where they never are, this
   * state is of no use any more.
   */
  take(after: State, changes: readonly Change[]): void {
    for (const { table, key, value } of changes) this.#known.set(`${table} ${key}`, value)
    this.#size = after.size
    this.#time = after.time
  }

  /** Forgets everything loaded where it has become more than `limit` records. */
  trim(limit: number): void {
    if (this.#known.size > limit) this.#known.clear()
    if (this.#roots.size > limit) this.#roots.clear()
  }

  async #loadSome(wanted: readonly Wanted[]): Promise<void> {
    const entries = wanted.filter(([table]) => table === 'entry').map(([, key]) => Number(key))
    const others = wanted.filter(([table]) => table !== 'entry')
    const [times, records] = await Promise.all([
      entries.length > 0 ? this.#sql.all(timesQuery(entries, this.#size)) : [],
      others.length > 0 ? this.#sql.all(recordsQuery(others, this.#size)) : [],
    ])
    for (const [table, key] of wanted) this.#known.set(`${table} ${key}`, undefined)
    for (const { idx, time } of times) this.#known.set(`entry ${idx}`, time)
    for (const { kind, key, value } of records) {
      if (value !== null) this.#known.set(`${kind} ${key}`, JSON.parse(value))
    }
  }

  async #loadRoot(size: number): Promise<void> {
    const known = rootsOf(this.#sql)
    const root = known.get(size) ?? (await rootAt(size, treeNodes(this.#sql)))
    if (known.size === KEPT_ROOTS) known.clear()
    known.set(size, root)
    this.#roots.set(size, root)
  }
}

/**
 * The state after the first `size` entries.
 *
 * @throws {RegisterError} `UNKNOWN_SIZE`
 */
export async function openRows(sql: Sql, size: number): Promise<Rows> {
  if (size === 0) return new Rows(sql, 0, 0)
  const [last] = await sql.all(timesQuery([size - 1], size))
  if (!last) throw new RegisterError('UNKNOWN_SIZE', `the log has not had ${size} entries`)
  return new Rows(sql, size, last.time)
}

/**
 * Runs pure work against the state after the first `size` entries, with its texts as they are
 * served: see {@link servedState}.
 *
 * @param work - runs several times, so it may change nothing but what it makes itself
 * @param wanted - records that it is known to ask for
 * @throws {RegisterError} `UNKNOWN_SIZE`
 */
export async function withState<T>(
  sql: Sql,
  size: number,
  work: (state: State, seenRoot: Facts['seenRoot']) => T,
  wanted: readonly Wanted[] = [],
): Promise<T> {
  const [rows, down] = await Promise.all([openRows(sql, size), takenDown(sql)])
  await rows.load(wanted)
  return rows.run(() => work(servedState(rows, down), rows.seenRoot))
}

function timesQuery(indexes: readonly number[], size: number) {
  const entries = q.selectFrom('entry').select(['idx', 'time'])
  return entries.where('idx', 'in', listed(indexes)).where('idx', '<', size).compile()
}

interface Found {
  readonly kind: Table
  readonly key: string
  readonly value: string | null
}

/** A record is never removed, so the last row from before the size is the one that is true there. */
function recordsQuery(wanted: readonly Wanted[], size: number): CompiledQuery<Found> {
  return raw<Found>`
    select kind, key, (
      select value from record as r
      where r.kind = wanted.kind and r.key = wanted.key and r.from_index < ${size}
      order by r.from_index desc limit 1
    ) as value from ${paired(['kind', 'key'], wanted)} as wanted`.compile(q)
}
