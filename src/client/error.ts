/**
 * What goes wrong between a reader and a log.
 *
 * @module
 */
import type { Refusal } from '../accord/refusal.ts'

/**
 * - `NO_FILE`: the log is reached, and has no file at that path
 * - `UNAVAILABLE`: something could not be fetched; the reason is the cause
 * - `NOT_TRUSTED`: the checkpoint is not one that the policy accepts; the reason is the cause
 * - `OTHER_LOG`: the checkpoint remembered is not one of the log that is read
 * - `SHRANK`: a checkpoint smaller than the one remembered: an old copy, or entries taken back
 * - `FORKED`: a checkpoint that the one remembered is no prefix of: the two notes prove a fork
 * - `BROKEN`: a tile or bundle that is not what the checkpoint commits to; the reason is the cause
 * - `ILLEGAL_ENTRY`: the log holds an entry that the law refuses: the registry is caught
 * - `UNKNOWN_LAW`: the log is under a version of the law that this reader does not have
 * - `NOT_FOUND`: the log, as far as it is read, holds no such entry or statement
 * - `NO_ENTRY`: a receipt that does not carry its entry
 * - `BAD_ANSWER`: the registry's API answered what it never should
 */
export type ClientCode =
  | 'NO_FILE'
  | 'UNAVAILABLE'
  | 'NOT_TRUSTED'
  | 'OTHER_LOG'
  | 'SHRANK'
  | 'FORKED'
  | 'BROKEN'
  | 'ILLEGAL_ENTRY'
  | 'UNKNOWN_LAW'
  | 'NOT_FOUND'
  | 'NO_ENTRY'
  | 'BAD_ANSWER'

/** What is known of a failure beside its code. */
export interface Circumstances {
  readonly cause?: unknown
  /** With `ILLEGAL_ENTRY`: which entry, and why the law refuses it. */
  readonly index?: number
  readonly refusal?: Refusal
  /** With `SHRANK` and `FORKED`: the note remembered and the note served. Keep both. */
  readonly notes?: readonly [remembered: string, served: string]
}

/** The error of `src/client`. */
export class ClientError extends Error {
  readonly code: ClientCode
  readonly index: number | undefined
  readonly refusal: Refusal | undefined
  readonly notes: readonly [remembered: string, served: string] | undefined
  constructor(code: ClientCode, message: string, more: Circumstances = {}) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined)
    this.name = 'ClientError'
    this.code = code
    this.index = more.index
    this.refusal = more.refusal
    this.notes = more.notes
  }
}
