/**
 * Problem details: how an error is told.
 *
 * See https://www.rfc-editor.org/rfc/rfc9457.
 *
 * @module
 */
import * as z from 'zod'
import * as s from '../accord/schema.ts'

/** So many of these keys must sign. */
export const missing = z
  .object({ need: z.int().min(1), of: z.array(z.string()), signed: z.array(z.string()) })
  .meta({ id: 'Missing', description: 'so many of these keys must sign; these have' })

/** The body of every error. */
export const problem = z
  .object({
    type: z.string().meta({ description: 'a URI reference: /problems/ and the code' }),
    title: z.string().meta({ description: 'what the code means' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'what was expected, and what was found' }),
    code: z.string().meta({ description: 'stable: never changes its meaning' }),
    check: z.string().meta({ description: 'the step that failed' }),
    advice: z.string().meta({ description: 'what to do' }),
    head: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'with stale-previous: the digest to name as previous, or null' }),
    missing: z
      .array(missing)
      .optional()
      .meta({ description: 'with quorum-not-met: each quorum that is not met' }),
    index: z
      .int()
      .min(0)
      .optional()
      .meta({ examples: [4], description: 'with already-logged: the entry' }),
    retry_after: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'with admission-quota: seconds to wait, as in Retry-After' }),
    receipt: z.string().optional().meta({ description: 'with already-logged: its .tlog-proof' }),
    notice: z
      .object({
        digest: s.digest,
        index: z
          .int()
          .min(0)
          .meta({ examples: [4] }),
        reason: z
          .string()
          .nullable()
          .meta({ description: 'null where the notice itself was taken down' }),
      })
      .optional()
      .meta({ description: "with taken-down and erased: the depositary's notice in the log" }),
    refusal: z
      .object({ note: z.string() })
      .optional()
      .meta({ description: "the refusal as a note signed by the depositary's clerk" }),
  })
  .meta({ id: 'Problem', description: 'problem details (RFC 9457)' })

/** An error as it is told. */
export type Problem = z.infer<typeof problem>
