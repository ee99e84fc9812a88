/**
 * Route: what a domain shows now, asked by whoever is about to enrol it.
 *
 * @module
 */
import * as z from 'zod'
import * as s from '../accord/schema.ts'
import { differenceOf, verdictOf } from '../domain/advice.ts'
import type { Sighting } from '../domain/ask.ts'
import { keyFault } from '../domain/binding.ts'
import * as a from './answers.ts'
import { readObject } from './body.ts'
import { NEVER } from './caching.ts'
import { admissionProblem, answerProblem } from './errors.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'

/** Keys that a domain is to show. */
const wanted = z
  .strictObject({ domain: s.domain, keys: s.set(s.vkey, 1, 8) })
  .meta({ id: 'WantedKeys' })

const route = {
  method: 'post',
  path: '/v1/check-domain',
  tag: 'attestations',
  summary: 'Ask whether a domain shows these keys now',
  description:
    'The domain is asked as it would be for an enrolment. Nothing is logged. Counted as statements are: 429 where it was asked enough.',
  body: {
    description: 'the domain, and the keys that it is to show',
    content: { 'application/json': wanted },
  },
  answers: json('what was seen', a.domainCheck),
} as const

/** Adds the route. */
export function addDomainCheck(api: Api): void {
  const { depositary } = api.service
  addRoute(api, route, async ({ c }) => {
    const { domain, keys } = await readObject(c.req.raw, wanted)
    const fault = keys.map((key) => keyFault(key, domain)).find((f) => f !== null)
    if (fault !== undefined) throw new RequestError('malformed-body', `keys: ${fault}`)
    const seen = await depositary.look(domain)
    if ('code' in seen) return answerProblem(c, admissionProblem(seen))
    const answer = {
      domain,
      verdict: seen.length === 0 ? ('by-hand' as const) : verdictOf(seen, keys),
      channels: seen.map((sighting) => channelOf(sighting, keys)),
    }
    return answerJson(c, a.domainCheck, answer, { 'cache-control': NEVER })
  })
}

function channelOf(sighting: Sighting, keys: readonly string[]) {
  const { check, why, remarks } = sighting
  const { method, missing, surplus } = differenceOf(sighting, keys)
  const { at, evidence } = check
  return { method, at, asked: evidence.asked, keys: check.keys, missing, surplus, why, remarks }
}
