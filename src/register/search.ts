/**
 * Search over parties, by what they call themselves and by domain.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { sayDomain } from '../accord/label.ts'
import type { Party } from '../accord/state.ts'
import { legible } from '../accord/text.ts'
import { type Asked, decide } from './asked.ts'
import { directoryOf, folded } from './directory.ts'
import { withState } from './state.ts'

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
  const ids = await directoryOf(sql).find(wanted, size)
  const found: Party[] = []
  for (let i = 0; i < ids.length && found.length < asked.limit; i += asked.limit) {
    const some = ids.slice(i, i + asked.limit)
    const parties = await partiesAt(sql, size, some)
    // What was taken down is not what it was found by.
    found.push(...parties.filter((party) => isCalled(party, wanted)))
  }
  return found.slice(0, asked.limit)
}

function isCalled({ domain, profile }: Party, wanted: string): boolean {
  return holds(legible(sayDomain(domain)), wanted) || holds(profile.name, wanted)
}

function partiesAt(sql: Sql, size: number, ids: readonly string[]): Promise<Party[]> {
  return withState(
    sql,
    size,
    (state) => ids.map((id) => state.get('party', id)!),
    ids.map((id) => ['party', id] as const),
  )
}
