/**
 * Entry bundles: the entries of one tile, each after its length.
 *
 * See https://c2sp.org/tlog-tiles, "Log Entries".
 *
 * @module
 */
import { concat } from './bytes.ts'
import { TlogError } from './error.ts'
import { TILE_WIDTH } from './tile.ts'

/** The longest entry: its length is given in two bytes. */
export const MAX_ENTRY_BYTES = 2 ** 16 - 1

/** The longest bundle. */
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES)

/** Formats a bundle. It is the inverse of {@link parseBundle}. */
export function formatBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > TILE_WIDTH) {
    throw new RangeError(`expected 1 to ${TILE_WIDTH} entries, got ${entries.length}`)
  }
  return concat(...entries.flatMap((entry) => [formatLength(entry.length), entry]))
}

function formatLength(length: number): Uint8Array {
  if (length > MAX_ENTRY_BYTES) {
    throw new RangeError(`expected an entry of at most ${MAX_ENTRY_BYTES} bytes, got ${length}`)
  }
  return Uint8Array.of(length >> 8, length)
}

/**
 * Parses a bundle of a known number of entries.
 *
 * @throws {TlogError} `MALFORMED_BUNDLE`
 */
export function parseBundle(bytes: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length && entries.length < count) {
    const end = at + 2 + ((bytes[at]! << 8) | (bytes[at + 1] ?? 0))
    if (end > bytes.length) throw malformed(`expected ${end} bytes, got ${bytes.length}`)
    entries.push(bytes.slice(at + 2, end))
    at = end
  }
  if (at < bytes.length || entries.length < count) {
    throw malformed(`expected ${count} entries and nothing more`)
  }
  return entries
}

function malformed(message: string): TlogError {
  return new TlogError('MALFORMED_BUNDLE', message)
}
