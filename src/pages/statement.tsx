/**
 * Statements, in a form for reading. What was signed is the text itself, which stands beside it.
 *
 * @module
 */

import type {
  CommitmentV1,
  EnrolmentV1,
  InstrumentV1,
  NoticeV1,
  RegistryV1,
  ReportV1,
  Statement,
  SuccessionV1,
  VerificationV1,
} from '../accord/statement.ts'
import { parseTime } from '../accord/text.ts'
import {
  KINDS,
  METHODS,
  PARTY,
  sayCount,
  sayOpenTo,
  sayTime,
  ATTESTATION as t,
  STATEMENT as u,
} from './english.ts'
import type { Frame } from './frame.ts'
import { Facts, Mono, Prose, Who } from './marks.tsx'
import { Caveats } from './standing.tsx'

type Fact = readonly [string, unknown]

/** What a statement says, field by field. */
export function StatementView({ frame, of }: { readonly frame: Frame; readonly of: Statement }) {
  return <Facts of={factsOf(frame, of)} />
}

function factsOf(frame: Frame, s: Statement): Fact[] {
  switch (s.type) {
    case 'registry/v1':
      return registryFacts(s)
    case 'enrolment/v1':
      return enrolmentFacts(s)
    case 'instrument/v1':
      return instrumentFacts(s)
    case 'commitment/v1':
      return commitmentFacts(s)
    case 'verification/v1':
      return verificationFacts(frame, s)
    case 'notice/v1':
      return noticeFacts(frame, s)
    case 'report/v1':
      return reportFacts(s)
    case 'succession/v1':
      return successionFacts(frame, s)
  }
}

function registryFacts(s: RegistryV1): Fact[] {
  const { rules } = s
  return [
    [u.depositary, <bdi>{s.depositary}</bdi>],
    [u.logKeys, <Keys of={s.log} />],
    ...keyFacts(s),
    [u.law, String(rules.law)],
    [u.asked, rules.methods.map((m) => METHODS[m]).join('; ')],
    [u.recoveryDelay, sayCount(rules.recovery_delay_days, 'day')],
    [u.checkAge, sayCount(rules.verification_max_age_days, 'day')],
    [u.issuedAge, sayCount(rules.issued_max_age_days, 'day')],
    [u.skew, sayCount(rules.clock_skew_seconds, 'second')],
  ]
}

type Record = Pick<RegistryV1, 'keys' | 'threshold'> & Pick<EnrolmentV1, 'recovery'>

function keyFacts({ keys, threshold, recovery }: Record): Fact[] {
  const daily = `${PARTY.daily}: ${PARTY.needed(threshold, keys.length)}`
  if (!recovery) return [[daily, <Roles of={keys} />]]
  const safe = `${PARTY.recovery}: ${PARTY.needed(recovery.threshold, recovery.keys.length)}`
  return [
    [daily, <Roles of={keys} />],
    [safe, <Roles of={recovery.keys} />],
  ]
}

function Roles({ of }: { of: Record['keys'] }) {
  return (
    <>
      {of.map(({ vkey, role }) => (
        <p>
          <bdi>{role}</bdi>: <Mono>{vkey}</Mono>
        </p>
      ))}
    </>
  )
}

function Keys({ of }: { of: readonly string[] }) {
  return (
    <>
      {of.map((vkey) => (
        <p>
          <Mono>{vkey}</Mono>
        </p>
      ))}
    </>
  )
}

function enrolmentFacts(s: EnrolmentV1): Fact[] {
  const mode: Fact = [u.mode, u.modes[s.mode]]
  if (s.mode === 'cancel') return [mode, [u.cancelled, <Attested digest={s.pending} />]]
  return [
    mode,
    [u.name, <bdi>{s.name}</bdi>],
    [PARTY.kind, KINDS[s.kind]],
    ...(s.jurisdiction === null ? [] : [[PARTY.jurisdiction, s.jurisdiction] as const]),
    ...(s.lei === null ? [] : [[PARTY.lei, <Mono>{s.lei}</Mono>] as const]),
    ...keyFacts(s),
  ]
}

function instrumentFacts(s: InstrumentV1): Fact[] {
  return [
    [
      u.text,
      <a href={`/instruments/${s.id}/v${s.version}`} dir="auto">
        {s.title}
      </a>,
    ],
    [u.version, `${s.id}, ${s.version}`],
    [u.clauses, String(s.clauses.length)],
    [u.openTo, `${sayOpenTo(s.open_to)}.`],
    ...(s.replaces === null ? [] : [[u.replaces, <Attested digest={s.replaces} />] as const]),
  ]
}

function commitmentFacts(s: CommitmentV1): Fact[] {
  const binds = s.act === 'sign' || s.act === 'ratify' || s.act === 'renew'
  const caveats = s.reservations.length + s.declarations.length > 0
  return [
    [u.act, u.acts[s.act]],
    [t.instrument, <TextLink of={s.instrument} />],
    ...(binds
      ? [[t.until, s.until === null ? t.noEnd : sayTime(parseTime(s.until)!)] as const]
      : []),
    ...(binds
      ? [[t.reservations, s.reservations.length === 0 ? u.noReservation : ''] as const]
      : []),
    ...(caveats
      ? [[s.reservations.length === 0 ? t.declarations : u.said, <Caveats of={s} />] as const]
      : []),
    ...(s.officers.length === 0 ? [] : [[t.officers, <Officers of={s.officers} />] as const]),
    ...(s.reason === null ? [] : [[t.reason, <Prose text={s.reason} />] as const]),
  ].filter(([, value]) => value !== '') as Fact[]
}

function Officers({ of }: { of: CommitmentV1['officers'] }) {
  return (
    <>
      {of.map(({ role, card }) => (
        <p>
          <bdi>{role}</bdi>: <Mono>{card}</Mono>
        </p>
      ))}
      <p class="quiet">{t.officer}</p>
    </>
  )
}

function verificationFacts(frame: Frame, s: VerificationV1): Fact[] {
  return s.checks.map((check) => [
    (<Who frame={frame} who={{ domain: check.subject, name: null }} />) as unknown as string,
    <>
      <p>
        {sayTime(parseTime(check.at)!)}, {METHODS[check.method]}.{' '}
        {check.outcome === 'unreachable' ? PARTY.unreachable : sayCount(check.keys.length, 'key')}
      </p>
      <Keys of={check.keys} />
      <p class="quiet" dir="auto">
        {u.evidence}: {check.evidence.asked}
      </p>
    </>,
  ])
}

function noticeFacts(frame: Frame, s: NoticeV1): Fact[] {
  const subject =
    s.act === 'release' ? (
      <Who frame={frame} who={{ domain: s.subject, name: null }} />
    ) : (
      <Attested digest={s.subject} />
    )
  return [
    [u.act, u.notices[s.act]],
    [t.subject, subject],
    [t.reason, <Prose text={s.reason} />],
    ...(s.until === null ? [] : [[t.until, sayTime(parseTime(s.until)!)] as const]),
  ]
}

function reportFacts(s: ReportV1): Fact[] {
  return [
    [t.instrument, <TextLink of={s.instrument} />],
    [
      u.report,
      <a href={s.url} rel="nofollow noreferrer" dir="auto">
        {s.title}
      </a>,
    ],
    [PARTY.period, `${s.period.from.slice(0, 10)} – ${s.period.to.slice(0, 10)}`],
    [PARTY.reportDigest, <Mono>{s.digest}</Mono>],
  ]
}

function successionFacts(frame: Frame, s: SuccessionV1): Fact[] {
  return [
    [u.kind, u.successions[s.kind]],
    [u.successor, <Who frame={frame} who={{ domain: s.successor, name: null }} />],
    [u.passes, s.instruments.length === 0 ? u.nothing : s.instruments.join(', ')],
  ]
}

function TextLink({ of }: { of: CommitmentV1['instrument'] }) {
  return (
    <a href={`/instruments/${of.id}/v${of.version}`}>
      {of.id}, {u.version.toLowerCase()} {of.version}
    </a>
  )
}

function Attested({ digest }: { digest: string }) {
  return (
    <a href={`/attestations/${digest}`}>
      <Mono>{digest}</Mono>
    </a>
  )
}
