/**
 * The entries of the log, and the attestations in them.
 *
 * @module
 */
import type { WithheldRow } from '../../db/schema.ts'
import { listed, q, type Sql } from '../../db/sql.ts'
import { type Attestation, parseAttestation } from '../accord/attestation.ts'
import { parseEntry } from '../accord/entry.ts'
import type { Statement, StatementType } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import { fromUtf8 } from '../tlog/bytes.ts'
import { RegisterError, type Withholding } from './error.ts'
import { withheldBy } from './withheld.ts'

/** An entry as it is kept. */
export interface LoggedEntry {
  readonly index: number
  /** POSIX seconds. */
  readonly time: number
  /** Of the statement in it. */
  readonly digest: Digest
  /** The leaf's bytes. */
  readonly body: Uint8Array
}

/** An attestation in the log. */
export interface LoggedAttestation {
  readonly index: number
  readonly time: number
  readonly digest: Digest
  /** The attestation, byte for byte. */
  readonly note: string
  readonly statement: Statement
  readonly type: StatementType
  /** Who speaks: a domain. */
  readonly party: string
  /** Who signed: `<name>+<key id>`. */
  readonly signers: readonly string[]
}

const entries = q.selectFrom('entry').select(['idx as index', 'time', 'digest', 'body'])

/** An entry by its index. */
export async function entryAt(sql: Sql, index: number): Promise<LoggedEntry | null> {
  const [row] = await sql.all(entries.where('idx', '=', index).compile())
  return (row as LoggedEntry | undefined) ?? null
}

/** Entries from an index on, in order. The next ones begin after the last index given. */
export async function entriesFrom(sql: Sql, from: number, limit: number): Promise<LoggedEntry[]> {
  const rows = await sql.all(entries.where('idx', '>=', from).orderBy('idx').limit(limit).compile())
  return rows as LoggedEntry[]
}

/** The entry with a statement, by the statement's digest. */
export async function entryOf(sql: Sql, digest: string): Promise<LoggedEntry | null> {
  const [row] = await sql.all(entries.where('digest', '=', digest).compile())
  return (row as LoggedEntry | undefined) ?? null
}

/** Entries by their indexes, in the order of the log. */
export async function entriesAt(sql: Sql, indexes: readonly number[]): Promise<LoggedEntry[]> {
  if (indexes.length === 0) return []
  const rows = await sql.all(entries.where('idx', 'in', listed(indexes)).orderBy('idx').compile())
  return rows as LoggedEntry[]
}

/**
 * An attestation by the digest of its statement.
 *
 * @throws {RegisterError} `TAKEN_DOWN`
 */
export async function attestationOf(sql: Sql, digest: string): Promise<LoggedAttestation | null> {
  const entry = await entryOf(sql, digest)
  return entry && readServed(sql, entry)
}

/**
 * An attestation by its index.
 *
 * @throws {RegisterError} `TAKEN_DOWN`
 */
export async function attestationAt(sql: Sql, index: number): Promise<LoggedAttestation | null> {
  const entry = await entryAt(sql, index)
  return entry && readServed(sql, entry)
}

async function readServed(sql: Sql, entry: LoggedEntry): Promise<LoggedAttestation> {
  const { digest } = entry
  const notice = await withholdingOf(sql, digest, 'takedown')
  if (notice) throw new RegisterError('TAKEN_DOWN', `${digest} was taken down`, { notice })
  return readAttestation(entry)
}

/** The notice by which something of a statement is withheld: the first; null for none. */
export async function withholdingOf(
  sql: Sql,
  subject: string,
  act: WithheldRow['act'],
): Promise<Withholding | null> {
  const index = await withheldBy(sql, subject, act)
  if (index === null) return null
  const { digest, statement } = readAttestation((await entryAt(sql, index))!)
  if (statement.type !== 'notice/v1') {
    throw new RegisterError('CORRUPT', `entry ${index} is no notice`)
  }
  const told = (await withheldBy(sql, digest, 'takedown')) === null
  return { digest, index, reason: told ? statement.reason : null }
}

/**
 * The attestation in an entry of the log, whose form the law has checked. Whether it was taken down
 * is for the caller to ask.
 */
export function readAttestation(entry: LoggedEntry): LoggedAttestation {
  const bytes = parseEntry(entry.body).attestation
  const { statement, signatures }: Attestation = parseAttestation(bytes)
  const { index, time, digest } = entry
  const signers = signatures.map(({ name, id }) => `${name}+${id}`)
  const note = fromUtf8(bytes)!
  return {
    index,
    time,
    digest,
    note,
    statement,
    type: statement.type,
    party: statement.party,
    signers,
  }
}
