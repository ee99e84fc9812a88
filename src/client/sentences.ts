/**
 * Verdicts in plain English: what a file proves, what it does not, and why one is not verified.
 * Everything said to people about a file stands here, so that a translation is another such file.
 *
 * @module
 */
import type { Finding } from '../accord/finding.ts'
import type { Standing } from '../accord/standing.ts'
import type { CommitmentV1, EnrolmentV1, NoticeV1, Statement } from '../accord/statement.ts'
import { formatTime } from '../accord/text.ts'
import type { AlarmFacts } from './alarm.ts'
import type { ReceiptFacts } from './receipt.ts'

/** Why a file is not verified, or why one cannot tell. */
export const REASONS = {
  'unknown-file': {
    failed: 'This is not a kind of file that can be verified here.',
    expected:
      'A receipt (its first line is "c2sp.org/tlog-proof@v1"), evidence ("accord-evidence/v1") or an alarm ("accord-alarm/v1").',
    advice:
      'Check that you opened the right file. If it is of a newer version, get a newer copy of this program.',
  },
  'bare-statement': {
    failed:
      'This is a statement without its evidence: in it is no place in a log, and not whose keys may sign for its party.',
    expected: 'Evidence, which holds the same bytes with everything that they rest on.',
    advice:
      'Get the evidence: "accord evidence" with the digest below makes it, and so does the page of the statement in a registry.',
  },
  'bad-policy': {
    failed: 'The policy file cannot be read, so there is nothing to judge by.',
    expected: 'A policy in the form of c2sp.org/tlog-policy, with a log line and a quorum line.',
    advice: 'Get the policy file again, from somebody other than the registry.',
  },
  'other-log': {
    failed: 'The policy does not list the log that this file comes from.',
    expected: "A log line in the policy with this log's key.",
    advice:
      'Get a policy that lists this log, from somebody other than the registry. Until then nothing is known about the file, good or bad.',
  },
  'no-entry': {
    failed: 'This receipt does not carry the entry that it is for.',
    expected: 'A line "extra" with the entry.',
    advice: 'Ask for a receipt or for evidence made by the registry or by "accord evidence".',
  },
  'unknown-law': {
    failed: 'The log is under a version of the law that this program does not have.',
    expected: 'A version of the law that this program knows.',
    advice: 'Get a newer copy of this program.',
  },
  testimony: {
    failed:
      'The log has signed every checkpoint in this file; what it says beyond that is the word of whoever wrote it.',
    expected:
      'Two checkpoints that cannot both be true. That one was served after another, or that no newer one was to be had, stands in no signature.',
    advice:
      'Ask the log, a mirror and the witnesses for their newest checkpoint, with "accord monitor --once", and compare.',
  },
  'no-alarm': {
    failed: 'The checkpoints in this file do not contradict each other as it says.',
    expected:
      'Two checkpoints of one log: of one size with two roots, or a larger one that does not go on from the smaller, with the hashes that show it.',
    advice: 'Ask whoever wrote it for both checkpoints, and compare them with a mirror.',
  },
  'program-error': {
    failed: 'This program failed while it read the file.',
    expected: 'An answer.',
    advice: 'Report this with the file. It says nothing about the file.',
  },
  malformed: {
    failed: 'The file is damaged, or it was changed: it is not in its one spelling.',
    expected: 'Every line exactly as the format writes it.',
    advice: 'Get the file again from another place, and compare.',
  },
  'bad-signature': {
    failed:
      'The checkpoint in the file carries a signature that does not match its text, by a key that the policy lists.',
    expected: 'Every signature by a key of the policy to be good.',
    advice: 'Get the file again from another place. If it fails again, show it to the key’s owner.',
  },
  unsigned: {
    failed: 'The checkpoint in the file is not signed by the log that it names.',
    expected: 'A signature by the key that the policy lists for this log.',
    advice:
      'Get the file again from another place. If the log has changed its key, its keepers and its witnesses say so: get a newer policy from one of the witnesses.',
  },
  quorum: {
    failed: 'Fewer witnesses have cosigned than the policy asks for.',
    expected: "The policy's quorum of witnesses.",
    advice: 'Ask for the file again under a checkpoint that more witnesses have cosigned.',
  },
  inclusion: {
    failed: 'The file holds an entry that is not in the log at the place it claims.',
    expected: "Hashes that lead from each entry to the checkpoint's root.",
    advice: 'The entry or its proof was changed. Get the file again from another place.',
  },
  'no-statement': {
    failed: 'The entry is in the log, but it is no attestation for this registry.',
    expected: 'An attestation in an entry of this registry.',
    advice: 'A registry should never have logged it. Show the file to a mirror or a witness.',
  },
  refused: {
    failed: 'The entries in the file do not follow from each other by the law.',
    expected:
      'Every entry admissible after those before it in the file: by keys that they name, and after the statement that it follows.',
    advice:
      'Something that belongs to the file is missing, or the registry admitted what it should not have. Make the evidence yourself, from a mirror, and compare.',
  },
  contradiction: {
    failed: 'The file contradicts itself.',
    expected: 'The last entry to be the subject, and all of them to be of one registry.',
    advice: 'Get the file again from another place.',
  },
  'clock-contradiction': {
    failed:
      'The clocks contradict each other: the registry dates the entry later than the witnesses date their cosignatures on the log that holds it.',
    expected:
      "The entry's time to be no later than that of the policy's quorum of cosignatures, but for what clocks may differ.",
    advice:
      'A clock was wrong, or a time was made up: quote neither. Show the file to a witness or a mirror.',
  },
} as const

/** A stable code. */
export type ReasonCode = keyof typeof REASONS

/**
 * Quotes a text that somebody chose, so that nothing in it reads as the end of the quotation: as
 * JSON does, with a backslash before every other mark that looks like a double quote too.
 */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(LOOKALIKES, '\\$&')
}

const LOOKALIKES =
  /[\u02BA\u02DD\u02EE\u05F4\u201C-\u201F\u2033\u2034\u2036\u2037\u2057\u275D\u275E\u3003\u301D-\u301F\uFF02]/g

/** What a receipt proves. */
export function receiptProves(f: ReceiptFacts): string[] {
  return [
    `A statement in the name of ${f.statement.party}, ${f.digest}, is entry ${f.index} of the log ${f.origin}, byte for byte.`,
    `In it, ${f.statement.party} ${deed(f.statement)}.`,
    `The registry logged it at ${f.logged} by its own clock; the signer's clock said ${f.statement.issued}.`,
    vouched(f.checkpoint),
  ]
}

/** What a receipt does not prove. */
export function receiptDoesNotProve(f: ReceiptFacts): string[] {
  return [
    `Whose signatures it carries. It names the keys ${f.keys.map(quoted).join(', ')}, and only the chain of ${f.statement.party}, which is in an evidence file, shows whether they were its keys.`,
    'That the law allowed it to be logged.',
    ...ALWAYS,
    ...unwitnessed(f.checkpoint),
  ]
}

/** What evidence proves. */
export function evidenceProves(f: Finding): string[] {
  const { domain, name, id } = f.party
  const who =
    id === null ? `${domain}, which keeps the registry` : `${domain}, enrolled as ${quoted(name)}`
  return [
    `${who}, ${deed(f.statement, f.instrument?.text.title)}.`,
    `It was signed by ${f.signers.map(signer).join(', ')}. Every signature was verified. By the entries in this file, and if the registry kept the law, these were the right keys at that moment.`,
    `The registry ${f.origin} admitted it as entry ${f.index}, at ${f.times.logged} by its own clock. The signer's clock said ${f.times.issued}.`,
    ...bounds(f),
    ...(f.standing ? [standingThen(f.standing)] : []),
    vouched(f.checkpoint),
  ]
}

/** What evidence does not prove. */
export function evidenceDoesNotProve(f: Finding): string[] {
  return [
    ...ALWAYS,
    'That nothing was left out. A file may lack what the party said before a recovery or a cancel, what it said after the statement that a notice is about, what a predecessor said or cancelled, a notice, a check of the domain, a newer text, a change of the registry’s rules or keys, or another enrolment of the domain, and be verified all the same.',
    'That the registry was allowed to log this statement at all. That is seen only by reading the whole log: "accord standing" and "accord fsck" do, and so does a mirror.',
    ...untold(f),
    ...unwitnessed(f.checkpoint),
  ]
}

/** What a fork proves. */
export function alarmProves(f: AlarmFacts): string[] {
  const [a, b] = f.checkpoints
  const roots =
    f.prefix === null
      ? `two trees of ${a!.size} entries, with the roots ${a!.root} and ${b!.root}`
      : `a tree of ${a!.size} entries with the root ${a!.root}, and one of ${b!.size} entries, of which the first ${a!.size} have the root ${f.prefix}`
  return [
    `The log ${f.origin} has signed ${roots}. It cannot have had both.`,
    'So whoever holds its key has shown different histories to different people, or has rewritten one that was signed. Both signatures were verified with the key that the policy lists.',
    ...f.checkpoints.flatMap(({ size, cosigned }) =>
      cosigned.map(
        (c) => `The witness ${c.witness} cosigned the tree of ${size} at ${spokenTime(c.time)}.`,
      ),
    ),
  ]
}

/** What a fork does not prove. */
export const FORK_DOES_NOT_PROVE = [
  'Who did it: the depositary, or somebody who has the key of the log.',
  'When it happened. The time in the file is that of whoever wrote it.',
  'Which of the two is right, or which statements differ. Compare the entries of both.',
] as const

/** What an alarm says that nothing proves. */
export function alarmSays({ origin, seen, kind, checkpoints }: AlarmFacts): string {
  const [a, b] = checkpoints.map(({ size, cosigned }) => {
    const by = cosigned.map((c) => `${c.witness} at ${spokenTime(c.time)}`).join(', ')
    return `the tree of ${size} entries (cosigned by ${by || 'nobody the policy knows'})`
  })
  return kind === 'stale'
    ? `${origin} has signed ${a}; the file says that at ${seen} no newer one was to be had`
    : `${origin} has signed ${a} and ${b}; the file says that at ${seen} the second was served, after the first`
}

const ALWAYS = [
  'That it still stands. What was said later is not in this file: ask "accord standing", which reads the whole log, and give the date with the answer.',
  'That anybody keeps what they signed. The registry checks form, never conduct.',
  'Who the officers are, or what authority they had. Keys and roles are the word of the party.',
  'That the domain is that of the company you think of. Check it letter by letter.',
]

/** Why a file that is about a commitment does not tell its standing. */
function untold({ standing, statement, instrument, index, times }: Finding): string[] {
  if (standing || !instrument || statement.type === 'instrument/v1') return []
  const why =
    statement.type === 'notice/v1'
      ? 'it is about a notice, and what the party said in the meantime may be missing'
      : 'it holds a recovery, a cancel or a succession, and what was said before or beside may be missing'
  return [
    `What the standing was at that moment. This file does not tell: ${why}. Ask "accord standing" with --at ${times.logged} --size ${index + 1}, which reads the log up to this entry.`,
  ]
}

type Vouched = Finding['checkpoint']

function vouched({ size, cosigned }: Vouched): string {
  const by = cosigned.map((c) => `${c.witness} at ${spokenTime(c.time)}`).join(', ')
  const log = `All of it is in the log of ${size} entries whose checkpoint the log has signed`
  return by === '' ? `${log}.` : `${log}, and these witnesses have cosigned: ${by}.`
}

function unwitnessed({ witnessed, cosigned }: Vouched): string[] {
  if (witnessed) return []
  const none =
    cosigned.length === 0
      ? 'No independent witness has vouched for this log: the policy asks for none, and "verified" means that the log says so, over its own signature.'
      : 'The policy does not ask for witnesses. Those named above have vouched; none had to.'
  return [`That everybody is shown the same log. ${none}`]
}

function spokenTime(seconds: number): string {
  return seconds < 253_402_300_800 ? formatTime(seconds) : 'a time after the year 9999'
}

function signer(s: Finding['signers'][number]): string {
  const key = s.vkey.split('+').slice(0, 2).join('+')
  return `${key} (${s.recovery ? 'recovery key, ' : ''}${quoted(s.role)})`
}

function bounds({ times }: Finding): string[] {
  const from =
    times.notBefore &&
    `not before ${times.notBefore}: it names the root of the log after an entry of that time, as the registry checked (the latest such entry that is in this file; the log may have a later one)`
  const to = times.notAfter && `not after ${times.notAfter}, when enough witnesses had cosigned`
  const both = [from, to].filter((b) => b !== null)
  return both.length === 0 ? [] : [`It was made ${both.join('; and ')}.`]
}

function standingThen(s: Standing): string {
  const { commitment, control, caveats } = s
  const until = commitment.until ? ` until ${commitment.until}` : ''
  const leaving = commitment.withdrawal
    ? `, its withdrawal taking effect at ${commitment.withdrawal}`
    : ''
  const suspended = commitment.suspended ? ', and suspended' : ''
  const reserved = caveats.reservations.map((r) => r.clause).join(', ')
  const reservations = reserved === '' ? 'no reservation' : `reservations to ${reserved}`
  return `By the entries in this file, the commitment of ${s.party.domain} was then ${commitment.word}${leaving || until}${suspended}, with ${reservations}; control of its domain was ${control.word}${control.method === 'manual' ? ", by the depositary's own word" : ''}.`
}

/** What a statement says was done, after the name of who did it. */
export function deed(s: Statement, title?: string): string {
  switch (s.type) {
    case 'registry/v1':
      return 'stated who keeps this registry, with which keys and by which rules'
    case 'instrument/v1':
      return `published version ${s.version} of ${quoted(s.title)}`
    case 'verification/v1':
      return `logged what it saw at ${s.checks.map((c) => c.subject).join(', ')}`
    case 'report/v1':
      return `published the report ${quoted(s.title)} for ${s.period.from} to ${s.period.to}, under ${text(s, title)}`
    case 'succession/v1':
      return `named ${s.successor} as the one that takes its place (${s.kind})`
    case 'enrolment/v1':
      return ENROLMENTS[s.mode]
    case 'notice/v1':
      return `${NOTICES[s.act]} ${s.subject}`
    default:
      return `${COMMITMENTS[s.act]} ${text(s, title)}${caveats(s)}`
  }
}

const ENROLMENTS: Record<EnrolmentV1['mode'], string> = {
  first: 'enrolled, with its keys',
  rotate: 'changed its record or its daily keys',
  recover: 'announced, by its recovery keys, other daily keys',
  'replace-recovery': 'changed its recovery keys',
  cancel: 'cancelled, by its recovery keys, what was pending',
}

const NOTICES: Record<NoticeV1['act'], string> = {
  accept: 'accepted',
  refuse: 'refused',
  suspend: 'suspended the commitment that rests on',
  reinstate: 'reinstated the commitment that rests on',
  extend: 'extended the commitment that rests on',
  release: 'announced the release of the domain',
  erase: 'reported that it no longer serves what belongs to',
  takedown: 'reported that it took down what belongs to',
}

const COMMITMENTS: Record<CommitmentV1['act'], string> = {
  sign: 'signed',
  ratify: 'ratified',
  renew: 'renewed its commitment to',
  withdraw: 'withdrew from',
  'cancel-withdrawal': 'took back its withdrawal from',
}

function text({ instrument }: Extract<Statement, { instrument: unknown }>, title?: string): string {
  const name = title === undefined ? instrument.id : `${quoted(title)} (${instrument.id})`
  return `version ${instrument.version} of ${name}`
}

function caveats({ until, reservations, declarations }: CommitmentV1): string {
  return [
    until === null ? '' : `, until ${until}`,
    reservations.length === 0
      ? ''
      : `, with reservations to ${reservations.map((r) => `${r.clause}: ${quoted(r.text)}`).join(', ')}`,
    ...declarations.map((d) => `, declaring on ${d.kind}: ${d.value}${said(d.text)}`),
  ].join('')
}

function said(text: string): string {
  return text === '' ? '' : `, ${quoted(text)}`
}
