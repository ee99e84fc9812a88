/**
 * The publisher: makes a checkpoint public, and never an earlier one after a later one.
 *
 * @module
 */
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { parseNote } from '../tlog/note.ts'
import { DepositaryError } from './error.ts'

/**
 * Where the public checkpoint is kept: apart from the database, so that a database rolled back is
 * found out.
 */
export interface Publication {
  /** The note published last. */
  last(): Promise<string | null>
  /** Puts a note in its place, whole and durably, or leaves what was. */
  publish(note: string): Promise<void>
}

/**
 * Publishes a checkpoint.
 *
 * @throws {DepositaryError} `BEHIND` where a later one is published
 */
export async function publishCheckpoint(publication: Publication, note: string): Promise<void> {
  const last = await publication.last()
  if (last !== null && sizeOf(last) > sizeOf(note)) {
    throw new DepositaryError('BEHIND', 'a later checkpoint is published already', {
      published: last,
      head: note,
    })
  }
  await publication.publish(note)
}

/** The size of the tree that a checkpoint is of. */
export function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size
}
