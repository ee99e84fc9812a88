/**
 * A visit to a page: what was asked, fixed before anything is read, and how the page is answered.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import * as z from 'zod'
import type { Clock, Frame } from '../pages/frame.ts'
import { registryAt } from '../register/instrument.ts'
import { SHORT } from './caching.ts'
import { clocks } from './parameters.ts'
import { presentOf, type Remembered } from './remembered.ts'
import { RequestError } from './request-error.ts'
import { plainly } from './route.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { Service } from './service.ts'
import type { SiteAssets } from './site-assets.ts'

/** What the pages are put together with. */
export interface Site {
  readonly app: Hono
  readonly service: Service
  readonly assets: SiteAssets
  readonly remembered: Remembered
}

/** One request for a page. */
export interface Visit<Q = object> {
  readonly site: Site
  readonly service: Service
  readonly c: Context
  readonly query: Q
  readonly scope: Scope
  /** As it is for a page to which the clocks mean something. */
  readonly frame: Frame
  /** Asks a question about the visit's moment: about the present it is asked once a minute. */
  ask<T>(name: string, question: () => Promise<T>): Promise<T>
}

/** A page, before it is text. */
export interface Rendered {
  toString(): string
}

/** A page loads what is its own, and nothing from anywhere else. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The two clocks, in a page's query. */
const twoClocks = z.object(clocks)

/** Adds a page. What its query has beside the shape is left alone: links come from everywhere. */
export function addVisit<S extends z.ZodRawShape>(
  site: Site,
  path: string,
  shape: S,
  show: (visit: Visit<z.output<z.ZodObject<S>>>) => Promise<Rendered | Response>,
): void {
  site.app.get(path, async (c) => {
    const query = readQuery(c, z.object(shape))
    const shown = await show({ ...(await openVisit(site, c)), query })
    return shown instanceof Response ? shown : answerPage(c, shown)
  })
}

/** A field of a form that was left empty asks for nothing. */
function readQuery<S extends z.ZodObject>(c: Context, schema: S): z.output<S> {
  const given = Object.entries(c.req.query()).filter(([, value]) => value !== '')
  const values = Object.fromEntries(given)
  const result = schema.safeParse(values)
  if (result.success) return result.data
  throw new RequestError('bad-parameter', plainly(result.error.issues[0]!, values))
}

async function openVisit(site: Site, c: Context): Promise<Visit> {
  const { service } = site
  const query = readQuery(c, twoClocks)
  const scope = presentScope(service, scopeOf(service, query), query.at)
  const { domain, keeping } = await registryAt(service.sql, scope)
  const asked = { at: query.at ?? null, size: query.size ?? null }
  const future = scope.at > service.clock()
  const clock = { at: scope.at, size: scope.size, future, asked }
  const frame = {
    ...bareFrame(site, c.req.path, clock),
    keeper: { domain, name: keeping.depositary },
  }
  const live = query.at === undefined && query.size === undefined
  const key = `${scope.size} ${scope.at}`
  return {
    ...{ site, service, c, query, scope, frame },
    ask: (name, question) => (live ? site.remembered.get(`${name} ${key}`, question) : question()),
  }
}

function presentScope({ depositary }: Service, scope: Scope, asked: string | undefined): Scope {
  if (asked !== undefined) return scope
  return { ...scope, at: presentOf(scope.at, depositary.published().time) }
}

/** What is around a page of which the store is not asked. */
export function bareFrame({ service, assets }: Site, path: string, clock: Clock | null): Frame {
  const { base, origin, mirrorOf } = service
  const [stylesheet, icon] = [assets.paths.get('accord.css')!, assets.paths.get('accord.svg')!]
  return {
    ...{ base, origin, keeper: null, path, clock, stylesheet, icon, scripts: [] },
    mirrorOf: mirrorOf?.url ?? null,
  }
}

/** A frame whose page runs a script, where it was built beside the service. */
export function withScript({ site, frame }: Visit, name: string): Frame {
  const script = site.assets.paths.get(name)
  return script === undefined ? frame : { ...frame, scripts: [script] }
}

/** Answers with a page. */
function answerPage(c: Context, page: Rendered): Response {
  return c.html(formatPage(page), 200, {
    'content-security-policy': PAGE_POLICY,
    'cache-control': SHORT,
  })
}

/** A page as the text that is sent. */
export function formatPage(page: Rendered): string {
  return `<!doctype html>${page}`
}
