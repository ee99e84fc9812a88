/**
 * What goes wrong with a key.
 *
 * @module
 */

/**
 * - `MALFORMED_VKEY`: a text that is no vkey, or not in its one spelling
 * - `UNKNOWN_KEY_TYPE`: a vkey, but of a signature type that is not read here
 * - `WRONG_KEY_ID`: a key id that is not the hash of its name and key
 * - `MALFORMED_SECRET_KEY`: a text that is no secret key; the text is never part of the message
 */
export type KeyCode =
  | 'MALFORMED_VKEY'
  | 'UNKNOWN_KEY_TYPE'
  | 'WRONG_KEY_ID'
  | 'MALFORMED_SECRET_KEY'

/** The error of `keys/`. */
export class KeyError extends Error {
  readonly code: KeyCode
  constructor(code: KeyCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'KeyError'
    this.code = code
  }
}
