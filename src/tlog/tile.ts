/**
 * Tiles: the tree cut into files that never change.
 *
 * A hash tile at a level holds up to 256 nodes of the tree's level 8 * level; an entry bundle holds
 * the entries of one tile at level 0.
 *
 * See https://c2sp.org/tlog-tiles.
 *
 * @module
 */
import { concat, HASH_LENGTH, type Hash, hash } from './bytes.ts'
import { TlogError } from './error.ts'
import { type NodeId, nodeHash } from './merkle.ts'

/** How many levels of the tree a tile spans. */
export const TILE_HEIGHT = 8

/** How many hashes a full tile holds, and entries a full bundle. */
export const TILE_WIDTH = 2 ** TILE_HEIGHT

/** The highest level that a path can name. */
const MAX_LEVEL = 63

/** A hash tile, or an entry bundle. */
export interface Tile {
  /** 0 to 63, or `entries` for a bundle. */
  readonly level: number | 'entries'
  /** The how-manieth of its level. */
  readonly index: number
  /** How many hashes or entries it holds: 1 to 255 for a partial tile, 256 for a full one. */
  readonly width: number
}

/** Where in the tiles a node is found: the root of the hashes [from, to) of one tile. */
export interface NodePlace {
  readonly level: number
  readonly index: number
  readonly from: number
  readonly to: number
}

/** Formats a tile's path, without a leading slash. It is the inverse of {@link parseTilePath}. */
export function formatTilePath({ level, index, width }: Tile): string {
  if (!isLevel(level) || !isCount(index) || !isCount(width) || width < 1 || width > TILE_WIDTH) {
    throw new RangeError(`no tile: level ${level}, index ${index}, width ${width}`)
  }
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g)!
  const number = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${number}${width < TILE_WIDTH ? `.p/${width}` : ''}`
}

const PATH =
  /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/

/**
 * Parses a tile's path.
 *
 * @throws {TlogError} `MALFORMED_TILE`, also for an index beyond 2^53 - 1
 */
export function parseTilePath(path: string): Tile {
  const [, level, number, partial] = PATH.exec(path) ?? []
  if (level === undefined || number === undefined) throw malformed(path)
  const tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(number.replace(/[x/]/g, '')),
    width: partial === undefined ? TILE_WIDTH : Number(partial),
  } as const
  if (!isLevel(tile.level) || !isCount(tile.index)) throw malformed(path)
  if (partial !== undefined && tile.width >= TILE_WIDTH) throw malformed(path)
  if (formatTilePath(tile) !== path) throw malformed(path)
  return tile
}

/** Formats a hash tile. */
export function formatTile(hashes: readonly Hash[]): Uint8Array {
  if (hashes.length < 1 || hashes.length > TILE_WIDTH) {
    throw new RangeError(`expected 1 to ${TILE_WIDTH} hashes, got ${hashes.length}`)
  }
  return concat(...hashes)
}

/**
 * Parses a hash tile of a known width.
 *
 * @throws {TlogError} `MALFORMED_TILE`
 */
export function parseTile(bytes: Uint8Array, width: number): Hash[] {
  if (bytes.length !== width * HASH_LENGTH) {
    const expected = width * HASH_LENGTH
    throw new TlogError('MALFORMED_TILE', `expected ${expected} bytes, got ${bytes.length}`)
  }
  return Array.from({ length: width }, (_, i) =>
    hash(bytes.slice(i * HASH_LENGTH, (i + 1) * HASH_LENGTH)),
  )
}

/** How many hashes all tiles of a level hold together: the complete subtrees of that height. */
export function levelWidth(level: number | 'entries', size: number): number {
  return level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level)
}

/**
 * The tile at a place, as wide as a tree of `size` has it.
 *
 * @throws {RangeError} where that tree has no such tile
 */
export function tileAt(level: number | 'entries', index: number, size: number): Tile {
  const width = Math.min(TILE_WIDTH, levelWidth(level, size) - index * TILE_WIDTH)
  if (!isCount(size) || !isCount(index) || width < 1) {
    throw new RangeError(`a tree of ${size} has no tile ${level}/${index}`)
  }
  return { level, index, width }
}

/** Every tile and bundle that a log of a size serves: level by level, then the bundles. */
export function tilesAt(size: number): Tile[] {
  return newTiles(0, size)
}

/**
 * The tiles and bundles that a log of `newSize` serves and one of `oldSize` did not, each at its
 * final width: what to write when the log grows in one step.
 */
export function newTiles(oldSize: number, newSize: number): Tile[] {
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) {
    throw new RangeError(`a tree does not grow from ${oldSize} to ${newSize}`)
  }
  const tiles: Tile[] = []
  for (let level = 0; levelWidth(level, newSize) > 0; level++) {
    tiles.push(...newTilesOf(level, oldSize, newSize))
  }
  return [...tiles, ...newTilesOf('entries', oldSize, newSize)]
}

function newTilesOf(level: number | 'entries', oldSize: number, newSize: number): Tile[] {
  const from = Math.floor(levelWidth(level, oldSize) / TILE_WIDTH)
  const to = Math.ceil(levelWidth(level, newSize) / TILE_WIDTH)
  if (levelWidth(level, oldSize) === levelWidth(level, newSize)) return []
  return Array.from({ length: to - from }, (_, i) => tileAt(level, from + i, newSize))
}

/** Which hashes of which tile have a node as their root. */
export function nodeInTile({ level, index }: NodeId): NodePlace {
  const span = 2 ** (level % TILE_HEIGHT)
  const first = index * span
  const from = first % TILE_WIDTH
  return {
    level: Math.floor(level / TILE_HEIGHT),
    index: Math.floor(first / TILE_WIDTH),
    from,
    to: from + span,
  }
}

/**
 * The hash of a node, from its tile.
 *
 * @throws {RangeError} where the tile is too narrow to hold all of the node
 */
export function foldTile(hashes: readonly Hash[], { from, to }: NodePlace): Hash {
  if (to > hashes.length) throw new RangeError(`a tile of ${hashes.length} has no hash ${to - 1}`)
  let level = hashes.slice(from, to)
  while (level.length > 1) {
    level = level.flatMap((left, i) => (i % 2 === 0 ? [nodeHash(left, level[i + 1]!)] : []))
  }
  return level[0]!
}

function isLevel(level: number | 'entries'): boolean {
  return level === 'entries' || (isCount(level) && level <= MAX_LEVEL)
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0
}

function malformed(path: string): TlogError {
  const shown = JSON.stringify(path.slice(0, 100))
  return new TlogError('MALFORMED_TILE', `expected the path of a tile, got ${shown}`)
}
