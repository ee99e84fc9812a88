/**
 * Replay: the law applied to a whole log, entry by entry.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import type { Hash } from '../tlog/bytes.ts'
import { Frontier, leafHash } from '../tlog/merkle.ts'
import { type Applied, apply } from './law.ts'
import { isRefusal, type Refusal } from './refusal.ts'
import { Memory } from './state.ts'

/** A log read from its first entry: its tree, and what the law knows of it. */
export class Replay {
  readonly memory = new Memory()
  readonly #frontier = new Frontier()
  /** The root at each size. */
  readonly #roots: Hash[] = []
  readonly #verify: Verify

  constructor(verify: Verify) {
    this.#verify = verify
    this.#roots.push(this.#frontier.root())
  }

  /** How many entries were taken. */
  get size(): number {
    return this.memory.size
  }

  /** The root at a size up to the present one. */
  rootAt(size: number): Hash | undefined {
    return this.#roots[size]
  }

  /**
   * Takes the next entry. After a refusal nothing has changed: an honest log holds no such entry.
   *
   * @throws {AccordError} `UNKNOWN_LAW`
   */
  next(entry: Uint8Array): Applied | Refusal {
    const seenRoot = (size: number) => this.#roots[size]
    const answer = apply(this.memory, entry, { seenRoot, verify: this.#verify })
    if (isRefusal(answer)) return answer
    this.memory.take(answer.state, answer.changes)
    this.#frontier.append(leafHash(entry))
    this.#roots.push(this.#frontier.root())
    return answer
  }
}
