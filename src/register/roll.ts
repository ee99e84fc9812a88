/**
 * The roll of an instrument: parties to it, each with its standing on all axes.
 *
 * @module
 */
import { listed, q, type Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { holdingOf } from '../accord/party.ts'
import { servedState, type TakenDown } from '../accord/served.ts'
import { type Standing, standing } from '../accord/standing.ts'
import type { Party, PartyKind, State } from '../accord/state.ts'
import type { Digest } from '../accord/text.ts'
import { type Asked, type Decided, decide } from './asked.ts'
import { directoryOf } from './directory.ts'
import { openRows, type Wanted } from './state.ts'
import { takenDown } from './withheld.ts'

/** A party to an instrument. */
export interface RollLine {
  readonly party: Digest
  readonly domain: string
  readonly name: string
  readonly kind: PartyKind
  readonly jurisdiction: string | null
  readonly standing: Standing
}

/** How many standings are worked out before others have their turn. */
const CHUNK = 250

/**
 * The standings of parties under an instrument, in the order of their ids as given. Whoever holds
 * nothing to it is left out.
 *
 * @param ids - of parties that had enrolled by then
 */
export async function rollOf(
  sql: Sql,
  instrument: string,
  ids: readonly string[],
  asked: Asked,
): Promise<RollLine[]> {
  const [decided, down] = await Promise.all([decide(sql, asked), takenDown(sql)])
  const lines: RollLine[] = []
  for (let i = 0; i < ids.length; i += CHUNK) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve))
    lines.push(...(await linesOf(sql, instrument, ids.slice(i, i + CHUNK), decided, down)))
  }
  return lines
}

async function linesOf(
  sql: Sql,
  instrument: string,
  ids: readonly string[],
  { at, size }: Decided,
  down: TakenDown,
): Promise<RollLine[]> {
  const rows = await openRows(sql, size)
  const parties = ids.map((id): Wanted => ['party', id])
  await rows.load([['registry', ''], ['agenda', ''], ['instrument', instrument], ...parties])
  await rows.load(await rows.run(() => restsOf(settled(rows, at), instrument, ids)))
  return rows.run(() => {
    const now = settled(servedState(rows, down), at)
    return ids.flatMap((id) => lineOf(now, now.get('party', id)!, instrument, at))
  })
}

/** The statements on which the commitments rest: a standing names their entries. */
function restsOf(state: State, instrument: string, ids: readonly string[]): Wanted[] {
  return ids.flatMap((id): Wanted[] => {
    const { current } = holdingOf(state.get('party', id)!, instrument)
    return current ? [['statement', current.rests]] : []
  })
}

function lineOf(state: State, party: Party, instrument: string, at: number): RollLine[] {
  const { current, waiting } = holdingOf(party, instrument)
  if (!current && !waiting) return []
  const { id, domain, kind, profile } = party
  const { name, jurisdiction } = profile
  const how = standing(state, id, instrument, at)!
  return [{ party: id, domain, name, kind, jurisdiction, standing: how }]
}

/** The ids of all that ever held a commitment to an instrument, by domain. */
export async function everSigned(sql: Sql, instrument: string, asked: Asked): Promise<string[]> {
  const { size } = await decide(sql, asked)
  const rows = await sql.all(
    q
      .selectFrom('word')
      .select(['domain', 'party'])
      .distinct()
      .where('instrument', '=', instrument)
      .where('from_index', '<', size)
      .orderBy('domain')
      .orderBy('party')
      .compile(),
  )
  return rows.map((row) => row.party)
}

/** The ids of parties to an instrument that hold reservations, to that or to another. */
export async function reserving(sql: Sql, instrument: string, asked: Asked): Promise<string[]> {
  const { size } = await decide(sql, asked)
  const those = await directoryOf(sql).reserving(size)
  const ids = new Set(those.map(({ id }) => id))
  const domains = those.map(({ domain }) => domain)
  const rows = await sql.all(
    q
      .selectFrom('word')
      .select('party')
      .distinct()
      .where('instrument', '=', instrument)
      .where('domain', 'in', listed(domains))
      .where('from_index', '<', size)
      .orderBy('party')
      .compile(),
  )
  return rows.map((row) => row.party).filter((id) => ids.has(id))
}
