/**
 * Findings: what an evidence file proves under a policy.
 *
 * See docs/spec/evidence.md, "Checking".
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { TlogError } from '../tlog/error.ts'
import { checkInclusion, leafHash } from '../tlog/merkle.ts'
import { parseNote, type Signature } from '../tlog/note.ts'
import { openWithPolicy, type Policy, type Trusted } from '../tlog/policy.ts'
import { settled } from './agenda.ts'
import { parseSignedText } from './attestation.ts'
import { demandClock, quorumTime } from './clock.ts'
import { parseEntry } from './entry.ts'
import { AccordError } from './error.ts'
import { type EvidenceEntry, parseEvidence } from './evidence.ts'
import { type Applied, apply } from './law.ts'
import { livingParty, partyById, registryOf } from './party.ts'
import { isRefusal, Refused } from './refusal.ts'
import { type Standing, standing } from './standing.ts'
import { Draft, type KeyRecord, Memory, type State } from './state.ts'
import type { InstrumentV1, Statement } from './statement.ts'
import { type Digest, formatTime, LAST_TIME } from './text.ts'

/** A key that signed the subject, its signature verified. */
export interface Signer {
  readonly vkey: string
  /** Whose record the key stood in when the statement was logged, or was entered by it. */
  readonly domain: string
  /** What its holder does, by the party's own word. */
  readonly role: string
  /** Whether it is one of the recovery keys. */
  readonly recovery: boolean
}

/** What is proven of a statement. Times are spelled as in statements. */
export interface Finding {
  readonly origin: string
  /** What vouches for the log: its size and root, and the policy's witnesses that cosigned. */
  readonly checkpoint: {
    readonly size: number
    readonly root: string
    readonly cosigned: readonly { readonly witness: string; readonly time: number }[]
    /** Whether the policy asks for any witness. */
    readonly witnessed: boolean
  }
  /** The entries in the file. */
  readonly entries: readonly number[]
  readonly index: number
  readonly digest: Digest
  readonly statement: Statement
  /** Who made it, under the name it was enrolled with then; the depositary has no id. */
  readonly party: { readonly id: Digest | null; readonly domain: string; readonly name: string }
  readonly signers: readonly Signer[]
  readonly times: {
    /** By the signer's clock: a claim. */
    readonly issued: string
    /** By the registry's clock. */
    readonly logged: string
    /** Of the last entry in the file that the signer had seen; null for entry 0. */
    readonly notBefore: string | null
    /** When the policy's quorum had cosigned the checkpoint; null where it says no such time. */
    readonly notAfter: string | null
  }
  /** The instrument it is about, with its text as published. */
  readonly instrument: {
    readonly index: number
    readonly digest: Digest
    readonly text: InstrumentV1
  } | null
  /**
   * Right after the statement's entry, as far as the entries in the file tell. Null where nothing
   * of the chain that decides it need be in the file: for a notice, and where the file holds a
   * `cancel`, a `recover` or a succession.
   */
  readonly standing: Standing | null
}

/** An entry as the law took it. */
interface Taken extends Applied {
  readonly index: number
  /** The state before it. */
  readonly before: State
  readonly signatures: readonly Signature[]
}

/**
 * Checks an evidence file: the checkpoint by the policy, each entry's inclusion, and the law over
 * the entries in their order.
 *
 * What only the whole log can tell is not judged: see `Facts.part`. The file shows what was
 * admitted, and not what was said afterwards, nor what whoever made it left out.
 *
 * @throws {AccordError} `MALFORMED`; `EVIDENCE`, whose cause is the `TlogError` or `Refused` behind
 *   it where there is one; `UNKNOWN_LAW`; `CLOCK`
 */
export function checkEvidence(text: string, policy: Policy, verify: Verify): Finding {
  const { subject, entries, checkpoint } = parseEvidence(text)
  const trusted = failing('the checkpoint', () =>
    openWithPolicy(parseNote(checkpoint), policy, verify),
  )
  for (const entry of entries) {
    failing(`the inclusion of entry ${entry.index}`, () => checkEntry(entry, trusted))
  }
  const taken = takeAll(entries, trusted.checkpoint.origin, verify)
  const { index, digest, state } = taken.at(-1)!
  if (digest !== subject) throw failed(`entry ${index}, the last, is ${digest}, not the subject`)
  const cosigned = quorumTime(trusted.cosigned, policy)
  demandClock(index, state.time, cosigned, registryOf(state).rules.clock_skew_seconds)
  return findingOf(taken, trusted, policy, cosigned)
}

function checkEntry({ index, entry, proof }: EvidenceEntry, { checkpoint }: Trusted): void {
  checkInclusion(proof, index, checkpoint.size, leafHash(entry), checkpoint.root)
}

/**
 * Applies each entry after those before it, whatever lies between. The state before the last one
 * is left as it was: whose keys signed is asked of that.
 */
function takeAll(entries: readonly EvidenceEntry[], origin: string, verify: Verify): Taken[] {
  const memory = new Memory()
  const taken: Taken[] = []
  for (const entry of entries) {
    const last = taken.at(-1)
    if (last) memory.take(last.state, last.changes)
    taken.push(takeEntry(new Draft(memory, entry.index), entry, origin, verify))
  }
  return taken
}

function takeEntry(before: State, e: EvidenceEntry, origin: string, verify: Verify): Taken {
  const answer = apply(before, e.entry, { seenRoot: () => undefined, verify, part: true })
  if (isRefusal(answer)) {
    const cause = new Refused(answer)
    throw failed(`entry ${e.index} is refused: ${cause.message}`, cause)
  }
  const { registry } = answer.statement
  if (registry !== origin) throw failed(`entry ${e.index} is for ${registry}, not ${origin}`)
  const { signatures } = parseSignedText(parseEntry(e.entry).attestation)
  return { ...answer, index: e.index, before, signatures }
}

function findingOf(
  taken: readonly Taken[],
  trusted: Trusted,
  policy: Policy,
  cosignedBy: number | null,
): Finding {
  const last = taken.at(-1)!
  const { statement, digest, index, state } = last
  const { origin, size, root } = trusted.checkpoint
  const { cosigned } = trusted
  return {
    origin,
    checkpoint: { size, root: encodeBase64(root), cosigned, witnessed: policy.quorum !== null },
    entries: taken.map((t) => t.index),
    index,
    digest,
    statement,
    party: speakerOf(last),
    signers: signersOf(last),
    times: {
      issued: statement.issued,
      logged: formatTime(state.time),
      notBefore: notBefore(statement, taken),
      notAfter: notAfter(cosignedBy),
    },
    ...subjectOf(last, taken),
  }
}

function speakerOf({ state, digest }: Taken): Finding['party'] {
  const { party: id } = state.get('statement', digest)!
  const { domain, keeping } = registryOf(state)
  if (id === '') return { id: null, domain, name: keeping.depositary }
  const party = partyById(state, id)
  return { id: party.id, domain: party.domain, name: party.profile.name }
}

/** The law admits no line but by a key of the records in force before, or of the one entered. */
function signersOf(last: Taken): Signer[] {
  const keys = recordsOf(last).flatMap(([domain, record]) => [
    ...record.keys.map((k) => ({ ...k, domain, recovery: false })),
    ...(record.recovery?.keys ?? []).map((k) => ({ ...k, domain, recovery: true })),
  ])
  return last.signatures.map(({ name, id }) => {
    const { vkey, domain, role, recovery } = keys.find((k) => k.vkey.startsWith(`${name}+${id}+`))!
    return { vkey, domain, role, recovery }
  })
}

function recordsOf({ before, statement: s, state }: Taken): [string, KeyRecord][] {
  const entered = s.type === 'registry/v1' || (s.type === 'enrolment/v1' && s.mode !== 'cancel')
  const domains = s.type === 'succession/v1' ? [s.party, s.successor] : [s.party]
  const now = settled(before, state.time)
  const held = domains.flatMap((domain): [string, KeyRecord][] => {
    const record = recordOf(now, domain)
    return record ? [[domain, record]] : []
  })
  return entered ? [...held, [s.party, s]] : held
}

function recordOf(state: State, domain: string): KeyRecord | undefined {
  const registry = state.get('registry', '')
  return domain === registry?.domain ? registry.keeping : livingParty(state, domain)?.profile
}

/** Times never run backwards: whatever was seen is not older than what stands before it. */
function notBefore(statement: Statement, taken: readonly Taken[]): string | null {
  const seen = taken.filter((t) => t.index < statement.seen.size).at(-1)
  return seen ? formatTime(seen.state.time) : null
}

function notAfter(cosignedBy: number | null): string | null {
  return cosignedBy === null || cosignedBy > LAST_TIME ? null : formatTime(cosignedBy)
}

/** The instrument that a statement is about, and what its party's commitment to it then was. */
function subjectOf(last: Taken, taken: readonly Taken[]): Pick<Finding, 'instrument' | 'standing'> {
  const { state, statement } = last
  if (statement.type === 'instrument/v1') return { instrument: textOf(last), standing: null }
  const named = statement.type === 'notice/v1' ? bySubject(statement.subject, taken) : last
  const said = named?.statement
  if (!named || (said?.type !== 'commitment/v1' && said?.type !== 'report/v1')) {
    return { instrument: null, standing: null }
  }
  const { party } = state.get('statement', named.digest)!
  const text = taken.find((t) => t.digest === said.instrument.digest)!
  const { id } = said.instrument
  const told = statement.type !== 'notice/v1' && !taken.some(forks)
  return {
    instrument: textOf(text),
    standing: told ? standing(state, party, id, state.time) : null,
  }
}

/**
 * Whether the chain that goes on from it may lack statements: a recovery or a cancel may follow an
 * older statement than the head, and nothing links what a predecessor said to its successor's.
 */
function forks({ statement: s }: Taken): boolean {
  if (s.type === 'enrolment/v1') return s.mode === 'recover' || s.mode === 'cancel'
  return s.type === 'succession/v1'
}

function bySubject(subject: string, taken: readonly Taken[]): Taken | undefined {
  return taken.find((t) => t.digest === subject)
}

function textOf({ index, digest, statement }: Taken): Finding['instrument'] {
  return statement.type === 'instrument/v1' ? { index, digest, text: statement } : null
}

/** Runs a check, and says which it was where it fails. */
function failing<T>(what: string, check: () => T): T {
  try {
    return check()
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause
    throw failed(`${what} does not hold: ${cause.message}`, cause)
  }
}

function failed(detail: string, cause?: unknown): AccordError {
  return new AccordError('EVIDENCE', detail, { cause })
}
