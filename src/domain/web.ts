/**
 * Files of domains over the platform's `fetch`, for where there are no sockets: Workers.
 *
 * On Cloudflare Workers a `fetch` leaves through Cloudflare's network, from which private, loopback
 * and link-local addresses are not reached, and certificates are verified by the platform. Two
 * things that the sockets of Node give are not to be had there: which address was connected to is
 * not known, and a domain whose own zone is at Cloudflare may be answered from inside that network.
 * A domain that resolves to the Worker's own zone is fetched without passing through the Worker.
 *
 * On Node this reaches whatever the machine reaches: not for use there.
 *
 * See https://developers.cloudflare.com/workers/runtime-apis/fetch/.
 *
 * @module
 */
import { chunksOf, readBody } from './body.ts'
import { type FetchLike, reasonOf } from './doh.ts'
import { isHostName } from './label.ts'
import {
  type Https,
  MAX_BODY,
  NO_HOST_NAME,
  type Page,
  type Unreachable,
  unreachable,
} from './port.ts'

/**
 * @param patience - how long everything may take, in milliseconds
 */
export function fetchedHttps(fetch: FetchLike, patience: number): Https {
  return {
    port: 443,
    async get(domain, path) {
      return isHostName(domain) ? get(`https://${domain}${path}`, fetch, patience) : NO_HOST_NAME
    },
  }
}

async function get(url: string, fetch: FetchLike, patience: number): Promise<Page | Unreachable> {
  const signal = AbortSignal.timeout(patience)
  try {
    const { status, headers, body } = await fetch(url, {
      method: 'GET',
      headers: { accept: 'text/plain', 'accept-encoding': 'identity' },
      redirect: 'manual',
      signal,
    })
    const [type, location] = [headers.get('content-type'), headers.get('location')]
    const bytes = status === 200 ? await readBody(chunksOf(body), MAX_BODY) : new Uint8Array()
    if (status !== 200) await body?.getReader().cancel()
    if (bytes === null) return unreachable('the file is over 64 KiB')
    return { outcome: 'answered', status, type, location, body: bytes }
  } catch (e) {
    return unreachable(signal.aborted ? 'no answer in time' : reasonOf(e))
  }
}
