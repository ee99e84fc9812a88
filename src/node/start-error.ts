/**
 * Why a registry does not start, and what to do.
 *
 * @module
 */
import type { DepositaryCode, DepositaryError } from '../depositary/error.ts'

const ADVICE: Readonly<Partial<Record<DepositaryCode, string>>> = {
  BEHIND:
    'the database was set back (an old copy, a lost disk). Going on would sign a second history. Put back the newest database; if there is none, the missing entries are with whoever mirrored the log, and nothing may be signed until they are brought back: keep both checkpoints and tell the readers',
  FORKED:
    'two histories bear the key of one log. Keep both checkpoints and the database, tell the readers of the log, and do not start it again',
  UNPUBLISHED:
    'put back published/checkpoint, which is kept apart from the database; if it is lost, take the newest checkpoint that a reader, a mirror or a witness holds',
  PUBLISHED:
    'published/checkpoint is empty, edited or of another log: put back the newest checkpoint of this log that a reader, a mirror or a witness holds',
  TREE: 'the database is damaged: run `accord fsck --db`, and put back the newest copy that is not',
  PROJECTIONS: 'run `accord rebuild`',
  KEYS: "put back the key that the log names: data/keys/log.key and data/keys/clerk.key, from the registry's own backup",
}

/** A registry that does not start. */
export class StartError extends Error {
  readonly code: DepositaryCode
  /** The notes that contradict each other, where there are such: proof, to be kept. */
  readonly notes: readonly string[]
  constructor(cause: DepositaryError) {
    const advice = ADVICE[cause.code]
    super(advice ? `${cause.message}; ${advice}` : cause.message, { cause })
    this.name = 'StartError'
    this.code = cause.code
    this.notes = [cause.published, cause.head].filter((note) => note !== undefined)
  }
}
