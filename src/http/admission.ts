/**
 * Routes: what is public about who is admitted, and how often. Before any statement is read, or a
 * domain asked, the address that sends is counted.
 *
 * @module
 */
import type { Context, Next } from 'hono'
import * as z from 'zod'
import { DAY } from '../accord/text.ts'
import * as a from './answers.ts'
import { SHORT } from './caching.ts'
import { admissionProblem, answerProblem } from './errors.ts'
import { count } from './parameters.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'
import type { Service } from './service.ts'

const admissionRoute = {
  method: 'get',
  path: '/v1/admission',
  tag: 'registry',
  summary: 'What waits, how much is taken, and how much was refused',
  description:
    'Refusals are counted by day (UTC) and code, never by who sent them. A statement that is sent again counts again.',
  query: z.strictObject({ days: count('how many days back', 1, 366).default(30) }),
  answers: json('the registry', a.admission),
} as const

/** Adds the route, and the count before those that take statements. */
export function addAdmission(api: Api): void {
  const { app, service } = api
  app.post('/v1/attestations', counted(service))
  app.post('/v1/check', counted(service))
  app.post('/v1/check-domain', counted(service))
  addRoute(api, admissionRoute, async ({ c, query: { days } }) => {
    const { gate } = service.depositary
    const { address, party, domain } = gate.limits
    const answer = {
      waiting: service.depositary.waiting(),
      limits: { address, party, domain },
      exempt: gate.exempt,
      refusals: await gate.refusals(service.clock() - (days - 1) * DAY),
    }
    return answerJson(c, a.admission, answer, { 'cache-control': SHORT })
  })
}

/** Whoever has sent enough for today is answered before anything is read or signed. */
function counted({ depositary, metrics, addressOf }: Service) {
  return async (c: Context, next: Next): Promise<Response | undefined> => {
    const denial = depositary.gate.charge(addressOf?.(c) ?? null)
    if (!denial) return void (await next())
    metrics.submission('refused', denial.code)
    return answerProblem(c, admissionProblem(denial))
  }
}
