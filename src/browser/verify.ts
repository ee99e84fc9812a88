/**
 * The script of the pages that verifies.
 *
 * @module
 */
import { addEvidence } from './attested.ts'
import { addForm } from './drop.ts'
import { addReading } from './recount.ts'
import { listen } from './verifier.ts'

/** The path of the worker that reads whole logs: the build knows it. */
declare const WHOLE_LOG: string

const place = document.querySelector<HTMLElement>('[data-verify]')
const [what = '', subject] = (place?.dataset['verify'] ?? '').split(' ')
if (place && what === 'drop') {
  addForm(place)
  listen()
} else if (place && what === 'party' && subject !== undefined) {
  addReading(place, subject, () => new Worker(WHOLE_LOG, { type: 'module' }))
} else if (place && what.startsWith('sha256:')) {
  addEvidence(place, what)
}
