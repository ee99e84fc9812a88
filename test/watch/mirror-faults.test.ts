import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { ClientError } from '../../src/client/error.ts'
import { openLogFetch } from '../../src/node/log-fetch.ts'
import { openAdoption } from '../../src/register/adoption.ts'
import { equal } from '../../src/tlog/bytes.ts'
import { fsckDatabase } from '../../src/watch/fsck-database.ts'
import { mirrorLog } from '../../src/watch/mirror.ts'
import { verify } from '../accord/keys.ts'
import type { World } from '../accord/kit.ts'
import { copyOf } from '../client/copy.ts'
import { newSql } from '../db/store.ts'
import { LogServer } from './log-server.ts'
import { longWorld, sourceOf, trusting } from './long-log.ts'

const SIZE = 520
const remote = openLogFetch()
/** For servers that never answer. */
const hasty = openLogFetch({ connect: 500, whole: 700 })
let world: World
let files: ReadonlyMap<string, Uint8Array>
let earlier: ReadonlyMap<string, Uint8Array>

beforeAll(async () => {
  world = longWorld(SIZE)
  files = (await copyOf(sourceOf(world), SIZE)).files
  earlier = (await copyOf(sourceOf(world), 300)).files
})

/** Answers in a file's place. */
type Lie = (response: ServerResponse, bytes: Uint8Array, request: IncomingMessage) => unknown

const send = (response: ServerResponse, bytes: Uint8Array, more: Record<string, string> = {}) =>
  response.writeHead(200, more).end(bytes)

/** What a server does to a file, and what a reader says of that. */
const LIES: readonly [name: string, lie: Lie][] = [
  ['cut short', (r, bytes) => send(r, bytes.subarray(0, bytes.length - 1))],
  ['emptied', (r) => send(r, new Uint8Array())],
  ['padded', (r, bytes) => send(r, Buffer.concat([bytes, Buffer.from([0])]))],
  [
    'with a bit flipped',
    (r, bytes) =>
      send(
        r,
        bytes.map((b, i) => (i === 40 ? b ^ 8 : b)),
      ),
  ],
  [
    'cut off while it is sent',
    (r, bytes) => {
      r.writeHead(200, { 'content-length': String(bytes.length) })
      r.write(bytes.subarray(0, 40), () => r.destroy())
    },
  ],
  [
    'longer than it says',
    (r, bytes) => {
      r.socket!.end(
        `HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n${Buffer.from(bytes).toString('latin1')}`,
        'latin1',
      )
    },
  ],
  [
    'without end',
    (r) => {
      r.writeHead(200)
      const more = () => {
        while (r.writable && r.write(Buffer.alloc(65_536))) {}
      }
      r.on('drain', more)
      more()
    },
  ],
  ['as a gzip bomb', (r) => send(r, BOMB, { 'content-encoding': 'gzip' })],
  ['as no gzip', (r, bytes) => send(r, bytes, { 'content-encoding': 'gzip' })],
  ['in an encoding nobody asked for', (r, bytes) => send(r, bytes, { 'content-encoding': 'br' })],
  ['never', () => {}],
  [
    'half, and then never',
    (r, bytes) => {
      r.writeHead(200, { 'content-length': String(bytes.length) })
      r.write(bytes.subarray(0, 40))
    },
  ],
  ['with an error', (r) => r.writeHead(500).end('no')],
  ['not at all', (r) => r.writeHead(404).end()],
  [
    'behind a redirect in a circle',
    (r, _, request) => {
      r.writeHead(302, { location: request.url! }).end()
    },
  ],
  ['behind a redirect to nowhere', (r) => r.writeHead(302).end()],
]

const BOMB = gzipSync(Buffer.alloc(64 * 2 ** 20))

/** The files that are lied about: one of each kind. */
const PATHS = [
  'checkpoint',
  'tile/0/001',
  'tile/entries/001',
  'tile/1/000.p/2',
  'tile/entries/002.p/8',
]

async function copied(server: LogServer) {
  const sql = await newSql()
  const mirroring = { sql, verify, policy: trusting(world), clock: () => world.now }
  return {
    sql,
    copy: () => mirrorLog({ ...mirroring, fetch: remote.from(server.url) }),
    copyHastily: () => mirrorLog({ ...mirroring, fetch: hasty.from(server.url) }),
  }
}

/** Whether what is kept is a beginning of the true log. */
async function keepsTruth(sql: Awaited<ReturnType<typeof newSql>>): Promise<boolean> {
  const { size, root } = await openAdoption(sql, verify)
  return equal(root, world.replay.rootAt(size)!)
}

test.each(PATHS)(
  'whatever is done to %s, nothing false is kept',
  async (path) => {
    const server = await new LogServer().start()
    server.replace(files)
    const { sql, copy, copyHastily } = await copied(server)
    for (const [name, lie] of LIES) {
      server.lies.set(path, (request, response, bytes) => lie(response, bytes!, request))
      const error = await (name.includes('never') ? copyHastily() : copy()).catch((e: unknown) => e)
      const code = error instanceof ClientError ? error.code : error
      expect([name, ['UNAVAILABLE', 'BROKEN', 'NOT_TRUSTED'].includes(String(code))]).toEqual([
        name,
        true,
      ])
      expect(await keepsTruth(sql)).toBe(true)
    }
    server.lies.clear()
    expect(await copy()).toMatchObject({ size: SIZE, of: SIZE })
    expect(await fsckDatabase(sql, { verify })).toMatchObject({ ok: true, size: SIZE })
  },
  30_000,
)

test('tiles that are swapped are no log', async () => {
  for (const [a, b] of [
    ['tile/0/000', 'tile/0/001'],
    ['tile/entries/000', 'tile/entries/001'],
  ] as const) {
    const server = await new LogServer().start()
    server.replace(new Map([...files, [a, files.get(b)!], [b, files.get(a)!]]))
    const { sql, copy } = await copied(server)
    await expect(copy()).rejects.toMatchObject({ code: 'BROKEN' })
    expect((await openAdoption(sql, verify)).size).toBe(0)
  }
})

test('a stale checkpoint beside newer tiles is the log as of then', async () => {
  const server = await new LogServer().start()
  server.replace(new Map([...files, ...earlier]))
  const { copy } = await copied(server)
  expect(await copy()).toMatchObject({ size: 300, of: 300 })
})

test('stale tiles under a new checkpoint are waited for', async () => {
  const server = await new LogServer().start()
  server.replace(new Map([...earlier, ['checkpoint', files.get('checkpoint')!]]))
  const { sql, copy } = await copied(server)
  await expect(copy()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  server.replace(files)
  expect(await copy()).toMatchObject({ size: SIZE })
  expect(await keepsTruth(sql)).toBe(true)
})

test('a redirect is followed within the origin, and never out of it', async () => {
  const elsewhere = await new LogServer().start()
  elsewhere.replace(files)
  const server = await new LogServer().start()
  server.replace(new Map([...files, ['moved', files.get('tile/entries/000')!]]))
  server.lies.set('tile/entries/000', (_, r) => r.writeHead(301, { location: '/moved' }).end())
  const { copy } = await copied(server)
  expect(await copy()).toMatchObject({ size: SIZE })
  const to = `${elsewhere.url}/tile/entries/000`
  server.lies.set('tile/entries/000', (_, r) => r.writeHead(301, { location: to }).end())
  const other = await copied(server)
  await expect(other.copy()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(elsewhere.asked).toEqual([])
})

test('entries that come as gzip are read', async () => {
  const server = await new LogServer().start()
  server.replace(files)
  for (const path of files.keys()) {
    server.lies.set(path, (_, r, bytes) =>
      send(r, gzipSync(bytes!), { 'content-encoding': 'gzip' }),
    )
  }
  const { copy } = await copied(server)
  expect(await copy()).toMatchObject({ size: SIZE })
})
