/**
 * The fields of statements, as schemas. What each means stands in docs/spec/statement.md; this is
 * that text as code, and the OpenAPI document is made from it too.
 *
 * @module
 */
import * as z from 'zod'
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import { formatVKey, parseVKey } from '../../keys/vkey.ts'
import { type Digest, isDigest, isDomain, isOrigin, isText, parseTime } from './text.ts'

/** Greatest number of days anywhere: a hundred years. */
const MAX_DAYS = 36_500

const refined = (is: (text: string) => boolean, id: string, description: string, example: string) =>
  z
    .string()
    .refine(is, { message: description })
    .meta({ id, description, examples: [example] })

/** `sha256:` and 64 lower-case hex digits. */
export const digest = z
  .custom<Digest>(
    (v) => typeof v === 'string' && isDigest(v),
    'sha256: and 64 lower-case hex digits',
  )
  .meta({
    id: 'Digest',
    type: 'string',
    pattern: '^sha256:[0-9a-f]{64}$',
    examples: [`sha256:${'0'.repeat(64)}`],
  })

/** `YYYY-MM-DDTHH:MM:SSZ`. */
export const time = refined(
  (t) => parseTime(t) !== null,
  'Time',
  'YYYY-MM-DDTHH:MM:SSZ, a real second from 1970 on',
  '2026-11-22T15:17:00Z',
)

/** A domain in lower-case A-labels. */
export const domain = refined(
  isDomain,
  'Domain',
  'two or more lower-case A-labels, the last with a letter in it',
  'contoso.com',
)

/** The origin of a log. */
export const origin = refined(
  isOrigin,
  'Origin',
  'printable ASCII without space or plus, at most 255',
  'registry.example/accord',
)

/** A vkey of signature type 0x01, in its one spelling: printable ASCII, as domains and origins are. */
export const vkey = refined(
  isNoteKey,
  'VKey',
  'name+id+base64 of an Ed25519 note key (signature type 0x01)',
  'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
)

function isNoteKey(text: string): boolean {
  try {
    const v = parseVKey(text)
    return v.type === 0x01 && /^[!-~]{1,512}$/.test(text) && formatVKey(v) === text
  } catch {
    return false
  }
}

/** A 32-byte hash in base64. */
export const root = refined(
  (t) => {
    const bytes = decodeBase64(t)
    return bytes?.length === 32 && encodeBase64(bytes) === t
  },
  'Root',
  'base64 of a 32-byte root hash',
  '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
)

/** A URL: `https://` and printable ASCII. */
export const url = refined(
  (t) => /^https:\/\/[!-~]{1,1992}$/.test(t),
  'Url',
  'https:// and printable ASCII, at most 2,000',
  'https://contoso.com/report',
)

/** A language tag. */
export const language = refined(
  (t) => t.length <= 35 && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(t),
  'Language',
  'a language tag, at most 35',
  'en',
)

/** A country. */
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'two upper-case letters')
  .meta({ examples: ['CH'] })

/** The id of an instrument. */
export const instrumentId = z
  .string()
  .regex(/^[a-z0-9-]{3,64}$/, '3 to 64 lower-case letters, digits and hyphens')
  .meta({ examples: ['tech-sector-accord'] })

/** The id of a clause. */
export const clauseId = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,31}$/, '1 to 32 upper-case letters, digits and hyphens')
  .meta({ examples: ['TSA-1'] })

/** One line of text. */
export const line = (min: number, max: number) =>
  z
    .string()
    .refine((t) => isText(t, min, max, false), `${min} to ${max} code points on one line`)
    .meta({ description: `${min} to ${max} code points on one line`, minLength: min })

/** Text of several lines. */
export const lines = (min: number, max: number) =>
  z
    .string()
    .refine((t) => isText(t, min, max, true), `${min} to ${max} code points`)
    .meta({ description: `${min} to ${max} code points; LF allowed`, minLength: min })

/** An integer from `min` to `max`. */
export const int = (min: number, max: number) => z.int().min(min).max(max)

/** Days. */
export const days = (min = 0) => int(min, MAX_DAYS)

/** Kinds of party. */
export const partyKind = z.enum(['company', 'state', 'organization', 'panel'])

/** How a domain is asked for its keys. */
export const method = z.enum(['dns', 'https', 'manual'])

const distinct = (values: readonly unknown[]) => new Set(values).size === values.length

/** A list without repetition. */
export const set = <T extends z.ZodType>(of: T, min: number, max: number) =>
  z.array(of).min(min).max(max).refine(distinct, 'no value twice')

/** A key and what its holder does; the role is for display, but for the depositary's `clerk`. */
export const key = z.strictObject({ vkey, role: line(1, 64) }).meta({ id: 'Key' })

/** Recovery keys and how many of them must sign. */
export const recovery = z
  .strictObject({ keys: z.array(key).min(1).max(8), threshold: int(1, 8) })
  .meta({ id: 'Recovery' })

/** A checkpoint of this log that the signer had verified. */
export const seen = z
  .strictObject({ size: int(0, Number.MAX_SAFE_INTEGER), root })
  .meta({ id: 'Seen' })

/** One version of one instrument. */
export const instrumentRef = z
  .strictObject({ id: instrumentId, version: int(1, 1_000_000), digest })
  .meta({ id: 'InstrumentRef' })

/** The rules that a registry chooses, within the law's floors and ceilings. */
export const rules = z
  .strictObject({
    law: int(1, 1_000_000),
    clock_skew_seconds: int(60, 3600),
    issued_max_age_days: int(1, 90),
    recovery_delay_days: int(3, 90),
    verification_max_age_days: int(7, 400),
    methods: set(method, 1, 3),
  })
  .meta({ id: 'Rules' })

/** The terms of an instrument. */
export const terms = z
  .strictObject({
    validity_days: days(1).nullable(),
    due_days: days(),
    grace_days: days(),
    withdrawal_notice_days: days(),
    admission: z.enum(['open', 'acceptance']),
    ratification: z.boolean(),
    entry_into_force: int(1, 1_000_000).nullable(),
    reporting_days: days(1).nullable(),
    declarations: set(z.enum(['compulsion', 'scope']), 0, 2),
  })
  .meta({ id: 'Terms' })

/** One clause. */
export const clause = z
  .strictObject({
    id: clauseId,
    title: line(1, 200),
    text: lines(1, 4000),
    kind: z.enum(['prohibition', 'duty', 'mixed', 'procedure']),
    reservable: z.enum(['no', 'scope', 'yes']),
  })
  .meta({ id: 'Clause' })

/** A reservation on one clause. */
export const reservation = z
  .strictObject({ clause: clauseId, text: lines(1, 2000) })
  .meta({ id: 'Reservation' })

/** A declaration. `carve-out` says in its text what is carved out. */
export const declaration = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('compulsion'),
      value: z.enum(['none-known', 'cannot-comment', 'contests-orders', 'carve-out']),
      text: lines(0, 2000),
    }),
    z.strictObject({
      kind: z.literal('scope'),
      value: z.enum(['none', 'existing', 'all', 'future']),
      text: lines(0, 2000),
    }),
  ])
  .refine((d) => d.value !== 'carve-out' || d.text !== '', 'a carve-out says what it carves out')
  .meta({ id: 'Declaration' })

/** An officer: a role, and a salted digest of the card that names the person. */
export const officer = z.strictObject({ role: line(1, 100), card: digest }).meta({ id: 'Officer' })

/** What was seen when a domain was asked for its keys. */
export const check = z
  .strictObject({
    subject: domain,
    method,
    at: time,
    outcome: z.enum(['answered', 'unreachable']),
    keys: set(vkey, 0, 16),
    evidence: z.strictObject({
      asked: line(1, 500),
      answer: digest.nullable(),
      dnssec: z.enum(['secure', 'insecure', 'unknown']).nullable(),
    }),
  })
  .meta({ id: 'Check' })
