/**
 * A log checked from its public files: every leaf, tile and root, and every entry's legality.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import { formatVKey, type VKey } from '../../keys/vkey.ts'
import { registryOf } from '../accord/party.ts'
import { isRefusal } from '../accord/refusal.ts'
import { Fold } from '../register/fold.ts'
import { parseBundle } from '../tlog/bundle.ts'
import { equal, type Hash } from '../tlog/bytes.ts'
import { type OpenedCheckpoint, openCheckpoint } from '../tlog/checkpoint.ts'
import { TlogError } from '../tlog/error.ts'
import { leafHash } from '../tlog/merkle.ts'
import {
  foldTile,
  formatTile,
  formatTilePath,
  levelWidth,
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
  /** The log's keys. */
  readonly vkeys: readonly VKey[]
  readonly verify: Verify
  readonly onProgress?: OnProgress
}

/**
 * Checks a static tree.
 *
 * @throws {AccordError} `UNKNOWN_LAW`
 */
export async function fsckTree(tree: TreeToCheck): Promise<FsckReport> {
  const bytes = await tree.fetch('checkpoint')
  if (!bytes)
    return { ok: false, size: 0, difference: { what: 'no such file', path: 'checkpoint' } }
  let size = 0
  const report = await reporting(size, async () => {
    const opened = openSigned(bytes, tree)
    size = opened.checkpoint.size
    const leaves = await checkEntries(tree, opened)
    await checkTiles(leaves, (tile) => fetched(tree, tile))
  })
  return { ...report, size }
}

function openSigned(bytes: Uint8Array, { vkeys, verify }: TreeToCheck): OpenedCheckpoint {
  try {
    return openCheckpoint(bytes, vkeys, verify)
  } catch (e) {
    if (!(e instanceof TlogError)) throw e
    return differ(`the checkpoint does not open: ${e.message}`, { path: 'checkpoint' })
  }
}

/** Folds all entries up to the checkpoint's root. @returns the leaf hashes */
async function checkEntries(tree: TreeToCheck, opened: OpenedCheckpoint): Promise<Hash[]> {
  const { size, root } = opened.checkpoint
  const fold = new Fold(tree.verify)
  const leaves: Hash[] = []
  while (leaves.length < size) {
    const tile = tileAt('entries', leaves.length / TILE_WIDTH, size)
    for (const entry of await fetchedBundle(tree, tile)) {
      foldLegal(fold, entry, leaves.length)
      leaves.push(leafHash(entry))
    }
    tree.onProgress?.(leaves.length, size)
  }
  if (!equal(fold.rootAt(size)!, root)) {
    differ('the entries do not make the root that is signed', { path: 'checkpoint' })
  }
  if (size > 0) checkOwnKeys(fold, opened)
  return leaves
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
  const bytes = await fetched(tree, tile)
  try {
    return parseBundle(bytes, tile.width)
  } catch (e) {
    if (!(e instanceof TlogError)) throw e
    return differ(`no entry bundle: ${e.message}`, { path: formatTilePath(tile) })
  }
}

async function fetched(tree: TreeToCheck, tile: Tile): Promise<Uint8Array> {
  const path = formatTilePath(tile)
  return (await tree.fetch(path)) ?? differ('no such file', { path })
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
