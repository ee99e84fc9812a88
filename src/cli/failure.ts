/**
 * What a command says when it does not end well.
 *
 * Exit 1: the question was decided, and the answer is no (refused, not verified, not confirmed).
 * Exit 2: it could not be decided (a missing file, the network, an unknown log, a wrong option, a
 * name that the log does not have).
 *
 * @module
 */
import { CommanderError } from 'commander'
import { KeyError } from '../../keys/error.ts'
import { AccordError } from '../accord/error.ts'
import { REFUSALS, type Refusal } from '../accord/refusal.ts'
import { ADVICE } from '../client/advice.ts'
import { ClientError } from '../client/error.ts'
import { type SignerCode, SignerError } from '../node/foreign-signer.ts'
import { KeyFileError } from '../node/key-file.ts'
import { TlogError } from '../tlog/error.ts'

/**
 * - `USAGE`: an option or argument that is missing or cannot be read
 * - `CONFIRMATION_NEEDED`, `NOT_CONFIRMED`: signing is asked first
 * - `PASSPHRASE_NEEDED`: nobody is there to type it
 * - `POLICY_NEEDED`: nothing says whom to trust
 * - `KEY_NEEDED`, `KEY_OF_ANOTHER`: no key to sign with, or one that is not the speaker's
 * - `NOTES_DIFFER`: notes that are not of one statement
 * - `REFUSED`: the law, or the registry's admission, says no; `refusal` has its code
 * - `SIGNATURES_MISSING`: not logged, since others must sign first
 * - `STALE`: drafted again, and to be signed again
 * - `FORK`: two checkpoints of one log that cannot both be true
 * - `OTHER_LOG`: what was remembered of a log's name is of another log
 * - `NO_ANSWER`, `BAD_ANSWER`: the registry does not answer, or not as it should
 * - `NOT_FOUND`: the log has no such party, statement, entry or instrument
 * - `DATA_IN_USE`: another process has the data directory
 * - `NOT_RECOVERED`: what was brought back is not all that the world has seen
 * - `NO_FILE`, `FILE_EXISTS`, `BAD_FILE`: files
 */
export type CliCode =
  | 'USAGE'
  | 'CONFIRMATION_NEEDED'
  | 'NOT_CONFIRMED'
  | 'PASSPHRASE_NEEDED'
  | 'POLICY_NEEDED'
  | 'KEY_NEEDED'
  | 'KEY_OF_ANOTHER'
  | 'NOTES_DIFFER'
  | 'REFUSED'
  | 'SIGNATURES_MISSING'
  | 'STALE'
  | 'FORK'
  | 'OTHER_LOG'
  | 'NO_ANSWER'
  | 'BAD_ANSWER'
  | 'NOT_FOUND'
  | 'DATA_IN_USE'
  | 'NOT_RECOVERED'
  | 'NO_FILE'
  | 'FILE_EXISTS'
  | 'BAD_FILE'

/** The codes that are a decided no. */
const DECIDED: ReadonlySet<string> = new Set([
  'NOT_CONFIRMED',
  'NOTES_DIFFER',
  'KEY_OF_ANOTHER',
  'REFUSED',
  'SIGNATURES_MISSING',
  'STALE',
  'FORK',
  'NOT_RECOVERED',
])

/** The error of `src/cli`. */
export class CliError extends Error {
  readonly code: CliCode
  /** What to do about it. */
  readonly advice: string | undefined
  /** What `--json` says beside. */
  readonly data: object
  constructor(
    code: CliCode,
    message: string,
    options: { advice?: string; data?: object; cause?: unknown } = {},
  ) {
    super(message, options)
    this.name = 'CliError'
    this.code = code
    this.advice = options.advice
    this.data = options.data ?? {}
  }
}

/** A failure as it is shown. */
export interface Failure {
  readonly code: string
  /** What was expected, and what was found. */
  readonly message: string
  readonly advice: string | undefined
  readonly exit: 1 | 2
  readonly data: object
}

/** The failure that a refusal is. */
export function refused(
  refusal: Refusal,
  more: { readonly advice?: string; readonly data?: object } = {},
): CliError {
  const meaning = REFUSALS[refusal.code] ?? 'the registry does not admit it'
  const advice = [ADVICE[refusal.code]?.advice, more.advice].filter((a) => a !== undefined)
  // What a domain lacks is said line by line, and says what the code means.
  const said = refusal.detail.includes('\n') ? [] : [meaning]
  return new CliError('REFUSED', [refusal.code, ...said, refusal.detail].join(': '), {
    ...(advice.length > 0 ? { advice: advice.join('; ') } : {}),
    data: { refusal, ...more.data },
  })
}

/** Names are easily mistyped. */
const NOT_FOUND_ADVICE = 'check the spelling: accord show lists what the log has'

/** The failure that a name is which the log does not have. */
export function notFound(message: string): CliError {
  return new CliError('NOT_FOUND', message, { advice: NOT_FOUND_ADVICE })
}

/** What to say of an error. */
export function describe(error: unknown): Failure {
  if (error instanceof CliError) {
    const { code, message, advice, data } = error
    return { code, message, advice, data, exit: DECIDED.has(code) ? 1 : 2 }
  }
  if (error instanceof CommanderError) return usage(error)
  if (error instanceof ClientError) return describeClient(error)
  if (error instanceof SignerError) {
    return undecided(error.code, error.message, SIGNER_ADVICE[error.code])
  }
  if (
    error instanceof KeyFileError ||
    error instanceof KeyError ||
    error instanceof TlogError ||
    error instanceof AccordError
  ) {
    return undecided(error.code, error.message)
  }
  return describeSystem(error)
}

function usage(error: CommanderError): Failure {
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
  return undecided('USAGE', message, 'accord help COMMAND has every option')
}

/** A log that contradicts itself is a decided no; one that does not answer is none. */
function describeClient(error: ClientError): Failure {
  const { code, message, index, refusal } = error
  const exit = ['SHRANK', 'FORKED', 'BROKEN', 'ILLEGAL_ENTRY'].includes(code) ? 1 : 2
  const data = { ...(index === undefined ? {} : { index }), ...(refusal ? { refusal } : {}) }
  return { code, message, advice: clientAdvice(error), exit, data }
}

function clientAdvice({ code, cause }: ClientError): string | undefined {
  const unwitnessed = cause instanceof TlogError && cause.code === 'QUORUM_NOT_MET'
  return unwitnessed ? UNWITNESSED_ADVICE : CLIENT_ADVICE[code]
}

const UNWITNESSED_ADVICE =
  'ask again, and ask a mirror; what no witness signs may be shown to you alone: tell the witnesses'

const CLIENT_ADVICE: Readonly<Record<string, string>> = {
  UNAVAILABLE: 'check --log (or ACCORD_LOG), and that the registry runs',
  NOT_TRUSTED: 'check --log and --policy: the policy must list this log by its key',
  ILLEGAL_ENTRY: 'tell others: the registry has logged what its law forbids',
  BROKEN: 'try a mirror with --log; if it says the same, tell others',
  NOT_FOUND: NOT_FOUND_ADVICE,
  UNKNOWN_LAW: 'install a newer version of this program',
}

const SIGNER_ADVICE: Readonly<Partial<Record<SignerCode, string>>> = {
  NO_AGENT: 'start one with ssh-agent, and add the key with ssh-add',
  NO_SUCH_KEY: 'ssh-add adds one; --agent takes a comment or a fingerprint of ssh-add -l',
  HARDWARE_KEY: 'use a key of type ssh-ed25519, or a module that signs by a command',
  AGENT_REFUSED: 'ssh-add -l lists what it holds, and ssh-add -X unlocks it',
  COMMAND_FAILED: 'run it by hand in the folder of the key file, with a file as standard input',
  WRONG_SIGNATURE: 'accord vkey FILE says which key is expected; a command writes 64 raw bytes',
}

const SYSTEM: Readonly<Record<string, readonly [CliCode, string]>> = {
  ENOENT: ['NO_FILE', 'expected a file that exists'],
  EISDIR: ['BAD_FILE', 'expected a file, not a folder'],
  ENOTDIR: ['BAD_FILE', 'expected a folder'],
  EACCES: ['BAD_FILE', 'expected a file that may be read and written'],
  EEXIST: ['FILE_EXISTS', 'expected a name that is free'],
}

function describeSystem(error: unknown): Failure {
  const { code, path, message, stack } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : SYSTEM[code]
  if (known) return undecided(known[0], `${known[1]}: ${path ?? message}`)
  return undecided(code ?? 'BUG', code === undefined ? String(stack ?? error) : message)
}

function undecided(code: string, message: string, advice?: string): Failure {
  return { code, message, advice, exit: 2, data: {} }
}
