/**
 * Quotas: how much anybody may send in a day.
 *
 * What a party did is counted in the log, so that the count outlives a restart and only what was
 * signed with its keys is counted. What comes from an address is counted in memory, and nowhere else.
 *
 * @module
 */
import { sql as raw } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import type { Statement } from '../accord/statement.ts'
import { DAY, formatInstant } from '../accord/text.ts'
import { networkOf } from '../domain/network.ts'
import { registrableOf } from '../domain/suffix.ts'
import { type LoggedEntry, readAttestation } from '../register/log.ts'
import type { Admission, NotAdmitted } from './admission.ts'

/** How much in a day; null for no limit. */
export interface Limits {
  /** Attempts from one address: an IPv4 address, or 64 bits of IPv6. */
  readonly address: number | null
  /** Statements in the log by one party; where it has a limit, so have its recovery keys. */
  readonly party: number | null
  /** New parties under one domain that somebody registered. */
  readonly domain: number | null
}

/** How many addresses are remembered. A flood from more makes the longest silent forgotten. */
const KEPT = 100_000

/** The answer to whoever has to wait so many seconds from a time on. */
export function overQuota(what: string, retryAfter: number, at: number): NotAdmitted {
  const detail = `${what}; send it again from ${formatInstant(at + retryAfter)} on`
  return { code: 'admission-quota', detail, retryAfter }
}

/**
 * Attempts by address: as many as the limit at once, and after that one each time that a day divided
 * by the limit has passed (GCRA, a leaky bucket of one number).
 */
export class AddressQuota {
  readonly #interval: number
  readonly #kept: number
  /** When each address will have been quiet for long enough to begin anew, in POSIX seconds. */
  readonly #full = new Map<string, number>()

  /**
   * @param limit - attempts in a day
   * @param kept - how many addresses are remembered
   */
  constructor(limit: number, kept = KEPT) {
    this.#interval = DAY / limit
    this.#kept = kept
  }

  /**
   * Counts an attempt.
   *
   * @param address - what is none is counted together with everything else that is none
   * @param at - POSIX seconds
   * @returns how many seconds to wait; 0 for an attempt that may be made, and is counted
   */
  charge(address: string, at: number): number {
    const network = networkOf(address) ?? ''
    const next = Math.max(this.#full.get(network) ?? at, at) + this.#interval
    // Of a day divided by the limit, rounding may make a little more than a day.
    const wait = Math.ceil(next - at - DAY - 1e-3)
    if (wait > 0) return wait
    this.#full.delete(network)
    this.#full.set(network, next)
    if (this.#full.size > this.#kept) this.#full.delete(this.#full.keys().next().value!)
    return 0
  }
}

/** Acts of the depositary itself are not counted. */
const COUNTED: readonly string[] = ['enrolment/v1', 'commitment/v1', 'report/v1', 'succession/v1']

/** How much the recovery keys may say in a day by themselves. */
const SAVES = 10

/**
 * What the recovery keys say by themselves has a day of its own: whoever stole the daily keys could
 * else spend the party's day, every day, and it would never get back what it lost.
 */
function savesParty(statement: Statement): boolean {
  return (
    statement.type === 'enrolment/v1' &&
    (statement.mode === 'recover' || statement.mode === 'cancel')
  )
}

/** Refuses what is more than a party, or the parties of one domain, may have logged in a day. */
export function countParties({ party, domain }: Limits): Admission {
  return async ({ statement, at, sql }) => {
    if (!COUNTED.includes(statement.type)) return null
    const { party: name } = statement
    if (savesParty(statement)) return party === null ? null : countSaves(sql, name, at)
    const time = party === null ? null : await actBefore(sql, name, at - DAY, party)
    if (time !== null) {
      return over(`${name} has had ${party} statements logged within a day`, time, at)
    }
    if (domain === null || statement.type !== 'enrolment/v1' || statement.mode !== 'first') {
      return null
    }
    const registrable = registrableOf(name) ?? name
    const joined = await partyBefore(sql, registrable, at - DAY, domain)
    if (joined === null) return null
    return over(`${domain} parties under ${registrable} have enrolled within a day`, joined, at)
  }
}

async function countSaves(sql: Sql, name: string, at: number): Promise<NotAdmitted | null> {
  const time = await saveBefore(sql, name, at - DAY, SAVES)
  if (time === null) return null
  return over(`${name} has had ${SAVES} recoveries and cancellations logged within a day`, time, at)
}

/** The answer where so many acts lie within a day, the first of them at `time`. */
function over(detail: string, time: number, at: number): NotAdmitted {
  return overQuota(detail, Math.max(time + DAY - at, 1), at)
}

/** The time of the statement by a domain's parties that is the `count`th from the end. */
async function actBefore(
  sql: Sql,
  domain: string,
  after: number,
  count: number,
): Promise<number | null> {
  const [row] = await sql.all(
    raw<{ readonly time: number }>`
      select e.time ${acts(domain, after)} limit 1 offset ${count - 1}`.compile(q),
  )
  return row?.time ?? null
}

/** The same of what a domain's parties said with their recovery keys alone. */
async function saveBefore(
  sql: Sql,
  domain: string,
  after: number,
  count: number,
): Promise<number | null> {
  const rows = await sql.all(
    raw<LoggedEntry>`
      select e.idx as "index", e.time, e.digest, e.body ${acts(domain, after)}`.compile(q),
  )
  const saves = rows.filter((row) => savesParty(readAttestation(row).statement))
  return saves[count - 1]?.time ?? null
}

/** What a domain's parties said after a time, the last first. */
function acts(domain: string, after: number) {
  return raw`
    from mention as m join entry as e on e.idx = m.idx
    where m.domain = ${domain}
      and m.idx >= (select idx from entry where time > ${after} order by time, idx limit 1)
      and (select json_extract(value, '$.party') from record
           where kind = 'statement' and key = e.digest order by from_index desc limit 1)
        in (select id from party where domain = ${domain})
    order by m.idx desc`
}

/** The time at which the party that is the `count`th from the end under a domain enrolled. */
async function partyBefore(
  sql: Sql,
  domain: string,
  after: number,
  count: number,
): Promise<number | null> {
  const [row] = await sql.all(
    raw<{ readonly time: number }>`
      select e.time from party as p join entry as e on e.idx = p.from_index
      where (p.domain = ${domain} or substr(p.domain, -${domain.length + 1}) = ${`.${domain}`})
        and e.time > ${after}
      order by p.from_index desc limit 1 offset ${count - 1}`.compile(q),
  )
  return row?.time ?? null
}
