/**
 * Rounds: every domain of a party is asked for its keys once a day, and what is new is logged.
 *
 * A quiet day writes next to nothing. What a domain shows is logged when it is another than what was
 * logged last; when that is a third of `verification_max_age_days` old, so that control never goes
 * stale for want of a word; and daily while misses ripen into a mismatch, because that rests on what
 * was logged. Checks wait for each other up to an hour and share a statement.
 *
 * @module
 */
import { sql as raw } from 'kysely'
import type { AskedRow } from '../../db/schema.ts'
import { q, type Sql } from '../../db/sql.ts'
import { isHit, lastCheck } from '../accord/control.ts'
import { domainOf, livingParty, registryOf } from '../accord/party.ts'
import { isRefusal, type Refusal } from '../accord/refusal.ts'
import type { Check, LoggedCheck, Party, Rules, State } from '../accord/state.ts'
import { DAY, parseTime } from '../accord/text.ts'
import type { Sighting } from '../domain/ask.ts'
import { headOf } from '../register/head.ts'
import { withState } from '../register/state.ts'
import { utf8 } from '../tlog/bytes.ts'
import type { Inspector } from './inspector.ts'

const HOUR = 3600
/** A miss is logged again after this long: daily, with room for a round that comes early. */
const MISS_AGAIN = 20 * HOUR
/** How many domains are asked at a time. */
const AT_ONCE = 8
/** The most that one round asks of those due, so that it ends; the next goes on. */
const MOST = 256
/** As many checks, and about as many bytes of them, as one statement holds. */
const CHECKS = 64
const CHECK_BYTES = 56_000

/** What rounds are made with. */
export interface Route {
  readonly sql: Sql
  readonly inspector: Pick<Inspector, 'look' | 'log'>
  /** POSIX seconds. */
  readonly clock: () => number
  /** Told of every sighting, logged or not. */
  readonly onSighting?: ((sighting: Sighting) => void) | undefined
  /** Told where what was seen is refused by the law. */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined
}

/** Goes from domain to domain. */
export class Rounds {
  readonly #with: Route
  /** To be asked before all others. */
  readonly #soon = new Set<string>()
  #waiting: readonly Check[] = []
  /** Since when the oldest of those has waited. */
  #since = 0
  #ending = false

  constructor(route: Route) {
    this.#with = route
  }

  /** A domain is to be asked next, and what it shows logged at once. */
  soon(domain: string): void {
    this.#soon.add(domain)
  }

  /** One round: asks whoever is due, and logs what is due to be logged. For a timer, each minute. */
  async go(): Promise<void> {
    const due = await this.#due(this.#with.clock())
    while (!this.#ending && (this.#soon.size > 0 || due.length > 0)) {
      const rushed = [...this.#soon]
      this.#soon.clear()
      await this.#visitAll(rushed.length > 0 ? rushed : due.splice(0, AT_ONCE))
      if (rushed.length > 0) await this.flush()
    }
    const old = this.#waiting.length > 0 && this.#with.clock() - this.#since >= HOUR
    if (old || this.#waiting.length >= CHECKS) await this.flush()
  }

  /** Ends a round after whom it is asking, and logs what waits, where that can be. */
  async end(): Promise<void> {
    this.#ending = true
    await this.flush().catch(() => {})
  }

  /** Logs everything that waits. What could not be logged for now waits on. */
  async flush(): Promise<void> {
    this.#waiting = await this.#timely(this.#waiting)
    while (this.#waiting.length > 0) {
      const checks = fill(this.#waiting)
      await this.#log(checks)
      this.#waiting = this.#waiting.filter((check) => !checks.includes(check))
    }
  }

  /** Logs checks; where the law refuses them, halves, until the one that is wrong stands alone. */
  async #log(checks: readonly Check[]): Promise<void> {
    const answer = await this.#with.inspector.log(checks)
    if (!isRefusal(answer)) return
    if (checks.length === 1) return this.#with.onRefusal?.(answer)
    const half = Math.ceil(checks.length / 2)
    await this.#log(checks.slice(0, half))
    await this.#log(checks.slice(half))
  }

  /** Without those that a later check has overtaken, or that have waited too long. */
  async #timely(checks: readonly Check[]): Promise<readonly Check[]> {
    const { sql, clock } = this.#with
    const { size } = await headOf(sql)
    const oldest = clock() - DAY + HOUR
    return withState(sql, size, (state) =>
      checks.filter(({ subject, at }) => {
        const last = Math.max(0, ...domainOf(state, subject).checks.map((check) => check.at))
        return parseTime(at)! >= Math.max(last, oldest)
      }),
    )
  }

  /** Who was not asked for a day, longest first. Those who are new are spread over a day. */
  async #due(now: number): Promise<string[]> {
    const { sql } = this.#with
    const rows = await sql.all(q.selectFrom('asked').selectAll().compile())
    const asked = new Map(rows.map(({ domain, at }) => [domain, at]))
    const domains = await livingDomains(sql)
    const fresh = domains.filter((domain) => !asked.has(domain))
    await this.#remember(fresh.map((domain) => ({ domain, at: Math.max(0, now - spread(domain)) })))
    return domains
      .filter((domain) => now - (asked.get(domain) ?? now) >= DAY)
      .sort((a, b) => asked.get(a)! - asked.get(b)!)
      .slice(0, MOST)
  }

  async #remember(rows: readonly AskedRow[]): Promise<void> {
    const writes = rows.map((row) =>
      q
        .insertInto('asked')
        .values(row)
        .onConflict((c) => c.column('domain').doUpdateSet({ at: row.at }))
        .compile(),
    )
    if (writes.length > 0) await this.#with.sql.atomically(writes)
  }

  /** A domain counts as asked once what it showed is logged, or waits to be. */
  async #visitAll(domains: readonly string[]): Promise<void> {
    const at = this.#with.clock()
    await Promise.all(domains.map((domain) => this.#visit(domain, at)))
    await this.#remember(domains.map((domain) => ({ domain, at })))
  }

  async #visit(domain: string, now: number): Promise<void> {
    const { sql, inspector, onSighting } = this.#with
    const sightings = await inspector.look(domain)
    for (const sighting of sightings) onSighting?.(sighting)
    const { size } = await headOf(sql)
    const fresh = await withState(sql, size, (state) => worthLogging(state, domain, sightings, now))
    if (fresh.length === 0) return
    if (this.#waiting.length === 0) this.#since = now
    this.#waiting = [...this.#waiting.filter((check) => check.subject !== domain), ...fresh]
  }
}

/** As many of the first checks as one statement holds. */
function fill(checks: readonly Check[]): readonly Check[] {
  let bytes = 0
  const end = checks.findIndex((check, i) => {
    bytes += utf8(JSON.stringify({ checks: [check] }, null, 2)).length
    return i === CHECKS || (i > 0 && bytes > CHECK_BYTES)
  })
  return end < 0 ? checks : checks.slice(0, end)
}

/** From 1 to a day, in seconds: always the same for a domain. */
function spread(domain: string): number {
  let sum = 0
  for (const c of domain) sum = (sum * 31 + c.codePointAt(0)!) % DAY
  return sum + 1
}

async function livingDomains(sql: Sql): Promise<string[]> {
  const living = await sql.all(
    raw<{ readonly domain: string }>`
      select json_extract(value, '$.domain') as domain from record
      where kind = 'party' and to_index is null and json_extract(value, '$.ended') is null
      order by domain`.compile(q),
  )
  return living.map(({ domain }) => domain)
}

/** Of what was seen at a party's domain, what its log should have. */
export function worthLogging(
  state: State,
  domain: string,
  sightings: readonly Sighting[],
  now: number,
): Check[] {
  const party = livingParty(state, domain)
  if (!party) return []
  const { rules } = registryOf(state)
  const last = lastCheck(domainOf(state, domain), rules)
  const telling = tellingOf(sightings, party)
  return telling.some((check) => isNews(check, party, last, rules, now)) ? telling : []
}

/**
 * The checks that say something, misses first, so that a hit has the last word. A channel without
 * keys says nothing beside one with keys. Where no channel has any, that is known only if all
 * answered.
 */
function tellingOf(sightings: readonly Sighting[], party: Party): Check[] {
  const checks = sightings.map(({ check }) => check)
  const withKeys = checks.filter(({ keys }) => keys.length > 0)
  const silent = checks.find(({ outcome }) => outcome === 'unreachable')
  const one = silent ?? checks[0]
  if (withKeys.length === 0) return one ? [one] : []
  const hits = withKeys.filter(({ keys }) => isHit(party.profile, keys))
  return [...withKeys.filter((check) => !hits.includes(check)), ...hits.slice(0, 1)]
}

function isNews(
  check: Check,
  party: Party,
  last: LoggedCheck | null,
  rules: Rules,
  now: number,
): boolean {
  if (!last || check.outcome !== last.outcome || !sameKeys(check.keys, last.keys)) return true
  const age = now - last.at
  const miss = check.outcome === 'answered' && !isHit(party.profile, check.keys)
  const ripening = miss && party.control.misses?.mismatch == null
  const again = ripening ? MISS_AGAIN : (rules.verification_max_age_days * DAY) / 3
  return age >= again && parseTime(check.at)! > last.at
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key) => b.includes(key))
}
