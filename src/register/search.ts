/**
 * Search over parties, by what they call themselves and by domain.
 *
 * @module
 */
import { sql as raw } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import type { Party } from '../accord/state.ts'
import { type Asked, decide } from './asked.ts'
import { servedParty, takenDown } from './withheld.ts'

/** How texts are compared: letters alike whatever their case or form. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** Whether a text holds what was searched for. */
export function holds(text: string, wanted: string): boolean {
  return folded(text).includes(folded(wanted))
}

/**
 * Parties whose name or domain holds a text, by domain; living or ended. A change of name that was
 * announced and runs out after the last entry is not seen.
 *
 * @param limit - how many at most
 */
export async function searchParties(
  sql: Sql,
  wanted: string,
  asked: Asked & { readonly limit: number },
): Promise<Party[]> {
  const { size } = await decide(sql, asked)
  const rows = await sql.all(
    q
      .selectFrom('record')
      .select('value')
      .where('kind', '=', 'party')
      .where('from_index', '<', size)
      .where((e) => e.or([e('to_index', 'is', null), e('to_index', '>=', size)]))
      .where('value', 'like', patternOf(wanted))
      .where(raw`json_extract(value, '$.domain', '$.profile.name')`, 'like', patternOf(wanted))
      .compile(),
  )
  const down = await takenDown(sql)
  return rows
    .map((row) => servedParty(down, JSON.parse(row.value) as Party))
    .filter(({ domain, profile }) => holds(domain, wanted) || holds(profile.name, wanted))
    .sort((a, b) => (a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : 0))
    .slice(0, asked.limit)
}

/**
 * What the record's JSON is like where it holds the text; the cheap question goes before the exact one. The store folds the case of ASCII letters
 * alone, and JSON escapes some marks: what is not a letter or digit of ASCII stands for anything.
 */
function patternOf(wanted: string): string {
  return `%${folded(wanted).replace(/[^a-z0-9]+/g, '%')}%`
}
