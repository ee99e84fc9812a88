/**
 * Adoption: entries that a log has signed elsewhere, judged here and kept byte for byte.
 *
 * A mirror grows by it, and so does a registry whose last entries were lost. It reads from the store
 * what each batch touches, so its memory does not grow with the log.
 *
 * @module
 */
import type { CompiledQuery } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import type { Verify, VerifyAsync } from '../../keys/ed25519.ts'
import { parseSignedText } from '../accord/attestation.ts'
import type { Facts } from '../accord/case.ts'
import { parseEntry } from '../accord/entry.ts'
import { AccordError } from '../accord/error.ts'
import { type Applied, apply } from '../accord/law.ts'
import { isRefusal, type Refusal } from '../accord/refusal.ts'
import { equal, fromUtf8, type Hash } from '../tlog/bytes.ts'
import type { Checkpoint } from '../tlog/checkpoint.ts'
import { EMPTY_ROOT, leafHash } from '../tlog/merkle.ts'
import { type Edge, openEdge } from './edge.ts'
import { RegisterError } from './error.ts'
import { headOf, type LogHead } from './head.ts'
import { type Projection, projectEntry } from './projection.ts'
import { writeEntry, writeProjection } from './save.ts'
import { openRows, type Rows, type Wanted } from './state.ts'
import { wantedBy } from './wanted.ts'

/** How many records are kept in memory between batches. */
const KEPT_RECORDS = 20_000

/** Why an entry may not stand where it stands. */
export type IllegalEntry = Refusal & { readonly index: number }

/** A log that is adopted. After anything went wrong it is of no use any more: open it anew. */
export class Adoption {
  readonly #sql: Sql
  readonly #verifying: Verifying
  #rows: Rows
  #edge: Edge
  #head: LogHead | null

  /** See {@link openAdoption}. */
  constructor(sql: Sql, verifying: Verifying, { rows, edge }: Tip, head: LogHead | null) {
    this.#sql = sql
    this.#verifying = verifying
    this.#rows = rows
    this.#edge = edge
    this.#head = head
  }

  /** How many entries there are; the head may be of fewer. */
  get size(): number {
    return this.#edge.size
  }

  /** The root over all of them. */
  get root(): Hash {
    return this.#edge.root()
  }

  /** The last checkpoint adopted; null where there is none but that of the empty tree. */
  get head(): LogHead | null {
    return this.#head
  }

  /**
   * Takes the next entries, whose leaves the caller has proven: all of them in one transaction, with
   * their tiles and projections, or none.
   *
   * @param origin - the log's
   * @returns null, or which entry the law refuses
   * @throws {AccordError} `UNKNOWN_LAW`
   * @throws {StoreError}
   */
  async take(entries: readonly Uint8Array[], origin: string): Promise<IllegalEntry | null> {
    const writes = await this.#judgedBeside(entries, origin)
    if (isRefusal(writes)) return writes
    await this.#sql.atomically([...writes, ...this.#edge.takeWrites()])
    this.#rows.trim(KEPT_RECORDS)
    return null
  }

  /**
   * The law goes on with every signature taken for good while they are verified beside it; where they
   * all are, that was the answer, and else everything is judged again.
   */
  async #judgedBeside(entries: readonly Uint8Array[], origin: string): Promise<Judgement> {
    const { size } = this
    const answers: Promise<boolean>[] = []
    const judged = this.#judgeAll(entries, origin, (...question) => {
      answers.push(this.#verifying.beside(...question))
      return true
    })
    // Whether it failed counts only if the signatures were good.
    await judged.catch(() => {})
    if ((await Promise.all(answers)).every(Boolean)) return judged
    const { rows, edge } = await openTip(this.#sql, size)
    this.#rows = rows
    this.#edge = edge
    return this.#judgeAll(entries, origin, this.#verifying.verify)
  }

  async #judgeAll(
    entries: readonly Uint8Array[],
    origin: string,
    verify: Verify,
  ): Promise<Judgement> {
    const [rows, edge] = [this.#rows, this.#edge]
    const writes: CompiledQuery[] = []
    await rows.load(entries.flatMap(wantedIn))
    for (const body of entries) {
      const index = rows.size
      const judged = await this.#judge(body, origin, verify)
      if (isRefusal(judged)) return { ...judged, index }
      const { applied, projection } = judged
      const { digest, state, changes } = applied
      if (index === 0) writes.push(writeEmptyTree(state.time))
      writes.push(writeEntry({ idx: index, time: state.time, digest, body }))
      writes.push(...writeProjection(projection))
      rows.take(state, changes)
      edge.append(leafHash(body))
    }
    return writes
  }

  #judge(body: Uint8Array, origin: string, verify: Verify): Promise<Judged | Refusal> {
    const [rows, edge] = [this.#rows, this.#edge]
    const seenRoot: Facts['seenRoot'] = (size) => edge.rootAt(size) ?? rows.seenRoot(size)
    return rows.run(() => {
      const applied = apply(rows, body, { seenRoot, verify })
      if (isRefusal(applied)) return applied
      const { registry } = applied.statement
      if (registry !== origin) return { code: 'wrong-registry', detail: `this is ${origin}` }
      return { applied, projection: projectEntry(rows, applied) }
    })
  }

  /**
   * Adopts the checkpoint over all entries that were taken, or one of the same tree with other
   * cosignatures.
   *
   * @param note - the checkpoint's, opened by the caller
   * @throws {RegisterError} `CORRUPT` where it is of another tree than the entries make
   */
  async seal({ size, root }: Checkpoint, note: string): Promise<LogHead> {
    if (size !== this.size || !equal(root, this.root)) {
      throw new RegisterError('CORRUPT', `the entries do not make the tree of ${size}`)
    }
    const before = this.#head
    const prev = before?.size === size ? before.prev : (before?.size ?? 0)
    const time = before?.size === size ? before.time : this.#rows.time
    const head: LogHead = { size, prev, root, time, note, published: 1 }
    await this.#sql.atomically([before?.size === size ? renewHead(head) : writeHead(head)])
    this.#head = head
    return head
  }
}

/** What writes the entries, or which of them the law refuses. */
type Judgement = readonly CompiledQuery[] | IllegalEntry

/** How signatures are verified: at once, or while something else is done. */
interface Verifying {
  readonly verify: Verify
  readonly beside: VerifyAsync
}

/** What the next entry follows. */
interface Tip {
  readonly rows: Rows
  readonly edge: Edge
}

/** An entry that the law admits. */
interface Judged {
  readonly applied: Applied
  readonly projection: Projection
}

/** The log's own note of the empty tree is nowhere to be had. */
function writeEmptyTree(time: number): CompiledQuery {
  return writeHead({ size: 0, prev: null, root: EMPTY_ROOT, time, note: '', published: 0 })
}

function writeHead(head: LogHead): CompiledQuery {
  return q.insertInto('checkpoint').values(head).compile()
}

function renewHead({ size, note, published }: LogHead): CompiledQuery {
  const update = q.updateTable('checkpoint').set({ note, published })
  return update.where('size', '=', size).compile()
}

/** What the law will ask for; of what cannot be read, nothing: the law will say so. */
function wantedIn(body: Uint8Array): Wanted[] {
  try {
    const text = fromUtf8(parseEntry(body).attestation)
    return text === null ? [] : wantedBy(parseSignedText(text).text)
  } catch (e) {
    if (e instanceof AccordError) return []
    throw e
  }
}

/**
 * Opens what a store holds of a log, or the beginning of one in an empty store.
 *
 * @param beside - answers as `verify` does, without keeping the law waiting; where there is no such
 *   thing, `verify` is asked
 * @throws {RegisterError}
 */
export async function openAdoption(
  sql: Sql,
  verify: Verify,
  beside: VerifyAsync = async (...question) => verify(...question),
): Promise<Adoption> {
  const last = q.selectFrom('entry').select('idx').orderBy('idx', 'desc').limit(1)
  const [row] = await sql.all(last.compile())
  const size = row ? row.idx + 1 : 0
  const tip = await openTip(sql, size)
  const head = size === 0 ? null : await headOf(sql)
  return new Adoption(sql, { verify, beside }, tip, head && head.size > 0 ? head : null)
}

async function openTip(sql: Sql, size: number): Promise<Tip> {
  const [rows, edge] = await Promise.all([openRows(sql, size), openEdge(sql, size)])
  return { rows, edge }
}
