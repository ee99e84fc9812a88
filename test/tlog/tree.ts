import { formatBundle } from '../../src/tlog/bundle.ts'
import { type Hash, utf8 } from '../../src/tlog/bytes.ts'
import {
  EMPTY_ROOT,
  leafHash,
  type NodeId,
  nodeHash,
  type ReadNodes,
} from '../../src/tlog/merkle.ts'
import { formatTile, type Tile } from '../../src/tlog/tile.ts'

/** The leaf that every vector of ours has at an index. */
export function entryAt(index: number): Uint8Array {
  return utf8(`entry ${index}\n`)
}

/** A tree in memory: levels of complete subtrees. */
export interface Tree {
  readonly size: number
  readonly read: ReadNodes
  readonly node: (id: NodeId) => Hash
}

export function treeOf(leaves: readonly Hash[]): Tree {
  const levels: Hash[][] = [[...leaves]]
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
    const above: Hash[] = []
    for (let i = 0; i + 1 < below.length; i += 2) above.push(nodeHash(below[i]!, below[i + 1]!))
    levels.push(above)
  }
  const node = ({ level, index }: NodeId) => {
    const found = levels[level]?.[index]
    if (!found) throw new RangeError(`no node ${level}/${index}`)
    return found
  }
  return { size: leaves.length, node, read: async (ids) => ids.map(node) }
}

/** The tree of the vectors' entries. */
export function vectorTree(size: number): Tree {
  return treeOf(Array.from({ length: size }, (_, i) => leafHash(entryAt(i))))
}

/** The definition of RFC 9162, word for word, to hold the rest against. */
export function mth(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (2 * k < leaves.length) k *= 2
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

/** A tile's bytes, of the vectors' entries. */
export function tileBytes(tree: Tree, { level, index, width }: Tile): Uint8Array {
  const at = (i: number) => index * 256 + i
  const all = Array.from({ length: width }, (_, i) => i)
  if (level === 'entries') return formatBundle(all.map((i) => entryAt(at(i))))
  return formatTile(all.map((i) => tree.node({ level: 8 * level, index: at(i) })))
}
