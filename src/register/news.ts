/**
 * News: the latest changes of everything, of a party or of an instrument, by entries and by time.
 *
 * @module
 */
import { listed, q, type Sql } from '../../db/sql.ts'
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
  return { entries: domain === undefined ? entries : await ofDomain(sql, domain, entries), byTime }
}

/**
 * A delay that ran out shows at the next entry, whoever's it is. That is news of whom it befell, and
 * none of whom the entry is about.
 */
async function ofDomain(
  sql: Sql,
  domain: string,
  entries: readonly EntryChange[],
): Promise<EntryChange[]> {
  const indexes = listed(entries.map((e) => e.index))
  const mentions = q.selectFrom('mention').select(['idx', 'domain']).where('idx', 'in', indexes)
  const rows = await sql.all(mentions.compile())
  const about = new Set(rows.map((row) => `${row.idx} ${row.domain}`))
  return entries
    .map((e) => {
      const own = about.has(`${e.index} ${domain}`)
      const concerns = (of: string) => of === domain || (own && about.has(`${e.index} ${of}`))
      return { ...e, words: e.words.filter((w) => concerns(w.domain)) }
    })
    .filter((e) => e.words.length > 0 || about.has(`${e.index} ${domain}`))
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

/** Entries that speak for a domain or of it, or changed its words. */
function speaking(domain: string) {
  const instruments = q.selectFrom('record').select('key').where('kind', '=', 'instrument')
  const words = q
    .selectFrom('word')
    .select('from_index as idx')
    .where('instrument', 'in', instruments)
    .where('domain', '=', domain)
  return q.selectFrom('mention').select('idx').where('domain', '=', domain).union(words)
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
