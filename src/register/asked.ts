/**
 * The two clocks in every question: *valid at* and *known at*.
 *
 * No entry alters what held before its own time. So what held at a time, as the log could show it
 * at a size, is decided by those of the first `size` entries whose time is not later.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'
import { RegisterError } from './error.ts'
import { headOf } from './head.ts'

/** What a question is asked about. */
export interface Asked {
  /** Valid at: POSIX seconds. */
  readonly at: number
  /** Known at: a tree size; all there is where it is not given. */
  readonly size?: number | undefined
}

/** How many entries decide an answer, and for which time. */
export interface Decided {
  readonly at: number
  readonly size: number
}

/**
 * How many entries decide an answer.
 *
 * @throws {RegisterError} `UNKNOWN_SIZE`, `NO_LOG`
 */
export async function decide(sql: Sql, { at, size }: Asked): Promise<Decided> {
  return { at, size: await sizeAt(sql, at, size) }
}

/**
 * How many of the first `size` entries have a time that is not after `at`.
 *
 * @throws {RegisterError} `UNKNOWN_SIZE`, `NO_LOG`
 */
export async function sizeAt(sql: Sql, at: number, size?: number): Promise<number> {
  const known = await knownSize(sql, size)
  const last = q.selectFrom('entry').select('idx').where('time', '<=', at)
  const [row] = await sql.all(
    last.orderBy('time', 'desc').orderBy('idx', 'desc').limit(1).compile(),
  )
  return row ? Math.min(row.idx + 1, known) : 0
}

async function knownSize(sql: Sql, size: number | undefined): Promise<number> {
  const head = await headOf(sql)
  if (size === undefined) return head.size
  if (!Number.isSafeInteger(size) || size < 0 || size > head.size) {
    throw new RegisterError('UNKNOWN_SIZE', `expected a size from 0 to ${head.size}, got ${size}`)
  }
  return size
}
