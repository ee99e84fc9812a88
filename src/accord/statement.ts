/**
 * Statements: what a party says, in one spelling.
 *
 * A statement is JSON as `JSON.stringify(value, null, 2)` writes it plus one LF, with every field
 * present and in the schema's order. The parser checks the schema, writes the value again in that
 * order and refuses the text if one byte differs: other spacing, escapes, number spellings,
 * duplicate or unknown keys all fail there.
 *
 * See docs/spec/statement.md.
 *
 * @module
 */
import * as z from 'zod'
import { utf8 } from '../tlog/bytes.ts'
import { AccordError } from './error.ts'
import * as s from './schema.ts'
import { type Digest, digestOf } from './text.ts'

const header = {
  registry: s.origin,
  party: s.domain,
  previous: s.digest.nullable(),
  seen: s.seen,
  issued: s.time,
}

const empty = <T extends z.ZodType>(of: T) => z.array(of).max(0)

/** Who keeps this registry, with which keys, under which rules. */
export const registryV1 = z
  .strictObject({
    type: z.literal('registry/v1'),
    ...header,
    depositary: s.line(1, 200),
    log: s.set(s.vkey, 1, 4),
    keys: z.array(s.key).min(1).max(8),
    threshold: s.int(1, 8),
    recovery: s.recovery,
    rules: s.rules,
  })
  .meta({ id: 'RegistryV1' })

/** Who I am, my keys, how many must sign. */
const enrolmentChange = z
  .strictObject({
    type: z.literal('enrolment/v1'),
    ...header,
    mode: z.enum(['first', 'rotate', 'recover', 'replace-recovery']),
    pending: z.null(),
    kind: s.partyKind,
    name: s.line(1, 200),
    jurisdiction: s.country.nullable(),
    lei: z
      .string()
      .regex(/^[A-Z0-9]{18}[0-9]{2}$/)
      .meta({ examples: ['5493001KJTIIGC8Y1R12'] })
      .nullable(),
    keys: z.array(s.key).min(1).max(8),
    threshold: s.int(1, 8),
    recovery: s.recovery.nullable(),
  })
  .meta({ id: 'EnrolmentV1' })

/** A pending change is cancelled. */
const enrolmentCancel = z
  .strictObject({
    type: z.literal('enrolment/v1'),
    ...header,
    mode: z.literal('cancel'),
    pending: s.digest,
    kind: z.null(),
    name: z.null(),
    jurisdiction: z.null(),
    lei: z.null(),
    keys: empty(s.key),
    threshold: z.null(),
    recovery: z.null(),
  })
  .meta({ id: 'EnrolmentCancelV1' })

/** A text, clause by clause, and its terms: one version. */
export const instrumentV1 = z
  .strictObject({
    type: z.literal('instrument/v1'),
    ...header,
    id: s.instrumentId,
    version: s.int(1, 1_000_000),
    replaces: s.digest.nullable(),
    kind: z.enum(['accord', 'convention', 'pledge']),
    title: s.line(1, 200),
    language: s.language,
    preamble: s.lines(0, 8000),
    clauses: z.array(s.clause).min(1).max(64),
    open_to: s.set(s.partyKind, 1, 4),
    terms: s.terms,
    translations: z
      .array(z.strictObject({ language: s.language, digest: s.digest, authentic: z.boolean() }))
      .max(64),
    sources: z.array(s.line(1, 500)).max(32),
  })
  .meta({ id: 'InstrumentV1' })

const officers = z.array(s.officer).max(16)

/** I sign, ratify or renew. */
const commitmentBinding = z
  .strictObject({
    type: z.literal('commitment/v1'),
    ...header,
    instrument: s.instrumentRef,
    act: z.enum(['sign', 'ratify', 'renew']),
    until: s.time.nullable(),
    reservations: z.array(s.reservation).max(64),
    declarations: z.array(s.declaration).max(2),
    officers,
    reason: z.null(),
  })
  .meta({ id: 'CommitmentV1' })

/** I withdraw, or take the withdrawal back. */
const commitmentWithdrawal = z
  .strictObject({
    type: z.literal('commitment/v1'),
    ...header,
    instrument: s.instrumentRef,
    act: z.enum(['withdraw', 'cancel-withdrawal']),
    until: z.null(),
    reservations: empty(s.reservation),
    declarations: empty(s.declaration),
    officers,
    reason: s.lines(1, 2000).nullable(),
  })
  .meta({ id: 'WithdrawalV1' })

/** What the depositary saw when it asked these domains for their keys. */
export const verificationV1 = z
  .strictObject({
    type: z.literal('verification/v1'),
    ...header,
    checks: z.array(s.check).min(1).max(64),
  })
  .meta({ id: 'VerificationV1' })

const noticeFields = {
  type: z.literal('notice/v1'),
  ...header,
}

/** The depositary acts, with a reason. */
export const noticeV1 = z
  .discriminatedUnion('act', [
    z.strictObject({
      ...noticeFields,
      act: z.enum(['accept', 'refuse', 'suspend', 'reinstate', 'erase', 'takedown']),
      subject: s.digest,
      reason: s.lines(1, 4000),
      until: z.null(),
    }),
    z.strictObject({
      ...noticeFields,
      act: z.literal('extend'),
      subject: s.digest,
      reason: s.lines(1, 4000),
      until: s.time,
    }),
    z.strictObject({
      ...noticeFields,
      act: z.literal('release'),
      subject: s.domain,
      reason: s.lines(1, 4000),
      until: z.null(),
    }),
  ])
  .meta({ id: 'NoticeV1' })

/** My progress report on an instrument. */
export const reportV1 = z
  .strictObject({
    type: z.literal('report/v1'),
    ...header,
    instrument: s.instrumentRef,
    period: z.strictObject({ from: s.time, to: s.time }),
    title: s.line(1, 200),
    url: s.url,
    digest: s.digest,
  })
  .meta({ id: 'ReportV1' })

/** The one party takes the other's place. */
export const successionV1 = z
  .strictObject({
    type: z.literal('succession/v1'),
    ...header,
    successor: s.domain,
    successor_previous: s.digest,
    kind: z.enum(['rename', 'merger', 'acquisition']),
    instruments: s.set(s.instrumentId, 0, 64),
  })
  .meta({ id: 'SuccessionV1' })

/** Any enrolment. */
export const enrolmentV1 = z.discriminatedUnion('mode', [enrolmentChange, enrolmentCancel])
/** Any commitment. */
export const commitmentV1 = z.discriminatedUnion('act', [commitmentBinding, commitmentWithdrawal])

/** The schema of each type of statement. */
export const SCHEMAS = {
  'registry/v1': registryV1,
  'enrolment/v1': enrolmentV1,
  'instrument/v1': instrumentV1,
  'commitment/v1': commitmentV1,
  'verification/v1': verificationV1,
  'notice/v1': noticeV1,
  'report/v1': reportV1,
  'succession/v1': successionV1,
} as const

export type RegistryV1 = z.infer<typeof registryV1>
export type EnrolmentV1 = z.infer<typeof enrolmentV1>
export type InstrumentV1 = z.infer<typeof instrumentV1>
export type CommitmentV1 = z.infer<typeof commitmentV1>
export type VerificationV1 = z.infer<typeof verificationV1>
export type NoticeV1 = z.infer<typeof noticeV1>
export type ReportV1 = z.infer<typeof reportV1>
export type SuccessionV1 = z.infer<typeof successionV1>
/** Any statement. */
export type Statement =
  | RegistryV1
  | EnrolmentV1
  | InstrumentV1
  | CommitmentV1
  | VerificationV1
  | NoticeV1
  | ReportV1
  | SuccessionV1
/** The types of statement. */
export type StatementType = keyof typeof SCHEMAS

/** Whether a text names a type of statement that this law knows. */
export function isStatementType(text: unknown): text is StatementType {
  return typeof text === 'string' && Object.hasOwn(SCHEMAS, text)
}

/**
 * Writes a statement in its one spelling.
 *
 * @throws {AccordError} `MALFORMED` where the value is none, naming the first field that is wrong
 */
export function formatStatement(statement: Statement): string {
  return spell(rebuild(statement))
}

/**
 * Parses a statement.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function parseStatement(text: string): Statement {
  const statement = rebuild(parseJson(text))
  if (spell(statement) !== text) throw malformed('not in its one spelling')
  return statement
}

/** How many statements are remembered, two batches of a log's, and of how many characters at most. */
const REMEMBERED = 512
const REMEMBERED_LENGTH = 8192
const remembered = new Map<string, Statement>()

/**
 * As {@link parseStatement}, for who reads the same text again soon: whoever loads what the law will
 * ask for reads it, and then the law, once for each record that was still missing.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function recallStatement(text: string): Statement {
  const known = remembered.get(text)
  if (known) return known
  const statement = parseStatement(text)
  if (remembered.size === REMEMBERED) remembered.clear()
  if (text.length <= REMEMBERED_LENGTH) remembered.set(text, statement)
  return statement
}

/** The type that a text claims, for whoever must tell an unknown type from a malformed text. */
export function claimedType(text: string): string | undefined {
  try {
    const type = typeIn(parseJson(text))
    return typeof type === 'string' ? type : undefined
  } catch {
    return undefined
  }
}

function typeIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
}

/** A statement's identity: the SHA-256 of its text. */
export function statementDigest(text: string): Digest {
  return digestOf(utf8(text))
}

function spell(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AccordError('MALFORMED', 'a statement is JSON', { cause })
  }
}

/** The value with the fields of its schema, in the schema's order. */
function rebuild(value: unknown): Statement {
  const type = typeIn(value)
  if (!isStatementType(type)) throw malformed('type: expected one of those known')
  const result = SCHEMAS[type].safeParse(value)
  if (!result.success) throw malformed(firstIssue(result.error))
  return result.data
}

/** Names the field, and repeats nothing of what the text says there: that may be long, or hostile. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined) return 'invalid'
  const expected = issue.code === 'unrecognized_keys' ? 'a field too many' : issue.message
  return `${issue.path.join('.') || 'statement'}: ${expected}`
}

function malformed(detail: string): AccordError {
  return new AccordError('MALFORMED', detail)
}
