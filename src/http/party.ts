/**
 * Routes: parties, what they said, and how they stand.
 *
 * @module
 */
import * as z from 'zod'
import type { Sql } from '../../db/sql.ts'
import { controlWord } from '../accord/control.ts'
import * as s from '../accord/schema.ts'
import type { Commitment, Instrument, Party, PendingChange, Rules } from '../accord/state.ts'
import { formatTime } from '../accord/text.ts'
import { versionOf, wordAt } from '../accord/word.ts'
import { listInstruments, registryAt } from '../register/instrument.ts'
import { historyOf, listParties, partyOf } from '../register/party.ts'
import { standingOf } from '../register/standing.ts'
import * as a from './answers.ts'
import { cached } from './caching.ts'
import { clocks, count, page } from './parameters.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { Service } from './service.ts'

const tag = 'parties'
const params = z.object({ domain: s.domain })

const listRoute = {
  method: 'get',
  path: '/v1/parties',
  summary: 'Every party, by domain',
  tag,
  query: z.strictObject({ ...clocks, ...page }),
  answers: json('an answer', a.parties),
} as const

const oneRoute = {
  method: 'get',
  path: '/v1/parties/{domain}',
  summary: 'Who bears a domain, and what its next statement names as previous',
  tag,
  params,
  query: z.strictObject(clocks),
  answers: json('an answer', a.domainAnswer),
} as const

const historyRoute = {
  method: 'get',
  path: '/v1/parties/{domain}/history',
  summary: 'Everything said by a domain or about it',
  tag,
  params,
  query: z.strictObject({
    ...clocks,
    limit: page.limit,
    cursor: count('`next` of the page before').optional(),
  }),
  answers: json('an answer', a.history),
} as const

const standingRoute = {
  method: 'get',
  path: '/v1/parties/{domain}/standing',
  summary: 'How a party stands under an instrument',
  description:
    "The registry's word. Whoever must be sure replays the log: the tiles prove what this says.",
  tag,
  params,
  query: z.strictObject({ ...clocks, instrument: s.instrumentId }),
  answers: json('an answer', a.standingAnswer),
} as const

/** Adds the routes. */
export function addParties(api: Api): void {
  const { service } = api
  const { sql } = service
  addRoute(api, listRoute, async ({ c, query }) => {
    const { cursor, limit } = query
    const scope = scopeOf(service, query)
    const { parties, next } = await listParties(sql, { ...scope, cursor, limit })
    const lines = parties.map((line) => ({ ...line, ended: presentEnded(line.ended) }))
    return answerJson(c, a.parties, { ...scope.echo, parties: lines, next }, cached(scope.fixed))
  })
  addRoute(api, oneRoute, async ({ c, params: { domain }, query }) => {
    const scope = scopeOf(service, query)
    const answer = await domainAnswer(service, domain, scope)
    return answerJson(c, a.domainAnswer, answer, cached(scope.fixed))
  })
  addRoute(api, historyRoute, async ({ c, params: { domain }, query }) => {
    const { cursor, limit } = query
    const scope = scopeOf(service, query)
    const { acts, next } = await historyOf(sql, domain, { ...scope, cursor, limit })
    const lines = acts.map((act) => ({ ...act, time: formatTime(act.time) }))
    const answer = { ...scope.echo, domain, acts: lines, next }
    return answerJson(c, a.history, answer, cached(scope.fixed))
  })
  addRoute(api, standingRoute, async ({ c, params: { domain }, query }) => {
    const { instrument } = query
    const scope = scopeOf(service, query)
    const standing = await standingOf(sql, { domain, instrument, ...scope })
    if (!standing) throw new RequestError('not-found', `no ${domain}, or no ${instrument}, then`)
    return answerJson(c, a.standingAnswer, { ...scope.echo, standing }, cached(scope.fixed))
  })
}

async function domainAnswer({ sql }: Service, domain: string, scope: Scope) {
  const registry = await registryAt(sql, scope)
  const { current, last, earlier, checks, head } = await partyOf(sql, domain, scope)
  const depositary = registry.domain === domain
  if (!last && !depositary && checks.length === 0) {
    throw new RequestError('not-found', `the log had not heard of ${domain}`)
  }
  const present = (party: Party) => presentParty(sql, party, registry.rules, scope)
  const former = [...earlier, ...(last && !current ? [last] : [])]
  return {
    ...{ ...scope.echo, domain, depositary, head },
    party: current && (await present(current)),
    former: await Promise.all(former.map(present)),
    checks: checks.map((check) => ({ ...check, at: formatTime(check.at) })),
  }
}

async function presentParty(sql: Sql, party: Party, rules: Rules, scope: Scope) {
  const { id, domain, kind, profile, first, enrolled, head } = party
  const instruments = new Map((await listInstruments(sql, scope)).map((i) => [i.id, i]))
  return {
    ...{ id, domain, kind, ...profile, first, enrolled, head },
    pending: presentPending(party.pending),
    ended: presentEnded(party.ended),
    control: controlWord(party, rules, scope.at),
    holdings: party.holdings.flatMap(({ instrument, current }) =>
      current ? presentCommitment(instruments.get(instrument)!, current, party, scope.at) : [],
    ),
  }
}

function presentCommitment(instrument: Instrument, current: Commitment, party: Party, at: number) {
  const { version, suspended, until } = current
  const word = wordAt(current, party, versionOf(instrument, version).terms, at)
  const time = until === null ? null : formatTime(until)
  return { instrument: instrument.id, version, word, suspended, until: time }
}

function presentPending(pending: PendingChange | null) {
  if (!pending) return null
  const { mode, digest, index, since, at } = pending
  return { mode, digest, index, since: formatTime(since), at: formatTime(at) }
}

function presentEnded(ended: Party['ended']) {
  return ended && { how: ended.how, at: formatTime(ended.at), index: ended.index }
}
