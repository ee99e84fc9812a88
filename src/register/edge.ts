/**
 * The right edge of the tree: what appending needs to know, and the tiles it changes.
 *
 * @module
 */
import type { CompiledQuery } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import type { Hash } from '../tlog/bytes.ts'
import { Frontier, foldRange, rootNodes } from '../tlog/merkle.ts'
import { formatTile, levelWidth, parseTile, TILE_HEIGHT, TILE_WIDTH } from '../tlog/tile.ts'
import { tileBytes, treeNodes } from './tree.ts'

/** The tile of a level that still grows. */
interface Growing {
  readonly index: number
  readonly hashes: Hash[]
}

/** A tree that grows in memory until what changed is written. */
export class Edge {
  readonly #frontier: Frontier
  readonly #growing: Map<number, Growing>
  /** Tiles to be written, by their place. */
  readonly #changed = new Map<string, { level: number; index: number; hashes: Hash[] }>()
  /** The right edges since the last write: an entry may have seen any of those trees. */
  #edges: (readonly Hash[])[] = []

  constructor(frontier: Frontier, growing: ReadonlyMap<number, Growing>) {
    this.#frontier = frontier
    this.#growing = new Map(growing)
    this.#edges = [frontier.nodes]
  }

  get size(): number {
    return this.#frontier.size
  }

  /** Appends a leaf. */
  append(leaf: Hash): void {
    const closed = this.#frontier.append(leaf)
    for (let level = 0; level * TILE_HEIGHT < closed.length; level++) {
      this.#place(level, closed[level * TILE_HEIGHT]!)
    }
    this.#edges.push(this.#frontier.nodes)
  }

  root(): Hash {
    return this.#frontier.root()
  }

  /** The root at a size since the last write; undefined for an earlier or a later one. */
  rootAt(size: number): Hash | undefined {
    const nodes = this.#edges[size - this.size + this.#edges.length - 1]
    return nodes && foldRange(nodes)
  }

  /** What writes the tiles that changed since the last time. */
  takeWrites(): CompiledQuery[] {
    const writes = [...this.#changed.values()].map(({ level, index, hashes }) => {
      const row = { level, idx: index, hashes: formatTile(hashes) }
      return q
        .insertInto('tile')
        .values(row)
        .onConflict((c) => c.columns(['level', 'idx']).doUpdateSet({ hashes: row.hashes }))
        .compile()
    })
    this.#changed.clear()
    this.#edges = [this.#frontier.nodes]
    return writes
  }

  #place(level: number, hash: Hash): void {
    const open = this.#growing.get(level) ?? { index: 0, hashes: [] }
    const full = open.hashes.length === TILE_WIDTH
    const tile = full ? { index: open.index + 1, hashes: [] } : open
    tile.hashes.push(hash)
    this.#growing.set(level, tile)
    this.#changed.set(`${level}/${tile.index}`, { level, ...tile })
  }
}

/** The right edge of the tree of a size, which the tiles must have exactly. */
export async function openEdge(sql: Sql, size: number): Promise<Edge> {
  const nodes = size === 0 ? [] : await treeNodes(sql)(rootNodes(size))
  const growing = new Map<number, Growing>()
  for (let level = 0; levelWidth(level, size) > 0; level++) {
    growing.set(level, await growingTile(sql, level, levelWidth(level, size)))
  }
  return new Edge(new Frontier(size, nodes), growing)
}

async function growingTile(sql: Sql, level: number, count: number): Promise<Growing> {
  const index = Math.floor((count - 1) / TILE_WIDTH)
  const width = count - index * TILE_WIDTH
  const bytes = await tileBytes(sql, { level, index, width })
  return { index, hashes: parseTile(bytes ?? new Uint8Array(), width) }
}
