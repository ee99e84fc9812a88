import { CompiledQuery } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { q, type Sql } from '../../db/sql.ts'
import { seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, formatVKey } from '../../keys/vkey.ts'
import { checkAlarm, formatAlarm } from '../../src/client/alarm.ts'
import { nodeVerifyPool } from '../../src/node/fast.ts'
import { openLogFetch } from '../../src/node/log-fetch.ts'
import { headOf } from '../../src/register/head.ts'
import { filesSince } from '../../src/register/log-file.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { openWithPolicy, parsePolicy } from '../../src/tlog/policy.ts'
import { tilesAt } from '../../src/tlog/tile.ts'
import { fsckDatabase } from '../../src/watch/fsck-database.ts'
import { MirrorAlarm, type Mirroring, mirrorLog } from '../../src/watch/mirror.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { copyOf, policyOf, WITNESSES, witnessedPolicyOf } from '../client/copy.ts'
import { newSql } from '../db/store.ts'
import { memoryPublication, openHouse } from '../depositary/house.ts'
import { story } from '../depositary/story.ts'
import { LogServer } from './log-server.ts'
import { longWorld, sourceOf, trusting } from './long-log.ts'

const remote = openLogFetch()
const SIZE = 600
let world: World

beforeAll(() => {
  world = longWorld(SIZE)
})

async function served(size = SIZE, of = world): Promise<LogServer> {
  const server = await new LogServer().start()
  server.replace((await copyOf(sourceOf(of), size)).files)
  return server
}

async function mirroring(server: LogServer, more: Partial<Mirroring> = {}): Promise<Mirroring> {
  const sql = await newSql()
  const target = memoryPublication()
  const fetch = remote.from(server.url)
  return { sql, fetch, target, verify, policy: trusting(world), clock: () => world.now, ...more }
}

/** Every table but the checkpoints, of which a mirror sees fewer, and the order of its rows. */
const TABLES = {
  entry: 'idx',
  tile: 'level, idx',
  record: 'kind, key, from_index',
  word: 'instrument, domain, party, from_index, at_from',
  party: 'domain, id',
  mention: 'domain, idx',
  withheld: 'from_index, subject',
}

function rowsOf(sql: Sql): Promise<unknown> {
  const all = Object.entries(TABLES).map(([table, order]) =>
    sql.all(CompiledQuery.raw(`select * from ${table} order by ${order}`)),
  )
  return Promise.all(all)
}

async function entriesIn(sql: Sql): Promise<number> {
  return (await sql.all(q.selectFrom('entry').select('idx').compile())).length
}

describe('a mirror', () => {
  test('has the rows of the registry, every act among them', async () => {
    const house = await openHouse()
    await house.addAll(story(house.world))
    const server = await served(house.world.entries.length, house.world)
    const mine = await mirroring(server, { policy: trusting(house.world) })
    const { head, size, of } = await mirrorLog(mine)
    expect([size, of]).toEqual([house.world.entries.length, house.world.entries.length])
    expect(await rowsOf(mine.sql)).toEqual(await rowsOf(house.sql))
    expect(head!.root).toEqual((await headOf(house.sql)).root)
    expect(await fsckDatabase(mine.sql, { verify })).toMatchObject({ ok: true, size })
  })

  test('spans tiles, follows, and is good', async () => {
    const server = await served(300)
    const done: number[] = []
    const mine = await mirroring(server, { onProgress: (n) => done.push(n) })
    expect(await mirrorLog(mine)).toMatchObject({ size: 300, of: 300 })
    expect(done).toEqual([256, 300])
    server.replace((await copyOf(sourceOf(world), SIZE)).files)
    server.asked.length = 0
    expect(await mirrorLog(mine)).toMatchObject({ size: SIZE, of: SIZE })
    expect(server.asked).not.toContain('tile/entries/000')
    expect(await fsckDatabase(mine.sql, { verify })).toMatchObject({ ok: true, size: SIZE })
    server.asked.length = 0
    await mirrorLog(mine)
    expect(server.asked.some((path) => path.startsWith('tile/entries/'))).toBe(false)
  })

  test('that is cut short keeps whole batches, and goes on from them', async () => {
    const server = await served()
    const end = new AbortController()
    const mine = await mirroring(server, { onProgress: () => end.abort(), signal: end.signal })
    expect(await mirrorLog(mine)).toEqual({ head: null, size: 256, of: SIZE })
    const { signal: _, onProgress: __, ...again } = mine
    server.asked.length = 0
    expect(await mirrorLog(again)).toMatchObject({ size: SIZE, of: SIZE })
    expect(server.asked).not.toContain('tile/entries/000')
    expect(await fsckDatabase(mine.sql, { verify })).toMatchObject({ ok: true, size: SIZE })
  })

  test('that dies at any write has lost nothing but that write', async () => {
    const server = await served()
    const whole = await mirroring(server)
    await mirrorLog(whole)
    // Three batches and the head.
    for (let fatal = 0; fatal < 4; fatal++) {
      const mine = await mirroring(server)
      let writes = 0
      const dying: Sql = {
        all: (query) => mine.sql.all(query),
        async atomically(queries) {
          if (writes++ === fatal) throw new Error('power cut')
          await mine.sql.atomically(queries)
        },
      }
      await expect(mirrorLog({ ...mine, sql: dying })).rejects.toThrow('power cut')
      expect(await entriesIn(mine.sql)).toBe(Math.min(fatal * 256, SIZE))
      await mirrorLog(mine)
      expect(await rowsOf(mine.sql)).toEqual(await rowsOf(whole.sql))
    }
  })

  test('asks for the full tile where a partial one is gone', async () => {
    const server = await served(300)
    const { files } = await copyOf(sourceOf(world), 512)
    for (const path of ['tile/entries/001', 'tile/0/001']) {
      server.files.set(path, files.get(path)!)
      server.files.delete(`${path}.p/44`)
    }
    const mine = await mirroring(server)
    expect(await mirrorLog(mine)).toMatchObject({ size: 300, of: 300 })
    expect(server.asked).toContain('tile/entries/001.p/44')
    expect(await fsckDatabase(mine.sql, { verify })).toMatchObject({ ok: true, size: 300 })
  })

  test('keeps no entry that the law refuses, and none of its batch', async () => {
    const entries = world.entries.slice(0, 400)
    entries.splice(300, 1)
    const server = await new LogServer().start()
    server.replace((await copyOf(sourceOf(world, entries))).files)
    const mine = await mirroring(server)
    await expect(mirrorLog(mine)).rejects.toMatchObject({ code: 'ILLEGAL_ENTRY', index: 300 })
    expect(await entriesIn(mine.sql)).toBe(256)
  })

  test('names the entry whose signature is forged, whether or not signatures are verified beside', async () => {
    const entries = [...world.entries.slice(0, 400)]
    const [honest, at] = [entries[299]!, -40]
    entries[299] = honest.with(at, honest.at(at) === 65 ? 66 : 65)
    const server = await new LogServer().start()
    server.replace((await copyOf(sourceOf(world, entries))).files)
    const forged = { code: 'ILLEGAL_ENTRY', index: 299, refusal: { code: 'bad-signature' } }
    const beside = { verifyBeside: nodeVerifyPool }
    for (const mine of [await mirroring(server), await mirroring(server, beside)]) {
      await expect(mirrorLog(mine)).rejects.toMatchObject(forged)
      expect(await entriesIn(mine.sql)).toBe(256)
    }
  })

  test('keeps nothing of a log whose entries are of another origin', async () => {
    const stranger = { ...sourceOf(world), origin: 'stranger.example/log' }
    const log = keyOf('stranger.example/log')
    const server = await new LogServer().start()
    server.replace((await copyOf({ ...stranger, log })).files)
    const mine = await mirroring(server, { policy: parsePolicy(policyOf({ log })) })
    await expect(mirrorLog(mine)).rejects.toMatchObject({ code: 'ILLEGAL_ENTRY', index: 0 })
    expect(await entriesIn(mine.sql)).toBe(0)
  })

  test('adopts no checkpoint by a key that the log does not name', async () => {
    const log = keyOf(world.origin, 'stranger')
    const server = await new LogServer().start()
    server.replace((await copyOf({ ...sourceOf(world), log }, 20)).files)
    const mine = await mirroring(server, { policy: parsePolicy(policyOf({ log })) })
    await expect(mirrorLog(mine)).rejects.toMatchObject({ code: 'BROKEN' })
    expect(await mine.sql.all(q.selectFrom('checkpoint').select('size').compile())).toEqual([
      { size: 0 },
    ])
  })

  test('asks for the quorum of its policy', async () => {
    const server = await served()
    const policy = parsePolicy(witnessedPolicyOf(world))
    const mine = await mirroring(server, { policy })
    await expect(mirrorLog(mine)).rejects.toMatchObject({ code: 'NOT_TRUSTED' })
    const witnessed = WITNESSES.slice(0, 2).map((w) => [w, world.now] as const)
    server.replace((await copyOf(sourceOf(world), SIZE, witnessed)).files)
    expect(await mirrorLog(mine)).toMatchObject({ size: SIZE, of: SIZE })
  })

  test('cosigns what it has copied whole, once, and anew when the log has new cosignatures', async () => {
    const server = await served()
    const signer = seedSigner('mirror.example', keyOf('mirror.example').seed, COSIGNATURE)
    let now = world.now
    const mine = await mirroring(server, { cosigner: signer, clock: () => now })
    const first = (await mirrorLog(mine)).head!
    const lines = `witness m ${formatVKey(signer.vkey)}\nquorum m\n`
    const policy = parsePolicy(`log ${world.log.vkey}\n${lines}`)
    const opened = openWithPolicy(parseNote(first.note), policy, verify)
    expect(opened.cosigned).toEqual([{ witness: 'm', time: world.now }])
    now += 60
    expect((await mirrorLog(mine)).head!.note).toBe(first.note)
    const witnessed = WITNESSES.slice(0, 1).map((w) => [w, now] as const)
    server.replace((await copyOf(sourceOf(world), SIZE, witnessed)).files)
    const second = parseNote((await mirrorLog(mine)).head!.note)
    expect(openWithPolicy(second, policy, verify).cosigned).toEqual([{ witness: 'm', time: now }])
    expect(second.signatures.map(({ name }) => name)).toEqual([
      world.origin,
      WITNESSES[0]!.name,
      'mirror.example',
    ])
  })

  test('gives out the files of the log, byte for byte, and only what is new', async () => {
    const server = await served(300)
    const mine = await mirroring(server)
    const written = new Map<string, Uint8Array>()
    for (const [old, size] of [
      [0, 300],
      [300, SIZE],
    ] as const) {
      const copy = await copyOf(sourceOf(world), size)
      server.replace(copy.files)
      const { head } = await mirrorLog(mine)
      const paths: string[] = []
      for await (const [path, bytes] of filesSince(mine.sql, old, head!)) {
        paths.push(path)
        written.set(path, bytes)
      }
      expect(paths.at(-1)).toBe('checkpoint')
      if (old === 0) expect(paths).toHaveLength(tilesAt(size).length + 1)
      else expect(paths).not.toContain('tile/0/000')
      for (const [path, bytes] of copy.files)
        expect([path, written.get(path)]).toEqual([path, bytes])
    }
  })
})

/** Another history of the same log: it parts after so many entries. */
function partedFrom(parts: number, size: number): World {
  const other = new World()
  for (const entry of world.entries.slice(1, parts)) {
    other.replay.next(entry)
    other.entries.push(entry)
  }
  // The law is for the copy to ask; what is forked here is the tree.
  while (other.entries.length < size) other.entries.push(world.entries[other.entries.length + 1]!)
  return other
}

describe('a log that contradicts itself', () => {
  test('by a fork is proven to anybody', async () => {
    const server = await served(300)
    const mine = await mirroring(server)
    await mirrorLog(mine)
    for (const size of [280, 300, 500]) {
      server.replace((await copyOf(sourceOf(partedFrom(270, size)))).files)
      const error = await mirrorLog(mine).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(MirrorAlarm)
      const text = formatAlarm((error as MirrorAlarm).alarm)
      expect(checkAlarm(text, trusting(world), verify)).toMatchObject({ kind: 'fork' })
      expect(await entriesIn(mine.sql)).toBe(300)
    }
  })

  test('by a fork that no witness has cosigned is proven too, under a policy that asks for some', async () => {
    const policy = parsePolicy(witnessedPolicyOf(world))
    const witnessed = WITNESSES.slice(0, 2).map((w) => [w, world.now] as const)
    const server = await served(300)
    const mine = await mirroring(server, { policy })
    server.replace((await copyOf(sourceOf(world), 300, witnessed)).files)
    await mirrorLog(mine)
    server.replace((await copyOf(sourceOf(world), 400)).files)
    await expect(mirrorLog(mine)).rejects.toMatchObject({ code: 'NOT_TRUSTED' })
    server.replace((await copyOf(sourceOf(partedFrom(270, 400)))).files)
    const error = await mirrorLog(mine).catch((e: unknown) => e)
    const text = formatAlarm((error as MirrorAlarm).alarm)
    expect(checkAlarm(text, policy, verify)).toMatchObject({ kind: 'fork' })
    expect(await entriesIn(mine.sql)).toBe(300)
  })

  test('while it is being copied is proven too', async () => {
    const server = await served(SIZE)
    const end = new AbortController()
    const mine = await mirroring(server, { onProgress: () => end.abort(), signal: end.signal })
    await mirrorLog(mine)
    const other = partedFrom(100, 599)
    server.replace((await copyOf(sourceOf(other))).files)
    const error = await mirrorLog(mine).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(MirrorAlarm)
    expect((error as MirrorAlarm).alarm.kind).toBe('rollback')
    const longer = partedFrom(100, 599)
    longer.entries.push(...world.entries.slice(0, 10))
    server.replace((await copyOf(sourceOf(longer))).files)
    const again = await mirrorLog(mine).catch((e: unknown) => e)
    const text = formatAlarm((again as MirrorAlarm).alarm)
    expect(checkAlarm(text, trusting(world), verify)).toMatchObject({ kind: 'fork' })
    // Without the target nothing signed is at hand; the copy does not go on all the same.
    const { target: _, ...bare } = mine
    await expect(mirrorLog(bare)).rejects.toMatchObject({ code: 'FORKED' })
  })

  test('by going back is told of, and copied no further', async () => {
    const server = await served(SIZE)
    const mine = await mirroring(server)
    await mirrorLog(mine)
    server.replace((await copyOf(sourceOf(world), 300)).files)
    const error = await mirrorLog(mine).catch((e: unknown) => e)
    expect((error as MirrorAlarm).alarm.kind).toBe('rollback')
    expect(await entriesIn(mine.sql)).toBe(SIZE)
  })
})
