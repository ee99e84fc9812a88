/**
 * Domains as browsers read them: A-labels (`xn--…`) and what they stand for.
 *
 * See https://www.unicode.org/reports/tr46/.
 *
 * @module
 */
import { decodePunycode } from '../accord/label.ts'
import { isDomain } from '../accord/text.ts'

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
