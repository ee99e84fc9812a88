/**
 * A trial: what would become of a statement, without writing.
 *
 * @module
 */

import { settled } from '../accord/agenda.ts'
import { parseSignedText, type SignedText } from '../accord/attestation.ts'
import type { Applied } from '../accord/law.ts'
import type { Missing } from '../accord/refusal.ts'
import { servedState, type TakenDown } from '../accord/served.ts'
import { type Standing, standing } from '../accord/standing.ts'
import type { Due, State } from '../accord/state.ts'
import { claimedType, type StatementType, statementDigest } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import type { WordChange } from '../register/changes.ts'
import { type ChangedWords, projectEntry, timedWords } from '../register/projection.ts'
import { fromUtf8 } from '../tlog/bytes.ts'
import type { Denial } from './clerk.ts'

/** What would become of a statement. */
export interface Trial {
  /** Null where no statement could be read. */
  readonly digest: Digest | null
  readonly type: StatementType | null
  /** Null where it would be admitted, once `missing` is empty. */
  readonly refusal: Denial | null
  /** The quorums that are not met yet. */
  readonly missing: readonly Missing[]
  /** The words that it would change. */
  readonly words: readonly WordChange[]
  /** The standings that it would change; null where there is none. */
  readonly standings: readonly {
    readonly before: Standing | null
    readonly after: Standing | null
  }[]
  /** The changes that it would announce. */
  readonly announced: readonly Due[]
  /** Judged as if it were the next entry after `size`, at this time in POSIX seconds. */
  readonly at: number
  readonly size: number
}

/**
 * Reads an attestation, or the bare text of a statement, which nobody has signed yet.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function readTrial(bytes: Uint8Array): SignedText {
  const text = fromUtf8(bytes)
  const bare = text !== null && claimedType(text) !== undefined
  return bare ? { text, signatures: [] } : parseSignedText(bytes)
}

/**
 * The trial that an answer of the law or of admission comes to.
 *
 * @param down - statements whose texts the standings do not quote
 */
export function trialOf(
  state: State,
  signed: SignedText | null,
  answer: Applied | Denial,
  at: number,
  down: TakenDown,
): Trial {
  const base = {
    digest: signed && statementDigest(signed.text),
    at,
    size: state.size,
  }
  if ('changes' in answer) return { ...base, ...effectsOf(state, answer, at, down) }
  const nothing = {
    type: null,
    missing: answer.missing ?? [],
    words: [],
    standings: [],
    announced: [],
  }
  return { ...base, ...nothing, refusal: answer }
}

function effectsOf(state: State, applied: Applied, at: number, down: TakenDown) {
  const before = settled(state, at)
  const { words } = projectEntry(state, applied)
  return {
    type: applied.statement.type,
    refusal: null,
    missing: applied.missing,
    words: words.flatMap((changed) => wordChange(before, changed, at)),
    standings: words.map(({ party, instrument }) => ({
      before: standing(servedState(state, down), party, instrument, at),
      after: standing(servedState(applied.state, down), party, instrument, at),
    })),
    announced: announcedBy(before, applied.state),
  }
}

function wordChange(before: State, changed: ChangedWords, at: number): WordChange[] {
  const { instrument, party: id, domain } = changed
  const party = before.get('party', id)
  const was = party && timedWords(before, party, instrument, at)[0]
  const now = changed.words[0]!
  if (was?.word === now.word && was.suspended === now.suspended && was.version === now.version) {
    return []
  }
  const { version, word: after, suspended } = now
  const who = { party: id as Digest, domain, instrument, version }
  return [{ at, ...who, before: was?.word ?? null, after, suspended }]
}

function announcedBy(before: State, after: State): Due[] {
  const known = (before.get('agenda', '') ?? []).map((d) => JSON.stringify(d))
  return (after.get('agenda', '') ?? []).filter((d) => !known.includes(JSON.stringify(d)))
}
