/**
 * Fetches a log's files over HTTP from servers that nobody trusts: nothing is longer than it may be,
 * nothing takes longer, and no redirect leads to another origin.
 *
 * See https://c2sp.org/tlog-tiles, "Client behavior" and "Parameters".
 *
 * @module
 */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Agent, request } from 'undici'
import { ClientError } from '../client/error.ts'
import { type Fetch, urlOf } from '../client/fetch.ts'
import { MAX_BUNDLE_BYTES } from '../tlog/bundle.ts'
import { HASH_LENGTH } from '../tlog/bytes.ts'
import { MAX_NOTE_BYTES } from '../tlog/note.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'

const unpack = promisify(gunzip)

/** What gzip may add to bytes that do not shrink. */
const GZIP_SLACK = 1024

/** How many redirects are followed, within one origin. */
const REDIRECTS = 3

/** How often a file is asked for where the connection breaks: one that idled may be closed by then. */
const ATTEMPTS = 3

/** How long a server may take, in milliseconds. */
export interface Patience {
  readonly connect: number
  readonly whole: number
}

const PATIENCE: Patience = { connect: 5_000, whole: 30_000 }

/** Fetches over connections that are kept. */
export interface LogFetch {
  /** Files below a base URL, as `fetchFrom` of the client gives them; `BROKEN` for one too long. */
  from(base: string): Fetch
  close(): Promise<void>
}

/** Opens connections to servers of logs. */
export function openLogFetch(patience: Patience = PATIENCE): LogFetch {
  const agent = new Agent({
    connect: { timeout: patience.connect },
    connections: 8,
    keepAliveTimeout: 30_000,
  })
  return {
    from: (base) => (path) => fetchFile(agent, patience, base, path),
    close: () => agent.destroy(),
  }
}

async function fetchFile(
  agent: Agent,
  patience: Patience,
  base: string,
  path: string,
): Promise<Uint8Array> {
  const url = urlOf(base, path)
  const signal = AbortSignal.timeout(patience.whole)
  for (let attempt = 1; ; attempt++) {
    try {
      return await follow(agent, new URL(url), limitOf(path), signal)
    } catch (cause) {
      if (cause instanceof ClientError) throw cause
      if (attempt < ATTEMPTS && !signal.aborted) continue
      const why = cause instanceof Error ? `: ${cause.message}` : ''
      throw new ClientError('UNAVAILABLE', `could not fetch ${url}${why}`, { cause })
    }
  }
}

/** The most bytes that a file of a log can have. */
function limitOf(path: string): number {
  if (path === 'checkpoint') return MAX_NOTE_BYTES
  return path.startsWith('tile/entries/') ? MAX_BUNDLE_BYTES : TILE_WIDTH * HASH_LENGTH
}

async function follow(
  agent: Agent,
  url: URL,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let at = url
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const { statusCode, headers, body } = await request(at, {
      dispatcher: agent,
      headers: { 'accept-encoding': 'gzip' },
      signal,
    })
    if (statusCode === 200) {
      const bytes = await bytesOf(body, limit + GZIP_SLACK, at)
      return decoded(bytes, headers['content-encoding'], limit, at)
    }
    await body.dump({ limit: 64 * 1024, signal })
    if (statusCode < 300 || statusCode > 399) throw unexpected(at, statusCode)
    at = redirected(at, headers['location'], statusCode)
  }
  throw new ClientError('UNAVAILABLE', `${url} redirects more than ${REDIRECTS} times`)
}

/** A server may move its files about; it may not have us ask others. */
function redirected(from: URL, location: string | string[] | undefined, status: number): URL {
  if (typeof location !== 'string') throw unexpected(from, status)
  const to = URL.canParse(location, from) ? new URL(location, from) : null
  if (to?.origin === from.origin) return to
  throw new ClientError('UNAVAILABLE', `${from} redirects to another origin: ${location}`)
}

function unexpected(url: URL, status: number): ClientError {
  const code = status === 404 || status === 410 ? 'NO_FILE' : 'UNAVAILABLE'
  return new ClientError(code, `expected ${url}, got status ${status}`)
}

async function bytesOf(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  url: URL,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > limit) throw tooLong(url, limit)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

async function decoded(
  bytes: Uint8Array,
  encoding: string | string[] | undefined,
  limit: number,
  url: URL,
): Promise<Uint8Array> {
  if (encoding === undefined || encoding === 'identity') {
    if (bytes.length > limit) throw tooLong(url, limit)
    return bytes
  }
  if (encoding !== 'gzip') {
    throw new ClientError('BROKEN', `${url} is encoded as ${encoding}, expected gzip or nothing`)
  }
  try {
    return new Uint8Array(await unpack(bytes, { maxOutputLength: limit }))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(url, limit)
    throw new ClientError('BROKEN', `${url} is no gzip`, { cause })
  }
}

function tooLong(url: URL, limit: number): ClientError {
  return new ClientError('BROKEN', `${url} is longer than ${limit} bytes, which it cannot be`)
}
