/**
 * Images that others show beside links to the pages.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import * as s from '../accord/schema.ts'
import type { Instrument } from '../accord/state.ts'
import { sayBadge } from '../pages/badge.ts'
import { sayDay } from '../pages/english.ts'
import { SOCIAL as t } from '../pages/english-pack.ts'
import { drawable, formatSocial, type Social } from '../pages/social.ts'
import { instrumentOf, listInstruments } from '../register/instrument.ts'
import { partyOf } from '../register/party.ts'
import { listSignatories } from '../register/signatory.ts'
import { standingOf } from '../register/standing.ts'
import { RequestError } from './request-error.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { Service } from './service.ts'

/** Whoever shows links fetches an image once, and for long. */
const HOUR = 'public, max-age=3600'

/** Adds `/social/…`. */
export function addSocial(app: Hono, service: Service): void {
  app.get('/social/registry.png', (c) => answer(c, service, registryImage))
  app.get('/social/parties/:file', (c) => answer(c, service, partyImage))
  app.get('/social/instruments/:file', (c) => answer(c, service, instrumentImage))
}

type Image = Pick<Social, 'heading' | 'lines'>
type Draw = (service: Service, scope: Scope, name: string) => Promise<Image>

async function answer(c: Context, service: Service, draw: Draw): Promise<Response> {
  const scope = scopeOf(service, {})
  const image = await draw(service, scope, nameIn(c.req.param('file') ?? 'registry.png'))
  const foot = t.foot(sayDay(scope.at), service.origin)
  const bytes = formatSocial({ ...image, over: t.over, foot })
  return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    'content-type': 'image/png',
    'cache-control': HOUR,
  })
}

function nameIn(file: string): string {
  if (!file.endsWith('.png')) throw new RequestError('not-found', 'expected a name and .png')
  return file.slice(0, -'.png'.length)
}

async function registryImage({ sql }: Service, scope: Scope): Promise<Image> {
  const instruments = await listInstruments(sql, scope)
  const lines = await Promise.all(
    instruments.map(async (instrument) => {
      const bound = await boundOf(sql, instrument.id, scope)
      return { bound, text: `${titleOf(instrument)}: ${t.bound(bound)}`, tone: 'ink' } as const
    }),
  )
  return { heading: t.name, lines: lines.sort((a, b) => b.bound - a.bound) }
}

async function partyImage({ sql }: Service, scope: Scope, domain: string): Promise<Image> {
  const { last } = s.domain.safeParse(domain).success
    ? await partyOf(sql, domain, scope)
    : { last: null }
  if (!last) throw new RequestError('not-found', `no party ${domain}`)
  const held = last.holdings.filter(({ current, waiting }) => current ?? waiting)
  const lines = held.map(async ({ instrument: id }) => {
    const [instrument, standing] = await Promise.all([
      instrumentOf(sql, id, scope),
      standingOf(sql, { ...scope, domain, instrument: id }),
    ])
    const { word, tone } = sayBadge(standing)
    const version = standing?.version.signed ?? undefined
    return { text: `${titleOf(instrument!, version)}: ${word}`, tone }
  })
  return { heading: domain, lines: held.length === 0 ? [NOTHING] : await Promise.all(lines) }
}

const NOTHING = { text: t.nothing, tone: 'gone' } as const

async function instrumentImage({ sql }: Service, scope: Scope, id: string): Promise<Image> {
  const found = s.instrumentId.safeParse(id).success ? await instrumentOf(sql, id, scope) : null
  if (!found) throw new RequestError('not-found', `no instrument ${id} was published`)
  const text = t.bound(await boundOf(sql, id, scope))
  return { heading: titleOf(found), lines: [{ text, tone: 'ink' }] }
}

async function boundOf(sql: Service['sql'], id: string, { at, size }: Scope): Promise<number> {
  return (await listSignatories(sql, id, { at, size, limit: 1 }))!.bound
}

function titleOf({ id, versions }: Instrument, version = versions.length): string {
  return drawable(versions[version - 1]!.title, id)
}
