/**
 * What is served of a state, where texts were taken down. The log keeps them all the same.
 *
 * See docs/spec/card.md, "What is withheld".
 *
 * @module
 */
import type { Commitment, Instrument, Key, Party, Profile, State, Tables } from './state.ts'

/** Statements that were taken down: of each digest, the index of the first notice that says so. */
export type TakenDown = ReadonlyMap<string, number>

/** What stands in place of a text that was taken down. */
function mark(notice: number): string {
  return `[taken down: entry ${notice}]`
}

/** A state whose texts are those that are served. The law is never asked of it. */
export function servedState(state: State, down: TakenDown): State {
  if (down.size === 0) return state
  return {
    size: state.size,
    time: state.time,
    get: (table, key) => {
      const value = state.get(table, key)
      return value && (servedRecord(down, table, value) as typeof value)
    },
  }
}

function servedRecord(down: TakenDown, table: keyof Tables, value: Tables[keyof Tables]) {
  if (table === 'party') return servedParty(down, value as Party)
  return table === 'instrument' ? servedInstrument(down, value as Instrument) : value
}

/** A party, with the mark in place of names, roles and caveats that were taken down. */
export function servedParty(down: TakenDown, party: Party): Party {
  if (down.size === 0) return party
  const { pending } = party
  return {
    ...party,
    profile: servedProfile(down, party.profile, party.enrolled.digest),
    pending: pending && { ...pending, value: servedProfile(down, pending.value, pending.digest) },
    holdings: party.holdings.map((h) => ({
      ...h,
      current: h.current && servedCommitment(down, h.current),
      waiting: h.waiting && servedCommitment(down, h.waiting),
    })),
  }
}

function servedProfile(down: TakenDown, profile: Profile, by: string): Profile {
  const notice = down.get(by)
  if (notice === undefined) return profile
  const { keys, recovery } = profile
  const marked = (key: Key) => ({ ...key, role: mark(notice) })
  return {
    ...profile,
    name: mark(notice),
    keys: keys.map(marked),
    recovery: recovery && { ...recovery, keys: recovery.keys.map(marked) },
  }
}

function servedCommitment(down: TakenDown, c: Commitment): Commitment {
  const notice = down.get(c.rests)
  if (notice === undefined) return c
  return {
    ...c,
    reservations: c.reservations.map((r) => ({ ...r, text: mark(notice) })),
    declarations: c.declarations.map((d) => (d.text === '' ? d : { ...d, text: mark(notice) })),
  }
}

/** An instrument, with the mark in place of titles that were taken down. */
export function servedInstrument(down: TakenDown, instrument: Instrument): Instrument {
  if (down.size === 0) return instrument
  const versions = instrument.versions.map((v) => {
    const notice = down.get(v.digest)
    return notice === undefined ? v : { ...v, title: mark(notice) }
  })
  return { ...instrument, versions }
}
