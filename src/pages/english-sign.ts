/**
 * Every text about signing, in English: of the page, and of the script on it. A translation is
 * another such file.
 *
 * @module
 */

/** The texts of the page as it is served. */
export const SIGN = {
  title: 'Sign',
  lead: 'Keys are made and used on machines of your own, and nothing secret is ever sent here. The registry learns of a signature when it is handed in.',
  choose: 'Which text',
  show: 'Read it and sign',
  version: (n: number) => `Version ${n}, the latest. Read every clause before anything else.`,
  whole: 'Its page, with who stands by it',
  contents: [
    ['words', 'The words'],
    ['terms', 'The terms'],
    ['here', 'Sign in this browser'],
    ['by-command', 'On a command line'],
  ],
  mirror: 'This is a mirror, which takes no signatures. They are handed in at the registry:',
  byCommand: 'On a command line',
  byCommandLead:
    'The same without a browser: for whoever has no JavaScript, or keeps keys on another machine or in hardware.',
  parts: (base: string, id: string) => [
    {
      id: 'keys',
      title: 'Keys',
      text: [
        'Each officer makes a key on a machine of their own; another one goes into a safe, to recover with. A secret is shown to nobody, and copied nowhere but to the safe.',
      ],
      shell: [
        'accord keygen EXAMPLE.COM/ceo -o ceo.key',
        'accord keygen EXAMPLE.COM/counsel -o counsel.key',
        'accord keygen EXAMPLE.COM/safe -o safe.key',
      ],
    },
    {
      id: 'domain',
      title: 'The domain says whose they are',
      text: [
        'The company publishes its keys at its own domain, over DNS or HTTPS. The first command prints the lines to publish, the second says whether they can be seen.',
      ],
      shell: [
        `export ACCORD_LOG=${base}`,
        "accord enrol --name 'EXAMPLE' --threshold 2 --keys CEO-VKEY:ROLE --keys COUNSEL-VKEY:ROLE \\",
        "  --recovery SAFE-VKEY:'in the safe' -k ceo.key -k counsel.key -k safe.key",
        'accord check-domain EXAMPLE.COM',
      ],
    },
    {
      id: 'sign',
      title: 'The signature',
      text: [
        'A draft is a text that is read before it is signed: reservations and declarations stand in it. Each officer signs the same bytes on their own machine, offline and in any order; whoever has the notes hands them in, and keeps the receipt.',
      ],
      shell: [
        `accord draft commit sign ${id} -p EXAMPLE.COM -o pledge.statement`,
        'accord sign pledge.statement -k ceo.key -o ceo.note',
        'accord sign pledge.statement -k counsel.key -o counsel.note',
        'accord submit ceo.note counsel.note -o pledge.tlog-proof',
      ],
    },
    {
      id: 'after',
      title: 'Afterwards',
      text: [
        'Keep the receipt, and keep the keys published. A commitment that ends is renewed by signing again; the calendar on the company’s page says when.',
        'Other keys, a lost or a stolen one, a report, a successor: that is done on a command line. A .statement drafted there can be signed here.',
      ],
    },
  ],
} as const

/** The texts of the script that signs in the browser. */
export const SIGNING = {
  here: 'Sign here, in this browser',
  hereLead:
    'Keys are made and used in this browser. No secret leaves it: what is sent to the registry is questions, and at the end the statement with its signatures. Everything else stays as files with you.',
  noEd25519:
    'This browser cannot make Ed25519 signatures, so nobody can sign here. Chrome and Edge can from version 137 on, Firefox from 129, Safari from 17; and only at an address that begins with https. The command line below needs no browser.',
  keptFor: (domains: readonly string[]) => `Keys are kept here for ${domains.join(', ')}.`,
  domain: 'The domain that signs',
  domainHint: 'As the company registered it: contoso.com',
  noDomain: 'Expected a domain, such as contoso.com.',
  goOn: 'Go on',
  sent: 'You were sent a file to sign',
  sentFile: 'The file',
  sentFileHint: 'A .statement, or a .note that others have signed already',
  sentText: 'Or its text',
  readIt: 'Read it',
  noStatement: (why: string) => `This is no statement of this registry, nor a note of one: ${why}.`,
  unreachable: 'The registry could not be reached. Nothing is lost: try it again.',
  otherWords:
    'The registry names a digest, and gives a text of another digest for it. Sign nothing here.',
  shownOtherwise: (part: string) =>
    `What this page shows is not the text whose digest would be signed. In that text stands: “${part}”. Sign nothing here.`,
  notTheLog: (why: string) =>
    `The log is not what this browser was told to expect, so nothing is written on it: ${why}. Ask others what they see.`,

  keysOf: (domain: string) => `Your keys for ${domain}`,
  keysLead:
    'Each officer signs with a key of their own, on a machine of their own. You need a key here only for what you sign yourself.',
  noKeys: (domain: string) => `No key of ${domain} is at hand in this browser.`,
  kept: (name: string) =>
    `${name}: kept in this browser, which can sign with it and never show it.`,
  forNow: (name: string) => `${name}: opened for now. It is gone when this page is closed.`,
  forget: 'Forget it here',
  makeKey: 'Make a key',
  makeLead:
    'The key is made here and sealed at once in a file, by a passphrase. The file is the only place that has it: lose it, or the passphrase, and the key is lost.',
  label: 'What the key is called',
  labelHint: (domain: string) =>
    `After ${domain}/ in small letters, digits and hyphens: ceo, counsel; safe for a recovery key. Everybody sees it.`,
  badLabel: 'Expected small letters, digits and hyphens, 32 at the most.',
  passphrase: 'Passphrase',
  passphraseHint: 'Six words chosen by dice are a good one. It is never sent anywhere.',
  again: 'The same passphrase again',
  shortPassphrase: (least: number) => `Expected ${least} characters or more.`,
  otherPassphrase: 'The two passphrases differ.',
  makeFile: 'Make the key',
  working: 'A passphrase takes a few seconds to be worked on, so that nobody can try many.',
  madeKey: (file: string) => `Made. Save ${file} now, on a medium that outlives this machine.`,
  save: (file: string) => `Save ${file}`,
  thenOpen:
    'Then open the file that you saved, below. Only then can it sign: that is how you know that the backup is good. To have it entered in a record, its public part is enough:',
  openKey: 'Open a key file',
  keyFile: 'The key file',
  keyFileHint: 'A .key file, made here or by accord keygen',
  onlyIfSealed: 'Where the file has one',
  keep: 'Keep it in this browser, to be used again',
  keepHint:
    'Keep no recovery key here: it belongs in a safe, and nowhere else. On a machine that others use, keep none.',
  open: 'Open it',
  opened: (name: string) => `${name} is at hand.`,
  wrongPassphrase: 'The passphrase does not open this file.',
  noKeyFile:
    'This file holds no secret key that can sign here. A file that only names where a key is held is for the command line.',
  noWorker: 'The part that opens key files did not start. Load this page again.',
  keyOfAnother: (vkey: string, domain: string) =>
    `${vkey.split('+')[0]} is the name of this key, which is none of ${domain}.`,
  noVKey: (text: string) => `Expected a public key, name+id+base64, got ${text}`,
  noFile: 'Choose a file, or paste its text.',

  enrol: 'Enrol first',
  enrolLead: (domain: string) =>
    `${domain} is not enrolled in this registry yet. Enrolling says who the party is, and which keys speak for it; the domain itself has to show the keys. After that it can sign.`,
  depositary: 'This domain keeps the registry, and signs on a command line',
  name: 'The name that is shown',
  nameHint: 'As the company writes it, without a domain in it',
  kind: 'What it is',
  jurisdiction: 'Country',
  jurisdictionHint: 'Two capital letters, such as CH. May be left empty.',
  lei: 'Legal entity identifier',
  leiHint: 'May be left empty',
  theKeys: 'The keys',
  theKeysLead:
    'Daily keys sign commitments. A recovery key lies in a safe, and takes the record back if daily keys are lost or stolen; without one nobody could. Each holder sends you the public part: name+id+base64. Every key that is listed signs this enrolment.',
  addKey: 'One more key',
  keyN: (n: number) => `Key ${n}`,
  publicKey: 'Its public part',
  role: 'What its holder does',
  officer: 'officer',
  use: 'Which kind',
  daily: 'daily key',
  inSafe: 'recovery key',
  notUsed: 'leave it out',
  threshold: 'How many daily keys must sign a commitment',
  recoveryThreshold: 'How many recovery keys must sign a recovery',
  noDailyKey: 'Expected one daily key at the least.',
  draft: 'Write the statement',

  commit: 'What is signed',
  chooseText: 'Choose the text first, at the top of this page.',
  mustSign: (threshold: number, of: number) =>
    of === 1 ? 'Its one key must sign.' : `${threshold} of its ${of} keys must sign.`,
  holdsNone: 'It has not signed this text.',
  holds: (word: string, version: number) =>
    `Of this text the log says: ${word} (version ${version}). What is signed or renewed here is the latest version, as it stands above.`,
  notDue: (until: string | null) =>
    until === null
      ? 'It holds without end, so nothing is to be renewed.'
      : `It holds until ${until.slice(0, 10)}, and nothing is due: it is renewed when the record says so.`,
  act: 'What it does',
  acts: {
    sign: 'sign',
    renew: 'renew',
    withdraw: 'withdraw',
    'cancel-withdrawal': 'take a withdrawal back',
    ratify: 'ratify',
  },
  until: 'Until',
  untilHint: (days: number) => `The terms allow ${days} days at the most. It can be renewed.`,
  withoutEnd: 'It holds without end, by the terms.',
  declaration: 'Declaration',
  declare: {
    compulsion: 'What the party can say of legal compulsion',
    scope: 'Which subsidiaries are covered',
  },
  chooseOne: 'Choose',
  undeclared: (what: string) => `The text asks for a declaration: ${what}.`,
  inOwnWords: 'In your own words',
  inOwnWordsHint: 'Needed where something is carved out; else as you like',
  reservations: 'Make a reservation to a clause',
  reserve: (clause: string) => `Reservation to ${clause}`,
  reason: 'Why, if it is to be said',
  reasonHint: 'It is public, and for ever',
  officers: 'Name the officers who sign',
  officersLead:
    'The statement holds only a digest of each name, so that a person can be forgotten. Save the card of each: who has it can have the name shown.',
  officerRole: 'Office',
  officerName: 'Name',
  addOfficer: 'Make a card',
  officerNeeds: 'Expected an office and a name.',
  sendCards: 'Have these names shown beside the statement',

  read: 'Read it, sign it, hand it in',
  inWords: 'In words',
  wouldFollow: 'Handed in now, it would change this:',
  bytes: 'The exact bytes that are signed',
  bytesLead: (n: number) =>
    `${n} bytes, here to the last one. Whoever signs, signs this and nothing else.`,
  digest: 'Their SHA-256, by which the statement is known:',
  publish: 'What the domain has to show',
  publishLead:
    'Publish the daily keys at the domain, over DNS or HTTPS or both; the registry asks when the enrolment is handed in. Let them stay.',
  inDns: (name: string) => `As TXT records of ${name}:`,
  record: 'record',
  orAt: (url: string) => `Or as a text file at ${url}:`,
  file: 'file',
  checkNow: 'Ask the domain now',
  asking: (domain: string) => `The registry asks ${domain}.`,
  verdicts: {
    shown: 'The domain shows exactly these keys.',
    'not-shown': 'The domain does not show exactly these keys yet.',
    unknown: 'Nobody can tell: the domain gave no answer.',
    'by-hand':
      'This registry asks no domain: a person there has to confirm the keys. Tell them that you are about to enrol, and send them these lines.',
  },
  noAnswer: (why: string) => `no answer: ${why}.`,
  nothingThere: 'no keys for this registry.',
  allThere: 'every key is there.',
  lacks: (keys: string) => `still lacks ${keys}.`,
  tooMany: (keys: string) => `shows what is not to be there: ${keys}.`,
  notCounted: (what: string) => `Not counted: ${what}`,
  signatures: 'Signatures',
  count: (signed: number, need: number, of: number) =>
    `${signed} of ${need} ${need === 1 ? 'signature' : 'signatures'}${need < of ? `, of ${of} keys that may sign` : ''}.`,
  hasSigned: 'has signed',
  hasNotSigned: 'has not signed',
  signWith: (name: string) => `Sign these bytes with ${name}`,
  noKeyHere:
    'No key at hand can sign this. Open one above, or send the .statement to those who have one.',
  fromOthers: 'Add signatures that were made elsewhere',
  noteFile: 'Notes',
  noteFileHint: 'The .note of each officer; several at once',
  pasted: 'Or paste a note, or its signature lines',
  pastedHint: 'A signature line begins with a long dash',
  take: 'Check and add them',
  nothingNew: 'These have signed already.',
  tookFrom: (names: readonly string[]) => `The signature holds: ${names.join(', ')}.`,
  anotherStatement:
    'This is a note of another statement. Signatures count for these very bytes only.',
  mayNotSign: (name: string) => `${name} may not sign this: it is no key that is asked for here.`,
  doesNotHold: (name: string) => `The signature of ${name} does not hold for these bytes.`,
  noNote: (why: string) => `This is no note, nor are these signature lines: ${why}.`,
  forOthers: 'For the others, and for yourself:',
  handIn: 'Hand it in',
  notYet:
    'Signatures are missing, so nothing is handed in yet. Save the .note if you have signed, and send it to whoever gathers them; this page forgets it when it is closed.',
  handInLead: 'Enough have signed. What is handed in is public, and stays in the log for ever.',
  noAnswerYet:
    'The registry gave no answer: it may have been logged, or not. Hand it in again: that is harmless.',
  refusedFor: (title: string) => `Refused: ${title}.`,
  advice: (text: string) => `What to do: ${text}.`,
  waitFor: (seconds: number) => `It can be asked again in ${seconds} seconds.`,
  keepRefusal: 'Save the refusal, signed by the registry',
  draftAgain: 'Write it once more',
  otherReceipt: (digest: string) =>
    `The registry gave a receipt for another statement, ${digest}. Keep it, and hand the note in again.`,
  logged: 'It is in the log',
  loggedAs: (index: number, time: string) =>
    `It is entry ${index}, at ${time} by the registry’s clock. Keep the files below: they prove it without the registry.`,
  receiptGood: (own: boolean) =>
    own
      ? 'The receipt was checked in this browser, and is good by your own policy.'
      : 'The receipt was checked in this browser, and is good by the policy that the registry hands out itself. Have one from somebody else, and check it again.',
  receiptBad: (own: boolean, why: string) =>
    `By ${own ? 'your own policy' : 'the policy that the registry hands out'} the receipt does not prove it yet: ${why}. Where witnesses have still to sign, fetch it again later from its page.`,
  receipt: 'Save the receipt',
  evidence: 'Save the evidence, for others to verify',
  itsPage: 'Its page',
  standsAs: (word: string) => `The party’s record now says: ${word}.`,
  enrolled: (domain: string) => `${domain} is enrolled, and can sign.`,
  nowSign: 'Go on to sign',
  copy: 'Copy',
  copied: 'Copied.',
  notCopied: 'It could not be copied: select it instead.',
} as const
