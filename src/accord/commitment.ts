/**
 * `commitment/v1`: a party signs, ratifies, renews or withdraws.
 *
 * See docs/spec/law.md, "Commitments".
 *
 * @module
 */
import { advanceParty, authorizeCase, type Case, demandHead, noteStatement } from './case.ts'
import { countBound } from './force.ts'
import { holdingOf, isRecovering, partyById, partyOf, setParty, withHolding } from './party.ts'
import { someOf } from './quorum.ts'
import { refuse } from './refusal.ts'
import type { Commitment, Draft, Holding, Instrument, Party, Version } from './state.ts'
import type { CommitmentV1 } from './statement.ts'
import { DAY, formatInstant, parseTime } from './text.ts'
import { versionOf, type Word, wordAt } from './word.ts'

type Binding = Extract<CommitmentV1, { act: 'sign' | 'ratify' | 'renew' }>

/** What an act meets: whose it is, and what that party holds. */
interface Ground {
  readonly party: Party
  readonly instrument: Instrument
  readonly version: Version
  readonly holding: Holding
  /** The word for `holding.current`. */
  readonly word: Word
}

/** Judges a `commitment/v1`. */
export function judgeCommitment(c: Case<CommitmentV1>): void {
  const { draft, statement } = c
  const party = demandDaily(c)
  const ground = groundOf(c, party)
  const holding = judgeAct(c, ground)
  setParty(draft, withHolding(party, holding))
  advanceParty(c, party)
  noteStatement(c, party.id, statement.instrument.id)
  countBound(draft, statement.instrument.id, party.id, c)
}

/**
 * The speaker, its chain going on from its head, signed by its daily threshold.
 *
 * @throws Refused `unknown-party`, `stale-previous`, `recovering`, and those of the signatures
 */
export function demandDaily(c: Case): Party {
  const party = partyOf(c.draft, c.statement.party)
  demandHead(c, party.head)
  if (isRecovering(party)) refuse('recovering', `until ${formatInstant(party.pending!.at)}`)
  authorizeCase(c, { ways: [[someOf(party.profile)]] })
  return party
}

/** The version named. @throws Refused `unknown-instrument` */
export function demandVersion(
  draft: Draft,
  ref: { readonly id: string; readonly version: number; readonly digest: string },
) {
  const instrument = draft.get('instrument', ref.id)
  const version = instrument?.versions[ref.version - 1]
  if (!instrument || version?.digest !== ref.digest) {
    return refuse('unknown-instrument', `${ref.id} version ${ref.version}, ${ref.digest}`)
  }
  return { instrument, version }
}

function groundOf(c: Case<CommitmentV1>, party: Party): Ground {
  const { instrument, version } = demandVersion(c.draft, c.statement.instrument)
  const holding = holdingOf(party, instrument.id)
  const { current } = holding
  const terms = current && versionOf(instrument, current.version).terms
  const word = terms ? wordAt(current, party, terms, c.time) : 'none'
  return { party, instrument, version, holding, word }
}

function judgeAct(c: Case<CommitmentV1>, g: Ground): Holding {
  const { act } = c.statement
  if (act === 'sign') return sign(c as Case<Binding>, g)
  if (act === 'ratify') return ratify(c as Case<Binding>, g)
  if (act === 'renew') return renew(c as Case<Binding>, g)
  if (act === 'withdraw') return withdraw(c, g)
  return cancelWithdrawal(c, g)
}

function sign(c: Case<Binding>, g: Ground): Holding {
  demandWord(c, g.word, ['none', 'lapsed', 'withdrawn', 'refused'])
  if (g.holding.waiting) refuse('wrong-standing', 'a later version is waiting already')
  return settleInto(g.holding, newCommitment(c, g), false)
}

/** A new signature: to the latest version, by a kind that it is open to. */
function newCommitment(c: Case<Binding>, g: Ground): Commitment {
  const { party, instrument, version } = g
  const latest = instrument.versions.length
  if (version.version !== latest) refuse('not-latest', `version ${latest} is the latest`)
  if (!version.openTo.includes(party.kind)) {
    refuse('not-open-to', `${instrument.id} is open to ${version.openTo.join(', ')}`)
  }
  const { terms } = version
  const state =
    terms.admission === 'acceptance' ? 'pending' : terms.ratification ? 'unratified' : 'bound'
  return {
    version: version.version,
    digest: version.digest,
    state,
    rests: c.digest,
    signed: c.time,
    bound: state === 'bound' ? c.time : null,
    until: untilOf(c, version, null),
    withdrawal: null,
    // Nobody signs their way out of a suspension.
    suspended: g.holding.current?.suspended ?? false,
    ...saidOf(c, version),
    reported: [],
    acts: [c.index],
    to: null,
  }
}

/**
 * A commitment that does not bind yet waits beside one that still stands. When it binds, it takes
 * that one's place, and a suspension goes over.
 */
export function settleInto(holding: Holding, next: Commitment, beside: boolean): Holding {
  const { current } = holding
  if (!beside || current === null) return { ...holding, current: next, waiting: null }
  if (next.state !== 'bound') return { ...holding, waiting: next }
  return { ...holding, current: { ...next, suspended: current.suspended }, waiting: null }
}

function ratify(c: Case<Binding>, g: Ground): Holding {
  const { holding, version } = g
  const named = holding.waiting?.version === version.version ? holding.waiting : holding.current
  if (named?.state !== 'unratified' || named.version !== version.version) {
    return refuse('wrong-standing', `version ${version.version} is not waiting to be ratified`)
  }
  return settleInto(holding, restated(c, g, named, c.time), named === holding.waiting)
}

function renew(c: Case<Binding>, g: Ground): Holding {
  const { holding, version, word } = g
  const current = holding.current?.version ?? version.version
  if (version.version === current) {
    demandWord(c, word, ['due', 'overdue', 'lapsed'])
    return { ...holding, current: renewed(c, g, holding.current!) }
  }
  demandWord(c, word, ['active', 'due', 'overdue', 'lapsed'])
  if (holding.waiting) refuse('wrong-standing', 'a later version is waiting already')
  if (version.version < current) refuse('not-latest', `version ${current} was signed`)
  return settleInto(holding, newCommitment(c, g), true)
}

/** A renewal goes on from what was; from a lapse the party is bound anew. */
function renewed(c: Case<Binding>, g: Ground, was: Commitment): Commitment {
  if (g.word !== 'lapsed') return restated(c, g, was, was.bound!)
  return restated(c, g, { ...was, reported: [] }, c.time)
}

/** The same commitment, said again. */
function restated(c: Case<Binding>, g: Ground, was: Commitment, bound: number): Commitment {
  return {
    ...was,
    state: 'bound',
    bound,
    rests: c.digest,
    until: untilOf(c, g.version, was.until),
    ...saidOf(c, g.version),
    acts: [...was.acts, c.index],
  }
}

function withdraw(c: Case<CommitmentV1>, g: Ground): Holding {
  const { holding, version, word } = g
  if (holding.waiting?.version === version.version) return { ...holding, waiting: null }
  const was = demandCurrent(c, g)
  demandWord(c, word, ['pending', 'unratified', 'active', 'due', 'overdue'])
  const acts = [...was.acts, c.index]
  const at = c.time + version.terms.withdrawal_notice_days * DAY
  const left =
    was.state === 'bound'
      ? { ...was, withdrawal: { since: c.time, at }, acts }
      : { ...was, state: 'withdrawn' as const, acts }
  // Who withdraws does not wait for a later version either.
  return { ...holding, current: left, waiting: null }
}

function cancelWithdrawal(c: Case<CommitmentV1>, g: Ground): Holding {
  const was = demandCurrent(c, g)
  demandWord(c, g.word, ['withdrawing'])
  return { ...g.holding, current: { ...was, withdrawal: null, acts: [...was.acts, c.index] } }
}

function demandCurrent(c: Case<CommitmentV1>, g: Ground): Commitment {
  const { current } = g.holding
  if (current?.version !== g.version.version) {
    return refuse(
      'wrong-standing',
      `${c.statement.act} names version ${g.version.version}; ${current ? `version ${current.version}` : 'none'} is held`,
    )
  }
  return current
}

function demandWord(c: Case<CommitmentV1>, word: Word, from: readonly Word[]): void {
  if (!from.includes(word)) {
    refuse('wrong-standing', `${c.statement.act} is from ${from.join(', ')}; it is ${word}`)
  }
}

/**
 * The instant up to which a commitment holds.
 *
 * @param before - the `until` it had, where it is said again
 * @throws Refused `bad-until`
 */
function untilOf(c: Case<Binding>, version: Version, before: number | null): number | null {
  const { validity_days: days } = version.terms
  const { until } = c.statement
  if (days === null) return until === null ? null : refuse('bad-until', 'it holds without end')
  if (until === null) return refuse('bad-until', `at most ${days} days`)
  const at = parseTime(until)!
  demandUntil(at, c.time, before, days)
  return at
}

/** Checks an `until` against the one before and the validity. @throws Refused `bad-until` */
export function demandUntil(at: number, now: number, before: number | null, days: number): void {
  const last = Math.max(now, before ?? 0) + days * DAY
  if (at <= now || at < (before ?? 0) || at > last) {
    refuse(
      'bad-until',
      `after ${formatInstant(Math.max(now, before ?? 0))}, at the latest ${formatInstant(last)}`,
    )
  }
}

/** Reservations and declarations, made anew each time. */
function saidOf(c: Case<Binding>, version: Version) {
  const { reservations, declarations } = c.statement
  const clauses = reservations.map((r) => r.clause)
  for (const [i, id] of clauses.entries()) {
    const clause = version.clauses.find((k) => k.id === id)
    if (!clause || clause.reservable === 'no')
      refuse('not-reservable', `${id} allows no reservation`)
    if (clauses.indexOf(id) !== i) refuse('not-reservable', `${id} is reserved twice`)
  }
  const kinds = declarations.map((d) => d.kind)
  const wanted = version.terms.declarations
  if (kinds.length !== wanted.length || !wanted.every((k) => kinds.includes(k))) {
    refuse('bad-declaration', `these, once each: ${wanted.join(', ') || 'none'}`)
  }
  return { reservations, declarations }
}

/** The commitment that rests on a statement, with whoever holds it now: a successor perhaps. */
export function restingOn(draft: Draft, digest: string) {
  const logged = draft.get('statement', digest)
  if (logged?.type !== 'commitment/v1' || logged.instrument === null) return null
  const party = holderOf(draft, logged.party, logged.instrument)
  const holding = holdingOf(party, logged.instrument)
  const which = (['current', 'waiting'] as const).find((w) => holding[w]?.rests === digest)
  return which ? { party, holding, which, commitment: holding[which]! } : null
}

function holderOf(draft: Draft, id: string, instrument: string): Party {
  const party = partyById(draft, id)
  const { current } = holdingOf(party, instrument)
  const to = current?.state === 'succeeded' ? current.to : null
  return to === null ? party : holderOf(draft, to, instrument)
}
