/**
 * One statement before the law: what its rules may look at, and change.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import type { Hash } from '../tlog/bytes.ts'
import type { SignedText } from './attestation.ts'
import { advance, registryOf } from './party.ts'
import { type Authority, type Authorized, authorize } from './quorum.ts'
import { refuse } from './refusal.ts'
import type { Draft, Head, Party } from './state.ts'
import type { Statement } from './statement.ts'
import type { Digest } from './text.ts'

/** What the law is handed, beside state and entry. */
export interface Facts {
  /** The root of this log's tree at a size up to this entry's index; undefined where unknown. */
  seenRoot(size: number): Hash | undefined
  /** Checks one signature under the rule of docs/spec/keys.md. */
  readonly verify: Verify
  /**
   * The entries at hand are a part of the log, as in an evidence file. What only the whole log
   * can tell is then not judged: the root seen, the age of what was not seen, and whether the
   * depositary's `previous`, where it is not at hand, is what it should be.
   */
  readonly part?: boolean
  /** Report which signatures are missing instead of refusing the statement for them. */
  readonly trial?: boolean
}

/** A statement being judged. */
export interface Case<S extends Statement = Statement> {
  readonly draft: Draft
  readonly facts: Facts
  readonly statement: S
  readonly signed: SignedText
  readonly digest: Digest
  /** Index and time of the entry; time in POSIX seconds. */
  readonly index: number
  readonly time: number
  /** How it was authorized; set once, by {@link authorizeCase}. */
  authorized: Authorized | null
}

/** The head that this statement makes. */
export function headOf(c: Case): Head {
  return { digest: c.digest, index: c.index }
}

/** Checks the signatures. Which of the ways was met is the answer. */
export function authorizeCase(c: Case, authority: Authority): number {
  c.authorized = authorize(authority, c.signed, c.facts.verify, c.facts.trial ?? false)
  return c.authorized.way
}

/**
 * Demands that `previous` is the head, and that the checkpoint seen covers it.
 *
 * @throws Refused `stale-previous`, `seen-before-previous`
 */
export function demandHead(
  c: Case,
  head: Head,
  previous: string | null = c.statement.previous,
): void {
  if (previous !== head.digest) {
    refuse('stale-previous', `previous is to be ${head.digest}`, { head: head.digest })
  }
  demandSeen(c, head.index)
}

/** Demands that the checkpoint seen covers an entry. @throws Refused `seen-before-previous` */
export function demandSeen(c: Case, index: number): void {
  const { size } = c.statement.seen
  if (size <= index) {
    refuse(
      'seen-before-previous',
      `the checkpoint seen has size ${size}, entry ${index} is previous`,
    )
  }
}

/**
 * The registry, its depositary being the speaker.
 *
 * @throws Refused `not-depositary`, `stale-previous`, `seen-before-previous`
 */
export function demandDepositary(c: Case) {
  const registry = registryOf(c.draft)
  if (c.statement.party !== registry.domain) {
    refuse('not-depositary', `${registry.domain} keeps this registry`)
  }
  demandFollows(c, c.statement.type === 'verification/v1' ? registry.head.index : registry.anchor)
  return registry
}

/**
 * Demands that `previous` is a statement of the depositary since an entry: the head for a
 * verification; for what is signed away from the machine the last that was no verification, since
 * the clerk, who verifies day and night, would outrun it. Of a part of the log it may be absent.
 */
function demandFollows(c: Case, since: number): void {
  const { previous } = c.statement
  const { head } = registryOf(c.draft)
  const named = previous === null ? undefined : c.draft.get('statement', previous)
  if (!named && c.facts.part) demandSeen(c, since)
  else if (named?.party !== '' || named.index < since) demandHead(c, head)
  else demandSeen(c, named.index)
}

/** The depositary's chain goes on. */
export function advanceDepositary(c: Case): void {
  const registry = registryOf(c.draft)
  const anchor = c.statement.type === 'verification/v1' ? registry.anchor : c.index
  c.draft.set('registry', '', { ...registry, head: headOf(c), anchor })
}

/** A party's chain goes on. */
export function advanceParty(c: Case, party: Party): void {
  advance(c.draft, party.id, headOf(c))
}

/** Notes the statement in the log. */
export function noteStatement(
  c: Case,
  party: string,
  instrument: string | null,
  successor: string | null = null,
): void {
  const { index } = c
  const { type } = c.statement
  c.draft.set('statement', c.digest, { index, type, party, successor, instrument })
}
