/**
 * Routes: instruments and who signed them.
 *
 * @module
 */
import * as z from 'zod'
import * as s from '../accord/schema.ts'
import type { Instrument, Version } from '../accord/state.ts'
import { formatTime } from '../accord/text.ts'
import { instrumentOf, listInstruments, versionText } from '../register/instrument.ts'
import { listSignatories, type Signatory } from '../register/signatory.ts'
import * as a from './answers.ts'
import { cached } from './caching.ts'
import { formatCsv } from './csv.ts'
import { presentLogged } from './logged.ts'
import { clocks, count, page } from './parameters.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'
import { scopeOf } from './scope.ts'
import type { Service } from './service.ts'

const tag = 'instruments'
const params = z.object({ id: s.instrumentId })
const listQuery = z.strictObject({ ...clocks, ...page, word: a.word.optional() })

const listRoute = {
  method: 'get',
  path: '/v1/instruments',
  summary: 'Every instrument, with its versions',
  tag,
  query: z.strictObject(clocks),
  answers: json('an answer', a.instruments),
} as const

const oneRoute = {
  method: 'get',
  path: '/v1/instruments/{id}',
  summary: 'One instrument, with its versions',
  tag,
  params,
  query: z.strictObject(clocks),
  answers: json('an answer', a.instrumentAnswer),
} as const

const versionRoute = {
  method: 'get',
  path: '/v1/instruments/{id}/versions/{version}',
  summary: 'The text of one version, as it was published',
  tag,
  params: params.extend({ version: count('1, 2, …', 1) }),
  query: z.strictObject(clocks),
  answers: json('an answer', a.logged),
} as const

const signatoriesRoute = {
  method: 'get',
  path: '/v1/instruments/{id}/signatories',
  summary: 'Who signed, and under which word each stands',
  description: 'Nobody is ever taken off this list: a line changes its word.',
  tag,
  params,
  query: listQuery,
  answers: json('an answer', a.signatories),
} as const

const csvRoute = {
  method: 'get',
  path: '/v1/instruments/{id}/signatories.csv',
  summary: 'The same list as CSV (RFC 4180)',
  description:
    'A cell that a spreadsheet would take for a formula is preceded by an apostrophe. The cursor of the page after is in the header `x-next-cursor`.',
  tag,
  params,
  query: listQuery,
  answers: {
    200: { description: 'a header and a line for each', content: { 'text/csv': z.string() } },
  },
} as const

/** Adds the routes. */
export function addInstruments(api: Api): void {
  const { service } = api
  addRoute(api, listRoute, async ({ c, query }) => {
    const scope = scopeOf(service, query)
    const all = await listInstruments(service.sql, scope)
    const answer = { ...scope.echo, instruments: all.map(presentInstrument) }
    return answerJson(c, a.instruments, answer, cached(scope.fixed))
  })
  addRoute(api, oneRoute, async ({ c, params, query }) => {
    const scope = scopeOf(service, query)
    const found = await instrumentOf(service.sql, params.id, scope)
    if (!found) throw noInstrument(params.id)
    const answer = { ...scope.echo, instrument: presentInstrument(found) }
    return answerJson(c, a.instrumentAnswer, answer, cached(scope.fixed))
  })
  addRoute(api, versionRoute, async ({ c, params: { id, version }, query }) => {
    const scope = scopeOf(service, query)
    const found = await versionText(service.sql, id, version, scope)
    if (!found) throw new RequestError('not-found', `no version ${version} of ${id} then`)
    return answerJson(c, a.logged, presentLogged(found), cached(true))
  })
  addRoute(api, signatoriesRoute, async ({ c, params, query }) => {
    const { answer, fixed } = await signatoriesOf(service, params.id, query)
    return answerJson(c, a.signatories, answer, cached(fixed))
  })
  addRoute(api, csvRoute, async ({ c, params, query }) => {
    const { answer, fixed } = await signatoriesOf(service, params.id, query)
    const next = answer.next === null ? {} : { 'x-next-cursor': answer.next }
    const type = { 'content-type': 'text/csv; charset=utf-8; header=present' }
    const rows = answer.signatories.map((line) => COLUMNS.map((column) => line[column]))
    return c.body(formatCsv(COLUMNS, rows), 200, { ...cached(fixed), ...next, ...type })
  })
}

/** The columns of the CSV: fields of a signatory. */
const COLUMNS = [
  'domain',
  'name',
  'kind',
  'jurisdiction',
  'version',
  'word',
  'suspended',
  'bound',
  'signed',
  'since',
  'until',
  'reservations',
  'index',
  'party',
] as const

async function signatoriesOf(service: Service, id: string, query: z.output<typeof listQuery>) {
  const scope = scopeOf(service, query)
  const { cursor, limit, word } = query
  const words = word && [word]
  const found = await listSignatories(service.sql, id, { ...scope, cursor, limit, words })
  if (!found) throw noInstrument(id)
  const { signatories, total, bound, next } = found
  const lines = signatories.map(presentSignatory)
  const answer = { ...scope.echo, instrument: id, total, bound, signatories: lines, next }
  return { answer, fixed: scope.fixed }
}

function presentSignatory(line: Signatory): z.output<typeof a.signatory> {
  return {
    ...line,
    signed: formatTime(line.signed),
    since: line.since === null ? null : formatTime(line.since),
    until: line.until === null ? null : formatTime(line.until),
  }
}

function presentInstrument({ id, kind, versions }: Instrument) {
  return { id, kind, versions: versions.map(presentVersion) }
}

function presentVersion(v: Version) {
  const { version, digest, index, title, openTo, terms, clauses, inForce } = v
  const force = inForce && { time: formatTime(inForce.time), index: inForce.index }
  return { version, digest, index, title, open_to: openTo, terms, clauses, in_force: force }
}

function noInstrument(id: string): RequestError {
  return new RequestError('not-found', `no instrument ${id} was published by then`)
}
