/**
 * A log that moves in, stretch by stretch: every entry judged by the law, every checkpoint opened by
 * a key that the log itself names and held against the tree that the entries make.
 *
 * What arrives keeps its checkpoints, so that whoever asks for a receipt is given the one of old.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { registryOf } from '../accord/party.ts'
import { logKeys } from '../accord/registry.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../tlog/checkpoint.ts'
import { TlogError } from '../tlog/error.ts'
import { parseNote } from '../tlog/note.ts'
import { type Adoption, openAdoption } from './adoption.ts'
import { RegisterError } from './error.ts'
import type { LogHead } from './head.ts'
import { withState } from './state.ts'

/** A stretch of a log. */
export interface Stretch {
  /** How many entries are before it. */
  readonly from: number
  readonly entries: readonly Uint8Array[]
  /** The notes of the checkpoints within, by size. */
  readonly checkpoints: readonly string[]
}

/** How much of a log has arrived. */
export interface Arrived {
  /** How many entries; the next stretch begins there. */
  readonly size: number
  /** The last checkpoint; null where none has arrived. */
  readonly head: Pick<LogHead, 'size'> | null
}

/** How much of a log is here. */
export async function arrivedIn(sql: Sql, verify: Verify): Promise<Arrived> {
  const { size, head } = await openAdoption(sql, verify)
  return { size, head }
}

/**
 * Takes a stretch in. Cut short anywhere, the same stretch goes on; sent twice, it is taken once.
 *
 * @throws {RegisterError} `CORRUPT` where it begins after what is here, the law refuses an
 *   entry, or a checkpoint is of another tree or key
 * @throws {AccordError} `UNKNOWN_LAW`
 * @throws {StoreError}
 */
export async function takeIn(
  sql: Sql,
  { from, entries, checkpoints }: Stretch,
  origin: string,
  verify: Verify,
): Promise<Arrived & { readonly head: LogHead | null }> {
  const adoption = await openAdoption(sql, verify)
  if (from > adoption.size) {
    throw corrupt(`expected what follows ${adoption.size} entries, got ${from}`)
  }
  const sealed = adoption.head?.size ?? 0
  for (const note of checkpoints.filter((n) => sizeOf(n) > sealed)) {
    await takeLegal(adoption, entries.slice(adoption.size - from, sizeOf(note) - from), origin)
    await adoption.seal(await opened(sql, note, adoption.size, verify), note)
  }
  await takeLegal(adoption, entries.slice(adoption.size - from), origin)
  return { size: adoption.size, head: adoption.head }
}

/** How many entries, checkpoints and bytes make a stretch long enough to be sent. */
const ENOUGH = { entries: 256, checkpoints: 64, bytes: 4 * 2 ** 20 }

/**
 * A log cut into stretches, from what has arrived on.
 *
 * @param notes - checkpoints, by size: all that were public, or the last alone
 * @param readEntries - from an index up to and without another
 */
export async function* stretchesOf(
  notes: readonly string[],
  { size, head }: Arrived,
  readEntries: (from: number, to: number) => Promise<readonly Uint8Array[]>,
): AsyncGenerator<Stretch> {
  let [from, entries, checkpoints] = [size, [] as Uint8Array[], [] as string[]]
  const cut = () => {
    const stretch = { from, entries, checkpoints }
    ;[from, entries, checkpoints] = [from + entries.length, [], []]
    return stretch
  }
  for (const note of notes.filter((n) => sizeOf(n) > (head?.size ?? 0))) {
    while (from + entries.length < sizeOf(note)) {
      const next = from + entries.length
      const end = Math.min(sizeOf(note), from + ENOUGH.entries)
      entries.push(...(await readEntries(next, end)))
      if (end < sizeOf(note)) yield cut()
    }
    checkpoints.push(note)
    if (isEnough({ from, entries, checkpoints })) yield cut()
  }
  if (checkpoints.length > 0) yield cut()
}

function isEnough({ entries, checkpoints }: Stretch): boolean {
  const bytes = entries.reduce((sum, entry) => sum + entry.length, 0)
  return (
    entries.length >= ENOUGH.entries ||
    checkpoints.length >= ENOUGH.checkpoints ||
    bytes >= ENOUGH.bytes
  )
}

async function takeLegal(
  adoption: Adoption,
  entries: readonly Uint8Array[],
  origin: string,
): Promise<void> {
  if (entries.length === 0) return
  const refused = await adoption.take(entries, origin)
  if (!refused) return
  const { index, code, detail } = refused
  throw corrupt(`the law refuses entry ${index}: ${code}: ${detail}`)
}

function sizeOf(note: string): number {
  return reading(() => parseCheckpoint(parseNote(note).text).size)
}

async function opened(sql: Sql, note: string, size: number, verify: Verify): Promise<Checkpoint> {
  const registry = await withState(sql, size, registryOf)
  const vkeys = logKeys(registry).map(parseVKey)
  return reading(() => openCheckpoint(note, vkeys, verify).checkpoint)
}

function reading<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause
    throw new RegisterError('CORRUPT', `a checkpoint: ${cause.message}`, { cause })
  }
}

function corrupt(message: string): RegisterError {
  return new RegisterError('CORRUPT', message)
}
