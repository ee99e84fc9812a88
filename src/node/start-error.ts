/**
 * Why a registry does not start, and what to do.
 *
 * @module
 */
import type { DepositaryCode, DepositaryError } from '../depositary/error.ts'

const ADVICE: Readonly<Partial<Record<DepositaryCode, string>>> = {
  BEHIND:
    'the database was set back (an old copy, a lost disk). Going on would sign a second history. Put back the newest database; if there is none, bring the missing entries back from whoever mirrored the log',
  FORKED:
    'two histories bear the key of one log. Keep both checkpoints and the database, tell the readers of the log, and do not start it again',
  UNPUBLISHED:
    'put back published/checkpoint, which is kept apart from the database; if it is lost, take the newest checkpoint that a reader, a mirror or a witness holds',
  PUBLISHED:
    'published/checkpoint is empty, edited or of another log: put back the newest checkpoint of this log that a reader, a mirror or a witness holds',
  TREE: 'the database is damaged, or a recovery was cut short: run `accord recover-log` again, or `accord fsck --db`, and put back the newest copy that is not',
  PROJECTIONS: 'run `accord rebuild`',
  CLOSED:
    'it goes on there, and nothing is signed here any more. To bring it back, export it there and import it into an empty folder',
  KEYS: "put back the key that the log names: data/keys/log.key and data/keys/clerk.key, from the registry's own backup",
}

/** The advice; where a recovery helps, with the command that does it. */
function adviceFor({ code, mirror }: DepositaryError): string | undefined {
  const advice = ADVICE[code]
  return code === 'BEHIND' ? `${advice}: accord recover-log --from ${mirror ?? 'MIRROR'}` : advice
}

/** A registry that does not start. */
export class StartError extends Error {
  readonly code: DepositaryCode
  /** The notes that contradict each other, where there are such: proof, to be kept. */
  readonly notes: readonly string[]
  constructor(cause: DepositaryError) {
    const advice = adviceFor(cause)
    super(advice ? `${cause.message}; ${advice}` : cause.message, { cause })
    this.name = 'StartError'
    this.code = cause.code
    this.notes = [cause.published, cause.head].filter((note) => note !== undefined)
  }
}
