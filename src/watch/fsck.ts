/**
 * A log checked from its public files: every leaf, tile and root, and every entry's legality.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import { formatVKey, type VKey } from '../../keys/vkey.ts'
import { registryOf } from '../accord/party.ts'
import { isRefusal } from '../accord/refusal.ts'
import { ClientError } from '../client/error.ts'
import { Fold } from '../register/fold.ts'
import { formatBundle, parseBundle } from '../tlog/bundle.ts'
import { equal, type Hash } from '../tlog/bytes.ts'
import { type OpenedCheckpoint, openCheckpoint } from '../tlog/checkpoint.ts'
import { TlogError } from '../tlog/error.ts'
import { Frontier, leafHash } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import { openWithPolicy, type Policy } from '../tlog/policy.ts'
import {
  foldTile,
  formatTile,
  formatTilePath,
  levelWidth,
  parseTile,
  parseTilePath,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  tileAt,
} from '../tlog/tile.ts'
import { differ, type FsckReport, type OnProgress, reporting } from './difference.ts'

/** What is checked, and with what. */
export interface TreeToCheck {
  /**
   * The file at a path without a leading slash; null where there is none. What it throws ends the
   * check: whether the log is good could then not be told.
   */
  readonly fetch: (path: string) => Promise<Uint8Array | null>
  /**
   * The paths of all files that are there. Where a storage can tell, partial tiles of earlier sizes
   * are checked too.
   */
  readonly list?: () => Promise<readonly string[]>
  /** The log's keys. */
  readonly vkeys: readonly VKey[]
  /** Where one is given, the checkpoint must have its quorum, and no cosignature that fails. */
  readonly policy?: Policy
  readonly verify: Verify
  readonly onProgress?: OnProgress
}

/**
 * Checks a static tree.
 *
 * @throws {AccordError} `UNKNOWN_LAW`
 */
export async function fsckTree(tree: TreeToCheck): Promise<FsckReport> {
  let size = 0
  const report = await reporting(size, async () => {
    const path = 'checkpoint'
    const bytes = (await fetchedFile(tree, path)) ?? differ('no such file', { path })
    const opened = openSigned(bytes, tree)
    size = opened.checkpoint.size
    const read = (tile: Tile) => fetched(tree, tile)
    const leaves = await readLeaves(opened.checkpoint, read)
    await checkEntries(tree, opened, leaves)
    await checkTiles(leaves.hashes, read)
    await checkEarlier(tree, size)
  })
  return { ...report, size }
}

function openSigned(bytes: Uint8Array, { vkeys, policy, verify }: TreeToCheck): OpenedCheckpoint {
  try {
    if (policy) openWithPolicy(parseNote(bytes), policy, verify)
    return openCheckpoint(bytes, vkeys, verify)
  } catch (e) {
    if (!(e instanceof TlogError)) throw e
    return differ(`the checkpoint does not open: ${e.message}`, { path: 'checkpoint' })
  }
}

/** What the hash tiles say the leaves are. */
export interface Leaves {
  readonly hashes: readonly Hash[]
  /** They make the root that is signed: an entry that is not of them is not what was signed. */
  readonly signed: boolean
}

/** Reads the leaves from the hash tiles of the lowest level. */
export async function readLeaves(
  { size, root }: { readonly size: number; readonly root: Hash },
  read: (tile: Tile) => Promise<Uint8Array>,
): Promise<Leaves> {
  const hashes: Hash[] = []
  const frontier = new Frontier()
  while (hashes.length < size) {
    const tile = tileAt(0, hashes.length / TILE_WIDTH, size)
    for (const hash of parsed(tile, await read(tile))) {
      hashes.push(hash)
      frontier.append(hash)
    }
  }
  return { hashes, signed: equal(frontier.root(), root) }
}

function parsed(tile: Tile, bytes: Uint8Array, width = tile.width): Hash[] {
  try {
    return parseTile(bytes, width)
  } catch (e) {
    if (!(e instanceof TlogError)) throw e
    return differ(`no tile: ${e.message}`, { path: formatTilePath(tile) })
  }
}

/**
 * Holds an entry against its leaf. Comes before any question of law: a copy that is damaged is no
 * registry that logged what its law refuses.
 */
export function checkLeaf(entry: Uint8Array, index: number, { hashes, signed }: Leaves): void {
  if (equal(leafHash(entry), hashes[index]!)) return
  if (signed) differ('its bytes are not what the log signed', { index })
  const path = formatTilePath(tileAt(0, Math.floor(index / TILE_WIDTH), hashes.length))
  differ('not the hashes of what is below', { path })
}

/** Checks that the entries are what is signed, and folds them. */
async function checkEntries(
  tree: TreeToCheck,
  opened: OpenedCheckpoint,
  leaves: Leaves,
): Promise<void> {
  const { size } = opened.checkpoint
  const fold = new Fold(tree.verify)
  for (let done = 0; done < size; ) {
    for (const entry of await fetchedBundle(tree, tileAt('entries', done / TILE_WIDTH, size))) {
      checkLeaf(entry, done, leaves)
      if (leaves.signed) foldLegal(fold, entry, done)
      done++
    }
    tree.onProgress?.(done, size)
  }
  if (!leaves.signed) {
    differ('the entries do not make the root that is signed', { path: 'checkpoint' })
  }
  if (size > 0) checkOwnKeys(fold, opened)
}

/** Takes an entry that the law is to admit. */
export function foldLegal(fold: Fold, entry: Uint8Array, index: number) {
  const folded = fold.next(entry)
  return isRefusal(folded)
    ? differ(`the law refuses it: ${folded.code}: ${folded.detail}`, { index })
    : folded
}

/** The keys that signed are the ones that the log itself names. */
function checkOwnKeys(fold: Fold, { checkpoint, note }: OpenedCheckpoint): void {
  const { origin, keeping, nextKeeping } = registryOf(fold.memory)
  const own = [...keeping.log, ...(nextKeeping?.value.log ?? [])]
  const signed = note.verified.some(({ vkey }) => own.includes(formatVKey(vkey)))
  if (checkpoint.origin !== origin || !signed) {
    differ(`the checkpoint is not signed by a key that the log of ${origin} names`, {
      path: 'checkpoint',
    })
  }
}

async function fetchedBundle(tree: TreeToCheck, tile: Tile): Promise<Uint8Array[]> {
  const { bytes, width } = await fetchedWide(tree, tile)
  try {
    return parseBundle(bytes, width).slice(0, tile.width)
  } catch (e) {
    if (!(e instanceof TlogError)) throw e
    return differ(`no entry bundle: ${e.message}`, { path: formatTilePath(tile) })
  }
}

async function fetched(tree: TreeToCheck, tile: Tile): Promise<Uint8Array> {
  const { bytes, width } = await fetchedWide(tree, tile)
  return width === tile.width ? bytes : formatTile(parsed(tile, bytes, width).slice(0, tile.width))
}

/** A file, as wide as it was found: a partial one may be gone once the full one is there. */
async function fetchedWide(
  tree: TreeToCheck,
  tile: Tile,
): Promise<{ readonly bytes: Uint8Array; readonly width: number }> {
  const path = formatTilePath(tile)
  const own = await fetchedFile(tree, path)
  if (own) return { bytes: own, width: tile.width }
  const full =
    tile.width < TILE_WIDTH
      ? await fetchedFile(tree, formatTilePath({ ...tile, width: TILE_WIDTH }))
      : null
  return full ? { bytes: full, width: TILE_WIDTH } : differ('no such file', { path })
}

async function fetchedFile(tree: TreeToCheck, path: string): Promise<Uint8Array | null> {
  try {
    return await tree.fetch(path)
  } catch (e) {
    if (!(e instanceof ClientError) || e.code !== 'BROKEN') throw e
    return differ(e.message, { path })
  }
}

/** Checks every hash tile of the tree with these leaves, at its final width. */
export async function checkTiles(
  leaves: readonly Hash[],
  read: (tile: Tile) => Promise<Uint8Array>,
): Promise<void> {
  let hashes = leaves
  for (let level = 0; hashes.length > 0; level++) {
    const above: Hash[] = []
    for (let index = 0; index * TILE_WIDTH < hashes.length; index++) {
      const tile = tileAt(level, index, leaves.length)
      const own = hashes.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
      if (!equal(await read(tile), formatTile(own))) {
        differ('not the hashes of what is below', { path: formatTilePath(tile) })
      }
      if (own.length === TILE_WIDTH) above.push(foldTile(own, WHOLE))
    }
    hashes = above
  }
}

/** Checks that each partial tile of an earlier size is how the tile of this size begins. */
async function checkEarlier(tree: TreeToCheck, size: number): Promise<void> {
  const paths = (await tree.list?.()) ?? []
  for (const path of [...paths].sort()) {
    const now = laterTile(path, size)
    if (!now) continue
    const bytes = (await fetchedFile(tree, path)) ?? differ('no such file', { path })
    const { width } = parseTilePath(path)
    const begins =
      now.level === 'entries'
        ? formatBundle((await fetchedBundle(tree, now)).slice(0, width))
        : formatTile(parsed(now, await fetched(tree, now)).slice(0, width))
    if (!equal(bytes, begins)) differ('not how the tile of a later size begins', { path })
  }
}

/**
 * The tile that a file is an earlier part of. None where it is no tile, or the tree's own, or of a
 * larger tree: whoever copies a log writes the checkpoint last.
 */
function laterTile(path: string, size: number): Tile | null {
  try {
    const { level, index, width } = parseTilePath(path)
    if (levelWidth(level, size) <= index * TILE_WIDTH) return null
    const now = tileAt(level, index, size)
    return width < now.width ? now : null
  } catch (e) {
    if (!(e instanceof TlogError)) throw e
    return null
  }
}

/** All of a full tile. */
const WHOLE = { level: 0, index: 0, from: 0, to: 2 ** TILE_HEIGHT }

/** How many hash tiles a tree has. */
export function tileCount(size: number): number {
  let count = 0
  for (let level = 0; levelWidth(level, size) > 0; level++) {
    count += Math.ceil(levelWidth(level, size) / TILE_WIDTH)
  }
  return count
}
