/**
 * A statement, said to people: what somebody reads before signing, and `accord show` prints.
 *
 * @module
 */
import { formatStatement, type Statement, statementDigest } from '../accord/statement.ts'
import { quoted } from '../client/sentences.ts'
import { publication } from '../domain/advice.ts'
import { shortKey } from './keys.ts'

type Of<T extends Statement['type']> = Extract<Statement, { type: T }>

/** One line of a table: a name and what it holds. */
type Row = readonly [name: string, value: string]

/** The title of a version of an instrument, where the log is at hand. */
export type Titles = (id: string, version: number) => string | undefined

/** A statement in lines. */
export function summarize(statement: Statement, titles: Titles = () => undefined): string[] {
  const rows: Row[] = [
    ...titleRows(statement, titles),
    ...rowsOf(statement),
    ['digest', statementDigest(formatStatement(statement))],
    ['follows', statement.previous ?? 'nothing: it is the first'],
    ['seen', `the log at size ${statement.seen.size}`],
    ['issued', `${statement.issued}, by the signer's clock`],
    ['registry', statement.registry],
  ]
  return [`${statement.party} ${actOf(statement)}`, ...rows.flatMap(format)]
}

function format([name, value]: Row): string[] {
  return value
    .split('\n')
    .map((line, i) => `  ${(i === 0 ? name : '').padEnd(14)}${line}`.trimEnd())
}

/** What a statement does, in a few words. */
export function actOf(s: Statement): string {
  if (s.type === 'registry/v1') return 'says who keeps this registry, and by which rules'
  if (s.type === 'enrolment/v1') return ENROLMENTS[s.mode]
  if (s.type === 'instrument/v1') {
    return `publishes ${s.id} version ${s.version}: ${quoted(s.title)}`
  }
  if (s.type === 'commitment/v1') {
    return `${COMMITMENTS[s.act]} ${s.instrument.id} version ${s.instrument.version}`
  }
  if (s.type === 'verification/v1') {
    return `says what ${s.checks.map((c) => c.subject).join(', ')} showed`
  }
  if (s.type === 'notice/v1') return `gives notice: ${s.act} ${s.subject}`
  if (s.type === 'report/v1') return `reports on ${s.instrument.id}: ${quoted(s.title)}`
  return `passes to ${s.successor} (${s.kind})`
}

const ENROLMENTS = {
  first: 'enrols',
  rotate: 'changes its record',
  recover: 'recovers with its recovery keys',
  'replace-recovery': 'replaces its recovery keys',
  cancel: 'cancels a pending change',
} as const

const COMMITMENTS = {
  sign: 'signs',
  ratify: 'ratifies',
  renew: 'renews',
  withdraw: 'withdraws from',
  'cancel-withdrawal': 'takes back its withdrawal from',
} as const

function titleRows(s: Statement, titles: Titles): Row[] {
  if (s.type !== 'commitment/v1' && s.type !== 'report/v1') return []
  const title = titles(s.instrument.id, s.instrument.version)
  const { id, version } = s.instrument
  return [
    [
      'title',
      title ?? `not in this file: accord show ${id} prints the text, which is version ${version}`,
    ],
  ]
}

function rowsOf(s: Statement): Row[] {
  if (s.type === 'registry/v1') return registryRows(s)
  if (s.type === 'enrolment/v1') return enrolmentRows(s)
  if (s.type === 'instrument/v1') return instrumentRows(s)
  if (s.type === 'commitment/v1') return commitmentRows(s)
  if (s.type === 'verification/v1') return s.checks.flatMap(checkRows)
  if (s.type === 'notice/v1') return noticeRows(s)
  if (s.type === 'report/v1') return reportRows(s)
  return [
    ['instruments', s.instruments.join(', ') || 'none'],
    ['and follows', s.successor_previous],
  ]
}

function keyRows(name: string, keys: Of<'registry/v1'>['keys'], threshold: number): Row[] {
  return [[name, [`${threshold} of ${keys.length} must sign`, ...keyLines(keys)].join('\n')]]
}

function keyLines(keys: Of<'registry/v1'>['keys']): string[] {
  return keys.map((k) => `${shortKey(k.vkey)}  ${k.role}`)
}

function ruleLine([name, value]: [string, unknown]): string {
  return `${name.replaceAll('_', ' ')}: ${Array.isArray(value) ? value.join(', ') : value}`
}

function registryRows(s: Of<'registry/v1'>): Row[] {
  return [
    ['depositary', s.depositary],
    ['log keys', s.log.map(shortKey).join('\n')],
    ...keyRows('keys', s.keys, s.threshold),
    ...keyRows('recovery', s.recovery.keys, s.recovery.threshold),
    ['rules', Object.entries(s.rules).map(ruleLine).join('\n')],
  ]
}

function enrolmentRows(s: Of<'enrolment/v1'>): Row[] {
  if (s.mode === 'cancel') return [['cancels', s.pending]]
  return [
    ['name', s.name],
    ['kind', s.kind],
    ['jurisdiction', s.jurisdiction ?? 'not given'],
    ['lei', s.lei ?? 'not given'],
    ...keyRows('keys', s.keys, s.threshold),
    ...(s.recovery
      ? keyRows('recovery', s.recovery.keys, s.recovery.threshold)
      : ([['recovery', 'none: stolen keys could not be taken back']] as const)),
  ]
}

function instrumentRows(s: Of<'instrument/v1'>): Row[] {
  const reserve = { no: 'no reservation', scope: 'reservations of scope', yes: 'reservations' }
  return [
    ['kind', `${s.kind}, open to ${s.open_to.join(', ')}`],
    [
      'clauses',
      s.clauses.map((c) => `${c.id}  ${quoted(c.title)} (${reserve[c.reservable]})`).join('\n'),
    ],
    ['admission', s.terms.admission + (s.terms.ratification ? ', then ratification' : '')],
    ['holds', s.terms.validity_days === null ? 'without end' : `${s.terms.validity_days} days`],
    ['withdrawal', `${s.terms.withdrawal_notice_days} days of notice`],
    ['declarations', s.terms.declarations.join(', ') || 'none'],
    ['reports', s.terms.reporting_days === null ? 'none' : `every ${s.terms.reporting_days} days`],
    ['in force', inForce(s.terms.entry_into_force)],
  ]
}

function inForce(parties: number | null): string {
  return parties === null ? 'for each party by itself' : `once ${parties} parties are bound`
}

function commitmentRows(s: Of<'commitment/v1'>): Row[] {
  const { instrument, officers } = s
  const said: Row[] =
    officers.length > 0 ? [['officers', officers.map((o) => o.role).join('\n')]] : []
  if (s.act === 'withdraw' || s.act === 'cancel-withdrawal') {
    return [['text', instrument.digest], ['reason', s.reason ?? 'none given'], ...said]
  }
  return [
    ['text', instrument.digest],
    ['until', s.until ?? 'without end'],
    [
      'reservations',
      s.reservations.map((r) => `${r.clause}: ${quoted(r.text)}`).join('\n') || 'none',
    ],
    ['declarations', s.declarations.map(declared).join('\n') || 'none'],
    ...said,
  ]
}

function declared({ kind, value, text }: { kind: string; value: string; text: string }): string {
  return text === '' ? `${kind}: ${value}` : `${kind}: ${value}: ${quoted(text)}`
}

function checkRows(c: Of<'verification/v1'>['checks'][number]): Row[] {
  return [
    ['domain', `${c.subject}, ${c.method}, at ${c.at}: ${c.outcome}`],
    ['keys', c.keys.map(shortKey).join('\n') || 'none'],
    ['what was done', c.evidence.asked],
  ]
}

function noticeRows(s: Of<'notice/v1'>): Row[] {
  return [['reason', s.reason], ...(s.until === null ? [] : ([['until', s.until]] as const))]
}

function reportRows(s: Of<'report/v1'>): Row[] {
  return [
    ['period', `${s.period.from} to ${s.period.to}`],
    ['report', s.url],
    ['its digest', s.digest],
  ]
}

/** What a party publishes at its domain so that its keys are found there. */
export function domainLines(s: Statement): string[] {
  if (s.type !== 'enrolment/v1' || s.mode === 'cancel') return []
  const wanted = s.keys.map((k) => k.vkey)
  return publication({ origin: s.registry, domain: s.party, wanted })
}

/** The command by which the depositary confirms the domain of an enrolment. */
export function confirmCommand(s: Statement): string | null {
  if (s.type !== 'enrolment/v1' || s.mode === 'cancel') return null
  const keys = s.keys.map((k) => ` --keys '${k.vkey}'`).join('')
  return `accord confirm ${s.party}${keys} --how 'WHAT YOU DID'`
}
