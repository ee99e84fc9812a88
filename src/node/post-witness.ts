/**
 * Requests to witnesses, on Node.
 *
 * @module
 */
import { Agent, request } from 'undici'
import type { PostWitness } from '../depositary/witnesses.ts'

/** The longest answer that is read, in bytes: 64 cosignatures of the largest kind are shorter. */
const MAX_ANSWER = 256 * 1024

/** How long a witness may take, in milliseconds. */
export interface Patience {
  readonly connect: number
  readonly whole: number
}

const PATIENCE: Patience = { connect: 2000, whole: 5000 }

/** Sends to witnesses over connections that are kept. */
export function openWitnessPost(patience: Patience = PATIENCE): {
  readonly post: PostWitness
  close(): Promise<void>
} {
  const agent = new Agent({
    connect: { timeout: patience.connect },
    connections: 2,
    keepAliveTimeout: 60_000,
  })
  const post: PostWitness = async (url, body) => {
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'accept-encoding': 'identity' },
      body,
      signal: AbortSignal.timeout(patience.whole),
    })
    const type = headers['content-type']
    return {
      status: statusCode,
      type: typeof type === 'string' ? type : '',
      body: await readAtMost(answer, url),
    }
  }
  return { post, close: () => agent.destroy() }
}

async function readAtMost(body: AsyncIterable<Uint8Array>, url: string): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > MAX_ANSWER) throw new Error(`${url} answered with more than ${MAX_ANSWER} bytes`)
    parts.push(part)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
}
