/**
 * Routes: feeds of the latest changes.
 *
 * @module
 */
import type { Context } from 'hono'
import * as z from 'zod'
import { isolated } from '../accord/direction.ts'
import { sayDomain } from '../accord/label.ts'
import { lastParty, registryOf } from '../accord/party.ts'
import * as s from '../accord/schema.ts'
import { sayParty } from '../client/reminders.ts'
import type { EntryChange, WordByTime } from '../register/changes.ts'
import { instrumentOf } from '../register/instrument.ts'
import { type AskedNews, newsOf } from '../register/news.ts'
import { partyOf } from '../register/party.ts'
import { withState } from '../register/state.ts'
import { SHORT, unchanged } from './caching.ts'
import { type FeedItem, type FeedToWrite, formatAtom, formatJsonFeed, tagOf } from './feed.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute } from './route.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { Service } from './service.ts'
import { sayEntry, sayWord } from './wording.ts'

/** How many changes a feed tells of. */
const MOST = 100

/** The forms of a feed, by the ending of its path. */
const FORMS = {
  atom: { type: 'application/atom+xml', format: formatAtom },
  json: { type: 'application/feed+json', format: formatJsonFeed },
} as const
type Form = keyof typeof FORMS

const described = (form: Form) =>
  ({
    tag: 'feeds',
    method: 'get',
    description: `The latest ${MOST} changes, by entries and by time alone. An item's id never changes.`,
    answers: {
      200: { description: 'the newest first', content: { [FORMS[form].type]: z.string() } },
    },
  }) as const

/** Adds the routes. */
export function addNews(api: Api): void {
  for (const form of ['atom', 'json'] as const) {
    const { service } = api
    const same = described(form)
    const all = { ...same, path: `/v1/feed.${form}`, summary: 'What changed, as a feed' }
    addRoute(api, all, async ({ c }) => answerFeed(c, service, form, {}))
    const party = {
      ...same,
      path: `/v1/parties/{domain}/feed.${form}`,
      summary: 'What a domain said, what was said of it, and how its words changed, as a feed',
      params: z.object({ domain: s.domain }),
    }
    addRoute(api, party, async ({ c, params }) => answerFeed(c, service, form, params))
    const instrument = {
      ...same,
      path: `/v1/instruments/{id}/feed.${form}`,
      summary: 'How the words of the parties to an instrument changed, and its versions, as a feed',
      params: z.object({ id: s.instrumentId }),
    }
    addRoute(api, instrument, async ({ c, params }) =>
      answerFeed(c, service, form, { instrument: params.id }),
    )
  }
}

/** Whose feed. */
type Whose = Pick<AskedNews, 'domain' | 'instrument'>

async function answerFeed(
  c: Context,
  service: Service,
  form: Form,
  whose: Whose,
): Promise<Response> {
  const scope = scopeOf(service, {})
  const subject = await subjectOf(service, whose, scope)
  const feed = await feedOf(service, form, whose, subject, scope)
  // What time changes is told at its instant, so that the newest item's time tells the rest.
  const headers = { 'cache-control': SHORT, etag: `"${scope.size}-${feed.updated}"` }
  if (unchanged(c, headers.etag)) return c.body(null, 304, headers)
  const { type, format } = FORMS[form]
  return c.body(format(feed), 200, { ...headers, 'content-type': `${type}; charset=utf-8` })
}

/** What a feed is about, in words. @throws {RequestError} `not-found` */
async function subjectOf(
  { sql, origin }: Service,
  { domain, instrument }: Whose,
  scope: Scope,
): Promise<string> {
  if (domain !== undefined) {
    const { last } = await partyOf(sql, domain, scope)
    if (!last) throw new RequestError('not-found', `no party ${domain}`)
    return sayParty({ domain, name: last.profile.name })
  }
  if (instrument === undefined) return origin
  const found = await instrumentOf(sql, instrument, scope)
  if (!found) throw new RequestError('not-found', `no instrument ${instrument} was published`)
  return `${isolated(found.versions.at(-1)!.title)} (${instrument})`
}

async function feedOf(
  service: Service,
  form: Form,
  whose: Whose,
  subject: string,
  { at, size }: Scope,
): Promise<FeedToWrite> {
  const { origin, base, sql } = service
  const { domain, instrument } = whose
  const { entries, byTime } = await newsOf(sql, { ...whose, at, size, limit: MOST })
  const known = await knownOf(service, size, entries, byTime)
  const tag = (path: string) => tagOf(origin, known.founded, path)
  // In one second time comes first: an entry finds what it has done.
  const items = [
    ...byTime.map((change) => wordItem(base, tag, known, change)),
    ...entries.map((change) => entryItem(base, tag, known, change)),
  ]
  const place = domain ? `/parties/${domain}` : instrument ? `/instruments/${instrument}` : ''
  const latest = items
    .reverse()
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST)
  return {
    id: tag(`feed${place}`),
    title: subject,
    author: origin,
    home: `${base}${place}${place === '' ? '/' : ''}`,
    self: `${base}/v1${place}/feed.${form}`,
    updated: latest[0]?.at ?? known.founded,
    items: latest,
  }
}

/** What is known of the log as a whole, and how its domains call themselves. */
interface Known {
  /** The time of entry 0, in POSIX seconds. */
  readonly founded: number
  readonly names: ReadonlyMap<string, string>
}

async function knownOf(
  { sql }: Service,
  size: number,
  entries: readonly EntryChange[],
  byTime: readonly WordByTime[],
): Promise<Known> {
  const words = [...entries.flatMap((e) => e.words), ...byTime]
  const domains = [...new Set([...entries.map((e) => e.by), ...words.map((w) => w.domain)])]
  return withState(
    sql,
    size,
    (state) => {
      const { domain, keeping } = registryOf(state)
      const nameOf = (of: string) =>
        of === domain ? keeping.depositary : lastParty(state, of)?.profile.name
      const names = domains.flatMap((of): [string, string][] => {
        const name = nameOf(of)
        return name === undefined ? [] : [[of, name]]
      })
      return { founded: state.get('entry', '0')!, names: new Map(names) }
    },
    [['registry', ''], ['entry', '0'], ...domains.map((of) => ['domain', of] as const)],
  )
}

type Tag = (path: string) => string

function entryItem(base: string, tag: Tag, { names }: Known, change: EntryChange): FeedItem {
  const { index, time, digest } = change
  return {
    id: tag(`entry/${index}`),
    title: sayEntry(change, callIn(names)),
    text: `Entry ${index}, ${digest}.`,
    url: `${base}/attestations/${digest}`,
    at: time,
  }
}

function wordItem(base: string, tag: Tag, { names }: Known, change: WordByTime): FeedItem {
  const { at, domain, instrument, after, since } = change
  return {
    id: tag(`entry/${since}/${after}/${domain}/${instrument}`),
    title: sayWord(change, callIn(names)),
    text: `By time alone: no entry has changed it since entry ${since}.`,
    url: `${base}/parties/${domain}`,
    at,
  }
}

/** A domain is never named without what its party calls itself, nor the other way round. */
function callIn(names: ReadonlyMap<string, string>) {
  return (domain: string) => {
    const name = names.get(domain)
    return name === undefined ? sayDomain(domain) : sayParty({ domain, name })
  }
}
