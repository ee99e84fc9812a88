/**
 * The tally: how much was refused, by day and code. It is public, and counts nobody.
 *
 * What is counted is written in batches, so that a flood of refusals writes no more than a quiet day;
 * a crash loses what was counted since the last one.
 *
 * @module
 */
import { sql as raw } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import { formatTime } from '../accord/text.ts'

/** How often a code was the answer on a day (UTC). */
export interface Refused {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly code: string
  readonly count: number
}

/** Counts refusals. */
export class Tally {
  readonly #sql: Sql
  #counted = new Map<string, number>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Counts a refusal. @param at - POSIX seconds */
  count(code: string, at: number): void {
    const name = `${dayOf(at)} ${code}`
    this.#counted.set(name, (this.#counted.get(name) ?? 0) + 1)
  }

  /** Writes what was counted. */
  async flush(): Promise<void> {
    const counted = this.#counted
    if (counted.size === 0) return
    this.#counted = new Map()
    try {
      await this.#sql.atomically([...counted].map(([name, count]) => adding(name, count)))
    } catch (e) {
      for (const [name, n] of counted) this.#counted.set(name, n + (this.#counted.get(name) ?? 0))
      throw e
    }
  }

  /** The counts from a day on, newest day first. @param from - POSIX seconds, any of that day */
  async since(from: number): Promise<Refused[]> {
    await this.flush()
    const all = q.selectFrom('tally').select(['day', 'code', 'count'])
    const query = all.where('day', '>=', dayOf(from)).orderBy('day', 'desc').orderBy('code')
    return this.#sql.all(query.compile())
  }
}

function dayOf(at: number): string {
  return formatTime(at).slice(0, 10)
}

function adding(name: string, count: number) {
  const [day, code] = name.split(' ')
  return raw`
    insert into tally (day, code, count) values (${day}, ${code}, ${count})
    on conflict (day, code) do update set count = count + excluded.count`.compile(q)
}
