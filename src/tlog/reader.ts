/**
 * Reads a log's tiles, and lets nothing out that its checkpoint does not commit to.
 *
 * A full tile is proven by its root, which is one hash of the tile above it; the partial tiles, one a
 * level at most, are proven together, because their hashes make up the root of the tree.
 *
 * See https://c2sp.org/tlog-tiles.
 *
 * @module
 */

import { parseBundle } from './bundle.ts'
import { equal, type Hash } from './bytes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { TlogError } from './error.ts'
import { foldRange, leafHash, type NodeId, type ReadNodes, rootNodes } from './merkle.ts'
import {
  foldTile,
  formatTilePath,
  levelWidth,
  nodeInTile,
  parseTile,
  TILE_WIDTH,
  type Tile,
  tileAt,
} from './tile.ts'

/** How many proven full tiles are kept: 8 KiB each. */
const KEPT_TILES = 256

/**
 * Fetches a resource by its path (`tile/0/x001/234.p/5`), whole and not compressed. Rejects where it
 * is not to be had. Nothing it answers is believed.
 */
export type FetchTile = (path: string) => Promise<Uint8Array>

/** A log as of one checkpoint. */
export interface Reader {
  readonly checkpoint: Checkpoint
  /**
   * Reads nodes of the tree.
   *
   * @throws {RangeError} for a node that the tree does not have
   * @throws {TlogError} `TILE_UNAVAILABLE`, `MALFORMED_TILE`, `INVALID_TILE`
   */
  readonly readNodes: ReadNodes
  /**
   * Reads the entries from one index up to, and without, another. All of them are held in memory.
   *
   * @throws {RangeError} where the tree has no such entries
   * @throws {TlogError} as `readNodes`, and `MALFORMED_BUNDLE`
   */
  readonly readEntries: (from: number, to: number) => Promise<readonly Uint8Array[]>
}

/**
 * Opens a log for reading.
 *
 * @param checkpoint an opened one: its signatures are the caller's affair
 */
export function openReader(checkpoint: Checkpoint, fetchTile: FetchTile): Reader {
  const tiles = new TileReader(checkpoint, fetchTile)
  return {
    checkpoint,
    readNodes: (ids) => Promise.all(ids.map((id) => tiles.node(id))),
    readEntries: (from, to) => tiles.entries(from, to),
  }
}

class TileReader {
  readonly #checkpoint: Checkpoint
  readonly #fetchTile: FetchTile
  /** Full tiles by path, the longest unused first: proven, or being proven. */
  readonly #full = new Map<string, Promise<readonly Hash[]>>()
  /** The partial tiles, by level. */
  #edge: Promise<ReadonlyMap<number, readonly Hash[]>> | null = null

  constructor(checkpoint: Checkpoint, fetchTile: FetchTile) {
    this.#checkpoint = checkpoint
    this.#fetchTile = fetchTile
  }

  async node(id: NodeId): Promise<Hash> {
    const { size } = this.#checkpoint
    const whole = Number.isSafeInteger(id.level) && Number.isSafeInteger(id.index)
    if (!whole || id.level < 0 || id.index < 0 || (id.index + 1) * 2 ** id.level > size) {
      throw new RangeError(`a tree of ${size} has no node ${id.level}/${id.index}`)
    }
    const place = nodeInTile(id)
    return foldTile(await this.#proven(place.level, place.index), place)
  }

  async entries(from: number, to: number): Promise<readonly Uint8Array[]> {
    const { size } = this.#checkpoint
    if (!Number.isSafeInteger(from) || from < 0 || !(from <= to && to <= size)) {
      throw new RangeError(`a log of ${size} has no entries from ${from} to ${to}`)
    }
    if (from === to) return []
    const first = Math.floor(from / TILE_WIDTH)
    const count = Math.ceil(to / TILE_WIDTH) - first
    const bundles = await Promise.all(
      Array.from({ length: count }, (_, i) => this.#bundle(first + i)),
    )
    return bundles.flat().slice(from - first * TILE_WIDTH, to - first * TILE_WIDTH)
  }

  async #bundle(index: number): Promise<readonly Uint8Array[]> {
    const tile = tileAt('entries', index, this.#checkpoint.size)
    const [entries, hashes] = await Promise.all([
      this.#fetch(tile, parseBundle),
      this.#proven(0, index),
    ])
    const wrong = entries.findIndex((entry, i) => !equal(leafHash(entry), hashes[i]!))
    if (wrong >= 0) throw unproven(tile, `entry ${index * TILE_WIDTH + wrong} is another`)
    return entries
  }

  async #proven(level: number, index: number): Promise<readonly Hash[]> {
    const tile = tileAt(level, index, this.#checkpoint.size)
    if (tile.width < TILE_WIDTH) return (await this.#provenEdge()).get(level)!
    const path = formatTilePath(tile)
    const proven = this.#full.get(path) ?? this.#proveOnce(path, tile, level)
    this.#full.delete(path)
    this.#full.set(path, proven)
    if (this.#full.size > KEPT_TILES) this.#full.delete(this.#full.keys().next().value!)
    return proven
  }

  /** What fails is forgotten, so that it can be asked for again. */
  #proveOnce(path: string, tile: Tile, level: number): Promise<readonly Hash[]> {
    const proven = this.#proveFull(tile, level)
    proven.catch(() => {
      if (this.#full.get(path) === proven) this.#full.delete(path)
    })
    return proven
  }

  async #proveFull(tile: Tile, level: number): Promise<readonly Hash[]> {
    const above = Math.floor(tile.index / TILE_WIDTH)
    const [hashes, parent] = await Promise.all([
      this.#fetch(tile, parseTile),
      this.#proven(level + 1, above),
    ])
    const own = foldTile(hashes, { level, index: tile.index, from: 0, to: TILE_WIDTH })
    if (!equal(own, parent[tile.index % TILE_WIDTH]!)) throw unproven(tile, 'its root is another')
    return hashes
  }

  #provenEdge(): Promise<ReadonlyMap<number, readonly Hash[]>> {
    if (this.#edge !== null) return this.#edge
    const edge = this.#proveEdge()
    edge.catch(() => {
      this.#edge = null
    })
    this.#edge = edge
    return edge
  }

  async #proveEdge(): Promise<ReadonlyMap<number, readonly Hash[]>> {
    const { size, root } = this.#checkpoint
    const partial = partialTiles(size)
    const hashes = await Promise.all(partial.map((tile) => this.#fetch(tile, parseTile)))
    const edge = new Map(partial.map((tile, i) => [tile.level, hashes[i]!]))
    const nodes = rootNodes(size).map((id) => {
      const place = nodeInTile(id)
      return foldTile(edge.get(place.level)!, place)
    })
    if (!equal(foldRange(nodes), root)) {
      throw new TlogError('INVALID_TILE', 'the partial tiles do not make up the root')
    }
    return edge
  }

  /** A partial tile may be gone once the full one is there, of which it is the beginning. */
  async #fetch<T>(tile: Tile, parse: (bytes: Uint8Array, width: number) => T[]): Promise<T[]> {
    const path = formatTilePath(tile)
    try {
      return parse(await this.#get(path), tile.width)
    } catch (e) {
      if (!(e instanceof TlogError) || e.code !== 'TILE_UNAVAILABLE') throw e
      if (tile.width === TILE_WIDTH) throw e
      const full = await this.#get(formatTilePath({ ...tile, width: TILE_WIDTH })).catch(() => {
        throw e
      })
      return parse(full, TILE_WIDTH).slice(0, tile.width)
    }
  }

  async #get(path: string): Promise<Uint8Array> {
    try {
      return await this.#fetchTile(path)
    } catch (cause) {
      throw new TlogError('TILE_UNAVAILABLE', `could not fetch ${path}`, { cause })
    }
  }
}

/** One for each level whose width is no multiple of 256. Together they hold all root nodes. */
function partialTiles(size: number): (Tile & { readonly level: number })[] {
  const tiles: (Tile & { readonly level: number })[] = []
  for (let level = 0; levelWidth(level, size) > 0; level++) {
    const width = levelWidth(level, size)
    if (width % TILE_WIDTH === 0) continue
    const index = Math.floor(width / TILE_WIDTH)
    tiles.push({ level, index, width: width % TILE_WIDTH })
  }
  return tiles
}

function unproven(tile: Tile, message: string): TlogError {
  return new TlogError('INVALID_TILE', `${formatTilePath(tile)}: ${message}`)
}
