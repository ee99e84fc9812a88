/**
 * Parties: who bears a domain, and what its chain and record are.
 *
 * @module
 */
import { refuse } from './refusal.ts'
import type { Domain, Draft, Head, Holding, Party, Registry, State } from './state.ts'
import { DAY } from './text.ts'

/** The registry of a log that has its first entry. */
export function registryOf(state: State): Registry {
  const registry = state.get('registry', '')
  if (!registry) throw new RangeError('an empty log has no registry')
  return registry
}

/** What is known of a domain. */
export function domainOf(state: State, domain: string): Domain {
  return state.get('domain', domain) ?? { parties: [], checks: [] }
}

/** The party that bears a domain, or bore it last. */
export function lastParty(state: State, domain: string): Party | undefined {
  const id = domainOf(state, domain).parties.at(-1)
  return id && state.get('party', id)
}

/** The living party that bears a domain. */
export function livingParty(state: State, domain: string): Party | undefined {
  const party = lastParty(state, domain)
  return party && !party.ended ? party : undefined
}

/** The living party of a domain. @throws Refused `unknown-party` */
export function partyOf(state: State, domain: string): Party {
  return livingParty(state, domain) ?? refuse('unknown-party', `${domain} is no living party`)
}

/** A party by its id, which must be known. */
export function partyById(state: State, id: string): Party {
  const party = state.get('party', id)
  if (!party) throw new RangeError(`no party ${id}`)
  return party
}

/** Writes a party back. */
export function setParty(draft: Draft, party: Party): void {
  draft.set('party', party.id, party)
}

/** Moves a party's head to a statement it just made. */
export function advance(draft: Draft, id: string, head: Head): void {
  setParty(draft, { ...partyById(draft, id), head })
}

/** What a party holds to an instrument. */
export function holdingOf(party: Party, instrument: string): Holding {
  return (
    party.holdings.find((h) => h.instrument === instrument) ?? {
      instrument,
      current: null,
      waiting: null,
    }
  )
}

/** The party with one holding replaced; holdings stay sorted by instrument. */
export function withHolding(party: Party, holding: Holding): Party {
  const others = party.holdings.filter((h) => h.instrument !== holding.instrument)
  const holdings = [...others, holding].sort((a, b) => (a.instrument < b.instrument ? -1 : 1))
  return { ...party, holdings }
}

/** The recovery delay in force, in seconds. */
export function recoveryDelay(registry: Registry): number {
  return registry.rules.recovery_delay_days * DAY
}

/** Whether a recovery of the party is pending: its daily keys then sign nothing. */
export function isRecovering(party: Party): boolean {
  return party.pending?.mode === 'recover'
}
