/**
 * Errors as pages: whoever asked for HTML is told the same in it.
 *
 * @module
 */
import type { Context, Next } from 'hono'
import { accepts } from 'hono/accepts'
import { ProblemPage } from '../pages/problem.tsx'
import { NEVER } from './caching.ts'
import type { Problem } from './problem.ts'
import { bareFrame, formatPage, PAGE_POLICY, type Site } from './visit.ts'

const PROBLEM = 'application/problem+json'
const PAGE = 'text/html'

/** Answers with pages, where HTML is preferred, for problems of everything but the API and the log. */
export function problemsAsPages(site: Site) {
  return async (c: Context, next: Next) => {
    await next()
    const { status, headers } = c.res
    if (headers.get('content-type') !== PROBLEM || !forPeople(c)) return
    const told = (await c.res.json()) as Problem
    const page = ProblemPage({ frame: bareFrame(site, c.req.path, null), told })
    const allow = headers.get('allow')
    c.res = new Response(c.req.method === 'HEAD' ? null : formatPage(page), {
      status,
      headers: {
        'content-type': `${PAGE}; charset=utf-8`,
        'content-security-policy': PAGE_POLICY,
        'cache-control': NEVER,
        vary: 'accept',
        ...(allow === null ? {} : { allow }),
      },
    })
  }
}

function forPeople(c: Context): boolean {
  if (/^\/(v1|tile)\//.test(c.req.path)) return false
  return accepts(c, { header: 'Accept', supports: [PROBLEM, PAGE], default: PROBLEM }) === PAGE
}
