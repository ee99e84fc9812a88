/**
 * A registry opened: guarded, then in service.
 *
 * @module
 */

import type { Sql } from '../../db/sql.ts'
import type { Verify, VerifyAsync } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import { formatVKey } from '../../keys/vkey.ts'
import { vkeysOf } from '../accord/quorum.ts'
import type { Refusal } from '../accord/refusal.ts'
import { clerks, logKeys } from '../accord/registry.ts'
import type { Registry } from '../accord/state.ts'
import type { Digest } from '../accord/text.ts'
import type { Asking, Sighting } from '../domain/ask.ts'
import { headOf, type LogHead } from '../register/head.ts'
import { provePrefix } from '../register/tree.ts'
import type { Policy } from '../tlog/policy.ts'
import type { Admission, NotAdmitted } from './admission.ts'
import { faultOfBearing } from './bearing.ts'
import { DepositaryError } from './error.ts'
import { Gate, type GateRules } from './gate.ts'
import { checkHead, demandSigners } from './guard.ts'
import { Inspector } from './inspector.ts'
import { askMirrors, type MirrorAsking } from './mirrors.ts'
import { openPersons, type PersonStore } from './persons.ts'
import type { Publication } from './publisher.ts'
import { type Outcome, Registrar, type Sending } from './registrar.ts'
import { Rounds } from './rounds.ts'
import { openSequencer } from './sequencer.ts'
import type { Trial } from './trial.ts'
import { Verified } from './verified.ts'
import { type PostWitness, WitnessAlarm, Witnesses, type WitnessStatus } from './witnesses.ts'

/** What a registry is opened with. */
export interface Opening {
  readonly sql: Sql
  readonly publication: Publication
  /** The log's keys. */
  readonly signers: readonly Signer[]
  /** The depositary's clerk. */
  readonly clerk: Signer
  /** POSIX seconds. */
  readonly clock: () => number
  /** Behind `verifyAsync`, for what it was not asked beforehand. */
  readonly verify: Verify
  readonly verifyAsync: VerifyAsync
  /** Limits and exemptions; left out where there are none. */
  readonly gate?: GateRules
  /** Asked after those that are always made. */
  readonly admission?: readonly Admission[]
  /** Where officers' cards are kept; left out where none are taken. */
  readonly persons?: PersonStore
  /** How domains are asked for their keys; left out where that is done by hand. */
  readonly asking?: Asking
  /** Whose cosignatures a checkpoint needs before it is public; left out where nobody is asked. */
  readonly witnessing?: {
    readonly policy: Policy
    readonly post: PostWitness
    /** Whether receipts are given before the quorum has cosigned. */
    readonly early?: boolean
  }
  /** Asked at the start whether any has more of this log; left out where none is known. */
  readonly mirrors?: MirrorAsking | undefined
  /** Told of every sighting at a domain. */
  readonly onSighting?: (sighting: Sighting) => void
  /** Told where a check that was made is refused by the law. */
  readonly onRefusal?: (refusal: Refusal) => void
  /** Told once, when the registry stops taking submissions. */
  readonly onAlarm?: (error: DepositaryError) => void
}

/** A registry in service. */
export interface Depositary {
  readonly origin: string
  /** Who may send how much, and what was turned away. */
  readonly gate: Gate
  /** See {@link Registrar.submit}. */
  submit(note: Uint8Array, sending?: Sending): Promise<Outcome>
  /** See {@link Registrar.check}. */
  check(text: Uint8Array): Promise<Trial>
  /**
   * Asks a domain for its keys, as an enrolment would have it asked, and logs nothing.
   *
   * @returns what each channel said; nothing where domains are confirmed by hand
   */
  look(domain: string): Promise<readonly Sighting[] | NotAdmitted>
  /** The cards that are kept of a statement's officers, by digest: see {@link Persons.of}. */
  cards(statement: Digest): Promise<ReadonlyMap<string, string>>
  /** The checkpoint that is public. */
  published(): LogHead
  /** How many submissions wait. */
  waiting(): number
  /** Why it takes no more submissions; null while it does. */
  stopped(): DepositaryError | null
  /** How each witness does that is asked. */
  witnesses(): readonly WitnessStatus[]
  /**
   * Writes the tally, asks the domains that are due and logs what is new, and has an idle head
   * cosigned anew: see {@link Rounds.go} and {@link Sequencer.beat}. For a timer, each minute.
   */
  round(): Promise<void>
  /** Does what waits, and takes nothing more. */
  close(): Promise<void>
}

/**
 * Opens a registry.
 *
 * @throws {DepositaryError} `CLOSED`, `BEHIND`, `FORKED`, `UNPUBLISHED`, `PUBLISHED`, `TREE`,
 *   `PROJECTIONS`, `KEYS`
 * @throws {RegisterError} `NO_LOG`
 */
export async function openDepositary(opening: Opening): Promise<Depositary> {
  const { sql, publication, signers, clerk, clock, admission = [], onAlarm } = opening
  const { asking, onSighting } = opening
  const guarded = await checkHead(sql, publication, opening.verify)
  const { registry } = guarded
  if (opening.mirrors) await askMirrors(sql, guarded, opening.mirrors, opening.verify)
  demandSigners(signers, logKeys(registry))
  demandClerk(clerk, registry)
  const { origin } = registry
  const verified = new Verified(opening.verify, opening.verifyAsync)
  const { verify } = verified
  const witnesses = opening.witnessing && (await askFirst(opening, opening.witnessing))
  const sequencer = await openSequencer({
    ...{ sql, origin, signers, clock, verify, publication, witnesses, onAlarm },
    early: opening.witnessing?.early,
  })
  // What was public before anybody was asked has no cosignatures yet.
  await sequencer.beat()
  const persons = opening.persons && (await openPersons(opening.persons, sql))
  const inspector = asking && new Inspector({ sql, origin, sequencer, clerk, clock, asking })
  const gate = new Gate(sql, clock, opening.gate)
  const onRefusal = (refusal: Refusal) => {
    gate.refused(refusal.code)
    opening.onRefusal?.(refusal)
  }
  const rounds = inspector && new Rounds({ sql, inspector, clock, onSighting, onRefusal })
  const registrar = new Registrar({
    ...{ sql, origin, sequencer, clerk, clock, verified, inspector, persons, witnesses },
    admission: [...gate.admission, ...admission],
    onEnrolled: (domain) => rounds?.soon(domain),
  })
  return {
    origin,
    gate,
    submit: async (note, sending) => {
      const outcome = await registrar.submit(note, sending)
      if (outcome.kind === 'refused') gate.refused(outcome.refusal.code)
      return outcome
    },
    check: (text) => registrar.check(text),
    look: async (domain) => {
      const detail = faultOfBearing(domain)
      if (detail !== null) return { code: 'admission-domain', detail }
      return inspector ? inspector.show(domain) : []
    },
    cards: async (statement) => persons?.of(statement) ?? new Map(),
    published: () => sequencer.head,
    waiting: () => sequencer.waiting,
    stopped: () => sequencer.stopped,
    witnesses: () => witnesses?.statuses ?? [],
    round: async () => {
      await gate.flush()
      await sequencer.beat()
      await rounds?.go()
    },
    close: async () => {
      if (!sequencer.stopped) await Promise.all([gate.flush(), rounds?.end()])
      await sequencer.close()
    },
  }
}

/**
 * Witnesses are asked about the head before anything is signed on it: one that has seen more of this
 * log knows that the database was put back.
 *
 * @throws {DepositaryError} `BEHIND`
 */
async function askFirst(
  { sql, clock, verify }: Opening,
  { policy, post }: NonNullable<Opening['witnessing']>,
): Promise<Witnesses> {
  const prove = (old: number, size: number) => provePrefix(sql, old, size)
  const witnesses = new Witnesses({ policy, post, clock, verify, prove })
  const head = await headOf(sql)
  try {
    await witnesses.gather({ size: head.size, note: head.note }, true)
    return witnesses
  } catch (cause) {
    if (!(cause instanceof WitnessAlarm)) throw cause
    throw new DepositaryError('BEHIND', cause.message, { cause, head: head.note })
  }
}

function demandClerk(clerk: Signer, { keeping, nextKeeping }: Registry): void {
  const named = [...clerks(keeping), ...(nextKeeping ? clerks(nextKeeping.value) : [])]
  if (!vkeysOf(named).includes(formatVKey(clerk.vkey))) {
    throw new DepositaryError('KEYS', `${clerk.vkey.name}+${clerk.vkey.id} is no clerk's key`)
  }
}
