/**
 * Control of a domain, from the checks that were logged.
 *
 * See docs/spec/law.md, "Control".
 *
 * @module
 */

import { domainOf, isRecovering, registryOf } from './party.ts'
import { vkeysOf } from './quorum.ts'
import { refuse } from './refusal.ts'
import {
  type Check,
  type Control,
  type Domain,
  Draft,
  type KeyRecord,
  type LoggedCheck,
  type Party,
  type Rules,
  type State,
} from './state.ts'
import { DAY, parseTime } from './text.ts'

/** What control of a domain is called. */
export type ControlWord = 'confirmed' | 'stale' | 'mismatch' | 'recovering'

/** A mismatch needs this many answered misses, the first and the last this far apart. */
const MISSES = 3
const MISSES_APART = 72 * 3600

/** Control before any check. */
export const NO_CONTROL: Control = { hit: null, misses: null }

/** Whether keys seen are at least a threshold of the daily keys. */
export function isHit(record: KeyRecord, keys: readonly string[]): boolean {
  return vkeysOf(record.keys).filter((k) => keys.includes(k)).length >= record.threshold
}

/** Control after one more answered check of a method that counts. */
export function controlAfter(control: Control, record: KeyRecord, check: LoggedCheck): Control {
  const { at, index, method } = check
  if (isHit(record, check.keys)) return { hit: { at, index, method }, misses: null }
  const first = control.misses?.first ?? at
  const count = (control.misses?.count ?? 0) + 1
  const long = count >= MISSES && at - first >= MISSES_APART
  const mismatch = control.misses?.mismatch ?? (long ? at : null)
  return { hit: control.hit, misses: { count, first, last: at, index, mismatch } }
}

/** Control when other daily keys come into force: a domain that shows them already is a hit. */
export function controlUnder(
  control: Control,
  record: KeyRecord,
  last: LoggedCheck | null,
): Control {
  if (last?.outcome !== 'answered' || !isHit(record, last.keys)) return control
  const { at, index, method } = last
  return { hit: { at, index, method }, misses: null }
}

/** The last logged check of a domain by a method that counts. */
export function lastCheck(domain: Domain, rules: Rules): LoggedCheck | null {
  const counting = domain.checks.filter((c) => rules.methods.includes(c.method))
  return counting.reduce<LoggedCheck | null>(
    (last, c) =>
      !last || c.at > last.at || (c.at === last.at && c.index >= last.index) ? c : last,
    null,
  )
}

/**
 * Demands that the domain's last counting check shows exactly these daily keys, and is not old.
 *
 * @throws Refused `domain-unconfirmed`
 */
export function demandShown(state: State, domain: string, record: KeyRecord, time: number): void {
  const { rules } = registryOf(state)
  const last = lastCheck(domainOf(state, domain), rules)
  const wanted = vkeysOf(record.keys)
  const age = rules.verification_max_age_days * DAY
  if (!last) refuse('domain-unconfirmed', `no check of ${domain} is in the log`)
  if (last.outcome !== 'answered') refuse('domain-unconfirmed', `${domain} did not answer`)
  if (time - last.at > age) refuse('domain-unconfirmed', `the last check of ${domain} is too old`)
  const exact = last.keys.length === wanted.length && wanted.every((k) => last.keys.includes(k))
  if (!exact) {
    const missing = wanted.filter((k) => !last.keys.includes(k))
    const surplus = last.keys.filter((k) => !wanted.includes(k))
    refuse(
      'domain-unconfirmed',
      `${domain} does not show exactly these keys; missing: ${missing.join(', ') || 'none'}; more: ${surplus.join(', ') || 'none'}`,
    )
  }
}

/** The state as it would be, had the domain just been seen to show exactly these daily keys. */
export function supposeShown(state: State, domain: string, record: KeyRecord, time: number): State {
  const known = domainOf(state, domain)
  const at = Math.max(time, ...known.checks.map((check) => check.at))
  const method = registryOf(state).rules.methods[0]!
  const keys = vkeysOf(record.keys)
  const shown = { method, at, index: state.size, outcome: 'answered', keys } as const
  const draft = new Draft(state)
  draft.set('domain', domain, { ...known, checks: [shown] })
  return draft
}

/** What control is called at a time, from the checks logged. */
export function controlWord(party: Party, rules: Rules, at: number): ControlWord {
  if (isRecovering(party)) return 'recovering'
  const { hit, misses } = party.control
  if (misses?.mismatch != null) return 'mismatch'
  return hit && at - hit.at <= rules.verification_max_age_days * DAY ? 'confirmed' : 'stale'
}

/** A check as a domain's record keeps it. */
export function loggedCheck(check: Check, index: number): LoggedCheck {
  const { method, outcome, keys } = check
  return { method, at: parseTime(check.at)!, index, outcome, keys }
}

/** A domain with its last check by one method replaced. */
export function withCheck(domain: Domain, check: LoggedCheck): Domain {
  const others = domain.checks.filter((c) => c.method !== check.method)
  const checks = [...others, check].sort((a, b) => (a.method < b.method ? -1 : 1))
  return { ...domain, checks }
}
