/**
 * A log checked from its database: what {@link fsckTree} checks, the chain of checkpoints, and every
 * row of the projections against a fresh fold of the entries.
 *
 * @module
 */

import type { CheckpointRow, RecordRow, WordRow } from '../../db/schema.ts'
import { q, type Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { registryOf } from '../accord/party.ts'
import { Fold, type Folded } from '../register/fold.ts'
import { headOf } from '../register/head.ts'
import { entriesFrom, type LoggedEntry } from '../register/log.ts'
import type { Projection } from '../register/projection.ts'
import { tileBytes } from '../register/tree.ts'
import { equal } from '../tlog/bytes.ts'
import { formatCheckpoint, openCheckpoint } from '../tlog/checkpoint.ts'
import { TlogError } from '../tlog/error.ts'
import { EMPTY_ROOT } from '../tlog/merkle.ts'
import { formatTilePath, type Tile } from '../tlog/tile.ts'
import { differ, type FsckReport, type OnProgress, reporting } from './difference.ts'
import { checkLeaf, checkTiles, foldLegal, type Leaves, readLeaves, tileCount } from './fsck.ts'

/** How many entries are read at once. */
const AT_ONCE = 256

/** With what a database is checked. */
export interface DatabaseCheck {
  readonly verify: Verify
  readonly onProgress?: OnProgress
}

/**
 * Checks a database. The log's keys are those that its own entries name.
 *
 * @throws {RegisterError} `NO_LOG`
 * @throws {AccordError} `UNKNOWN_LAW`
 */
export async function fsckDatabase(sql: Sql, check: DatabaseCheck): Promise<FsckReport> {
  const head = await headOf(sql)
  const { size } = head
  return reporting(size, async () => {
    const read = async (tile: Tile) =>
      (await tileBytes(sql, tile)) ?? differ('no such tile', { path: formatTilePath(tile) })
    const leaves = await readLeaves(head, read)
    await checkRows(sql, leaves, check)
    await checkTiles(leaves.hashes, read)
    await checkNothingMore(sql)
  })
}

async function checkRows(sql: Sql, leaves: Leaves, check: DatabaseCheck): Promise<void> {
  const size = leaves.hashes.length
  const fold = new Fold(check.verify)
  const open = new Map<string, string[]>()
  let prev: CheckpointRow | null = null
  for (let from = 0; from < size; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE, size)
    const [entries, rows] = await Promise.all([
      entriesFrom(sql, from, to - from),
      rowsOf(sql, from, to),
    ])
    if (entries.length < to - from) differ('an entry is missing', { index: from + entries.length })
    if (from === 0) prev = checkEmpty(rows.checkpoints.shift())
    for (const [i, entry] of entries.entries()) {
      const index = from + i
      checkLeaf(entry.body, index, leaves)
      const folded = foldLegal(fold, entry.body, index)
      checkEntry(entry, index, folded)
      checkProjection(folded.projection, rows, open)
      if (rows.checkpoints[0]?.size === index + 1) {
        prev = checkCheckpoint(rows.checkpoints.shift()!, prev!, fold, entry.time, check.verify)
      }
    }
    check.onProgress?.(to, size)
  }
}

function checkEmpty(row: CheckpointRow | undefined): CheckpointRow {
  if (row?.size !== 0 || !equal(row.root, EMPTY_ROOT))
    return differ('no checkpoint of the empty tree')
  return row
}

function checkEntry(entry: LoggedEntry, index: number, { applied }: Folded): void {
  const { time } = applied.state
  if (entry.index !== index || entry.digest !== applied.digest || entry.time !== time) {
    differ('its row is of another index, digest or time', { index })
  }
}

function checkCheckpoint(
  row: CheckpointRow,
  prev: CheckpointRow,
  fold: Fold,
  time: number,
  verify: Verify,
): CheckpointRow {
  const { size } = row
  const where = { index: size - 1 }
  const { origin, keeping, nextKeeping } = registryOf(fold.memory)
  const root = fold.rootAt(size)!
  if (!equal(row.root, root)) differ(`checkpoint ${size} is of another root`, where)
  if (row.prev !== prev.size) differ(`checkpoint ${size} leaves out one before it`, where)
  if (row.time !== time) differ(`checkpoint ${size} is of another time than its last entry`, where)
  const vkeys = [...keeping.log, ...(nextKeeping?.value.log ?? [])].map(parseVKey)
  try {
    const { note } = openCheckpoint(row.note, vkeys, verify)
    const text = formatCheckpoint({ origin, size, root, extensions: [] })
    if (note.text !== text) differ(`the note of checkpoint ${size} says something else`, where)
  } catch (e) {
    if (!(e instanceof TlogError)) throw e
    differ(`the note of checkpoint ${size} does not open: ${e.message}`, where)
  }
  return row
}

/** The rows that entries opened and closed, by index, each as a text. */
interface RowsOf {
  readonly opened: Map<number, string[]>
  readonly closed: Map<number, string[]>
  readonly checkpoints: CheckpointRow[]
}

async function rowsOf(sql: Sql, from: number, to: number): Promise<RowsOf> {
  const record = q.selectFrom('record').selectAll()
  const word = q.selectFrom('word').selectAll()
  const [
    recordsOpened,
    recordsClosed,
    wordsOpened,
    wordsClosed,
    parties,
    mentions,
    withheld,
    checkpoints,
  ] = await Promise.all([
    sql.all(record.where('from_index', '>=', from).where('from_index', '<', to).compile()),
    sql.all(record.where('to_index', '>=', from).where('to_index', '<', to).compile()),
    sql.all(word.where('from_index', '>=', from).where('from_index', '<', to).compile()),
    sql.all(word.where('to_index', '>=', from).where('to_index', '<', to).compile()),
    sql.all(
      q
        .selectFrom('party')
        .selectAll()
        .where('from_index', '>=', from)
        .where('from_index', '<', to)
        .compile(),
    ),
    sql.all(
      q.selectFrom('mention').selectAll().where('idx', '>=', from).where('idx', '<', to).compile(),
    ),
    sql.all(
      q
        .selectFrom('withheld')
        .selectAll()
        .where('from_index', '>=', from)
        .where('from_index', '<', to)
        .compile(),
    ),
    sql.all(
      q
        .selectFrom('checkpoint')
        .selectAll()
        .where('size', '>', from === 0 ? -1 : from)
        .where('size', '<=', to)
        .orderBy('size')
        .compile(),
    ),
  ])
  return {
    opened: byIndex([
      ...recordsOpened.map((r) => [r.from_index, recordText(r)] as const),
      ...wordsOpened.map((w) => [w.from_index, wordText(w)] as const),
      ...parties.map((p) => [p.from_index, `party ${p.domain} ${p.id}`] as const),
      ...mentions.map((m) => [m.idx, `mention ${m.domain}`] as const),
      ...withheld.map((w) => [w.from_index, `withheld ${w.act} ${w.subject}`] as const),
    ]),
    closed: byIndex([
      ...recordsClosed.map(
        (r) => [r.to_index!, `record ${r.kind} ${r.key} ${r.from_index}`] as const,
      ),
      ...wordsClosed.map((w) => [w.to_index!, closedWord(w)] as const),
    ]),
    checkpoints,
  }
}

function byIndex(rows: readonly (readonly [number, string])[]): Map<number, string[]> {
  const map = new Map<number, string[]>()
  for (const [index, text] of rows) map.set(index, [...(map.get(index) ?? []), text])
  return map
}

function recordText({ kind, key, value }: Pick<RecordRow, 'kind' | 'key' | 'value'>): string {
  return `record ${kind} ${key} ${value}`
}

function wordText(w: Omit<WordRow, 'from_index' | 'to_index'>): string {
  const { instrument, domain, party, version, at_from, at_to, word, suspended } = w
  return `word ${JSON.stringify([instrument, domain, party, version, at_from, at_to, word, suspended])}`
}

/**
 * Holds the rows that an entry opened and closed against its projection.
 *
 * @param open - the rows that are open so far, by whose they are
 */
function checkProjection(p: Projection, rows: RowsOf, open: Map<string, string[]>): void {
  const opened = [
    ...p.records.map(recordText),
    ...p.words.flatMap(({ words, ...who }) =>
      words.map((w) =>
        wordText({
          ...who,
          version: w.version,
          at_from: w.from,
          at_to: w.to,
          word: w.word,
          suspended: w.suspended ? 1 : 0,
        }),
      ),
    ),
    ...p.parties.map(({ domain, id }) => `party ${domain} ${id}`),
    ...p.mentions.map((domain) => `mention ${domain}`),
    ...p.withheld.map(({ act, subject }) => `withheld ${act} ${subject}`),
  ]
  const { index } = p
  demandSame(opened, rows.opened.get(index) ?? [], 'opened', index)
  const now = openRows(p)
  const closed = [...now.keys()].flatMap((name) => open.get(name) ?? [])
  demandSame(closed, rows.closed.get(index) ?? [], 'closed', index)
  for (const [name, own] of now) open.set(name, own)
}

/** The rows that an entry opened, as they will be named when they are closed, by whose they are. */
function openRows({ index, records, words }: Projection): Map<string, string[]> {
  const open = new Map<string, string[]>()
  for (const { kind, key } of records) {
    open.set(`record ${kind} ${key}`, [`record ${kind} ${key} ${index}`])
  }
  for (const { instrument, party, words: own } of words) {
    const name = `word ${instrument} ${party}`
    open.set(
      name,
      own.map((w) => `${name} ${index} ${w.from}`),
    )
  }
  return open
}

function closedWord({ instrument, party, from_index, at_from }: WordRow): string {
  return `word ${instrument} ${party} ${from_index} ${at_from}`
}

function demandSame(
  expected: readonly string[],
  found: readonly string[],
  verb: string,
  index: number,
): void {
  const missing = expected.find((row) => !found.includes(row))
  const surplus = found.find((row) => !expected.includes(row))
  if (missing !== undefined) differ(`a row is missing that it ${verb}: ${missing}`, { index })
  if (surplus !== undefined || found.length !== expected.length) {
    differ(`a row it never ${verb}: ${surplus ?? 'one too many'}`, { index })
  }
}

/**
 * No row is of an entry that there is not, by the head of this moment: the registry may have gone on
 * since the check began. One query sees one moment.
 */
async function checkNothingMore(sql: Sql): Promise<void> {
  const last = { record: q.selectFrom('record'), word: q.selectFrom('word') }
  const [now] = await sql.all(
    q
      .selectNoFrom([
        q
          .selectFrom('checkpoint')
          .select((e) => e.fn.max('size').as('n'))
          .as('size'),
        q
          .selectFrom('tile')
          .select((e) => e.fn.countAll<number>().as('n'))
          .as('tiles'),
        q
          .selectFrom('entry')
          .select((e) => e.fn.max('idx').as('n'))
          .as('entry'),
        last.record.select((e) => e.fn.max('from_index').as('n')).as('recordFrom'),
        last.record.select((e) => e.fn.max('to_index').as('n')).as('recordTo'),
        last.word.select((e) => e.fn.max('from_index').as('n')).as('wordFrom'),
        last.word.select((e) => e.fn.max('to_index').as('n')).as('wordTo'),
        q
          .selectFrom('party')
          .select((e) => e.fn.max('from_index').as('n'))
          .as('party'),
        q
          .selectFrom('mention')
          .select((e) => e.fn.max('idx').as('n'))
          .as('mention'),
        q
          .selectFrom('withheld')
          .select((e) => e.fn.max('from_index').as('n'))
          .as('withheld'),
      ])
      .compile(),
  )
  const { size, tiles, ...indexes } = now!
  const due = tileCount(size!)
  if (tiles !== due) differ(`${tiles} tiles, where ${due} are due`)
  if (Object.values(indexes).some((index) => index !== null && index >= size!)) {
    differ('a row is of an entry after the last', { index: size! })
  }
}
