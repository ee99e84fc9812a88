/**
 * The log as static files.
 *
 * See https://c2sp.org/tlog-tiles.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import { digestOf } from '../accord/text.ts'
import { tileBytes } from '../register/tree.ts'
import { utf8 } from '../tlog/bytes.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { parseNote } from '../tlog/note.ts'
import { levelWidth, parseTilePath, TILE_WIDTH, type Tile } from '../tlog/tile.ts'
import { FOR_EVER } from './caching.ts'
import { RequestError } from './request-error.ts'
import type { Api } from './route.ts'

const PLAIN = 'text/plain; charset=utf-8'

/** Where the files of a log are read. */
export interface TreeSource {
  /** The note of the checkpoint that is public. */
  checkpoint(): Promise<string>
  /** A tile or bundle that a tree of this size has, so wide or wider; null where it is lost. */
  tile(tile: Tile, size: number): Promise<Uint8Array | null>
}

/** Adds `/checkpoint` and `/tile/…`, from the store. */
export function addTree({ app, service }: Api): void {
  addTreeFiles(app, {
    checkpoint: async () => service.depositary.published().note,
    tile: (tile) => tileBytes(service.sql, tile),
  })
}

/** Adds `/checkpoint` and `/tile/…`, from wherever they are kept. */
export function addTreeFiles(app: Hono, source: TreeSource): void {
  app.get('/checkpoint', async (c) => {
    const note = await source.checkpoint()
    const etag = `"${digestOf(utf8(note)).slice('sha256:'.length)}"`
    const headers = { etag, 'cache-control': 'public, max-age=1', 'content-type': PLAIN }
    if (matches(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
    return c.body(note, 200, headers)
  })
  app.get('/tile/*', async (c) => answerTile(c, source, tileOf(c.req.path.slice(1))))
}

function matches(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag) || tags.includes('*')
}

async function answerTile(c: Context, source: TreeSource, tile: Tile): Promise<Response> {
  const { size } = parseCheckpoint(parseNote(await source.checkpoint()).text)
  const bytes = isImplied(tile, size) ? await source.tile(tile, size) : null
  if (!bytes) throw new RequestError('not-found', `the log of ${size} entries has no such tile`)
  const headers = { 'content-type': 'application/octet-stream', 'cache-control': FOR_EVER }
  if (tile.level === 'entries') return answerBundle(c, bytes, headers)
  return answerBytes(c, bytes, headers)
}

/** Entries are text and shrink well; hashes do not. */
async function answerBundle(
  c: Context,
  bytes: Uint8Array,
  headers: Record<string, string>,
): Promise<Response> {
  const vary = { ...headers, vary: 'accept-encoding' }
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(c.req.header('accept-encoding') ?? '')) {
    return answerBytes(c, bytes, vary)
  }
  return answerBytes(c, await gzipped(bytes), { ...vary, 'content-encoding': 'gzip' })
}

function answerBytes(c: Context, bytes: Uint8Array, headers: Record<string, string>): Response {
  return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    ...headers,
    'content-length': String(bytes.length),
  })
}

async function gzipped(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
  const packed = stream.pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(packed).arrayBuffer())
}

function tileOf(path: string): Tile {
  try {
    return parseTilePath(path)
  } catch (cause) {
    throw new RequestError('not-found', `${path} is no tile's path`, { cause })
  }
}

/** Whether a tree of this size has the tile, so wide or wider. */
function isImplied({ level, index, width }: Tile, size: number): boolean {
  return index * TILE_WIDTH + width <= levelWidth(level, size)
}
