/**
 * The form of the page that verifies files: the same as in the verifier that is one file.
 *
 * @module
 */
import { VERIFIER as t } from '../pages/english-pack.ts'
import { made } from './made.ts'

/** Puts the form, with the ids that the verifier knows, into its place. */
export function addForm(place: HTMLElement): void {
  const answer = made('section')
  answer.id = 'answer'
  answer.setAttribute('aria-live', 'polite')
  answer.append(made('p', t.waiting, 'quiet'))
  const added = made('div', '', 'added')
  place.append(added)
  added.append(
    choice('file', t.file, t.fileHint),
    choice('policy', t.policy, t.policyHint),
    made('p', t.drop, 'quiet'),
    answer,
  )
}

function choice(id: string, name: string, hint: string): HTMLElement {
  const label = made('label', name)
  label.htmlFor = id
  const says = made('p', hint, 'quiet')
  says.id = `${id}-hint`
  const input = made('input')
  Object.assign(input, { type: 'file', id })
  input.setAttribute('aria-describedby', `${id}-hint ${id}-name`)
  const chosen = made('output', t.none)
  chosen.id = `${id}-name`
  const whole = made('div', '', 'choice')
  whole.append(label, says, input, chosen)
  return whole
}
