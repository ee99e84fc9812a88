/**
 * How a reader reaches a log: by paths, whose bytes it does not believe.
 *
 * @module
 */
import { ClientError } from './error.ts'

/**
 * Fetches a file of a log by its path, without a leading slash: `checkpoint`, `tile/0/000`. Rejects
 * where it is not to be had.
 */
export type Fetch = (path: string) => Promise<Uint8Array>

/** As much of a `Response` as is used. */
export interface Answer {
  readonly status: number
  text(): Promise<string>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** As much of the standard `fetch` as is used: whatever runs this hands in its own. */
export type FetchLike = (
  url: string,
  init?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<Answer> | Answer

/**
 * Reads a log, a mirror or any static copy over HTTP.
 *
 * What it rejects with is a {@link ClientError}: `NO_FILE` for status 404, else `UNAVAILABLE`.
 *
 * @param base - the URL that the paths continue, with or without a slash at its end
 */
export function fetchFrom(base: string, fetch: FetchLike): Fetch {
  return async (path) => {
    const url = urlOf(base, path)
    try {
      const answer = await fetch(url)
      if (answer.status === 200) return new Uint8Array(await answer.arrayBuffer())
      const code = answer.status === 404 ? 'NO_FILE' : 'UNAVAILABLE'
      throw new ClientError(code, `expected ${url}, got status ${answer.status}`)
    } catch (cause) {
      if (cause instanceof ClientError) throw cause
      throw new ClientError('UNAVAILABLE', `could not fetch ${url}`, { cause })
    }
  }
}

/** The URL of a path below a base. */
export function urlOf(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`
}
