/**
 * Bytes as text: base64 and hexadecimal, each value with one spelling.
 *
 * Runtimes decode leniently (missing padding, spare bits, white space), and a lenient reader makes
 * a signature malleable. These refuse whatever their encoders would not have written.
 *
 * See RFC 4648, sections 3.5, 4 and 8.
 *
 * @module
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** What each character stands for; 64 where it is none of the alphabet. */
const SEXTET = new Uint8Array(128).fill(64)
for (let i = 0; i < 64; i++) SEXTET[ALPHABET.charCodeAt(i)] = i

/** Encodes bytes in the standard alphabet, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const triple = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += ALPHABET.charAt(triple >> 18) + ALPHABET.charAt((triple >> 12) & 63)
    text += left > 1 ? ALPHABET.charAt((triple >> 6) & 63) : '='
    text += left > 2 ? ALPHABET.charAt(triple & 63) : '='
  }
  return text
}

/**
 * Decodes what {@link encodeBase64} wrote.
 *
 * @returns the bytes, or null where the text is not their one spelling: another alphabet, missing
 *   padding, spare bits that are not zero, white space
 */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  const end = text.length - padding
  let held = 0
  for (let i = 0, at = 0; i < end; i++) {
    const sextet = SEXTET[text.charCodeAt(i)] ?? 64
    if (sextet > 63) return null
    held = ((held << 6) | sextet) & 0xfff
    // A sextet after the first of its quad completes a byte; 2, 4 or no bits are left over.
    if (i % 4 !== 0) bytes[at++] = held >> (6 - 2 * (i % 4))
  }
  const spare = padding === 0 ? 0 : held & (padding === 1 ? 0x03 : 0x0f)
  return spare === 0 ? bytes : null
}

/** Encodes bytes as lower-case hexadecimal digits. */
export function encodeHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** Decodes lower-case hexadecimal digits, or returns null where there is anything else. */
export function decodeHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  }
  return bytes
}
