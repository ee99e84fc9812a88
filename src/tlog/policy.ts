/**
 * Policies: which logs one trusts, and how many of which witnesses must have cosigned.
 *
 * A policy is read as UTF-8, which is narrower than the octets that the specification allows.
 *
 * See https://c2sp.org/tlog-policy.
 *
 * @module
 */
import { encodeHex } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import {
  COSIGNATURE,
  ED25519,
  formatVKey,
  ML_DSA_44,
  parseVKey,
  type VKey,
} from '../../keys/vkey.ts'
import { fromUtf8, parseDecimal } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { TlogError } from './error.ts'
import { type Note, type VerifiedSignature, verifySignatures } from './note.ts'

/** A log's key, of type 0x01 or 0x06; its name is the log's origin. */
export interface PolicyLog {
  readonly vkey: VKey
  /** Where the log is read; null where the policy does not say. */
  readonly url: string | null
}

/** A witness's key, of type 0x04 or 0x06. */
export interface PolicyWitness {
  /** What the policy calls it. */
  readonly name: string
  readonly vkey: VKey
  /** Its submission prefix; null where the policy does not say. */
  readonly url: string | null
}

/** Is met when at least `threshold` of its members are. */
export interface PolicyGroup {
  readonly name: string
  readonly threshold: number
  /** Names of witnesses, and of groups that stand before this one. */
  readonly members: readonly string[]
}

export interface Policy {
  readonly logs: readonly PolicyLog[]
  readonly witnesses: readonly PolicyWitness[]
  readonly groups: readonly PolicyGroup[]
  /** The name of the witness or group that must be met; null where no witness is asked. */
  readonly quorum: string | null
}

/** A checkpoint that a policy accepts, and by whose word. */
export interface Trusted {
  readonly checkpoint: Checkpoint
  /** The log's keys that signed. */
  readonly logKeys: readonly VKey[]
  /** Every witness of the policy that cosigned, and when it says so, in POSIX seconds. */
  readonly cosigned: readonly { readonly witness: string; readonly time: number }[]
}

/** Formats a policy, without comments: logs, witnesses, groups, quorum. */
export function formatPolicy(policy: Policy): string {
  const url = (u: string | null) => (u === null ? '' : ` ${u}`)
  return [
    ...policy.logs.map((log) => `log ${formatVKey(log.vkey)}${url(log.url)}\n`),
    ...policy.witnesses.map((w) => `witness ${w.name} ${formatVKey(w.vkey)}${url(w.url)}\n`),
    ...policy.groups.map((g) => `group ${g.name} ${g.threshold} ${g.members.join(' ')}\n`),
    `quorum ${policy.quorum ?? 'none'}\n`,
  ].join('')
}

/** A policy while it is read. */
interface Draft {
  readonly logs: PolicyLog[]
  readonly witnesses: PolicyWitness[]
  readonly groups: PolicyGroup[]
  /** Witnesses and groups so far; they share one namespace. */
  readonly names: Set<string>
  /** Those that are a member of a group. */
  readonly members: Set<string>
  /** Public keys so far, as hex: a key may stand for one log or one witness only. */
  readonly keys: Set<string>
  quorum: string | null | undefined
}

/**
 * Parses a policy.
 *
 * @throws {TlogError} `MALFORMED_POLICY`, with the line's number
 */
export function parsePolicy(policy: Uint8Array | string): Policy {
  const text = typeof policy === 'string' ? policy : fromUtf8(policy)
  if (!text?.isWellFormed()) throw malformed('expected UTF-8')
  const draft: Draft = {
    logs: [],
    witnesses: [],
    groups: [],
    names: new Set(['none']),
    members: new Set(),
    keys: new Set(),
    quorum: undefined,
  }
  for (const [i, line] of text.split('\n').entries()) parseLine(draft, line, i + 1)
  const { logs, witnesses, groups, quorum } = draft
  if (quorum === undefined) throw malformed('expected a quorum line')
  return { logs, witnesses, groups, quorum }
}

function parseLine(draft: Draft, line: string, number: number): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) {
    throw malformed(`line ${number}: expected no control character`)
  }
  const words = line.split(/[ \t]+/).filter((word) => word !== '')
  const [kind, ...rest] = words
  if (kind === undefined || kind.startsWith('#')) return
  const parse = LINES.get(kind)
  if (!parse) throw malformed(`line ${number}: expected log, witness, group or quorum`)
  try {
    parse(draft, rest)
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw malformed(`line ${number}: ${cause.message}`, cause)
  }
}

type ParseLine = (draft: Draft, words: readonly string[]) => void

const LINES: ReadonlyMap<string, ParseLine> = new Map([
  ['log', parseLog],
  ['witness', parseWitness],
  ['group', parseGroup],
  ['quorum', parseQuorum],
])

function parseLog(draft: Draft, words: readonly string[]): void {
  const [vkey, url = null] = words
  if (vkey === undefined || words.length > 2) throw malformed('expected log <vkey> [<url>]')
  draft.logs.push({ vkey: takeKey(draft, vkey, [ED25519, ML_DSA_44]), url })
}

function parseWitness(draft: Draft, words: readonly string[]): void {
  const [name, vkey, url = null] = words
  if (name === undefined || vkey === undefined || words.length > 3) {
    throw malformed('expected witness <name> <vkey> [<url>]')
  }
  takeName(draft, name)
  draft.witnesses.push({ name, vkey: takeKey(draft, vkey, [COSIGNATURE, ML_DSA_44]), url })
}

function parseGroup(draft: Draft, words: readonly string[]): void {
  const [name, count, ...members] = words
  if (name === undefined || count === undefined || members.length === 0) {
    throw malformed('expected group <name> all|any|<number> <name>...')
  }
  for (const member of members) {
    if (!isDefined(draft, member)) throw malformed(`${member} is not defined before`)
    if (draft.members.has(member)) throw malformed(`${member} is in a group already`)
    draft.members.add(member)
  }
  takeName(draft, name)
  draft.groups.push({ name, threshold: parseThreshold(count, members.length), members })
}

function parseThreshold(count: string, members: number): number {
  const n = count === 'all' ? members : count === 'any' ? 1 : parseDecimal(count)
  if (n === null || n < 1 || n > members) throw malformed(`expected all, any or 1 to ${members}`)
  return n
}

function parseQuorum(draft: Draft, words: readonly string[]): void {
  const [name] = words
  if (name === undefined || words.length > 1) throw malformed('expected quorum <name>|none')
  if (draft.quorum !== undefined) throw malformed('expected one quorum')
  if (name !== 'none' && !isDefined(draft, name)) throw malformed(`${name} is not defined before`)
  draft.quorum = name === 'none' ? null : name
}

function isDefined(draft: Draft, name: string): boolean {
  return name !== 'none' && draft.names.has(name)
}

function takeName(draft: Draft, name: string): void {
  if (draft.names.has(name)) throw malformed(`${name} is taken`)
  draft.names.add(name)
}

function takeKey(draft: Draft, text: string, types: readonly number[]): VKey {
  const vkey = parseVKey(text)
  if (!types.includes(vkey.type)) throw malformed(`expected a key of type ${types.join(' or ')}`)
  const key = encodeHex(vkey.key)
  if (draft.keys.has(key)) throw malformed('the key stands here already')
  draft.keys.add(key)
  return vkey
}

/**
 * Opens a checkpoint as a policy demands.
 *
 * A signature by one of the policy's keys that does not hold spoils the whole note.
 *
 * @throws {TlogError} `MALFORMED_CHECKPOINT`, `BAD_SIGNATURE`, `LOG_NOT_TRUSTED`, `QUORUM_NOT_MET`
 */
export function openWithPolicy(note: Note, policy: Policy, verify: Verify): Trusted {
  const checkpoint = parseCheckpoint(note.text)
  const known = policy.logs.map((log) => log.vkey).filter((v) => v.name === checkpoint.origin)
  const logKeys = verifySignatures(note, known, verify).map((s) => s.vkey)
  if (logKeys.length === 0) {
    throw new TlogError('LOG_NOT_TRUSTED', 'no log of the policy has signed under this origin')
  }
  const signed = verifySignatures(
    note,
    policy.witnesses.map((w) => w.vkey),
    verify,
  )
  const cosigned = signed.map((s) => ({ witness: nameOf(policy, s), time: s.time! }))
  if (
    !quorumMet(
      policy,
      cosigned.map((c) => c.witness),
    )
  ) {
    throw new TlogError(
      'QUORUM_NOT_MET',
      `expected ${policy.quorum}, got ${cosigned.length} of ${policy.witnesses.length} witnesses`,
    )
  }
  return { checkpoint, logKeys, cosigned }
}

function nameOf(policy: Policy, signature: VerifiedSignature): string {
  return policy.witnesses.find((w) => w.vkey === signature.vkey)!.name
}

/** Whether these witnesses, named as in the policy, are enough for it. */
export function quorumMet(policy: Policy, witnesses: readonly string[]): boolean {
  const met = new Set(witnesses)
  for (const group of policy.groups) {
    const count = group.members.filter((member) => met.has(member)).length
    if (count >= group.threshold) met.add(group.name)
  }
  return policy.quorum === null || met.has(policy.quorum)
}

function malformed(message: string, cause?: unknown): TlogError {
  return new TlogError('MALFORMED_POLICY', message, { cause })
}
