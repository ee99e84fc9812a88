/**
 * What moves with a log besides its files, as it is written down.
 *
 * See docs/cloudflare.md, "Moving house".
 *
 * @module
 */
import * as z from 'zod'
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import type { KeptCard } from '../depositary/persons.ts'
import { RequestError } from '../http/request-error.ts'
import type { Stretch } from '../register/arrival.ts'

/**
 * How long a stretch may be as it crosses, in bytes. It is held in memory several times over, of
 * which an object has 128 MB; and no longer body is taken anywhere.
 */
export const MAX_STRETCH = 16 * 2 ** 20

const stretch = z.strictObject({
  from: z.int().min(0),
  entries: z.array(z.base64()).max(1024),
  checkpoints: z.array(z.string()).max(1024),
})
const cards = z.array(z.strictObject({ statement: z.string(), body: z.string() })).max(1024)

/** Formats a stretch as it crosses to a new home. It is the inverse of {@link parseStretch}. */
export function formatStretch({ from, entries, checkpoints }: Stretch): string {
  return JSON.stringify({ from, entries: entries.map(encodeBase64), checkpoints })
}

/** @throws {RequestError} `malformed-body` */
export function parseStretch(text: string): Stretch {
  const { from, entries, checkpoints } = parsed(stretch, text)
  return { from, entries: entries.map((entry) => decodeBase64(entry)!), checkpoints }
}

/** @throws {RequestError} `malformed-body` */
export function parseCards(text: string): KeptCard[] {
  return parsed(cards, text)
}

function parsed<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  const result = schema.safeParse(jsonOf(text))
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  throw new RequestError('malformed-body', `${path.join('.')}: ${message}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RequestError('malformed-body', 'expected JSON', { cause })
  }
}
