/**
 * The registrar: admits a statement or refuses it. First the law, then admission, then the
 * sequencer, which asks the law again.
 *
 * @module
 */

import type { Sql } from '../../db/sql.ts'
import type { Signer } from '../../keys/signer.ts'
import { parseSignedText, type SignedText } from '../accord/attestation.ts'
import { supposeShown } from '../accord/control.ts'
import { parseEntry } from '../accord/entry.ts'
import { AccordError } from '../accord/error.ts'
import { type Applied, judge } from '../accord/law.ts'
import { isRefusal, type Refusal } from '../accord/refusal.ts'
import type { State } from '../accord/state.ts'
import { parseStatement, type Statement, statementDigest } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import { headOf } from '../register/head.ts'
import { entryOf, type LoggedEntry } from '../register/log.ts'
import { openRows, type Rows } from '../register/state.ts'
import { earlyReceiptOf, receiptOf } from '../register/tree.ts'
import { wantedBy } from '../register/wanted.ts'
import { takenDown } from '../register/withheld.ts'
import { equal, utf8 } from '../tlog/bytes.ts'
import { parseProof } from '../tlog/proof.ts'
import { ADMISSION, type Admission } from './admission.ts'
import { type Denial, isDenial, signRefusal } from './clerk.ts'
import type { Inspector } from './inspector.ts'
import type { Persons } from './persons.ts'
import type { Sequenced, Sequencer } from './sequencer.ts'
import { readTrial, type Trial, trialOf } from './trial.ts'
import { Turns } from './turns.ts'
import type { Verified } from './verified.ts'
import type { Witnesses } from './witnesses.ts'

/** What became of a submission. */
export type Outcome = Logged | RefusedOutcome

/** It is in the log. */
export interface Logged {
  readonly kind: 'logged'
  readonly digest: Digest
  readonly index: number
  /** POSIX seconds. */
  readonly time: number
  /** The `.tlog-proof`. */
  readonly receipt: string
  /** Whether the receipt has the quorum of the witnesses that this registry asks. */
  readonly witnessed: boolean
  /** False where it was in the log already, with the same signatures. */
  readonly first: boolean
}

/** It is not in the log, or not with these signatures. */
export interface RefusedOutcome {
  readonly kind: 'refused'
  /** Null where no statement could be read. */
  readonly digest: Digest | null
  readonly refusal: Denial
  /** The refusal signed by the clerk. */
  readonly note: string
  /** With `already-logged`: the receipt of what is in the log. */
  readonly receipt: string | null
}

/** What comes with a submission. */
export interface Sending {
  /** The cards of its officers, as texts. */
  readonly cards?: readonly string[]
}

/** A submission on its way. */
interface Request {
  readonly note: Uint8Array
  readonly signed: SignedText
  readonly sending: Sending
}

/** What the registrar works with. */
export interface Registration {
  readonly sql: Sql
  readonly origin: string
  readonly sequencer: Sequencer
  readonly clerk: Signer
  /** POSIX seconds. */
  readonly clock: () => number
  readonly verified: Verified
  /** Asked after those that are always made. */
  readonly admission?: readonly Admission[] | undefined
  /** Asks domains for their keys; left out where that is done by hand. */
  readonly inspector?: Inspector | undefined
  /** Keeps cards; left out where none are taken. */
  readonly persons?: Persons | undefined
  /** Whose cosignatures are asked for; left out where nobody's are. */
  readonly witnesses?: Witnesses | undefined
  /** Told of each party whose record changes, by its domain. */
  readonly onEnrolled?: (domain: string) => void
}

/** Admits statements. */
export class Registrar {
  readonly #with: Registration
  readonly #enrolments = new Turns()

  constructor(registration: Registration) {
    this.#with = registration
  }

  /**
   * Puts an attestation into the log, or refuses it. Submitting again is harmless: the same
   * attestation is answered with its first receipt.
   *
   * @throws {DepositaryError} `CLOCK`, `BUSY`, `STOPPED`
   */
  async submit(note: Uint8Array, sending: Sending = {}): Promise<Outcome> {
    const { sql, sequencer } = this.#with
    const signed = refusing(() => parseSignedText(note))
    if (isRefusal(signed)) return this.#refuse(null, signed)
    const digest = statementDigest(signed.text)
    const known = await entryOf(sql, digest)
    const request = { note, signed, sending }
    // What is committed and not public yet is answered by the sequencer, when it is public.
    if (known && known.index < sequencer.head.size) return this.#answerKnown(known, request)
    const answer: Sequenced | Denial = known
      ? await this.#sequence(request)
      : await this.#enter(request)
    if (!isDenial(answer)) return this.#logged(request, answer, true)
    if (answer.code !== 'already-logged') return this.#refuse(digest, answer)
    return this.#answerKnown((await entryOf(sql, digest))!, request)
  }

  /** Judges an attestation, or the bare text of a statement, as if it were submitted. */
  async check(text: Uint8Array): Promise<Trial> {
    const at = this.#with.clock()
    const signed = refusing(() => readTrial(text))
    const [rows, down] = await Promise.all([this.#rows(), takenDown(this.#with.sql)])
    if (isRefusal(signed)) return trialOf(rows, null, signed, at, down)
    const answer = await this.#try(rows, signed, at)
    const denial = isRefusal(answer) ? answer : await this.#admission(answer.statement)
    return rows.run(() => trialOf(rows, signed, denial ?? answer, Math.max(at, rows.time), down))
  }

  /** Where the registry asks domains itself, a trial takes for granted that they show the keys. */
  async #try(rows: Rows, signed: SignedText, now: number): Promise<Applied | Refusal> {
    const answer = await this.#judge(rows, signed, now, true)
    const unshown = isRefusal(answer) && answer.code === 'domain-unconfirmed'
    if (!unshown || !(await this.#with.inspector?.asks())) return answer
    const statement = parseStatement(signed.text)
    if (statement.type !== 'enrolment/v1' || statement.mode === 'cancel') return answer
    const { party } = statement
    return this.#judge(rows, signed, now, true, (state, at) =>
      supposeShown(state, party, statement, at),
    )
  }

  /** The law, then admission, then the sequencer. */
  async #enter(request: Request): Promise<Sequenced | Denial> {
    const { signed } = request
    const judged = await this.#judge(await this.#rows(), signed, this.#with.clock(), false)
    if (isRefusal(judged)) return this.#refused(request, judged)
    const { statement } = judged
    const { inspector } = this.#with
    if (await inspector?.mustAsk(statement)) return this.#confirm(inspector!, request, UNSHOWN)
    const admit = async () => (await this.#admission(statement)) ?? this.#sequence(request)
    if (statement.type !== 'enrolment/v1') return admit()
    const answer = await this.#inTurn(admit)
    if (!isDenial(answer)) this.#with.onEnrolled?.(statement.party)
    return answer
  }

  async #refused(request: Request, refusal: Refusal): Promise<Sequenced | Denial> {
    // Logged since it was looked up: the sequencer says so again, and when that is public.
    if (refusal.code === 'already-logged') return this.#sequence(request)
    const { inspector } = this.#with
    if (refusal.code !== 'domain-unconfirmed' || !inspector) return refusal
    return this.#confirm(inspector, request, refusal)
  }

  /**
   * Asks the domain, and logs what it said together with the enrolment. Admission comes before:
   * nobody is asked for the sake of a statement that would not be taken.
   */
  async #confirm(
    inspector: Inspector,
    request: Request,
    refusal: Refusal,
  ): Promise<Sequenced | Denial> {
    const { signed, note } = request
    const statement = parseStatement(signed.text)
    if (statement.type !== 'enrolment/v1') return refusal
    const denial = await this.#admission(statement)
    if (denial) return denial
    const seen = await inspector.confirm(statement, refusal)
    if (isDenial(seen)) return seen
    return this.#inTurn(async () => {
      const late = await this.#admission(statement)
      const enter = () => inspector.enter(seen, note, wantedBy(signed.text))
      return late ?? this.#keeping(request, enter)
    })
  }

  /** What is admitted by looking at the parties there are must not overtake another enrolment. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { admission = [] } = this.#with
    return admission.length > 0 ? this.#enrolments.next(work) : work()
  }

  #sequence(request: Request): Promise<Sequenced | Denial> {
    const { note, signed } = request
    return this.#keeping(request, () => this.#with.sequencer.submit(note, wantedBy(signed.text)))
  }

  /** Work that may log a statement, while the cards are kept that came with it. */
  async #keeping<T>({ signed, sending }: Request, work: () => Promise<T>): Promise<T | Denial> {
    const { cards = [] } = sending
    if (cards.length === 0) return work()
    const { persons } = this.#with
    if (!persons) return { code: 'admission-card', detail: 'this registry keeps no cards' }
    const statement = parseStatement(signed.text)
    return persons.during({ statement, digest: statementDigest(signed.text), cards }, work)
  }

  async #rows(): Promise<Rows> {
    const { sql } = this.#with
    return openRows(sql, (await headOf(sql)).size)
  }

  /**
   * The law's answer. The signatures that it asks about are verified off this thread first.
   *
   * @param now - POSIX seconds, read once: what follows from the answer is asked about at the same time
   */
  async #judge(
    rows: Rows,
    signed: SignedText,
    now: number,
    trial: boolean,
    suppose: (state: State, at: number) => State = (state) => state,
  ): Promise<Applied | Refusal> {
    const { verified } = this.#with
    await rows.load(wantedBy(signed.text))
    const time = Math.max(now, rows.time)
    const { seenRoot } = rows
    return verified.run((verify) =>
      rows.run(() => judge(suppose(rows, time), signed, time, { seenRoot, verify, trial })),
    )
  }

  async #admission(statement: Statement): Promise<Denial | null> {
    const { sql, clock, admission = [] } = this.#with
    const application = { statement, at: clock(), sql }
    for (const admits of [...ADMISSION, ...admission]) {
      const denial = await admits(application)
      if (denial) return denial
    }
    return null
  }

  async #answerKnown(entry: LoggedEntry, request: Request): Promise<Outcome> {
    const { index, digest } = entry
    if (!equal(parseEntry(entry.body).attestation, request.note)) {
      const detail = `it is entry ${index}, with other signatures`
      return this.#refuse(digest, { code: 'already-logged', detail, index })
    }
    const answer = await this.#keeping(request, async () => entry)
    return isDenial(answer) ? this.#refuse(digest, answer) : this.#logged(request, answer, false)
  }

  /** Done again for what is sent again, so that an erasure that was cut short can be gone on with. */
  async #logged(
    { signed }: Request,
    { digest, index, time }: Sequenced,
    first: boolean,
  ): Promise<Logged> {
    const statement = parseStatement(signed.text)
    if (statement.type === 'notice/v1' && statement.act === 'erase') {
      await this.#with.persons?.erase(statement.subject)
    }
    const receipt = await this.#receipt(index)
    const { checkpoint } = parseProof(utf8(receipt))
    const witnessed = this.#with.witnesses?.meets(checkpoint) ?? false
    return { kind: 'logged', digest, index, time, receipt, witnessed, first }
  }

  async #refuse(digest: Digest | null, refusal: Denial): Promise<RefusedOutcome> {
    const { clerk, origin, clock } = this.#with
    const note = await signRefusal(clerk, origin, digest, refusal, clock())
    const logged = refusal.code === 'already-logged' && refusal.index !== undefined
    const receipt = logged ? await this.#receipt(refusal.index) : null
    return { kind: 'refused', digest, refusal, note, receipt }
  }

  /** Of an entry that is in the log; a public checkpoint may still be to come. */
  async #receipt(index: number): Promise<string> {
    const { sql } = this.#with
    return ((await receiptOf(sql, index)) ?? (await earlyReceiptOf(sql, index)))!
  }
}

/** As the law says it, of a domain that shows the keys no longer. */
const UNSHOWN: Refusal = {
  code: 'domain-unconfirmed',
  detail: 'the domain does not show these keys now',
}

/** What does not read as an attestation is refused as the law would refuse it. */
function refusing(read: () => SignedText): SignedText | Refusal {
  try {
    return read()
  } catch (e) {
    if (!(e instanceof AccordError) || e.code !== 'MALFORMED') throw e
    return { code: 'malformed-attestation', detail: e.message }
  }
}
