/**
 * Mentions: whom and what each statement of a log names, and from that which entries a statement
 * rests on.
 *
 * See docs/spec/evidence.md, "Which entries".
 *
 * @module
 */
import type { Statement, StatementType } from './statement.ts'
import type { Digest } from './text.ts'

/** What a statement in the log names: as much as decides whose evidence it belongs to. */
export interface Mention {
  readonly index: number
  readonly digest: Digest
  readonly type: StatementType
  /** The domain that speaks. */
  readonly party: string
  /** The domain that takes its place. */
  readonly successor: string | null
  /** The id of the instrument that it is, or is about. */
  readonly instrument: string | null
  /** The domains that were checked; the statement or the domain that a notice is about. */
  readonly subjects: readonly string[]
}

/** What a statement names. */
export function mentionOf(index: number, digest: Digest, statement: Statement): Mention {
  const { type, party } = statement
  return {
    index,
    digest,
    type,
    party,
    successor: statement.type === 'succession/v1' ? statement.successor : null,
    instrument: instrumentOf(statement),
    subjects: subjectsOf(statement),
  }
}

function instrumentOf(s: Statement): string | null {
  if (s.type === 'instrument/v1') return s.id
  return s.type === 'commitment/v1' || s.type === 'report/v1' ? s.instrument.id : null
}

function subjectsOf(s: Statement): string[] {
  if (s.type === 'notice/v1') return [s.subject]
  return s.type === 'verification/v1' ? [...new Set(s.checks.map((c) => c.subject))] : []
}

/**
 * The entries that a statement rests on, and the statement's own, in order:
 *
 * - every `registry/v1`;
 * - the chains of its party's domain and of every domain tied to that one by successions, for each
 *   signs or stops the other's;
 * - the verifications of those domains, and the notices about them or their statements;
 * - every version of the instruments that those chains name.
 *
 * Nothing after the subject is among them.
 *
 * @param mentions - of the entries from 0 through the subject, in order; later ones are ignored
 * @param subject - the statement's index
 * @throws {RangeError} where the subject is not among them
 */
export function evidenceIndexes(mentions: readonly Mention[], subject: number): number[] {
  const before = mentions.filter((m) => m.index <= subject)
  const domains = new Set(evidenceDomains(before, subject))
  const last = before.at(-1)!
  const chains = before.filter((m) => domains.has(m.party))
  const named = new Set<string>([...domains, ...chains.map((m) => m.digest)])
  const instruments = new Set([...chains, last].map((m) => m.instrument))
  return before.filter((m) => m === last || rests(m)).map((m) => m.index)

  function rests(m: Mention): boolean {
    if (m.type === 'registry/v1' || domains.has(m.party)) return true
    if (m.type === 'instrument/v1') return instruments.has(m.instrument)
    return m.subjects.some((s) => named.has(s))
  }
}

/**
 * The domains whose chains a statement rests on.
 *
 * @param mentions - from entry 0 through the subject, in order
 * @throws {RangeError} where the subject is not the last of them
 */
export function evidenceDomains(mentions: readonly Mention[], subject: number): string[] {
  const last = mentions.at(-1)
  if (last?.index !== subject) throw new RangeError(`no mention of entry ${subject}`)
  return [...tied(partiesOf(last, mentions), mentions)]
}

/** Whose statement it is; for a notice, whom it is about. The depositary is no party. */
function partiesOf(last: Mention, before: readonly Mention[]): string[] {
  const depositary = before[0]!.party
  if (last.party !== depositary) return [last.party]
  if (last.type !== 'notice/v1') return []
  const [subject] = last.subjects
  const about = before.find((m) => m.digest === subject)?.party ?? subject!
  return about === depositary ? [] : [about]
}

/** These domains, and all that successions tie to them. */
function tied(domains: readonly string[], before: readonly Mention[]): Set<string> {
  const found = new Set(domains)
  const successions = before.filter((m) => m.successor !== null)
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const { party, successor } of successions) {
      if (found.has(party) || found.has(successor!)) found.add(party).add(successor!)
    }
  }
  return found
}
