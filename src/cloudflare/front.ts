/**
 * The Worker in front: the log's files from the bucket, everything else from the object; and where
 * the object does not answer, what was read before.
 *
 * @module
 */
import { createTreeApp } from '../http/app.ts'
import { answerUnavailable } from '../http/errors.ts'
import type { Bindings } from './bindings.ts'
import { bucketTree } from './bucket.ts'

/**
 * How long an answer is kept for a time when the object does not answer, in seconds. No longer than
 * caches may keep what quotes somebody: it may have been taken down since.
 */
const KEPT = 3600

/** Answers a request. */
export async function answerAtFront(
  request: Request,
  env: Bindings,
  later: (work: Promise<unknown>) => void,
): Promise<Response> {
  const plain = uncompressed(request)
  return (await fromFiles(plain, env)) ?? fromObject(plain, env, later)
}

/** The platform compresses on the way out, and by itself. */
function uncompressed(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.delete('accept-encoding')
  return new Request(request, { headers })
}

/** What the bucket has; null for anything else, errors among them: the object words those. */
async function fromFiles(request: Request, env: Bindings): Promise<Response | null> {
  const { pathname } = new URL(request.url)
  if (!/^\/(checkpoint$|tile\/)/.test(pathname)) return null
  if (request.method !== 'GET' && request.method !== 'HEAD') return null
  try {
    const answer = await createTreeApp(bucketTree(env.FILES)).fetch(request)
    return answer.status < 400 ? answer : null
  } catch {
    return null
  }
}

async function fromObject(
  request: Request,
  env: Bindings,
  later: (work: Promise<unknown>) => void,
): Promise<Response> {
  const reading = request.method === 'GET'
  const key = new Request(`${request.url}`, { method: 'GET' })
  try {
    const object = env.REGISTRY.get(env.REGISTRY.idFromName('registry'))
    const answer = await object.fetch(request)
    if (answer.status < 500) {
      if (reading && answer.status === 200) later(keep(key, answer.clone()))
      return answer
    }
    return (reading && (await kept(key))) || answer
  } catch {
    return (reading && (await kept(key))) || answerUnavailable('the registry does not answer')
  }
}

/** Keeps an answer beside the caches' own time. What must not be stored is not. */
async function keep(key: Request, answer: Response): Promise<void> {
  const control = answer.headers.get('cache-control') ?? ''
  if (!control.startsWith('public')) return
  const headers = new Headers(answer.headers)
  headers.set('cache-control', `public, max-age=${KEPT}`)
  headers.set('accord-cache-control', control)
  headers.set('accord-kept-at', new Date().toISOString())
  await caches.default.put(key, new Response(answer.body, { headers }))
}

async function kept(key: Request): Promise<Response | null> {
  const found = await caches.default.match(key)
  if (!found) return null
  const headers = new Headers(found.headers)
  const at = Date.parse(headers.get('accord-kept-at')!)
  headers.set('age', String(Math.floor((Date.now() - at) / 1000)))
  headers.set('cache-control', 'no-store')
  headers.set('warning', '111 - "the registry does not answer; this was read before"')
  headers.delete('accord-cache-control')
  return new Response(found.body, { headers })
}
