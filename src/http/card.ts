/**
 * Routes: who the officers are that signed.
 *
 * @module
 */
import * as z from 'zod'
import { officersOf, parseCard } from '../accord/card.ts'
import * as s from '../accord/schema.ts'
import { attestationOf, withholdingOf } from '../register/log.ts'
import * as a from './answers.ts'
import { NEVER } from './caching.ts'
import { isPublished, notLogged } from './logged.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'

const route = {
  method: 'get',
  path: '/v1/attestations/{digest}/cards',
  tag: 'attestations',
  summary: 'The officers that a statement names, with their cards while those are kept',
  description:
    "The SHA-256 of a card's text is the digest that the officers' keys signed. Cards are never in the log, are never cached, and may be erased: then the answer is 410 with the notice. What is copied from here is the copier's to erase.",
  params: z.object({ digest: s.digest }),
  answers: json('the officers, in the order of the statement', a.cards),
} as const

/** Persons are kept by no cache and no search engine. */
const PRIVATE = { 'cache-control': NEVER, 'x-robots-tag': 'noindex' }

/** Adds the route. */
export function addCards(api: Api): void {
  const { service } = api
  addRoute(api, route, async ({ c, params: { digest } }) => {
    const found = await attestationOf(service.sql, digest)
    if (!isPublished(service, found)) throw notLogged(digest)
    const notice = await withholdingOf(service.sql, digest, 'erase')
    if (notice) throw new RequestError('erased', `the cards of ${digest} were erased`, { notice })
    const kept = await service.depositary.cards(found.digest)
    const officers = officersOf(found.statement).map(({ role, card: named }) => {
      const text = kept.get(named) ?? null
      return { role, card: named, name: text && parseCard(text).name, text }
    })
    return answerJson(c, a.cards, { digest, officers }, PRIVATE)
  })
}
