/**
 * Reading what is sent.
 *
 * @module
 */
import { concat } from '../tlog/bytes.ts'
import { RequestError } from './request-error.ts'

/**
 * The most bytes that are read of a body. An attestation has at most 65,000; what is longer than
 * this is refused before it is read to its end.
 */
export const MAX_BODY = 70_000

/**
 * Reads a body of text/plain.
 *
 * @throws {RequestError} `unsupported-media-type`, `too-large`, `truncated-body`, `not-utf8`
 */
export async function readText(request: Request): Promise<string> {
  demandPlainText(request.headers.get('content-type') ?? '')
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) throw tooLarge()
  const bytes = await readAtMost(request, MAX_BODY)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new RequestError('not-utf8', 'expected UTF-8', { cause })
  }
}

function demandPlainText(type: string): void {
  if (!/^text\/plain\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) {
    throw new RequestError(
      'unsupported-media-type',
      `expected content-type text/plain in UTF-8, got ${type || 'none'}`,
    )
  }
}

async function readAtMost(request: Request, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  for (let part = await next(reader); part; part = await next(reader)) {
    length += part.length
    if (length > most) {
      await reader?.cancel()
      throw tooLarge()
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

function tooLarge(): RequestError {
  return new RequestError('too-large', `expected a body of at most ${MAX_BODY} bytes`)
}
