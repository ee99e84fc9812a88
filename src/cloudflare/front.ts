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
import { absentPage, keep, kept } from './kept.ts'
import { MAX_STRETCH } from './moving.ts'

/** How long the object may take for an answer that is only read, in milliseconds. */
const PATIENCE = 15_000

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
  if (!isReading(request)) return null
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
  if (!isReading(request)) return asked(await whole(request), env)
  const answer = await askedPatiently(request, env)
  if (answer.status < 500) {
    if (isKept(request)) later(keep(request.url, answer.clone()))
    return answer
  }
  const found = await kept(request.url)
  if (found) return request.method === 'HEAD' ? new Response(null, found) : found
  const page = answer.headers.has('retry-after') && isForPeople(request)
  return page ? absentPage(answer) : answer
}

/**
 * A request whose body has been read, if it is no longer than anything that is taken: `wrangler dev`
 * loses the next request where one is answered before its body was read.
 */
async function whole(request: Request): Promise<Request> {
  const length = request.headers.get('content-length')
  if (length === null || Number(length) > MAX_STRETCH) return request
  return new Request(request, { body: await request.arrayBuffer() })
}

/** An export is as long as the log, and no copy of it is made on the way. */
function isKept({ method, url }: Request): boolean {
  return method === 'GET' && new URL(url).pathname !== '/v1/export'
}

function isReading({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

async function asked(request: Request, env: Bindings): Promise<Response> {
  try {
    return await env.REGISTRY.get(env.REGISTRY.idFromName('registry')).fetch(request)
  } catch {
    return answerUnavailable('the registry does not answer')
  }
}

/** An answer that has begun may take as long as its reader. */
async function askedPatiently(request: Request, env: Bindings): Promise<Response> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE)
  const answer = await asked(new Request(request, { signal: patience.signal }), env)
  clearTimeout(timer)
  return answer
}

/** A browser names HTML; programs ask for anything. */
function isForPeople({ url, headers }: Request): boolean {
  const { pathname } = new URL(url)
  return !/^\/(v1|tile)\//.test(pathname) && (headers.get('accept') ?? '').includes('text/html')
}
