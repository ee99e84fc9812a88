/**
 * Routes: what this registry is, how it does, and what its codes mean.
 *
 * @module
 */
import * as z from 'zod'
import { REFUSALS } from '../accord/refusal.ts'
import { formatTime } from '../accord/text.ts'
import { ADMISSION_CODES } from '../client/advice.ts'
import { lagOf } from '../depositary/witnesses.ts'
import { registryAt } from '../register/instrument.ts'
import * as a from './answers.ts'
import { NEVER, SHORT } from './caching.ts'
import { explain, unavailable } from './errors.ts'
import { REQUEST_CODES, RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'
import { scopeOf } from './scope.ts'

const tag = 'registry'

const registryRoute = {
  method: 'get',
  path: '/.well-known/accord-registry',
  tag,
  summary: 'Which log this is, and where everything is',
  answers: json('the registry', a.registryAnswer),
} as const

const policyRoute = {
  method: 'get',
  path: '/policy.txt',
  tag,
  summary: "The registry's own policy file",
  description:
    'Whom to trust is better learnt from somebody else: a witness, a newspaper, a mirror.',
  answers: { 200: { description: 'a policy', content: { 'text/plain': z.string() } } },
} as const

const problemRoute = {
  method: 'get',
  path: '/problems/{code}',
  tag,
  summary: 'What a code means, and what to do',
  params: z.object({ code: z.string().meta({ examples: ['stale-previous'] }) }),
  answers: json('the code', a.explanation),
} as const

const problemsRoute = {
  method: 'get',
  path: '/problems',
  tag,
  summary: 'Every code',
  answers: json('the codes', a.explanations),
} as const

const witnessesRoute = {
  method: 'get',
  path: '/v1/witnesses',
  tag,
  summary: 'How the witnesses do that this registry asks',
  description:
    "The registry's word, since its start. What a witness has cosigned stands in the checkpoint, and at the witness itself.",
  answers: json('the witnesses', a.witnesses),
} as const

const healthRoute = {
  method: 'get',
  path: '/healthz',
  tag,
  summary: 'Whether statements are taken',
  answers: json('they are', a.health),
} as const

/** Adds the routes. */
export function addAbout(api: Api): void {
  const { app, service } = api
  const { base, origin } = service
  addRoute(api, registryRoute, async ({ c }) => {
    const { domain, keeping } = await registryAt(service.sql, scopeOf(service, {}))
    const answer = {
      ...{ origin, vkey: keeping.log[0]!, depositary: domain },
      policy: `${base}/policy.txt`,
      api: `${base}/v1`,
      openapi: `${base}/openapi.json`,
      mirror_of: service.mirrorOf?.url ?? null,
      mirror_vkey: service.mirrorOf?.vkey ?? null,
    }
    return answerJson(c, a.registryAnswer, answer, { 'cache-control': SHORT })
  })
  addRoute(api, policyRoute, async ({ c }) =>
    c.body(service.policy, 200, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': SHORT,
    }),
  )
  addRoute(api, problemRoute, async ({ c, params: { code } }) =>
    answerJson(c, a.explanation, explanationOf(code), { 'cache-control': SHORT }),
  )
  addRoute(api, problemsRoute, async ({ c }) => {
    const codes = [REFUSALS, ADMISSION_CODES, REQUEST_CODES].flatMap((of) => Object.keys(of))
    return answerJson(c, a.explanations, codes.map(explanationOf), { 'cache-control': SHORT })
  })
  addRoute(api, witnessesRoute, async ({ c }) => {
    const { size } = service.depositary.published()
    const witnesses = service.depositary.witnesses().map((status) => ({
      ...status,
      lag: lagOf(status, size),
      last: status.last === null ? null : formatTime(status.last),
    }))
    return answerJson(c, a.witnesses, { size, witnesses }, { 'cache-control': SHORT })
  })
  addRoute(api, healthRoute, async ({ c }) => {
    const stopped = service.depositary.stopped()
    if (stopped) throw unavailable(stopped)
    const { size } = service.depositary.published()
    const answer = { size, waiting: service.depositary.waiting() }
    return answerJson(c, a.health, answer, { 'cache-control': NEVER })
  })
  app.get('/metrics', async (c) => {
    const { contentType } = service.metrics
    return c.body(await service.metrics.text(), 200, {
      'content-type': contentType,
      'cache-control': NEVER,
    })
  })
}

function explanationOf(code: string) {
  const found = explain(code)
  if (!found) throw new RequestError('not-found', `no code ${code}`)
  return { code, ...found }
}
