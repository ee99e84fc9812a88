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

/** Says what became of a commitment. */
export function sayWord(change: WordChange): string {
  const { domain, instrument, version, after, suspended } = change
  const aside = suspended ? ' (suspended)' : ''
  return `${domain} ${WORDS[after]}${aside}: ${instrument}, version ${version}`
}

const TYPES: Readonly<Record<EntryChange['type'], string>> = {
  'registry/v1': 'says who keeps the registry and by which rules',
  'enrolment/v1': 'enrols',
  'instrument/v1': 'publishes',
  'commitment/v1': 'says',
  'verification/v1': 'logs checks of domains',
  'notice/v1': 'gives notice',
  'report/v1': 'reports on',
  'succession/v1': 'passes to a successor',
}

/** Says what an entry is. */
export function sayEntry({ by, type, act, instrument, words }: EntryChange): string {
  const what = [TYPES[type], act, instrument].filter((part) => part !== null).join(' ')
  return [`${by} ${what}`, ...words.map(sayWord)].join('; ')
}
