/**
 * Routes: badges.
 *
 * @module
 */
import * as z from 'zod'
import * as s from '../accord/schema.ts'
import { formatBadge } from '../pages/badge.ts'
import { instrumentOf } from '../register/instrument.ts'
import { standingOf } from '../register/standing.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute } from './route.ts'
import { scopeOf } from './scope.ts'

/** Live, and shown on many pages at once. */
const MINUTE = 'public, max-age=60'

const badgeRoute = {
  method: 'get',
  path: '/badge/{domain}/{file}',
  tag: 'parties',
  summary: 'How a party stands by a text now, as an image to be shown elsewhere',
  description:
    'An SVG file. It says the word that is true at the moment, also where that is *not signed*, *lapsed* or *withdrawn*; do not keep copies.',
  params: z.object({
    domain: s.domain,
    file: z
      .string()
      .regex(/^[a-z0-9-]{3,64}\.svg$/, 'the id of an instrument, and .svg')
      .meta({ examples: ['tech-sector-accord.svg'] }),
  }),
  answers: { 200: { description: 'the badge', content: { 'image/svg+xml': z.string() } } },
} as const

/** Adds `/badge/…`. */
export function addBadges(api: Api): void {
  const { sql, origin } = api.service
  addRoute(api, badgeRoute, async ({ c, params: { domain, file } }) => {
    const instrument = file.slice(0, -'.svg'.length)
    const scope = scopeOf(api.service, {})
    const found = await instrumentOf(sql, instrument, scope)
    if (!found) throw new RequestError('not-found', `no instrument ${instrument} was published`)
    const standing = await standingOf(sql, { ...scope, domain, instrument })
    const version = standing?.version.signed ?? found.versions.length
    const { title } = found.versions[version - 1]!
    const badge = formatBadge({ domain, title, standing, at: scope.at, origin })
    return c.body(badge, 200, {
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': MINUTE,
    })
  })
}
