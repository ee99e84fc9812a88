/**
 * Who stands by an instrument, as of a day, as known at a tree size.
 *
 * The words are rows with a range of sizes and a range of times, so the list is a range query. What
 * the rows cannot tell is a delay that runs out after the last entry: those few parties are asked of
 * the law.
 *
 * @module
 */
import type { SelectQueryBuilder } from 'kysely'
import type { Tables, WordRow } from '../../db/schema.ts'
import { listed, q, type Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import type { Party, PartyKind, State } from '../accord/state.ts'
import type { Digest } from '../accord/text.ts'
import type { Word } from '../accord/word.ts'
import { type Asked, type Decided, decide } from './asked.ts'
import { cursorOf, type Paged, splitCursor } from './party.ts'
import { timedWords } from './projection.ts'
import { withState } from './state.ts'

/** Words under which a party counts, unless it is suspended. */
const BOUND: readonly Word[] = ['active', 'due', 'overdue', 'withdrawing']

/** A party that holds, or ever held, a commitment to an instrument. */
export interface Signatory {
  readonly party: Digest
  readonly domain: string
  readonly name: string
  readonly kind: PartyKind
  readonly jurisdiction: string | null
  readonly version: number
  readonly word: Word
  readonly suspended: boolean
  /** Whether it counts as bound. */
  readonly bound: boolean
  /** When it signed; when the commitment came to bind; up to when it holds. POSIX seconds. */
  readonly signed: number
  readonly since: number | null
  readonly until: number | null
  /** How many reservations it makes. */
  readonly reservations: number
  /** The last entry that made the commitment what it is. */
  readonly index: number
}

/** Signatories by domain. */
export interface SignatoryPage extends Decided {
  readonly signatories: readonly Signatory[]
  readonly next: string | null
  /** How many parties there are under the words asked for, and how many are bound at all. */
  readonly total: number
  readonly bound: number
  /** How many there are under each word, whatever was asked for. */
  readonly tally: ReadonlyMap<Word, number>
}

/** What is asked of the list. */
export interface AskedSignatories extends Asked, Paged {
  /** Only parties under these words. */
  readonly words?: readonly Word[] | undefined
}

/** A party's word, before it is dressed. */
interface Line {
  readonly id: string
  readonly domain: string
  readonly word: Word
  readonly suspended: boolean
}

/**
 * The signatories of an instrument. Every party that ever held a commitment to it is in the list,
 * under its present word.
 *
 * @returns null where there was no such instrument yet
 */
export async function listSignatories(
  sql: Sql,
  instrument: string,
  asked: AskedSignatories,
): Promise<SignatoryPage | null> {
  const decided = await decide(sql, asked)
  const moved = await movedLines(sql, instrument, decided)
  if (!moved) return null
  const wanted = (line: Pick<Line, 'word'>) => !asked.words || asked.words.includes(line.word)
  const still = words(instrument, decided, [...moved.keys()])
  const chosen = asked.words ? still.where('word', 'in', asked.words) : still
  const [lines, counted] = await Promise.all([
    linesAfter(sql, chosen, asked),
    countedLines(sql, still),
  ])
  const others = [...moved.values()].filter((line) => line !== null)
  const merged = [...lines, ...others.filter((l) => wanted(l) && isAfter(l, asked.cursor))]
  const page = merged.sort(compareLines).slice(0, asked.limit)
  return {
    ...decided,
    signatories: await dress(sql, instrument, decided, page),
    next: merged.length > page.length ? cursorOf(page.at(-1)!) : null,
    ...tallied([...counted, ...others.map((line) => ({ ...line, n: 1 }))], wanted),
  }
}

/** So many parties under a word. */
type Counted = Pick<Line, 'word' | 'suspended'> & { readonly n: number }

function tallied(counted: readonly Counted[], wanted: (line: Counted) => boolean) {
  const sum = (of: readonly Counted[]) => of.reduce((n, c) => n + c.n, 0)
  const words = [...new Set(counted.map((c) => c.word))]
  return {
    total: sum(counted.filter(wanted)),
    bound: sum(counted.filter(isBoundLine)),
    tally: new Map(words.map((w) => [w, sum(counted.filter((c) => c.word === w))])),
  }
}

/** The words that hold at a time, as known at a size. */
function words(instrument: string, { at, size }: Decided, but: readonly string[]) {
  const rows = q
    .selectFrom('word')
    .where('instrument', '=', instrument)
    .where('from_index', '<', size)
    .where((e) => e.or([e('to_index', 'is', null), e('to_index', '>=', size)]))
    .where('at_from', '<=', at)
    .where((e) => e.or([e('at_to', 'is', null), e('at_to', '>', at)]))
  return but.length > 0 ? rows.where('party', 'not in', listed(but)) : rows
}

type Words = SelectQueryBuilder<Tables, 'word', Record<never, never>>

async function linesAfter(sql: Sql, rows: Words, { cursor, limit }: Paged): Promise<Line[]> {
  const found = await sql.all(
    rows
      .select(['domain', 'party', 'word', 'suspended'])
      .where((e) => e(e.refTuple('domain', 'party'), '>', e.tuple(...splitCursor(cursor))))
      .orderBy('domain')
      .orderBy('party')
      .limit(limit + 1)
      .compile(),
  )
  return found.map(lineFrom)
}

function lineFrom(row: Pick<WordRow, 'domain' | 'party' | 'word' | 'suspended'>): Line {
  const { domain, party, word, suspended } = row
  return { id: party, domain, word: word as Word, suspended: suspended === 1 }
}

async function countedLines(sql: Sql, rows: Words): Promise<Counted[]> {
  const counts = await sql.all(
    rows
      .select(['word', 'suspended', (e) => e.fn.countAll<number>().as('n')])
      .groupBy(['word', 'suspended'])
      .compile(),
  )
  return counts.map(({ word, suspended, n }) => ({
    word: word as Word,
    suspended: suspended === 1,
    n,
  }))
}

/**
 * Parties whose words a delay changed that ran out after the last entry, each with its word; null
 * for one that holds nothing to the instrument.
 */
async function movedLines(
  sql: Sql,
  instrument: string,
  { at, size }: Decided,
): Promise<Map<string, Line | null> | null> {
  return withState(
    sql,
    size,
    (state) => {
      if (!state.get('instrument', instrument)) return null
      const ids = movedParties(state, at)
      const now = ids.length > 0 ? settled(state, at) : state
      return new Map(ids.map((id) => [id, lineOf(now, now.get('party', id)!, instrument, at)]))
    },
    [
      ['agenda', ''],
      ['instrument', instrument],
    ],
  )
}

function movedParties(state: State, at: number): string[] {
  const due = (state.get('agenda', '') ?? []).filter((d) => d.at <= at && d.party !== '')
  const ids = due.flatMap((d) => [d.party, state.get('party', d.party)!.passing?.to ?? d.party])
  return [...new Set(ids)]
}

function lineOf(state: State, party: Party, instrument: string, at: number): Line | null {
  const now = timedWords(state, party, instrument, at)[0]
  return now
    ? { id: party.id, domain: party.domain, word: now.word, suspended: now.suspended }
    : null
}

function isBoundLine({ word, suspended }: Pick<Line, 'word' | 'suspended'>): boolean {
  return BOUND.includes(word) && !suspended
}

function isAfter(line: Line, cursor: string | undefined): boolean {
  const [domain, id] = splitCursor(cursor)
  return compareLines(line, { domain, id }) > 0
}

/** By domain, then by id, as the store sorts them: both are ASCII. */
function compareLines(a: Pick<Line, 'domain' | 'id'>, b: Pick<Line, 'domain' | 'id'>): number {
  if (a.domain !== b.domain) return a.domain < b.domain ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

async function dress(
  sql: Sql,
  instrument: string,
  { at, size }: Decided,
  page: readonly Line[],
): Promise<Signatory[]> {
  return withState(
    sql,
    size,
    (state) => {
      const now = settled(state, at)
      return page.map((line) => signatoryFrom(line, now.get('party', line.id)!, instrument))
    },
    [['agenda', ''], ...page.map((line) => ['party', line.id] as const)],
  )
}

function signatoryFrom(line: Line, party: Party, instrument: string): Signatory {
  const c = party.holdings.find((h) => h.instrument === instrument)!.current!
  return {
    party: party.id,
    domain: party.domain,
    name: party.profile.name,
    kind: party.kind,
    jurisdiction: party.profile.jurisdiction,
    version: c.version,
    word: line.word,
    suspended: line.suspended,
    bound: isBoundLine(line),
    signed: c.signed,
    since: c.bound,
    until: c.until,
    reservations: c.reservations.length,
    index: c.acts.at(-1)!,
  }
}
