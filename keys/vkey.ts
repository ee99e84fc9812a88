/**
 * Verifier keys: a name, a key id and a public key on one line.
 *
 * See https://c2sp.org/signed-note, "Verifier keys".
 *
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBase64, encodeBase64, encodeHex } from './base64.ts'
import { KeyError } from './error.ts'

/** Signature type 0x01: Ed25519 over the note's text. */
export const ED25519 = 0x01
/** Signature type 0x04: a timestamped Ed25519 cosignature of a checkpoint. */
export const COSIGNATURE = 0x04
/** Signature type 0x06: a timestamped ML-DSA-44 cosignature. */
export const ML_DSA_44 = 0x06

/** How many bytes a key of each type has. */
const KEY_LENGTH: ReadonlyMap<number, number> = new Map([
  [ED25519, 32],
  [COSIGNATURE, 32],
  [ML_DSA_44, 1312],
])

/** The longest name, in bytes of UTF-8: cosignatures give its length in one byte. */
const MAX_NAME = 255

/**
 * U+0000 to U+001F cannot stand in a note; the rest is Unicode's `White_Space`, which is not what
 * a JavaScript `\s` matches.
 */
const NO_NAME =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  /[\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/

/** A public key and whose it is. */
export interface VKey {
  /** The key's name: not empty, no space, no `+`. */
  readonly name: string
  /** 8 lower-case hexadecimal digits. */
  readonly id: string
  /** The signature type: {@link ED25519}, {@link COSIGNATURE} or {@link ML_DSA_44}. */
  readonly type: number
  /** The public key: 32 bytes, 1312 for ML-DSA-44. It may be a weak one: see `admissible`. */
  readonly key: Uint8Array
}

/** Says whether a text can be the name of a key in a note. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !NO_NAME.test(name)
}

/** The id of a key: the first four bytes of SHA-256(name LF type key), as hex. */
export function keyId(name: string, type: number, key: Uint8Array): string {
  const digest = sha256
    .create()
    .update(new TextEncoder().encode(`${name}\n`))
    .update(Uint8Array.of(type))
    .update(key)
    .digest()
  return encodeHex(digest.subarray(0, 4))
}

/**
 * The vkey of a name and a public key.
 *
 * @throws {KeyError} `MALFORMED_VKEY` for a name that cannot be one or a key of the wrong length,
 *   `UNKNOWN_KEY_TYPE`
 */
export function vkeyOf(name: string, key: Uint8Array, type: number = ED25519): VKey {
  const length = KEY_LENGTH.get(type)
  if (length === undefined) {
    throw new KeyError('UNKNOWN_KEY_TYPE', `signature type ${type} is not read here`)
  }
  if (key.length !== length) {
    throw new KeyError('MALFORMED_VKEY', `expected a key of ${length} bytes, got ${key.length}`)
  }
  if (!isKeyName(name) || new TextEncoder().encode(name).length > MAX_NAME) {
    throw new KeyError('MALFORMED_VKEY', `expected a name of 1-${MAX_NAME} bytes, no space or plus`)
  }
  return { name, id: keyId(name, type, key), type, key }
}

/** Formats a vkey: `<name>+<id>+<base64(type || key)>`. It is the inverse of {@link parseVKey}. */
export function formatVKey(v: VKey): string {
  return `${v.name}+${v.id}+${encodeBase64(Uint8Array.of(v.type, ...v.key))}`
}

/**
 * Parses a vkey. The text is never part of an error: it may be a secret key given by mistake.
 *
 * @throws {KeyError} `MALFORMED_VKEY`, `UNKNOWN_KEY_TYPE`, `WRONG_KEY_ID`
 */
export function parseVKey(text: string): VKey {
  const [, name, id, base64] = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = base64 === undefined ? null : decodeBase64(base64)
  if (name === undefined || !bytes?.length) {
    throw new KeyError('MALFORMED_VKEY', 'expected <name>+<8 hex digits>+<canonical base64>')
  }
  const vkey = vkeyOf(name, bytes.slice(1), bytes[0])
  if (vkey.id !== id) throw new KeyError('WRONG_KEY_ID', `expected key id ${vkey.id}, got ${id}`)
  return vkey
}
