import { createHash } from 'node:crypto'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  formatBundle,
  MAX_BUNDLE_BYTES,
  MAX_ENTRY_BYTES,
  parseBundle,
} from '../../src/tlog/bundle.ts'
import { concat, hash } from '../../src/tlog/bytes.ts'
import { TlogError } from '../../src/tlog/error.ts'
import { leafHash, type NodeId } from '../../src/tlog/merkle.ts'
import {
  foldTile,
  formatTile,
  formatTilePath,
  newTiles,
  nodeInTile,
  parseTile,
  parseTilePath,
  type Tile,
  tileAt,
  tilesAt,
} from '../../src/tlog/tile.ts'
import { entryAt, tileBytes, vectorTree } from './tree.ts'
import { vectorJson } from './vectors.ts'

/** Where golang.org/x/mod's `ParseTilePath` answers otherwise, and why we do not follow. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'tile/64/000': 'the levels of tlog-tiles end at 63',
  'tile/0/x009/x223/x372/x036/x854/x775/807': 'no log we read has 2^53 entries',
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('paths', () => {
  const vectors = vectorJson('tile-paths.json')

  test.each(vectors.format as (Tile & { path: string })[])('$path', ({ path, ...tile }) => {
    expect(formatTilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  test('all 27 texts', () => {
    expect(vectors.parse.length).toBe(27)
    for (const c of vectors.parse) {
      const theirs = c.x_mod_parse_tile_path === 'ok'
      const ours = c.path in DIFFERENT ? !theirs : theirs
      if (ours) expect(formatTilePath(parseTilePath(c.path))).toBe(c.path)
      else expect(() => parseTilePath(c.path), c.path).toThrow(TlogError)
    }
    for (const path of Object.keys(DIFFERENT)) {
      expect(vectors.parse.map((c: { path: string }) => c.path)).toContain(path)
    }
  })

  const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }))
  const tile = fc.record({
    level,
    index: fc.oneof(fc.maxSafeNat(), fc.nat(2_000_000)),
    width: fc.integer({ min: 1, max: 256 }),
  })

  test.prop([tile])('are read back as they were written', (t) => {
    expect(parseTilePath(formatTilePath(t))).toEqual(t)
  })

  test.prop([tile, fc.nat(), fc.constantFrom('', '0', '00', 'x', '/', '.p/7', '9', ' ', '\n')])(
    'have one spelling; anything else is refused by name',
    (t, at, piece) => {
      const path = formatTilePath(t)
      const i = at % (path.length + 1)
      for (const cut of [0, 1]) {
        const other = path.slice(0, i) + piece + path.slice(i + cut)
        try {
          expect(formatTilePath(parseTilePath(other))).toBe(other)
        } catch (e) {
          expect(e).toMatchObject({ name: 'TlogError', code: 'MALFORMED_TILE' })
        }
      }
    },
  )

  test('that name no tile are not written', () => {
    const t = { level: 0, index: 0, width: 1 }
    for (const bad of [
      { ...t, level: 64 },
      { ...t, level: -1 },
      { ...t, index: -1 },
      { ...t, index: 2 ** 53 },
      { ...t, width: 0 },
      { ...t, width: 257 },
      { ...t, width: 1.5 },
    ]) {
      expect(() => formatTilePath(bad)).toThrow(RangeError)
    }
  })
})

describe('manifests', () => {
  const tree = vectorTree(70_000)
  const manifests: Record<string, Record<string, string>> = vectorJson('tile-manifest.json')

  test('all 12 of them are here', () => {
    expect(Object.keys(manifests).length).toBe(12)
  })

  test.each(Object.keys(manifests).map(Number))(
    'of size %i: every resource, to the byte',
    (size) => {
      const made = tilesAt(size).map((tile) => {
        const bytes = tileBytes(tree, tile)
        return [formatTilePath(tile), `${bytes.length} ${sha256(bytes)}`] as const
      })
      expect(Object.fromEntries(made)).toEqual(manifests[size])
      expect(made.length).toBe(Object.keys(manifests[size]!).length)
    },
  )
})

describe('growing', () => {
  const paths = (tiles: readonly Tile[]) => tiles.map(formatTilePath)

  test.each([
    [0, 0, []],
    [0, 1, ['tile/0/000.p/1', 'tile/entries/000.p/1']],
    [5, 5, []],
    [255, 256, ['tile/0/000', 'tile/1/000.p/1', 'tile/entries/000']],
    [256, 257, ['tile/0/001.p/1', 'tile/entries/001.p/1']],
    [65_535, 65_536, ['tile/0/255', 'tile/1/000', 'tile/2/000.p/1', 'tile/entries/255']],
    [65_536, 65_537, ['tile/0/256.p/1', 'tile/entries/256.p/1']],
    [
      65_535,
      65_537,
      [
        'tile/0/255',
        'tile/0/256.p/1',
        'tile/1/000',
        'tile/2/000.p/1',
        'tile/entries/255',
        'tile/entries/256.p/1',
      ],
    ],
    [
      2 ** 40 - 1,
      2 ** 40,
      [
        'tile/0/x004/x294/x967/295',
        'tile/1/x016/x777/215',
        'tile/2/x065/535',
        'tile/3/255',
        'tile/4/000',
        'tile/5/000.p/1',
        'tile/entries/x004/x294/x967/295',
      ],
    ],
  ])('from %i to %i', (from, to, expected) => {
    expect(paths(newTiles(from, to))).toEqual(expected)
  })

  test.prop([fc.nat(70_000), fc.nat(70_000)])(
    'writes what is new, and nothing that was',
    (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const before = new Set(paths(tilesAt(from)))
      const after = paths(tilesAt(to))
      expect(paths(newTiles(from, to))).toEqual(after.filter((path) => !before.has(path)))
    },
  )

  test('a log does not shrink', () => {
    for (const [from, to] of [
      [2, 1],
      [-1, 1],
      [0, 1.5],
      [0, 2 ** 53],
    ] as const) {
      expect(() => newTiles(from, to)).toThrow(RangeError)
    }
    expect(() => tileAt(0, 1, 256)).toThrow(RangeError)
    expect(() => tileAt(1, 0, 255)).toThrow(RangeError)
    expect(tileAt(0, 0, 255)).toEqual({ level: 0, index: 0, width: 255 })
  })
})

describe('nodes in tiles', () => {
  const tree = vectorTree(70_000)

  test.prop([fc.nat(16), fc.nat(69_999)])('a node is the root of its place', (level, leaf) => {
    const id: NodeId = { level, index: Math.floor(leaf / 2 ** level) }
    fc.pre((id.index + 1) * 2 ** level <= tree.size)
    const place = nodeInTile(id)
    const tile = tileAt(place.level, place.index, tree.size)
    const hashes = parseTile(tileBytes(tree, tile), tile.width)
    expect(foldTile(hashes, place)).toEqual(tree.node(id))
  })

  test('beyond 2^31', () => {
    expect(nodeInTile({ level: 0, index: 2 ** 52 + 300 })).toEqual({
      level: 0,
      index: 2 ** 44 + 1,
      from: 44,
      to: 45,
    })
    expect(nodeInTile({ level: 39, index: 2 ** 13 - 1 })).toEqual({
      level: 4,
      index: 4095,
      from: 128,
      to: 256,
    })
  })

  test('that are not all there are not folded', () => {
    const one = [leafHash(entryAt(0))]
    expect(() => foldTile(one, nodeInTile({ level: 1, index: 0 }))).toThrow(RangeError)
  })
})

describe('hash tiles', () => {
  test.prop([
    fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hash), { minLength: 1 }),
  ])('are read back as they were written', (hashes) => {
    const bytes = formatTile(hashes)
    expect(parseTile(bytes, hashes.length)).toEqual(hashes)
    expect(() => parseTile(bytes, hashes.length + 1)).toThrow(TlogError)
    expect(() => parseTile(bytes.subarray(1), hashes.length)).toThrow(TlogError)
  })

  test('hold 1 to 256 hashes', () => {
    const one = leafHash(entryAt(0))
    expect(() => formatTile([])).toThrow(RangeError)
    expect(() => formatTile(Array.from({ length: 257 }, () => one))).toThrow(RangeError)
  })
})

describe('entry bundles', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 256 })

  test.prop([entries])('are read back as they were written', (e) => {
    expect(parseBundle(formatBundle(e), e.length)).toEqual(e)
  })

  test.prop([fc.uint8Array(), fc.integer({ min: 1, max: 256 })])(
    'have one spelling; anything else is refused by name',
    (bytes, count) => {
      try {
        expect(formatBundle(parseBundle(bytes, count))).toEqual(bytes)
      } catch (e) {
        expect(e).toMatchObject({ name: 'TlogError', code: 'MALFORMED_BUNDLE' })
      }
    },
  )

  test.prop([entries])('cut short, or with a byte too many, are refused', (e) => {
    const bytes = formatBundle(e)
    const refused = expect.objectContaining({ code: 'MALFORMED_BUNDLE' })
    expect(() => parseBundle(bytes.subarray(0, -1), e.length)).toThrow(refused)
    expect(() => parseBundle(concat(bytes, new Uint8Array(1)), e.length)).toThrow(refused)
    expect(() => parseBundle(concat(bytes, new Uint8Array(2)), e.length)).toThrow(refused)
    expect(() => parseBundle(bytes, e.length + 1)).toThrow(refused)
  })

  test('entries have up to 65,535 bytes', () => {
    const longest = new Uint8Array(MAX_ENTRY_BYTES).fill(1)
    expect(parseBundle(formatBundle([longest]), 1)).toEqual([longest])
    expect(() => formatBundle([new Uint8Array(MAX_ENTRY_BYTES + 1)])).toThrow(RangeError)
    expect(() => formatBundle([])).toThrow(RangeError)
    expect(MAX_BUNDLE_BYTES).toBe(16_777_472)
  })
})
