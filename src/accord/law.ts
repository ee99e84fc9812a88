/**
 * The law: whether an entry may follow a log, and what holds after it.
 *
 * Pure: no clock, network, configuration or locale. The depositary runs it before it logs a
 * statement; whoever replays the log runs it over the same entries and reaches the same answer.
 *
 * See docs/spec/law.md, "Applying an entry".
 *
 * @module
 */
import { decodeBase64 } from '../../keys/base64.ts'
import { equal, type Hash } from '../tlog/bytes.ts'
import { EMPTY_ROOT } from '../tlog/merkle.ts'
import { settle } from './agenda.ts'
import { parseSignedText, type SignedText } from './attestation.ts'
import type { Case, Facts } from './case.ts'
import { judgeCommitment } from './commitment.ts'
import { judgeEnrolment } from './enrolment.ts'
import { parseEntry } from './entry.ts'
import { AccordError } from './error.ts'
import { judgeInstrument } from './instrument.ts'
import { judgeNotice } from './notice.ts'
import { registryOf } from './party.ts'
import { type Missing, type Refusal, Refused, refuse } from './refusal.ts'
import { judgeRegistry } from './registry.ts'
import { judgeReport } from './report.ts'
import { type Change, Draft, type Rules, type State } from './state.ts'
import {
  claimedType,
  isStatementType,
  recallStatement,
  type Statement,
  statementDigest,
} from './statement.ts'
import { judgeSuccession } from './succession.ts'
import { DAY, type Digest, formatTime, parseTime } from './text.ts'
import { judgeVerification } from './verification.ts'

/** The version of the law that this code is. */
export const LAW = 1

/** An entry that the law admits, and what it changes. */
export interface Applied {
  /** After the entry. Reads through to the state before it. */
  readonly state: State
  readonly changes: readonly Change[]
  readonly statement: Statement
  readonly digest: Digest
  /** In a trial: the quorums that are still to be met. Empty otherwise. */
  readonly missing: readonly Missing[]
}

/**
 * Applies an entry to the state before it.
 *
 * @param entry - the leaf's bytes
 * @returns the state after it, or why it may not follow
 * @throws {AccordError} `UNKNOWN_LAW` where the log is under a law that this code does not have
 */
export function apply(state: State, entry: Uint8Array, facts: Facts): Applied | Refusal {
  return refusing(() => {
    const { time, attestation } = reading('malformed-entry', () => parseEntry(entry))
    const signed = reading('malformed-attestation', () => parseSignedText(attestation))
    return judged(state, signed, time, facts)
  })
}

/**
 * Judges a statement as if it were the next entry, at a time. With `facts.trial` signatures may
 * be missing, and even all of them.
 *
 * @param time - POSIX seconds
 */
export function judge(
  state: State,
  signed: SignedText,
  time: number,
  facts: Facts,
): Applied | Refusal {
  return refusing(() => judged(state, signed, time, facts))
}

function refusing(work: () => Applied): Applied | Refusal {
  try {
    return work()
  } catch (e) {
    if (e instanceof Refused) return e.refusal
    throw e
  }
}

function judged(state: State, signed: SignedText, time: number, facts: Facts): Applied {
  if (time < state.time) refuse('time-backwards', `after ${formatTime(state.time)}`)
  const draft = new Draft(state, state.size + 1, time)
  if (state.size > 0) {
    settle(draft, time)
    demandLaw(registryOf(draft).rules)
  }
  const c = openCase(draft, signed, state.size, time, facts)
  if (c.index === 0) demandLaw(rulesFor(c))
  demandIssued(c)
  demandSeenTree(c)
  judgeType(c)
  draft.set('entry', String(c.index), time)
  const { statement, digest } = c
  return {
    state: draft,
    changes: draft.changes(),
    statement,
    digest,
    missing: c.authorized?.missing ?? [],
  }
}

/** @throws {AccordError} `UNKNOWN_LAW` where these rules name another law */
export function demandLaw({ law }: Rules): void {
  if (law !== LAW)
    throw new AccordError('UNKNOWN_LAW', `the log is under law ${law}; this is law ${LAW}`)
}

/** Step 2: canonical, of a known type, for this registry, and new. */
function openCase(
  draft: Draft,
  signed: SignedText,
  index: number,
  time: number,
  facts: Facts,
): Case {
  const type = claimedType(signed.text)
  if (type !== undefined && !isStatementType(type)) {
    refuse('unknown-type', /^[a-z-]{1,32}\/v[0-9]{1,4}$/.test(type) ? type : 'no name of a type')
  }
  const statement = reading('malformed-statement', () => recallStatement(signed.text))
  if (index === 0 && statement.type !== 'registry/v1')
    refuse('not-depositary', 'entry 0 is registry/v1')
  const origin = index === 0 ? statement.registry : registryOf(draft).origin
  if (statement.registry !== origin) refuse('wrong-registry', `this is ${origin}`)
  const digest = statementDigest(signed.text)
  const logged = draft.get('statement', digest)
  if (logged) refuse('already-logged', `it is entry ${logged.index}`, { index: logged.index })
  return { draft, facts, statement, signed, digest, index, time, authorized: null }
}

/** Step 3: neither in the future nor too old. Entry 0 is judged by its own rules. */
function demandIssued(c: Case): void {
  const rules = rulesFor(c)
  const issued = parseTime(c.statement.issued)!
  if (issued > c.time + rules.clock_skew_seconds) {
    refuse('issued-in-future', `issued ${c.statement.issued}; it is ${formatTime(c.time)}`)
  }
  if (issued < c.time - rules.issued_max_age_days * DAY) {
    refuse(
      'issued-too-old',
      `issued ${c.statement.issued}; at most ${rules.issued_max_age_days} days before ${formatTime(c.time)}`,
    )
  }
}

function rulesFor(c: Case) {
  if (c.index > 0) return registryOf(c.draft).rules
  if (c.statement.type !== 'registry/v1') throw new RangeError('entry 0 is registry/v1')
  return c.statement.rules
}

/** Step 4: the checkpoint seen is one of this log's. That it covers `previous` is asked there. */
function demandSeenTree(c: Case): void {
  const { size } = c.statement.seen
  if (c.index === 0 ? size !== 0 : size < 1 || size > c.index) {
    refuse('seen-unknown', `size ${size}; this entry is ${c.index}`)
  }
  const root = c.index === 0 ? EMPTY_ROOT : c.facts.seenRoot(size)
  if (root === undefined && !c.facts.part) throw new RangeError(`no root at size ${size}`)
  if (root !== undefined && !equal(root, decodeBase64(c.statement.seen.root) as Hash)) {
    refuse(
      'seen-mismatch',
      `at size ${size} this log's root is another: keep your checkpoint, it proves a fork`,
    )
  }
  if (c.index > 0) demandSeenTimes(c, size)
}

function demandSeenTimes(c: Case, size: number): void {
  const rules = rulesFor(c)
  const last = timeOf(c, size - 1)
  const next = size < c.index ? timeOf(c, size) : undefined
  if (next !== undefined && next < c.time - rules.issued_max_age_days * DAY) {
    refuse('seen-too-old', `entry ${size}, the first not seen, is of ${formatTime(next)}`)
  }
  if (last !== undefined && parseTime(c.statement.issued)! < last - rules.clock_skew_seconds) {
    refuse('issued-before-seen', `entry ${size - 1}, seen, is of ${formatTime(last)}`)
  }
}

function timeOf(c: Case, index: number): number | undefined {
  const time = c.draft.get('entry', String(index))
  if (time === undefined && !c.facts.part) throw new RangeError(`no entry ${index}`)
  return time
}

/** Steps 5 to 7. */
function judgeType(c: Case): void {
  const { type } = c.statement
  if (type === 'registry/v1') judgeRegistry(c as Case<typeof c.statement>)
  else if (type === 'enrolment/v1') judgeEnrolment(c as Case<typeof c.statement>)
  else if (type === 'instrument/v1') judgeInstrument(c as Case<typeof c.statement>)
  else if (type === 'commitment/v1') judgeCommitment(c as Case<typeof c.statement>)
  else if (type === 'verification/v1') judgeVerification(c as Case<typeof c.statement>)
  else if (type === 'notice/v1') judgeNotice(c as Case<typeof c.statement>)
  else if (type === 'report/v1') judgeReport(c as Case<typeof c.statement>)
  else judgeSuccession(c as Case<typeof c.statement>)
}

/** A form that does not read is a refusal of its own. */
function reading<T>(code: Refusal['code'], read: () => T): T {
  try {
    return read()
  } catch (e) {
    if (e instanceof AccordError && e.code === 'MALFORMED') return refuse(code, e.message)
    throw e
  }
}
