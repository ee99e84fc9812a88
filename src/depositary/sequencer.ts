/**
 * The sequencer: gives entries their index, extends the tree, signs.
 *
 * Whatever is waiting goes into one transaction; an idle log takes a lone submission at once. Nothing
 * is answered before it is durable, nor before it is public, unless it was asked for early.
 *
 * @module
 */
import type { CompiledQuery } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import type { Facts } from '../accord/case.ts'
import { formatEntry } from '../accord/entry.ts'
import { type Applied, apply } from '../accord/law.ts'
import { registryOf } from '../accord/party.ts'
import { isRefusal, type Refusal } from '../accord/refusal.ts'
import type { State } from '../accord/state.ts'
import type { Digest } from '../accord/text.ts'
import { type Edge, openEdge } from '../register/edge.ts'
import { headOf, type LogHead, publicHeadOf } from '../register/head.ts'
import { type Projection, projectEntry } from '../register/projection.ts'
import { writeEntry, writeProjection } from '../register/save.ts'
import { openRows, type Rows, type Wanted } from '../register/state.ts'
import type { Hash } from '../tlog/bytes.ts'
import { signCheckpoint } from '../tlog/checkpoint.ts'
import { leafHash } from '../tlog/merkle.ts'
import { formatNote, parseNote } from '../tlog/note.ts'
import { DepositaryError } from './error.ts'
import { type Publication, publishCheckpoint } from './publisher.ts'
import { Turns } from './turns.ts'
import type { Witnesses } from './witnesses.ts'

/** How much goes into one transaction. */
const BATCH_ENTRIES = 256
const BATCH_BYTES = 4 * 2 ** 20
/** How much may wait: 16 batches. */
const MAX_WAITING = 16 * BATCH_ENTRIES
/** How often witnesses are asked in vain before submitters are told so. */
const PATIENCE = 3
/** After which time they are asked again, in milliseconds. */
const PAUSE = 1000
/** After which time an idle head is cosigned anew, in seconds. */
const HEARTBEAT = 3600
/** How many records of the head are kept in memory. */
const KEPT_RECORDS = 20_000

/** An entry's place in the log. */
export interface Sequenced {
  readonly index: number
  /** POSIX seconds. */
  readonly time: number
  readonly digest: Digest
}

/** What the sequencer works with. */
export interface Sequencing {
  readonly sql: Sql
  readonly origin: string
  /** The log's keys. */
  readonly signers: readonly Signer[]
  /** POSIX seconds. */
  readonly clock: () => number
  readonly verify: Verify
  readonly publication: Publication
  /** Who must have cosigned a checkpoint before it is public; left out where nobody is asked. */
  readonly witnesses?: Witnesses | undefined
  /** Whether submitters are answered before witnesses are: with what is durable, and not public yet. */
  readonly early?: boolean | undefined
  /** Told once, when the sequencer stops. */
  readonly onAlarm?: ((error: DepositaryError) => void) | undefined
}

/** Why a group of submissions is not in the log: which of them was refused, counted from 0. */
export type GroupRefusal = Refusal & { readonly at: number }

/** Submissions that get in together, one after the other, or not at all. */
interface Waiting {
  readonly notes: readonly Uint8Array[]
  readonly wanted: readonly Wanted[]
  readonly resolve: (answer: readonly Sequenced[] | GroupRefusal) => void
  readonly reject: (error: unknown) => void
}

/** A batch that is in the log, and not public yet. */
interface Unwitnessed {
  readonly size: number
  readonly settle: () => void
  readonly reject: (error: DepositaryError) => void
  /** How often witnesses were asked in vain since. */
  rounds: number
}

/** A submission that the law admits. */
interface Admitted {
  readonly body: Uint8Array
  readonly applied: Applied
  readonly projection: Projection
}

/** The root of no tree: what is seen beyond the log is refused, not looked for. */
const NO_ROOT = new Uint8Array(32) as Hash

/** Sequences submissions, one batch after the other. */
export class Sequencer {
  readonly #with: Sequencing
  readonly #rows: Rows
  readonly #edge: Edge
  /** The last checkpoint that is durable. */
  #committed: LogHead
  /** The last that is public, too. */
  #head: LogHead
  /** When witnesses last cosigned it, in POSIX seconds. */
  #cosigned = 0
  readonly #publishing = new Turns()
  #unwitnessed: Unwitnessed[] = []
  #seeking: Promise<void> | null = null
  #closing = false
  #queue: Waiting[] = []
  #running: Promise<void> | null = null
  #stopped: DepositaryError | null = null

  /** See {@link openSequencer}. */
  constructor(
    sequencing: Sequencing,
    heads: { readonly committed: LogHead; readonly published: LogHead },
    rows: Rows,
    edge: Edge,
  ) {
    this.#with = sequencing
    this.#committed = heads.committed
    this.#head = heads.published
    this.#rows = rows
    this.#edge = edge
    // What was committed and never cosigned before the last end is made public now.
    if (this.#head.size < this.#committed.size) this.#seeking = this.#seekQuorum()
  }

  /** The last checkpoint that is durable and public. */
  get head(): LogHead {
    return this.#head
  }

  /** How many submissions wait. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Why it stopped. */
  get stopped(): DepositaryError | null {
    return this.#stopped
  }

  /**
   * Puts an attestation into the log.
   *
   * @param wanted - records that the law is known to ask for
   * @returns where it stands, once that is durable and public; or why it may not stand there
   * @throws {DepositaryError} `CLOCK`, `BUSY`, `STOPPED`
   */
  async submit(note: Uint8Array, wanted: readonly Wanted[] = []): Promise<Sequenced | Refusal> {
    const answer = await this.submitTogether([note], wanted)
    return isRefusal(answer) ? answer : answer[0]!
  }

  /**
   * Puts attestations into the log one right after the other, or none of them.
   *
   * @param wanted - records that the law is known to ask for
   * @throws {DepositaryError} `CLOCK`, `BUSY`, `STOPPED`
   */
  submitTogether(
    notes: readonly Uint8Array[],
    wanted: readonly Wanted[] = [],
  ): Promise<readonly Sequenced[] | GroupRefusal> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) throw this.#stopped
      if (this.#queue.length >= MAX_WAITING)
        throw new DepositaryError('BUSY', 'too much is waiting')
      this.#queue.push({ notes, wanted, resolve, reject })
      this.#running ??= this.#drain()
    })
  }

  /** Takes nothing more, and resolves when what waits is done. */
  async close(): Promise<void> {
    await this.#running
    this.#closing = true
    await this.#seeking
    this.#stopped ??= new DepositaryError('STOPPED', 'the registry is closed')
  }

  async #drain(): Promise<void> {
    // Whatever is submitted in the same turn goes together.
    await null
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch()
      try {
        await this.#sequence(batch)
      } catch (cause) {
        this.#fail(batch, cause)
      }
    }
    this.#running = null
  }

  #takeBatch(): Waiting[] {
    let bytes = 0
    const end = this.#queue.findIndex(({ notes }, i) => {
      bytes += notes.reduce((sum, note) => sum + note.length, 0)
      return i === BATCH_ENTRIES || (i > 0 && bytes > BATCH_BYTES)
    })
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end)
  }

  /**
   * Sequences a batch. It is long because its order is the design: judge, hash, sign, commit,
   * publish, answer. Whatever it throws but `CLOCK` stops the sequencer: what it holds in memory is
   * then ahead of what is written, or it is unknown what is written.
   */
  async #sequence(batch: readonly Waiting[]): Promise<void> {
    const { sql, origin, signers, clock, verify, witnesses } = this.#with
    const [rows, edge, prev] = [this.#rows, this.#edge, this.#committed]

    if (witnesses?.alarm) throw witnesses.alarm
    const time = clock()
    await this.#demandClock(time)

    // Each is judged by the law against the log and the part of the batch before it.
    await rows.load(batch.flatMap(({ wanted }) => wanted))
    const seenRoot = (size: number) => edge.rootAt(size) ?? rows.seenRoot(size) ?? NO_ROOT
    const writes: CompiledQuery[] = []
    const answers: (readonly Sequenced[] | GroupRefusal)[] = []
    for (const { notes } of batch) {
      const bodies = notes.map((attestation) => formatEntry({ time, attestation }))
      const judged = await rows.run(() => judgeGroup(rows, bodies, { seenRoot, verify }))
      if (isRefusal(judged)) {
        answers.push(judged)
        continue
      }
      const places = judged.map(({ body, applied, projection }): Sequenced => {
        const { digest, state, changes } = applied
        const index = rows.size
        writes.push(writeEntry({ idx: index, time, digest, body }), ...writeProjection(projection))
        rows.take(state, changes)
        edge.append(leafHash(body))
        return { index, time, digest }
      })
      answers.push(places)
    }

    if (writes.length > 0) {
      const [size, root] = [edge.size, edge.root()]
      const checkpoint = { origin, size, root, extensions: [] }
      const note = formatNote(await signCheckpoint(checkpoint, signers, time))
      const published = witnesses ? 0 : 1
      const head: LogHead = { size, prev: prev.size, root, time, note, published }
      // A crash HERE leaves nothing: what was signed is known to nobody.

      const headRow = q.insertInto('checkpoint').values(head).compile()
      await sql.atomically([...writes, ...edge.takeWrites(), headRow])
      // A crash HERE leaves the batch in the log, whole, and the public checkpoint of before. The
      // next start publishes the new one, once witnesses have cosigned it where they are asked;
      // whoever submits again is given the receipt.

      this.#committed = head
      if (witnesses) this.#seeking ??= this.#seekQuorum()
      else await this.#publish(head)
      // A crash HERE leaves the batch in the log and public. Its submitters do not know; whoever
      // submits again is given the receipt.
    }
    rows.trim(KEPT_RECORDS)
    this.#settleAt(this.#committed.size, batch, answers)
  }

  /** Answers a batch once a checkpoint of this size is public, or at once where that is asked for. */
  #settleAt(
    size: number,
    batch: readonly Waiting[],
    answers: readonly (readonly Sequenced[] | GroupRefusal)[],
  ): void {
    const settle = () => {
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i]!)
    }
    const reject = (error: DepositaryError) => {
      for (const waiting of batch) waiting.reject(error)
    }
    if (this.#with.early || this.#head.size >= size) settle()
    else this.#unwitnessed.push({ size, settle, reject, rounds: 0 })
  }

  /** Publishes in turn, and nothing earlier after something later. */
  async #publish(head: LogHead): Promise<void> {
    await this.#publishing.next(async () => {
      if (head.size < this.#head.size) return
      await publishCheckpoint(this.#with.publication, head.note)
      this.#head = head
    })
    const done = this.#unwitnessed.filter(({ size }) => size <= head.size)
    this.#unwitnessed = this.#unwitnessed.filter(({ size }) => size > head.size)
    for (const { settle } of done) settle()
  }

  /** Asks witnesses until the last checkpoint is public. Meanwhile others may be committed. */
  async #seekQuorum(): Promise<void> {
    // The sequencer has said first what it is about.
    await null
    try {
      while (!this.#stopped && this.#head.size < this.#committed.size) {
        if (await this.#cosign(this.#committed)) continue
        this.#tire()
        if (this.#closing) break
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
    } catch (cause) {
      this.#fail([], cause)
    }
    this.#seeking = null
    if (this.#closing) this.#forsake(new DepositaryError('UNWITNESSED', UNWITNESSED))
  }

  async #cosign(head: LogHead): Promise<boolean> {
    const { sql, witnesses, clock } = this.#with
    // Who asks witnesses no more publishes what these never cosigned.
    const { met, note } = witnesses ? await witnesses.gather(head) : { ...head, met: true }
    if (!met) return false
    const published = { note, published: 1 }
    await sql.atomically([
      q.updateTable('checkpoint').set(published).where('size', '=', head.size).compile(),
    ])
    // A crash HERE leaves a checkpoint with its quorum, which the next start publishes.

    await this.#publish({ ...head, ...published })
    this.#cosigned = clock()
    return true
  }

  /** Who has waited through several rounds is told that the entry is logged, and not yet public. */
  #tire(): void {
    for (const waiting of this.#unwitnessed) waiting.rounds += 1
    const tired = this.#unwitnessed.filter(({ rounds }) => rounds >= PATIENCE)
    this.#unwitnessed = this.#unwitnessed.filter(({ rounds }) => rounds < PATIENCE)
    for (const { reject } of tired) reject(new DepositaryError('UNWITNESSED', UNWITNESSED))
  }

  #forsake(error: DepositaryError): void {
    for (const { reject } of this.#unwitnessed) reject(error)
    this.#unwitnessed = []
  }

  /**
   * Has the head of an idle log cosigned anew, each hour, so that a reader can tell it from a stale
   * one. Receipts keep the cosignatures under which the checkpoint first became public.
   */
  async beat(): Promise<void> {
    const { witnesses, clock } = this.#with
    if (witnesses?.alarm && !this.#stopped) return this.#fail([], witnesses.alarm)
    const idle = !this.#running && !this.#seeking && !this.#stopped && !this.#closing
    if (!witnesses || !idle || clock() - this.#cosigned < HEARTBEAT) return
    const head = this.#committed
    try {
      const bare = withoutCosignatures(head.note, this.#with.signers)
      const { met, note } = await witnesses.gather({ size: head.size, note: bare })
      if (!met) return
      await this.#publish({ ...head, note })
      this.#cosigned = clock()
    } catch (cause) {
      this.#fail([], cause)
    }
  }

  /** No entry is stamped ahead of the clock, nor before the one before it. */
  async #demandClock(time: number): Promise<void> {
    const rows = this.#rows
    const ahead = rows.time - time
    if (ahead <= 0) return
    const skew = await rows.run(() => registryOf(rows).rules.clock_skew_seconds)
    const message = `the last entry's time is ${ahead} s ahead of the clock`
    if (ahead <= skew) throw new DepositaryError('CLOCK', message)
    throw new RangeError(`${message}, which is more than the ${skew} s of skew`)
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    if (cause instanceof DepositaryError && cause.code === 'CLOCK') {
      for (const { reject } of batch) reject(cause)
      return
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    const error = new DepositaryError('STOPPED', `the sequencer stopped: ${why}`, { cause })
    this.#stopped = error
    for (const { reject } of [...batch, ...this.#queue]) reject(error)
    this.#queue = []
    this.#forsake(error)
    this.#with.onAlarm?.(error)
  }
}

const UNWITNESSED = 'it is in the log; too few witnesses have cosigned that yet'

/** A note with the log's own signatures alone. */
function withoutCosignatures(text: string, signers: readonly Signer[]): string {
  const note = parseNote(text)
  const own = signers.map(({ vkey }) => `${vkey.name}+${vkey.id}`)
  const signatures = note.signatures.filter(({ name, id }) => own.includes(`${name}+${id}`))
  return formatNote({ ...note, signatures })
}

/** Judges a group, each by the state that the one before it would leave. */
function judgeGroup(
  before: State,
  bodies: readonly Uint8Array[],
  facts: Facts,
): Admitted[] | GroupRefusal {
  const admitted: Admitted[] = []
  for (const [at, body] of bodies.entries()) {
    const state = admitted.at(-1)?.applied.state ?? before
    const applied = apply(state, body, facts)
    if (isRefusal(applied)) return { ...applied, at }
    admitted.push({ body, applied, projection: projectEntry(state, applied) })
  }
  return admitted
}

/** A sequencer at the head of the log, which has been checked: see `guard.ts`. */
export async function openSequencer(sequencing: Sequencing): Promise<Sequencer> {
  const { sql } = sequencing
  const committed = await headOf(sql)
  const published = (await publicHeadOf(sql)) ?? committed
  const { size } = committed
  const [rows, edge] = await Promise.all([openRows(sql, size), openEdge(sql, size)])
  return new Sequencer(sequencing, { committed, published }, rows, edge)
}
