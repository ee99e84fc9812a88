/**
 * Contradictions: a domain asked by whoever watches shows other keys than the depositary logged.
 *
 * @module
 */
import type { Check } from '../accord/state.ts'

/** Asks a domain for its keys in a registry; rejects only where asking itself is broken. */
export type AskKeys = (asked: {
  readonly origin: string
  readonly domain: string
}) => Promise<readonly { readonly check: Pick<Check, 'method' | 'outcome' | 'keys'> }[]>

/**
 * In what one's own question contradicts a logged check, as a sentence; null where it does not. A
 * domain that does not answer contradicts nothing.
 */
export function contradictionIn(
  logged: Pick<Check, 'subject' | 'method' | 'keys' | 'at'>,
  own: Awaited<ReturnType<AskKeys>>,
): string | null {
  const answered = own.map((s) => s.check).filter((c) => c.outcome === 'answered')
  // By hand nobody says on which channel: any that shows keys must show these.
  const comparable = answered.filter((c) =>
    logged.method === 'manual' ? c.keys.length > 0 : c.method === logged.method,
  )
  const other = comparable.find((c) => !sameKeys(c.keys, logged.keys))
  if (!other) return null
  return `the depositary logged that ${logged.subject} showed ${listed(logged.keys)} at ${logged.at} (${logged.method}); asked from here (${other.method}), it shows ${listed(other.keys)}`
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((k) => b.includes(k))
}

function listed(keys: readonly string[]): string {
  return keys.length === 0 ? 'no key' : keys.join(', ')
}
