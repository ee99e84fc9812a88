/**
 * The log's files in an R2 bucket.
 *
 * A file is written once, and read back before anything relies on it: an upload that is said to have
 * succeeded is not for that reason there. The checkpoint comes last, and is the one file that is
 * written over.
 *
 * See https://c2sp.org/tlog-tiles and https://developers.cloudflare.com/r2/api/workers/workers-api-reference/.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { type Publication, sizeOf } from '../depositary/publisher.ts'
import type { TreeSource } from '../http/tree.ts'
import { checkpointAt } from '../register/head.ts'
import { filesSince } from '../register/log-file.ts'
import { treeNodes } from '../register/tree.ts'
import { formatBundle, parseBundle } from '../tlog/bundle.ts'
import { equal, HASH_LENGTH } from '../tlog/bytes.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { rootAt } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import { formatTilePath, type Tile, tileAt } from '../tlog/tile.ts'

/** As much of an R2 bucket as is used. */
export interface Bucket {
  get(key: string): Promise<{ readonly etag: string; arrayBuffer(): Promise<ArrayBuffer> } | null>
  put(key: string, value: Uint8Array, options: { readonly onlyIf: Condition }): Promise<unknown>
}

/** A file is put where there is none, or over the one that was read. */
type Condition = { readonly etagDoesNotMatch: '*' } | { readonly etagMatches: string }

/** How a bucket is waited for, in milliseconds. */
export interface Pace {
  /** How long one checkpoint stays before the next. */
  readonly turn: number
  /** How long an operation may take. */
  readonly patience: number
}

/** How often a file is written, where it is not there afterwards, before that is an error. */
const TRIES = 3
/** R2 takes one write a second to one key. */
const PACE: Pace = { turn: 1000, patience: 10_000 }

/** What the bucket holds is not what was put there, or belongs to another log; or it did not answer. */
export class BucketError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BucketError'
  }
}

/** A file, and what R2 calls this version of it. */
interface Found {
  readonly bytes: Uint8Array
  readonly etag: string
}

/**
 * Publishes a log in a bucket: the files that the tree has since the checkpoint that is there, then
 * the checkpoint, over that one alone: an operation that was given up, and arrives late, changes
 * nothing.
 *
 * What was put and read back is remembered until its checkpoint is public. So whatever ends a long
 * publication (R2, or the number of operations that the platform allows), the next goes on from there.
 */
export function bucketPublication(slow: Bucket, sql: Sql, pace = PACE): Publication {
  const bucket = impatient(slow, pace.patience)
  const done = new Set<string>()
  let turn = Promise.resolve()
  return {
    async last() {
      const found = await read(bucket, 'checkpoint')
      return found && noteOf(found)
    },
    async publish(note) {
      const there = await read(bucket, 'checkpoint')
      const old = there ? await demandPrefix(sql, noteOf(there), note) : 0
      const head = await checkpointAt(sql, sizeOf(note))
      if (!head) {
        throw new BucketError(`no checkpoint of ${sizeOf(note)} entries is to be published`)
      }
      for await (const [path, bytes] of filesSince(sql, old, { ...head, note })) {
        if (done.has(path)) continue
        if (path === 'checkpoint') await turn
        await putWhole(bucket, path, bytes, path === 'checkpoint' ? there : null)
        if (path !== 'checkpoint') done.add(path)
      }
      done.clear()
      turn = waited(pace.turn)
    },
  }
}

/** What is there is replaced where it is of this log, and of no more of it. @returns its size */
async function demandPrefix(sql: Sql, there: string, note: string): Promise<number> {
  const [old, next] = [there, note].map((text) => parseCheckpoint(parseNote(text).text))
  const { origin, size, root } = old!
  const own = origin === next!.origin && size <= next!.size
  if (own && equal(await rootAt(size, treeNodes(sql)), root)) return size
  throw new BucketError(`the checkpoint in the bucket, ${origin} ${size}, is not that of this log`)
}

/**
 * Puts a file where there is none, or over the one that was there, and reads it back.
 *
 * @throws {BucketError} where other bytes are there, or none after every try
 */
async function putWhole(
  bucket: Bucket,
  path: string,
  bytes: Uint8Array,
  there: Found | null,
): Promise<void> {
  let over = there
  for (let i = 0; i < TRIES; i++) {
    const onlyIf: Condition = over ? { etagMatches: over.etag } : { etagDoesNotMatch: '*' }
    await bucket.put(path, bytes, { onlyIf })
    over = await read(bucket, path)
    if (over && equal(over.bytes, bytes)) return
    if (over && over.etag !== there?.etag) {
      throw new BucketError(`${path} in the bucket is not that of this log`)
    }
  }
  throw new BucketError(`${path} was put into the bucket ${TRIES} times, and is not there`)
}

async function read(bucket: Bucket, path: string): Promise<Found | null> {
  const found = await bucket.get(path)
  return found && { etag: found.etag, bytes: new Uint8Array(await found.arrayBuffer()) }
}

function noteOf({ bytes }: Found): string {
  return new TextDecoder().decode(bytes)
}

/** A bucket of which no operation is waited for longer. */
function impatient(bucket: Bucket, patience: number): Bucket {
  const within = <T>(work: Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      const late = new BucketError(`the bucket did not answer within ${patience} ms`)
      const timer = setTimeout(() => reject(late), patience)
      work.then(resolve, reject).finally(() => clearTimeout(timer))
    })
  return {
    get: (key) =>
      within(
        bucket.get(key).then(async (found) => {
          if (!found) return null
          const bytes = await found.arrayBuffer()
          return { etag: found.etag, arrayBuffer: async () => bytes }
        }),
      ),
    put: (key, value, options) => within(bucket.put(key, value, options)),
  }
}

function waited(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/**
 * The log's files as they are served from a bucket. Any width is cut from the widest, as the store
 * does it.
 *
 * @throws {BucketError} where nothing is published
 */
export function bucketTree(bucket: Bucket): TreeSource {
  return {
    async checkpoint() {
      const found = await read(bucket, 'checkpoint')
      if (!found) throw new BucketError('no checkpoint is published')
      return noteOf(found)
    },
    async tile(tile, size) {
      const whole = tileAt(tile.level, tile.index, size)
      const found = await read(bucket, formatTilePath(whole))
      return found && cut(found.bytes, whole, tile.width)
    },
  }
}

function cut(bytes: Uint8Array, { level, width }: Tile, narrow: number): Uint8Array {
  if (narrow === width) return bytes
  if (level !== 'entries') return bytes.slice(0, narrow * HASH_LENGTH)
  return formatBundle(parseBundle(bytes, width).slice(0, narrow))
}
