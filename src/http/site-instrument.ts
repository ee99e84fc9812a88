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
import { chosenFrom, type Filter } from '../pages/filter.ts'
import {
  InstrumentPage,
  InstrumentsPage,
  type InstrumentView,
  type VersionLine,
} from '../pages/instrument.tsx'
import type { List } from '../pages/signatories.tsx'
import { instrumentOf, listInstruments, versionText } from '../register/instrument.ts'
import { entriesAt } from '../register/log.ts'
import { everSigned, type RollLine, reserving, rollOf } from '../register/roll.ts'
import { listSignatories } from '../register/signatory.ts'
import { word } from './answers.ts'
import { page } from './parameters.ts'
import { RequestError } from './request-error.ts'
import type { Scope } from './scope.ts'
import { signableFrom } from './site-home.ts'
import { addVisit, type Site, type Visit, withScript } from './visit.ts'

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
  addVisit(site, '/instruments', {}, async ({ service, scope, frame, ask }) => {
    const all = await listInstruments(service.sql, scope)
    const instruments = await Promise.all(
      all.map((i) => ask(`signable ${i.id}`, () => signableFrom(service, i, scope))),
    )
    return InstrumentsPage({ frame, instruments })
  })
  addVisit(site, '/instruments/:id', shape, async (visit) => {
    const instrument = await demandInstrument(visit)
    const latest = instrument.versions.length
    const { sql } = visit.service
    const [view, list, lapsed] = await Promise.all([
      viewOf(visit, instrument, latest),
      listOf(visit, instrument.id),
      visit.ask(`lapsed ${instrument.id}`, () => lapsedOf(sql, instrument.id, visit.scope)),
    ])
    const frame = withScript(visit, 'reading.js')
    return InstrumentPage({ ...view, frame, list, lapsed })
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
  { service: { sql }, scope, frame, ask }: Visit,
  { id, versions }: Instrument,
  version: number,
): Promise<Omit<InstrumentView, 'list' | 'lapsed'>> {
  const [text, lines, reserved] = await Promise.all([
    demandText(sql, id, version, scope),
    linesOf(sql, versions),
    ask(`reserved ${id}`, () => reservedOf(sql, id, scope)),
  ])
  const line = lines[version - 1]!
  const made = reserved.filter(({ standing }) => standing.version.signed === version)
  return { frame, versions: lines, line, text, reserved: made }
}

/** Those that stand by a text, or are about to, with reservations. */
async function reservedOf(sql: Sql, id: string, scope: Scope): Promise<RollLine[]> {
  const roll = await rollOf(sql, id, await reserving(sql, id, scope), scope)
  return roll.filter(({ standing: { commitment, caveats } }) => {
    const live = isBinding(commitment.word) || WAITING.includes(commitment.word)
    return live && caveats.reservations.length > 0
  })
}

const WAITING: readonly string[] = ['pending', 'unratified']

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
async function listOf(
  { service: { sql }, scope, query, ask }: Visit<Query>,
  id: string,
): Promise<List> {
  const { cursor = null, ...asked } = query
  const filter = filterOf(asked)
  const { at, size } = scope
  const whole = isWhole(filter)
  const words = query.word && [query.word]
  const from = whole || cursor === null ? {} : { cursor }
  const page = { at, size, words, limit: whole ? 1 : LINES, ...from }
  // As JSON: no cursor is not the cursor `undefined`.
  const question = `list ${JSON.stringify([id, page.limit, query.word, from.cursor])}`
  const found = await ask(question, async () => (await listSignatories(sql, id, page))!)
  const { bound, tally } = found
  const same = { id, bound, tally, filter, cursor }
  if (!whole) {
    const ids = found.signatories.map((line) => line.party)
    const lines = await ask(`lines ${question}`, () => rollOf(sql, id, ids, scope))
    return { ...same, lines, total: found.total, next: found.next }
  }
  const all = await ask(`roll ${id}`, async () =>
    rollOf(sql, id, await everSigned(sql, id, scope), scope),
  )
  return { ...same, ...pageFrom(all, filter, /^\d{1,9}$/.test(cursor ?? '') ? Number(cursor) : 0) }
}

/** Whether the order or the conditions are none that the store has an index for. */
function isWhole({ word: _, sort, ...others }: Filter): boolean {
  return (sort !== null && sort !== 'domain') || Object.values(others).some((v) => v !== null)
}

function pageFrom(all: readonly RollLine[], filter: Filter, from: number) {
  const chosen = chosenFrom(all, filter)
  const lines = chosen.slice(from, from + LINES)
  const to = from + LINES
  return { lines, total: chosen.length, next: to < chosen.length ? String(to) : null }
}

function filterOf(query: Omit<Query, 'cursor'>): Filter {
  const { word = null, version = null, control = null } = query
  const { reporting = null, reservations = null, sort = null } = query
  return { word, version, control, reporting, reservations, sort }
}
