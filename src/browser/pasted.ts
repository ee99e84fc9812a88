/**
 * What a reader pastes: a link, a digest, or the text of a file.
 *
 * @module
 */
import type { Digest } from '../accord/text.ts'

/** What it is. A statement has the same digest at every address. */
export type Pasted =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'statement'; readonly digest: Digest }
  | { readonly kind: 'page'; readonly path: string }
  | { readonly kind: 'elsewhere'; readonly host: string }
  | { readonly kind: 'text'; readonly text: string }

const DIGEST = /sha256(?::|%3a)([0-9a-f]{64})/i

/** @param here - the address of the page */
export function readPasted(text: string, here: string): Pasted {
  const line = text.trim()
  if (line === '') return { kind: 'nothing' }
  // Whoever copies a text often leaves the end of its last line behind.
  if (/\s/.test(line)) return { kind: 'text', text: `${line}\n` }
  const digest = DIGEST.exec(line)
  if (digest) return { kind: 'statement', digest: `sha256:${digest[1]!.toLowerCase()}` }
  const url = addressIn(line, here)
  if (!url) return { kind: 'text', text }
  return url.host === new URL(here).host
    ? { kind: 'page', path: url.pathname + url.search }
    : { kind: 'elsewhere', host: url.host }
}

function addressIn(line: string, here: string): URL | null {
  if (!/^(https?:\/\/|\/)/.test(line)) return null
  return URL.canParse(line, here) ? new URL(line, here) : null
}
