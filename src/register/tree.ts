/**
 * The tree in rows: its tiles, and what is read and proven from them.
 *
 * Full and partial tiles are rows; a partial tile of an earlier size is cut from the row that has
 * grown since. Bundles are cut from the entries when they are asked for.
 *
 * @module
 */
import { sql as raw } from 'kysely'
import type { TileRow } from '../../db/schema.ts'
import { paired, q, type Sql } from '../../db/sql.ts'
import { formatBundle } from '../tlog/bundle.ts'
import { HASH_LENGTH, type Hash } from '../tlog/bytes.ts'
import { proveConsistency, proveInclusion, type ReadNodes } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import { formatProof } from '../tlog/proof.ts'
import { foldTile, nodeInTile, parseTile, TILE_WIDTH, type Tile } from '../tlog/tile.ts'
import { RegisterError } from './error.ts'
import { checkpointCovering, headOf, type LogHead, signedCovering } from './head.ts'

/** Where a row of tiles is kept. */
type Place = Pick<TileRow, 'level' | 'idx'>

/**
 * Reads nodes of the tree from its tiles.
 *
 * @throws {RegisterError} `CORRUPT` where a tile is missing
 */
export function treeNodes(sql: Sql): ReadNodes {
  return async (ids) => {
    const places = ids.map(nodeInTile)
    const tiles = await readTiles(
      sql,
      places.map(({ level, index }) => ({ level, idx: index })),
    )
    return places.map((place) => {
      const hashes = tiles.get(`${place.level}/${place.index}`)
      if (!hashes || hashes.length < place.to) {
        throw new RegisterError('CORRUPT', `tile ${place.level}/${place.index} is missing or short`)
      }
      return foldTile(hashes, place)
    })
  }
}

async function readTiles(sql: Sql, places: readonly Place[]): Promise<Map<string, Hash[]>> {
  const wanted = new Map(places.map((p) => [`${p.level}/${p.idx}`, p]))
  if (wanted.size === 0) return new Map()
  const pairs = [...wanted.values()].map(({ level, idx }) => [level, idx] as const)
  const query = raw<TileRow>`
    select tile.* from ${paired(['level', 'idx'], pairs)} as wanted
    join tile on tile.level = wanted.level and tile.idx = wanted.idx`
  const rows = await sql.all(query.compile(q))
  return new Map(rows.map((row) => [`${row.level}/${row.idx}`, hashesOf(row)]))
}

function hashesOf({ hashes }: TileRow): Hash[] {
  return parseTile(hashes, hashes.length / HASH_LENGTH)
}

/**
 * The inclusion proof of an entry in the tree of a size, from the leaf's sibling up.
 *
 * @throws {RegisterError} `UNKNOWN_SIZE` where the log has had no such tree, or it no such entry
 */
export async function proveEntry(sql: Sql, index: number, size: number): Promise<Hash[]> {
  await demandSizes(sql, index + 1, size)
  return proveInclusion(index, size, treeNodes(sql))
}

/**
 * The proof that the tree of `old` entries is a prefix of that of `size`.
 *
 * @throws {RegisterError} `UNKNOWN_SIZE`
 */
export async function provePrefix(sql: Sql, old: number, size: number): Promise<Hash[]> {
  await demandSizes(sql, old, size)
  return proveConsistency(old, size, treeNodes(sql))
}

async function demandSizes(sql: Sql, old: number, size: number): Promise<void> {
  const head = await headOf(sql)
  const fits = Number.isSafeInteger(old) && Number.isSafeInteger(size)
  if (!fits || old < 0 || old > size || size > head.size) {
    throw new RegisterError('UNKNOWN_SIZE', `expected ${old} <= ${size} <= ${head.size}`)
  }
}

/**
 * The receipt of an entry: a tlog-proof with the entry in it, under the first checkpoint that covers
 * it, so that whoever asks again is given the same.
 */
export async function receiptOf(sql: Sql, index: number): Promise<string | null> {
  const checkpoint = await checkpointCovering(sql, index)
  return checkpoint && receiptUnder(sql, index, checkpoint)
}

/** The same under the first checkpoint over the entry, where none of these is public yet. */
export async function earlyReceiptOf(sql: Sql, index: number): Promise<string | null> {
  const checkpoint = await signedCovering(sql, index)
  return checkpoint && receiptUnder(sql, index, checkpoint)
}

/** The same under any checkpoint that covers it. */
export async function receiptUnder(
  sql: Sql,
  index: number,
  checkpoint: LogHead,
): Promise<string | null> {
  const query = q.selectFrom('entry').select('body').where('idx', '=', index)
  const [entry] = await sql.all(query.compile())
  if (!entry) return null
  return formatProof({
    extra: entry.body,
    index,
    hashes: await proveInclusion(index, checkpoint.size, treeNodes(sql)),
    checkpoint: parseNote(checkpoint.note),
  })
}

/** The bytes of a tile or bundle, at any width that the log has had or could have had. */
export async function tileBytes(sql: Sql, tile: Tile): Promise<Uint8Array | null> {
  return tile.level === 'entries'
    ? bundleBytes(sql, tile.index * TILE_WIDTH, tile.width)
    : hashTileBytes(sql, { level: tile.level, idx: tile.index }, tile.width)
}

async function bundleBytes(sql: Sql, from: number, width: number): Promise<Uint8Array | null> {
  const entries = q.selectFrom('entry').select('body').where('idx', '>=', from)
  const rows = await sql.all(
    entries
      .where('idx', '<', from + width)
      .orderBy('idx')
      .compile(),
  )
  return rows.length === width ? formatBundle(rows.map((row) => row.body)) : null
}

async function hashTileBytes(sql: Sql, place: Place, width: number): Promise<Uint8Array | null> {
  const tiles = q.selectFrom('tile').select('hashes').where('level', '=', place.level)
  const [row] = await sql.all(tiles.where('idx', '=', place.idx).compile())
  const length = width * HASH_LENGTH
  return row && row.hashes.length >= length ? row.hashes.slice(0, length) : null
}
