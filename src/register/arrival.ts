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
import { withState } from './state.ts'

/** A stretch of a log. */
export interface Stretch {
  /** The size before it: that of a checkpoint which has arrived, or 0. */
  readonly from: number
  readonly entries: readonly Uint8Array[]
  /** The notes of the checkpoints within, by size; the last is over all entries. */
  readonly checkpoints: readonly string[]
}

/** How much of a log has arrived. */
export interface Arrived {
  /** The size of the last checkpoint; the next stretch begins there. */
  readonly size: number
  /** Its note; null where nothing has arrived. */
  readonly note: string | null
}

/** How much of a log is here. */
export async function arrivedIn(sql: Sql, verify: Verify): Promise<Arrived> {
  return headIn(await openAdoption(sql, verify))
}

/**
 * Takes a stretch in. Cut short anywhere, the same stretch goes on.
 *
 * @throws {RegisterError} `CORRUPT` where it does not go on from what is here, the law refuses an
 *   entry, or a checkpoint is of another tree or key
 * @throws {AccordError} `UNKNOWN_LAW`
 * @throws {StoreError}
 */
export async function takeIn(
  sql: Sql,
  { from, entries, checkpoints }: Stretch,
  origin: string,
  verify: Verify,
): Promise<Arrived> {
  const adoption = await openAdoption(sql, verify)
  const { size } = headIn(adoption)
  if (from !== size) throw corrupt(`expected what follows ${size} entries, got ${from}`)
  for (const note of checkpoints) {
    const due = entries.slice(adoption.size - from, sizeOf(note) - from)
    if (due.length > 0) await takeLegal(adoption, due, origin)
    await adoption.seal(await opened(sql, note, adoption.size, verify), note)
  }
  return headIn(adoption)
}

/** How many entries, checkpoints and bytes make a stretch long enough to be sent. */
const ENOUGH = { entries: 256, checkpoints: 64, bytes: 4 * 2 ** 20 }

/**
 * A log cut into stretches, from a size on.
 *
 * @param notes - all its public checkpoints, by size
 * @param readEntries - from an index up to and without another
 */
export async function* stretchesOf(
  notes: readonly string[],
  from: number,
  readEntries: (from: number, to: number) => Promise<readonly Uint8Array[]>,
): AsyncGenerator<Stretch> {
  let [start, entries, checkpoints] = [from, [] as Uint8Array[], [] as string[]]
  for (const note of notes.filter((n) => sizeOf(n) > from)) {
    entries.push(...(await readEntries(start + entries.length, sizeOf(note))))
    checkpoints.push(note)
    const bytes = entries.reduce((sum, entry) => sum + entry.length, 0)
    const { length } = entries
    if (
      length < ENOUGH.entries &&
      checkpoints.length < ENOUGH.checkpoints &&
      bytes < ENOUGH.bytes &&
      note !== notes.at(-1)
    ) {
      continue
    }
    yield { from: start, entries, checkpoints }
    ;[start, entries, checkpoints] = [start + length, [], []]
  }
}

function headIn({ head }: Adoption): Arrived {
  return { size: head?.size ?? 0, note: head?.note ?? null }
}

async function takeLegal(
  adoption: Adoption,
  entries: readonly Uint8Array[],
  origin: string,
): Promise<void> {
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
