/**
 * `refusal/v1`: a refusal that whoever was turned away can show. It is signed by the clerk, and not
 * logged.
 *
 * See docs/spec/statement.md, "Refusals".
 *
 * @module
 */
import * as z from 'zod'
import { AccordError } from '../accord/error.ts'
import * as s from '../accord/schema.ts'

/** Its fields, in their order. */
export const refusalNote = z
  .strictObject({
    type: z.literal('refusal/v1'),
    registry: s.origin,
    /** Of the text that was submitted; null where none could be read. */
    statement: s.digest.nullable(),
    code: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/)
      .meta({ examples: ['stale-previous'] }),
    detail: z.string().max(8000),
    at: s.time,
  })
  .meta({ id: 'RefusalV1' })

/** A refusal. */
export type RefusalV1 = z.infer<typeof refusalNote>

/** Formats a refusal as statements are formatted. It is the inverse of {@link parseRefusal}. */
export function formatRefusal(refusal: RefusalV1): string {
  return `${JSON.stringify(refusalNote.parse(refusal), null, 2)}\n`
}

/**
 * Parses the text of a refusal.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function parseRefusal(text: string): RefusalV1 {
  try {
    const refusal = refusalNote.parse(JSON.parse(text))
    if (formatRefusal(refusal) === text) return refusal
  } catch (cause) {
    throw new AccordError('MALFORMED', 'not a refusal', { cause })
  }
  throw new AccordError('MALFORMED', 'a refusal in another spelling')
}
