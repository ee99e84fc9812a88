/**
 * Projections as rows: what closes the rows that were true and opens those that are.
 *
 * @module
 */
import type { CompiledQuery } from 'kysely'
import { inserting, q } from '../../db/sql.ts'
import type { ChangedRecord, ChangedWords, Projection } from './projection.ts'

/** Writes an entry. */
export const writeEntry = inserting('entry', ['idx', 'time', 'digest', 'body'])

const writeParty = inserting('party', ['domain', 'id', 'from_index'])
const writeMention = inserting('mention', ['domain', 'idx'])
const writeWithheld = inserting('withheld', ['from_index', 'act', 'subject'])
const openRecord = inserting('record', ['kind', 'key', 'from_index', 'to_index', 'value'])
const openWord = inserting('word', [
  'instrument',
  'party',
  'domain',
  'version',
  'from_index',
  'to_index',
  'at_from',
  'at_to',
  'word',
  'suspended',
])

/** Built once, too: the values are in the order in which they are given here. */
const closeRecord = q
  .updateTable('record')
  .set({ to_index: 0 })
  .where('kind', '=', '')
  .where('key', '=', '')
  .where('to_index', 'is', null)
  .compile()
const closeWords = q
  .updateTable('word')
  .set({ to_index: 0 })
  .where('instrument', '=', '')
  .where('domain', '=', '')
  .where('party', '=', '')
  .where('to_index', 'is', null)
  .compile()

/** Writes the projection of an entry. The statements of several entries follow each other in order. */
export function writeProjection(p: Projection): CompiledQuery[] {
  const from_index = p.index
  return [
    ...p.records.flatMap((record) => writeRecord(record, from_index)),
    ...p.words.flatMap((words) => writeWords(words, from_index)),
    ...p.parties.map((party) => writeParty({ ...party, from_index })),
    ...p.mentions.map((domain) => writeMention({ domain, idx: from_index })),
    ...p.withheld.map((row) => writeWithheld({ ...row, from_index })),
  ]
}

function writeRecord({ kind, key, value }: ChangedRecord, index: number): CompiledQuery[] {
  return [
    { ...closeRecord, parameters: [index, kind, key] },
    openRecord({ kind, key, from_index: index, to_index: null, value }),
  ]
}

function writeWords(changed: ChangedWords, index: number): CompiledQuery[] {
  const { instrument, party, domain } = changed
  const opened = changed.words.map(({ version, from, to, word, suspended }) =>
    openWord({
      instrument,
      party,
      domain,
      version,
      from_index: index,
      to_index: null,
      at_from: from,
      at_to: to,
      word,
      suspended: suspended ? 1 : 0,
    }),
  )
  return [{ ...closeWords, parameters: [index, instrument, domain, party] }, ...opened]
}
