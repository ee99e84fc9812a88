/**
 * The log's side of witnessing: asks the witnesses of a policy to cosign a checkpoint.
 *
 * Nothing a witness says is believed but a cosignature that holds. Three answers are an alarm, after
 * which the log signs no more until somebody has looked: that the witness has cosigned a larger tree
 * of this log (409 with a larger size), another tree of this size, or one that this one does not go
 * on from (422, or a 409 of another media type).
 *
 * See https://c2sp.org/tlog-witness.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import type { Hash } from '../tlog/bytes.ts'
import {
  formatNote,
  type Note,
  parseNote,
  parseSignatures,
  type Signature,
  type VerifiedSignature,
  verifySignatures,
} from '../tlog/note.ts'
import { type Policy, type PolicyWitness, quorumMet } from '../tlog/policy.ts'
import { formatAddCheckpoint, parseSize, SIZE_TYPE } from '../tlog/witness.ts'

/** How often one witness is asked about one checkpoint: a first time, and with the size it has. */
const ATTEMPTS = 3
/** How far ahead of our clock a cosignature may be dated, in seconds. */
const SKEW = 300
/** And how far behind: who checks a receipt takes an entry that is so much later for a made up time. */
const LATE = 3600

/** What a witness answered. */
export interface WitnessAnswer {
  readonly status: number
  /** The media type, as it was sent; empty where there is none. */
  readonly type: string
  readonly body: string
}

/**
 * Sends a body to a URL. Rejects where there is no answer, where it is late, redirected, or too
 * long; a witness that hangs must not hold anybody up.
 */
export type PostWitness = (url: string, body: string) => Promise<WitnessAnswer>

/** What witnesses are asked with. */
export interface Witnessing {
  readonly policy: Policy
  readonly post: PostWitness
  /** POSIX seconds. */
  readonly clock: () => number
  readonly verify: Verify
  /** The consistency proof between two sizes of the log. */
  readonly prove: (old: number, size: number) => Promise<readonly Hash[]>
}

/** A checkpoint to be cosigned. */
export interface Candidate {
  readonly size: number
  readonly note: string
}

/** A witness, as the operator and the public see it. */
export interface WitnessStatus {
  readonly name: string
  readonly url: string | null
  /** The last size that it cosigned; null for none since the start. */
  readonly size: number | null
  /** When it last cosigned, in POSIX seconds, by our clock. */
  readonly last: number | null
  /** Why its last answer was no cosignature; null where it was one. */
  readonly trouble: string | null
}

/** How many public entries a witness has not cosigned. */
export function lagOf({ size }: WitnessStatus, published: number): number {
  return Math.max(0, published - (size ?? 0))
}

/** What came of asking. */
export interface Gathered {
  /** The note with every cosignature that came in time. */
  readonly note: string
  /** The names of those who cosigned. */
  readonly names: readonly string[]
  /** Whether they are enough for the policy. */
  readonly met: boolean
}

/** A witness has seen another history. */
export class WitnessAlarm extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'WitnessAlarm'
  }
}

/** Asks witnesses, and remembers what each has. */
export class Witnesses {
  readonly #with: Witnessing
  /** The witnesses behind each URL: one request asks all. */
  readonly #doors: ReadonlyMap<string, readonly PolicyWitness[]>
  /** The size that each URL is thought to have. */
  readonly #sizes = new Map<string, number>()
  readonly #statuses = new Map<string, WitnessStatus>()
  /** The largest tree that was asked about. */
  #largest = 0
  #alarm: WitnessAlarm | null = null

  constructor(witnessing: Witnessing) {
    this.#with = witnessing
    const { witnesses } = witnessing.policy
    this.#doors = grouped(witnesses)
    for (const { name, url } of witnesses) {
      this.#statuses.set(name, { name, url, size: null, last: null, trouble: null })
    }
  }

  /** How each witness of the policy does. */
  get statuses(): readonly WitnessStatus[] {
    return [...this.#statuses.values()]
  }

  /** The first alarm, also one that came after a quorum was met; there is no going on from it. */
  get alarm(): WitnessAlarm | null {
    return this.#alarm
  }

  /** Whether the cosignatures of a note are enough for the policy. */
  meets(note: Note): boolean {
    const { policy, verify } = this.#with
    const vkeys = policy.witnesses.map((w) => w.vkey)
    const names = verifySignatures(note, vkeys, verify).map(({ vkey }) => nameOf(policy, vkey))
    return quorumMet(policy, names)
  }

  /**
   * Asks all witnesses at once, and answers as soon as the quorum is met, or all have answered.
   *
   * @param all - whether every answer is waited for
   * @throws {WitnessAlarm} also one that came too late for the call before
   */
  gather(candidate: Candidate, all = false): Promise<Gathered> {
    if (this.#alarm) return Promise.reject(this.#alarm)
    this.#largest = Math.max(this.#largest, candidate.size)
    const note = parseNote(candidate.note)
    const lines: VerifiedSignature[] = []
    return new Promise((resolve, reject) => {
      const done = () => resolve(this.#gathered(note, lines))
      const asked = [...this.#doors].map(async ([url, witnesses]) => {
        lines.push(...(await this.#ask(url, witnesses, candidate, note)))
        if (!all && this.#gathered(note, lines).met) done()
      })
      Promise.all(asked).then(done, reject)
    })
  }

  #gathered(note: Note, lines: readonly VerifiedSignature[]): Gathered {
    const { policy } = this.#with
    const names = lines.map(({ vkey }) => nameOf(policy, vkey))
    const anew = (line: Signature) => lines.some((l) => l.name === line.name && l.id === line.id)
    const signatures = [
      ...note.signatures.filter((line) => !anew(line)),
      ...lines.map(({ name, id, blob }) => ({ name, id, blob })),
    ]
    return { note: formatNote({ ...note, signatures }), names, met: quorumMet(policy, names) }
  }

  /** Asks behind one URL. What it fails with is its trouble, and no cosignature; an alarm is ours. */
  async #ask(
    url: string,
    witnesses: readonly PolicyWitness[],
    candidate: Candidate,
    note: Note,
  ): Promise<VerifiedSignature[]> {
    try {
      const lines = await this.#cosign(url, witnesses, candidate, note)
      this.#sizes.set(url, candidate.size)
      for (const w of witnesses) this.#remember(w, candidate, lines)
      return lines
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error)
      for (const { name } of witnesses) {
        this.#statuses.set(name, { ...this.#statuses.get(name)!, trouble })
      }
      if (!(error instanceof WitnessAlarm)) return []
      this.#alarm ??= error
      throw error
    }
  }

  async #cosign(
    url: string,
    witnesses: readonly PolicyWitness[],
    { size, note: text }: Candidate,
    note: Note,
  ): Promise<VerifiedSignature[]> {
    const { post, prove } = this.#with
    let old = Math.min(this.#sizes.get(url) ?? 0, size)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const proof = old === 0 ? [] : await prove(old, size)
      const answer = await post(`${url}/add-checkpoint`, formatAddCheckpoint({ old, proof, text }))
      if (answer.status === 200) return this.#open(answer.body, witnesses, note)
      old = demandSize(url, answer, old, size, this.#largest)
    }
    throw new Error(`${url} gave another size each time`)
  }

  /** The cosignatures by these witnesses that hold. One that does not spoils the answer. */
  #open(body: string, witnesses: readonly PolicyWitness[], note: Note): VerifiedSignature[] {
    const { verify, clock } = this.#with
    const vkeys = witnesses.map((w) => w.vkey)
    const lines = verifySignatures({ ...note, signatures: parseSignatures(body) }, vkeys, verify)
    const now = clock()
    const dated = (time: number | null) => time !== null && time > now - LATE && time <= now + SKEW
    const wrong = lines.find(({ time }) => !dated(time))
    if (wrong) throw new Error(`a cosignature is dated ${wrong.time}`)
    if (lines.length === 0) throw new Error('the answer has no cosignature by its key')
    return lines
  }

  #remember(
    witness: PolicyWitness,
    { size }: Candidate,
    lines: readonly VerifiedSignature[],
  ): void {
    const { name } = witness
    const signed = lines.some(({ vkey }) => vkey === witness.vkey)
    const before = this.#statuses.get(name)!
    const after = signed
      ? { size, last: this.#with.clock(), trouble: null }
      : { trouble: 'the answer has no cosignature by its key' }
    this.#statuses.set(name, { ...before, ...after })
  }
}

/** The size that a refusal gives. @throws {WitnessAlarm} */
function demandSize(
  url: string,
  answer: WitnessAnswer,
  old: number,
  size: number,
  largest: number,
): number {
  const { status, type, body } = answer
  const known = status === 409 && type.split(';')[0]!.trim() === SIZE_TYPE ? parseSize(body) : null
  if (status === 422 || (status === 409 && type.split(';')[0]!.trim() !== SIZE_TYPE)) {
    throw new WitnessAlarm(
      `${url} has seen a history that this one does not go on from (${status})`,
    )
  }
  if (known === null) throw new Error(`${url} answered ${status}`)
  if (known > largest) {
    throw new WitnessAlarm(`${url} has cosigned ${known} entries; this log has ${largest}`)
  }
  // What was asked later may be answered first.
  if (known > size) throw new Error(`${url} has cosigned ${known} entries since`)
  if (known === old) throw new Error(`${url} refuses the size that it says it has, ${known}`)
  return known
}

function grouped(witnesses: readonly PolicyWitness[]): Map<string, PolicyWitness[]> {
  const doors = new Map<string, PolicyWitness[]>()
  for (const witness of witnesses) {
    if (witness.url === null) continue
    const url = witness.url.replace(/\/+$/, '')
    doors.set(url, [...(doors.get(url) ?? []), witness])
  }
  return doors
}

function nameOf(policy: Policy, vkey: VerifiedSignature['vkey']): string {
  return policy.witnesses.find((w) => w.vkey === vkey)!.name
}
