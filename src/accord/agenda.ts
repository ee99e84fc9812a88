/**
 * The agenda: changes that were announced and take effect by time alone.
 *
 * See docs/spec/law.md, "Delays".
 *
 * @module
 */
import { controlUnder, lastCheck } from './control.ts'
import { enterKeys, LOG, retireKeys } from './keyring.ts'
import { domainOf, holdingOf, partyById, registryOf, setParty, withHolding } from './party.ts'
import {
  type Control,
  Draft,
  type Due,
  type Holding,
  type Keeping,
  type Party,
  type State,
} from './state.ts'
import { canPass, holds, wordOf } from './word.ts'

/** Puts a change on the agenda. */
export function announce(draft: Draft, due: Due): void {
  const items = [...(draft.get('agenda', '') ?? []), due]
  draft.set(
    'agenda',
    '',
    items.sort((a, b) => a.at - b.at || a.index - b.index),
  )
}

/** Takes changes off the agenda. */
export function strike(draft: Draft, which: (due: Due) => boolean): void {
  const items = draft.get('agenda', '') ?? []
  if (items.some(which)) {
    draft.set(
      'agenda',
      '',
      items.filter((d) => !which(d)),
    )
  }
}

/** The state at a time at or after its last entry: what ran out by then has taken effect. */
export function settled(state: State, time: number): State {
  const draft = new Draft(state)
  settle(draft, time)
  return draft
}

/** Lets every change take effect whose delay has run out by a time, in their order. */
export function settle(draft: Draft, time: number): void {
  for (;;) {
    const due = draft.get('agenda', '')?.[0]
    if (!due || due.at > time) return
    draft.set('agenda', '', draft.get('agenda', '')!.slice(1))
    take(draft, due)
  }
}

function take(draft: Draft, due: Due): void {
  if (due.what === 'keeping') keep(draft, registryOf(draft).nextKeeping!.value)
  else if (due.what === 'rules') takeRules(draft)
  else if (due.what === 'enrolment') takeChange(draft, partyById(draft, due.party))
  else if (due.what === 'release') endParty(draft, partyById(draft, due.party), due, 'released')
  else passOn(draft, partyById(draft, due.party), due)
}

/** A party under control as judged anew: its keys being shown again voids a release. */
export function underControl(draft: Draft, party: Party, control: Control): Party {
  if (control.misses !== null) return { ...party, control }
  strike(draft, (d) => d.what === 'release' && d.party === party.id)
  return { ...party, control, release: null }
}

/** Puts the depositary's next record in force. */
export function keep(draft: Draft, keeping: Keeping): void {
  const registry = registryOf(draft)
  retireKeys(draft, '', registry.keeping, keeping)
  enterKeys(draft, LOG, keeping.log)
  draft.set('registry', '', { ...registry, keeping, nextKeeping: null })
}

function takeRules(draft: Draft): void {
  const registry = registryOf(draft)
  draft.set('registry', '', { ...registry, rules: registry.nextRules!.value, nextRules: null })
}

function takeChange(draft: Draft, party: Party): void {
  const { value, digest, index } = party.pending!
  retireKeys(draft, party.id, party.profile, value)
  const last = lastCheck(domainOf(draft, party.domain), registryOf(draft).rules)
  const changed = { ...party, profile: value, enrolled: { digest, index }, anchor: index }
  const control = controlUnder(party.control, value, last)
  setParty(draft, underControl(draft, { ...changed, pending: null }, control))
}

/** Ends a party; what it still holds ends with it. */
function endParty(
  draft: Draft,
  party: Party,
  due: Due,
  how: 'released' | 'succeeded',
  by: Party | null = null,
): void {
  strike(draft, (d) => d.party === party.id)
  const holdings = party.holdings.map((h) => closed(draft, party, h, due))
  const { at, index } = due
  const none = { pending: null, release: null }
  setParty(draft, { ...party, ...none, holdings, ended: { how, at, index, by: by?.id ?? null } })
}

/** A holding whose commitment, if it still is one, has ended. */
function closed(draft: Draft, party: Party, holding: Holding, due: Due): Holding {
  const { current } = holding
  const word = wordOf(draft, party, holding.instrument, due.at)
  if (!current || (!canPass(word) && word !== 'pending')) return { ...holding, waiting: null }
  const ended = { ...current, state: 'ended' as const, acts: [...current.acts, due.index] }
  return { ...holding, current: ended, waiting: null }
}

/** The successor takes over; if it lives no more, nothing passes. */
function passOn(draft: Draft, party: Party, due: Due): void {
  const passing = party.passing!
  const successor = partyById(draft, passing.to)
  if (successor.ended) {
    setParty(draft, { ...party, passing: null })
    return
  }
  for (const { id, version } of passing.instruments) {
    passHolding(draft, party.id, passing.to, id, version, due)
  }
  endParty(draft, partyById(draft, party.id), due, 'succeeded', successor)
}

/**
 * Hands a living commitment over with its dates, unless it is to another version by now, which the
 * successor has not signed, or the successor holds one itself.
 */
function passHolding(
  draft: Draft,
  from: string,
  to: string,
  instrument: string,
  version: number,
  due: Due,
): void {
  const party = partyById(draft, from)
  const successor = partyById(draft, to)
  const { current } = holdingOf(party, instrument)
  if (current?.version !== version) return
  if (!canPass(wordOf(draft, party, instrument, due.at))) return
  if (holds(draft, successor, instrument, due.at)) return
  const acts = [...current.acts, due.index]
  setParty(
    draft,
    withHolding(successor, { instrument, current: { ...current, acts }, waiting: null }),
  )
  const gone = { ...current, state: 'succeeded' as const, to: successor.id, acts }
  setParty(draft, withHolding(party, { instrument, current: gone, waiting: null }))
  passHolder(draft, instrument, party, successor)
}

/** Keeps the list of those bound by a version that is not in force yet. */
function passHolder(draft: Draft, id: string, from: Party, to: Party): void {
  const instrument = draft.get('instrument', id)!
  if (!instrument.versions.some((v) => v.holders.includes(from.id))) return
  const versions = instrument.versions.map((v) => ({
    ...v,
    holders: [...new Set(v.holders.map((h) => (h === from.id ? to.id : h)))],
  }))
  draft.set('instrument', id, { ...instrument, versions })
}
