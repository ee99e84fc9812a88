/**
 * Projections as rows: what closes the rows that were true and opens those that are.
 *
 * @module
 */
import type { CompiledQuery } from 'kysely'
import type { EntryRow } from '../../db/schema.ts'
import { q } from '../../db/sql.ts'
import type { ChangedRecord, ChangedWords, Projection } from './projection.ts'

/** Writes an entry. */
export function writeEntry(row: EntryRow): CompiledQuery {
  return q.insertInto('entry').values(row).compile()
}

/** Writes the projection of an entry. The statements of several entries follow each other in order. */
export function writeProjection(p: Projection): CompiledQuery[] {
  return [
    ...p.records.flatMap((record) => writeRecord(record, p.index)),
    ...p.words.flatMap((words) => writeWords(words, p.index)),
    ...p.parties.map((party) =>
      q
        .insertInto('party')
        .values({ ...party, from_index: p.index })
        .compile(),
    ),
    ...p.mentions.map((domain) =>
      q.insertInto('mention').values({ domain, idx: p.index }).compile(),
    ),
    ...p.withheld.map((row) =>
      q
        .insertInto('withheld')
        .values({ ...row, from_index: p.index })
        .compile(),
    ),
  ]
}

function writeRecord({ kind, key, value }: ChangedRecord, index: number): CompiledQuery[] {
  const close = q.updateTable('record').set({ to_index: index }).where('kind', '=', kind)
  const row = { kind, key, from_index: index, to_index: null, value }
  return [
    close.where('key', '=', key).where('to_index', 'is', null).compile(),
    q.insertInto('record').values(row).compile(),
  ]
}

function writeWords(changed: ChangedWords, index: number): CompiledQuery[] {
  const { instrument, party, domain } = changed
  const close = q
    .updateTable('word')
    .set({ to_index: index })
    .where('instrument', '=', instrument)
    .where('domain', '=', domain)
    .where('party', '=', party)
  const rows = changed.words.map(({ version, from, to, word, suspended }) => ({
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
  }))
  return [
    close.where('to_index', 'is', null).compile(),
    ...rows.map((row) => q.insertInto('word').values(row).compile()),
  ]
}
