/**
 * `notice/v1`: the depositary acts, with a reason.
 *
 * See docs/spec/law.md, "Notices".
 *
 * @module
 */
import { announce } from './agenda.ts'
import {
  advanceDepositary,
  authorizeCase,
  type Case,
  demandDepositary,
  noteStatement,
} from './case.ts'
import { demandUntil, restingOn, settleInto } from './commitment.ts'
import { countBound } from './force.ts'
import {
  isRecovering,
  livingParty,
  partyById,
  recoveryDelay,
  registryOf,
  setParty,
  withHolding,
} from './party.ts'
import { refuse } from './refusal.ts'
import { dailyQuorum } from './registry.ts'
import type { Commitment, Holding, Party } from './state.ts'
import type { NoticeV1 } from './statement.ts'
import { DAY, parseTime } from './text.ts'
import { isBound, versionOf, type Word, wordAt } from './word.ts'

/** A domain is released after a mismatch of this many days. */
const MISMATCH_DAYS = 30

/** What a notice about a commitment meets. */
type Found = NonNullable<ReturnType<typeof restingOn>> & { readonly word: Word }

/** Judges a `notice/v1`. */
export function judgeNotice(c: Case<NoticeV1>): void {
  const { keeping } = demandDepositary(c)
  authorizeCase(c, { ways: [[dailyQuorum(keeping)]] })
  const { act, subject } = c.statement
  if (act === 'release') release(c, subject)
  else if (act === 'erase' || act === 'takedown') demandLogged(c, subject)
  else actOn(c, subject)
  advanceDepositary(c)
  noteStatement(c, '', null)
}

function demandLogged(c: Case<NoticeV1>, subject: string): void {
  if (!c.facts.part && !c.draft.get('statement', subject)) {
    refuse('unknown-subject', `${subject} is no statement in the log`)
  }
}

/** Only of a domain whose control has been a mismatch long enough; after the recovery delay. */
function release(c: Case<NoticeV1>, domain: string): void {
  const { draft, time, index, digest } = c
  const party = livingParty(draft, domain)
  if (!party) refuse('unknown-subject', `${domain} is no living party`)
  if (party.release) refuse('change-pending', `the release of ${domain} is pending`)
  if (isRecovering(party) || mismatchOf(party) < MISMATCH_DAYS * DAY) {
    refuse('not-mismatch', `${domain} is to have been seen a mismatch for ${MISMATCH_DAYS} days`)
  }
  const at = time + recoveryDelay(registryOf(draft))
  announce(draft, { at, index, what: 'release', party: party.id, digest })
  setParty(draft, { ...party, release: { index, at } })
}

/** For how long logged checks have shown a mismatch, in seconds: silence adds nothing. */
function mismatchOf({ control }: Party): number {
  const { misses } = control
  return misses?.mismatch == null ? 0 : misses.last - misses.mismatch
}

function actOn(c: Case<NoticeV1>, subject: string): void {
  const resting = restingOn(c.draft, subject)
  if (!resting || resting.party.ended) {
    refuse('unknown-subject', `no commitment rests on ${subject}`)
  }
  const found = { ...resting, word: wordOfFound(c, resting) }
  const holding = { ...changed(c, found), instrument: found.holding.instrument }
  setParty(c.draft, withHolding(partyById(c.draft, found.party.id), holding))
  countBound(c.draft, holding.instrument, found.party.id, c)
}

function wordOfFound(c: Case<NoticeV1>, { party, holding, commitment }: Omit<Found, 'word'>): Word {
  return wordAt(commitment, party, termsOf(c, holding, commitment), c.time)
}

function termsOf(c: Case<NoticeV1>, holding: Holding, commitment: Commitment) {
  return versionOf(c.draft.get('instrument', holding.instrument)!, commitment.version).terms
}

function changed(c: Case<NoticeV1>, found: Found): Holding {
  const { act } = c.statement
  if (act === 'accept') return accept(c, found)
  if (act === 'refuse') return refuseSignature(c, found)
  if (act === 'extend') return extend(c, found)
  return suspend(c, found, act === 'suspend')
}

function accept(c: Case<NoticeV1>, found: Found): Holding {
  demandPending(found)
  const { holding, which, commitment } = found
  const { ratification, grace_days } = termsOf(c, holding, commitment)
  const end = commitment.until === null ? null : commitment.until + grace_days * DAY
  if (!ratification && end !== null && end <= c.time) {
    refuse('bad-until', 'what was signed would have lapsed already')
  }
  const state = ratification ? 'unratified' : 'bound'
  const bound = ratification ? null : c.time
  const next = { ...commitment, state, bound, acts: [...commitment.acts, c.index] } as const
  return settleInto(holding, next, which === 'waiting')
}

function refuseSignature(c: Case<NoticeV1>, found: Found): Holding {
  demandPending(found)
  const { holding, which, commitment } = found
  if (which === 'waiting') return { ...holding, waiting: null }
  const acts = [...commitment.acts, c.index]
  return { ...holding, current: { ...commitment, state: 'refused', acts } }
}

function demandPending({ word }: Found): void {
  if (word !== 'pending')
    refuse('wrong-standing', `only what is pending is accepted or refused; it is ${word}`)
}

function suspend(c: Case<NoticeV1>, found: Found, on: boolean): Holding {
  const { party, holding, which, commitment } = found
  const terms = termsOf(c, holding, commitment)
  const fits = on ? isBound(commitment, party, terms, c.time) : commitment.suspended
  if (!fits)
    refuse(
      'wrong-standing',
      on ? `only who is bound is suspended; it is ${found.word}` : 'not suspended',
    )
  const acts = [...commitment.acts, c.index]
  return { ...holding, [which]: { ...commitment, suspended: on, acts } }
}

function extend(c: Case<NoticeV1>, found: Found): Holding {
  const { holding, which, commitment, word } = found
  const { validity_days: days } = termsOf(c, holding, commitment)
  if (!['active', 'due', 'overdue'].includes(word)) {
    refuse('wrong-standing', `only before it lapsed; it is ${word}`)
  }
  if (days === null || commitment.until === null) refuse('bad-until', 'it holds without end')
  const until = parseTime(c.statement.until!)!
  if (until === commitment.until) refuse('bad-until', 'a later one')
  demandUntil(until, c.time, commitment.until, days)
  return { ...holding, [which]: { ...commitment, until, acts: [...commitment.acts, c.index] } }
}
