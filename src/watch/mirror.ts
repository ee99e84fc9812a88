/**
 * A mirror: a log copied over its plain files, each entry proven to a checkpoint and judged by the
 * law before it is kept.
 *
 * See https://c2sp.org/tlog-tiles.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import type { Verify, VerifyAsync } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import { formatVKey } from '../../keys/vkey.ts'
import { AccordError } from '../accord/error.ts'
import { registryOf } from '../accord/party.ts'
import { formatTime } from '../accord/text.ts'
import type { Alarm } from '../client/alarm.ts'
import { ClientError } from '../client/error.ts'
import type { Fetch } from '../client/fetch.ts'
import type { Log } from '../client/log.ts'
import { type Adoption, openAdoption } from '../register/adoption.ts'
import type { LogHead } from '../register/head.ts'
import { withState } from '../register/state.ts'
import { treeNodes } from '../register/tree.ts'
import { equal } from '../tlog/bytes.ts'
import { signCosignature } from '../tlog/cosignature.ts'
import { rootAt } from '../tlog/merkle.ts'
import { formatNote, MAX_SIGNATURES, parseNote, type Signature } from '../tlog/note.ts'
import type { Policy } from '../tlog/policy.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'
import { contradictionOf, openRemembered, openWatched } from './course.ts'
import type { OnProgress } from './difference.ts'

/** The checkpoint that entries are read towards: with it a fork half way is proven. */
export interface Target {
  last(): Promise<string | null>
  publish(note: string): Promise<void>
}

/** What a log is copied with. */
export interface Mirroring {
  /** A database of the log's tables: of a mirror, or of a registry that is stopped. */
  readonly sql: Sql
  readonly fetch: Fetch
  readonly policy: Policy
  readonly verify: Verify
  /** Answers as `verify` does, while the law goes on; left out where there is no such thing. */
  readonly verifyBeside?: VerifyAsync
  /** POSIX seconds. */
  readonly clock: () => number
  /** Kept apart from the database; left out where a fork half way need not be provable. */
  readonly target?: Target
  /** Signs, of type 0x04 or 0x06, that the tree was copied whole and follows the law. */
  readonly cosigner?: Signer | undefined
  readonly onProgress?: OnProgress
  /** After the batch in hand nothing more is read. */
  readonly signal?: AbortSignal
}

/** What came of copying: `head` is null before a first checkpoint was reached. */
export interface Mirrored {
  readonly head: LogHead | null
  /** How many entries are kept. */
  readonly size: number
  /** The size of the log's checkpoint. */
  readonly of: number
}

/** The log contradicts what was copied of it. */
export class MirrorAlarm extends Error {
  readonly origin: string
  readonly alarm: Alarm
  constructor(origin: string, alarm: Alarm) {
    super(
      alarm.kind === 'fork'
        ? `${origin} has forked: what it serves does not go on from what was copied`
        : `${origin} has gone back: what it serves is smaller than what was copied`,
    )
    this.name = 'MirrorAlarm'
    this.origin = origin
    this.alarm = alarm
  }
}

/**
 * Copies a log up to its present checkpoint. Cut short anywhere, it goes on from the last batch.
 *
 * @throws {MirrorAlarm}
 * @throws {ClientError} `UNAVAILABLE`, `NOT_TRUSTED`, `OTHER_LOG`, `BROKEN`, `ILLEGAL_ENTRY`,
 *   `UNKNOWN_LAW`; `FORKED` where no checkpoint is there to prove it with
 * @throws {StoreError}
 */
export async function mirrorLog(mirroring: Mirroring): Promise<Mirrored> {
  const { sql, fetch, policy, verify } = mirroring
  const adoption = await openAdoption(sql, verify, mirroring.verifyBeside)
  const contradiction = (log: Log) => contradictionIn(mirroring, adoption, log)
  const { log, wrong } = await openWatched({ fetch, policy, verify }, contradiction)
  if (wrong) throw new MirrorAlarm(log.checkpoint.origin, wrong)
  await demandCourse(mirroring, adoption, log)
  const { checkpoint, note } = log
  if (checkpoint.size === 0) return { head: null, size: 0, of: 0 }
  if (adoption.size < checkpoint.size) {
    await mirroring.target?.publish(note)
    await readOn(mirroring, adoption, log)
  }
  const { size } = adoption
  if (size < checkpoint.size) return { head: adoption.head, size, of: checkpoint.size }
  return { head: await sealed(mirroring, adoption, log), size, of: size }
}

/** What the log serves, and the last checkpoint that was read towards, where both cannot be. */
async function contradictionIn(mirroring: Mirroring, adoption: Adoption, log: Log) {
  const { sql, policy, clock, target } = mirroring
  const known = { size: adoption.size, readNodes: treeNodes(sql) }
  const note = (await target?.last()) ?? adoption.head?.note
  if (note === undefined) return null
  const old = openRemembered(note, policy, log)
  return contradictionOf(old, log, known, formatTime(clock()))
}

/** Demands that the log goes on from what is here. */
async function demandCourse({ sql }: Mirroring, adoption: Adoption, log: Log): Promise<void> {
  if (adoption.size === 0) return
  const { size, root } = log.checkpoint
  const goesOn =
    adoption.size <= size
      ? equal(await rootAt(adoption.size, log.readNodes), adoption.root)
      : equal(await rootAt(size, treeNodes(sql)), root)
  if (!goesOn) {
    throw new ClientError(
      'FORKED',
      `the ${adoption.size} entries here are no part of what it serves`,
    )
  }
  if (adoption.size > size) {
    throw new ClientError('SHRANK', `${adoption.size} entries are here, and it serves ${size}`)
  }
}

/** Reads batch after batch, each as one bundle; the next is fetched while one is judged. */
async function readOn(mirroring: Mirroring, adoption: Adoption, log: Log): Promise<void> {
  const { onProgress, signal } = mirroring
  const { size, origin } = log.checkpoint
  const read = (from: number) => {
    const batch = log.readEntries(from, Math.min(from - (from % TILE_WIDTH) + TILE_WIDTH, size))
    // Whether it failed is asked when its turn comes.
    batch.catch(() => {})
    return batch
  }
  let next = read(adoption.size)
  while (adoption.size < size && !signal?.aborted) {
    const entries = await next
    const after = adoption.size + entries.length
    if (after < size) next = read(after)
    await takeLegal(adoption, entries, origin)
    onProgress?.(adoption.size, size)
  }
}

async function takeLegal(
  adoption: Adoption,
  entries: readonly Uint8Array[],
  origin: string,
): Promise<void> {
  const refusal = await judged(() => adoption.take(entries, origin))
  if (!refusal) return
  const { index, code, detail } = refusal
  const message = `the law refuses entry ${index}: ${code}: ${detail}`
  throw new ClientError('ILLEGAL_ENTRY', message, { index, refusal })
}

async function judged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof AccordError) || cause.code !== 'UNKNOWN_LAW') throw cause
    throw new ClientError('UNKNOWN_LAW', cause.message, { cause })
  }
}

/** The head, under the checkpoint as it is served now: an idle log has new cosignatures at times. */
async function sealed(mirroring: Mirroring, adoption: Adoption, log: Log): Promise<LogHead> {
  const { cosigner } = mirroring
  const { checkpoint, note } = log
  const { head } = adoption
  if (head?.size === checkpoint.size && head.published === 1) {
    if (head.note === note || isServed(head.note, note, cosigner)) return head
  }
  await demandOwnKey(mirroring, log)
  return adoption.seal(checkpoint, cosigner ? await cosigned(note, cosigner, mirroring) : note)
}

/** A key that the policy trusts has signed; it must be one that the log itself names, too. */
async function demandOwnKey({ sql }: Mirroring, { checkpoint, logKeys }: Log): Promise<void> {
  const { origin, size } = checkpoint
  const { keeping, nextKeeping } = await withState(sql, size, registryOf)
  const own = [...keeping.log, ...(nextKeeping?.value.log ?? [])]
  if (logKeys.some((vkey) => own.includes(formatVKey(vkey)))) return
  throw new ClientError(
    'BROKEN',
    `no key that the log of ${origin} names has signed its checkpoint`,
  )
}

/** Whether a note is another with our own cosignature. */
function isServed(own: string, served: string, cosigner: Signer | undefined): boolean {
  return cosigner !== undefined && without(own, cosigner) === without(served, cosigner)
    ? linesBy(own, cosigner).length > 0
    : false
}

async function cosigned(text: string, cosigner: Signer, { clock }: Mirroring): Promise<string> {
  const note = parseNote(without(text, cosigner))
  if (note.signatures.length >= MAX_SIGNATURES) return text
  const line = await signCosignature(note.text, cosigner, clock())
  return formatNote({ ...note, signatures: [...note.signatures, line] })
}

function without(text: string, { vkey }: Signer): string {
  const note = parseNote(text)
  return formatNote({ ...note, signatures: note.signatures.filter((line) => !isBy(line, vkey)) })
}

function linesBy(text: string, { vkey }: Signer): Signature[] {
  return parseNote(text).signatures.filter((line) => isBy(line, vkey))
}

function isBy({ name, id }: Signature, vkey: Signer['vkey']): boolean {
  return name === vkey.name && id === vkey.id
}
