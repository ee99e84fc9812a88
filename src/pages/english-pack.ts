/**
 * Every text of what is kept beside the pages, in English: the evidence pack, the certificate, the
 * verifier in one file, the badge. A translation is another such file.
 *
 * @module
 */
import type { ControlWord } from '../accord/control.ts'
import type { Method } from '../accord/state.ts'
import type { Word } from '../accord/word.ts'
import { sayCount } from './english.ts'

/** The texts of README.txt in a pack. */
export const README = {
  title: 'Evidence from a public log',
  what: 'This archive is evidence of one act in a public registry of commitments. It can be checked without the registry, without a network and in ten years; nobody has to be believed.',
  proves: 'WHAT IT PROVES, by the policy in policy.txt',
  doesNotProve: 'WHAT IT DOES NOT PROVE',
  check: 'HOW TO CHECK IT',
  steps: (vkeys: readonly string[]) => [
    'Open verify.html in any browser. It needs no network, and sends nothing. Drop this archive on it, or evidence.accord-evidence with a policy. It answers "verified", "not verified" or "cannot tell", and why.',
    `The policy decides what "verified" means. The one in here came with what it judges, so have one from somebody other than the registry: a witness, a mirror, a newspaper, your own archive. At the least compare the key of the log, character by character, with a second source: ${vkeys.join(' ')}`,
    'The verify.html in here came with what it judges, too. A copy that you have kept, or the program below, does the same.',
    'On a command line: accord verify evidence.accord-evidence --policy policy.txt',
    'With tools that are not ours: the receipt is a C2SP tlog-proof (https://c2sp.org/tlog-proof), the policy a C2SP tlog-policy, and every .note a C2SP signed note.',
    'sha256sum -c SHA256SUMS shows that the files are as they were packed. It does not show by whom.',
  ],
  still: 'WHETHER IT STILL STANDS',
  stillHow:
    'is not in here, and cannot be: it is a question about what was said later. Ask the whole log, and give the date with the answer.',
  files: 'FILES',
  fileNames: {
    'README.txt': 'this text',
    'certificate.pdf': 'the same facts on paper',
    'evidence.accord-evidence': 'the evidence itself: the statement, with all that it rests on',
    'receipt.tlog-proof': 'that the statement is in the log, without whose keys signed it',
    'policy.txt': "the registry's own policy: which log, by which key, and which witnesses",
    'verify.html': 'a verifier in one file',
    'statement.json': 'what was signed, byte for byte',
    'attestation.note': 'the same with its signatures',
    'instrument.txt': 'the text that it is about',
    'domains.txt': 'what the registry saw at the domains, and when',
    'entries/': 'every statement that the evidence rests on, by speaker',
    SHA256SUMS: 'the digests of these files',
  },
  made: (version: string) =>
    `Made by Accord ${version}. The same entry, policy and version give the same bytes, whoever makes it. In the public domain (CC0).`,
} as const

/** The texts of the readable files. */
export const READABLE = {
  version: (version: number, id: string) => `Version ${version} of ${id}`,
  language: 'Language:',
  digest: 'Digest:',
  entry: 'Entry:',
  openTo: 'Open to:',
  sources: 'Sources',
  terms: 'Terms',
  checks: 'What the registry logged that it saw at the domains, in the order of the log.',
  noChecks: 'The evidence rests on no check of a domain.',
  asked: 'Asked',
  at: 'At',
  method: 'How',
  outcome: 'Outcome',
  keys: 'Keys',
  noKeys: 'none',
  outcomes: { answered: 'the domain answered', unreachable: 'the domain was not reached' },
  methods: {
    dns: 'over DNS',
    https: 'over HTTPS',
    manual: "by the depositary's own hand; its word, which nobody else can repeat",
  } satisfies Record<Method, string>,
  dnssec: 'DNSSEC',
} as const

/** The texts of the certificate. */
export const CERTIFICATE = {
  title: 'Extract from a public log',
  lead: 'What the log says of one act. It says who signed which words, and when; never that anybody keeps them.',
  party: 'Party',
  name: 'Enrolled as',
  depositary: 'Keeps the registry',
  about: 'About',
  text: ({ title, version, id }: { title: string; version: number; id: string }) =>
    `${JSON.stringify(title)}, version ${version} of ${id}`,
  log: 'Log',
  entry: 'Entry',
  logged: 'Logged',
  loggedBy: (time: string) => `${time}, by the clock of the registry`,
  digest: 'Statement',
  size: 'Log size',
  root: 'Log root',
  signed: 'Signed by',
  proves: 'What the evidence proves',
  doesNotProve: 'What it does not prove',
  check: 'Check it',
  checkHow:
    'Paper proves nothing. The evidence file does: get it at the address below, and verify it offline with a policy from somebody other than the registry.',
  escapes:
    'A \\u{…} stands for characters that this typeface has not, by their Unicode numbers. The address above has them as they were signed.',
  page: (n: number, of: number) => `Page ${n} of ${of}`,
} as const

/** The texts of the verifier in one file. */
export const VERIFIER = {
  title: 'Verify',
  heading: 'Verify a file',
  lead: 'Of the Accord registry: an evidence pack, evidence, a receipt or an alarm. Everything is computed in this page, on this computer. It asks nobody, and nothing leaves it.',
  file: 'The file',
  fileHint: '.zip, .accord-evidence, .tlog-proof or .accord-alarm',
  policy: 'The policy',
  policyHint: 'policy.txt, from somebody other than the registry',
  drop: 'Or drop the files anywhere on this page. The policy says whom you trust: which log, by its key, and which witnesses. Whoever gives it to you decides what “verified” means.',
  none: 'Nothing chosen yet.',
  inPack: (name: string) => `${name}, in the pack`,
  ownPolicy: 'Judged by the policy that you gave.',
  packPolicy:
    'Judged by the policy in the pack, which came with what it judges. Compare the key of the log with a second source, or give a policy of your own:',
  waiting: 'Give it a file, and the policy to judge it by.',
  needsPolicy: {
    failed: 'There is no policy to judge the file by.',
    expected: 'A policy: which log, by its key, and which witnesses.',
    advice: 'Get one from somebody other than the registry, and give it above.',
  },
  damagedPack: {
    failed: 'The archive is damaged, or holds no evidence.',
    expected: 'An evidence pack, with evidence.accord-evidence in it.',
    advice: 'Get it again from another place.',
  },
  otherFile: {
    failed: 'A file in the pack is not what the evidence in it gives.',
    expected: 'Every file to follow from the evidence, and to have its digest in SHA256SUMS.',
    advice:
      'It was changed after it was packed. Get the pack again, and trust no file of this one.',
  },
  besides:
    'README.txt, certificate.pdf and verify.html of this archive were held against SHA256SUMS alone: where one of them says another thing, go by what stands here.',
  because: 'Which check failed',
  expected: 'Expected',
  advice: 'What to do',
  detail: 'In technical words',
  proves: 'What it proves',
  doesNotProve: 'What it does not prove',
  exact: 'The exact statement',
  foot: (version: string) =>
    `Accord ${version}. This page is one file: keep it, and use it from your own disk.`,
  noScript: 'This page computes, so it needs JavaScript. It loads nothing.',
} as const

/** What a badge says of a commitment. */
export const BADGE_WORDS: Readonly<Record<Word, string>> = {
  none: 'not signed',
  pending: 'signed, waits for acceptance',
  unratified: 'signed, not ratified',
  active: 'stands by it',
  due: 'renewal due',
  overdue: 'renewal overdue',
  lapsed: 'lapsed: not renewed',
  withdrawing: 'withdrawing',
  withdrawn: 'withdrawn',
  refused: 'not accepted',
  succeeded: 'passed to a successor',
  ended: 'ended with its domain',
}

/** What a badge says of a domain whose party is bound. */
export const BADGE_CONTROL: Readonly<Record<ControlWord, string | null>> = {
  confirmed: null,
  stale: 'domain not seen lately',
  mismatch: 'domain shows other keys',
  recovering: 'keys being recovered',
}

/** The other texts of a badge. */
export const BADGE = {
  suspended: 'suspended',
  reserved: (n: number) => `with ${sayCount(n, 'reservation')}`,
  carveOut: 'with a carve-out for orders',
  missed: 'report missed',
  earlier: (signed: number, latest: number) => `version ${signed} of ${latest}`,
  asOf: (day: string) => `as of ${day}`,
  title: (domain: string, title: string, word: string, time: string, origin: string) =>
    `${domain} and ${title}: ${word}, as of ${time}, by the log ${origin}`,
  embedded: (domain: string, title: string) => `${domain} and ${title} in the Accord registry`,
} as const

/** The texts of the images beside links. */
export const SOCIAL = {
  name: 'Accord',
  over: 'The public registry of technology commitments',
  foot: (day: string, origin: string) => `As of ${day}, by the log ${origin}`,
  bound: (n: number) => sayCount(n, 'party stands by it', 'parties stand by it'),
  nothing: 'No commitment',
} as const
