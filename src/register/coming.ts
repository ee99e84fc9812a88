/**
 * Who comes next: the parties whose commitments change soonest by time alone.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'

/**
 * The ids of the parties to an instrument whose word changes next after the last entry of a tree,
 * soonest first.
 */
export async function comingParties(
  sql: Sql,
  instrument: string,
  size: number,
  limit: number,
): Promise<string[]> {
  const last = q
    .selectFrom('entry')
    .select('time')
    .where('idx', '=', size - 1)
  const rows = await sql.all(
    q
      .selectFrom('word')
      .select(['party', (e) => e.fn.min('at_from').as('next')])
      .where('instrument', '=', instrument)
      .where('from_index', '<', size)
      .where((e) => e.or([e('to_index', 'is', null), e('to_index', '>=', size)]))
      .where('at_from', '>', last)
      .groupBy('party')
      .orderBy('next')
      .orderBy('party')
      .limit(limit)
      .compile(),
  )
  return rows.map((row) => row.party)
}
