/**
 * Bytes, and the few texts that stand for them.
 *
 * @module
 */

declare const brand: unique symbol

/** A SHA-256 digest: 32 bytes. */
export type Hash = Uint8Array & { readonly [brand]: 'Hash' }

/** How many bytes a {@link Hash} has. */
export const HASH_LENGTH = 32

/**
 * Brands 32 bytes as a hash. Whatever comes from outside is measured by its parser first.
 *
 * @throws {RangeError} for any other length
 */
export function hash(bytes: Uint8Array): Hash {
  if (bytes.length !== HASH_LENGTH) {
    throw new RangeError(`expected a hash of ${HASH_LENGTH} bytes, got ${bytes.length}`)
  }
  return bytes as Hash
}

/** Whether two arrays hold the same bytes. Takes longer the later they differ: for public data. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** One array with the bytes of all, in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const encoder = new TextEncoder()
/** Keeps a byte order mark: dropping it would give two spellings to one text. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The UTF-8 bytes of a text; a lone surrogate, which has none, becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text of UTF-8 bytes, or null where they are none. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** The number that decimal digits stand for: no sign, no leading zero, at most 2^53 - 1; or null. */
export function parseDecimal(text: string): number | null {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return null
  const n = Number(text)
  return Number.isSafeInteger(n) ? n : null
}
