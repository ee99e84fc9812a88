/**
 * The atoms of a statement: times, digests, names, texts. Each value has one spelling.
 *
 * See docs/spec/statement.md, "Values".
 *
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeHex } from '../../keys/base64.ts'

/** SHA-256, written `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`

/** Seconds in a day. Every day of the law has as many. */
export const DAY = 86_400

/** The last second of the year 9999: later times cannot be spelled. */
export const LAST_TIME = 253_402_300_799

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${encodeHex(sha256(bytes))}`
}

/** Whether a text is a digest's spelling. */
export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text)
}

/** Formats POSIX seconds as `YYYY-MM-DDTHH:MM:SSZ`. */
export function formatTime(seconds: number): string {
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > LAST_TIME) {
    throw new RangeError(`a time is 0 to ${LAST_TIME} seconds, got ${seconds}`)
  }
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** Formats an instant that was computed: what lies beyond the last time is written as that. */
export function formatInstant(seconds: number): string {
  return formatTime(Math.min(seconds, LAST_TIME))
}

/** Parses `YYYY-MM-DDTHH:MM:SSZ`: a real Gregorian second from 1970 on; null for anything else. */
export function parseTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null
  const seconds = Date.parse(text) / 1000
  // ECMAScript reads 24:00 as the next day, which may lie past the last time there is.
  const real = seconds >= 0 && seconds <= LAST_TIME && formatTime(seconds) === text
  return real ? seconds : null
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Whether a text is a domain as parties bear it: two or more lower-case A-labels. */
export function isDomain(text: string): boolean {
  const labels = text.split('.')
  return (
    text.length <= 253 &&
    labels.length >= 2 &&
    labels.every((l) => LABEL.test(l)) &&
    /[a-z]/.test(labels[labels.length - 1]!)
  )
}

/** The domain of a key's name, `contoso.com` or `contoso.com/label`; null where it is neither. */
export function domainOfKeyName(name: string): string | null {
  const [domain, label, ...more] = name.split('/')
  if (more.length > 0 || domain === undefined || !isDomain(domain)) return null
  return label === undefined || /^[a-z0-9-]{1,32}$/.test(label) ? domain : null
}

/**
 * Code points that no text may hold: controls (LF is allowed apart), the soft hyphen, bidi
 * controls and invisible marks other than the joiners, tags, private use, noncharacters, and
 * lone surrogates.
 */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is forbidden
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uD800-\uDFFF\uE000-\uF8FF\uFDD0-\uFDEF\uFFFE\uFFFF\u{1FFFE}\u{1FFFF}\u{2FFFE}\u{2FFFF}\u{3FFFE}\u{3FFFF}\u{4FFFE}\u{4FFFF}\u{5FFFE}\u{5FFFF}\u{6FFFE}\u{6FFFF}\u{7FFFE}\u{7FFFF}\u{8FFFE}\u{8FFFF}\u{9FFFE}\u{9FFFF}\u{AFFFE}\u{AFFFF}\u{BFFFE}\u{BFFFF}\u{CFFFE}\u{CFFFF}\u{DFFFE}\u{DFFFF}\u{E0000}-\u{E007F}\u{EFFFE}-\u{10FFFF}]/u

const EVERY_FORBIDDEN = new RegExp(FORBIDDEN, 'gu')

/**
 * A text that somebody sent, without what no text may hold: so that it can be shown among others.
 */
export function legible(text: string): string {
  return text.replace(EVERY_FORBIDDEN, '')
}

/**
 * Whether a text may stand in a statement.
 *
 * @param min - least number of code points
 * @param max - greatest number of code points
 * @param lines - whether LF is allowed
 */
export function isText(text: string, min: number, max: number, lines: boolean): boolean {
  if (text.length > 2 * max || FORBIDDEN.test(text) || (!lines && text.includes('\n'))) return false
  let points = 0
  for (const _ of text) points++
  return points >= min && points <= max
}

/** Whether a text is a C2SP origin as we mint them: printable ASCII, no space, no plus. */
export function isOrigin(text: string): boolean {
  return /^[!-*,-~]{1,255}$/.test(text)
}

/** Whether an LEI's form and its ISO 7064 mod 97-10 check digits are right (ISO 17442). */
export function isLei(text: string): boolean {
  if (!/^[A-Z0-9]{18}[0-9]{2}$/.test(text)) return false
  let rest = 0
  for (const c of text) {
    for (const d of Number.parseInt(c, 36).toString()) rest = (rest * 10 + Number(d)) % 97
  }
  return rest === 1
}
