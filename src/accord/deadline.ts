/**
 * Deadlines: the instants at which something about a party changes by time alone, as far as the log
 * has announced them.
 *
 * See docs/spec/law.md, "Commitments", "Control", "Reports" and "Delays".
 *
 * @module
 */
import { isRecovering, partyById, registryOf } from './party.ts'
import type { Commitment, Due, Instrument, Party, State, Terms } from './state.ts'
import { DAY, type Digest } from './text.ts'
import { isBinding, versionOf, wordAt, wordsFrom } from './word.ts'

/**
 * - `due`, `overdue`, `lapsed`, `withdrawn`: what a commitment is called from then on
 * - `report-due`, `report-missed`: a reporting period comes to its end; it has ended
 * - `recovered`, `recovery-replaced`: announced keys come into force
 * - `released`, `passed`, `taken-over`: a domain is released; a succession takes effect, on either side
 * - `stale`: the last check that showed the party's keys is too old from then on
 * - `rules`, `keeping`: announced rules, or keys of the depositary, come into force
 */
export type DeadlineKind =
  | 'due'
  | 'overdue'
  | 'lapsed'
  | 'withdrawn'
  | 'report-due'
  | 'report-missed'
  | 'recovered'
  | 'recovery-replaced'
  | 'released'
  | 'passed'
  | 'taken-over'
  | 'stale'
  | 'rules'
  | 'keeping'

/** An instant, and what it brings unless an entry comes before it. */
export interface Deadline {
  readonly what: DeadlineKind
  /** POSIX seconds. */
  readonly at: number
  /** Whom it concerns; null where it is the whole registry. */
  readonly party: { readonly id: Digest; readonly domain: string; readonly name: string } | null
  /** What it is about, where it is a commitment. */
  readonly instrument: { readonly id: string; readonly version: number } | null
  /** The reporting period, counted from 1. */
  readonly period: number | null
  /** The entry on which it rests. A notice that moves the instant leaves this as it is. */
  readonly rests: number
  /** The last entry that has a say in the instant; not before `rests`. */
  readonly index: number
}

/** How many reporting periods are told of: the one that ended last, the present one, and later. */
const PERIODS = 8

/**
 * The deadlines of a party, by time. Those of a commitment stay as long as the commitment does, so
 * that some may be past; what an entry has done away with is not among them.
 *
 * @param state - as the log's entries have left it; what ran out since may be in effect or not
 * @param at - POSIX seconds: reporting periods are told from the one that had ended last by then
 */
export function deadlinesOf(state: State, party: Party, at: number): Deadline[] {
  if (party.ended) return []
  const found = [
    ...party.holdings.flatMap(({ instrument, current }) =>
      current ? commitmentDeadlines(state, party, instrument, current, at) : [],
    ),
    ...controlDeadlines(state, party),
    ...(state.get('agenda', '') ?? []).flatMap((due) => announced(state, party, due)),
  ]
  return found.sort((a, b) => a.at - b.at || compare(identityOf(a), identityOf(b)))
}

/** The deadlines of the registry itself: rules and keys that were announced. */
export function registryDeadlines(state: State): Deadline[] {
  return (state.get('agenda', '') ?? []).flatMap(({ what, at, index }) =>
    what === 'rules' || what === 'keeping' ? [{ ...NOBODY, what, at, rests: index, index }] : [],
  )
}

const NOBODY = { party: null, instrument: null, period: null } as const

/** What a deadline is known by for ever, within its log: its instant may move. */
export function identityOf({ what, party, instrument, period, rests }: Deadline): string {
  const about = [party?.domain, instrument?.id, period].filter((part) => part != null)
  return [rests, what, ...about].join('/')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function whom({ id, domain, profile }: Party) {
  return { id, domain, name: profile.name }
}

function commitmentDeadlines(
  state: State,
  party: Party,
  id: string,
  c: Commitment,
  at: number,
): Deadline[] {
  if (c.bound === null) return []
  const { terms } = versionOf(state.get('instrument', id) as Instrument, c.version)
  const rests = state.get('statement', c.rests)!.index
  const own = {
    party: whom(party),
    instrument: { id, version: c.version },
    rests,
    index: Math.max(rests, c.acts.at(-1)!),
  }
  const words = wordsFrom(c, party, terms, c.bound).flatMap(({ from, word }) =>
    word === 'due' || word === 'overdue' || word === 'lapsed' || word === 'withdrawn'
      ? [{ ...own, what: word, at: from, period: null }]
      : [],
  )
  const reports = isBinding(wordAt(c, party, terms, at)) ? reportDeadlines(c, terms, at) : []
  return [...words, ...reports.map((r) => ({ ...own, ...r }))]
}

/** The periods without a report, from the one that ended last to the end of the commitment. */
function reportDeadlines(c: Commitment, terms: Terms, at: number) {
  if (terms.reporting_days === null) return []
  const [begin, length] = [c.bound!, terms.reporting_days * DAY]
  const ended = Math.max(1, Math.floor((at - begin) / length))
  const last = c.withdrawal?.at ?? (c.until === null ? null : c.until + terms.grace_days * DAY)
  return Array.from({ length: PERIODS }, (_, i) => ended + i)
    .filter((k) => !c.reported.includes(k) && (last === null || begin + k * length <= last))
    .flatMap((period) => {
      const end = begin + period * length
      const opens = Math.max(end - length, end - terms.due_days * DAY)
      return [
        { what: 'report-due' as const, at: opens, period },
        { what: 'report-missed' as const, at: end, period },
      ]
    })
}

function controlDeadlines(state: State, party: Party): Deadline[] {
  const { hit, misses } = party.control
  if (!hit || isRecovering(party) || misses?.mismatch != null) return []
  const age = registryOf(state).rules.verification_max_age_days * DAY
  const { index } = hit
  const own = { party: whom(party), instrument: null, period: null, rests: index, index }
  return [{ ...own, what: 'stale', at: hit.at + age + 1 }]
}

/** What an item of the agenda brings to a party. */
function announced(state: State, party: Party, { what, at, index, party: id }: Due): Deadline[] {
  const own = { party: whom(party), instrument: null, period: null, rests: index, index, at }
  const incoming = what === 'succession' && partyById(state, id).passing?.to === party.id
  if (incoming) return [{ ...own, what: 'taken-over' }]
  if (id !== party.id) return []
  if (what === 'release') return [{ ...own, what: 'released' }]
  if (what === 'succession') return [{ ...own, what: 'passed' }]
  return [{ ...own, what: isRecovering(party) ? 'recovered' : 'recovery-replaced' }]
}
