import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Sqlite } from '../../db/sqlite.ts'
import { seedSigner } from '../../keys/signer.ts'
import { formatBundle, parseBundle } from '../../src/tlog/bundle.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { EMPTY_ROOT } from '../../src/tlog/merkle.ts'
import { formatNote } from '../../src/tlog/note.ts'
import type { World } from '../accord/kit.ts'
import { Stage } from '../cli/script.ts'
import { copyOf, policyOf, WITNESSES, witnessedPolicyOf } from '../client/copy.ts'
import { openHouse } from '../depositary/house.ts'
import { story } from '../depositary/story.ts'
import { LogServer } from './log-server.ts'
import { longWorld, sourceOf } from './long-log.ts'

const SIZE = 600
const folder = mkdtempSync(join(tmpdir(), 'accord-hostile-'))
const stage = new Stage(folder, 0)
let world: World
let files: ReadonlyMap<string, Uint8Array>

beforeAll(async () => {
  world = longWorld(SIZE)
  const witnessed = WITNESSES.slice(0, 2).map((w) => [w, world.now] as const)
  files = (await copyOf(sourceOf(world), SIZE, witnessed)).files
  writeFileSync(join(folder, 'policy'), witnessedPolicyOf(world))
  writeFileSync(join(folder, 'bare'), policyOf(world))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function serving(over: ReadonlyMap<string, Uint8Array | null> = new Map()) {
  const server = await new LogServer().start()
  server.replace(files)
  for (const [path, bytes] of over) {
    if (bytes) server.files.set(path, bytes)
    else server.files.delete(path)
  }
  return server
}

interface Verdict {
  readonly exit: number
  readonly difference?: { readonly what: string; readonly path?: string; readonly index?: number }
}

async function fsck(server: LogServer, policy = 'policy'): Promise<Verdict> {
  const { out } = await stage.accord(['fsck', server.url, '--policy', policy, '--json'])
  return JSON.parse(out) as Verdict
}

test('a log of 600 entries is good', async () => {
  expect([...files.keys()]).toHaveLength(8)
  expect(await fsck(await serving())).toMatchObject({ exit: 0, size: SIZE, difference: null })
})

/** How many bits of each file are flipped: in a long run `SOAK`, or all there are where those are fewer. */
const FLIPS = Number(process.env['SOAK'] ?? 4)

/** Bits from the first to the last of a file, by their number, evenly apart. */
function bitsIn(length: number): number[] {
  const last = length * 8 - 1
  const count = Math.min(FLIPS, last + 1)
  return Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1)))
}

describe('a bit that is flipped is noticed', () => {
  const PATHS = [
    'checkpoint',
    'tile/0/000',
    'tile/0/001',
    'tile/0/002.p/88',
    'tile/1/000.p/2',
    'tile/entries/000',
    'tile/entries/001',
    'tile/entries/002.p/88',
  ]

  test.each(PATHS)(
    'in %s',
    async (path) => {
      const server = await serving()
      const bytes = files.get(path)!
      for (const bit of bitsIn(bytes.length)) {
        const flipped = bytes.slice()
        flipped[Math.floor(bit / 8)]! ^= 1 << (bit % 8)
        server.files.set(path, flipped)
        const { exit, difference } = await fsck(server)
        expect([path, bit, exit]).toEqual([path, bit, 1])
        expect(difference!.index ?? difference!.path).toBeDefined()
      }
    },
    process.env['SOAK'] ? 0 : 20_000,
  )

  test('in every byte of the checkpoint, its cosignatures among them', async () => {
    const server = await serving()
    const bytes = files.get('checkpoint')!
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice()
      flipped[at]! ^= 1 << (at % 8)
      server.files.set('checkpoint', flipped)
      const found = { exit: 1, difference: { path: 'checkpoint' } }
      expect([at, await fsck(server)]).toMatchObject([at, found])
    }
  })
})

test('a bit that is flipped in a partial tile of an earlier size is noticed in a folder', async () => {
  const tree = join(folder, 'tree')
  const write = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), bytes)
  }
  const check = async () => {
    const { out } = await stage.accord(['fsck', 'tree', '--policy', 'policy', '--json'])
    return JSON.parse(out) as Verdict
  }
  const earlier = await Promise.all(
    [44, 300, 599].map(async (size) => (await copyOf(sourceOf(world), size)).files),
  )
  for (const copy of [...earlier, files]) for (const [path, bytes] of copy) write(path, bytes)
  expect(await check()).toMatchObject({ exit: 0 })
  // No part of the log: what a copy was writing as it was killed, and what is further than the checkpoint.
  write('tile/0/001.tmp', utf8('half'))
  for (const path of ['tile/0/002', 'tile/0/003.p/1', 'tile/2/000.p/1']) write(path, utf8('ahead'))
  expect(await check()).toMatchObject({ exit: 0 })
  const partial = new Map(earlier.flatMap((copy) => [...copy]).filter(([p]) => p.includes('.p/')))
  expect([...partial.keys()].sort()).toEqual([
    'tile/0/000.p/44',
    'tile/0/001.p/44',
    'tile/0/002.p/87',
    'tile/1/000.p/1',
    'tile/1/000.p/2',
    'tile/entries/000.p/44',
    'tile/entries/001.p/44',
    'tile/entries/002.p/87',
  ])
  partial.delete('tile/1/000.p/2')
  for (const [path, bytes] of partial) {
    for (const bit of bitsIn(bytes.length)) {
      const flipped = bytes.slice()
      flipped[Math.floor(bit / 8)]! ^= 1 << (bit % 8)
      write(path, flipped)
      expect(await check()).toMatchObject({ exit: 1, difference: { path } })
    }
    write(path, bytes.subarray(1))
    expect(await check()).toMatchObject({ exit: 1, difference: { path } })
    write(path, bytes)
  }
})

test('a folder with the checkpoint of an empty log is good', async () => {
  mkdirSync(join(folder, 'empty'))
  const { origin, log } = world
  const checkpoint = { origin, size: 0, root: EMPTY_ROOT, extensions: [] }
  const note = await signCheckpoint(checkpoint, [seedSigner(log.name, log.seed)])
  writeFileSync(join(folder, 'empty', 'checkpoint'), formatNote(note))
  const { exit, err } = await stage.accord(['fsck', 'empty', '--policy', 'bare'])
  expect([exit, err]).toEqual([0, ''])
})

test('a file that is gone, emptied or another is named', async () => {
  for (const path of files.keys()) {
    const gone = await fsck(await serving(new Map([[path, null]])))
    expect(gone).toMatchObject({ exit: 1, difference: { path, what: 'no such file' } })
    expect(await fsck(await serving(new Map([[path, new Uint8Array()]])))).toMatchObject({
      exit: 1,
      difference: { path },
    })
  }
  const swaps = [
    ['tile/0/000', 'tile/0/001', { path: 'tile/0/000' }],
    ['tile/entries/000', 'tile/entries/001', { index: 0 }],
    ['tile/0/000', 'tile/entries/000', { path: 'tile/0/000' }],
  ] as const
  for (const [a, b, difference] of swaps) {
    const [one, other] = [files.get(a)!, files.get(b)!]
    const server = await serving(
      new Map([
        [a, other],
        [b, one],
      ]),
    )
    expect([a, b, await fsck(server)]).toMatchObject([a, b, { exit: 1, difference }])
  }
})

test('entries in another order are named by the first', async () => {
  const entries = [...parseBundle(files.get('tile/entries/001')!, 256)]
  ;[entries[3], entries[4]] = [entries[4]!, entries[3]!]
  const verdict = await fsck(await serving(new Map([['tile/entries/001', formatBundle(entries)]])))
  expect(verdict).toMatchObject({ exit: 1, difference: { index: 259 } })
})

test('a tree that was signed again over an entry changed is caught by the law', async () => {
  const entries = world.entries.map((entry) => entry.slice())
  // The last byte of a signature's base64 that carries bits.
  entries[400]![entries[400]!.length - 6]! ^= 1
  const server = await new LogServer().start()
  server.replace((await copyOf(sourceOf(world, entries), SIZE)).files)
  const verdict = await fsck(server, 'bare')
  expect(verdict).toMatchObject({ exit: 1, difference: { index: 400 } })
  expect(verdict.difference!.what).toContain('the law refuses it')
})

test('an entry that the law forbids is named, though the log signed it', async () => {
  const entries = world.entries.slice()
  entries.splice(450, 0, entries[449]!)
  const server = await new LogServer().start()
  server.replace((await copyOf(sourceOf(world, entries))).files)
  const { exit, difference } = await fsck(server, 'bare')
  expect([exit, difference!.index]).toEqual([1, 450])
})

test('a checkpoint signed anew over a root of nothing names the checkpoint', async () => {
  const { origin, log } = world
  const checkpoint = { origin, size: SIZE, root: world.replay.rootAt(599)!, extensions: [] }
  const note = formatNote(await signCheckpoint(checkpoint, [seedSigner(log.name, log.seed)]))
  const server = await serving(new Map([['checkpoint', utf8(note)]]))
  expect(await fsck(server, 'bare')).toMatchObject({ exit: 1, difference: { path: 'checkpoint' } })
})

test('a file that cannot be so long is wrong, and not waited for', async () => {
  const server = await serving()
  const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20))
  for (const path of ['checkpoint', 'tile/0/001', 'tile/entries/001']) {
    server.lies.set(path, (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    expect(await fsck(server)).toMatchObject({ exit: 1, difference: { path } })
    server.lies.clear()
  }
})

test('a database is good, is not, or cannot be told', async () => {
  const file = join(folder, 'accord.sqlite')
  const house = await openHouse()
  await house.addAll(story(house.world))
  await (house.sql as Sqlite).backup(file)
  await house.depositary.close()
  const check = () => stage.accord(['fsck', '--db', file])
  expect(await check()).toMatchObject({ exit: 0, err: '' })
  const sound = readFileSync(file)
  writeFileSync(file, sound.subarray(0, sound.length - 4096))
  expect(await check()).toMatchObject({ exit: 1, out: expect.stringContaining('damaged') })
  writeFileSync(file, '')
  expect(await check()).toMatchObject({ exit: 1, out: expect.stringContaining('empty') })
  expect(readFileSync(file).length).toBe(0)
  writeFileSync(file, sound)
  const db = new Database(file)
  db.exec("update word set word = 'lapsed' where word = 'active'")
  db.close()
  const bad = await check()
  expect([bad.exit, bad.out]).toEqual([
    1,
    expect.stringMatching(/not good, at size \d+\n {2}entry/),
  ])
  writeFileSync(file, 'this is no database')
  expect((await check()).exit).toBe(2)
  rmSync(file)
  expect(await check()).toMatchObject({ exit: 2, err: expect.stringContaining('NO_FILE') })
})

test('a partial tile that is gone is read from the full one', async () => {
  const longer = (await copyOf(sourceOf(world), 512)).files
  const server = await new LogServer().start()
  server.replace((await copyOf(sourceOf(world), 300)).files)
  for (const path of ['tile/0/001', 'tile/entries/001']) {
    server.files.delete(`${path}.p/44`)
    server.files.set(path, longer.get(path)!)
  }
  expect(await fsck(server, 'bare')).toMatchObject({ exit: 0, size: 300 })
})

test('a server that fails or is gone is no verdict', async () => {
  const server = await serving()
  server.lies.set('tile/entries/001', (_, response) => response.writeHead(503).end())
  expect(await fsck(server)).toMatchObject({ exit: 2, code: 'UNAVAILABLE' })
  const nobody = new LogServer()
  nobody.url = 'http://127.0.0.1:1'
  expect(await fsck(nobody)).toMatchObject({ exit: 2, code: 'UNAVAILABLE' })
  const mute = await serving()
  mute.lies.set('checkpoint', (request) => request.socket.destroy())
  onTestFinished(() => mute.lies.clear())
  expect(await fsck(mute)).toMatchObject({ exit: 2, code: 'UNAVAILABLE' })
})
