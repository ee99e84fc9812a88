/**
 * Refusals: why a statement may not enter the log.
 *
 * A refusal is data, shown to people, tested by name and answered over HTTP. The codes are
 * stable: a code never changes its meaning, and none is ever reused.
 *
 * See docs/spec/law.md, "Refusals".
 *
 * @module
 */

/** Every code of the law, with what it means. */
export const REFUSALS = {
  'malformed-entry': 'the entry is not spelled as accord-entry/v1',
  'time-backwards': "the entry's time lies before the entry before it",
  'malformed-attestation': 'not a signed note with sorted, distinct lines by Ed25519 keys',
  'malformed-statement': 'not a statement, or not in its one spelling',
  'unknown-type': 'a type of statement that this law does not know',
  'wrong-registry': 'addressed to another registry',
  'already-logged': 'this statement is in the log already',
  'issued-in-future': "issued later than the registry's clock and its skew allow",
  'issued-too-old': 'issued too long before the entry',
  'seen-unknown': 'the checkpoint seen is of no size this log has had before this entry',
  'seen-mismatch': "the root seen is not this log's root at that size: proof of a fork",
  'seen-before-previous': "the checkpoint seen does not cover the party's previous statement",
  'seen-too-old': 'the log has grown past the checkpoint seen for too long',
  'issued-before-seen': 'issued before the last entry it claims to have seen',
  'unknown-party': 'no living party of that name',
  'not-depositary': 'only the depositary says this',
  'stale-previous': "previous is not the party's head",
  'key-not-eligible': 'a line by a key that may not sign this',
  'bad-signature': 'a signature that does not verify',
  'quorum-not-met': 'too few of the keys that must sign have signed',
  recovering: 'a recovery is pending; the daily keys sign nothing meanwhile',
  'key-name': "a key's name is not of the party's domain, or is the log's",
  'key-inadmissible': 'a key that is not a canonical point of the prime-order group',
  'key-duplicate': 'a key, or a name with a key id, stands twice in the record',
  'key-in-use': "a key that stands or stood in another record, or is the log's",
  'key-retired': 'a key that was retired from this record',
  'bad-threshold': 'a threshold that the keys listed cannot meet',
  'bad-lei': 'an LEI whose check digits are wrong',
  'domain-taken': 'the domain names a living party, or the depositary',
  'domain-unconfirmed': 'the last logged check of the domain does not show exactly these keys',
  'change-pending': 'a change of this party is pending already',
  'nothing-pending': 'no pending change of that digest',
  'kind-changed': 'the kind never changes',
  'recovery-changed': 'this mode leaves the recovery keys as they are',
  'record-changed': 'this mode changes the recovery keys and nothing else',
  'no-recovery': 'the party has no recovery keys',
  'nothing-new': 'a recovery brings a new daily key, which the domain shows',
  'no-clerk': 'the depositary needs a clerk key, and enough others for its threshold',
  'version-out-of-order': 'not the version after the latest, or it replaces another text',
  'bad-terms': 'terms that contradict each other',
  'duplicate-clause': 'two clauses of one id',
  'unknown-instrument': 'no such instrument, version or digest',
  'not-latest': 'signing is for the latest version',
  'not-open-to': 'the instrument is not open to this kind of party',
  'wrong-standing': 'the act does not follow from what the commitment is now',
  'bad-until': 'until lies outside what the terms allow',
  'not-reservable': 'a reservation on a clause that allows none, or on no clause, or twice',
  'bad-declaration': 'a declaration that is missing, doubled or not asked for',
  'bad-check': 'a check outside its day, out of order, or of a method unknown to its fields',
  'unknown-subject': 'the notice names no statement or domain it could act upon',
  'not-mismatch': 'control of the domain has not been a mismatch for thirty days',
  'not-bound': 'the party is not bound by the instrument',
  'bad-period': 'a period that does not run forward, or not yet over',
  'unknown-successor': 'no living party of that name other than this one',
  'successor-holds': 'the successor holds a commitment to that instrument',
  'succession-pending': 'one of the parties is passing to a successor already',
  'nothing-to-pass': 'no commitment to that instrument that could go over',
} as const

/** A stable code. */
export type RefusalCode = keyof typeof REFUSALS

/** A group of keys of which `need` must sign, and those whose signature is there. */
export interface Missing {
  readonly need: number
  readonly of: readonly string[]
  readonly signed: readonly string[]
}

/** Why a statement may not enter. */
export interface Refusal {
  readonly code: RefusalCode
  /** For people: what was expected, and what was found. */
  readonly detail: string
  /** With `stale-previous`: the head to name instead, or null for a first statement. */
  readonly head?: string | null
  /** With `quorum-not-met`: each quorum that is not met. */
  readonly missing?: readonly Missing[]
  /** With `already-logged`: the entry's index. */
  readonly index?: number
}

/** How the law says no to itself; {@link apply} turns it into data. */
export class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`)
    this.name = 'Refused'
    this.refusal = refusal
  }
}

/** Refuses. */
export function refuse(code: RefusalCode, detail: string, more: Partial<Refusal> = {}): never {
  throw new Refused({ code, detail, ...more })
}

/** Whether an answer of the law is a refusal. */
export function isRefusal(x: object): x is Refusal {
  return 'code' in x && 'detail' in x
}
