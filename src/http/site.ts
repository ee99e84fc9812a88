/**
 * The pages: what people read. Each says what the API says, in words.
 *
 * @module
 */
import type { Hono } from 'hono'
import type { Service } from './service.ts'
import { addSiteAssets } from './site-assets.ts'
import { addHome } from './site-home.ts'
import { addParty } from './site-party.ts'
import type { Site } from './visit.ts'

/** Adds the pages. */
export function addSite(app: Hono, service: Service): Site {
  const site = { app, service, assets: addSiteAssets(app, service) }
  addHome(site)
  addParty(site)
  return site
}
