/**
 * The pages of parties.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import * as s from '../accord/schema.ts'
import type { Party } from '../accord/state.ts'
import type { Bearer, PartyView, Report } from '../pages/party.tsx'
import { PartyPage } from '../pages/party.tsx'
import type { EntryChange } from '../register/changes.ts'
import { heldKeys } from '../register/held.ts'
import { listInstruments, registryAt } from '../register/instrument.ts'
import { entriesAt, entryAt, readAttestation } from '../register/log.ts'
import { newsOf } from '../register/news.ts'
import { partyOf } from '../register/party.ts'
import { standingOf } from '../register/standing.ts'
import { withState } from '../register/state.ts'
import { takenDown } from '../register/withheld.ts'
import { RequestError } from './request-error.ts'
import type { Scope } from './scope.ts'
import { tellNews } from './site-text.ts'
import { addVisit, type Site, type Visit, withScript } from './visit.ts'

/** How many acts the timeline tells of. */
const MOST = 100

/** Adds the page of a party. */
export function addParty(site: Site): void {
  addVisit(site, '/parties/:domain', {}, async (visit) => {
    const domain = visit.c.req.param('domain')!
    const { data: known, success } = s.domain.safeParse(domain.toLowerCase())
    if (success && known !== domain) {
      return visit.c.redirect(`/parties/${known}${new URL(visit.c.req.url).search}`, 303)
    }
    if (!success) {
      throw new RequestError('not-found', `expected a domain in lower-case A-labels: ${domain}`)
    }
    return PartyPage(await partyView(visit, domain))
  })
}

async function partyView(visit: Visit, domain: string): Promise<PartyView> {
  const { service, scope } = visit
  const { sql } = service
  const { at, size } = scope
  const [registry, found, news] = await Promise.all([
    registryAt(sql, scope),
    partyOf(sql, domain, scope),
    newsOf(sql, { at, size, domain, limit: MOST }),
  ])
  const depositary = registry.domain === domain
  const { last, earlier, checks } = found
  if (!last && !depositary && checks.length === 0) {
    throw new RequestError('not-found', `the log had not heard of ${domain} by then`)
  }
  const { entries, byTime } = news
  return {
    frame: withScript(visit, 'reading.js'),
    ...{ domain, depositary, checks },
    bearer: last && (await bearerOf(sql, last, scope)),
    earlier: earlier.map((p) => ({ name: p.profile.name, index: p.first.index })),
    timeline: (await tellNews(sql, size, entries, byTime)).slice(0, MOST),
    more: entries.length === MOST || entries.length + byTime.length > MOST,
    reports: await reportsOf(sql, entries),
  }
}

async function bearerOf(sql: Sql, party: Party, scope: Scope): Promise<Bearer> {
  const { id, kind, profile, ended, pending } = party
  const { name, jurisdiction, lei } = profile
  const [first, keys, standings, successor] = await Promise.all([
    entryAt(sql, party.first.index),
    heldKeys(sql, id, scope),
    standingsOf(sql, party, scope),
    party.passing && ended ? namedParty(sql, party.passing.to, scope) : null,
  ])
  return {
    ...{ id, name, kind, jurisdiction, lei, standings },
    enrolled: { at: first!.time, index: first!.index },
    ended: ended && { how: ended.how, at: ended.at, index: ended.index, successor },
    pending: pending && { mode: pending.mode, at: pending.at, index: pending.index },
    keys: keys.toReversed(),
  }
}

async function namedParty(sql: Sql, id: string, { size }: Scope) {
  const party = await withState(sql, size, (state) => state.get('party', id)!, [['party', id]])
  return { domain: party.domain, name: party.profile.name }
}

async function standingsOf(sql: Sql, { domain, holdings }: Party, scope: Scope) {
  const instruments = new Map((await listInstruments(sql, scope)).map((i) => [i.id, i]))
  const { at, size } = scope
  return Promise.all(
    holdings
      .filter(({ current, waiting }) => current ?? waiting)
      .map(async ({ instrument, current, waiting }) => ({
        title: instruments.get(instrument)!.versions[(current ?? waiting)!.version - 1]!.title,
        standing: (await standingOf(sql, { at, size, domain, instrument }))!,
      })),
  )
}

async function reportsOf(sql: Sql, entries: readonly EntryChange[]): Promise<Report[]> {
  const indexes = entries.filter((e) => e.type === 'report/v1').map((e) => e.index)
  const down = await takenDown(sql)
  const served = (await entriesAt(sql, indexes)).filter(({ digest }) => !down.has(digest))
  const logged = served.map(readAttestation)
  return logged.reverse().flatMap(({ index, statement }) => {
    if (statement.type !== 'report/v1') return []
    const { title, url, digest, instrument, period } = statement
    return [{ title, url, digest, instrument: instrument.id, period, index }]
  })
}
