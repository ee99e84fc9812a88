/**
 * The clerk: signs refusals with the depositary's key that is kept online.
 *
 * @module
 */
import type { Signer } from '../../keys/signer.ts'
import type { Refusal } from '../accord/refusal.ts'
import { type Digest, formatTime } from '../accord/text.ts'
import { formatNote, signNote } from '../tlog/note.ts'
import { formatRefusal } from './refusal-note.ts'

/** A refusal by the law or by admission. */
export type Denial = Omit<Refusal, 'code'> & {
  /** A `RefusalCode`, or one that begins with `admission-`. */
  readonly code: string
  /** Seconds after which it may be sent again; left out where waiting does not help. */
  readonly retryAfter?: number
}

/** Tells a denial from whatever else a function answers with. */
export function isDenial(x: object): x is Denial {
  return 'code' in x && 'detail' in x
}

/**
 * Signs a refusal.
 *
 * @param statement - what was refused; null where it could not be read
 * @param at - POSIX seconds
 */
export async function signRefusal(
  clerk: Signer,
  registry: string,
  statement: Digest | null,
  { code, detail }: Denial,
  at: number,
): Promise<string> {
  const text = formatRefusal({
    type: 'refusal/v1',
    registry,
    statement,
    code,
    detail: readable(detail),
    at: formatTime(at),
  })
  return formatNote(await signNote(text, [clerk]))
}

/** A detail may quote what was submitted: what a note cannot hold is left out, and its length kept. */
function readable(detail: string): string {
  return detail.toWellFormed().slice(0, 4000).toWellFormed()
}
