/**
 * Which keys a party held when.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { servedParty } from '../accord/served.ts'
import type { KeyRecord, Party } from '../accord/state.ts'
import { type Asked, decide } from './asked.ts'
import { withState } from './state.ts'
import { takenDown } from './withheld.ts'

/** Keys that were in force together. */
export interface Held extends KeyRecord {
  /** The enrolment that said so. */
  readonly index: number
  /** POSIX seconds; `to` is null while they are in force. */
  readonly from: number
  readonly to: number | null
}

/** A party's record from a time on. */
interface Since {
  readonly party: Party
  readonly from: number
}

/** The keys that a party held, one after the other, up to a time. */
export async function heldKeys(sql: Sql, id: string, asked: Asked): Promise<Held[]> {
  const { at, size } = await decide(sql, asked)
  const rows = await sql.all(
    q
      .selectFrom('record as r')
      .innerJoin('entry as e', 'e.idx', 'r.from_index')
      .select(['r.value as value', 'e.time as from'])
      .where('r.kind', '=', 'party')
      .where('r.key', '=', id)
      .where('r.from_index', '<', size)
      .orderBy('r.from_index')
      .compile(),
  )
  const down = await takenDown(sql)
  const records = rows.map(({ value, from }) => ({
    party: servedParty(down, JSON.parse(value) as Party),
    from,
  }))
  const now = await withState(sql, size, (state) => settled(state, at).get('party', id)!, [
    ['agenda', ''],
    ['party', id],
  ])
  return changesOf([...records, { party: now, from: at }])
}

function changesOf(records: readonly Since[]): Held[] {
  const starts = records.flatMap(({ party, from }, i) => {
    const before = records[i - 1]?.party
    if (before?.enrolled.digest === party.enrolled.digest) return []
    const { keys, threshold, recovery } = party.profile
    return [
      {
        keys,
        threshold,
        recovery,
        index: party.enrolled.index,
        from: startOf(party, before, from),
      },
    ]
  })
  return starts.map((held, i) => ({ ...held, to: starts[i + 1]?.from ?? null }))
}

/** A change that was announced took effect at its own time, before any entry showed it. */
function startOf(party: Party, before: Party | undefined, from: number): number {
  const { pending } = before ?? {}
  return pending && pending.digest === party.enrolled.digest ? Math.min(pending.at, from) : from
}
