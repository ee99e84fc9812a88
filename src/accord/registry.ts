/**
 * `registry/v1`: who keeps the registry, with which keys, under which rules.
 *
 * See docs/spec/law.md, "The depositary".
 *
 * @module
 */
import { parseVKey } from '../../keys/vkey.ts'
import { announce, keep, strike } from './agenda.ts'
import {
  advanceDepositary,
  authorizeCase,
  type Case,
  demandDepositary,
  headOf,
  noteStatement,
} from './case.ts'
import { addedKeys, checkRecord, enterKeys, keysOf, LOG } from './keyring.ts'
import { recoveryDelay, registryOf } from './party.ts'
import { allOf, recoveryOf, someOf, vkeysOf } from './quorum.ts'
import { refuse } from './refusal.ts'
import type { Keeping, Key, KeyRecord, Registry, Rules } from './state.ts'
import type { RegistryV1 } from './statement.ts'
import { DAY } from './text.ts'

/** The role of the depositary key that is kept online. */
export const CLERK = 'clerk'

/** The depositary's clerks. */
export function clerks(record: KeyRecord): Key[] {
  return record.keys.filter((k) => k.role === CLERK)
}

/** The log's keys in force and announced. */
export function logKeys({ keeping, nextKeeping }: Registry): string[] {
  return [...keeping.log, ...(nextKeeping?.value.log ?? [])]
}

/** The depositary's daily keys, which clerks are not among. */
export function dailyKeys(record: KeyRecord): Key[] {
  return record.keys.filter((k) => k.role !== CLERK)
}

/** The depositary's daily quorum. */
export function dailyQuorum(record: KeyRecord) {
  return someOf({ keys: dailyKeys(record), threshold: record.threshold })
}

/** Judges a `registry/v1`. */
export function judgeRegistry(c: Case<RegistryV1>): void {
  if (c.index === 0) judgeGenesis(c)
  else judgeChange(c)
  noteStatement(c, '', null)
}

/** Entry 0: signed by all its keys, recovery keys included. */
function judgeGenesis(c: Case<RegistryV1>): void {
  const { statement } = c
  const keeping = keepingOf(statement)
  if (statement.previous !== null) refuse('stale-previous', 'entry 0 has none', { head: null })
  authorizeCase(c, { ways: [[allOf(keysOf(keeping))]] })
  checkKeeping(keeping, statement.party, statement.registry)
  enterKeys(c.draft, LOG, keeping.log)
  enterKeys(c.draft, '', keysOf(keeping))
  c.draft.set('domain', statement.party, { parties: [], checks: [] })
  c.draft.set('registry', '', {
    origin: statement.registry,
    domain: statement.party,
    keeping,
    rules: statement.rules,
    head: headOf(c),
    anchor: c.index,
    nextKeeping: null,
    nextRules: null,
  })
}

function judgeChange(c: Case<RegistryV1>): void {
  const registry = demandDepositary(c)
  const next = keepingOf(c.statement)
  const added = allOf(addedKeys(registry.keeping, next))
  const atOnce = [...recoveryOf(registry.keeping.recovery), added]
  const way = authorizeCase(c, {
    also: vkeysOf(dailyKeys(registry.keeping)),
    ways: [atOnce, [dailyQuorum(registry.keeping), added]],
  })
  checkKeeping(next, registry.domain, registry.origin)
  enterKeys(c.draft, LOG, next.log)
  enterKeys(c.draft, '', keysOf(next))
  changeKeeping(c, next, way === 0)
  changeRules(c, registry)
  advanceDepositary(c)
}

/** A later statement restates everything, so it replaces what an earlier one announced. */
function changeKeeping(c: Case<RegistryV1>, next: Keeping, atOnce: boolean): void {
  const { draft, index, time, digest } = c
  strike(draft, (d) => d.what === 'keeping')
  if (atOnce) {
    keep(draft, next)
    return
  }
  const registry = registryOf(draft)
  draft.set('registry', '', { ...registry, nextKeeping: { value: next, index } })
  const at = time + recoveryDelay(registry)
  announce(draft, { at, index, what: 'keeping', party: '', digest })
}

/** A change of rules waits for the longer of the two recovery delays. */
function changeRules(c: Case<RegistryV1>, before: Registry): void {
  const { draft, index, time, digest, statement } = c
  strike(draft, (d) => d.what === 'rules')
  const registry = registryOf(draft)
  if (sameRules(statement.rules, before.rules)) {
    draft.set('registry', '', { ...registry, nextRules: null })
    return
  }
  draft.set('registry', '', { ...registry, nextRules: { value: statement.rules, index } })
  const days = Math.max(statement.rules.recovery_delay_days, before.rules.recovery_delay_days)
  announce(draft, { at: time + days * DAY, index, what: 'rules', party: '', digest })
}

function sameRules(a: Rules, b: Rules): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function keepingOf(statement: RegistryV1): Keeping {
  const { depositary, log, keys, threshold, recovery } = statement
  return { depositary, log, keys, threshold, recovery }
}

function checkKeeping(keeping: Keeping, domain: string, origin: string): void {
  checkRecord(keeping, domain, origin)
  if (clerks(keeping).length === 0 || dailyKeys(keeping).length < keeping.threshold) {
    refuse('no-clerk', 'at least one clerk, and as many other daily keys as the threshold')
  }
  for (const { name } of keeping.log.map(parseVKey)) {
    if (name !== origin) refuse('key-name', `the log's keys are named ${origin}, not ${name}`)
  }
}
