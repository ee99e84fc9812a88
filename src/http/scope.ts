/**
 * The two clocks of a question: what held at a time, as known at a tree size.
 *
 * @module
 */
import { formatTime, parseTime } from '../accord/text.ts'
import { RequestError } from './request-error.ts'
import type { Service } from './service.ts'

/** What an answer rests on, fixed before anything is read. */
export interface Scope {
  /** Valid at, in POSIX seconds. */
  readonly at: number
  /** Known at: the tree size asked for, or the published one. */
  readonly size: number
  /** Both clocks were given, so that the answer never changes. */
  readonly fixed: boolean
  /** Both, as the answer repeats them. */
  readonly echo: { readonly at: string; readonly size: number }
}

/** Fixes the clocks. @throws {RequestError} `unknown-size` */
export function scopeOf(
  service: Service,
  query: { readonly at?: string | undefined; readonly size?: number | undefined },
): Scope {
  const size = sizeOf(service, query.size)
  const at = query.at === undefined ? service.clock() : parseTime(query.at)!
  const fixed = query.at !== undefined && query.size !== undefined
  return { at, size, fixed, echo: { at: formatTime(at), size } }
}

/** A size asked for, or the published one. @throws {RequestError} `unknown-size` */
export function sizeOf(service: Service, asked: number | undefined): number {
  const { size } = service.depositary.published()
  if (asked !== undefined && asked > size) {
    throw new RequestError('unknown-size', `expected a size up to ${size}, got ${asked}`)
  }
  return asked ?? size
}
