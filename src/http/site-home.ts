/**
 * The first page, and the list of texts.
 *
 * @module
 */
import type { Instrument } from '../accord/state.ts'
import type { Series } from '../pages/curve.tsx'
import { type Home, HomePage, type Signable } from '../pages/home.tsx'
import { curvesOf } from '../register/curve.ts'
import { listInstruments } from '../register/instrument.ts'
import { entryAt } from '../register/log.ts'
import { newsOf } from '../register/news.ts'
import { countParties } from '../register/party.ts'
import { listSignatories } from '../register/signatory.ts'
import { tellNews } from './site-text.ts'
import { addVisit, type Site, type Visit } from './visit.ts'

/** How many changes the first page tells of. */
const MOST = 8

/** Adds the first page. */
export function addHome(site: Site): void {
  addVisit(site, '/', {}, async (visit) => HomePage(await homeOf(visit)))
}

async function homeOf({ service: { sql }, scope, frame, ask }: Visit): Promise<Home> {
  const { at, size } = scope
  const [instruments, news, curves, parties, first] = await Promise.all([
    listInstruments(sql, scope),
    ask('home news', () => newsOf(sql, { at, size, limit: MOST })),
    ask('curves', () => curvesOf(sql, scope)),
    countParties(sql, scope),
    entryAt(sql, 0),
  ])
  const signable = await Promise.all(
    instruments.map((i) => ask(`signable ${i.id}`, () => signableFrom({ sql }, i, scope))),
  )
  const series = signable.map(({ id, title, bound }): Series => {
    const points = (curves.get(id) ?? []).filter((p) => p.at < at)
    return { id, title, points: [...points, { at, bound }] }
  })
  return {
    ...{ frame, parties, size, at },
    instruments: signable.sort((a, b) => b.bound - a.bound),
    founded: first!.time,
    curves: series
      .filter((s) => s.points.length > 1)
      .sort((a, b) => b.points.at(-1)!.bound - a.points.at(-1)!.bound),
    news: (await tellNews(sql, size, news.entries, news.byTime)).slice(0, MOST),
  }
}

/** A text and how many stand by it. */
export async function signableFrom(
  { sql }: Pick<Visit['service'], 'sql'>,
  { id, kind, versions }: Instrument,
  { at, size }: Visit['scope'],
): Promise<Signable> {
  const { title, version, openTo } = versions.at(-1)!
  const { bound, total } = (await listSignatories(sql, id, { at, size, limit: 1 }))!
  return { id, kind, title, version, openTo, bound, total }
}
