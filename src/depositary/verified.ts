/**
 * Signatures verified beforehand, off the main thread, for a law that cannot wait.
 *
 * @module
 */
import type { Verify, VerifyAsync } from '../../keys/ed25519.ts'
import { digestOf } from '../accord/text.ts'
import { concat } from '../tlog/bytes.ts'

/** How many answers are kept. */
const KEPT = 10_000

/** What a verifier is asked. */
type Question = Parameters<Verify>

/** A bounded memory of verifications, with the slow path behind it. */
export class Verified {
  readonly #answers = new Map<string, boolean>()
  readonly #slow: Verify
  readonly #fast: VerifyAsync

  constructor(slow: Verify, fast: VerifyAsync) {
    this.#slow = slow
    this.#fast = fast
  }

  /** The verifier that the law is handed. */
  readonly verify: Verify = (...question) =>
    this.#answers.get(nameOf(question)) ?? this.#slow(...question)

  /**
   * Runs work that cannot wait for a verifier. It is run with every signature taken for good; where
   * they all are, that was the answer, and else it is run again.
   */
  async run<T>(work: (verify: Verify) => Promise<T>): Promise<T> {
    const asked = new Map<string, Question>()
    const answer = await work((...question) => {
      asked.set(nameOf(question), question)
      return true
    })
    const fresh = [...asked].filter(([name]) => !this.#answers.has(name))
    await Promise.all(
      fresh.map(async ([name, question]) => this.#keep(name, await this.#fast(...question))),
    )
    const good = [...asked].every(([, question]) => this.verify(...question))
    return good ? answer : work(this.verify)
  }

  #keep(name: string, answer: boolean): void {
    this.#answers.set(name, answer)
    if (this.#answers.size > KEPT) this.#answers.delete(this.#answers.keys().next().value!)
  }
}

/** Key and signature have fixed lengths in what the law asks, so no two questions share a name. */
function nameOf([key, signature, message]: Question): string {
  return digestOf(concat(key, signature, message))
}
