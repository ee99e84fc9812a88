/**
 * What was read before, for when the object does not answer.
 *
 * Kept in the cache of the place where it was read, under its URL: no answer that is kept depends on
 * anything else. Only what any cache may store is kept; so no officer's card is, and no error.
 *
 * See https://developers.cloudflare.com/workers/runtime-apis/cache/.
 *
 * @module
 */

/**
 * How long, in seconds. No longer than caches may keep what quotes somebody: it may have been taken
 * down since.
 */
const KEPT = 3600

const AT = 'accord-kept-at'

/** Keeps what was read; and drops what was kept before of what is gone or taken down. */
export async function keep(url: string, answer: Response): Promise<void> {
  const control = answer.headers.get('cache-control') ?? ''
  const vary = answer.headers.get('vary')?.toLowerCase() ?? 'accept-encoding'
  if (answer.status === 404 || answer.status === 410) {
    await caches.default.delete(url)
  } else if (
    answer.status === 200 &&
    control.startsWith('public') &&
    vary === 'accept-encoding' &&
    !answer.headers.has('set-cookie')
  ) {
    const headers = new Headers(answer.headers)
    headers.set('cache-control', `public, max-age=${KEPT}`)
    headers.set(AT, new Date().toISOString())
    await caches.default.put(url, new Response(answer.body, { headers }))
  }
}

/** What was read before, saying when; null where nothing is kept. */
export async function kept(url: string): Promise<Response | null> {
  const found = await caches.default.match(url)
  if (!found) return null
  const at = found.headers.get(AT)!
  const headers = new Headers(found.headers)
  for (const name of [AT, 'etag', 'cf-cache-status']) headers.delete(name)
  headers.set('age', String(Math.floor((Date.now() - Date.parse(at)) / 1000)))
  headers.set('cache-control', 'no-store')
  headers.set('warning', '111 - "the registry does not answer; this was read before"')
  const answer = new Response(found.body, { headers })
  return isPage(headers) ? dated(answer, at) : answer
}

function isPage(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('text/html') ?? false
}

/** People are told in the page. */
function dated(page: Response, at: string): Response {
  const time = `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`
  const said = `The registry does not answer at the moment. This page was read from it on ${time}.`
  return new HTMLRewriter()
    .on('body', {
      element(body) {
        body.prepend(`<p role="status">${said}</p>`, { html: true })
      },
    })
    .transform(page)
}

/** The page that people get where nothing is kept. */
export function absentPage(problem: Response): Response {
  const headers = new Headers(problem.headers)
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  headers.set('vary', 'accept')
  return new Response(ABSENT, { status: problem.status, headers })
}

const ABSENT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Accord: come again later</title>
<h1>The registry does not answer at the moment</h1>
<p>Come again in a while. Nothing that it has logged is lost: the log itself is at
<a href="/checkpoint">/checkpoint</a> and /tile/, which are kept elsewhere.</p>
</html>
`
