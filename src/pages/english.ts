/**
 * Every text of the pages, in English: a translation is another such file.
 *
 * Texts say what the log shows and no more. There are three verdicts, *verified*, *not verified* and
 * *cannot tell*, and a page of the registry never gives the first one of itself.
 *
 * @module
 */
import type { ControlWord } from '../accord/control.ts'
import type { ReportingWord } from '../accord/report.ts'
import type { Standing } from '../accord/standing.ts'
import type { Declaration, Method, PartyKind, Terms } from '../accord/state.ts'
import type { StatementType } from '../accord/statement.ts'
import type { Word } from '../accord/word.ts'

/** The language of this file. */
export const LANGUAGE = 'en'

const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

/** A day: `3 May 2026`. Days are those of UTC. */
export function sayDay(seconds: number): string {
  const day = new Date(seconds * 1000)
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`
}

/** A time: `3 May 2026, 14:05:09 UTC`. */
export function sayTime(seconds: number): string {
  return `${sayDay(seconds)}, ${new Date(seconds * 1000).toISOString().slice(11, 19)} UTC`
}

/** A number, its thousands apart: `12,345`. */
export function sayNumber(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** So many of something. */
export function sayCount(n: number, one: string, more = `${one}s`): string {
  return `${sayNumber(n)} ${n === 1 ? one : more}`
}

/** How long: `12 days`, `1 hour`. */
export function sayAge(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const
  const [unit, name] = units.find(([length]) => seconds >= length) ?? [1, 'second']
  return sayCount(Math.max(0, Math.floor(seconds / unit)), name)
}

/** What a commitment is called in a list. */
export const WORDS: Readonly<Record<Word, string>> = {
  none: 'No commitment',
  pending: 'Waiting for acceptance',
  unratified: 'Signed, not ratified',
  active: 'Stands by it',
  due: 'Renewal due',
  overdue: 'Renewal overdue',
  lapsed: 'Lapsed: not renewed',
  withdrawing: 'Withdrawing',
  withdrawn: 'Withdrawn',
  refused: 'Not accepted',
  succeeded: 'Passed to a successor',
  ended: 'Ended with its domain',
}

/** What control of a domain is called. */
export const CONTROL: Readonly<Record<ControlWord, string>> = {
  confirmed: 'Confirmed',
  stale: 'Not seen lately',
  mismatch: 'Other keys seen',
  recovering: 'Keys being recovered',
}

/** What reporting is called. */
export const REPORTING: Readonly<Record<ReportingWord, string>> = {
  'none-required': 'None asked for',
  'up-to-date': 'Up to date',
  due: 'Report due',
  missed: 'Report missed',
}

/** Which version a commitment is to. */
export const VERSIONS: Readonly<Record<Standing['version']['word'], string>> = {
  none: 'None',
  current: 'The latest text',
  superseded: 'An earlier text',
}

/** Kinds of party. */
export const KINDS: Readonly<Record<PartyKind, string>> = {
  company: 'Company',
  state: 'State',
  organization: 'Organization',
  panel: 'Panel',
}

const KINDS_MANY: Readonly<Record<PartyKind, string>> = {
  company: 'companies',
  state: 'states',
  organization: 'organizations',
  panel: 'panels',
}

/** Kinds of instrument. */
export const INSTRUMENTS = { accord: 'Accord', convention: 'Convention', pledge: 'Pledge' } as const

/** Kinds of clause. */
export const CLAUSES = {
  prohibition: 'Prohibition',
  duty: 'Duty',
  mixed: 'Prohibition and duty',
  procedure: 'Procedure',
} as const

/** Whether a clause may be reserved. */
export const RESERVABLE = {
  no: 'admits no reservation',
  scope: 'may be reserved in scope only',
  yes: 'may be reserved',
} as const

/** How a domain was asked. */
export const METHODS: Readonly<Record<Method, string>> = {
  dns: 'asked over DNS',
  https: 'asked over HTTPS, at its well-known address',
  manual: "by the depositary's own hand: its word, which nobody else can repeat",
}

/** Types of statement. */
export const TYPES: Readonly<Record<StatementType, string>> = {
  'registry/v1': 'Statement of the registry',
  'enrolment/v1': 'Enrolment',
  'instrument/v1': 'Publication of a text',
  'commitment/v1': 'Commitment',
  'verification/v1': 'Verification of domains',
  'notice/v1': 'Notice of the depositary',
  'report/v1': 'Report',
  'succession/v1': 'Succession',
}

/** How a verdict reads. There is no fourth. */
export const VERDICTS = {
  verified: 'verified',
  'not-verified': 'not verified',
  'cannot-tell': 'cannot tell',
} as const

/** What a party declares, in words. */
export function sayDeclaration({ kind, value }: Declaration): string {
  return kind === 'compulsion' ? COMPULSION[value] : SCOPE[value]
}

const COMPULSION = {
  'none-known': 'Of legal compulsion: it knows of no order against what it signed.',
  'cannot-comment': 'Of legal compulsion: it cannot comment.',
  'contests-orders': 'Of legal compulsion: it contests orders against what it signed.',
  'carve-out': 'Of legal compulsion: it carves something out.',
} as const

const SCOPE = {
  none: 'Of its subsidiaries: covers none.',
  existing: 'Of its subsidiaries: covers those it controlled on the day.',
  future: 'Of its subsidiaries: covers those it controls from later days on.',
  all: 'Of its subsidiaries: covers all, present and future.',
} as const

/** A day of a statement's time. */
type Say = (time: string | null) => string

/** The first axis: what the commitment is, and why. */
export function sayCommitment(c: Standing['commitment'], day: Say): string {
  const suspended = c.suspended
    ? ' The depositary has suspended it: it is not counted among those bound.'
    : ''
  const waiting = c.waiting
    ? ` It has also signed version ${c.waiting.version}, which does not bind it yet.`
    : ''
  return `${COMMITMENTS[c.word](c, day)}${suspended}${waiting}`
}

const COMMITMENTS: Readonly<Record<Word, (c: Standing['commitment'], day: Say) => string>> = {
  none: () => 'It has never signed this.',
  pending: (c, day) => `Signed on ${day(c.signed)}; the depositary has not accepted it yet.`,
  unratified: (c, day) => `Signed on ${day(c.signed)}; it does not bind before it is ratified.`,
  active: (c, day) =>
    `${held(c, day)}${c.until ? `, and holds until ${day(c.until)}` : ', without an end'}.`,
  due: (c, day) => `${held(c, day)}. It ends on ${day(c.until)} and is due to be renewed before.`,
  overdue: (c, day) =>
    `${held(c, day)}. It was to be renewed by ${day(c.until)}; it binds while it may still be renewed.`,
  lapsed: (c, day) =>
    `Signed on ${day(c.signed)}; not renewed by ${day(c.until)}. No reason is implied.`,
  withdrawing: (c, day) =>
    `${held(c, day)}. It has given notice to withdraw and is bound until ${day(c.withdrawal)}.`,
  withdrawn: (c, day) =>
    `Signed on ${day(c.signed)}; withdrawn${c.withdrawal ? `, in effect since ${day(c.withdrawal)}` : ''}.`,
  refused: (c, day) => `Signed on ${day(c.signed)}; the depositary did not accept it.`,
  succeeded: (c, day) => `Signed on ${day(c.signed)}; a successor has taken it over.`,
  ended: (c, day) => `Signed on ${day(c.signed)}; it ended when the party lost its domain.`,
}

function held(c: Standing['commitment'], day: Say): string {
  return `Signed on ${day(c.signed)}, bound since ${day(c.bound)}`
}

/** The second axis: to which text. */
export function sayVersion({ word, signed, latest, behind }: Standing['version']): string {
  if (word === 'none') return `The latest is version ${latest}.`
  if (word === 'current') return `Signed version ${signed}, the latest.`
  return `Signed version ${signed}; the latest is version ${latest}, ${sayCount(behind, 'version')} later. Nobody is carried over to a text they did not sign.`
}

/** The third axis: whether its domain shows its keys. */
export const CONTROL_REASONS: Readonly<Record<ControlWord, string>> = {
  confirmed: 'Its domain showed its keys when it was last asked.',
  stale: 'The last check that showed its keys is too old. Nothing is said against the party.',
  mismatch: 'Its domain has answered for days without showing its keys.',
  recovering:
    'Its recovery keys have announced other daily keys; until those are in force nothing is signed in its name.',
}

/** The fourth axis: reports. */
export function sayReporting({ word, missed }: Standing['reporting']): string {
  if (word === 'missed') return `${sayCount(missed, 'period')} ended without a report.`
  return REPORTING_REASONS[word]
}

const REPORTING_REASONS = {
  'none-required': 'The text asks for no report, or the party is not bound.',
  'up-to-date': 'Every period that has ended has its report.',
  due: 'The report for this period is due.',
} as const

/** The fifth axis: what was left out. */
export function sayCaveats({ reservations, declarations }: Standing['caveats']): string {
  const reserved =
    reservations.length === 0
      ? 'No reservation'
      : `${sayCount(reservations.length, 'reservation')}: ${reservations.map((r) => r.clause).join(', ')}`
  return declarations.length === 0
    ? reserved
    : `${reserved}; ${sayCount(declarations.length, 'declaration')}`
}

/** The terms of a text, a line each. */
export function sayTerms(t: Terms): readonly (readonly [string, string])[] {
  return [
    [
      'Who is admitted',
      t.admission === 'open'
        ? 'Whoever it is open to and signs.'
        : 'Whoever it is open to, signs, and is accepted by the depositary.',
    ],
    [
      'When it binds',
      t.ratification
        ? 'When it is ratified, after the signature.'
        : 'When it is signed and admitted.',
    ],
    [
      'For how long',
      t.validity_days === null
        ? 'Without an end.'
        : `At most ${sayCount(t.validity_days, 'day')} at a time; it is renewed by signing again.`,
    ],
    ...(t.validity_days === null
      ? []
      : ([
          [
            'Renewal',
            `Due ${sayCount(t.due_days, 'day')} before the end. Without it, the commitment is overdue for ${sayCount(t.grace_days, 'day')}, during which it binds, and then lapses.`,
          ],
        ] as const)),
    [
      'Withdrawal',
      t.withdrawal_notice_days === 0
        ? 'At once.'
        : `In effect ${sayCount(t.withdrawal_notice_days, 'day')} after the notice; bound until then.`,
    ],
    [
      'Reports',
      t.reporting_days === null
        ? 'None asked for.'
        : `One every ${sayCount(t.reporting_days, 'day')}.`,
    ],
    [
      'Declarations',
      t.declarations.length === 0
        ? 'None asked for.'
        : `Asked for: ${t.declarations.map((d) => DECLARATIONS[d]).join('; ')}.`,
    ],
    [
      'Entry into force',
      t.entry_into_force === null
        ? 'For each signatory, when it is bound.'
        : `When ${sayCount(t.entry_into_force, 'party is', 'parties are')} bound.`,
    ],
  ]
}

const DECLARATIONS = {
  compulsion: 'what the party can say of legal compulsion',
  scope: 'which subsidiaries are covered',
} as const

/** To whom a text is open. */
export function sayOpenTo(kinds: readonly PartyKind[]): string {
  return `Open to ${kinds.map((k) => KINDS_MANY[k]).join(' and ')}`
}

/** How many stand by a text, and how many signed. */
export function sayBound(bound: number, total: number): string {
  if (total === 0) return 'Nobody has signed it yet.'
  const more = total === bound ? '' : `, of ${sayNumber(total)} that ever signed`
  return `${sayCount(bound, 'party stands', 'parties stand')} by it${more}.`
}

/** The texts of what is around every page. */
export const FRAME = {
  name: 'Accord',
  tagline: 'The public registry of technology commitments',
  skip: 'Skip to the content',
  nav: 'Pages',
  menu: [
    ['/instruments', 'Instruments'],
    ['/parties', 'Parties'],
    ['/changes', 'Changes'],
    ['/log', 'Log'],
    ['/trust', 'Trust'],
    ['/verify', 'Verify'],
    ['/sign', 'Sign'],
  ],
  search: 'Search',
  searchFor: 'Company, domain or text',
  printed: 'This page: ',
  keptBy: 'Kept by ',
  word: "What stands here is the registry's word. Nobody has to take it: the log behind it is public, and ",
  prove: 'anybody can check it',
  asOf: 'As of',
  knownAt: 'known at tree size',
  now: 'Show the present',
  past: 'You are looking at another moment than the present.',
  future: 'That moment has not come. This is what would hold then if nothing more were logged.',
  mirror: 'This is a mirror.',
  mirrorOf: 'It copies the log of',
  mirrorChecked:
    'Every entry was checked against the log and judged by the law before it was shown; nothing is signed here.',
  fixed: 'Link to this moment: its answer never changes',
  another: 'Ask about another day',
  validAt: 'What held on (UTC, the end of the day)',
  known: 'As the log was known at tree size',
  show: 'Show',
  foot: [
    ['/about', 'About this registry'],
    ['/trust', 'Where trust comes from'],
    ['/sign', 'Sign'],
    ['/api/', 'API'],
    ['/v1/export', 'All data'],
    ['/v1/feed.atom', 'Feed'],
  ],
  licence: 'The data and the texts are in the public domain (CC0).',
  scroll: 'Scrolls sideways',
} as const

/** The texts of the home page. */
export const HOME = {
  lead: 'Here technology companies sign commitments in public, and states and experts sign theirs. Every signature is made with keys that the signer publishes at its own domain, and stands in a log that nobody, this registry included, can rewrite unseen.',
  never:
    'The registry checks form, never conduct: it shows who signed, which words, when, and whether they still stand by them. It never says that anybody keeps them.',
  instruments: 'What can be signed',
  none: 'No text has been published yet.',
  open: 'Read it, and see who signed',
  curve: 'How many stand by each text, over time',
  curveNote:
    'Parties bound at the end of each day. A line falls where commitments lapse or are withdrawn.',
  curveTable: 'The same as a table',
  day: 'Day',
  changes: 'Last changes',
  allChanges: 'All changes',
  nothing: 'Nothing has happened yet.',
  figures: 'In figures',
  parties: ['party has enrolled', 'parties have enrolled'],
  entries: ['entry in the log', 'entries in the log'],
} as const

/** The texts of the pages of instruments. */
export const INSTRUMENT = {
  sign: 'Sign it',
  all: 'Instruments',
  allLead:
    'Every text that can be signed here, and every version of it. A version never changes: another wording is another version, and binds only those who sign it.',
  version: 'Version',
  latest: 'the latest',
  notLatest: 'This is not the latest version.',
  seeLatest: 'See the latest',
  published: 'Published',
  identity: 'Digest',
  language: 'Language',
  contents: 'On this page',
  who: 'Who signed',
  whoLead:
    'Nobody is ever taken off this list. A line changes its word. Whoever is due or overdue to renew, or withdrawing, is still bound and counts among those who stand by it; whoever is suspended does not.',
  filter: 'Filter and sort',
  any: 'any',
  show: 'Show',
  commitment: 'Commitment',
  text: 'Text signed',
  control: 'Domain',
  reporting: 'Reports',
  caveats: 'Reservations',
  withReservations: 'with reservations',
  without: 'without',
  sort: 'Sorted by',
  sorts: {
    domain: 'domain',
    name: 'name',
    signed: 'day signed, newest first',
    until: 'end, soonest first',
    word: 'commitment',
  },
  party: 'Party',
  signed: 'Signed',
  until: 'Renewal by',
  noEnd: 'no end',
  noReservation: 'none',
  nobody: 'Nobody is on this list under these conditions.',
  more: 'More of the list',
  first: 'From the beginning',
  csv: 'This list as CSV',
  json: 'as JSON',
  calendar: 'Calendar of what comes due',
  feed: 'Feed of changes',
  lapsed: 'Who did not renew',
  lapsedLead: 'Their commitment ran out and was not renewed. No reason is implied.',
  endedOn: 'not renewed by',
  preamble: 'Preamble',
  clauses: 'Clauses',
  reservations: 'Reservations to this clause',
  moreReserved: (n: number) =>
    `${sayCount(n, 'more party reserves', 'more parties reserve')} this clause`,
  allLapsed: 'All who did not renew',
  terms: 'Terms',
  versions: 'Versions',
  compare: 'Compared',
  compareWith: (a: number, b: number) => `Version ${Math.min(a, b)} with version ${Math.max(a, b)}`,
  titled: 'Title',
  openTo: 'To whom',
  force: 'In force',
  replaced: 'replaces',
  sources: 'Sources',
  translations: 'Translations',
  authentic: 'authentic',
  inForce: 'In force since',
  notInForce: 'Not in force yet',
  original: 'The statement that published it',
  permalink: 'Link to this clause of this version',
} as const

/** The texts of the comparison of two versions. */
export const DIFFERENCE = {
  title: (a: number, b: number) => `Version ${a} and version ${b} compared`,
  lead: 'What is struck out stands only in the first, what is underlined only in the second.',
  nothing: 'The two say the same.',
  changes: {
    none: 'The same in both',
    changed: 'Changed',
    added: 'Only in the second',
    removed: 'Only in the first',
  },
  terms: 'Terms and other fields that differ',
  noTerms: 'The terms are the same.',
  field: 'Field',
  before: 'In the first',
  after: 'In the second',
} as const

/** The texts of the pages of parties. */
export const PARTY = {
  all: 'Parties',
  more: 'More parties',
  none: 'No party has enrolled.',
  over: 'ended',
  allLead:
    'Every company, state and organization that has enrolled, by its domain. What it calls itself is its own word; the domain is what was seen to show its keys.',
  kind: 'Kind',
  jurisdiction: 'Jurisdiction, by its own word',
  lei: 'LEI, by its own word',
  enrolled: 'Enrolled',
  ended: {
    released: 'The depositary has released this domain: the party ended.',
    succeeded: 'A successor has taken its place.',
  },
  noParty: 'No party bears this domain.',
  depositary: 'This is the domain of the depositary: it keeps this registry.',
  standsBy: 'What it signed, and how it stands',
  nothing: 'It has signed nothing.',
  axis: 'Beside it',
  word: 'Word',
  why: 'Why',
  proof: 'Entries',
  axes: ['Text', 'Control of its domain', 'Reports', 'Reservations and declarations'],
  clause: 'Clause',
  keys: 'Its keys, and who held them when',
  keysLead: 'Roles are the word of the party. Who the persons are, the log does not say.',
  needed: (n: number, of: number) => `${n} of ${of} sign together`,
  daily: 'Daily keys',
  recovery: 'Recovery keys',
  key: 'Key',
  role: 'Role',
  from: 'From',
  to: 'To',
  still: 'in force',
  pending: (mode: 'recover' | 'replace-recovery') =>
    mode === 'recover'
      ? 'Its recovery keys have announced other daily keys. They take effect on '
      : 'Other recovery keys have been announced. They take effect on ',
  seen: 'What was seen at its domain',
  seenLead: 'The last time by each method. Earlier ones are in the timeline.',
  method: 'How',
  when: 'When',
  found: 'What was seen',
  unreachable: 'it did not answer',
  noKeys: 'it answered, and showed no key',
  noCheck: 'The domain has never been asked.',
  timeline: 'Everything it did, and that was said of it',
  timelineMore: 'The newest stand here.',
  timelineAll: 'The whole history, as data',
  noAct: 'Nothing yet.',
  reports: 'Its reports',
  period: 'Period',
  reportDigest: 'What was read there must have the digest',
  badge: 'A badge for other pages',
  badgeLead: 'It shows the word that is true when it is looked at, and turns with it.',
  calendar: 'Calendar of what comes due',
  feed: 'Feed of this party',
  data: 'The same as data',
  earlier: 'Who bore this domain before',
  byTime: 'by time alone',
  verify: 'Verify this page',
  prove: 'Do not take our word',
  proveHow:
    'Whether it still stands is proven by reading the whole log, which needs nothing of this registry but its files:',
} as const

/** The texts of the pages of attestations. */
export const ATTESTATION = {
  saidThen: (day: string, now: string) =>
    `That was on ${day}; this page never changes it. As of ${now}:`,
  another: 'Another party bears this domain.',
  stands: 'What the party stands by, and everything that came later',
  says: 'What it says',
  when: 'When',
  whenLead:
    'It was made between two moments, each bounded by something that whoever made it could not choose.',
  notBefore: 'Not before',
  notBeforeWhy: (size: number) =>
    `It names the root of the log of ${sayCount(size, 'entry', 'entries')}, which did not exist earlier.`,
  first: 'It is the first entry: nothing bounds it from below.',
  notAfter: 'Not after',
  loggedWhy: (index: number) =>
    `The registry logged it then as entry ${sayNumber(index)}, by its own clock.`,
  witnessWhy: 'This witness cosigned a log that holds it, by its own clock.',
  claimed: 'By the clock of the signer',
  claimedWhy: 'A claim.',
  signatures: 'Who signed',
  signaturesLead:
    'Each key stood in the record of the party when this was logged. Roles are the word of the party.',
  key: 'Key',
  role: 'Role',
  whose: 'Whose',
  recoveryKey: 'recovery key',
  unknown: 'not in a record of that moment',
  exact: 'The exact text that was signed',
  exactLead: 'Byte for byte, with the signatures below the empty line.',
  keep: 'Keep the proof',
  keepLead:
    'Each file can be checked offline, with a policy from somebody other than this registry.',
  files: [
    [
      '/pack.zip',
      'Evidence pack',
      'everything below in one archive, with a verifier that needs no network',
    ],
    ['/certificate.pdf', 'Certificate', 'the same facts on paper'],
    ['.accord-evidence', 'Evidence', 'whose keys signed, with the whole chain that shows it'],
    ['.tlog-proof', 'Receipt', 'that the statement is in the log'],
    ['.note', 'Attestation', 'the statement and its signatures'],
  ],
  cite: 'Cite it',
  permalink: 'Permalink',
  qr: 'The permalink as a QR code',
  plain: 'As a sentence',
  entry: 'Entry',
  digest: 'Digest',
  instrument: 'About',
  by: 'By',
  reservations: 'Reservations',
  declarations: 'Declarations',
  officers: 'Officers',
  officer: 'A role, and the digest of a card that names the person; the card is not in the log.',
  cards: 'The cards that are kept',
  reason: 'Reason',
  until: 'Until',
  noEnd: 'without an end',
  verify: 'Verify this page',
  subject: 'About',
  noScript: 'To verify without this registry: ',
} as const

/** The texts of statements in a form for reading. */
export const STATEMENT = {
  depositary: 'Who keeps the registry',
  logKeys: 'Keys of the log',
  law: 'Version of the law',
  asked: 'How domains are asked',
  recoveryDelay: 'Delay of a recovery',
  checkAge: 'Age at which a check is too old',
  issuedAge: 'Greatest age of a statement when it is logged',
  skew: 'How far clocks may differ',
  mode: 'What it does',
  modes: {
    first: 'Enrols the domain, with its keys.',
    rotate: 'Changes the record or the daily keys.',
    recover: 'Announces other daily keys, by its recovery keys.',
    'replace-recovery': 'Announces other recovery keys.',
    cancel: 'Cancels what was announced, by its recovery keys.',
  },
  cancelled: 'What it cancels',
  name: 'What it calls itself',
  text: 'Text',
  version: 'Version',
  clauses: 'Clauses',
  openTo: 'To whom',
  replaces: 'Replaces',
  act: 'What it does',
  acts: {
    sign: 'Signs.',
    ratify: 'Ratifies.',
    renew: 'Renews.',
    withdraw: 'Withdraws.',
    'cancel-withdrawal': 'Takes back its withdrawal.',
  },
  noReservation: 'None.',
  said: 'Reservations and declarations',
  evidence: 'How it was asked',
  notices: {
    accept: 'Accepts a signature.',
    refuse: 'Does not accept a signature.',
    suspend: 'Suspends a commitment.',
    reinstate: 'Ends a suspension.',
    extend: 'Extends a commitment.',
    release: 'Announces the release of a domain.',
    erase: "Erases the cards of a statement's officers.",
    takedown: 'Reports that something was taken down.',
  },
  report: 'Report',
  kind: 'Kind',
  successions: { rename: 'A new name.', merger: 'A merger.', acquisition: 'An acquisition.' },
  successor: 'Who takes its place',
  passes: 'What goes over',
  nothing: 'No commitment.',
} as const

/** The texts of the page of changes. */
export const CHANGES = {
  entry: (index: number) => `entry ${sayNumber(index)}`,
  title: 'Changes',
  lead: 'What the log gained between two moments, in words. Days are those of UTC.',
  from: 'After the end of (a day, or a tree size)',
  to: 'Up to the end of (a day, or a tree size; the present where empty)',
  show: 'Show',
  between: (from: number, to: number) =>
    from <= 0
      ? `From the beginning to ${sayTime(to)}`
      : `After ${sayTime(from)}, up to ${sayTime(to)}`,
  sizes: (from: number, to: number) =>
    `From tree size (how many entries the log had) ${sayNumber(from)} to ${sayNumber(to)}.`,
  nothing: 'Nothing changed.',
  more: 'Go on',
  same: 'What is between these tree sizes, as data',
  byTime: 'by time alone',
  feeds: 'Feeds',
  hint: 'YYYY-MM-DD or a number',
} as const

/** The texts of the log's pages. */
export const LOG = {
  title: 'The log',
  lead: 'Every act is an entry in this log. Entries are only ever added; the checkpoint commits to all of them, and witnesses can cosign it.',
  checkpoint: 'Checkpoint',
  size: 'Entries',
  root: 'Root hash',
  signed: 'Signed',
  ago: (age: string) => `${age} ago`,
  witnesses: 'Cosignatures',
  noWitness:
    'No witness has cosigned this checkpoint. That everybody is shown the same log rests on nobody but those who compare it: keep checkpoints, and show them to others.',
  witnessNote:
    'The names and times are as the checkpoint has them; whose keys count is for your policy to say.',
  asked: 'Witnesses that this registry asks',
  askedLead:
    "How each of them does, by the registry's word since it was started. What a witness has cosigned stands in the checkpoint, and at the witness itself.",
  witness: 'Witness',
  last: 'Last cosigned',
  never: 'not since the start',
  lag: 'Behind',
  noLag: 'nothing',
  trouble: 'What went wrong',
  noTrouble: 'nothing',
  exact: 'The checkpoint, byte for byte',
  entries: 'Entries, the newest first',
  index: 'Index',
  time: 'Time',
  what: 'What',
  older: 'Older entries',
  newer: 'Newer entries',
  go: 'Go to an entry',
  open: 'Open',
  tiles: 'Tiles',
  tilesLead:
    'The log as files, as C2SP tlog-tiles has them. Whoever reads these needs nothing else of this registry.',
  level: 'Level',
  files: 'Files',
  bundles: 'entry bundles',
  entry: (index: number) => `Entry ${sayNumber(index)}`,
  leaf: 'Leaf hash',
  bytes: 'Bytes',
  inclusion: 'Inclusion proof',
  inclusionLead: (size: number) =>
    `Hashes that lead from the leaf to the root of the tree of ${sayCount(size, 'entry', 'entries')}.`,
  bundle: 'The bundle that holds it',
  previous: 'The entry before',
  next: 'The entry after',
  attestation: 'The attestation in it',
  tree: 'Root they lead to',
} as const

/** The texts of the search page. */
export const SEARCH = {
  title: 'Search',
  lead: 'Over what parties call themselves, their domains, and the titles of texts. A digest or the index of an entry is found too.',
  results: (q: string) => `Found for “${q}”`,
  nothing:
    'Nothing was found. Try the domain alone, or one word of the name. That a company is not here says only that it has not enrolled.',
  texts: 'Texts',
  parties: 'Parties',
  most: (n: number) => `Only the first ${n} are shown.`,
  label: 'Search for',
} as const

/** The texts of an error. */
export const PROBLEM = {
  expected: 'What is wrong',
  advice: 'What to do',
  code: 'Code',
  notFound: 'Look for the company, its domain or the text below.',
  badParameter: 'Change it in the address, or go back and choose again.',
  notice: 'The notice of the depositary',
  noReason: 'The notice itself was taken down.',
  home: 'Go to the first page',
  search: 'Search',
} as const

/** What this registry is. */
export const ABOUT = {
  title: 'About this registry',
  lead: 'A registry keeps what was said, by whom and when, so that nobody can say later that it was said otherwise.',
  parts: [
    {
      id: 'guarantees',
      title: 'What it guarantees',
      text: [],
      list: [
        'A company is here only after its own domain showed its keys, key by key.',
        'A signature is to one version of one text, by the keys of as many officers as the company itself asks for. Nobody is ever carried over to a text they did not sign.',
        'Nothing is removed from a list: it changes its word. “Lapsed” reads: not renewed by that date; no reason is implied.',
        'Whoever has the entries of the log recomputes everything that these pages show. A registry that logs what its law refuses is caught by the first reader.',
      ],
    },
    {
      id: 'not',
      title: 'What it does not say',
      text: [
        'That anybody keeps what they signed: the registry checks form, never conduct, and certifies nobody.',
        'Who the officers are, or what authority they had: keys and roles are the word of the party. What a party calls itself is its own word too; look at the domain, letter by letter.',
      ],
    },
    {
      id: 'clocks',
      title: 'Two clocks',
      text: [
        'Every list here can be asked what held at a time, and what the log could show at a tree size. A link with both never changes its answer.',
      ],
    },
    {
      id: 'corrections',
      title: 'Corrections',
      text: [
        'The log cannot be corrected, only added to. A party corrects itself by saying something new; the depositary does so by a notice with its reason, which stands in the log as everything else does. An error in these pages and not in the log is a fault of the program.',
      ],
    },
    {
      id: 'persons',
      title: 'Persons',
      text: [
        'The log holds no name of a person: an officer is a role, and the salted digest of a card that is kept elsewhere.',
        'These pages set no cookie, ask nothing of other servers, and work without scripts.',
      ],
    },
    {
      id: 'licence',
      title: 'Licence',
      text: [
        'The texts of the instruments and all data are in the public domain (CC0 1.0). The program is under the Apache licence, version 2.0.',
      ],
    },
  ],
} as const

/** Where trust comes from. */
export const TRUST = {
  title: 'Where trust comes from',
  lead: 'Not from this page. Whoever verifies needs to know whose signatures to accept, and should have that from somebody other than the registry.',
  said: 'What this registry says of itself',
  log: 'The key of the log',
  depositary: 'The keys of the depositary',
  policy: 'Its policy',
  saidWhy:
    'Compare it with what others have. Where it is all you have, “verified” means that the log says so, over its own signature.',
  parts: (base: string, origin: string) => [
    {
      id: 'whose',
      title: 'Whose keys, from whom',
      text: [
        'A policy is a small text file that names the key of the log and the keys of the witnesses that are to have cosigned. It decides what every verdict rests on.',
      ],
      list: [
        'From a witness: it watches many logs, cosigns only what grows from what it saw before, and publishes which key it knows this log by.',
        'From a newspaper, a ministry or a university that printed the key: what is on paper cannot be changed for one reader.',
        'From a mirror: it keeps a copy of the whole log, and has checked every entry by the law.',
        'From a company that signed here: it has kept its receipts, and the key of the log by which it checked them.',
      ],
    },
    {
      id: 'what',
      title: 'What each of them cannot do',
      text: [
        'The registry cannot sign for a party: it has none of their keys. It cannot change or remove an entry unseen: every receipt and every cosigned checkpoint anybody has kept would contradict it. What it could try is to show different logs to different readers, and witnesses are against that.',
        'A witness cannot make an entry, and a mirror cannot either.',
      ],
    },
    {
      id: 'tools',
      title: 'With tools that are not ours',
      text: [
        'The log is plain files in the form of C2SP tlog-tiles, so that programs by others read it: those of the Go project, for one. The identity of a statement is the SHA-256 of its text, which any system can compute; the text is what stands above the signatures.',
      ],
      shell: [
        `curl -fsS ${base}/checkpoint`,
        `curl -fsS ${base}/v1/attestations/sha256:DIGEST.note > statement.note`,
        "sed '/^$/,$d' statement.note | sha256sum",
        `# ${origin}: the key to pass to a verifier of signed notes`,
        `curl -fsS ${base}/policy.txt`,
      ],
    },
    {
      id: 'ours',
      title: 'With ours, against us',
      text: [
        'The program reads any registry’s log, checks every leaf, tile and root, and applies the law to every entry again. It asks for nothing but the public files.',
      ],
      shell: [`accord fsck ${base}`, 'accord standing DOMAIN INSTRUMENT'],
    },
  ],
} as const

/** How to verify. */
export const VERIFY = {
  title: 'Verify',
  lead: 'A pack, a receipt or a link that somebody handed you is checked here by keys that you chose, not by the word of this registry.',
  verdicts: 'The three verdicts',
  means: {
    verified:
      'What the file claims follows from the signatures in it, by the policy that you gave. What that proves, and what not, is said with it.',
    'not-verified':
      'A check failed, and which one is said. The file was changed, is damaged, or never was what it claims.',
    'cannot-tell':
      'Something is missing to judge by: a policy, a newer program. It says nothing about the file, good or bad.',
  },
  file: 'The verifier as one file',
  fileLead: 'It works from your own disk, without a network and without this registry: ',
  parts: (base: string) => [
    {
      id: 'offline',
      title: 'On your own machine',
      text: [
        'The exit code is 0 for verified, 1 for not verified, 2 for cannot tell. Take the policy from somebody other than the registry.',
      ],
      shell: [
        'export ACCORD_POLICY=policy.txt',
        'accord verify statement.accord-evidence',
        'accord verify statement.tlog-proof',
      ],
    },
    {
      id: 'still',
      title: 'Whether it still stands',
      text: [
        'No file can show that nothing was said later. That is answered by reading the whole log:',
      ],
      shell: [`export ACCORD_LOG=${base}`, 'accord standing DOMAIN INSTRUMENT'],
    },
  ],
} as const
