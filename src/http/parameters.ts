/**
 * Parameters of requests, each with one spelling.
 *
 * @module
 */
import * as z from 'zod'
import * as s from '../accord/schema.ts'

const decimal = z.string().regex(/^(0|[1-9][0-9]{0,15})$/, 'a number without leading zeros')

/** A whole number in a path or query. */
export const count = (description: string, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  decimal.transform(Number).pipe(z.int().min(min).max(max)).meta({ description })

/** The two clocks of every question. */
export const clocks = {
  at: s.time.optional().meta({
    description: 'valid at: a time like 2026-11-22T15:17:00Z; now where it is left out',
  }),
  size: count('known at: a tree size; the published one where it is left out', 1).optional(),
}

/** One page of a list. */
export const page = {
  cursor: z.string().max(300).optional().meta({ description: '`next` of the page before' }),
  limit: count('how many at most', 1, 1000).default(100).meta({ description: 'how many at most' }),
}

/** The two clocks as an answer repeats them. */
export const clockFields = {
  at: s.time.meta({ description: 'valid at' }),
  size: z.int().meta({ description: 'known at: the tree size the answer rests on' }),
}
