/**
 * How long an answer may be kept.
 *
 * @module
 */

/** For what can never change: a full tile, a receipt, an answer about a size and a time named. */
export const FOR_EVER = 'public, max-age=31536000, immutable'

/** For what the next checkpoint may change. */
export const SHORT = 'public, max-age=2'

/** For the answers to statements, and for errors. */
export const NEVER = 'no-store'

/** The header of an answer. */
export function cached(fixed: boolean): { 'cache-control': string } {
  return { 'cache-control': fixed ? FOR_EVER : SHORT }
}
