/**
 * ZIP files whose bytes follow from their content alone: no clock, no owner, no order but the given
 * one. Files that others have packed are read, too.
 *
 * See APPNOTE.TXT, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
 *
 * @module
 */
import { type Zippable, zipSync } from 'fflate'
import { concat, fromUtf8 } from '../tlog/bytes.ts'

/** Files by their paths, in order. */
export type Files = ReadonlyMap<string, Uint8Array>

/** A plain file that everybody may read, on a Unix system. */
const UNIX = 3
const MODE = 0o100644

/** The first day that the format can spell, as any wall shows it: no zone has a gap at its noon. */
const FIRST_DAY = new Date(1980, 0, 1, 12)

/** Greatest number of bytes that are unpacked, or read at all. */
export const MOST = 1 << 27

/** The signatures of what an archive is made of, as little-endian numbers. */
const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50

/** Packs files. */
export function formatZip(files: Files): Uint8Array {
  const attributes = { level: 9, os: UNIX, attrs: MODE * 65_536, mtime: FIRST_DAY } as const
  const packed: Zippable = {}
  for (const [path, bytes] of files) packed[path] = [bytes, attributes]
  return zipSync(packed)
}

/** Whether bytes begin as a ZIP file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length > 4 && number(bytes, 0, 4) === LOCAL
}

/** Unpacks files; null where they cannot be, or are too large. Folders have no bytes of their own. */
export async function parseZip(bytes: Uint8Array): Promise<Files | null> {
  try {
    const files = new Map<string, Uint8Array>()
    const entries = readDirectory(bytes)
    if (entries.reduce((sum, { size }) => sum + size, 0) > MOST) return null
    for (const entry of entries) {
      if (!entry.path.endsWith('/')) files.set(entry.path, await unpacked(bytes, entry))
    }
    return files
  } catch {
    return null
  }
}

/** What the central directory says of a file. */
interface Entry {
  readonly path: string
  readonly method: number
  readonly packed: number
  readonly size: number
  /** Where its local header begins. */
  readonly at: number
}

/** @throws {RangeError} */
function readDirectory(bytes: Uint8Array): Entry[] {
  let end = bytes.length - 22
  // Nothing but a comment may follow, which is not longer than its length can say.
  const least = end - 0xffff
  while (number(bytes, end, 4) !== END) demand(--end >= least)
  const entries: Entry[] = []
  let at = number(bytes, end + 16, 4)
  for (let left = number(bytes, end + 10, 2); left > 0; left--) {
    demand(number(bytes, at, 4) === CENTRAL)
    const [name, extra, comment] = [28, 30, 32].map((field) => number(bytes, at + field, 2))
    const path = fromUtf8(bytes.subarray(at + 46, at + 46 + name!))
    demand(path !== null && !entries.some((e) => e.path === path))
    entries.push({
      path: path!,
      method: number(bytes, at + 10, 2),
      packed: number(bytes, at + 20, 4),
      size: number(bytes, at + 24, 4),
      at: number(bytes, at + 42, 4),
    })
    at += 46 + name! + extra! + comment!
  }
  return entries
}

/** @throws {RangeError}, or what the platform throws at a damaged stream */
async function unpacked(bytes: Uint8Array, entry: Entry): Promise<Uint8Array> {
  const { at, packed, size, method } = entry
  demand(number(bytes, at, 4) === LOCAL && (method === 0 || method === 8))
  const from = at + 30 + number(bytes, at + 26, 2) + number(bytes, at + 28, 2)
  demand(from + packed <= bytes.length)
  const data = bytes.slice(from, from + packed)
  const whole = method === 0 ? data : await inflated(data, size)
  demand(whole.length === size)
  return whole
}

/** Never more than `most` bytes and what comes with them at once, whatever the stream holds. */
async function inflated(data: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let total = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concat(...parts)
    total += value.length
    demand(total <= most)
    parts.push(value)
  }
}

/** A little-endian number. @throws {RangeError} where it is not all there */
function number(bytes: Uint8Array, at: number, length: number): number {
  demand(at >= 0 && at + length <= bytes.length)
  let n = 0
  for (let i = length - 1; i >= 0; i--) n = n * 256 + bytes[at + i]!
  return n
}

function demand(holds: boolean): void {
  if (!holds) throw new RangeError('expected a whole ZIP file')
}
