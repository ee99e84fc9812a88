/**
 * What a mirror does not answer: it takes nothing, and whom it would admit is no question.
 *
 * @module
 */
import type { Hono } from 'hono'
import { RequestError } from './request-error.ts'
import type { Service } from './service.ts'

/** Where this is a mirror, sends to the registry whoever brings a statement. */
export function addMirror(app: Hono, { mirrorOf }: Service): void {
  if (!mirrorOf) return
  const elsewhere = () => {
    throw new RequestError('mirror', `this is a mirror of ${mirrorOf.url}`)
  }
  app.post('/v1/*', elsewhere)
  app.get('/v1/admission', elsewhere)
}
