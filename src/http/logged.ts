/**
 * A logged statement, as it is answered.
 *
 * @module
 */
import type * as z from 'zod'
import { formatTime } from '../accord/text.ts'
import type { LoggedAttestation } from '../register/log.ts'
import type * as a from './answers.ts'
import type { Frozen } from './route.ts'

/** Presents a logged statement. */
export function presentLogged(found: LoggedAttestation): Frozen<z.output<typeof a.logged>> {
  const { index, time, digest, type, party, statement, note } = found
  return { index, time: formatTime(time), digest, type, party, statement, note }
}
