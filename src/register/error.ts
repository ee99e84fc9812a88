/**
 * What goes wrong when the register is asked.
 *
 * @module
 */
import type { Digest } from '../accord/text.ts'

/**
 * - `NO_LOG`: the store holds no log yet
 * - `UNKNOWN_SIZE`: the log has not had so many entries
 * - `CORRUPT`: rows that contradict each other: what was written is not what is read
 * - `TAKEN_DOWN`: the text of that statement is no longer served; `notice` says why
 */
export type RegisterCode = 'NO_LOG' | 'UNKNOWN_SIZE' | 'CORRUPT' | 'TAKEN_DOWN'

/** The notice by which something is withheld. */
export interface Withholding {
  readonly digest: Digest
  readonly index: number
  /** Null where the notice itself was taken down. */
  readonly reason: string | null
}

/** The error of `src/register`. */
export class RegisterError extends Error {
  readonly code: RegisterCode
  /** With `TAKEN_DOWN`. */
  readonly notice: Withholding | undefined
  constructor(
    code: RegisterCode,
    message: string,
    options?: { readonly cause?: unknown; readonly notice?: Withholding },
  ) {
    super(message, options)
    this.name = 'RegisterError'
    this.code = code
    this.notice = options?.notice
  }
}
