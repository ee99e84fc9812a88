/**
 * The pages that are read, and what tells robots where everything is.
 *
 * @module
 */
import type { Context } from 'hono'
import { AboutPage, TrustPage, VerifyPage } from '../pages/reading.tsx'
import { listInstruments, registryAt } from '../register/instrument.ts'
import { listParties } from '../register/party.ts'
import { SHORT } from './caching.ts'
import { scopeOf } from './scope.ts'
import type { Service } from './service.ts'
import { addVisit, type Site, type Visit, withScript } from './visit.ts'

/** Adds the pages. */
export function addReading(site: Site): void {
  const { app, service } = site
  addVisit(site, '/about', {}, async (visit) => AboutPage({ frame: still(visit) }))
  addVisit(site, '/trust', {}, async (visit) => {
    const { keeping } = await registryAt(service.sql, visit.scope)
    return TrustPage({ frame: still(visit), keeping, policy: service.policy })
  })
  addVisit(site, '/verify', {}, async (visit) =>
    VerifyPage({ frame: { ...withScript(visit, 'verify.js'), clock: null } }),
  )
  app.get('/robots.txt', (c) => c.text(robots(service), 200, { 'cache-control': SHORT }))
  app.get('/sitemap.xml', async (c) => answerMap(c, await placesOf(service)))
}

/** A page to which the clocks mean nothing. */
function still({ frame }: Visit) {
  return { ...frame, clock: null }
}

/** The log's files are for programs, and every question has an answer for every day there is. */
function robots({ base }: Service): string {
  return [
    'User-agent: *',
    'Disallow: /v1/',
    'Disallow: /tile/',
    'Disallow: /search',
    'Disallow: /*?',
    '',
    `Sitemap: ${base}/sitemap.xml`,
    '',
  ].join('\n')
}

const PLACES = [
  '/',
  '/instruments',
  '/parties',
  '/changes',
  '/log',
  '/trust',
  '/verify',
  '/sign',
  '/about',
]

/** As many addresses as a sitemap may have. See https://www.sitemaps.org/protocol.html. */
const MOST = 50_000

async function placesOf(service: Service): Promise<string[]> {
  const scope = scopeOf(service, {})
  const { sql } = service
  const instruments = await listInstruments(sql, scope)
  const texts = instruments.flatMap(({ id, versions }) => [
    `/instruments/${id}`,
    ...versions.map(({ version }) => `/instruments/${id}/v${version}`),
  ])
  const { at, size } = scope
  const { parties } = await listParties(sql, {
    at,
    size,
    limit: MOST - texts.length - PLACES.length,
  })
  const domains = [...new Set(parties.map((p) => p.domain))].map((domain) => `/parties/${domain}`)
  return [...PLACES, ...texts, ...domains].map((path) => service.base + path)
}

/** Addresses hold nothing that XML reads as something else: see the parsers of ids and domains. */
function answerMap(c: Context, places: readonly string[]): Response {
  const lines = places.map((place) => `<url><loc>${place.replaceAll('&', '&amp;')}</loc></url>`)
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${lines.join('\n')}
</urlset>
`
  return c.body(text, 200, { 'content-type': 'application/xml', 'cache-control': SHORT })
}
