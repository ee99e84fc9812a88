/**
 * Parameters of requests, each with one spelling.
 *
 * @module
 */
import * as z from 'zod'
import * as s from '../accord/schema.ts'
import { parseTime } from '../accord/text.ts'

const decimal = z.string().regex(/^(0|[1-9][0-9]{0,15})$/, 'a number without leading zeros')

/** A whole number in a path or query. The least is the example. */
export const count = (description: string, min = 0, max = Number.MAX_SAFE_INTEGER) => {
  const range = `a number from ${min} to ${max}`
  const number = z.int(range).min(min, range).max(max, range)
  return decimal
    .transform(Number)
    .pipe(number)
    .meta({ description, examples: [min] })
}

const AT = 'YYYY-MM-DDTHH:MM:SSZ or YYYY-MM-DD (the end of that day)'

/** A time; a day is its last second. */
const at = z
  .string()
  .transform((text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59Z` : text))
  .pipe(z.string().refine((text) => parseTime(text) !== null, AT))

/** The two clocks of every question. */
export const clocks = {
  at: at.optional().meta({ description: `valid at: ${AT}; now where it is left out` }),
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
  size: z
    .int()
    .min(0)
    .meta({ examples: [4], description: 'known at: the tree size the answer rests on' }),
}
