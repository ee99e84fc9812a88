/**
 * What it costs to copy a log, law included: `npx tsx bench/mirror.ts 100000`.
 *
 * A busy log is made as plain files in a folder, served on loopback, and copied by a process of its
 * own, which says after each tenth how fast that was, how much processor it took, and how much memory
 * it has had at most. `--make SIZE FOLDER` makes the files alone, and `--of FOLDER` copies what was
 * made. The limits are the least that anybody would have to do with the same bytes.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { createHash, createPublicKey, verify as cryptoVerify } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { seedSigner } from '../keys/signer.ts'
import { formatVKey, parseVKey } from '../keys/vkey.ts'
import { parseSignedText } from '../src/accord/attestation.ts'
import { parseEntry } from '../src/accord/entry.ts'
import { nodeVerify, nodeVerifyPool } from '../src/node/fast.ts'
import { openLogFetch } from '../src/node/log-fetch.ts'
import { openMirrorFolder } from '../src/node/mirror-folder.ts'
import { formatBundle, parseBundle } from '../src/tlog/bundle.ts'
import { type Hash, utf8 } from '../src/tlog/bytes.ts'
import { parseCheckpoint, signCheckpoint } from '../src/tlog/checkpoint.ts'
import { leafHash } from '../src/tlog/merkle.ts'
import { formatNote, parseNote } from '../src/tlog/note.ts'
import { parsePolicy } from '../src/tlog/policy.ts'
import { foldTile, formatTile, formatTilePath, TILE_WIDTH, tileAt } from '../src/tlog/tile.ts'
import { mirrorLog } from '../src/watch/mirror.ts'
import { BusyLog } from './busy-log.ts'

/** How many entries the limits are measured with. */
const SAMPLE = 10_000

/** How far a copy is. */
interface Mark {
  readonly size: number
  /** Milliseconds: by the clock, and of the processor. */
  readonly clock: number
  readonly busy: number
}

const [command, ...rest] = process.argv.slice(2)
if (command === '--copy') await copyHere(rest[0]!, rest[1]!, rest[2]!)
else if (command === '--make') await makeLog(Number(rest[0]), rest[1]!)
else if (command === '--of') await measure(rest[0]!)
else {
  await inFolder(async (folder) => {
    await makeLog(Number(command), folder)
    await measure(folder)
  })
}

async function copyHere(url: string, folder: string, vkey: string): Promise<void> {
  const { sql, target, close } = await openMirrorFolder(folder)
  const remote = openLogFetch()
  const policy = parsePolicy(`log ${vkey}\nquorum none\n`)
  const clock = () => Math.floor(Date.now() / 1000)
  let last = markOf(0)
  const onProgress = (size: number, of: number) => {
    if (size - last.size < of / 10 && size < of) return
    const now = markOf(size)
    tell(last, now, statSync(join(folder, 'accord.sqlite')).size)
    last = now
  }
  const fetch = remote.from(url)
  const verifying = { verify: nodeVerify, verifyBeside: nodeVerifyPool }
  await mirrorLog({ sql, target, policy, clock, fetch, ...verifying, onProgress })
  close()
  await remote.close()
}

function markOf(size: number): Mark {
  const { user, system } = process.cpuUsage()
  return { size, clock: performance.now(), busy: (user + system) / 1000 }
}

function tell(from: Mark, to: Mark, disk: number): void {
  const count = to.size - from.size
  const rate = Math.round((count * 1000) / (to.clock - from.clock))
  const busy = ((to.busy - from.busy) / count).toFixed(2)
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  const at = `to ${to.size}: ${rate}/s, ${busy} ms of processor an entry`
  const load = loadavg()[0]!.toFixed(1)
  console.log(`${at}, peak ${peak} MiB, database ${Math.round(disk / 2 ** 20)} MiB, load ${load}`)
}

/** Copies the log in a folder, after the limits of its first entries. */
async function measure(log: string): Promise<void> {
  console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]!.model})`)
  const sample = sampleOf(log)
  for (const [what, rate] of [
    ['SHA-256 of each entry', hashing(sample)],
    ['Ed25519 verification of each signature', verifying(sample)],
    ['SQLite, 256 entries a transaction', await writing(sample)],
  ] as const) {
    console.log(`limit: ${what}: ${Math.round(rate)} entries/s`)
  }
  const server = createServer(async (request, response) => {
    const bytes = await readFile(join(log, request.url ?? '')).catch(() => null)
    response.writeHead(bytes ? 200 : 404).end(bytes)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await inFolder((folder) => copied(url, folder, readFileSync(join(log, 'vkey'), 'utf8')))
  server.close()
}

function copied(url: string, folder: string, vkey: string): Promise<void> {
  const args = ['--import', 'tsx', import.meta.filename, '--copy', url, folder, vkey]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`))))
  })
}

/** Writes a log's files, and its key beside them. */
async function makeLog(size: number, folder: string): Promise<void> {
  const log = new BusyLog()
  /** By level, what is in no tile yet. */
  const open: Hash[][] = [[]]
  const write = (level: number, index: number) => {
    const hashes = open[level]!
    put(folder, formatTilePath({ level, index, width: hashes.length }), formatTile(hashes))
    open[level] = []
    if (hashes.length < TILE_WIDTH) return
    open[level + 1] ??= []
    open[level + 1]!.push(foldTile(hashes, { level: 0, index: 0, from: 0, to: TILE_WIDTH }))
    const above = (index + 1) / TILE_WIDTH
    if (Number.isInteger(above)) write(level + 1, above - 1)
  }
  let entries: Uint8Array[] = []
  let index = 0
  const bundle = () => {
    const path = formatTilePath({ level: 'entries', index, width: entries.length })
    put(folder, path, formatBundle(entries))
    write(0, index++)
    entries = []
  }
  for (const entry of log.entries(size)) {
    entries.push(entry)
    open[0]!.push(leafHash(entry))
    if (entries.length === TILE_WIDTH) bundle()
  }
  if (entries.length > 0) bundle()
  for (let level = 1; level < open.length; level++) {
    if (open[level]!.length > 0) write(level, Math.floor(size / TILE_WIDTH ** (level + 1)))
  }
  const { origin, log: key } = log.speaker
  const signer = seedSigner(key.name, key.seed)
  const checkpoint = { origin, size, root: log.root, extensions: [] }
  put(folder, 'checkpoint', utf8(formatNote(await signCheckpoint(checkpoint, [signer]))))
  put(folder, 'vkey', utf8(formatVKey(signer.vkey)))
}

function put(folder: string, path: string, bytes: Uint8Array): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
}

function sampleOf(log: string): Uint8Array[] {
  const { text } = parseNote(readFileSync(join(log, 'checkpoint'), 'utf8'))
  const size = Math.min(parseCheckpoint(text).size, SAMPLE)
  const entries: Uint8Array[] = []
  for (let index = 0; (index + 1) * TILE_WIDTH <= size; index++) {
    const path = formatTilePath(tileAt('entries', index, size))
    entries.push(...parseBundle(new Uint8Array(readFileSync(join(log, path))), TILE_WIDTH))
  }
  return entries
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
  const signed = entries.map((entry) => parseSignedText(parseEntry(entry).attestation))
  const keys = new Map(signed.flatMap(({ text }) => keysIn(text)))
  const questions = signed.flatMap(({ text, signatures }) => {
    const message = utf8(text)
    return signatures.map(({ id, blob }) => ({ message, blob, key: keys.get(id)! }))
  })
  return rated(entries.length, () => {
    for (const { message, blob, key } of questions) {
      if (!cryptoVerify(null, message, key, blob)) throw new Error('a signature does not verify')
    }
  })
}

/** The keys that a record names, by their ids. */
function keysIn(text: string) {
  return [...text.matchAll(/"vkey": "([^"]+)"/g)].map(([, vkey]) => {
    const { id, key } = parseVKey(vkey!)
    const x = Buffer.from(key).toString('base64url')
    const jwk = { kty: 'OKP', crv: 'Ed25519', x }
    return [id, createPublicKey({ key: jwk, format: 'jwk' })] as const
  })
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
