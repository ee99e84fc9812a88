/**
 * The script of the pages that verify what one statement says: a file or a link, or their own page.
 *
 * @module
 */
import { addEvidence } from './attested.tsx'
import { addForm } from './drop.ts'

/** The path of the worker that judges: the build knows it. */
declare const JUDGING: string

const place = document.querySelector<HTMLElement>('[data-verify]')
const what = place?.dataset['verify'] ?? ''
const open = () => new Worker(JUDGING, { type: 'module' })
if (place && what === 'drop') addForm(place, open)
else if (place && what.startsWith('sha256:')) addEvidence(place, what as `sha256:${string}`, open)
