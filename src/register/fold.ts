/**
 * A log folded from its first entry: the law's answers, and the projections that follow.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import { type Applied, apply } from '../accord/law.ts'
import { isRefusal, type Refusal } from '../accord/refusal.ts'
import { Memory } from '../accord/state.ts'
import type { Hash } from '../tlog/bytes.ts'
import { Frontier, leafHash } from '../tlog/merkle.ts'
import { type Projection, projectEntry } from './projection.ts'

/** What an entry comes to. */
export interface Folded {
  readonly applied: Applied
  readonly projection: Projection
  /** The root of the tree with it. */
  readonly root: Hash
}

/** Trusts nothing but the entries that it is given. */
export class Fold {
  readonly memory = new Memory()
  readonly #frontier = new Frontier()
  readonly #roots: Hash[] = [this.#frontier.root()]
  readonly #verify: Verify

  constructor(verify: Verify) {
    this.#verify = verify
  }

  /** The root at a size up to the present one. */
  rootAt(size: number): Hash | undefined {
    return this.#roots[size]
  }

  /**
   * Takes the next entry. After a refusal nothing has changed.
   *
   * @throws {AccordError} `UNKNOWN_LAW`
   */
  next(entry: Uint8Array): Folded | Refusal {
    const seenRoot = (size: number) => this.#roots[size]
    const applied = apply(this.memory, entry, { seenRoot, verify: this.#verify })
    if (isRefusal(applied)) return applied
    const projection = projectEntry(this.memory, applied)
    this.memory.take(applied.state, applied.changes)
    this.#frontier.append(leafHash(entry))
    const root = this.#frontier.root()
    this.#roots.push(root)
    return { applied, projection, root }
  }
}
