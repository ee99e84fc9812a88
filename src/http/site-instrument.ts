/**
 * The pages of instruments.
 *
 * @module
 */
import * as z from 'zod'
import type { Sql } from '../../db/sql.ts'
import * as s from '../accord/schema.ts'
import type { Instrument, Version } from '../accord/state.ts'
import type { InstrumentV1 } from '../accord/statement.ts'
import { isBinding } from '../accord/word.ts'
import {
  InstrumentPage,
  InstrumentsPage,
  type InstrumentView,
  type Text,
  type VersionLine,
} from '../pages/instrument.tsx'
import type { Filter, List } from '../pages/signatories.tsx'
import { instrumentOf, listInstruments, versionText } from '../register/instrument.ts'
import { entriesAt } from '../register/log.ts'
import { everSigned, type RollLine, reserving, rollOf } from '../register/roll.ts'
import { listSignatories } from '../register/signatory.ts'
import { word } from './answers.ts'
import { page } from './parameters.ts'
import { RequestError } from './request-error.ts'
import type { Scope } from './scope.ts'
import { signableFrom } from './site-home.ts'
import { addVisit, type Site, type Visit } from './visit.ts'

/** How many lines one page has. */
const LINES = 50

const shape = {
  word: word.optional(),
  version: z.enum(['current', 'superseded']).optional(),
  control: z.enum(['confirmed', 'stale', 'mismatch', 'recovering']).optional(),
  reporting: z.enum(['none-required', 'up-to-date', 'due', 'missed']).optional(),
  reservations: z.enum(['with', 'without']).optional(),
  sort: z.enum(['domain', 'name', 'signed', 'until', 'word']).optional(),
  cursor: page.cursor,
}
type Query = z.output<z.ZodObject<typeof shape>>

/** Adds the pages of instruments. */
export function addInstrument(site: Site): void {
  addVisit(site, '/instruments', {}, async ({ service, scope, frame }) => {
    const all = await listInstruments(service.sql, scope)
    const instruments = await Promise.all(all.map((i) => signableFrom(service, i, scope)))
    return InstrumentsPage({ frame, instruments })
  })
  addVisit(site, '/instruments/:id', shape, async (visit) => {
    const instrument = await demandInstrument(visit)
    const latest = instrument.versions.length
    const { sql } = visit.service
    const [view, list, lapsed] = await Promise.all([
      viewOf(visit, instrument, latest),
      listOf(sql, instrument.id, visit.scope, visit.query),
      lapsedOf(sql, instrument.id, visit.scope),
    ])
    return InstrumentPage({ ...view, list, lapsed })
  })
  addVisit(site, '/instruments/:id/:version{v[1-9][0-9]{0,6}}', {}, async (visit) => {
    const instrument = await demandInstrument(visit)
    const version = Number(visit.c.req.param('version')!.slice(1))
    const view = await viewOf(visit, instrument, version)
    return InstrumentPage({ ...view, list: null, lapsed: null })
  })
}

/** The instrument that a path names. @throws {RequestError} `not-found` */
export async function demandInstrument({ c, service, scope }: Visit): Promise<Instrument> {
  const id = c.req.param('id')!
  const known = s.instrumentId.safeParse(id).success
  const found = known ? await instrumentOf(service.sql, id, scope) : null
  if (!found) throw new RequestError('not-found', `no instrument ${id} was published by then`)
  return found
}

async function viewOf(
  { service: { sql }, scope, frame }: Visit,
  instrument: Instrument,
  version: number,
): Promise<Omit<InstrumentView, 'list' | 'lapsed'>> {
  const versions = await linesOf(sql, instrument.versions)
  return { frame, versions, ...(await textOf(sql, instrument.id, versions, version, scope)) }
}

async function textOf(
  sql: Sql,
  id: string,
  versions: readonly VersionLine[],
  version: number,
  scope: Scope,
): Promise<Text> {
  const line = versions[version - 1]
  const text = await demandText(sql, id, version, scope)
  const reserved = await rollOf(sql, id, await reserving(sql, id, scope), scope)
  return { line: line!, text, reserved: reserved.filter((r) => reservedTo(r, version)) }
}

/** The text of a version. @throws {RequestError} `not-found` */
export async function demandText(
  sql: Sql,
  id: string,
  version: number,
  scope: Scope,
): Promise<InstrumentV1> {
  const found = await versionText(sql, id, version, scope)
  if (!found) throw new RequestError('not-found', `no version ${version} of ${id} then`)
  return found.statement as InstrumentV1
}

function reservedTo({ standing }: RollLine, version: number): boolean {
  const { commitment, version: to, caveats } = standing
  const live = isBinding(commitment.word) || ['pending', 'unratified'].includes(commitment.word)
  return live && to.signed === version && caveats.reservations.length > 0
}

/** Versions, with the times at which they were published. */
export async function linesOf(sql: Sql, versions: readonly Version[]): Promise<VersionLine[]> {
  const entries = await entriesAt(
    sql,
    versions.map((v) => v.index),
  )
  const times = new Map(entries.map((e) => [e.index, e.time]))
  return versions.map(({ version, title, digest, index, openTo, terms, inForce }) => ({
    ...{ version, title, digest, index, openTo, terms },
    at: times.get(index)!,
    inForce: inForce?.time ?? null,
  }))
}

async function lapsedOf(sql: Sql, id: string, { at, size }: Scope): Promise<RollLine[]> {
  const found = await listSignatories(sql, id, { at, size, words: ['lapsed'], limit: LINES })
  const ids = found!.signatories.map((line) => line.party)
  return rollOf(sql, id, ids, { at, size })
}

/** The list as it was asked for: by domain it is read page by page, else it is read whole. */
async function listOf(sql: Sql, id: string, { at, size }: Scope, query: Query): Promise<List> {
  const { cursor = null, ...asked } = query
  const filter = filterOf(asked)
  const { version, control, reporting, reservations, sort } = filter
  const words = query.word && [query.word]
  const byDomain = sort === null || sort === 'domain'
  const whole = !byDomain || [version, control, reporting, reservations].some((v) => v !== null)
  const paged = { at, size, words, limit: whole ? 1 : LINES }
  const found = (await listSignatories(sql, id, whole || !cursor ? paged : { ...paged, cursor }))!
  const { bound, tally, total, next } = found
  if (!whole) {
    const ids = found.signatories.map((line) => line.party)
    const lines = await rollOf(sql, id, ids, { at, size })
    return { id, lines, total, bound, tally, filter, cursor, next }
  }
  const all = await rollOf(sql, id, await everSigned(sql, id, { at, size }), { at, size })
  const chosen = all.filter((line) => fits(line, filter)).sort(ORDERS[sort ?? 'domain'])
  const from = Number(cursor ?? 0) || 0
  const to = from + LINES
  return {
    ...{ id, bound, tally, filter, cursor },
    lines: chosen.slice(from, to),
    total: chosen.length,
    next: to < chosen.length ? String(to) : null,
  }
}

function filterOf(query: Omit<Query, 'cursor'>): Filter {
  const { word = null, version = null, control = null } = query
  const { reporting = null, reservations = null, sort = null } = query
  return { word, version, control, reporting, reservations, sort }
}

function fits({ standing: how }: RollLine, filter: Filter): boolean {
  const has = how.caveats.reservations.length > 0 ? 'with' : 'without'
  return (
    (filter.word ?? how.commitment.word) === how.commitment.word &&
    (filter.version ?? how.version.word) === how.version.word &&
    (filter.control ?? how.control.word) === how.control.word &&
    (filter.reporting ?? how.reporting.word) === how.reporting.word &&
    (filter.reservations ?? has) === has
  )
}

type Order = (a: RollLine, b: RollLine) => number

const compared = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const byDomain: Order = (a, b) => compared(a.domain, b.domain)

/** Times are spelled so that their order is that of their texts; what has no end comes last. */
const ORDERS: Readonly<Record<NonNullable<Filter['sort']>, Order>> = {
  domain: byDomain,
  name: (a, b) => compared(a.name.toLowerCase(), b.name.toLowerCase()) || byDomain(a, b),
  signed: (a, b) =>
    compared(b.standing.commitment.signed ?? '', a.standing.commitment.signed ?? '') ||
    byDomain(a, b),
  until: (a, b) =>
    compared(a.standing.commitment.until ?? '~', b.standing.commitment.until ?? '~') ||
    byDomain(a, b),
  word: (a, b) =>
    compared(a.standing.commitment.word, b.standing.commitment.word) || byDomain(a, b),
}
