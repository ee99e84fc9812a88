/**
 * Replay: the law applied by the reader to the log's own entries, so that nobody's word is taken
 * for what follows from them.
 *
 * Two clocks: what is *known at* a tree size, and what was *valid at* a time. The law alters nothing
 * before an entry's own time, so that both come down to a prefix of the log.
 *
 * @module
 */
import { parseEntry } from '../accord/entry.ts'
import { AccordError } from '../accord/error.ts'
import { lastParty } from '../accord/party.ts'
import { isRefusal } from '../accord/refusal.ts'
import { Replay } from '../accord/replay.ts'
import { type Standing, standing } from '../accord/standing.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'
import { ClientError } from './error.ts'
import type { Log } from './log.ts'

/** Hears how many entries of how many are done. */
export type OnProgress = (done: number, total: number) => void

/** How much of a log is replayed. */
export interface Prefix {
  /** *Known at*: the tree size; the checkpoint's where it is not given. */
  readonly size?: number | undefined
  /** *Valid at*, in POSIX seconds: later entries are left out. */
  readonly at?: number | undefined
  readonly onProgress?: OnProgress | undefined
}

/**
 * Replays a log from its first entry.
 *
 * @returns the state after the last entry of the prefix
 * @throws {ClientError} `ILLEGAL_ENTRY`, `UNKNOWN_LAW`, `UNAVAILABLE`, `BROKEN`
 * @throws {RangeError} where the log, at its checkpoint, has fewer entries than `size`
 */
export async function replayLog(log: Log, prefix: Prefix = {}): Promise<Replay> {
  const { size = log.checkpoint.size, at = Number.POSITIVE_INFINITY, onProgress } = prefix
  const replay = new Replay(log.verify)
  for await (const [index, entry] of entriesOf(log, size, onProgress)) {
    if (timeOf(entry) > at) break
    takeEntry(replay, log, index, entry)
  }
  return replay
}

/**
 * Every entry from 0 up to, and without, a size, with its index. They are read by bundles.
 *
 * @throws {ClientError} `UNAVAILABLE`, `BROKEN`
 */
export async function* entriesOf(
  log: Log,
  size: number,
  onProgress?: OnProgress,
): AsyncGenerator<[number, Uint8Array]> {
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const entries = await log.readEntries(from, Math.min(from + TILE_WIDTH, size))
    for (const [i, entry] of entries.entries()) yield [from + i, entry]
    onProgress?.(Math.min(from + TILE_WIDTH, size), size)
  }
}

/** An entry whose time does not read is later refused by the law. */
function timeOf(entry: Uint8Array): number {
  try {
    return parseEntry(entry).time
  } catch {
    return 0
  }
}

function takeEntry(replay: Replay, log: Log, index: number, entry: Uint8Array): void {
  const answer = judged(() => replay.next(entry))
  if (isRefusal(answer)) {
    const { code, detail } = answer
    const message = `the law refuses entry ${index}: ${code}: ${detail}`
    throw new ClientError('ILLEGAL_ENTRY', message, { index, refusal: answer })
  }
  const { registry } = answer.statement
  const { origin } = log.checkpoint
  if (registry !== origin) {
    const refusal = { code: 'wrong-registry', detail: `this is ${origin}` } as const
    const message = `entry ${index} is for ${registry}, and the log is ${origin}`
    throw new ClientError('ILLEGAL_ENTRY', message, { index, refusal })
  }
}

function judged<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof AccordError) || cause.code !== 'UNKNOWN_LAW') throw cause
    throw new ClientError('UNKNOWN_LAW', cause.message, { cause })
  }
}

/** Whose standing is asked for, and when. */
export interface Question extends Prefix {
  readonly domain: string
  /** The instrument's id. */
  readonly instrument: string
  /** *Valid at*, in POSIX seconds. */
  readonly at: number
}

/**
 * The standing of the party that bears a domain, or bore it last at that time.
 *
 * @returns null where the log, so far, knows no such party or instrument
 * @throws {ClientError} as {@link replayLog}
 */
export async function standingAt(log: Log, question: Question): Promise<Standing | null> {
  const { memory } = await replayLog(log, question)
  const party = lastParty(memory, question.domain)
  return party ? standing(memory, party.id, question.instrument, question.at) : null
}
