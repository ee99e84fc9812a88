/**
 * Alarms: what a reader keeps of a log that contradicts itself, for others to check.
 *
 * ```text
 * accord-alarm/v1
 * kind fork
 * seen 2026-11-22T15:17:00Z
 * root <base64: of the first entries in the larger tree>
 * <base64 of a hash of the consistency proof>
 *
 * <checkpoint, verbatim>
 *
 * <checkpoint, verbatim>
 * ```
 *
 * A fork is proven by the log's own signatures. A rollback and a stale log are testimony: that one
 * checkpoint was served after another, or that no newer one was, is in no signature.
 *
 * See docs/spec/alarm.md.
 *
 * @module
 */
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { AccordError } from '../accord/error.ts'
import { parseTime } from '../accord/text.ts'
import { equal, HASH_LENGTH, type Hash, hash } from '../tlog/bytes.ts'
import { checkConsistency } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import { openWithPolicy, type Policy, type Trusted } from '../tlog/policy.ts'

/** The first line of an alarm. */
export const ALARM = 'accord-alarm/v1'

/** Two checkpoints that cannot both be true. */
export interface ForkAlarm {
  readonly kind: 'fork'
  /** When the second was seen, by the clock of whoever writes, as a statement spells it. */
  readonly seen: string
  /** Where the sizes differ: the root that the larger tree has at the smaller size, proven. */
  readonly prefix: { readonly root: Hash; readonly proof: readonly Hash[] } | null
  /** The notes, the smaller tree first. */
  readonly checkpoints: readonly [string, string]
}

/** A checkpoint that is smaller than one seen before. */
export interface RollbackAlarm {
  readonly kind: 'rollback'
  readonly seen: string
  /** The notes, in the order in which they were seen: the larger tree first. */
  readonly checkpoints: readonly [string, string]
}

/** A checkpoint that was the newest to be had for too long. */
export interface StaleAlarm {
  readonly kind: 'stale'
  readonly seen: string
  readonly checkpoints: readonly [string]
}

/** An alarm, of which nothing has been verified: see {@link checkAlarm}. */
export type Alarm = ForkAlarm | RollbackAlarm | StaleAlarm

/** Formats an alarm. It is the inverse of {@link parseAlarm}. */
export function formatAlarm(alarm: Alarm): string {
  const { kind, seen, checkpoints } = alarm
  const prefix = kind === 'fork' ? alarm.prefix : null
  const lines = [
    ALARM,
    `kind ${kind}`,
    `seen ${seen}`,
    ...(prefix ? [`root ${encodeBase64(prefix.root)}`, ...prefix.proof.map(encodeBase64)] : []),
  ]
  return `${lines.join('\n')}\n\n${checkpoints.join('\n')}`
}

/**
 * Parses an alarm. The checkpoints are left unread.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function parseAlarm(text: string): Alarm {
  const end = text.indexOf('\n\n')
  if (end < 0) throw malformed('expected an empty line before the checkpoints')
  const [header, kind, seen, ...rest] = text.slice(0, end).split('\n')
  if (header !== ALARM) throw malformed(`expected ${ALARM} on the first line`)
  const checkpoints = splitNotes(text.slice(end + 2))
  const alarm = assembled(kind?.slice('kind '.length), readSeen(seen), rest, checkpoints)
  if (formatAlarm(alarm) !== text) throw malformed('not in its one spelling')
  return alarm
}

function assembled(
  kind: string | undefined,
  seen: string,
  rest: readonly string[],
  checkpoints: readonly string[],
): Alarm {
  const [first, second, ...more] = checkpoints
  if (first !== undefined && more.length === 0) {
    if (kind === 'stale' && second === undefined) return { kind, seen, checkpoints: [first] }
    if (second !== undefined) {
      const both = [first, second] as const
      if (kind === 'rollback') return { kind, seen, checkpoints: both }
      if (kind === 'fork') return { kind, seen, prefix: readPrefix(rest), checkpoints: both }
    }
  }
  throw malformed('expected a fork or a rollback of two checkpoints, or a stale one')
}

function readSeen(line: string | undefined): string {
  const time = line?.startsWith('seen ') ? line.slice('seen '.length) : ''
  if (parseTime(time) === null) throw malformed('expected a time on the third line')
  return time
}

function readPrefix(lines: readonly string[]): ForkAlarm['prefix'] {
  const [root, ...proof] = lines
  if (root === undefined) return null
  return { root: readHash(root.replace(/^root /, '')), proof: proof.map(readHash) }
}

function readHash(line: string): Hash {
  const bytes = decodeBase64(line)
  if (bytes?.length !== HASH_LENGTH) throw malformed('expected the base64 of a hash')
  return hash(bytes)
}

/** Notes one after the other, an empty line between them: each ends with its signature lines. */
function splitNotes(text: string): string[] {
  const notes: string[] = []
  for (let from = 0; from < text.length; ) {
    const signatures = text.indexOf('\n\n', from)
    if (signatures < 0) throw malformed('expected a checkpoint with its signatures')
    const next = text.indexOf('\n\n', signatures + 2)
    const end = next < 0 ? text.length : next + 1
    notes.push(text.slice(from, end))
    from = end + 1
  }
  return notes
}

/** What an alarm says, its signatures and hashes checked. */
export interface AlarmFacts {
  readonly kind: Alarm['kind']
  readonly origin: string
  /** When it was seen: the word of whoever wrote the file. */
  readonly seen: string
  /** In the order of the file. */
  readonly checkpoints: readonly {
    readonly size: number
    /** Base64. */
    readonly root: string
    readonly cosigned: Trusted['cosigned']
  }[]
  /** Where two sizes are a fork: the root of the larger tree at the smaller size, in base64. */
  readonly prefix: string | null
}

/**
 * Checks an alarm: that the log has signed each checkpoint, and for a fork that they contradict each
 * other. No quorum is asked for: the log's own signature is what speaks against it.
 *
 * @throws {AccordError} `MALFORMED`; `EVIDENCE` where the checkpoints do not say what the file does
 * @throws {TlogError} as `openWithPolicy`; `INVALID_PROOF`
 */
export function checkAlarm(text: string, policy: Policy, verify: Verify): AlarmFacts {
  const alarm = parseAlarm(text)
  const opened = alarm.checkpoints.map((note) =>
    openWithPolicy(parseNote(note), { ...policy, quorum: null }, verify),
  )
  const [first, second] = opened.map((o) => o.checkpoint)
  if (second && first!.origin !== second.origin) throw contradiction('two logs, not one')
  if (alarm.kind === 'rollback' && first!.size <= second!.size) {
    throw contradiction(`${first!.size} entries, then ${second!.size}, is no rollback`)
  }
  if (alarm.kind === 'fork') demandFork(alarm, first!, second!)
  return {
    kind: alarm.kind,
    origin: first!.origin,
    seen: alarm.seen,
    checkpoints: opened.map(({ checkpoint: { size, root }, cosigned }) => ({
      size,
      root: encodeBase64(root),
      cosigned,
    })),
    prefix: alarm.kind === 'fork' && alarm.prefix ? encodeBase64(alarm.prefix.root) : null,
  }
}

type Signed = Trusted['checkpoint']

/** Demands that no one tree has both. */
function demandFork({ prefix }: ForkAlarm, a: Signed, b: Signed): void {
  if (prefix === null) {
    if (a.size !== b.size) throw contradiction('two sizes, and no proof about the smaller')
    if (equal(a.root, b.root)) throw contradiction('one and the same root')
    return
  }
  if (a.size >= b.size) throw contradiction('expected the smaller tree first')
  checkConsistency(prefix.proof, a.size, prefix.root, b.size, b.root)
  if (equal(prefix.root, a.root)) throw contradiction('the larger tree goes on from the smaller')
}

function contradiction(detail: string): AccordError {
  return new AccordError('EVIDENCE', detail)
}

function malformed(detail: string): AccordError {
  return new AccordError('MALFORMED', detail)
}
