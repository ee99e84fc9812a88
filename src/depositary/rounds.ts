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
import { q, type Sql } from '../../db/sql.ts'
import { isHit, lastCheck } from '../accord/control.ts'
import { domainOf, livingParty, registryOf } from '../accord/party.ts'
import { isRefusal, type Refusal } from '../accord/refusal.ts'
import type { Check, LoggedCheck, Party, Rules, State } from '../accord/state.ts'
import { DAY, parseTime } from '../accord/text.ts'
import type { Sighting } from '../domain/ask.ts'
import { headOf } from '../register/head.ts'
import { withState } from '../register/state.ts'
import type { Inspector } from './inspector.ts'

const HOUR = 3600
/** A miss is logged again after this long: daily, with room for a round that comes early. */
const MISS_AGAIN = 20 * HOUR
/** How many domains are asked at a time. */
const AT_ONCE = 8
/** The most that one round asks, so that it ends; the next goes on. */
const MOST = 256
/** As many checks as one statement holds. */
const CHECKS = 64

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
  /** When each domain was last asked, in POSIX seconds; 0 for as soon as can be. */
  readonly #asked = new Map<string, number>()
  #waiting: Check[] = []
  /** Since when the oldest of those has waited. */
  #since = 0

  constructor(route: Route) {
    this.#with = route
  }

  /** A domain is to be asked in the next round, and what it shows logged at once. */
  soon(domain: string): void {
    this.#asked.set(domain, 0)
  }

  /** One round: asks whoever is due, and logs what is due to be logged. For a timer, each minute. */
  async go(): Promise<void> {
    const now = this.#with.clock()
    const due = await this.#due(now)
    const urgent = due.some((domain) => this.#asked.get(domain) === 0)
    for (let i = 0; i < due.length; i += AT_ONCE) {
      await Promise.all(due.slice(i, i + AT_ONCE).map((domain) => this.#visit(domain, now)))
    }
    const old = this.#waiting.length > 0 && now - this.#since >= HOUR
    if (urgent || old || this.#waiting.length >= CHECKS) await this.flush()
  }

  /** Logs everything that waits. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const checks = this.#waiting.splice(0, CHECKS)
      const answer = await this.#with.inspector.log(checks)
      if (isRefusal(answer)) this.#with.onRefusal?.(answer)
    }
  }

  /** Who was not asked for a day, longest first. Those never asked are spread over the first day. */
  async #due(now: number): Promise<string[]> {
    const domains = await livingDomains(this.#with.sql)
    for (const domain of this.#asked.keys()) if (!domains.has(domain)) this.#asked.delete(domain)
    for (const domain of domains) {
      if (!this.#asked.has(domain)) this.#asked.set(domain, now - spread(domain))
    }
    const due = [...this.#asked].filter(([, at]) => now - at >= DAY)
    return due
      .sort(([, a], [, b]) => a - b)
      .slice(0, MOST)
      .map(([domain]) => domain)
  }

  async #visit(domain: string, now: number): Promise<void> {
    const { sql, inspector, onSighting } = this.#with
    this.#asked.set(domain, now)
    const sightings = await inspector.look(domain)
    for (const sighting of sightings) onSighting?.(sighting)
    const { size } = await headOf(sql)
    const fresh = await withState(sql, size, (state) => worthLogging(state, domain, sightings, now))
    if (fresh.length > 0 && this.#waiting.length === 0) this.#since = now
    const others = this.#waiting.filter((check) => check.subject !== domain)
    this.#waiting = fresh.length > 0 ? [...others, ...fresh] : this.#waiting
  }
}

/** From 1 to a day, in seconds: always the same for a domain. */
function spread(domain: string): number {
  let sum = 0
  for (const c of domain) sum = (sum * 31 + c.codePointAt(0)!) % DAY
  return sum + 1
}

async function livingDomains(sql: Sql): Promise<Set<string>> {
  const living = await sql.all(
    raw<{ readonly domain: string }>`
      select json_extract(value, '$.domain') as domain from record
      where kind = 'party' and to_index is null and json_extract(value, '$.ended') is null
      order by domain`.compile(q),
  )
  return new Set(living.map(({ domain }) => domain))
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
