/**
 * A follower: a log replayed as it grows. What was read once is not read again.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import { AccordError } from '../accord/error.ts'
import { type Applied, apply } from '../accord/law.ts'
import { isRefusal } from '../accord/refusal.ts'
import { Memory, type State } from '../accord/state.ts'
import { ClientError } from '../client/error.ts'
import type { Log } from '../client/log.ts'
import { type Projection, projectEntry } from '../register/projection.ts'
import type { Hash } from '../tlog/bytes.ts'
import { Frontier, leafHash, type NodeId, type ReadNodes } from '../tlog/merkle.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'

/** An entry that the law admits, seen before its changes are taken over. */
export interface Followed {
  readonly index: number
  /** What held before it. Good for as long as the call lasts. */
  readonly before: State
  readonly applied: Applied
  readonly projection: Projection
}

/** Hears of each entry in turn. */
export type OnEntry = (followed: Followed) => void

/** A log's state, tree and roots, as far as they were followed. */
export class Follower {
  readonly memory = new Memory()
  readonly #verify: Verify
  readonly #frontier = new Frontier()
  readonly #roots: Hash[] = [this.#frontier.root()]
  readonly #leaves: Hash[] = []

  constructor(verify: Verify) {
    this.#verify = verify
  }

  /** How many entries were taken. */
  get size(): number {
    return this.memory.size
  }

  /** Reads nodes of the tree, so that proofs can be made of a history that is served no more. */
  readonly readNodes: ReadNodes = async (ids) => ids.map((id) => this.#node(id))

  #node({ level, index }: NodeId): Hash {
    const width = 2 ** level
    const own = new Frontier()
    for (const leaf of this.#leaves.slice(index * width, (index + 1) * width)) own.append(leaf)
    return own.root()
  }

  /**
   * Takes the entries of a log that goes on from what was taken, up to its checkpoint.
   *
   * @throws {ClientError} `ILLEGAL_ENTRY`, `UNKNOWN_LAW`, `UNAVAILABLE`, `BROKEN`; what came before the
   *   entry was taken
   */
  async follow(log: Log, onEntry: OnEntry): Promise<void> {
    while (this.size < log.checkpoint.size) {
      const to = Math.min(this.size - (this.size % TILE_WIDTH) + TILE_WIDTH, log.checkpoint.size)
      for (const entry of await log.readEntries(this.size, to)) this.#take(entry, onEntry)
    }
  }

  #take(entry: Uint8Array, onEntry: OnEntry): void {
    const index = this.size
    const applied = this.#judged(entry)
    onEntry({ index, before: this.memory, applied, projection: projectEntry(this.memory, applied) })
    this.memory.take(applied.state, applied.changes)
    const leaf = leafHash(entry)
    this.#frontier.append(leaf)
    this.#leaves.push(leaf)
    this.#roots.push(this.#frontier.root())
  }

  #judged(entry: Uint8Array): Applied {
    const index = this.size
    const seenRoot = (size: number) => this.#roots[size]
    try {
      const answer = apply(this.memory, entry, { seenRoot, verify: this.#verify })
      if (!isRefusal(answer)) return answer
      const message = `the law refuses entry ${index}: ${answer.code}: ${answer.detail}`
      throw new ClientError('ILLEGAL_ENTRY', message, { index, refusal: answer })
    } catch (cause) {
      if (!(cause instanceof AccordError) || cause.code !== 'UNKNOWN_LAW') throw cause
      throw new ClientError('UNKNOWN_LAW', cause.message, { cause })
    }
  }
}
