/**
 * Entry into force: when enough parties are bound by a version.
 *
 * See docs/spec/law.md, "Entry into force".
 *
 * @module
 */
import { holdingOf, partyById } from './party.ts'
import type { Draft, Version } from './state.ts'
import type { Digest } from './text.ts'
import { isBound } from './word.ts'

/** Where an entry stands. */
interface Place {
  readonly time: number
  readonly index: number
}

/**
 * A party's commitment to an instrument has changed: counts it among those bound, and notes the
 * first entry after which a version has enough of them.
 */
export function countBound(draft: Draft, id: string, party: Digest, place: Place): void {
  const instrument = draft.get('instrument', id)!
  const { current } = holdingOf(partyById(draft, party), id)
  const versions = instrument.versions.map((v) => {
    const binding = current?.state === 'bound' && current.version === v.version
    return counted(draft, id, binding ? withHolder(v, party) : v, place)
  })
  if (versions.some((v, i) => v !== instrument.versions[i])) {
    draft.set('instrument', id, { ...instrument, versions })
  }
}

function withHolder(v: Version, party: Digest): Version {
  return waits(v) && !v.holders.includes(party) ? { ...v, holders: [...v.holders, party] } : v
}

function waits(v: Version): boolean {
  return v.terms.entry_into_force !== null && v.inForce === null
}

function counted(draft: Draft, id: string, v: Version, place: Place): Version {
  if (!waits(v)) return v
  const bound = v.holders.filter((party) => binds(draft, id, v, party, place.time))
  if (bound.length < v.terms.entry_into_force!) return v
  return { ...v, inForce: { time: place.time, index: place.index }, holders: [] }
}

function binds(draft: Draft, id: string, v: Version, party: Digest, at: number): boolean {
  const holder = partyById(draft, party)
  const { current } = holdingOf(holder, id)
  return current?.version === v.version && isBound(current, holder, v.terms, at)
}
