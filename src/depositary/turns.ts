/**
 * Work that must not overlap.
 *
 * @module
 */

/** Runs one piece of work after the other, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs work once all that came before is done, whether that went well or not. */
  next<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    this.#last = mine.catch(() => {})
    return mine
  }
}
