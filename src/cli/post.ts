/**
 * A note is handed to the registry, and its receipt is verified before it is believed.
 *
 * @module
 */
import { REFUSALS, type RefusalCode } from '../accord/refusal.ts'
import { statementDigest } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import { createApi, type Problem, type Submitted } from '../client/api.ts'
import { ClientError } from '../client/error.ts'
import type { ReceiptFacts } from '../client/receipt.ts'
import { nodeVerify } from '../node/fast.ts'
import { formatPolicy, parsePolicy } from '../tlog/policy.ts'
import { verifyReceipt } from '../verify.ts'
import type { Common } from './answer.ts'
import { cardsFor } from './card.ts'
import { CliError, refused } from './failure.ts'
import { named, noteOf, type Signed, save } from './files.ts'
import { addressOf, isUrl } from './source.ts'
import type { Terminal } from './terminal.ts'

/** A statement that is in the log, by its verified receipt. */
export interface Logged {
  readonly digest: Digest
  readonly index: number
  /** By the registry's clock, as a statement spells it. */
  readonly time: string
  /** The `.tlog-proof`. */
  readonly receipt: string
  /** Whether it was not there before. */
  readonly first: boolean
  /** Whether the receipt lacks the policy's quorum, since the registry does not wait for its witnesses. */
  readonly early: boolean
}

/** What submitting is told. */
export interface PostOptions extends Common {
  /** Files of the cards that are sent along. */
  readonly card?: readonly string[]
}

/**
 * Submits a note.
 *
 * @param base - the name of the file in which a signed refusal is kept
 * @returns null where `previous` is no longer the head: to be drafted again
 * @throws {CliError} `REFUSED`, `BAD_ANSWER`, `NO_ANSWER`, `BAD_FILE`, `USAGE`
 */
export async function post(
  terminal: Terminal,
  options: PostOptions,
  policyText: string,
  signed: Signed,
  base: string,
): Promise<Logged | null> {
  const { card: files = [] } = options
  const address = addressOf(terminal, options, policyText)
  if (!isUrl(address)) throw new CliError('USAGE', `expected a registry's address, got ${address}`)
  const cards = await cardsFor(terminal, files, signed.statement)
  const answer = await createApi(address, terminal.fetch)
    .submit(noteOf(signed), cards)
    .catch((error: unknown) => unanswered(terminal, signed, base, files, error))
  if (answer.kind === 'logged') return verified(signed, answer, policyText)
  if (answer.code === 'stale-previous') return null
  if (answer.status >= 500) {
    const { advice, file } = await keepNote(terminal, signed, base, files)
    const said = `the registry answered ${answer.status} ${answer.code}: ${answer.detail}`
    throw new CliError('NO_ANSWER', said, { advice, data: { problem: answer.document, file } })
  }
  throw problemError(answer, await keepRefusal(terminal, answer, base))
}

/** Whether it was logged is not known. */
async function unanswered(
  terminal: Terminal,
  signed: Signed,
  base: string,
  cards: readonly string[],
  cause: unknown,
): Promise<never> {
  if (!(cause instanceof ClientError)) throw cause
  const { advice, file } = await keepNote(terminal, signed, base, cards)
  const message = `${cause.message}: it may have been logged, or not`
  throw new CliError('NO_ANSWER', message, { advice, data: { file }, cause })
}

/** Keeps the note of what may have been logged: handing it in twice is harmless, signing it is not. */
async function keepNote(
  terminal: Terminal,
  signed: Signed,
  base: string,
  cards: readonly string[],
): Promise<{ readonly advice: string; readonly file: string }> {
  const file = named(base, 'note')
  await save(terminal, file, noteOf(signed))
  const again = ['accord submit', file, ...cards.map((card) => `--card ${card}`)].join(' ')
  return { advice: `the note is in ${file}: ${again} asks again, and is harmless`, file }
}

/**
 * Believes a receipt only if the policy does, and if it is for the statement that was sent. Of a
 * registry that says that it did not wait for its witnesses all is demanded but their quorum.
 */
function verified(signed: Signed, { receipt, first, witnessed }: Submitted, policyText: string) {
  const whole = verifyReceipt(receipt, policyText, nodeVerify)
  const early = !witnessed && whole.reason?.code === 'quorum'
  const { verdict, reason, facts } = early
    ? verifyReceipt(receipt, formatPolicy({ ...parsePolicy(policyText), quorum: null }), nodeVerify)
    : whole
  if (verdict !== 'verified') {
    throw new CliError('BAD_ANSWER', `the receipt does not verify: ${reason?.detail ?? verdict}`, {
      advice: 'the statement may be in the log: ask again with accord show',
    })
  }
  const { digest, index, logged } = facts as ReceiptFacts
  if (digest !== statementDigest(signed.text)) {
    throw new CliError('BAD_ANSWER', `the receipt is for another statement, ${digest}`)
  }
  return { digest, index, time: logged, receipt, first, early }
}

/** Keeps the clerk's signed refusal, where there is one. @returns the file */
async function keepRefusal(
  terminal: Terminal,
  { document }: Problem,
  base: string,
): Promise<string | null> {
  const { refusal } = document as { refusal?: { note?: unknown } }
  if (typeof refusal?.note !== 'string') return null
  const file = named(base, 'refusal')
  await save(terminal, file, refusal.note)
  return file
}

/** What the registry's no means. Too busy, too large and the like is no decision. */
function problemError({ code, detail, status, document }: Problem, file: string | null): CliError {
  const decided = code in REFUSALS || code.startsWith('admission-')
  const kept = file === null ? [] : [`the registry's signed refusal is in ${file}`]
  // The law's codes have advice of their own here; of the registry's others it speaks itself.
  const said = code in REFUSALS ? [] : [document['advice']].filter((a) => typeof a === 'string')
  const advice = [...said, ...kept].join('; ')
  const more = { ...(advice === '' ? {} : { advice }), data: { problem: document, file } }
  if (decided) return refused({ code: code as RefusalCode, detail }, more)
  return new CliError('NO_ANSWER', `the registry answered ${status} ${code}: ${detail}`, more)
}
