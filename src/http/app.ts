/**
 * The service, put together.
 *
 * @module
 */
import { type Context, Hono, type Next } from 'hono'
import { compress } from 'hono/compress'
import { cors } from 'hono/cors'
import { routePath } from 'hono/route'
import { addAbout } from './about.ts'
import { addAdmission } from './admission.ts'
import { addAttestations } from './attestation.ts'
import { addBadges } from './badge.ts'
import { SHORT } from './caching.ts'
import { addCalendars } from './calendar.ts'
import { addCards } from './card.ts'
import { addChanges } from './change.ts'
import { addDomainCheck } from './domain-check.ts'
import { addErrors } from './errors.ts'
import { addInstruments } from './instrument.ts'
import { addMirror } from './mirror.ts'
import { addNews } from './news.ts'
import { formatOpenApi } from './openapi.ts'
import { addPacks } from './pack.ts'
import { addPage } from './page.ts'
import { addParties } from './party.ts'
import { addProofs } from './proof.ts'
import type { Api } from './route.ts'
import type { Service } from './service.ts'
import { addSite, openSite } from './site.ts'
import { addSocial } from './social.ts'
import { addTree, addTreeFiles, type TreeSource } from './tree.ts'

const DESCRIPTION = `The public registry of technology commitments.

What is here is the registry's word. The log behind it is served as static files (\`/checkpoint\`,
\`/tile/…\`, https://c2sp.org/tlog-tiles); whoever must be sure verifies those.

**Two clocks.** \`at\` asks what held at a time, \`size\` what the log could show at a tree size. With
both given an answer never changes, but for texts that are taken down.

**Polling.** Ask for \`/checkpoint\` at most once a second, and follow \`/v1/changes\` or the tiles from
the size you had. Tiles and receipts are immutable: fetch each once and keep it.

**Retention.** For ever. Nothing is pruned, and no entry is ever taken out of the tree. A text that
is taken down is answered with 410 and the notice; officers' cards are no part of the log, and can be
erased.

**Licence.** The data is in the public domain (CC0-1.0).

**Errors** are problem details (RFC 9457). \`code\` is stable; \`/problems/{code}\` explains it.`

/** Puts the service together. */
export function createApp(service: Service): Hono {
  const app = new Hono()
  const api: Api = { app, service, routes: [] }
  app.use(measured(service), safe, shared)
  app.use('/v1/*', compress())
  app.use('/openapi.json', compress())
  app.use('/api/*', compress())
  const site = openSite(app, service)
  addErrors(app, service)
  addMirror(app, service)
  addTree(api)
  addAdmission(api)
  addAttestations(api)
  addDomainCheck(api)
  addPacks(api)
  addBadges(api)
  addCards(api)
  addInstruments(api)
  addParties(api)
  addChanges(api)
  addNews(api)
  addCalendars(api)
  addProofs(api)
  addAbout(api)
  addPage(app, service)
  addSocial(app, service)
  addSite(site)
  const info = { title: 'Accord', version: '1', description: DESCRIPTION, server: service.base }
  const document = formatOpenApi(info, api.routes)
  app.get('/openapi.json', (c) => c.json(document, 200, { 'cache-control': SHORT }))
  return app
}

/**
 * The log's files alone, with the same headers: for where they are kept apart from the store. What it
 * has no good answer to it throws.
 */
export function createTreeApp(source: TreeSource): Hono {
  const app = new Hono()
  app.use(safe, shared)
  addTreeFiles(app, source)
  app.onError((error) => {
    throw error
  })
  return app
}

/** Whoever asks, from any page, may read. */
const shared = cors({ origin: '*', allowMethods: ['GET', 'HEAD', 'POST'], maxAge: 86_400 })

/** Measures each answer, by the pattern of its route. */
function measured({ ticks, metrics, log }: Service) {
  return async (c: Context, next: Next) => {
    const from = ticks()
    await next()
    const seconds = (ticks() - from) / 1000
    const { method, path } = c.req
    const { status } = c.res
    metrics.request(method, routePath(c, -1), status, seconds)
    log('debug', 'request', { method, path, status, seconds })
  }
}

/** An answer that sets no policy of its own is data, and loads nothing. */
async function safe(c: Context, next: Next): Promise<void> {
  await next()
  c.header('x-content-type-options', 'nosniff')
  c.header('referrer-policy', 'no-referrer')
  if (!c.res.headers.has('content-security-policy')) {
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  }
}
