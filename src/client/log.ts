/**
 * A log as a reader sees it: at one checkpoint that its policy accepts, every entry proven.
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { equal, fromUtf8 } from '../tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../tlog/checkpoint.ts'
import { TlogError } from '../tlog/error.ts'
import { checkConsistency, proveConsistency } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import { openWithPolicy, type Policy, type Trusted } from '../tlog/policy.ts'
import { openReader, type Reader } from '../tlog/reader.ts'
import { ClientError } from './error.ts'
import type { Fetch } from './fetch.ts'

/** What a log is opened with. */
export interface LogOptions {
  readonly fetch: Fetch
  readonly policy: Policy
  readonly verify: Verify
  /** The note of an earlier checkpoint of this log, kept by the reader. */
  readonly remembered?: string | undefined
}

/** A log at a checkpoint. Reading rejects with {@link ClientError} `UNAVAILABLE` or `BROKEN`. */
export interface Log extends Trusted, Pick<Reader, 'readNodes' | 'readEntries'> {
  /** The checkpoint's note, to be remembered for the next time. */
  readonly note: string
  readonly verify: Verify
}

/**
 * Opens a log at its latest checkpoint.
 *
 * @throws {ClientError} `UNAVAILABLE`, `NOT_TRUSTED`; with a checkpoint remembered also `OTHER_LOG`,
 *   `SHRANK`, `FORKED`
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const { fetch, policy, verify, remembered } = options
  const note = await fetchNote(fetch)
  const trusted = openTrusted(note, policy, verify)
  const reader = openReader(trusted.checkpoint, fetch)
  const log: Log = {
    ...trusted,
    note,
    verify,
    readNodes: (ids) => reading(reader.readNodes(ids)),
    readEntries: (from, to) => reading(reader.readEntries(from, to)),
  }
  if (remembered !== undefined) await demandExtension(log, remembered, policy)
  return log
}

/** The checkpoint as a statement drafted now names it in `seen`. */
export function seenOf({ checkpoint }: Log): { readonly size: number; readonly root: string } {
  return { size: checkpoint.size, root: encodeBase64(checkpoint.root) }
}

async function fetchNote(fetch: Fetch): Promise<string> {
  const bytes = await fetch('checkpoint').catch((cause) => {
    throw new ClientError('UNAVAILABLE', 'could not fetch the checkpoint', { cause })
  })
  const note = fromUtf8(bytes)
  if (note === null) throw new ClientError('NOT_TRUSTED', 'expected a checkpoint in UTF-8')
  return note
}

function openTrusted(note: string, policy: Policy, verify: Verify): Trusted {
  try {
    return openWithPolicy(parseNote(note), policy, verify)
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause
    throw new ClientError('NOT_TRUSTED', `the checkpoint: ${cause.message}`, { cause })
  }
}

/** Demands that the tree remembered is a prefix of the one served. */
async function demandExtension(log: Log, remembered: string, policy: Policy): Promise<void> {
  const old = openRemembered(log, remembered, policy)
  const now = log.checkpoint
  const notes = [remembered, log.note] as const
  if (old.size > now.size) {
    throw new ClientError('SHRANK', `${old.size} entries were there, now ${now.size}`, { notes })
  }
  if (old.size === now.size) {
    if (equal(old.root, now.root)) return
    throw new ClientError('FORKED', `two roots at size ${old.size}`, { notes })
  }
  const proof = await proveConsistency(old.size, now.size, log.readNodes)
  try {
    checkConsistency(proof, old.size, old.root, now.size, now.root)
  } catch (cause) {
    const message = `the tree of ${old.size} is no prefix of the tree of ${now.size}`
    throw new ClientError('FORKED', message, { cause, notes })
  }
}

/** The log's own signature makes it proof; how many witnesses had cosigned then does not matter. */
function openRemembered(log: Log, remembered: string, policy: Policy): Checkpoint {
  const { origin } = log.checkpoint
  const vkeys = policy.logs.map((l) => l.vkey).filter((v) => v.name === origin)
  try {
    const { checkpoint } = openCheckpoint(remembered, vkeys, log.verify)
    if (checkpoint.origin === origin) return checkpoint
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause
    throw new ClientError('OTHER_LOG', `the checkpoint remembered: ${cause.message}`, { cause })
  }
  throw new ClientError('OTHER_LOG', `the checkpoint remembered is not of ${origin}`)
}

async function reading<T>(read: Promise<T>): Promise<T> {
  try {
    return await read
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause
    const code = cause.code === 'TILE_UNAVAILABLE' ? 'UNAVAILABLE' : 'BROKEN'
    throw new ClientError(code, cause.message, { cause })
  }
}
