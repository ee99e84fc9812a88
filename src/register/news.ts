/**
 * News: the latest changes of everything, of a party or of an instrument, by entries and by time.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'
import { type Asked, decide } from './asked.ts'
import { type EntryChange, entriesChanged, type WordByTime, wordsByTime } from './changes.ts'

/** Whose news; everything's where neither is given. */
export interface AskedNews extends Asked {
  readonly domain?: string | undefined
  readonly instrument?: string | undefined
  /** How many of each kind at most. */
  readonly limit: number
}

/** The latest changes, each list in the order of time. */
export interface News {
  readonly entries: readonly EntryChange[]
  readonly byTime: readonly WordByTime[]
}

/** The latest changes up to a time, as known at a tree size. */
export async function newsOf(sql: Sql, asked: AskedNews): Promise<News> {
  const { size, at } = await decide(sql, asked)
  const { domain, instrument, limit } = asked
  const indexes = await latestIndexes(sql, asked, size)
  const [entries, byTime] = await Promise.all([
    entriesChanged(sql, indexes, size),
    wordsByTime(sql, { after: -1, upTo: at, size, domain, instrument, limit }),
  ])
  return { entries, byTime }
}

/** The last entries that concern whose news it is, in order. */
async function latestIndexes(
  sql: Sql,
  { domain, instrument, limit }: AskedNews,
  size: number,
): Promise<number[]> {
  const touching = domain !== undefined ? speaking(domain) : instrument && changing(instrument)
  const entries = q.selectFrom('entry').select('idx').where('idx', '<', size)
  const chosen = touching ? entries.where('idx', 'in', touching) : entries
  const rows = await sql.all(chosen.orderBy('idx', 'desc').limit(limit).compile())
  return rows.map((row) => row.idx).reverse()
}

/** Entries that speak for a domain or of it. */
function speaking(domain: string) {
  return q.selectFrom('mention').select('idx').where('domain', '=', domain)
}

/** Entries that published a version of an instrument, or changed the words of a party to it. */
function changing(instrument: string) {
  const versions = q
    .selectFrom('record')
    .select('from_index as idx')
    .where('kind', '=', 'instrument')
    .where('key', '=', instrument)
  const words = q
    .selectFrom('word')
    .select('from_index as idx')
    .where('instrument', '=', instrument)
  return versions.union(words)
}
