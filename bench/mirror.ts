/**
 * What it costs to copy a log, law included: `npx tsx bench/mirror.ts 20000 100000`.
 *
 * For each size a log of companies that are checked, enrol and sign is served as plain files on
 * loopback, and copied by a process of its own, whose peak memory is that of the copying alone. The
 * limits are the least that anybody would have to do with the same bytes.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { createHash, createPublicKey, verify as cryptoVerify } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { seedSigner } from '../keys/signer.ts'
import { parseVKey } from '../keys/vkey.ts'
import { parseSignedText } from '../src/accord/attestation.ts'
import { parseEntry } from '../src/accord/entry.ts'
import { nodeVerify } from '../src/node/fast.ts'
import { openLogFetch } from '../src/node/log-fetch.ts'
import { openMirrorFolder } from '../src/node/mirror-folder.ts'
import { formatBundle } from '../src/tlog/bundle.ts'
import { type Hash, utf8 } from '../src/tlog/bytes.ts'
import { signCheckpoint } from '../src/tlog/checkpoint.ts'
import { Frontier, leafHash } from '../src/tlog/merkle.ts'
import { formatNote } from '../src/tlog/note.ts'
import { parsePolicy } from '../src/tlog/policy.ts'
import { foldTile, formatTile, formatTilePath, tileAt } from '../src/tlog/tile.ts'
import { mirrorLog } from '../src/watch/mirror.ts'
import { keyOf } from '../test/accord/keys.ts'
import type { World } from '../test/accord/kit.ts'
import { longWorld } from '../test/watch/long-log.ts'

const run = promisify(execFile)
/** How many entries the limits are measured with. */
const SAMPLE = 10_000

/** What a copying process says at its end. */
interface Copied {
  readonly seconds: number
  /** KiB. */
  readonly peak: number
}

if (process.argv[2] === '--copy') await copyHere(process.argv.slice(3))
else await compareSizes(process.argv.slice(2).map(Number))

async function copyHere([url, folder, vkey]: string[]): Promise<void> {
  const { sql, target, close } = await openMirrorFolder(folder!)
  const remote = openLogFetch()
  const policy = parsePolicy(`log ${vkey}\nquorum none\n`)
  const clock = () => Math.floor(Date.now() / 1000)
  const start = performance.now()
  await mirrorLog({ sql, target, policy, clock, fetch: remote.from(url!), verify: nodeVerify })
  const seconds = (performance.now() - start) / 1000
  close()
  await remote.close()
  const copied: Copied = { seconds, peak: process.resourceUsage().maxRSS }
  process.stdout.write(JSON.stringify(copied))
}

async function compareSizes(sizes: readonly number[]): Promise<void> {
  const largest = Math.max(...sizes)
  const world = longWorld(largest)
  console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]!.model})`)
  const sample = world.entries.slice(0, SAMPLE)
  for (const [what, rate] of [
    ['SHA-256 of each entry', hashing(sample)],
    ['Ed25519 verification of each signature', verifying(sample)],
    ['SQLite, 256 entries a transaction', await writing(sample)],
  ] as const) {
    console.log(`limit: ${what}: ${Math.round(rate)} entries/s`)
  }
  for (const size of sizes) {
    const { seconds, peak } = await copied(world, size)
    const rate = Math.round(size / seconds)
    console.log(`${size} entries: ${rate}/s, peak ${Math.round(peak / 1024)} MiB`)
  }
}

async function copied(world: World, size: number): Promise<Copied> {
  const files = await filesOf(world, size)
  const server = createServer((request, response) => {
    const bytes = files.get((request.url ?? '').slice(1))?.()
    response.writeHead(bytes ? 200 : 404).end(bytes)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return inFolder(async (folder) => {
    const args = ['--import', 'tsx', import.meta.filename, '--copy', url, folder, world.log.vkey]
    const { stdout } = await run(process.execPath, args)
    server.close()
    return JSON.parse(stdout) as Copied
  })
}

/** A log's files by path, each made when it is asked for. */
async function filesOf(world: World, size: number): Promise<Map<string, () => Uint8Array>> {
  const files = new Map<string, () => Uint8Array>()
  const entries = world.entries.slice(0, size)
  const leaves = entries.map(leafHash)
  const frontier = new Frontier()
  for (const leaf of leaves) frontier.append(leaf)
  let hashes: readonly Hash[] = leaves
  for (let level = 0; hashes.length > 0; level++) {
    const above: Hash[] = []
    for (let index = 0; index * 256 < hashes.length; index++) {
      const own = hashes.slice(index * 256, index * 256 + 256)
      files.set(formatTilePath(tileAt(level, index, size)), () => formatTile(own))
      if (own.length === 256) above.push(foldTile(own, { level: 0, index: 0, from: 0, to: 256 }))
    }
    hashes = above
  }
  for (let index = 0; index * 256 < size; index++) {
    const own = entries.slice(index * 256, index * 256 + 256)
    files.set(formatTilePath(tileAt('entries', index, size)), () => formatBundle(own))
  }
  const checkpoint = { origin: world.origin, size, root: frontier.root(), extensions: [] }
  const signer = seedSigner(world.log.name, world.log.seed)
  const note = utf8(formatNote(await signCheckpoint(checkpoint, [signer])))
  return files.set('checkpoint', () => note)
}

/** Entries a second. */
function rated(count: number, work: () => void): number {
  const start = performance.now()
  work()
  return (count * 1000) / (performance.now() - start)
}

function hashing(entries: readonly Uint8Array[]): number {
  return rated(entries.length, () => {
    for (const entry of entries) createHash('sha256').update(entry).digest()
  })
}

/** By Node's own verifier, with its keys made before. */
function verifying(entries: readonly Uint8Array[]): number {
  const keys = new Map<string, ReturnType<typeof createPublicKey>>()
  const questions = entries.flatMap((entry) => {
    const { text, signatures } = parseSignedText(parseEntry(entry).attestation)
    const message = utf8(text)
    return signatures.map(({ name, blob }) => {
      if (!keys.has(name)) keys.set(name, bareKey(name))
      return { message, blob, key: keys.get(name)! }
    })
  })
  return rated(entries.length, () => {
    for (const { message, blob, key } of questions) {
      if (!cryptoVerify(null, message, key, blob)) throw new Error('a signature does not verify')
    }
  })
}

function bareKey(name: string) {
  const { key } = parseVKey(keyOf(name).vkey)
  const x = Buffer.from(key).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

function writing(entries: readonly Uint8Array[]): Promise<number> {
  return inFolder(async (folder) => {
    const db = new Database(join(folder, 'bare.sqlite'))
    db.pragma('journal_mode = wal')
    db.pragma('synchronous = full')
    db.exec('create table entry (idx integer primary key, body blob not null) strict')
    const insert = db.prepare('insert into entry values (?, ?)')
    const batch = db.transaction((from: number) => {
      for (let i = from; i < Math.min(from + 256, entries.length); i++) insert.run(i, entries[i])
    })
    const rate = rated(entries.length, () => {
      for (let from = 0; from < entries.length; from += 256) batch(from)
    })
    db.close()
    return rate
  })
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'accord-mirror-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
