/**
 * Admission: what the depositary asks on its own account, after the law and before the log.
 *
 * It may depend on tables that change, which the law may not, and leaves no trace in the law.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { LAW } from '../accord/law.ts'
import { formatStatement, type Statement } from '../accord/statement.ts'

/** Why a lawful statement is not admitted. */
export interface NotAdmitted {
  readonly code: `admission-${string}`
  readonly detail: string
  /** Seconds after which it may be sent again; left out where waiting does not help. */
  readonly retryAfter?: number
}

/** A lawful statement, and what admission may look at beside it. */
export interface Application {
  readonly statement: Statement
  /** POSIX seconds. */
  readonly at: number
  /** The network address that sent it; null where it is the registry's own. */
  readonly from: string | null
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

/** The checks that are always made. */
export const ADMISSION: readonly Admission[] = [normalized, knownLaw]
