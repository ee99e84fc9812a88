/**
 * What an entry changes in the projections: of the records, the words, the parties, who is mentioned
 * and what is withheld. It follows from the state before the entry and from the law's answer, and from nothing
 * else, so that it can be made again at any time.
 *
 * @module
 */
import type { WithheldRow } from '../../db/schema.ts'
import type { Applied } from '../accord/law.ts'
import type { Party, State } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import { isDigest } from '../accord/text.ts'
import { versionOf, type Word, wordsFrom } from '../accord/word.ts'

/** A record as an entry leaves it. */
export interface ChangedRecord {
  readonly kind: string
  readonly key: string
  /** JSON. */
  readonly value: string
}

/** A word, from one instant to another. */
export interface TimedWord {
  readonly version: number
  /** POSIX seconds. */
  readonly from: number
  readonly to: number | null
  readonly word: Word
  readonly suspended: boolean
}

/** The words for what a party holds to an instrument, from an entry on, by time alone. */
export interface ChangedWords {
  readonly instrument: string
  readonly party: string
  readonly domain: string
  readonly words: readonly TimedWord[]
}

/** Everything an entry changes in the projections. */
export interface Projection {
  readonly index: number
  readonly records: readonly ChangedRecord[]
  readonly words: readonly ChangedWords[]
  /** A party that enrolled, under its domain. */
  readonly parties: readonly Pick<Party, 'id' | 'domain'>[]
  /** Domains that the entry speaks for or of, sorted. */
  readonly mentions: readonly string[]
  /** What it says is no longer served. */
  readonly withheld: readonly Pick<WithheldRow, 'act' | 'subject'>[]
}

/** Makes the projection of an entry. Pure. */
export function projectEntry(before: State, applied: Applied): Projection {
  const parties = applied.changes.flatMap((c) => (c.table === 'party' ? [c.value as Party] : []))
  return {
    index: before.size,
    records: changedRecords(before, applied),
    words: parties.flatMap((party) => changedWords(before, applied.state, party)),
    parties: parties
      .filter((p) => !before.get('party', p.id))
      .map(({ id, domain }) => ({ id, domain })),
    mentions: mentionedDomains(applied.state, applied.statement),
    withheld: withheldBy(applied.statement),
  }
}

/** The law may write a record as it was; only what differs is a change. */
function changedRecords(before: State, applied: Applied): ChangedRecord[] {
  return applied.changes
    .filter((c) => c.table !== 'entry')
    .map((c) => ({ kind: c.table, key: c.key, value: JSON.stringify(c.value), table: c.table }))
    .filter((c) => JSON.stringify(before.get(c.table, c.key)) !== c.value)
    .map(({ kind, key, value }) => ({ kind, key, value }))
}

/**
 * The words of a party that are not what they were to be.
 *
 * What they were to be is asked of the state before, from the same instant on: an entry that leaves
 * them alone writes nothing.
 */
function changedWords(before: State, after: State, party: Party): ChangedWords[] {
  const was = before.get('party', party.id)
  return party.holdings.flatMap(({ instrument }) => {
    const words = timedWords(after, party, instrument, after.time)
    const expected = was ? timedWords(before, was, instrument, after.time) : []
    if (JSON.stringify(words) === JSON.stringify(expected)) return []
    return [{ instrument, party: party.id, domain: party.domain, words }]
  })
}

/** The words for what a party holds to an instrument from a time on; none where it holds nothing. */
export function timedWords(
  state: State,
  party: Party,
  instrument: string,
  from: number,
): TimedWord[] {
  const current = party.holdings.find((h) => h.instrument === instrument)?.current
  if (!current) return []
  const { version, suspended } = current
  const { terms } = versionOf(state.get('instrument', instrument)!, version)
  const words = wordsFrom(current, party, terms, from)
  return words.map((w, i) => ({
    version,
    from: w.from,
    to: words[i + 1]?.from ?? null,
    word: w.word,
    suspended,
  }))
}

function withheldBy(statement: Statement): Projection['withheld'] {
  if (statement.type !== 'notice/v1') return []
  const { act, subject } = statement
  return act === 'erase' || act === 'takedown' ? [{ act, subject }] : []
}

/** The domains that a statement speaks for or of. */
function mentionedDomains(state: State, statement: Statement): string[] {
  return [...new Set([statement.party, ...subjectsOf(state, statement)])].sort()
}

function subjectsOf(state: State, statement: Statement): string[] {
  if (statement.type === 'verification/v1') return statement.checks.map((c) => c.subject)
  if (statement.type === 'succession/v1') return [statement.successor]
  if (statement.type !== 'notice/v1') return []
  const { subject } = statement
  if (!isDigest(subject)) return [subject]
  const party = state.get('statement', subject)?.party
  return party ? [state.get('party', party)!.domain] : []
}
