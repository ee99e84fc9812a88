/**
 * Deadlines in plain English: what comes by time alone, and what can be done before. Calendars,
 * monitors and commands say it alike.
 *
 * @module
 */
import type { ControlWord } from '../accord/control.ts'
import type { Deadline, DeadlineKind } from '../accord/deadline.ts'
import { isolated } from '../accord/direction.ts'
import { sayDomain } from '../accord/label.ts'
import type { Word } from '../accord/word.ts'
import { quoted } from './sentences.ts'

/** A party as it is always named: its domain first, for the name is only what it calls itself. */
export function sayParty({ domain, name }: { readonly domain: string; readonly name: string }) {
  return `${sayDomain(domain)} (${isolated(quoted(name))})`
}

/** Says what a deadline brings, unless an entry comes before it. */
export function sayDeadline(deadline: Deadline): string {
  const { party, what } = deadline
  return `${party ? sayParty(party) : 'the registry'}: ${COMES[what](deadline)}`
}

/** A commitment's word, before and after. */
export interface WordTurn {
  readonly party: { readonly domain: string; readonly name: string }
  readonly instrument: string
  readonly version: number
  /** Null where there was no commitment. */
  readonly before: Word | null
  readonly after: Word
  readonly suspended: boolean
}

/** Says how a commitment's word changed. */
export function sayTurn({
  party,
  instrument,
  version,
  before,
  after,
  suspended,
}: WordTurn): string {
  const was = before === null ? '' : `was ${before} and `
  const aside = suspended ? ', suspended: not counted as bound' : ''
  const lapsed = after === 'lapsed' ? ' (not renewed; no reason is implied)' : ''
  return `${sayParty(party)}: the commitment to ${instrument}, version ${version}, ${was}is ${after}${lapsed}${aside}`
}

/** Says what control of a party's domain is called now. */
export function sayControl(party: WordTurn['party'], word: ControlWord): string {
  return `${sayParty(party)}: ${CONTROL[word]}`
}

const CONTROL: Readonly<Record<ControlWord, string>> = {
  confirmed: 'control of the domain is confirmed: its keys were seen there',
  stale: 'control of the domain is stale: its keys were not seen there for too long',
  mismatch: 'control of the domain is lost: it has shown other keys, three times over three days',
  recovering: 'its recovery keys are replacing its daily keys; until then no daily key signs',
}

/** Says what a deadline has brought, from its instant on. */
export function sayReached(deadline: Deadline): string {
  const { party, what } = deadline
  const brought = (BROUGHT[what] ?? COMES[what])(deadline)
  return `${party ? sayParty(party) : 'the registry'}: ${brought}`
}

/**
 * Says what can be done; null where it is nobody's to do.
 *
 * @param reached - whether the instant has come: what could be stopped before cannot be any more
 */
export function adviseDeadline(deadline: Deadline, reached = false): string | null {
  const { what, rests } = deadline
  if (!STOPPABLE.has(what)) return ADVICE[what] ?? null
  if (reached) return null
  return `If this is not yours, the recovery keys can stop it before: accord cancel DIGEST -k KEYFILE, with the digest that accord show ${rests} gives.`
}

function text({ instrument }: Deadline): string {
  return `${instrument!.id}, version ${instrument!.version}`
}

const COMES: Readonly<Record<DeadlineKind, (d: Deadline) => string>> = {
  due: (d) => `the commitment to ${text(d)}, is due to be renewed`,
  overdue: (d) => `the commitment to ${text(d)}, is overdue to be renewed`,
  lapsed: (d) => `the commitment to ${text(d)}, lapses unless it is renewed`,
  withdrawn: (d) => `the withdrawal from ${text(d)}, takes effect`,
  'report-due': (d) => `the report on ${text(d)}, for period ${d.period} is due`,
  'report-missed': (d) => `period ${d.period} of ${text(d)}, ends; without a report it is missed`,
  recovered: () => 'the recovery takes effect: other daily keys are in force',
  'recovery-replaced': () => 'other recovery keys are in force',
  released: () =>
    'its domain is released and the party ends, unless its keys are shown there before',
  passed: () => 'a successor takes its place',
  'taken-over': () => 'it takes the place of another party',
  stale: () => 'the last check that showed its keys is too old, and control of its domain is stale',
  rules: () => 'other rules come into force',
  keeping: () => 'other keys of the depositary come into force',
}

/** What is said otherwise once it is there. */
const BROUGHT: Readonly<Partial<Record<DeadlineKind, (d: Deadline) => string>>> = {
  lapsed: (d) => `the commitment to ${text(d)}, has lapsed: not renewed; no reason is implied`,
  'report-missed': (d) => `period ${d.period} of ${text(d)}, has ended without a report`,
  released: () => 'its domain is released, and the party has ended',
}

const RENEW = 'Renew with: accord renew --all -k KEYFILE. What has lapsed stays visible as a gap.'
const REPORT = 'Report with: accord report INSTRUMENT --from DAY --to DAY --title TITLE --url URL.'
/** What the recovery keys can stop until it is there. */
const STOPPABLE: ReadonlySet<DeadlineKind> = new Set([
  'recovered',
  'recovery-replaced',
  'passed',
  'taken-over',
])

const ADVICE: Readonly<Partial<Record<DeadlineKind, string>>> = {
  due: RENEW,
  overdue: RENEW,
  lapsed: RENEW,
  'report-due': REPORT,
  'report-missed': REPORT,
  released: 'If the domain is yours, publish your keys there: a check that shows them stops this.',
  stale:
    'Nothing is said against the party. Keep the keys published at the domain: the registry asks again.',
}
