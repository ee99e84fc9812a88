import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { verify } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { formatBundle } from '../../src/tlog/bundle.ts'
import type { Hash } from '../../src/tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../../src/tlog/checkpoint.ts'
import {
  checkConsistency,
  checkInclusion,
  leafHash,
  type NodeId,
  nodeHash,
  proveConsistency,
  proveInclusion,
  rootAt,
} from '../../src/tlog/merkle.ts'
import { type FetchTile, openReader } from '../../src/tlog/reader.ts'
import { formatTile, formatTilePath, parseTilePath, tilesAt } from '../../src/tlog/tile.ts'
import { entryAt, tileBytes, vectorTree } from './tree.ts'
import { vector, vectorFiles, vectorJson, vectorText } from './vectors.ts'

const logKey = parseVKey(vectorJson('keys.json')['example.com/log'].vkey_0x01)

/** A log in a folder of the vectors. */
function folder(path: string): FetchTile {
  const files = new Set(vectorFiles(path))
  return async (tile) => {
    if (!files.has(tile)) throw new Error(`404 ${tile}`)
    return vector(`${path}/${tile}`)
  }
}

/** A log in memory, of the vectors' entries. */
function served(size: number): Map<string, Uint8Array> {
  const tree = vectorTree(size)
  return new Map(tilesAt(size).map((tile) => [formatTilePath(tile), tileBytes(tree, tile)]))
}

function fetching(files: ReadonlyMap<string, Uint8Array>, log: string[] = []): FetchTile {
  return async (path) => {
    log.push(path)
    const bytes = files.get(path)
    if (!bytes) throw new Error(`404 ${path}`)
    return bytes
  }
}

async function checkpointOf(size: number): Promise<Checkpoint> {
  const root = await rootAt(size, vectorTree(size).read)
  return { origin: 'example.com/log', size, root, extensions: [] }
}

function everyNode(size: number): NodeId[] {
  const ids: NodeId[] = []
  for (let level = 0; 2 ** level <= size; level++) {
    for (let index = 0; (index + 1) * 2 ** level <= size; index++) ids.push({ level, index })
  }
  return ids
}

describe('the six logs', () => {
  test.each([0, 1, 5, 256, 257, 600])('of size %i: every node, every entry', async (size) => {
    const text = vectorText(`log-${size}/checkpoint`)
    const { checkpoint } = openCheckpoint(text, [logKey], verify)
    const reader = openReader(checkpoint, folder(`log-${size}`))
    const tree = vectorTree(size)
    const ids = everyNode(size)
    expect(await reader.readNodes(ids)).toEqual(ids.map(tree.node))
    expect(await rootAt(size, reader.readNodes)).toEqual(checkpoint.root)
    const all = Array.from({ length: size }, (_, i) => entryAt(i))
    expect(await reader.readEntries(0, size)).toEqual(all)
    for (const [from, to] of [
      [0, 1],
      [3, 5],
      [255, 257],
      [200, 600],
    ] as const) {
      if (to <= size) expect(await reader.readEntries(from, to)).toEqual(all.slice(from, to))
    }
  })

  test('proofs made from tiles hold', async () => {
    const { checkpoint } = openCheckpoint(vectorText('log-600/checkpoint'), [logKey], verify)
    const { readNodes } = openReader(checkpoint, folder('log-600'))
    for (let i = 0; i < 600; i += 7) {
      const proof = await proveInclusion(i, 600, readNodes)
      checkInclusion(proof, i, 600, leafHash(entryAt(i)), checkpoint.root)
      const before = await proveConsistency(i, 600, readNodes)
      checkConsistency(before, i, await rootAt(i, readNodes), 600, checkpoint.root)
    }
  })
})

describe('other people’s logs', () => {
  test('Tessera’s, at each of its sizes, from the tiles of that size', async () => {
    const path = 'real/tessera-testdata-log'
    const vkey = parseVKey(
      'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx',
    )
    for (let size = 1; size <= 15; size++) {
      const { checkpoint } = openCheckpoint(
        vectorText(`${path}/checkpoint.${size}`),
        [vkey],
        verify,
      )
      const reader = openReader(checkpoint, folder(path))
      expect((await reader.readEntries(0, size)).length).toBe(size)
    }
  })

  test('Sunlight’s mirror: its tiles lead to its root', async () => {
    const path = 'real/sunlight-mirror'
    const origin = vectorFiles(path)
      .find((file) => file.endsWith('/checkpoint'))!
      .split('/')[0]!
    const vkeys = vectorJson(`${path}/mirror.v0.json`).verifier_keys.map(parseVKey)
    const text = vectorText(`${path}/${origin}/checkpoint`)
    const { checkpoint } = openCheckpoint(text, vkeys, verify)
    expect(checkpoint.size).toBe(300)
    const reader = openReader(checkpoint, folder(`${path}/${origin}`))
    expect((await reader.readNodes(everyNode(300))).length).toBe(everyNode(300).length)
    expect(await rootAt(300, reader.readNodes)).toEqual(checkpoint.root)
  })
})

describe('what is not proven does not come out', () => {
  const files = served(600)
  const bit = fc.record({
    path: fc.constantFrom(...files.keys()),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bit: fc.nat(7),
  })

  test.prop([bit])('a bit changed in any resource is found', async ({ path, at, bit }) => {
    const bent = files.get(path)!.slice()
    bent[Math.floor(at * bent.length)]! ^= 1 << bit
    const reader = openReader(await checkpointOf(600), fetching(new Map(files).set(path, bent)))
    const error = await reader.readEntries(0, 600).catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'TlogError' })
    expect(['INVALID_TILE', 'MALFORMED_BUNDLE']).toContain((error as { code: string }).code)
  })

  test.prop([fc.constantFrom(...files.keys()), fc.constantFrom(...files.keys())])(
    'one resource in place of another is found',
    async (path, other) => {
      fc.pre(path !== other)
      const swapped = new Map(files).set(path, files.get(other)!)
      const reader = openReader(await checkpointOf(600), fetching(swapped))
      await expect(reader.readEntries(0, 600)).rejects.toMatchObject({ name: 'TlogError' })
    },
  )

  test('an honest log under another checkpoint is found, at the first node', async () => {
    const { root } = await checkpointOf(599)
    const reader = openReader({ ...(await checkpointOf(600)), root }, fetching(files))
    await expect(reader.readNodes([{ level: 0, index: 0 }])).rejects.toMatchObject({
      code: 'INVALID_TILE',
    })
  })

  test('whole tiles of another tree are found', async () => {
    const other = new Map(files).set('tile/0/000', files.get('tile/0/001')!)
    const reader = openReader(await checkpointOf(600), fetching(other))
    await expect(reader.readNodes([{ level: 3, index: 4 }])).rejects.toMatchObject({
      code: 'INVALID_TILE',
    })
    expect((await reader.readNodes([{ level: 0, index: 599 }])).length).toBe(1)
  })

  test('what is not there is named, with the reason', async () => {
    const gone = new Map(files)
    gone.delete('tile/0/001')
    const reader = openReader(await checkpointOf(600), fetching(gone))
    const error = await reader.readEntries(300, 301).catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'TILE_UNAVAILABLE',
      message: 'could not fetch tile/0/001',
      cause: { message: '404 tile/0/001' },
    })
    gone.set('tile/0/001', files.get('tile/0/001')!)
    expect(await reader.readEntries(300, 301)).toEqual([entryAt(300)])
  })

  test('what the tree does not have is not asked for', async () => {
    const log: string[] = []
    const reader = openReader(await checkpointOf(600), fetching(files, log))
    for (const id of [
      { level: 0, index: 600 },
      { level: 10, index: 0 },
      { level: 3, index: 75 },
      { level: 0, index: -1 },
      { level: 0.5, index: 1 },
      { level: 0, index: Number.NaN },
    ]) {
      await expect(reader.readNodes([id])).rejects.toThrow(RangeError)
    }
    for (const [from, to] of [
      [0, 601],
      [-1, 1],
      [2, 1],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      await expect(reader.readEntries(from, to)).rejects.toThrow(RangeError)
    }
    expect(log).toEqual([])
  })
})

describe('fetching', () => {
  test('each resource once, and only what is needed', async () => {
    const log: string[] = []
    const reader = openReader(await checkpointOf(600), fetching(served(600), log))
    await reader.readNodes([{ level: 0, index: 7 }])
    expect([...log].sort()).toEqual(['tile/0/000', 'tile/0/002.p/88', 'tile/1/000.p/2'])
    await reader.readNodes(everyNode(600))
    expect([...log].sort()).toEqual([
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/88',
      'tile/1/000.p/2',
    ])
  })

  test('the full tile where the partial one is gone, cut to the checkpoint’s width', async () => {
    const [old, log] = [await checkpointOf(300), [] as string[]]
    const reader = openReader(old, fetching(served(65_537), log))
    const all = Array.from({ length: 300 }, (_, i) => entryAt(i))
    expect(await reader.readEntries(0, 300)).toEqual(all)
    expect(log).toContain('tile/0/001.p/44')
    expect(log).toContain('tile/0/001')
    expect(log).toContain('tile/entries/001')
    expect(log).toContain('tile/1/000')
  })

  test('nothing, for an empty log', async () => {
    const log: string[] = []
    const reader = openReader(await checkpointOf(0), fetching(new Map(), log))
    expect(await reader.readEntries(0, 0)).toEqual([])
    expect(await reader.readNodes([])).toEqual([])
    expect(log).toEqual([])
  })
})

describe('sizes at which the tiles change', () => {
  test.each([255, 256, 257, 65_535, 65_536, 65_537])('%i', async (size) => {
    const checkpoint = await checkpointOf(size)
    const reader = openReader(checkpoint, fetching(served(size)))
    const ids = [0, 1, 254, 255, 256, size - 1]
      .filter((index) => index < size)
      .map((index) => ({ level: 0, index }))
    expect(await reader.readNodes(ids)).toEqual(ids.map(({ index }) => leafHash(entryAt(index))))
    expect(await rootAt(size, reader.readNodes)).toEqual(checkpoint.root)
    expect(await reader.readEntries(size - 1, size)).toEqual([entryAt(size - 1)])
  })

  /** A tree in which every complete subtree of a level has the same hash. */
  const same: Hash[] = [leafHash(entryAt(0))]
  for (let level = 1; level < 54; level++) same.push(nodeHash(same[level - 1]!, same[level - 1]!))
  const readSame = async (ids: readonly NodeId[]) => ids.map(({ level }) => same[level]!)
  const fetchSame: FetchTile = async (path) => {
    const { level, width } = parseTilePath(path)
    if (level === 'entries') return formatBundle(Array.from({ length: width }, () => entryAt(0)))
    return formatTile(Array.from({ length: width }, () => same[8 * level]!))
  }

  test.prop([fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.nat(1_000_000)], { numRuns: 25 })(
    'to 2^53 - 1',
    async (size, where) => {
      const root = await rootAt(size, readSame)
      const reader = openReader({ origin: 'o', size, root, extensions: [] }, fetchSame)
      const index = Math.floor((size - 1) * (where / 1_000_000))
      const proof = await proveInclusion(index, size, reader.readNodes)
      checkInclusion(proof, index, size, same[0]!, root)
      expect(await reader.readEntries(index, index + 1)).toEqual([entryAt(0)])
    },
  )
})
