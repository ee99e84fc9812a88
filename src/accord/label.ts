/**
 * Domains as people read them. Everywhere else they are in A-labels (`xn--…`), which have one spelling.
 *
 * What is shown follows from the domain alone, in every program alike, so that two of them can compare
 * what they show.
 *
 * See https://www.rfc-editor.org/rfc/rfc3492 (Punycode).
 *
 * @module
 */
import { isolated } from './direction.ts'
import { isSpelledInOne } from './script.ts'

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
 * A domain as it is shown to a reader: `bücher.example (xn--bcher-kva.example)`; as it is, where it
 * has no A-label, or one whose letters could be taken for others: of several scripts, capital,
 * compatible or composed otherwise, no letters at all, or none.
 *
 * @param domain - lower-case A-labels
 */
export function sayDomain(domain: string): string {
  if (!/(^|\.)xn--/.test(domain)) return domain
  const labels = domain.split('.').map(unicodeLabel)
  return labels.includes(null) ? domain : `${labels.map((l) => isolated(l!)).join('.')} (${domain})`
}

/** What a label stands for, where that can be shown. */
function unicodeLabel(label: string): string | null {
  if (!label.startsWith('xn--')) return label
  // A delimiter without a basic part, and a label that needs no Punycode, are second spellings.
  const shown = label.lastIndexOf('-') === 4 ? null : decodePunycode(label.slice(4))
  if (shown === null || /^[ -~]*$/.test(shown) || /^(-|\p{M})|-$/u.test(shown)) return null
  const settled = shown.normalize('NFKC') === shown && shown.toLowerCase() === shown
  return settled && isSpelledInOne(shown) ? shown : null
}
