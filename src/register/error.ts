/**
 * What goes wrong when the register is asked.
 *
 * @module
 */

/**
 * - `NO_LOG`: the store holds no log yet
 * - `UNKNOWN_SIZE`: the log has not had so many entries
 * - `CORRUPT`: rows that contradict each other: what was written is not what is read
 */
export type RegisterCode = 'NO_LOG' | 'UNKNOWN_SIZE' | 'CORRUPT'

/** The error of `src/register`. */
export class RegisterError extends Error {
  readonly code: RegisterCode
  constructor(code: RegisterCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'RegisterError'
    this.code = code
  }
}
