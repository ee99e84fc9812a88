/**
 * What changed, in words. English lives here alone, so that a translation is a file.
 *
 * @module
 */
import type { Word } from '../accord/word.ts'
import type { EntryChange, WordChange } from '../register/changes.ts'

const WORDS: Readonly<Record<Word, string>> = {
  none: 'has no commitment',
  pending: 'waits to be accepted',
  unratified: 'has signed and not yet ratified',
  active: 'is committed',
  due: 'is committed, and due to renew',
  overdue: 'is committed, and overdue to renew',
  lapsed: 'has not renewed; no reason is implied',
  withdrawing: 'is committed, and has given notice to withdraw',
  withdrawn: 'has withdrawn',
  refused: 'was not accepted',
  succeeded: 'has passed its commitment to a successor',
  ended: 'bears its domain no more, and its commitment ended with it',
}

/** How a domain is called: by itself, or with the name of its party. */
export type Call = (domain: string) => string

const bare: Call = (domain) => domain

/** Says what became of a commitment. */
export function sayWord(change: WordChange, call: Call = bare): string {
  const { domain, instrument, version, after, suspended } = change
  const aside = suspended ? ' (suspended)' : ''
  return `${call(domain)} ${WORDS[after]}${aside}: ${instrument}, version ${version}`
}

/** What an entry is called, by its type and, where it has one, its mode or act. */
const ACTS: Readonly<Record<string, string>> = {
  'registry/v1': 'says who keeps the registry and by which rules',
  'enrolment/v1 first': 'enrols',
  'enrolment/v1 rotate': 'changes its keys',
  'enrolment/v1 recover': 'begins to recover its keys',
  'enrolment/v1 replace-recovery': 'changes its recovery keys',
  'enrolment/v1 cancel': 'cancels a pending change',
  'instrument/v1': 'publishes a version of',
  'commitment/v1 sign': 'signs',
  'commitment/v1 ratify': 'ratifies',
  'commitment/v1 renew': 'renews',
  'commitment/v1 withdraw': 'withdraws from',
  'commitment/v1 cancel-withdrawal': 'takes back its withdrawal from',
  'verification/v1': 'logs what it saw at domains',
  'notice/v1 accept': 'accepts a commitment to',
  'notice/v1 refuse': 'refuses a commitment to',
  'notice/v1 suspend': 'suspends a commitment to',
  'notice/v1 reinstate': 'reinstates a commitment to',
  'notice/v1 extend': 'extends a commitment to',
  'notice/v1 release': 'releases a domain',
  'notice/v1 erase': "erases the cards of a statement's officers",
  'notice/v1 takedown': 'takes down the text of a statement',
  'report/v1': 'reports on',
  'succession/v1': 'passes to a successor',
}

const WITHHOLDING: readonly string[] = ['erase', 'takedown']

/** Says what an entry is. */
export function sayEntry(change: EntryChange, call: Call = bare): string {
  const { by, type, act, instrument, words } = change
  const what = ACTS[act === null ? type : `${type} ${act}`] ?? ACTS[type] ?? type
  // What a notice withholds is one statement, and not the text that it is about.
  const about = instrument === null || WITHHOLDING.includes(act ?? '') ? [] : [instrument]
  const said = [call(by), what, ...about].join(' ')
  return [said, ...words.map((word) => sayWord(word, call))].join('; ')
}
