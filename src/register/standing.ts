/**
 * The standing of a party, asked of rows.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { lastParty } from '../accord/party.ts'
import { type Standing, standing } from '../accord/standing.ts'
import { type Asked, decide } from './asked.ts'
import { withState } from './state.ts'

/**
 * The standing under an instrument of the party that bears a domain at a time, or bore it last.
 *
 * @returns null where there was no such party or instrument yet
 */
export async function standingOf(
  sql: Sql,
  asked: Asked & { readonly domain: string; readonly instrument: string },
): Promise<Standing | null> {
  const { domain, instrument } = asked
  const { at, size } = await decide(sql, asked)
  return withState(
    sql,
    size,
    (state) => {
      const party = lastParty(settled(state, at), domain)
      return party ? standing(state, party.id, instrument, at) : null
    },
    [
      ['registry', ''],
      ['agenda', ''],
      ['domain', domain],
      ['instrument', instrument],
    ],
  )
}
