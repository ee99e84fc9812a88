/**
 * Due dates as calendars: what comes by time alone, for a party and for all that signed an
 * instrument.
 *
 * A calendar follows from the log at a tree size alone, so that the size is its entity tag: events
 * keep their UID for ever, SEQUENCE counts the entries that moved one, and DTSTAMP is the time of
 * the last of them.
 *
 * See https://www.rfc-editor.org/rfc/rfc5545.
 *
 * @module
 */
import type { Context } from 'hono'
import ical, { ICalAlarmType, type ICalCalendar, ICalEventTransparency } from 'ical-generator'
import * as z from 'zod'
import type { Sql } from '../../db/sql.ts'
import { type Deadline, deadlinesOf, identityOf, registryDeadlines } from '../accord/deadline.ts'
import { lastParty } from '../accord/party.ts'
import * as s from '../accord/schema.ts'
import type { State } from '../accord/state.ts'
import { DAY } from '../accord/text.ts'
import { adviseDeadline, sayDeadline, sayParty } from '../client/reminders.ts'
import { comingParties } from '../register/coming.ts'
import { instrumentOf } from '../register/instrument.ts'
import { withState } from '../register/state.ts'
import { cached, unchanged } from './caching.ts'
import { clocks } from './parameters.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute } from './route.ts'
import { sizeOf } from './scope.ts'
import type { Service } from './service.ts'

const answers = {
  200: { description: 'a calendar', content: { 'text/calendar': z.string() } },
} as const
const query = z.strictObject({ size: clocks.size })

const partyRoute = {
  method: 'get',
  path: '/v1/parties/{domain}/due.ics',
  tag: 'calendars',
  summary: 'Everything that comes by time alone for a party, as a calendar to subscribe to',
  description:
    'Renewals, reports, announced changes of keys, withdrawals, successions, and when the last check of the domain is too old. What an entry has done away with is not in it any more.',
  params: z.object({ domain: s.domain }),
  query,
  answers,
} as const

const instrumentRoute = {
  method: 'get',
  path: '/v1/instruments/{id}/due.ics',
  tag: 'calendars',
  summary: 'What comes by time alone for the parties to an instrument, as a calendar',
  description: 'Of the parties whose commitments change next, up to 200.',
  params: z.object({ id: s.instrumentId }),
  query,
  answers,
} as const

/** Of how many parties the calendar of an instrument tells. */
const PARTIES = 200

/** Adds the routes. */
export function addCalendars(api: Api): void {
  const { service } = api
  addRoute(api, partyRoute, async ({ c, params: { domain }, query }) =>
    answerCalendar(c, service, query, (size) => partyCalendar(service, domain, size)),
  )
  addRoute(api, instrumentRoute, async ({ c, params: { id }, query }) =>
    answerCalendar(c, service, query, (size) => instrumentCalendar(service, id, size)),
  )
}

async function answerCalendar(
  c: Context,
  service: Service,
  query: { readonly size?: number | undefined },
  make: (size: number) => Promise<ICalCalendar>,
): Promise<Response> {
  const size = sizeOf(service, query.size)
  const headers = { ...cached(query.size !== undefined), etag: `"${size}"` }
  if (unchanged(c, headers.etag)) return c.body(null, 304, headers)
  const calendar = await make(size)
  return c.body(`${calendar.toString()}\r\n`, 200, {
    ...headers,
    'content-type': 'text/calendar; charset=utf-8',
  })
}

async function partyCalendar(service: Service, domain: string, size: number) {
  const found = await withState(service.sql, size, (state) => {
    const party = lastParty(state, domain)
    if (!party) return null
    const deadlines = [...deadlinesOf(state, party, state.time), ...registryDeadlines(state)]
    return { name: sayParty({ domain, name: party.profile.name }), ...stamped(state, deadlines) }
  })
  if (!found) throw new RequestError('not-found', `no party ${domain} then`)
  const url = `${service.base}/parties/${domain}`
  return calendarOf(service, { ...found, url })
}

async function instrumentCalendar(service: Service, id: string, size: number) {
  const { sql } = service
  if (!(await instrumentOf(sql, id, { at: service.clock(), size }))) {
    throw new RequestError('not-found', `no instrument ${id} was published by then`)
  }
  const found = await signatoryDeadlines(sql, id, size)
  const url = `${service.base}/instruments/${id}`
  return calendarOf(service, { name: id, ...found, url })
}

async function signatoryDeadlines(sql: Sql, id: string, size: number) {
  const ids = await comingParties(sql, id, size, PARTIES)
  return withState(
    sql,
    size,
    (state) => {
      const parties = ids.map((party) => state.get('party', party)!)
      const deadlines = parties.flatMap((p) => deadlinesOf(state, p, state.time))
      return stamped(
        state,
        deadlines.filter((d) => d.instrument?.id === id),
      )
    },
    ids.map((party) => ['party', party]),
  )
}

/** Deadlines, and when the log last said something of each. */
interface Stamped {
  readonly deadlines: readonly (Deadline & { readonly stamp: number })[]
}

function stamped(state: State, deadlines: readonly Deadline[]): Stamped {
  return {
    deadlines: deadlines.map((d) => ({ ...d, stamp: state.get('entry', String(d.index))! })),
  }
}

/** What a calendar is made of. */
interface Calendar extends Stamped {
  readonly name: string
  readonly url: string
}

function calendarOf({ origin }: Service, { name, url, deadlines }: Calendar): ICalCalendar {
  const calendar = ical({
    name: escaped(`Due: ${name}`),
    prodId: '//Accord//registry of commitments//EN',
    url,
    ttl: DAY / 4,
  })
  for (const deadline of deadlines) addEvent(calendar, origin, url, deadline)
  return calendar
}

function addEvent(
  calendar: ICalCalendar,
  origin: string,
  url: string,
  deadline: Stamped['deadlines'][number],
): void {
  const { at, stamp, what, index, rests } = deadline
  const summary = sayDeadline(deadline)
  const event = calendar.createEvent({
    // An origin may hold what would end the property; a UID may not.
    id: `${identityOf(deadline)}@${encodeURIComponent(origin)}`,
    sequence: index - rests,
    stamp: new Date(stamp * 1000),
    start: new Date(at * 1000),
    summary,
    description: [adviseDeadline(deadline), `Entry ${index} of the log ${origin}.`]
      .filter((line) => line !== null)
      .join('\n'),
    url,
    transparency: ICalEventTransparency.TRANSPARENT,
  })
  for (const days of BEFORE[what] ?? []) {
    event.createAlarm({
      type: ICalAlarmType.display,
      triggerBefore: days * DAY,
      description: summary,
    })
  }
}

/** How many days before there is an alarm: where somebody can do something about it. */
const BEFORE: Readonly<Partial<Record<Deadline['what'], readonly number[]>>> = {
  due: [0],
  overdue: [14, 3],
  lapsed: [30, 7],
  'report-due': [0],
  'report-missed': [7],
  recovered: [7, 1],
  'recovery-replaced': [7, 1],
  released: [7, 1],
  passed: [7, 1],
  'taken-over': [7, 1],
}

/** The package writes the calendar's name as it is given, and names come from whoever enrols. */
function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&')
}
