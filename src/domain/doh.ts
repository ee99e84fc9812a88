/**
 * DNS over HTTPS, over a `fetch` that is handed in: on Node and on Workers alike.
 *
 * See https://www.rfc-editor.org/rfc/rfc8484.
 *
 * @module
 */
import { type ByteStream, chunksOf, readBody } from './body.ts'
import { formatQuery, isAnswerTo } from './message.ts'
import { MAX_BODY, type RecordType, type Resolver, type Unreachable, unreachable } from './port.ts'
import { resolverOver } from './resolver.ts'

/** As much of the standard `fetch` as is used. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: 'GET' | 'POST'
    readonly headers: Record<string, string>
    readonly body?: Uint8Array<ArrayBuffer>
    readonly redirect: 'manual'
    readonly signal: AbortSignal
  },
) => Promise<{
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ByteStream | null
}>

const MEDIA_TYPE = 'application/dns-message'

/**
 * A resolver at a URL.
 *
 * @param url - `https://9.9.9.9/dns-query`; by the name in it, whoever resolves that name for `fetch`
 *   is trusted to let the resolver be reached, and its certificate for the rest
 * @param patience - how long an answer may take, in milliseconds
 */
export function dohResolver(url: string, fetch: FetchLike, patience: number): Resolver {
  return resolverOver(url, (name, type) => exchange({ url, fetch, patience }, name, type))
}

interface Doh {
  readonly url: string
  readonly fetch: FetchLike
  readonly patience: number
}

async function exchange(
  doh: Doh,
  name: string,
  type: RecordType,
): Promise<Uint8Array | Unreachable> {
  // The same id for all, so that caches on the way can answer: RFC 8484 section 4.1.
  const query = formatQuery(0, name, type)
  if (!query) return unreachable(`no DNS message can ask for ${name}`)
  const answer = await post(doh, query)
  if (!(answer instanceof Uint8Array)) return answer
  return isAnswerTo(query, answer) ? answer : unreachable('what it sent does not answer')
}

async function post(doh: Doh, query: Uint8Array): Promise<Uint8Array | Unreachable> {
  const signal = AbortSignal.timeout(doh.patience)
  try {
    const { status, headers, body } = await doh.fetch(doh.url, {
      method: 'POST',
      headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE },
      body: new Uint8Array(query),
      redirect: 'manual',
      signal,
    })
    if (status !== 200) return unreachable(`expected status 200 of it, got ${status}`)
    if (headers.get('content-type') !== MEDIA_TYPE) return unreachable(`expected ${MEDIA_TYPE}`)
    return (await readBody(chunksOf(body), MAX_BODY)) ?? unreachable('its answer is over 64 KiB')
  } catch (e) {
    return unreachable(
      signal.aborted ? 'no answer in time' : `it cannot be reached: ${reasonOf(e)}`,
    )
  }
}

/** What a platform says of a connection that failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}
