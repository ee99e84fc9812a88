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
import { formatBundle, parseBundle } from '../tlog/bundle.ts'
import { equal, HASH_LENGTH } from '../tlog/bytes.ts'
import { formatTilePath, type Tile, tileAt } from '../tlog/tile.ts'

/** As much of an R2 bucket as is used. */
export interface Bucket {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>
  put(
    key: string,
    value: Uint8Array,
    options?: { onlyIf?: { etagDoesNotMatch: string } },
  ): Promise<unknown>
}

/** How often a file is written, where it is not there afterwards, before that is an error. */
const TRIES = 3
/** R2 takes one write a second to one key: the checkpoint waits for its turn, in milliseconds. */
const BETWEEN_CHECKPOINTS = 1000

/** What the bucket holds is not what was put there, or belongs to another log. */
export class BucketError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BucketError'
  }
}

/**
 * Publishes a log in a bucket: the files that the tree has since the checkpoint that is there, then
 * the checkpoint.
 *
 * @param wait - resolves after so many milliseconds
 */
export function bucketPublication(
  bucket: Bucket,
  sql: Sql,
  wait: (milliseconds: number) => Promise<void>,
): Publication {
  let turn = Promise.resolve()
  const last = async () => {
    const bytes = await read(bucket, 'checkpoint')
    return bytes === null ? null : new TextDecoder().decode(bytes)
  }
  return {
    last,
    async publish(note) {
      const there = await last()
      const head = await checkpointAt(sql, sizeOf(note))
      if (!head)
        throw new BucketError(`no checkpoint of ${sizeOf(note)} entries is to be published`)
      const old = there === null ? 0 : sizeOf(there)
      for await (const [path, bytes] of filesSince(sql, old, { ...head, note })) {
        if (path === 'checkpoint') await turn
        await putWhole(bucket, path, bytes)
      }
      turn = wait(BETWEEN_CHECKPOINTS)
    },
  }
}

/**
 * Puts a file where there is none, or the checkpoint over what was, and reads it back.
 *
 * @throws {BucketError} where other bytes are there, or none after every try
 */
export async function putWhole(bucket: Bucket, path: string, bytes: Uint8Array): Promise<void> {
  const once = path === 'checkpoint' ? {} : { onlyIf: { etagDoesNotMatch: '*' } }
  for (let i = 0; i < TRIES; i++) {
    await bucket.put(path, bytes, once)
    const found = await read(bucket, path)
    if (found && equal(found, bytes)) return
    if (found && path !== 'checkpoint') {
      throw new BucketError(`${path} in the bucket is not that of this log`)
    }
  }
  throw new BucketError(`${path} was put into the bucket ${TRIES} times, and is not there`)
}

async function read(bucket: Bucket, path: string): Promise<Uint8Array | null> {
  const found = await bucket.get(path)
  return found && new Uint8Array(await found.arrayBuffer())
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
      const bytes = await read(bucket, 'checkpoint')
      if (bytes === null) throw new BucketError('no checkpoint is published')
      return new TextDecoder().decode(bytes)
    },
    async tile(tile, size) {
      const whole = tileAt(tile.level, tile.index, size)
      const bytes = await read(bucket, formatTilePath(whole))
      return bytes && cut(bytes, whole, tile.width)
    },
  }
}

function cut(bytes: Uint8Array, { level, width }: Tile, narrow: number): Uint8Array {
  if (narrow === width) return bytes
  if (level !== 'entries') return bytes.slice(0, narrow * HASH_LENGTH)
  return formatBundle(parseBundle(bytes, width).slice(0, narrow))
}
