/**
 * What goes wrong when a log is kept.
 *
 * @module
 */

/**
 * At the start, each of them a reason not to start:
 * - `BEHIND`: a checkpoint was published that is ahead of the database: it was rolled back
 * - `FORKED`: the checkpoint published is of another tree than the database's
 * - `UNPUBLISHED`: nothing is published of a log that has published before
 * - `PUBLISHED`: what is published is no checkpoint of this log
 * - `TREE`: the database's tiles do not make the tree that its head signs
 * - `PROJECTIONS`: the projections do not reach the head: `accord rebuild` makes them again
 * - `CLOSED`: the log has moved to another home, and goes on there
 * - `KEYS`: keys that are not the ones the log names
 *
 * In service:
 * - `CLOCK`: the clock stands before the last entry's time; in a while it will not
 * - `BUSY`: more is waiting than is taken on
 * - `UNWITNESSED`: it is in the log, and too few witnesses have answered for that to be public
 * - `STOPPED`: whether the submission took effect is unknown; after a restart, submitting it again
 *   tells
 * - `REFUSED`: the law refuses the first entry; the cause says why
 */
export type DepositaryCode =
  | 'BEHIND'
  | 'FORKED'
  | 'UNPUBLISHED'
  | 'PUBLISHED'
  | 'TREE'
  | 'PROJECTIONS'
  | 'CLOSED'
  | 'KEYS'
  | 'CLOCK'
  | 'BUSY'
  | 'UNWITNESSED'
  | 'STOPPED'
  | 'REFUSED'

/** The error of `src/depositary`. */
export class DepositaryError extends Error {
  readonly code: DepositaryCode
  /** With `BEHIND` and `FORKED`: the checkpoint published, and the database's, as notes. */
  readonly published: string | undefined
  readonly head: string | undefined
  /** With `BEHIND`: a mirror that has what is missing. */
  readonly mirror: string | undefined

  constructor(
    code: DepositaryCode,
    message: string,
    options: { cause?: unknown; published?: string; head?: string; mirror?: string } = {},
  ) {
    super(message, options)
    this.name = 'DepositaryError'
    this.code = code
    this.published = options.published
    this.head = options.head
    this.mirror = options.mirror
  }
}
