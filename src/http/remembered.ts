/**
 * Answers that pages ask for again and again: the same for a whole minute, unless the log grows.
 *
 * @module
 */

/** How many answers are kept. */
const MOST = 256

/** How long the present of a page lasts, in seconds. */
const MINUTE = 60

/** Answers by what was asked. An answer that failed is forgotten. */
export class Remembered {
  readonly #answers = new Map<string, Promise<unknown>>()

  /** The answer to a question, asked once. */
  get<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key) as Promise<T> | undefined
    if (known !== undefined) return known
    const answer = ask()
    this.#answers.set(key, answer)
    answer.catch(() => this.#answers.delete(key))
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MOST) break
      this.#answers.delete(oldest)
    }
    return answer
  }
}

/**
 * The present, for a page: the minute that has begun, or the last entry's time where that is later,
 * so that every entry is seen at once.
 *
 * @param now - POSIX seconds
 * @param last - the time of the published checkpoint, which is not before that of its last entry
 */
export function presentOf(now: number, last: number): number {
  return Math.min(now, Math.max(last, now - (now % MINUTE)))
}
