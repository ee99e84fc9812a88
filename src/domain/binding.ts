/**
 * How a domain shows its keys: lines in DNS, and in a file at a well-known place.
 *
 * See docs/spec/domain-binding.md.
 *
 * @module
 */
import { KeyError } from '../../keys/error.ts'
import { ED25519, formatVKey, parseVKey } from '../../keys/vkey.ts'
import { domainOfKeyName, isOrigin } from '../accord/text.ts'

/** The path of the file. */
export const WELL_KNOWN = '/.well-known/accord-keys.txt'

/** A line that says: this key speaks for this domain in this registry. */
export interface Binding {
  /** The registry's origin. */
  readonly origin: string
  /** As it stands there; whether it is a key is another question. */
  readonly vkey: string
}

/** The name whose TXT records show a domain's keys. */
export function recordName(domain: string): string {
  return `_accord.${domain}`
}

/** The URL of the file that shows a domain's keys. */
export function wellKnownUrl(domain: string, port = 443): string {
  return `https://${domain}${port === 443 ? '' : `:${port}`}${WELL_KNOWN}`
}

/** Formats a TXT record. It is the inverse of {@link parseRecord}. */
export function formatRecord({ origin, vkey }: Binding): string {
  return `accord=v1; registry=${origin}; vkey=${vkey}`
}

/** Parses a TXT record; null for any that is spelled otherwise. */
export function parseRecord(text: string): Binding | null {
  const [, origin, vkey] = /^accord=v1; registry=([^ ]+); vkey=([^ ]+)$/.exec(text) ?? []
  return bindingOf(origin, vkey)
}

/** Formats a line of the file, without its end. It is the inverse of {@link parseLine}. */
export function formatLine({ origin, vkey }: Binding): string {
  return `${origin} ${vkey}`
}

/** Parses a line of the file; null for any that is spelled otherwise. */
export function parseLine(text: string): Binding | null {
  const [, origin, vkey] = /^([^ ]+) ([^ ]+)$/.exec(text) ?? []
  return bindingOf(origin, vkey)
}

function bindingOf(origin = '', vkey = ''): Binding | null {
  return isOrigin(origin) && /^[!-~]{1,512}$/.test(vkey) ? { origin, vkey } : null
}

/** The lines of the file that say something: not the empty ones, nor those that begin with `#`. */
export function linesOf(body: string): string[] {
  return body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/** Why a text is no key of a domain's party, in words; null where it is one. */
export function keyFault(vkey: string, domain: string): string | null {
  try {
    const parsed = parseVKey(vkey)
    if (parsed.type !== ED25519) return `expected a key of type 1 (Ed25519), got ${parsed.type}`
    if (formatVKey(parsed) !== vkey) return 'the key is not in its one spelling'
    const ours = domainOfKeyName(parsed.name) === domain
    return ours ? null : `the key is named ${parsed.name}, which is not of ${domain}`
  } catch (e) {
    if (!(e instanceof KeyError)) throw e
    return e.code === 'WRONG_KEY_ID' ? `the key is damaged: ${e.message}` : e.message
  }
}
