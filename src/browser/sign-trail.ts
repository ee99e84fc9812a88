/**
 * The steps of signing, one after the other on one page. Taking one again takes away those after it.
 *
 * @module
 */
import { made } from './made.ts'

/** Where a step's content goes. */
export type Step = HTMLElement

/** The steps so far. */
export class Trail {
  readonly #place: HTMLElement
  #steps: HTMLElement[] = []

  constructor(place: HTMLElement) {
    this.#place = place
  }

  /**
   * Begins a step, and leads the reader there.
   *
   * @param n - which one, from 0
   * @param leads - whether the reader is led there; not where there is something to do before
   */
  begin(n: number, title: string, leads = true): Step {
    for (const later of this.#steps.splice(n)) later.remove()
    const heading = made('h2', title)
    heading.tabIndex = -1
    heading.id = `step-${n + 1}`
    const step = made('section')
    step.setAttribute('aria-labelledby', heading.id)
    step.append(heading)
    this.#steps.push(step)
    this.#place.append(step)
    if (n > 0 && leads) heading.focus()
    return step
  }
}
