/**
 * What the registry costs, as ratios against a bare limit in the same run: `npm run bench`.
 *
 * Every figure is the median of {@link RUNS} runs; the limit is the least that anybody would have to
 * do (hash, verify, commit the same bytes), measured right beside it. Load goes to this process.
 *
 * @module
 */
import { createHash, createPublicKey, verify as cryptoVerify } from 'node:crypto'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import Database from 'better-sqlite3'
import { migrate } from '../db/migrate.ts'
import { openSqlite } from '../db/sqlite.ts'
import { seedSigner } from '../keys/signer.ts'
import { parseSignedText } from '../src/accord/attestation.ts'
import { parseEntry } from '../src/accord/entry.ts'
import { isRefusal } from '../src/accord/refusal.ts'
import { Replay } from '../src/accord/replay.ts'
import { createLog } from '../src/depositary/genesis.ts'
import { openDepositary } from '../src/depositary/open.ts'
import { createApp } from '../src/http/app.ts'
import { nodeVerify, nodeVerifyPool } from '../src/node/fast.ts'
import { filePublication } from '../src/node/publication.ts'
import { utf8 } from '../src/tlog/bytes.ts'
import { leafHash, nodeHash } from '../src/tlog/merkle.ts'
import { company } from '../test/accord/cast.ts'
import { keyOf } from '../test/accord/keys.ts'
import { World } from '../test/accord/kit.ts'

const RUNS = 5
const PARTIES = 256

/** One line of the report: operations a second, ours and the limit's. */
interface Line {
  readonly what: string
  readonly ours: number
  readonly limit: number
  readonly against: string
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** Operations a second of work that does `count` of them. */
async function rate(count: number, work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return (count * 1e9) / Number(process.hrtime.bigint() - start)
}

/** Runs both in turn, several times, so that the machine's moods fall on both. */
async function compare(
  what: string,
  against: string,
  count: number,
  ours: () => unknown,
  limit: () => unknown,
): Promise<Line> {
  const rates: { ours: number[]; limit: number[] } = { ours: [], limit: [] }
  for (let i = 0; i < RUNS; i++) {
    rates.limit.push(await rate(count, limit))
    rates.ours.push(await rate(count, ours))
  }
  return { what, against, ours: median(rates.ours), limit: median(rates.limit) }
}

/** A log in which every party has enrolled, and a first signature of each that is not logged yet. */
function prepare() {
  const world = new World()
  world.add(world.instrument())
  const domains = Array.from({ length: PARTIES }, (_, i) => `p${i}.example`)
  for (const domain of domains) {
    world.join(company(domain, { keys: [keyOf(domain)], threshold: 1, recovery: null }))
  }
  return { world, notes: domains.map((domain) => world.sign(domain)) }
}

const database = (folder: string) => join(folder, 'accord.sqlite')
const checkpoint = (folder: string) => join(folder, 'checkpoint')

const { world, notes } = prepare()
const bodies = notes.map(utf8)
const logSigner = seedSigner(world.log.name, world.log.seed)
const base = await mkdtemp(join(tmpdir(), 'accord-bench-'))
await found(base)

/** Every signature of some notes, by Node's own verifier with its keys made before: the limit. */
function bareVerifications(of: readonly Uint8Array[]): () => void {
  const verifications = of.flatMap((note) => {
    const { text, signatures } = parseSignedText(note)
    return signatures.map((s) => ({ message: utf8(text), signature: s.blob, name: s.name }))
  })
  const keys = new Map(verifications.map(({ name }) => [name, bareKey(name)]))
  return () => {
    const all = verifications.filter(
      (v) => !cryptoVerify(null, v.message, keys.get(v.name)!, v.signature),
    )
    if (all.length > 0) throw new Error(`${all[0]!.name} does not verify`)
  }
}

function bareKey(name: string) {
  const { key } = seedSigner(name, keyOf(name).seed).vkey
  const x = Buffer.from(key).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

async function hashing(): Promise<Line[]> {
  const [left, right] = [leafHash(bodies[0]!), leafHash(bodies[1]!)]
  const both = Buffer.concat([Buffer.of(1), left, right])
  const nodes = () => {
    for (let i = 0; i < 100_000; i++) nodeHash(left, right)
  }
  const bare = () => {
    for (let i = 0; i < 100_000; i++) createHash('sha256').update(both).digest()
  }
  return [
    await compare('hash of an inner node', "Node's SHA-256 of 65 bytes", 100_000, nodes, bare),
  ]
}

async function replaying(): Promise<Line[]> {
  const attestations = world.entries.map((e) => parseEntry(e).attestation)
  const replay = () => {
    const log = new Replay(nodeVerify)
    for (const entry of world.entries) if (isRefusal(log.next(entry))) throw new Error('refused')
  }
  const what = 'replay: an entry judged by the law'
  const limit = bareVerifications(attestations)
  return [await compare(what, 'verifying its signatures', world.entries.length, replay, limit)]
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'accord-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A registry on a real disk. */
async function openRegistry(folder: string) {
  const sql = openSqlite(database(folder))
  const depositary = await openDepositary({
    sql,
    publication: filePublication(checkpoint(folder)),
    signers: [logSigner],
    clerk: seedSigner(world.clerk.name, world.clerk.seed),
    clock: () => world.now,
    verify: nodeVerify,
    verifyAsync: nodeVerifyPool,
  })
  return { sql, depositary }
}

/** Makes a registry that has taken every entry of the world. */
async function found(folder: string): Promise<void> {
  const sql = openSqlite(database(folder))
  await migrate(sql)
  const { attestation, time } = parseEntry(world.entries[0]!)
  await createLog(sql, { attestation, signers: [logSigner], time, verify: nodeVerify })
  sql.close()
  const registry = await openRegistry(folder)
  for (const entry of world.entries.slice(1)) {
    await registry.depositary.submit(parseEntry(entry).attestation)
  }
  await registry.depositary.close()
  registry.sql.close()
}

/** A copy of the registry that was founded. */
async function openCopy(folder: string) {
  await copyFile(database(base), database(folder))
  await copyFile(checkpoint(base), checkpoint(folder))
  return openRegistry(folder)
}

/** Submits every note, so many at a time. */
async function submitAll(submit: (note: Uint8Array) => Promise<unknown>, atOnce: number) {
  const queue = bodies.slice()
  const worker = async () => {
    for (let note = queue.pop(); note; note = queue.pop()) await submit(note)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Commits the same bytes as bare rows, so many in a transaction. */
function bareCommits(folder: string, atOnce: number): void {
  const db = new Database(join(folder, 'bare.sqlite'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('create table entry(idx integer primary key, body blob not null) strict')
  const insert = db.prepare('insert into entry(body) values (?)')
  const some = db.transaction((batch: readonly Uint8Array[]) => {
    for (const body of batch) insert.run(body)
  })
  for (let i = 0; i < bodies.length; i += atOnce) some(bodies.slice(i, i + atOnce))
  db.close()
}

async function submitting(atOnce: number): Promise<Line> {
  const verifications = bareVerifications(bodies)
  const ours: number[] = []
  const limit: number[] = []
  for (let i = 0; i < RUNS; i++) {
    await inFolder(async (folder) => {
      limit.push(
        await rate(bodies.length, () => {
          verifications()
          bareCommits(folder, atOnce)
        }),
      )
      const { sql, depositary } = await openCopy(folder)
      ours.push(await rate(bodies.length, () => submitAll((n) => depositary.submit(n), atOnce)))
      if (depositary.published().size !== world.entries.length + bodies.length)
        throw new Error('lost')
      await depositary.close()
      sql.close()
    })
  }
  const against = `verifying, and committing the bytes ${atOnce} a transaction`
  return {
    what: `submission to receipt, ${atOnce} at once`,
    against,
    ours: median(ours),
    limit: median(limit),
  }
}

async function serving(): Promise<Line[]> {
  return inFolder(async (folder) => {
    const { sql, depositary } = await openCopy(folder)
    const silent = { contentType: '', text: async () => '', request() {}, submission() {} }
    const app = createApp({
      sql,
      depositary,
      clock: () => world.now,
      ticks: () => performance.now(),
      origin: depositary.origin,
      base: 'http://127.0.0.1',
      version: '0.0.0',
      verify: nodeVerify,
      policy: 'quorum none\n',
      assets: new Map(),
      metrics: silent,
      log: () => {},
    })
    const tile = new Uint8Array(await (await app.request('/tile/0/000')).arrayBuffer())
    const ours = await listen(getRequestListener(app.fetch))
    const bare = await listen((_, answer) => answer.end(tile))
    const line = await compare(
      'GET /tile/0/000, 16 at once',
      'node:http answering the same bytes',
      2000,
      () => getAll(`${ours.url}/tile/0/000`),
      () => getAll(`${bare.url}/tile/0/000`),
    )
    ours.close()
    bare.close()
    await depositary.close()
    sql.close()
    return [line]
  })
}

async function listen(listener: Parameters<typeof createServer>[1]) {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => server.closeAllConnections() ?? server.close(),
  }
}

async function getAll(url: string): Promise<void> {
  let left = 2000
  const worker = async () => {
    while (left-- > 0) await (await fetch(url)).arrayBuffer()
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

const lines = [
  ...(await hashing()),
  ...(await replaying()),
  await submitting(1),
  await submitting(32),
  await submitting(256),
  ...(await serving()),
]
console.log(
  `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}; medians of ${RUNS}\n`,
)
console.log('| what | a second | limit | limit is | ratio |\n|---|---|---|---|---|')
for (const { what, ours, limit, against } of lines) {
  const n = (x: number) => Math.round(x).toLocaleString('en')
  console.log(`| ${what} | ${n(ours)} | ${n(limit)} | ${against} | ${(ours / limit).toFixed(2)} |`)
}
await rm(base, { recursive: true })
process.exit(0)
