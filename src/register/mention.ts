/**
 * Which entries speak of whom, without reading the entries.
 *
 * @module
 */
import { listed, q, type Sql } from '../../db/sql.ts'
import type { Registry } from '../accord/state.ts'

/** Indexes of the entries up to and with `last` that speak for these domains or of them. */
export async function mentioning(
  sql: Sql,
  domains: readonly string[],
  last: number,
): Promise<number[]> {
  const rows = await sql.all(
    q
      .selectFrom('mention')
      .select('idx')
      .distinct()
      .where('domain', 'in', listed(domains))
      .where('idx', '<=', last)
      .orderBy('idx')
      .compile(),
  )
  return rows.map(({ idx }) => idx)
}

/**
 * Indexes of what the depositary said up to and with `last`, its verifications left out, newest
 * first. Its record names the newest of them; the record before that one, the one before.
 */
export async function depositaryActs(sql: Sql, last: number): Promise<number[]> {
  const acts: number[] = []
  for (let to = last; to >= 0; to = acts.at(-1)! - 1) {
    const [row] = await sql.all(
      q
        .selectFrom('record')
        .select('value')
        .where('kind', '=', 'registry')
        .where('key', '=', '')
        .where('from_index', '<=', to)
        .orderBy('from_index', 'desc')
        .limit(1)
        .compile(),
    )
    acts.push((JSON.parse(row!.value) as Registry).anchor)
  }
  return acts
}
