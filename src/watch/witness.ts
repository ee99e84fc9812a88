/**
 * A witness: cosigns the checkpoints of logs, each only if it goes on from the one before.
 *
 * The answers are those of the specification's present draft. Earlier witnesses answer an
 * equivocation with 409, as v1.0.0 has it, which a configuration may ask for.
 *
 * See https://c2sp.org/tlog-witness.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import type { VKey } from '../../keys/vkey.ts'
import { digestOf } from '../accord/text.ts'
import { equal, hash, utf8 } from '../tlog/bytes.ts'
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts'
import { signCosignature } from '../tlog/cosignature.ts'
import { TlogError } from '../tlog/error.ts'
import { checkConsistency, EMPTY_ROOT } from '../tlog/merkle.ts'
import { formatNote, formatSignature, type Signature, verifySignatures } from '../tlog/note.ts'
import { type AddCheckpoint, formatSize, parseAddCheckpoint, SIZE_TYPE } from '../tlog/witness.ts'

/** A log that is witnessed. */
export interface WitnessedLog {
  readonly origin: string
  /** A signature by any of them is needed; none may fail. */
  readonly vkeys: readonly VKey[]
}

/** What a witness works with. */
export interface Witnessing {
  /** A database of its own: see `migrateWitness`. */
  readonly sql: Sql
  readonly logs: readonly WitnessedLog[]
  /** Keys of type 0x04 or 0x06. */
  readonly signers: readonly Signer[]
  /** POSIX seconds. */
  readonly clock: () => number
  readonly verify: Verify
  /** The status for two trees of one size: 422, or 409 as in v1.0.0. */
  readonly equivocation?: 409 | 422
  /**
   * Whether a log may have one more cosignature; left out where there is no limit. Anybody can send
   * a checkpoint that is public, any number of times: a tree that goes on, which counts once, is
   * counted apart from one that was cosigned before, so that nobody spends what new entries need.
   */
  readonly admits?: (origin: string, isNew: boolean) => boolean
}

/** What a witness answers. */
export interface WitnessReply {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 429
  readonly type: string
  readonly body: string
}

const PLAIN = 'text/plain; charset=utf-8'

/** Cosigns. */
export class Witness {
  readonly #with: Witnessing
  readonly #logs: ReadonlyMap<string, WitnessedLog>
  /** What is under way for each log: one at a time, or two trees could both go on from a third. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(witnessing: Witnessing) {
    this.#with = witnessing
    this.#logs = new Map(witnessing.logs.map((log) => [log.origin, log]))
  }

  /** Answers `add-checkpoint`. What is answered with 200 is durable. */
  async addCheckpoint(body: Uint8Array): Promise<WitnessReply> {
    const read = readRequest(body)
    if ('status' in read) return read
    const { request, checkpoint } = read
    const log = this.#logs.get(checkpoint.origin)
    if (!log) return reply(404, 'this log is not witnessed here')
    if (!isSigned(request, log, this.#with.verify))
      return reply(403, 'expected a signature by a key of the log')
    return this.#inTurn(log.origin, () => this.#judge(request, checkpoint))
  }

  /**
   * The latest checkpoint that was cosigned, with the cosignatures.
   *
   * @param id - the lower-case hex of SHA-256 of the log's origin
   */
  async latest(id: string): Promise<string | null> {
    const origin = [...this.#logs.keys()].find((o) => digestOf(utf8(o)) === `sha256:${id}`)
    return origin === undefined ? null : ((await this.#known(origin))?.note ?? null)
  }

  #inTurn<T>(origin: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(origin) ?? Promise.resolve()).then(work, work)
    this.#turns.set(
      origin,
      mine.catch(() => {}),
    )
    return mine
  }

  async #judge(request: AddCheckpoint, checkpoint: Checkpoint): Promise<WitnessReply> {
    const known = await this.#known(checkpoint.origin)
    const { old, proof } = request
    const { size, root } = checkpoint
    const latest = known?.size ?? 0
    if (old !== latest) return { status: 409, type: SIZE_TYPE, body: formatSize(latest) }
    if (size === 0 && !equal(root, EMPTY_ROOT)) return reply(422, 'the empty tree has another root')
    const before = known ? hash(known.root) : EMPTY_ROOT
    if (old === size && known && !equal(before, root)) {
      return reply(this.#with.equivocation ?? 422, 'another tree of this size was cosigned')
    }
    if (!goesOn(old, before, checkpoint, proof)) return reply(422, 'the proof does not hold')
    const { admits } = this.#with
    if (admits && !admits(checkpoint.origin, size > latest)) {
      return reply(429, 'this log has spent its requests of today')
    }
    return this.#cosign(request, checkpoint, known?.time ?? 0)
  }

  /** The record is durable before anybody sees a cosignature. Time never runs back. */
  async #cosign(
    { note }: AddCheckpoint,
    { origin, size, root }: Checkpoint,
    last: number,
  ): Promise<WitnessReply> {
    const { sql, signers, clock } = this.#with
    const time = Math.max(clock(), last, 1)
    const lines = await Promise.all(signers.map((s) => signCosignature(note.text, s, time)))
    // What else stands there was verified by nobody, and can be anybody's.
    const { vkeys } = this.#logs.get(origin)!
    const byLog = (line: Signature) =>
      vkeys.some(({ name, id }) => name === line.name && id === line.id)
    const signatures = [...note.signatures.filter(byLog), ...lines]
    const row = { size, root, time, note: formatNote({ ...note, signatures }) }
    await sql.atomically([
      q
        .insertInto('witnessed')
        .values({ origin, ...row })
        .onConflict((c) => c.column('origin').doUpdateSet(row))
        .compile(),
    ])
    return { status: 200, type: PLAIN, body: lines.map(formatSignature).join('') }
  }

  async #known(origin: string) {
    const rows = q.selectFrom('witnessed').selectAll().where('origin', '=', origin)
    return (await this.#with.sql.all(rows.compile()))[0]
  }
}

function readRequest(
  body: Uint8Array,
): { readonly request: AddCheckpoint; readonly checkpoint: Checkpoint } | WitnessReply {
  try {
    const request = parseAddCheckpoint(body)
    const checkpoint = parseCheckpoint(request.note.text)
    if (request.old > checkpoint.size) return reply(400, 'old is larger than the checkpoint')
    return { request, checkpoint }
  } catch (e) {
    if (e instanceof TlogError) return reply(400, e.message)
    throw e
  }
}

function isSigned({ note }: AddCheckpoint, log: WitnessedLog, verify: Verify): boolean {
  try {
    return verifySignatures(note, log.vkeys, verify).length > 0
  } catch (e) {
    if (e instanceof TlogError) return false
    throw e
  }
}

function goesOn(
  old: number,
  before: Checkpoint['root'],
  { size, root }: Checkpoint,
  proof: AddCheckpoint['proof'],
): boolean {
  try {
    checkConsistency(proof, old, before, size, root)
    return true
  } catch (e) {
    if (e instanceof TlogError) return false
    throw e
  }
}

function reply(status: Exclude<WitnessReply['status'], 200>, message: string): WitnessReply {
  return { status, type: PLAIN, body: `${message}\n` }
}
