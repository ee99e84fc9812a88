/**
 * Admission: what the depositary asks on its own account, after the law and before the log.
 *
 * It may depend on tables that change, which the law may not, and leaves no trace in the law.
 *
 * See docs/admission.md.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { LAW } from '../accord/law.ts'
import { livingParty } from '../accord/party.ts'
import { formatStatement, type Statement } from '../accord/statement.ts'
import type { AdmissionCode } from '../client/advice.ts'
import { headOf } from '../register/head.ts'
import { withState } from '../register/state.ts'
import { faultOfBearing } from './bearing.ts'
import { hiddenIn } from './hidden.ts'
import { faultOfName } from './name.ts'

/** Why a lawful statement is not admitted. */
export interface NotAdmitted {
  readonly code: AdmissionCode
  readonly detail: string
  /** Seconds after which it may be sent again; left out where waiting does not help. */
  readonly retryAfter?: number
}

/** A lawful statement, and what admission may look at beside it. */
export interface Application {
  readonly statement: Statement
  /** POSIX seconds. */
  readonly at: number
  /** The log as it stands. */
  readonly sql: Sql
}

/**
 * A check; null where there is nothing against the statement. It may be asked more than once about
 * one submission.
 */
export type Admission = (application: Application) => Promise<NotAdmitted | null>

/** Texts that look alike are to be alike: NFC, see https://www.unicode.org/reports/tr15/. */
async function normalized({ statement }: Application): Promise<NotAdmitted | null> {
  const text = formatStatement(statement)
  if (text.normalize('NFC') === text) return null
  return { code: 'admission-nfc', detail: 'every text is to be in Unicode normalization form C' }
}

/** Under a law that this code does not have, no reader of today could go on. */
async function knownLaw({ statement }: Application): Promise<NotAdmitted | null> {
  if (statement.type !== 'registry/v1' || statement.rules.law === LAW) return null
  return { code: 'admission-law', detail: `this depositary has law ${LAW}` }
}

/** Whoever signs a text sees all of it. */
async function plainTexts({ statement }: Application): Promise<NotAdmitted | null> {
  for (const [path, text] of textsIn(statement)) {
    const hidden = hiddenIn(text)
    if (hidden) return { code: 'admission-text', detail: `${path}: it has ${hidden}` }
  }
  return null
}

function textsIn(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    textsIn(inner, path === '' ? name : `${path}.${name}`),
  )
}

/** A name that stays as it is was admitted once: no change of tables keeps a party from its keys. */
async function plainNames({ statement, sql, at }: Application): Promise<NotAdmitted | null> {
  const { party: domain } = statement
  if (statement.type === 'registry/v1') return named(faultOfName(statement.depositary, domain))
  if (statement.type !== 'enrolment/v1' || statement.mode === 'cancel') return null
  const fault = faultOfName(statement.name, domain)
  if (fault === null) return null
  const { size, time } = await headOf(sql)
  const known = await withState(sql, size, (state) =>
    livingParty(settled(state, Math.max(at, time)), domain),
  )
  return known?.profile.name === statement.name ? null : named(fault)
}

function named(fault: string | null): NotAdmitted | null {
  return fault === null ? null : { code: 'admission-name', detail: `name: ${fault}` }
}

/** A party bears a domain that somebody registered, and that reads as what it is. */
async function ownDomain({ statement }: Application): Promise<NotAdmitted | null> {
  if (statement.type !== 'enrolment/v1' || statement.mode !== 'first') return null
  const fault = faultOfBearing(statement.party)
  return fault === null ? null : { code: 'admission-domain', detail: fault }
}

/** The checks that are always made. */
export const ADMISSION: readonly Admission[] = [
  normalized,
  knownLaw,
  plainTexts,
  plainNames,
  ownDomain,
]
