/**
 * Whose keys signed a statement in the log.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { livingParty, registryOf } from '../accord/party.ts'
import type { KeyRecord, State } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import type { LoggedAttestation } from './log.ts'
import { withState } from './state.ts'

/** A key that signed. */
export interface Signer {
  /** `<name>+<key id>`, as the signature's line has it. */
  readonly line: string
  /** Null where no record of that moment holds it: the law admits no such line. */
  readonly held: {
    readonly vkey: string
    /** Whose record it stood in, or was entered by the statement itself. */
    readonly domain: string
    readonly role: string
    readonly recovery: boolean
  } | null
}

/** Whose keys signed, by the records in force before the statement and by what it enters itself. */
export async function signersOf(sql: Sql, logged: LoggedAttestation): Promise<Signer[]> {
  const { index, time, statement, signers } = logged
  const domains = speakersOf(statement)
  const before = await withState(
    sql,
    index,
    (state) => (index === 0 ? [] : domains.flatMap((of) => recordOf(settled(state, time), of))),
    index === 0
      ? []
      : [['registry', ''], ['agenda', ''], ...domains.map((of) => ['domain', of] as const)],
  )
  const held = [...before, ...enteredBy(statement)].flatMap(keysIn)
  return signers.map((line) => ({
    line,
    held: held.find(({ vkey }) => vkey.startsWith(`${line}+`)) ?? null,
  }))
}

/** A record, and whose it is. */
type Owned = readonly [domain: string, record: KeyRecord]

function speakersOf(s: Statement): string[] {
  return s.type === 'succession/v1' ? [s.party, s.successor] : [s.party]
}

function recordOf(state: State, domain: string): Owned[] {
  const registry = registryOf(state)
  const record = domain === registry.domain ? registry.keeping : livingParty(state, domain)?.profile
  return record ? [[domain, record]] : []
}

function enteredBy(s: Statement): Owned[] {
  const entering = s.type === 'registry/v1' || (s.type === 'enrolment/v1' && s.mode !== 'cancel')
  return entering ? [[s.party, s]] : []
}

function keysIn([domain, { keys, recovery }]: Owned) {
  return [
    ...keys.map((key) => ({ ...key, domain, recovery: false })),
    ...(recovery?.keys ?? []).map((key) => ({ ...key, domain, recovery: true })),
  ]
}
