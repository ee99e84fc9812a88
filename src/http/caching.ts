/**
 * How long an answer may be kept.
 *
 * @module
 */
import type { Context } from 'hono'

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

/** Whether the reader has what bears this entity tag. See https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2. */
export function unchanged(c: Context, tag: string): boolean {
  const known = c.req.header('if-none-match')?.split(',') ?? []
  return known.some((t) => t.trim() === '*' || t.trim().replace(/^W\//, '') === tag)
}
