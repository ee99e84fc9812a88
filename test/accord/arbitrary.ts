/**
 * Statements of every type, mode and act, to any bound of the schema: for properties.
 *
 * @module
 */
import { fc } from '@fast-check/vitest'
import { encodeBase64, encodeHex } from '../../keys/base64.ts'
import { formatVKey, vkeyOf } from '../../keys/vkey.ts'
import type { Statement } from '../../src/accord/statement.ts'
import { type Digest, formatTime, isText, LAST_TIME } from '../../src/accord/text.ts'

const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n })
const int = (min: number, max: number) => fc.integer({ min, max })

export const time = fc.integer({ min: 0, max: LAST_TIME }).map(formatTime)
export const digest = bytes(32).map((b): Digest => `sha256:${encodeHex(b)}`)
const root = bytes(32).map((b) => encodeBase64(b))
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/)
export const domain = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.stringMatching(/^[a-z]{2,6}$/))
  .map(([labels, top]) => [...labels, top].join('.'))
const origin = fc.stringMatching(/^[!-*,-~]{1,40}$/)
const vkey = fc
  .tuple(
    fc.oneof(
      domain,
      domain.map((d) => `${d}/ceo`),
    ),
    bytes(32),
  )
  .map(([name, key]) => formatVKey(vkeyOf(name, key)))

/** One code point that a text may hold; sometimes LF. */
const point = (lines: boolean) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('"', '\\', '\u200c', '𐀀', 'é', '/', ' ', ...(lines ? ['\n'] : [])),
    )
    .filter((c) => isText(c, 1, 9, lines))

function text(min: number, max: number, lines: boolean) {
  const points = fc.array(point(lines), { minLength: min, maxLength: Math.min(max, min + 20) })
  return points.map((p) => p.join('')).filter((t) => isText(t, min, max, lines))
}
const line = (min: number, max: number) => text(min, max, false)
const lines = (min: number, max: number) => text(min, max, true)

const key = fc.record({ vkey, role: line(1, 64) })
const keys = fc.array(key, { minLength: 1, maxLength: 8 })
const recovery = fc.record({ keys, threshold: int(1, 8) })
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })
const none = fc.constant(null)
const nothing = fc.constant([] as never[])

const header = {
  registry: origin,
  party: domain,
  previous: orNull(digest),
  seen: fc.record({ size: int(0, Number.MAX_SAFE_INTEGER), root }),
  issued: time,
}

const kind = fc.constantFrom('company', 'state', 'organization', 'panel')
const method = fc.constantFrom('dns', 'https', 'manual')
const language = fc.constantFrom('en', 'de-CH', 'zh-Hant-TW', 'rm')
const instrumentId = fc.stringMatching(/^[a-z0-9-]{3,20}$/)
const clauseId = fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{0,8}$/)
const instrument = fc.record({ id: instrumentId, version: int(1, 1_000_000), digest })
const days = (min = 0) => int(min, 36_500)

const rules = fc.record({
  law: int(1, 1_000_000),
  clock_skew_seconds: int(60, 3600),
  issued_max_age_days: int(1, 90),
  recovery_delay_days: int(3, 90),
  verification_max_age_days: int(7, 400),
  methods: fc.uniqueArray(method, { minLength: 1, maxLength: 3 }),
})

const registry = fc.record({
  type: fc.constant('registry/v1'),
  ...header,
  depositary: line(1, 200),
  log: fc.uniqueArray(vkey, { minLength: 1, maxLength: 4 }),
  keys,
  threshold: int(1, 8),
  recovery,
  rules,
})

const enrolment = fc.record({
  type: fc.constant('enrolment/v1'),
  ...header,
  mode: fc.constantFrom('first', 'rotate', 'recover', 'replace-recovery'),
  pending: none,
  kind,
  name: line(1, 200),
  jurisdiction: orNull(fc.stringMatching(/^[A-Z]{2}$/)),
  lei: orNull(fc.stringMatching(/^[A-Z0-9]{18}[0-9]{2}$/)),
  keys,
  threshold: int(1, 8),
  recovery: orNull(recovery),
})

const cancel = fc.record({
  type: fc.constant('enrolment/v1'),
  ...header,
  mode: fc.constant('cancel'),
  pending: digest,
  kind: none,
  name: none,
  jurisdiction: none,
  lei: none,
  keys: nothing,
  threshold: none,
  recovery: none,
})

const terms = fc.record({
  validity_days: orNull(days(1)),
  due_days: days(),
  grace_days: days(),
  withdrawal_notice_days: days(),
  admission: fc.constantFrom('open', 'acceptance'),
  ratification: fc.boolean(),
  entry_into_force: orNull(int(1, 1_000_000)),
  reporting_days: orNull(days(1)),
  declarations: fc.uniqueArray(fc.constantFrom('compulsion', 'scope'), { maxLength: 2 }),
})

const clause = fc.record({
  id: clauseId,
  title: line(1, 200),
  text: lines(1, 4000),
  kind: fc.constantFrom('prohibition', 'duty', 'mixed', 'procedure'),
  reservable: fc.constantFrom('no', 'scope', 'yes'),
})

const text1 = fc.record({
  type: fc.constant('instrument/v1'),
  ...header,
  id: instrumentId,
  version: int(1, 1_000_000),
  replaces: orNull(digest),
  kind: fc.constantFrom('accord', 'convention', 'pledge'),
  title: line(1, 200),
  language,
  preamble: lines(0, 8000),
  clauses: fc.array(clause, { minLength: 1, maxLength: 4 }),
  open_to: fc.uniqueArray(kind, { minLength: 1, maxLength: 4 }),
  terms,
  translations: fc.array(fc.record({ language, digest, authentic: fc.boolean() }), {
    maxLength: 3,
  }),
  sources: fc.array(line(1, 500), { maxLength: 3 }),
})

const declaration = fc.oneof(
  fc.record({
    kind: fc.constant('compulsion'),
    value: fc.constantFrom('none-known', 'cannot-comment', 'contests-orders', 'carve-out'),
    text: lines(1, 2000),
  }),
  fc.record({
    kind: fc.constant('scope'),
    value: fc.constantFrom('none', 'existing', 'all', 'future'),
    text: lines(0, 2000),
  }),
)

const officers = fc.array(fc.record({ role: line(1, 100), card: digest }), { maxLength: 4 })

const binding = fc.record({
  type: fc.constant('commitment/v1'),
  ...header,
  instrument,
  act: fc.constantFrom('sign', 'ratify', 'renew'),
  until: orNull(time),
  reservations: fc.array(fc.record({ clause: clauseId, text: lines(1, 2000) }), { maxLength: 3 }),
  declarations: fc.array(declaration, { maxLength: 2 }),
  officers,
  reason: none,
})

const withdrawal = fc.record({
  type: fc.constant('commitment/v1'),
  ...header,
  instrument,
  act: fc.constantFrom('withdraw', 'cancel-withdrawal'),
  until: none,
  reservations: nothing,
  declarations: nothing,
  officers,
  reason: orNull(lines(1, 2000)),
})

const check = fc.record({
  subject: domain,
  method,
  at: time,
  outcome: fc.constantFrom('answered', 'unreachable'),
  keys: fc.uniqueArray(vkey, { maxLength: 16 }),
  evidence: fc.record({
    asked: line(1, 500),
    answer: orNull(digest),
    dnssec: orNull(fc.constantFrom('secure', 'insecure', 'unknown')),
  }),
})

const verification = fc.record({
  type: fc.constant('verification/v1'),
  ...header,
  checks: fc.array(check, { minLength: 1, maxLength: 4 }),
})

const noticeOf = (act: fc.Arbitrary<string>, subject: fc.Arbitrary<string>, until: typeof none) =>
  fc.record({
    type: fc.constant('notice/v1'),
    ...header,
    act,
    subject,
    reason: lines(1, 4000),
    until,
  })
const notice = fc.oneof(
  noticeOf(
    fc.constantFrom('accept', 'refuse', 'suspend', 'reinstate', 'erase', 'takedown'),
    digest,
    none,
  ),
  noticeOf(fc.constant('extend'), digest, time as unknown as typeof none),
  noticeOf(fc.constant('release'), domain, none),
)

const report = fc.record({
  type: fc.constant('report/v1'),
  ...header,
  instrument,
  period: fc.record({ from: time, to: time }),
  title: line(1, 200),
  url: fc.stringMatching(/^https:\/\/[!-~]{1,40}$/),
  digest,
})

const succession = fc.record({
  type: fc.constant('succession/v1'),
  ...header,
  successor: domain,
  successor_previous: digest,
  kind: fc.constantFrom('rename', 'merger', 'acquisition'),
  instruments: fc.uniqueArray(instrumentId, { maxLength: 4 }),
})

/** Each shape of statement, by name. */
export const SHAPES: Readonly<Record<string, fc.Arbitrary<Statement>>> = {
  'registry/v1': registry as fc.Arbitrary<Statement>,
  'enrolment/v1': enrolment as fc.Arbitrary<Statement>,
  'enrolment/v1 cancel': cancel as fc.Arbitrary<Statement>,
  'instrument/v1': text1 as fc.Arbitrary<Statement>,
  'commitment/v1': binding as fc.Arbitrary<Statement>,
  'commitment/v1 withdraw': withdrawal as fc.Arbitrary<Statement>,
  'verification/v1': verification as fc.Arbitrary<Statement>,
  'notice/v1': notice as fc.Arbitrary<Statement>,
  'report/v1': report as fc.Arbitrary<Statement>,
  'succession/v1': succession as fc.Arbitrary<Statement>,
}

/** Any statement. */
export const statement = fc.oneof(...Object.values(SHAPES))
