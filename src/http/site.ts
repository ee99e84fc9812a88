/**
 * The pages: what people read. Each says what the API says, in words.
 *
 * @module
 */
import type { Hono } from 'hono'
import { compress } from 'hono/compress'
import { Remembered } from './remembered.ts'
import type { Service } from './service.ts'
import { addSiteAssets, siteAssets } from './site-assets.ts'
import { addAttestation } from './site-attestation.ts'
import { addComparison } from './site-comparison.ts'
import { addHome } from './site-home.ts'
import { addInstrument } from './site-instrument.ts'
import { addLog } from './site-log.ts'
import { addParty } from './site-party.ts'
import { problemsAsPages } from './site-problem.ts'
import { addReading } from './site-reading.ts'
import { addSearch } from './site-search.ts'
import { addSign } from './site-sign.ts'
import type { Site } from './visit.ts'

/** Paths of pages, by their beginnings. */
const PAGES = [
  'instruments',
  'parties',
  'attestations',
  'changes',
  'log',
  'search',
  'trust',
  'verify',
  'sign',
  'about',
  'assets',
]

/** Begins the site: errors of everything that is added after this are shown as pages to people. */
export function openSite(app: Hono, service: Service): Site {
  const site = { app, service, assets: siteAssets(service), remembered: new Remembered() }
  app.use('/', compress())
  for (const name of PAGES) app.use(`/${name}/*`, compress())
  app.use(problemsAsPages(site))
  return site
}

/** Adds the pages. */
export function addSite(site: Site): void {
  addSiteAssets(site)
  addHome(site)
  addInstrument(site)
  addComparison(site)
  addSearch(site)
  addParty(site)
  addAttestation(site)
  addLog(site)
  addReading(site)
  addSign(site)
}
