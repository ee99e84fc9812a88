/**
 * What the page for signing and the worker that seals and opens key files say to each other.
 *
 * @module
 */

/** Makes a key, and nothing of it but the file that holds it. */
export interface Make {
  readonly kind: 'make'
  /** Of the key: a domain, or domain/label. */
  readonly name: string
  readonly passphrase: string
}

/** Opens a key file. */
export interface Open {
  readonly kind: 'open'
  readonly text: string
  /** Not used where the file is not encrypted. */
  readonly passphrase: string
}

/** What the worker is asked, once. */
export type KeyWork = Make | Open

/** A key file was made. */
export interface Made {
  readonly kind: 'made'
  /** As `accord keygen --passphrase` writes it. */
  readonly file: string
  readonly vkey: string
}

/** A key file was opened. */
export interface Opened {
  readonly kind: 'opened'
  readonly vkey: string
  /** Signs, and is never shown to anybody: not extractable. */
  readonly key: CryptoKey
}

/**
 * Why not:
 *
 * - `wrong-passphrase`: the passphrase does not open the file
 * - `no-key-file`: it holds no secret key of Ed25519, or one that is held elsewhere
 */
export interface KeyFailure {
  readonly kind: 'failed'
  readonly why: 'wrong-passphrase' | 'no-key-file'
}

/** What the worker answers. */
export type KeyAnswer = Made | Opened | KeyFailure
