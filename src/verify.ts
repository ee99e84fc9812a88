/**
 * The verifier's door, in the browser and for the command line: a file and a policy go in, and one
 * of three answers comes out. Nothing is fetched, and no text makes it throw.
 *
 * See docs/guide-journalist.md.
 *
 * @module
 */
import { type Verify, verify as verifyStrictly } from '../keys/ed25519.ts'
import { type Attestation, parseAttestation } from './accord/attestation.ts'
import { AccordError } from './accord/error.ts'
import { EVIDENCE } from './accord/evidence.ts'
import { checkEvidence, type Finding } from './accord/finding.ts'
import { Refused } from './accord/refusal.ts'
import { parseStatement, statementDigest } from './accord/statement.ts'
import { ALARM, type AlarmFacts, checkAlarm } from './client/alarm.ts'
import { ClientError } from './client/error.ts'
import { checkReceipt, type ReceiptFacts } from './client/receipt.ts'
import {
  alarmProves,
  alarmSays,
  evidenceDoesNotProve,
  evidenceProves,
  FORK_DOES_NOT_PROVE,
  REASONS,
  type ReasonCode,
  receiptDoesNotProve,
  receiptProves,
} from './client/sentences.ts'
import { TlogError } from './tlog/error.ts'
import { parseNote } from './tlog/note.ts'
import { type Policy, parsePolicy } from './tlog/policy.ts'

/** What a file is. */
export type Kind = 'receipt' | 'evidence' | 'alarm' | 'statement'

/** The answer about a file. There are three, and none of them is "almost". */
export interface Verdict {
  /** `cannot tell` is no finding against anyone. */
  readonly verdict: 'verified' | 'not verified' | 'cannot tell'
  /** What the file is, where it says so. */
  readonly kind: Kind | null
  /** Null where it is verified. */
  readonly reason: Reason | null
  /** Sentences to be quoted; empty unless it is verified. */
  readonly proves: readonly string[]
  readonly doesNotProve: readonly string[]
  /** The same as data; null unless it is verified. */
  readonly facts: ReceiptFacts | Finding | AlarmFacts | null
}

/** Why a file is not verified. */
export interface Reason {
  readonly code: ReasonCode
  /** Which check failed, what was expected, and what to do. */
  readonly failed: string
  readonly expected: string
  readonly advice: string
  /** Where exactly, in technical words. */
  readonly detail: string
}

/** The first line of a tlog-proof. */
const PROOF = 'c2sp.org/tlog-proof@v1'

/** Reasons for which nothing can be told about the file. */
const CANNOT_TELL: ReadonlySet<ReasonCode> = new Set([
  'unknown-file',
  'bare-statement',
  'bad-policy',
  'other-log',
  'no-entry',
  'unknown-law',
  'testimony',
  'program-error',
])

/**
 * Verifies a receipt.
 *
 * @param policy - the text of a policy file
 * @param verify - a faster verifier that keeps the same rule
 */
export function verifyReceipt(
  text: string,
  policy: string,
  verify: Verify = verifyStrictly,
): Verdict {
  return deciding('receipt', PROOF, text, policy, (trust) => {
    const facts = checkReceipt(text, trust, verify)
    return verified('receipt', receiptProves(facts), receiptDoesNotProve(facts), facts)
  })
}

/** Verifies an evidence file; parameters as for {@link verifyReceipt}. */
export function verifyEvidence(
  text: string,
  policy: string,
  verify: Verify = verifyStrictly,
): Verdict {
  return deciding('evidence', EVIDENCE, text, policy, (trust) => {
    const facts = checkEvidence(text, trust, verify)
    return verified('evidence', evidenceProves(facts), evidenceDoesNotProve(facts), facts)
  })
}

/**
 * Verifies an alarm; parameters as for {@link verifyReceipt}. Of what only its writer has seen
 * nothing can be told, whatever the log has signed.
 */
export function verifyAlarm(
  text: string,
  policy: string,
  verify: Verify = verifyStrictly,
): Verdict {
  return deciding('alarm', ALARM, text, policy, (trust) => {
    const facts = checkAlarm(text, trust, verify)
    if (facts.kind !== 'fork') return failure('alarm', 'testimony', alarmSays(facts))
    return verified('alarm', alarmProves(facts), FORK_DOES_NOT_PROVE, facts)
  })
}

/** A statement that came without its evidence, signed or not yet; null where the text is none. */
export function bareStatement(text: string): Pick<Attestation, 'digest' | 'signatures'> | null {
  for (const read of [parseAttestation, unsigned]) {
    try {
      return read(text)
    } catch (e) {
      if (!(e instanceof AccordError)) throw e
    }
  }
  return null
}

function unsigned(text: string): Pick<Attestation, 'digest' | 'signatures'> {
  parseStatement(text)
  return { digest: statementDigest(text), signatures: [] }
}

/** Verifies whichever of these a file is; parameters as for {@link verifyReceipt}. */
export function verifyAny(text: string, policy: string, verify: Verify = verifyStrictly): Verdict {
  if (isKind(text, PROOF)) return verifyReceipt(text, policy, verify)
  if (isKind(text, EVIDENCE)) return verifyEvidence(text, policy, verify)
  if (isKind(text, ALARM)) return verifyAlarm(text, policy, verify)
  const bare = bareStatement(text)
  if (bare) return failure('statement', 'bare-statement', bare.digest)
  return failure(null, 'unknown-file', firstLine(text))
}

function verified(
  kind: Kind,
  proves: readonly string[],
  doesNotProve: readonly string[],
  facts: Verdict['facts'],
): Verdict {
  return { verdict: 'verified', kind, reason: null, proves, doesNotProve, facts }
}

function deciding(
  kind: Kind,
  header: string,
  text: string,
  policyText: string,
  check: (policy: Policy) => Verdict,
): Verdict {
  if (!isKind(text, header)) return failure(null, 'unknown-file', firstLine(text))
  let policy: Policy | null = null
  try {
    policy = parsePolicy(policyText)
    return check(policy)
  } catch (e) {
    const code = policy ? codeOf(e, kind, text, policy) : 'bad-policy'
    return failure(kind, code, e instanceof Error ? e.message : String(e))
  }
}

/**
 * A first line in which one character is another is that kind's still, and damaged. Digits are the
 * version's: a later version is a kind that this program does not have.
 */
function isKind(text: string, header: string): boolean {
  const due = `${header}\n`
  const wrong = [...due].flatMap((c, i) => (text[i] === c ? [] : [c]))
  return wrong.length === 0 || (wrong.length === 1 && !/[0-9]/.test(wrong[0]!))
}

function firstLine(text: string): string {
  return `the first line is ${JSON.stringify(text.split('\n', 1)[0]!.slice(0, 80))}`
}

function failure(kind: Verdict['kind'], code: ReasonCode, detail: string): Verdict {
  const verdict = CANNOT_TELL.has(code) ? 'cannot tell' : 'not verified'
  const reason = { code, ...REASONS[code], detail }
  return { verdict, kind, reason, proves: [], doesNotProve: [], facts: null }
}

function codeOf(e: unknown, kind: Kind, text: string, policy: Policy): ReasonCode {
  const inner = e instanceof AccordError && e.code === 'EVIDENCE' ? e.cause : e
  if (kind === 'alarm' && contradictsNothing(e)) return 'no-alarm'
  if (inner instanceof TlogError) return codeOfTlog(inner, text, policy)
  if (inner instanceof Refused) return 'refused'
  if (e instanceof ClientError && e.code === 'NO_ENTRY') return 'no-entry'
  if (!(e instanceof AccordError)) return 'program-error'
  if (e.code === 'UNKNOWN_LAW') return 'unknown-law'
  if (e.code === 'CLOCK') return 'clock-contradiction'
  if (e.code === 'EVIDENCE') return 'contradiction'
  return kind === 'receipt' ? 'no-statement' : 'malformed'
}

function codeOfTlog(e: TlogError, text: string, policy: Policy): ReasonCode {
  if (e.code === 'LOG_NOT_TRUSTED') return concerns(policy, text) ? 'unsigned' : 'other-log'
  if (e.code === 'BAD_SIGNATURE') return 'bad-signature'
  if (e.code === 'QUORUM_NOT_MET') return 'quorum'
  return e.code === 'INVALID_PROOF' ? 'inclusion' : 'malformed'
}

/** Whether it is the checkpoints of an alarm, and not its form, that are not what they should be. */
function contradictsNothing(e: unknown): boolean {
  if (e instanceof AccordError) return e.code === 'EVIDENCE'
  return e instanceof TlogError && e.code === 'INVALID_PROOF'
}

/** Whether the file's checkpoint names a log of the policy, or bears a line by its key. */
function concerns(policy: Policy, text: string): boolean {
  const note = parseNote(checkpointIn(text))
  return policy.logs.some(({ vkey }) => {
    const signs = note.signatures.some((s) => s.name === vkey.name && s.id === vkey.id)
    return signs || note.text.startsWith(`${vkey.name}\n`)
  })
}

/** The first checkpoint of a file, which stands after its first empty line. */
function checkpointIn(text: string): string {
  const rest = text.slice(text.indexOf('\n\n') + 2)
  const signatures = rest.indexOf('\n\n')
  const next = rest.indexOf('\n\n', signatures + 2)
  return signatures < 0 || next < 0 ? rest : rest.slice(0, next + 1)
}
