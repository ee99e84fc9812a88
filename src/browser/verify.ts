/**
 * The script of the pages that verifies.
 *
 * @module
 */
import { addEvidence } from './attested.ts'
import { addForm } from './drop.ts'
import { listen } from './verifier.ts'

const place = document.querySelector<HTMLElement>('[data-verify]')
const what = place?.dataset['verify'] ?? ''
if (place && what === 'drop') {
  addForm(place)
  listen()
} else if (place && what.startsWith('sha256:')) {
  addEvidence(place, what)
}
