/**
 * The word for a commitment at a time.
 *
 * See docs/spec/law.md, "Commitments".
 *
 * @module
 */
import { holdingOf, isRecovering } from './party.ts'
import type { Commitment, Instrument, Party, State, Terms, Version } from './state.ts'
import { DAY } from './text.ts'

/** What a commitment is called. */
export type Word =
  | 'none'
  | 'pending'
  | 'unratified'
  | 'active'
  | 'due'
  | 'overdue'
  | 'lapsed'
  | 'withdrawing'
  | 'withdrawn'
  | 'refused'
  | 'succeeded'
  | 'ended'

/** Words under which a party is bound, unless it is suspended. */
const BOUND: readonly Word[] = ['active', 'due', 'overdue', 'withdrawing']

/** Whether a commitment under this word binds its party, suspended or not. */
export function isBinding(word: Word): boolean {
  return BOUND.includes(word)
}

/** The version of an instrument that a commitment is to. */
export function versionOf(instrument: Instrument, version: number): Version {
  const found = instrument.versions[version - 1]
  if (!found) throw new RangeError(`${instrument.id} has no version ${version}`)
  return found
}

/** When a bound commitment becomes due, overdue and lapsed; null where it never ends. */
function ends(c: Commitment, terms: Terms) {
  if (c.until === null) return null
  const due = c.until - terms.due_days * DAY
  return { due, overdue: c.until, lapsed: c.until + terms.grace_days * DAY }
}

/** Whether the party's pending recovery keeps a commitment from lapsing, which it had not before. */
function held(party: Party, lapsed: number, at: number): boolean {
  const { pending } = party
  return isRecovering(party) && pending!.since < lapsed && at < pending!.at
}

/**
 * The word for a commitment at a time not before the last change of its record.
 *
 * @param at - POSIX seconds
 */
export function wordAt(c: Commitment | null, party: Party, terms: Terms, at: number): Word {
  if (c === null) return 'none'
  if (c.state !== 'bound') return c.state
  if (c.withdrawal) return at >= c.withdrawal.at ? 'withdrawn' : 'withdrawing'
  const end = ends(c, terms)
  if (!end || at < end.due) return 'active'
  if (at < end.overdue) return 'due'
  return at < end.lapsed || held(party, end.lapsed, at) ? 'overdue' : 'lapsed'
}

/** The instants after `from` at which the word may change by time alone, in order. */
export function instants(c: Commitment, party: Party, terms: Terms, from: number): number[] {
  if (c.state !== 'bound') return []
  const end = ends(c, terms)
  const all = c.withdrawal ? [c.withdrawal.at] : end ? [end.due, end.overdue, end.lapsed] : []
  const recovery = isRecovering(party) ? [party.pending!.at] : []
  return [...new Set([...all, ...recovery])].filter((t) => t > from).sort((a, b) => a - b)
}

/** The words of a commitment from a time on, by time alone. */
export function wordsFrom(c: Commitment, party: Party, terms: Terms, from: number) {
  const words: { from: number; word: Word }[] = []
  for (const at of [from, ...instants(c, party, terms, from)]) {
    const word = wordAt(c, party, terms, at)
    if (words.at(-1)?.word !== word) words.push({ from: at, word })
  }
  return words
}

/** Whether a party is bound by a commitment at a time. */
export function isBound(c: Commitment | null, party: Party, terms: Terms, at: number): boolean {
  return c !== null && !c.suspended && isBinding(wordAt(c, party, terms, at))
}

/** The word for what a party holds to an instrument now. */
export function wordOf(state: State, party: Party, instrument: string, at: number): Word {
  const { current } = holdingOf(party, instrument)
  if (!current) return 'none'
  const { terms } = versionOf(state.get('instrument', instrument)!, current.version)
  return wordAt(current, party, terms, at)
}

/** Whether a commitment under this word can go over to a successor. */
export function canPass(word: Word): boolean {
  return word === 'unratified' || isBinding(word)
}

/** Whether a party holds a commitment to an instrument, or waits to. */
export function holds(state: State, party: Party, instrument: string, at: number): boolean {
  const word = wordOf(state, party, instrument, at)
  const held = word === 'pending' || word === 'unratified' || isBinding(word)
  return held || holdingOf(party, instrument).waiting !== null
}
