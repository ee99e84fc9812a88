/**
 * The Merkle tree: hashes, roots, and proofs of inclusion and consistency.
 *
 * One kind of proof serves both: that a subtree [start, end) is part of a tree. Inclusion is the
 * subtree of one leaf, consistency the one that starts at 0. Proofs are made and checked by the same
 * recursion as the specification's definition; sizes go to 2^53 - 1, so there are no bit operations.
 *
 * See RFC 9162, section 2.1, and "Subtrees" in
 * https://datatracker.ietf.org/doc/draft-ietf-plants-merkle-tree-certs/.
 *
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { equal, type Hash, hash } from './bytes.ts'
import { TlogError } from './error.ts'

/** The root of the tree without entries: SHA-256 of nothing. */
export const EMPTY_ROOT: Hash = hash(sha256(new Uint8Array()))

/** A complete subtree: the leaves [index * 2^level, (index + 1) * 2^level). */
export interface NodeId {
  readonly level: number
  readonly index: number
}

/** The leaves from start up to, and without, end. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Answers with the hash of each node asked for, in that order. */
export type ReadNodes = (ids: readonly NodeId[]) => Promise<readonly Hash[]>

/** The hash of a leaf: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Hash {
  return hash(sha256.create().update(LEAF).update(entry).digest())
}

/** The hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  return hash(sha256.create().update(NODE).update(left).update(right).digest())
}

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/**
 * Checks that the leaf at an index is in a tree.
 *
 * @param proof from the leaf's sibling up
 * @throws {TlogError} `INVALID_PROOF`
 */
export function checkInclusion(
  proof: readonly Hash[],
  index: number,
  size: number,
  leaf: Hash,
  root: Hash,
): void {
  checkSubtree(proof, index, index + 1, size, leaf, root)
}

/**
 * Checks that a tree is a prefix of another. Nothing has to be proven of the empty tree, but that
 * its root is {@link EMPTY_ROOT} and the proof empty.
 *
 * @throws {TlogError} `INVALID_PROOF`
 */
export function checkConsistency(
  proof: readonly Hash[],
  oldSize: number,
  oldRoot: Hash,
  newSize: number,
  newRoot: Hash,
): void {
  checkSubtree(proof, 0, oldSize, newSize, oldRoot, newRoot)
}

/**
 * Checks that a subtree is part of a tree. The proof has the one length that start, end and size
 * imply.
 *
 * @param part the hash of the leaves [start, end); {@link EMPTY_ROOT} where there are none
 * @throws {TlogError} `INVALID_PROOF`
 */
export function checkSubtree(
  proof: readonly Hash[],
  start: number,
  end: number,
  size: number,
  part: Hash,
  root: Hash,
): void {
  if (!isSubtree(start, end) || !Number.isSafeInteger(size) || end > size) {
    throw invalid(`[${start}, ${end}) is no subtree of a tree of ${size}`)
  }
  const ranges = subtreeRanges(start, end, size)
  if (proof.length !== ranges.length) {
    throw invalid(`expected ${ranges.length} hashes, got ${proof.length}`)
  }
  const claimed =
    start === end
      ? { part: EMPTY_ROOT, root: size === 0 ? EMPTY_ROOT : root }
      : climb(proof, start, end, size, part)
  if (!equal(claimed.root, root)) throw invalid('the hashes do not lead to the root')
  if (!equal(claimed.part, part)) throw invalid('the hashes do not lead to the subtree')
}

/** The hashes of a subtree and of the tree of `size` leaves around it, as a proof claims them. */
interface Claimed {
  readonly part: Hash
  readonly root: Hash
}

function climb(
  proof: readonly Hash[],
  start: number,
  end: number,
  size: number,
  part: Hash,
): Claimed {
  let used = 0
  const next = () => proof[used++]!
  /** Goes down as {@link descend} does, and takes the proof's hashes on the way back up. */
  function rise(start: number, end: number, size: number, known: Hash | null): Claimed {
    if (start === 0 && end === size) {
      const own = known ?? next()
      return { part: own, root: own }
    }
    const k = split(size)
    if (end <= k) {
      const left = rise(start, end, k, known)
      return { part: left.part, root: nodeHash(left.root, next()) }
    }
    if (start >= k) {
      const right = rise(start - k, end - k, size - k, known)
      return { part: right.part, root: nodeHash(next(), right.root) }
    }
    const right = rise(0, end - k, size - k, null)
    const left = next()
    return { part: nodeHash(left, right.part), root: nodeHash(left, right.root) }
  }
  return rise(start, end, size, part)
}

/**
 * The ranges whose hashes, in this order, prove that [start, end) is part of a tree: what to hash
 * for a proof, for whoever has the nodes at hand.
 *
 * @throws {RangeError} where [start, end) is no subtree of the tree
 */
export function subtreeRanges(start: number, end: number, size: number): Range[] {
  if (!isSubtree(start, end) || !Number.isSafeInteger(size) || end > size) {
    throw new RangeError(`[${start}, ${end}) is no subtree of a tree of ${size}`)
  }
  const ranges: Range[] = []
  if (start < end) descend(start, end, 0, size, true, ranges)
  return ranges
}

/**
 * SUBTREE_SUBPROOF of the draft, over the leaves [lo, hi) of the tree.
 *
 * @param known whether the verifier has the hash of [start, end) already
 */
function descend(
  start: number,
  end: number,
  lo: number,
  hi: number,
  known: boolean,
  ranges: Range[],
): void {
  if (start === lo && end === hi) {
    if (!known) ranges.push({ start, end })
    return
  }
  const k = lo + split(hi - lo)
  if (end <= k) {
    descend(start, end, lo, k, known, ranges)
    ranges.push({ start: k, end: hi })
  } else if (start >= k) {
    descend(start, end, k, hi, known, ranges)
    ranges.push({ start: lo, end: k })
  } else {
    descend(k, end, k, hi, false, ranges)
    ranges.push({ start: lo, end: k })
  }
}

/** The complete subtrees that make up a range which is itself a subtree, from left to right. */
export function rangeNodes({ start, end }: Range): NodeId[] {
  const nodes: NodeId[] = []
  for (let at = start; at < end; ) {
    let level = 0
    while (2 ** (level + 1) <= end - at) level++
    nodes.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

/** The complete subtrees that make up a tree, from left to right: one for each bit of its size. */
export function rootNodes(size: number): NodeId[] {
  return rangeNodes({ start: 0, end: size })
}

/** The hash of a range from the hashes of its {@link rangeNodes}. */
export function foldRange(nodes: readonly Hash[]): Hash {
  if (nodes.length === 0) return EMPTY_ROOT
  return nodes.reduceRight((right, left) => nodeHash(left, right))
}

/** The hashes of several ranges from those of all their {@link rangeNodes}, one after the other. */
export function foldRanges(ranges: readonly Range[], nodes: readonly Hash[]): Hash[] {
  let at = 0
  return ranges.map((range) => {
    const from = at
    at += rangeNodes(range).length
    return foldRange(nodes.slice(from, at))
  })
}

/** The root of the tree of the first `size` leaves. */
export async function rootAt(size: number, read: ReadNodes): Promise<Hash> {
  return subtreeAt(0, size, read)
}

/**
 * The hash of the leaves [start, end).
 *
 * @throws {RangeError} where they are no subtree
 */
export async function subtreeAt(start: number, end: number, read: ReadNodes): Promise<Hash> {
  if (!isSubtree(start, end)) throw new RangeError(`[${start}, ${end}) is no subtree`)
  const [hash] = await readRanges([{ start, end }], read)
  return hash!
}

/** Proves that the leaf at an index is in the tree of `size`: from its sibling up. */
export async function proveInclusion(
  index: number,
  size: number,
  read: ReadNodes,
): Promise<Hash[]> {
  return proveSubtree(index, index + 1, size, read)
}

/** Proves that the tree of the first `old` leaves is a prefix of the tree of `size`. */
export async function proveConsistency(
  old: number,
  size: number,
  read: ReadNodes,
): Promise<Hash[]> {
  return proveSubtree(0, old, size, read)
}

/**
 * Proves that [start, end) is part of the tree of `size`. All nodes are read at once.
 *
 * @throws {RangeError} where it is no subtree of the tree
 */
export async function proveSubtree(
  start: number,
  end: number,
  size: number,
  read: ReadNodes,
): Promise<Hash[]> {
  return readRanges(subtreeRanges(start, end, size), read)
}

async function readRanges(ranges: readonly Range[], read: ReadNodes): Promise<Hash[]> {
  const ids = ranges.flatMap(rangeNodes)
  return foldRanges(ranges, ids.length === 0 ? [] : await read(ids))
}

/**
 * The right edge of a tree: the hashes of its {@link rootNodes}, which is all one needs to append.
 */
export class Frontier {
  #size: number
  readonly #nodes: Hash[]

  /**
   * @param nodes the hashes of `rootNodes(size)`
   * @throws {RangeError} where there are more or fewer of them
   */
  constructor(size = 0, nodes: readonly Hash[] = []) {
    if (!Number.isSafeInteger(size) || size < 0 || rootNodes(size).length !== nodes.length) {
      throw new RangeError(`${nodes.length} nodes are not the right edge of a tree of ${size}`)
    }
    this.#size = size
    this.#nodes = [...nodes]
  }

  get size(): number {
    return this.#size
  }

  /** The hashes of `rootNodes(size)`: with the size, all there is to keep. */
  get nodes(): readonly Hash[] {
    return [...this.#nodes]
  }

  /**
   * Appends a leaf.
   *
   * @returns the complete subtrees that end with it: the leaf at level 0, and as many levels above
   */
  append(leaf: Hash): readonly Hash[] {
    const closed = [leaf]
    let own = leaf
    for (let n = this.#size; n % 2 === 1; n = (n - 1) / 2) {
      own = nodeHash(this.#nodes.pop()!, own)
      closed.push(own)
    }
    this.#nodes.push(own)
    this.#size++
    return closed
  }

  root(): Hash {
    return foldRange(this.#nodes)
  }
}

/** [start, end) is a subtree if start is a multiple of the smallest power of two that holds it. */
function isSubtree(start: number, end: number): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return false
  if (start < 0 || end < start) return false
  let width = 1
  while (width < end - start) width *= 2
  return start % width === 0
}

/** The largest power of two below a size of two or more. */
function split(size: number): number {
  let k = 1
  while (2 * k < size) k *= 2
  return k
}

function invalid(message: string): TlogError {
  return new TlogError('INVALID_PROOF', message)
}
