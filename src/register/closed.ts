/**
 * The mark of a log that has moved house: who bears it signs nothing any more.
 *
 * @module
 */
import type { ClosedRow } from '../../db/schema.ts'
import { q, type Sql } from '../../db/sql.ts'
import { RegisterError } from './error.ts'
import { headOf, publicHeadOf } from './head.ts'

/** When a log moved, and where to. */
export type Closed = Pick<ClosedRow, 'at' | 'moved_to'>

/** The mark; null where there is none. */
export async function closedMark(sql: Sql): Promise<Closed | null> {
  const [row] = await sql.all(q.selectFrom('closed').select(['at', 'moved_to']).compile())
  return row ?? null
}

/**
 * Marks a log as moved, for good. What is marked already keeps its mark.
 *
 * @param closed - `at` in POSIX seconds; `moved_to` the address of its new home
 * @throws {RegisterError} `NO_LOG`; `CORRUPT` where not all of it is public yet: what moves is public
 */
export async function closeLog(sql: Sql, closed: Closed): Promise<void> {
  const [head, seen] = await Promise.all([headOf(sql), publicHeadOf(sql)])
  if (head.size !== seen?.size) {
    const message = `${head.size - (seen?.size ?? 0)} entries are not public yet: let it ask its witnesses first`
    throw new RegisterError('CORRUPT', message)
  }
  const row = q.insertInto('closed').values({ id: 0, ...closed })
  await sql.atomically([row.onConflict((c) => c.doNothing()).compile()])
}
