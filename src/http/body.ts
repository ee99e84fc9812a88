/**
 * Reading what is sent.
 *
 * @module
 */
import * as z from 'zod'
import { concat } from '../tlog/bytes.ts'
import { RequestError } from './request-error.ts'

/**
 * The most bytes that are read of a body. An attestation has at most 65,000; what is longer than
 * this is refused before it is read to its end.
 */
export const MAX_BODY = 70_000

/**
 * The most bytes that are read of an attestation with cards: JSON escapes make a text longer, and
 * every officer may have a card.
 */
export const MAX_SUBMISSION = 200_000

/** How many cards may come along: as many as a statement may have officers. */
const MAX_CARDS = 16

/** An attestation, and the cards of those who signed it. */
export const submission = z
  .strictObject({
    attestation: z.string().meta({ description: 'the signed note' }),
    cards: z
      .array(z.string())
      .max(MAX_CARDS)
      .default([])
      .meta({ description: 'cards of its officers, each as `accord card` wrote it' }),
  })
  .meta({ id: 'Submission' })

/** The same as a form. */
export const submissionForm = z.object({
  attestation: z.string().meta({ description: 'the signed note, as a file' }),
  card: z
    .array(z.string())
    .max(MAX_CARDS)
    .optional()
    .meta({ description: 'cards of its officers, each as a file' }),
})

/**
 * Reads a body of text/plain.
 *
 * @throws {RequestError} `unsupported-media-type`, `too-large`, `truncated-body`, `not-utf8`
 */
export async function readText(request: Request): Promise<string> {
  const type = typeOf(request)
  if (!PLAIN.test(type)) throw unsupported('text/plain in UTF-8', type)
  return decoded(await readBody(request, MAX_BODY))
}

/**
 * Reads an attestation, alone or with cards: as text/plain, JSON or a form.
 *
 * @throws {RequestError} `unsupported-media-type`, `too-large`, `truncated-body`, `not-utf8`,
 *   `malformed-body`
 */
export async function readSubmission(request: Request): Promise<z.output<typeof submission>> {
  const type = typeOf(request)
  if (PLAIN.test(type)) return { attestation: await readText(request), cards: [] }
  if (!JSON_TYPE.test(type) && !FORM.test(type)) {
    throw unsupported('text/plain in UTF-8, application/json or multipart/form-data', type)
  }
  const bytes = await readBody(request, MAX_SUBMISSION)
  const value = FORM.test(type) ? await readForm(bytes, type) : readJson(decoded(bytes))
  return parsed(submission, value)
}

/**
 * Reads a body of JSON.
 *
 * @throws {RequestError} as {@link readSubmission}
 */
export async function readObject<S extends z.ZodType>(
  request: Request,
  schema: S,
): Promise<z.output<S>> {
  const type = typeOf(request)
  if (!JSON_TYPE.test(type)) throw unsupported('application/json', type)
  return parsed(schema, readJson(decoded(await readBody(request, MAX_BODY))))
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const { path, message } = read.error.issues[0]!
  throw malformed(`${path.join('.') || 'body'}: ${message}`)
}

const PLAIN = /^text\/plain\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
const FORM = /^multipart\/form-data\s*;/i

function typeOf(request: Request): string {
  return request.headers.get('content-type') ?? ''
}

function unsupported(expected: string, type: string): RequestError {
  return new RequestError(
    'unsupported-media-type',
    `expected content-type ${expected}, got ${type || 'none'}`,
  )
}

function malformed(message: string, cause?: unknown): RequestError {
  return new RequestError('malformed-body', message, { cause })
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('expected JSON', cause)
  }
}

async function readForm(bytes: Uint8Array, type: string): Promise<object> {
  const headers = { 'content-type': type }
  const form = await new Response(bytes as Uint8Array<ArrayBuffer>, { headers })
    .formData()
    .catch((cause: unknown) => {
      throw malformed('expected a form', cause)
    })
  const other = [...form.keys()].find((name) => name !== 'attestation' && name !== 'card')
  if (other !== undefined) throw malformed(`${other}: no such part`)
  const attestations = await partsOf(form, 'attestation')
  if (attestations.length !== 1) throw malformed('attestation: expected once')
  return { attestation: attestations[0], cards: await partsOf(form, 'card') }
}

/** Line breaks of a field are changed on the way, those of a file are not. */
async function partsOf(form: FormData, name: string): Promise<string[]> {
  const texts: string[] = []
  for (const part of form.getAll(name) as (Blob | string)[]) {
    if (typeof part === 'string') throw malformed(`${name}: expected a file, not a field`)
    texts.push(decoded(new Uint8Array(await part.arrayBuffer())))
  }
  return texts
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new RequestError('not-utf8', 'expected UTF-8', { cause })
  }
}

async function readBody(request: Request, most: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge(most)
  return readAtMost(request, most)
}

async function readAtMost(request: Request, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  for (let part = await next(reader); part; part = await next(reader)) {
    length += part.length
    if (length > most) {
      await reader?.cancel()
      throw tooLarge(most)
    }
    parts.push(part)
  }
  return concat(...parts)
}

async function next(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader?.read())?.value
  } catch (cause) {
    throw new RequestError('truncated-body', 'the body ended before it was whole', { cause })
  }
}

function tooLarge(most: number): RequestError {
  return new RequestError('too-large', `expected a body of at most ${most} bytes`)
}
