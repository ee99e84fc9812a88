/**
 * Requests to witnesses, by the platform's `fetch`.
 *
 * @module
 */
import type { PostWitness } from '../depositary/witnesses.ts'

/** The longest answer that is read, in bytes: 64 cosignatures of the largest kind are shorter. */
const MAX_ANSWER = 256 * 1024
/** How long a witness may take, in milliseconds. */
const PATIENCE = 5000

/** Sends to witnesses. */
export const postWitness: PostWitness = async (url, body) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8', 'accept-encoding': 'identity' },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE),
  })
  const type = answer.headers.get('content-type') ?? ''
  return { status: answer.status, type, body: await readAtMost(answer, url) }
}

async function readAtMost({ body }: Response, url: string): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let [text, length] = ['', 0]
  for await (const part of body ?? []) {
    length += part.length
    if (length > MAX_ANSWER) throw new Error(`${url} answered with more than ${MAX_ANSWER} bytes`)
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}
