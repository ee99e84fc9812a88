/**
 * What goes wrong between the registry and what it writes to, as a test says it.
 *
 * Each commit and each operation on the bucket is a step with a name: `commit`, `put tile/0/000.p/3`,
 * `get checkpoint`.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import type { Bucket } from '../../src/cloudflare/bucket.ts'

/** What happens at some of the steps. */
export interface Trouble {
  /** The steps, as a regular expression of their names. */
  readonly at: string
  /**
   * - `fail`: nothing is done, and an error said
   * - `lose`: nothing is done, and success said
   * - `lapse`: it is done, and an error said
   * - `old`: what was read before is read again
   * - `late`: it is done, after more time than anybody waits for
   * - `before`, `after`: the step, or what is after it, never comes
   */
  readonly what: 'fail' | 'lose' | 'lapse' | 'old' | 'late' | 'before' | 'after'
  /** The first of them, counted from 1, by default the first. */
  readonly from?: number
  /** How many of them, by default all. */
  readonly times?: number
}

/** How long a late step takes, in milliseconds. */
export const LATE = 1500

/** One for a whole isolate: it is there before the objects are. */
export class Troubles {
  #trouble: Trouble | null = null
  #met = 0
  #steps: string[] = []
  readonly #read = new Map<string, unknown>()

  /** Says what goes wrong from now on; null for nothing. */
  set(trouble: Trouble | null): void {
    this.#trouble = trouble
    this.#steps = []
    this.again()
  }

  /** Counts anew. */
  again(): void {
    this.#met = 0
  }

  /** The steps since it was said, those that never came among them. */
  get steps(): readonly string[] {
    return this.#steps
  }

  sql(sql: Sql): Sql {
    return {
      all: (query) => sql.all(query),
      atomically: (queries) => this.#step('commit', () => sql.atomically(queries)),
    }
  }

  bucket(bucket: Bucket): Bucket {
    return {
      get: (key) => this.#step(`get ${key}`, () => readWhole(bucket, key)),
      put: (key, value, options) => this.#step(`put ${key}`, () => bucket.put(key, value, options)),
    }
  }

  async #step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#steps.push(name)
    const what = this.#meets(name) ? this.#trouble!.what : null
    if (what === 'fail') throw new Error('internal error')
    if (what === 'lose') return {} as T
    if (what === 'old' && this.#read.has(name)) return this.#read.get(name) as T
    if (what === 'before') await new Promise(() => {})
    if (what === 'late') await new Promise((resolve) => setTimeout(resolve, LATE))
    const done = await work()
    if (what === 'lapse') throw new Error('internal error')
    if (what === 'after') await new Promise(() => {})
    this.#read.set(name, done)
    return done
  }

  #meets(name: string): boolean {
    if (!this.#trouble || !new RegExp(this.#trouble.at).test(name)) return false
    this.#met += 1
    const { from = 1, times = Number.POSITIVE_INFINITY } = this.#trouble
    return this.#met >= from && this.#met < from + times
  }
}

async function readWhole(bucket: Bucket, key: string) {
  const found = await bucket.get(key)
  if (!found) return null
  const bytes = await found.arrayBuffer()
  return { etag: found.etag, arrayBuffer: async () => bytes }
}
