/**
 * What the depositary has said that it no longer serves. The log keeps it all the same; whoever
 * reads texts out of the log through the register does not come by what was taken down.
 *
 * See docs/spec/card.md, "What is withheld".
 *
 * @module
 */
import type { WithheldRow } from '../../db/schema.ts'
import { q, type Sql } from '../../db/sql.ts'
import type { TakenDown } from '../accord/served.ts'

/** Every statement that was taken down, whatever the tree size that is asked about. */
export async function takenDown(sql: Sql): Promise<TakenDown> {
  const rows = await sql.all(
    q
      .selectFrom('withheld')
      .select('subject')
      .select((e) => e.fn.min('from_index').as('index'))
      .where('act', '=', 'takedown')
      .groupBy('subject')
      .compile(),
  )
  return new Map(rows.map(({ subject, index }) => [subject, index]))
}

/** The index of the first notice by which something of a statement is withheld; null for none. */
export async function withheldBy(
  sql: Sql,
  subject: string,
  act: WithheldRow['act'],
): Promise<number | null> {
  const [row] = await sql.all(
    q
      .selectFrom('withheld')
      .select('from_index')
      .where('subject', '=', subject)
      .where('act', '=', act)
      .orderBy('from_index')
      .limit(1)
      .compile(),
  )
  return row?.from_index ?? null
}

/** The digests of all statements of which the cards are to be erased. */
export async function erasedStatements(sql: Sql): Promise<string[]> {
  const rows = await sql.all(
    q.selectFrom('withheld').select('subject').distinct().where('act', '=', 'erase').compile(),
  )
  return rows.map(({ subject }) => subject)
}
