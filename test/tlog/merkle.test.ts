import { createHash } from 'node:crypto'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import { type Hash, hash } from '../../src/tlog/bytes.ts'
import { TlogError } from '../../src/tlog/error.ts'
import {
  checkConsistency,
  checkInclusion,
  checkSubtree,
  EMPTY_ROOT,
  Frontier,
  foldRange,
  leafHash,
  nodeHash,
  proveConsistency,
  proveInclusion,
  proveSubtree,
  rangeNodes,
  rootAt,
  rootNodes,
  subtreeAt,
  subtreeRanges,
} from '../../src/tlog/merkle.ts'
import { entryAt, mth, type Tree, vectorTree } from './tree.ts'
import { hashOf, vectorFiles, vectorJson } from './vectors.ts'

function refuses(check: () => void): void {
  try {
    check()
  } catch (e) {
    if (e instanceof TlogError && e.code === 'INVALID_PROOF') return
    throw e
  }
  throw new Error('expected a refusal')
}

const flip = (h: Hash, bit: number): Hash => {
  const bent = h.slice()
  bent[bit >> 3]! ^= 1 << (bit & 7)
  return hash(bent)
}

/** Everything that is nearly the proof: a bit flipped, one dropped, one added, two swapped. */
function* spoiled(proof: readonly Hash[]): Generator<readonly Hash[]> {
  const other = leafHash(new Uint8Array())
  for (let i = 0; i < proof.length; i++) {
    yield proof.with(i, flip(proof[i]!, (i * 37) % 256))
    yield proof.toSpliced(i, 1)
    yield proof.toSpliced(i, 0, other)
    if (i > 0) yield proof.with(i, proof[i - 1]!).with(i - 1, proof[i]!)
  }
  yield [...proof, other]
}

describe('vectors of x/mod', () => {
  const v = vectorJson('merkle.json')
  const tree = vectorTree(70_000)

  test('535 roots, from nodes and by appending', async () => {
    expect(Object.keys(v.roots).length).toBe(535)
    const frontier = new Frontier()
    for (const [size, root] of Object.entries<string>(v.roots)) {
      expect(encodeBase64(await rootAt(Number(size), tree.read)), size).toBe(root)
      while (frontier.size < Number(size)) frontier.append(leafHash(entryAt(frontier.size)))
      expect(encodeBase64(frontier.root()), size).toBe(root)
    }
  })

  test('203 inclusion proofs', async () => {
    expect(v.inclusion.length).toBe(203)
    for (const c of v.inclusion) {
      const proof = await proveInclusion(c.index, c.size, tree.read)
      expect(proof.map(encodeBase64)).toEqual(c.proof)
      expect(tree.node({ level: 0, index: c.index })).toEqual(hashOf(c.leaf_hash))
      const root = await rootAt(c.size, tree.read)
      checkInclusion(proof, c.index, c.size, hashOf(c.leaf_hash), root)
    }
  })

  test('230 consistency proofs', async () => {
    expect(v.consistency.length).toBe(230)
    for (const c of v.consistency) {
      const proof = await proveConsistency(c.old, c.new, tree.read)
      expect(proof.map(encodeBase64)).toEqual(c.proof)
      const [old, root] = [await rootAt(c.old, tree.read), await rootAt(c.new, tree.read)]
      checkConsistency(proof, c.old, old, c.new, root)
    }
  })
})

describe('vectors of transparency-dev/merkle', () => {
  const folder = 'real/merkle-testdata'
  const cases = vectorFiles(folder)

  /** Where its verdict is another, and why we do not follow. */
  const different: Readonly<Record<string, string>> = {
    'consistency/additional/sizes-are-equal-one-and-proof-is-empty.json': 'roots of 12 bytes',
    'subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json':
      'roots of 12 bytes',
    'subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty.json':
      'a root of 12 bytes',
    'subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json':
      'a root of 12 bytes, and that of the empty tree is known',
  }

  /** A value that is no hash is refused by whoever parses it, before there is a proof. */
  const parsed = (base64: string | null): Hash => {
    const bytes = decodeBase64(base64 ?? '')
    if (bytes?.length !== 32) throw new TlogError('INVALID_PROOF', 'expected a hash')
    return hash(bytes)
  }

  test('all 518 of them are here', () => {
    expect(cases.length).toBe(518)
  })

  test.each(['inclusion', 'consistency', 'subtreeinclusion', 'subtreeconsistency'])(
    '%s',
    (kind) => {
      for (const path of cases.filter((p) => p.startsWith(`${kind}/`))) {
        const c = vectorJson(`${folder}/${path}`)
        const check = () => {
          const proof: Hash[] = (c.proof ?? []).map(parsed)
          if (kind === 'inclusion') {
            checkInclusion(proof, c.leafIdx, c.treeSize, parsed(c.leafHash), parsed(c.root))
          } else if (kind === 'consistency') {
            const [one, two] = [parsed(c.root1), parsed(c.root2)]
            checkConsistency(proof, c.size1, one, c.size2, two)
          } else if (kind === 'subtreeinclusion') {
            // A leaf is in a subtree as it is in the tree of the subtree's leaves.
            const size = c.end - c.start
            if (c.start % 2 ** Math.ceil(Math.log2(size)) !== 0) {
              throw new TlogError('INVALID_PROOF', 'no subtree')
            }
            checkInclusion(proof, c.leafIdx - c.start, size, parsed(c.leafHash), parsed(c.root))
          } else {
            checkSubtree(proof, c.start, c.end, c.size, parsed(c.root1), parsed(c.root2))
          }
        }
        const expected = path in different ? !c.wantErr : c.wantErr
        let refused = false
        try {
          check()
        } catch (e) {
          if (!(e instanceof TlogError)) throw e
          refused = true
        }
        expect(refused, path).toBe(expected)
      }
    },
  )
})

describe('the real Argon2020', () => {
  const sth = vectorJson('real/argon2020/get-sth')
  const at = 'real/argon2020/get-'

  test('entry 10000 is in the tree of 961984011', () => {
    const name = vectorFiles('real/argon2020').find((f) => f.startsWith('get-proof-by-hash'))!
    const answer = vectorJson(`real/argon2020/${name}`)
    const [entry] = vectorJson(`${at}entries-start-10000-end-10000`).entries
    const leaf = leafHash(new Uint8Array(Buffer.from(entry.leaf_input, 'base64')))
    const proof = answer.audit_path.map(hashOf)
    const root = hashOf(sth.sha256_root_hash)
    expect(proof.length).toBe(30)
    checkInclusion(proof, answer.leaf_index, sth.tree_size, leaf, root)
    for (const bent of spoiled(proof)) {
      refuses(() => checkInclusion(bent, answer.leaf_index, sth.tree_size, leaf, root))
    }
    refuses(() => checkInclusion(proof, answer.leaf_index + 1, sth.tree_size, leaf, root))
  })

  test('the proof from 3654490 leads to the root', () => {
    const { consistency } = vectorJson(`${at}sth-consistency-first-3654490-second-961984011`)
    expect(consistency.length).toBe(subtreeRanges(0, 3_654_490, sth.tree_size).length)
    // The old root is not in the answer: it is what the hashes that lead to the new one say it is.
    const proof: Hash[] = consistency.map(hashOf)
    const wrong = EMPTY_ROOT
    const root = hashOf(sth.sha256_root_hash)
    expect(() => checkConsistency(proof, 3_654_490, wrong, sth.tree_size, root)).toThrow(
      'lead to the subtree',
    )
  })
})

describe('all small trees', () => {
  const leaves = Array.from({ length: 130 }, (_, i) => leafHash(entryAt(i)))
  const tree: Tree = vectorTree(130)
  const roots = Array.from({ length: 131 }, (_, n) => mth(leaves.slice(0, n)))

  test('roots are those of the definition, by every way', async () => {
    for (let n = 0; n <= 130; n++) expect(await rootAt(n, tree.read)).toEqual(roots[n])
  })

  test('every leaf is in every tree, and nothing near its proof is one', async () => {
    for (let n = 1; n <= 130; n++) {
      for (let i = 0; i < n; i++) {
        const proof = await proveInclusion(i, n, tree.read)
        checkInclusion(proof, i, n, leaves[i]!, roots[n]!)
        if (n > 40 && (n + i) % 11 !== 0) continue
        for (const bent of spoiled(proof)) {
          refuses(() => checkInclusion(bent, i, n, leaves[i]!, roots[n]!))
        }
        refuses(() => checkInclusion(proof, i, n, flip(leaves[i]!, i), roots[n]!))
        refuses(() => checkInclusion(proof, i, n, leaves[i]!, flip(roots[n]!, i)))
        refuses(() => checkInclusion(proof, n, n, leaves[i]!, roots[n]!))
        if (i > 0) refuses(() => checkInclusion(proof, i - 1, n, leaves[i]!, roots[n]!))
      }
    }
  })

  test('every tree is a prefix of every larger one, and nothing near its proof shows it', async () => {
    for (let n = 1; n <= 130; n++) {
      for (let m = 0; m <= n; m++) {
        const proof = await proveConsistency(m, n, tree.read)
        checkConsistency(proof, m, roots[m]!, n, roots[n]!)
        if (n > 40 && (n + m) % 11 !== 0) continue
        for (const bent of spoiled(proof)) {
          refuses(() => checkConsistency(bent, m, roots[m]!, n, roots[n]!))
        }
        refuses(() => checkConsistency(proof, m, flip(roots[m]!, m), n, roots[n]!))
        if (m > 0) refuses(() => checkConsistency(proof, m, roots[m]!, n, flip(roots[n]!, m)))
      }
    }
  })

  test('every subtree of every tree to 40', async () => {
    for (let n = 1; n <= 40; n++) {
      for (let start = 0; start < n; start++) {
        for (let end = start + 1; end <= n; end++) {
          let width = 1
          while (width < end - start) width *= 2
          if (start % width !== 0) {
            refuses(() => checkSubtree([], start, end, n, roots[n]!, roots[n]!))
            expect(() => subtreeRanges(start, end, n)).toThrow(RangeError)
            continue
          }
          const part = await subtreeAt(start, end, tree.read)
          expect(part).toEqual(mth(leaves.slice(start, end)))
          const proof = await proveSubtree(start, end, n, tree.read)
          checkSubtree(proof, start, end, n, part, roots[n]!)
          for (const bent of spoiled(proof)) {
            refuses(() => checkSubtree(bent, start, end, n, part, roots[n]!))
          }
        }
      }
    }
  })
})

describe('the empty tree', () => {
  const tree = vectorTree(0)

  test('has nothing to show but its root', async () => {
    const anything = leafHash(entryAt(0))
    expect(await rootAt(0, tree.read)).toEqual(EMPTY_ROOT)
    expect(encodeBase64(EMPTY_ROOT)).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
    checkConsistency([], 0, EMPTY_ROOT, 0, EMPTY_ROOT)
    checkConsistency([], 0, EMPTY_ROOT, 5, anything)
    refuses(() => checkConsistency([], 0, anything, 5, anything))
    refuses(() => checkConsistency([], 0, EMPTY_ROOT, 0, anything))
    refuses(() => checkConsistency([anything], 0, EMPTY_ROOT, 5, anything))
    refuses(() => checkInclusion([], 0, 0, anything, anything))
  })
})

describe('large trees', () => {
  /** A tree in which every complete subtree of a level has the same hash. */
  const same: Hash[] = [leafHash(entryAt(0))]
  for (let level = 1; level < 54; level++) same.push(nodeHash(same[level - 1]!, same[level - 1]!))
  const read = async (ids: readonly { level: number }[]) => ids.map(({ level }) => same[level]!)
  const size = fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER })

  test.prop([size, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })])(
    'proofs hold to 2^53 - 1',
    async (n, where) => {
      const i = Math.floor(n * where)
      const root = await rootAt(n, read)
      const proof = await proveInclusion(i, n, read)
      checkInclusion(proof, i, n, same[0]!, root)
      const before = await proveConsistency(i, n, read)
      checkConsistency(before, i, await rootAt(i, read), n, root)
      refuses(() => checkInclusion(proof.slice(1), i, n, same[0]!, root))
    },
  )

  test.prop([size])('root nodes are the bits of the size, left to right', (n) => {
    const nodes = rootNodes(n)
    expect(nodes.map(({ level }) => 2n ** BigInt(level)).reduce((a, b) => a + b)).toBe(BigInt(n))
    let at = 0n
    for (const { level, index } of nodes) {
      expect(BigInt(index) * 2n ** BigInt(level)).toBe(at)
      at += 2n ** BigInt(level)
    }
  })

  test('a frontier goes on from any size', async () => {
    for (const n of [2 ** 31 - 1, 2 ** 32 - 1, 2 ** 40 - 1, 2 ** 52 + 5]) {
      const nodes = await read(rootNodes(n))
      const frontier = new Frontier(n, nodes)
      expect(frontier.root()).toEqual(await rootAt(n, read))
      const closed = frontier.append(same[0]!)
      expect(frontier.size).toBe(n + 1)
      expect(frontier.root()).toEqual(await rootAt(n + 1, read))
      expect(closed).toEqual(same.slice(0, closed.length))
      expect(frontier.nodes).toEqual(await read(rootNodes(n + 1)))
    }
  })

  test('sizes that are none are refused', () => {
    const h = same[0]!
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 53]) {
      refuses(() => checkInclusion([], 0, bad, h, h))
      refuses(() => checkInclusion([], bad, 5, h, h))
      refuses(() => checkConsistency([], bad, h, 5, h))
      expect(() => subtreeRanges(0, 1, bad)).toThrow(RangeError)
      expect(() => new Frontier(bad)).toThrow(RangeError)
    }
    expect(() => new Frontier(3, [h])).toThrow(RangeError)
    expect(() => subtreeRanges(0, 6, 5)).toThrow(RangeError)
  })
})

describe('hashes', () => {
  test.prop([fc.uint8Array({ maxLength: 200 })])(
    'are those of the standard, prefixes and all',
    (b) => {
      const sha = (...parts: Uint8Array[]) => {
        const state = createHash('sha256')
        for (const part of parts) state.update(part)
        return new Uint8Array(state.digest())
      }
      const leaf = leafHash(b)
      expect(leaf).toEqual(sha(Uint8Array.of(0), b))
      expect(nodeHash(leaf, EMPTY_ROOT)).toEqual(sha(Uint8Array.of(1), leaf, EMPTY_ROOT))
    },
  )

  test('of a range fold from the right', () => {
    const leaves = Array.from({ length: 7 }, (_, i) => leafHash(entryAt(i)))
    const tree = vectorTree(7)
    expect(foldRange(rangeNodes({ start: 0, end: 7 }).map(tree.node))).toEqual(mth(leaves))
    expect(foldRange([])).toEqual(EMPTY_ROOT)
  })
})
