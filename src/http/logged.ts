/**
 * A logged statement, as it is answered.
 *
 * @module
 */
import type * as z from 'zod'
import { formatTime } from '../accord/text.ts'
import type { LoggedAttestation } from '../register/log.ts'
import type * as a from './answers.ts'
import { RequestError } from './request-error.ts'
import type { Frozen } from './route.ts'
import type { Service } from './service.ts'

/** Whether an entry is there, and under the published checkpoint. */
export function isPublished<T extends { readonly index: number }>(
  { depositary }: Service,
  found: T | null,
): found is T {
  return found !== null && found.index < depositary.published().size
}

/** The problem that a statement is none of the log's. */
export function notLogged(digest: string): RequestError {
  return new RequestError('not-found', `${digest} is not logged`)
}

/** Presents a logged statement. */
export function presentLogged(found: LoggedAttestation): Frozen<z.output<typeof a.logged>> {
  const { index, time, digest, type, party, statement, note } = found
  return { index, time: formatTime(time), digest, type, party, statement, note }
}
