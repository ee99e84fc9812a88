/**
 * Domains as people read them: A-labels (`xn--…`) and what they stand for.
 *
 * See https://www.rfc-editor.org/rfc/rfc3492 (Punycode) and https://www.unicode.org/reports/tr46/.
 *
 * @module
 */
import { isDomain } from '../accord/text.ts'

/** Parameters of Punycode, RFC 3492 section 5. */
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const INITIAL_BIAS = 72
const INITIAL_N = 128
const MAX_CODE_POINT = 0x10ffff

/**
 * Decodes Punycode, the part of an A-label after `xn--`. Null where it is none.
 *
 * See RFC 3492, section 6.2.
 */
export function decodePunycode(text: string): string | null {
  if (!/^[ -~]*$/.test(text)) return null
  const end = text.lastIndexOf('-')
  const points = [...text.slice(0, Math.max(end, 0))].map((c) => c.codePointAt(0)!)
  let n = INITIAL_N
  let i = 0
  let bias = INITIAL_BIAS
  for (let at = end < 0 ? 0 : end + 1; at < text.length; ) {
    const before = i
    let weight = 1
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(text[at++])
      if (digit === null) return null
      i += digit * weight
      if (i > Number.MAX_SAFE_INTEGER / BASE) return null
      const t = Math.min(Math.max(k - bias, T_MIN), T_MAX)
      if (digit < t) break
      weight *= BASE - t
    }
    bias = adapt(i - before, points.length + 1, before === 0)
    n += Math.floor(i / (points.length + 1))
    if (n > MAX_CODE_POINT || (n >= 0xd800 && n <= 0xdfff)) return null
    i %= points.length + 1
    points.splice(i++, 0, n)
  }
  return String.fromCodePoint(...points)
}

function digitOf(c: string | undefined): number | null {
  if (c === undefined) return null
  if (/[a-z]/i.test(c)) return c.toLowerCase().charCodeAt(0) - 0x61
  return /[0-9]/.test(c) ? Number(c) + 26 : null
}

function adapt(delta: number, points: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? DAMP : 2))
  rest += Math.floor(rest / points)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}

/**
 * A domain in U-labels: `bücher.example` for `xn--bcher-kva.example`. Null where an A-label is
 * malformed, or is not the one spelling of what it stands for.
 *
 * @param domain - lower-case A-labels
 */
export function unicodeDomain(domain: string): string | null {
  if (!/(^|\.)xn--/.test(domain)) return domain
  const labels = domain
    .split('.')
    .map((l) => (l.startsWith('xn--') ? decodePunycode(l.slice(4)) : l))
  if (labels.includes(null)) return null
  const name = labels.join('.')
  return asciiDomain(name) === domain ? name : null
}

/** A domain in A-labels, as a browser would go there (UTS 46). Null where it would not. */
export function asciiDomain(name: string): string | null {
  try {
    return new URL(`https://${name}`).host
  } catch {
    return null
  }
}

/**
 * Whether a browser goes to a domain under that very name. Not so where it ends in a number, which
 * is read as an address (`0x7f.0x1` as 127.0.0.1), nor where an A-label is malformed.
 *
 * See https://url.spec.whatwg.org/#concept-host-parser, "ends in a number checker".
 *
 * @param domain - lower-case A-labels
 */
export function isHostName(domain: string): boolean {
  return isDomain(domain) && asciiDomain(domain) === domain
}
