/**
 * The course of a log: what it serves now, held against the last checkpoint that was verified.
 *
 * @module
 */
import type { Alarm, ForkAlarm, RollbackAlarm } from '../client/alarm.ts'
import { ClientError } from '../client/error.ts'
import { type Log, type LogOptions, openLog } from '../client/log.ts'
import { equal } from '../tlog/bytes.ts'
import type { Checkpoint } from '../tlog/checkpoint.ts'
import { TlogError } from '../tlog/error.ts'
import { proveConsistency, type ReadNodes, rootAt } from '../tlog/merkle.ts'
import { formatNote, parseNote, type Signature, verifySignatures } from '../tlog/note.ts'
import { openWithPolicy, type Policy, type Trusted } from '../tlog/policy.ts'

/** The last checkpoint verified. */
export interface Remembered extends Trusted {
  readonly note: string
}

/** A tree that was read. */
export interface Known {
  readonly size: number
  readonly readNodes: ReadNodes
}

/**
 * Opens a log as `openLog` does, and asks whether it contradicts itself. Where too few witnesses have
 * cosigned, or a line in their name does not hold, its own signature is enough to speak against it, and
 * for nothing else. The evidence then has the lines that hold, so that it opens for others, too.
 *
 * @param question - rejects only where the log is not to be read
 * @throws {ClientError} as `openLog`
 */
export async function openWatched<T extends Alarm>(
  options: LogOptions,
  question: (log: Log) => Promise<T | null>,
): Promise<{ readonly log: Log; readonly wrong: T | null }> {
  try {
    const log = await openLog(options)
    return { log, wrong: await question(log) }
  } catch (lacking) {
    if (!lacksWitnesses(lacking)) throw lacking
    const policy = { ...options.policy, witnesses: [], groups: [], quorum: null }
    // A line of the log's own that does not hold leaves nothing to speak against it with.
    const opened = await openLog({ ...options, policy }).catch(() => Promise.reject(lacking))
    const log = { ...opened, note: sound(opened.note, options) }
    const wrong = await question(log).catch(() => null)
    if (wrong === null) throw lacking
    return { log, wrong }
  }
}

function lacksWitnesses(error: unknown): boolean {
  const cause = error instanceof ClientError ? error.cause : null
  return cause instanceof TlogError && ['QUORUM_NOT_MET', 'BAD_SIGNATURE'].includes(cause.code)
}

/** The note with the lines of the policy's keys that hold: others are anybody's. */
function sound(text: string, { policy, verify }: LogOptions): string {
  const note = parseNote(text)
  const vkeys = [...policy.logs, ...policy.witnesses].map(({ vkey }) => vkey)
  const holds = (line: Signature) => {
    try {
      return verifySignatures({ ...note, signatures: [line] }, vkeys, verify).length > 0
    } catch (e) {
      if (e instanceof TlogError) return false
      throw e
    }
  }
  return formatNote({ ...note, signatures: note.signatures.filter(holds) })
}

/**
 * Opens a checkpoint that was verified before. No quorum is asked for again.
 *
 * @throws {ClientError} `OTHER_LOG`
 */
export function openRemembered(note: string, policy: Policy, log: Log): Remembered {
  const { origin } = log.checkpoint
  try {
    const trusted = openWithPolicy(parseNote(note), { ...policy, quorum: null }, log.verify)
    if (trusted.checkpoint.origin === origin) return { ...trusted, note }
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause
    throw new ClientError('OTHER_LOG', `the checkpoint remembered: ${cause.message}`, { cause })
  }
  throw new ClientError('OTHER_LOG', `another log was followed here than ${origin}`)
}

/**
 * Whether a log goes on from what was remembered.
 *
 * @param known - the tree that was read, for a proof where the log serves it no more
 * @param seen - the time, as a statement spells it
 * @returns null where it does
 * @throws {ClientError} `UNAVAILABLE`, `BROKEN` where the log does not serve the tree that it signed
 */
export async function contradictionOf(
  old: Remembered,
  log: Log,
  known: Known,
  seen: string,
): Promise<ForkAlarm | RollbackAlarm | null> {
  const [was, now] = [old.checkpoint, log.checkpoint]
  if (was.size === now.size) {
    if (equal(was.root, now.root)) return null
    return { kind: 'fork', seen, prefix: null, checkpoints: [old.note, log.note] }
  }
  if (was.size < now.size) {
    const prefix = await prefixOf(was, now.size, log.readNodes)
    return prefix && { kind: 'fork', seen, prefix, checkpoints: [old.note, log.note] }
  }
  const read = known.size >= was.size
  const prefix = read ? await prefixOf(now, was.size, known.readNodes) : null
  return prefix
    ? { kind: 'fork', seen, prefix, checkpoints: [log.note, old.note] }
    : { kind: 'rollback', seen, checkpoints: [old.note, log.note] }
}

/** The root that a larger tree has in place of a smaller one's, proven; null for the same root. */
async function prefixOf(
  smaller: Checkpoint,
  size: number,
  read: ReadNodes,
): Promise<ForkAlarm['prefix']> {
  const root = await rootAt(smaller.size, read)
  if (equal(root, smaller.root)) return null
  return { root, proof: await proveConsistency(smaller.size, size, read) }
}
