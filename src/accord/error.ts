/**
 * What goes wrong on this floor that is no refusal.
 *
 * @module
 */

/**
 * - `MALFORMED`: bytes that are not the statement, attestation, entry or evidence they should be
 * - `UNKNOWN_LAW`: the log is under a version of the law that this reader does not have
 * - `EVIDENCE`: an evidence file that does not prove what it should
 * - `CLOCK`: an entry of a later time than the witnesses that cosigned it
 */
export type AccordCode = 'MALFORMED' | 'UNKNOWN_LAW' | 'EVIDENCE' | 'CLOCK'

/** The error of `src/accord`. */
export class AccordError extends Error {
  readonly code: AccordCode
  constructor(code: AccordCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AccordError'
    this.code = code
  }
}
