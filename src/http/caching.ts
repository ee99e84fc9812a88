/**
 * How long an answer may be kept.
 *
 * @module
 */
import type { Context } from 'hono'

/** For what can never change: a full tile, a receipt, a proof. */
export const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * For what never changes either, and quotes what somebody said: should that be taken down, caches
 * must not serve it for years.
 */
export const QUOTED = 'public, max-age=3600'

/** For what the next checkpoint may change. */
export const SHORT = 'public, max-age=2'

/** For the answers to statements, for errors, and for what names persons. */
export const NEVER = 'no-store'

/** The header of an answer about a size and a time. @param fixed whether both were named */
export function cached(fixed: boolean): { 'cache-control': string } {
  return { 'cache-control': fixed ? QUOTED : SHORT }
}

/** Whether the reader has what bears this entity tag. See https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2. */
export function unchanged(c: Context, tag: string): boolean {
  const known = c.req.header('if-none-match')?.split(',') ?? []
  return known.some((t) => t.trim() === '*' || t.trim().replace(/^W\//, '') === tag)
}
