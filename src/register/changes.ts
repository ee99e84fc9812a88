/**
 * What changed between two tree sizes: by entries, and by time alone.
 *
 * @module
 */
import type { WordRow } from '../../db/schema.ts'
import { listed, q, type Sql } from '../../db/sql.ts'
import type { Digest } from '../accord/text.ts'
import type { Word } from '../accord/word.ts'
import { sizeAt } from './asked.ts'
import { type Act, actsAt } from './party.ts'

/** A word that changed. */
export interface WordChange {
  /** When, in POSIX seconds. */
  readonly at: number
  readonly party: Digest
  readonly domain: string
  readonly instrument: string
  readonly version: number
  /** Null where the party held nothing to the instrument. */
  readonly before: Word | null
  readonly after: Word
  readonly suspended: boolean
}

/** A word that time alone changed. */
export interface WordByTime extends WordChange {
  /** The entry that has led to it. */
  readonly since: number
}

/** An entry, and the words that it changed. */
export interface EntryChange extends Act {
  readonly words: readonly WordChange[]
}

/** What changed. */
export interface Changes {
  readonly from: number
  readonly to: number
  readonly entries: readonly EntryChange[]
  /** Words that changed by time alone after the last entry before `from`, up to that before `to`. */
  readonly byTime: readonly WordByTime[]
}

/**
 * What changed from the tree of `from` entries to that of `to`.
 *
 * A delay that ran out shows at the first entry after it.
 *
 * @throws {RegisterError} `UNKNOWN_SIZE`
 */
export async function changesBetween(sql: Sql, from: number, to: number): Promise<Changes> {
  await Promise.all([sizeAt(sql, 0, from), sizeAt(sql, 0, to)])
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  const [after, upTo] = await Promise.all([timeBefore(sql, from), timeBefore(sql, to)])
  const [entries, byTime] = await Promise.all([
    entriesChanged(sql, indexes, to),
    wordsByTime(sql, { after, upTo, size: to }),
  ])
  return { from, to, entries, byTime }
}

/** What entries changed. */
export async function entriesChanged(
  sql: Sql,
  indexes: readonly number[],
  size: number,
): Promise<EntryChange[]> {
  const [acts, words] = await Promise.all([
    actsAt(sql, indexes, size),
    wordsFromEntries(sql, indexes),
  ])
  return acts.map((act) => ({
    ...act,
    words: words.filter((w) => w.index === act.index).map((w) => w.change),
  }))
}

/** The words that entries changed: of each list that an entry opened, the first. */
async function wordsFromEntries(sql: Sql, indexes: readonly number[]) {
  const opened = await sql.all(
    q
      .selectFrom('word as w')
      .innerJoin('entry as e', 'e.idx', 'w.from_index')
      .selectAll('w')
      .where('w.from_index', 'in', listed(indexes))
      .whereRef('w.at_from', '=', 'e.time')
      .orderBy('w.from_index')
      .orderBy('w.instrument')
      .orderBy('w.domain')
      .compile(),
  )
  const before = await wordsClosed(sql, indexes)
  return opened.flatMap((row) => {
    const was = before.get(`${row.from_index} ${nameOf(row)}`) ?? null
    const same = was?.word === row.word && was.suspended === row.suspended
    if (same && was.version === row.version) return []
    return [{ index: row.from_index, change: changeFrom(row, was) }]
  })
}

/** The words that held when an entry closed them, by the entry and whose they were. */
async function wordsClosed(sql: Sql, indexes: readonly number[]): Promise<Map<string, WordRow>> {
  const rows = await sql.all(
    q
      .selectFrom('word as w')
      .innerJoin('entry as e', 'e.idx', 'w.to_index')
      .selectAll('w')
      .where('w.to_index', 'in', listed(indexes))
      .whereRef('w.at_from', '<=', 'e.time')
      .where((e) => e.or([e('w.at_to', 'is', null), e('w.at_to', '>', e.ref('e.time'))]))
      .compile(),
  )
  return new Map(rows.map((row) => [`${row.to_index} ${nameOf(row)}`, row]))
}

/** Which words are asked for, that time alone has changed. */
export interface AskedByTime {
  /** Later than this, and up to that: POSIX seconds. */
  readonly after: number
  readonly upTo: number
  /** Known at: a tree size. */
  readonly size: number
  readonly domain?: string | undefined
  readonly instrument?: string | undefined
  /** The newest so many; all where it is not given. */
  readonly limit?: number | undefined
}

const everyInstrument = q
  .selectFrom('record')
  .select('key')
  .where('kind', '=', 'instrument')
  .where('to_index', 'is', null)

/** The words that time changed, and that no entry had replaced before then, in order. */
export async function wordsByTime(sql: Sql, asked: AskedByTime): Promise<WordByTime[]> {
  const { after, upTo, size, domain, instrument, limit } = asked
  const rows = await sql.all(
    q
      .selectFrom('word as w')
      .innerJoin('word as was', (join) =>
        join
          .onRef('was.instrument', '=', 'w.instrument')
          .onRef('was.domain', '=', 'w.domain')
          .onRef('was.party', '=', 'w.party')
          .onRef('was.from_index', '=', 'w.from_index')
          .onRef('was.at_to', '=', 'w.at_from'),
      )
      .leftJoin('entry as e', (join) =>
        join.onRef('e.idx', '=', 'w.to_index').on('e.idx', '<', size),
      )
      .selectAll('w')
      .select('was.word as before')
      .where('w.from_index', '<', size)
      .where('w.at_from', '>', after)
      .where('w.at_from', '<=', upTo)
      .where((e) => e.or([e('e.time', 'is', null), e('e.time', '>=', e.ref('w.at_from'))]))
      .$if(domain !== undefined, (rows) =>
        // Words are kept by instrument and domain: of all instruments, so that both are given.
        rows.where('w.domain', '=', domain!).where('w.instrument', 'in', everyInstrument),
      )
      .$if(instrument !== undefined, (rows) => rows.where('w.instrument', '=', instrument!))
      .orderBy('w.at_from', 'desc')
      .orderBy('w.instrument', 'desc')
      .orderBy('w.domain', 'desc')
      .$if(limit !== undefined, (rows) => rows.limit(limit!))
      .compile(),
  )
  return rows
    .reverse()
    .map((row) => ({ ...changeFrom(row, null), before: row.before as Word, since: row.from_index }))
}

/** The time of the last entry before a size; -1 where there is none. */
async function timeBefore(sql: Sql, size: number): Promise<number> {
  const query = q
    .selectFrom('entry')
    .select('time')
    .where('idx', '=', size - 1)
  const [row] = await sql.all(query.compile())
  return row?.time ?? -1
}

function nameOf(row: WordRow): string {
  return `${row.instrument} ${row.party}`
}

function changeFrom(row: WordRow, was: WordRow | null): WordChange {
  return {
    at: row.at_from,
    party: row.party as Digest,
    domain: row.domain,
    instrument: row.instrument,
    version: row.version,
    before: (was?.word as Word | undefined) ?? null,
    after: row.word as Word,
    suspended: row.suspended === 1,
  }
}
