import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sql } from '../../db/sql.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { seedSigner } from '../../keys/signer.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { headOf } from '../../src/register/head.ts'
import { formatBundle, parseBundle } from '../../src/tlog/bundle.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { Frontier, leafHash } from '../../src/tlog/merkle.ts'
import { formatNote } from '../../src/tlog/note.ts'
import { formatTile, formatTilePath, tileAt, tilesAt } from '../../src/tlog/tile.ts'
import { fsckTree } from '../../src/watch/fsck.ts'
import { fsckDatabase } from '../../src/watch/fsck-database.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { filesOf } from '../depositary/check-log.ts'
import { type House, openHouse } from '../depositary/house.ts'
import { story } from '../depositary/story.ts'

const folder = mkdtempSync(join(tmpdir(), 'accord-fsck-'))
afterAll(() => rmSync(folder, { recursive: true }))
let copies = 0
let house: House
let files: Map<string, Uint8Array>
let size: number

beforeAll(async () => {
  house = await openHouse()
  await house.addAll(story(house.world))
  const { note } = await headOf(house.sql)
  size = house.world.entries.length
  const read = filesOf(house.sql, note)
  const paths = ['checkpoint', ...tilesAt(size).map(formatTilePath)]
  files = new Map(
    await Promise.all(paths.map(async (path) => [path, (await read(path))!] as const)),
  )
})

const vkeysOf = (...vkeys: string[]) => vkeys.map(parseVKey)

function fsck(changed: ReadonlyMap<string, Uint8Array | null> = new Map(), vkey = '') {
  const fetch = async (path: string) =>
    (changed.has(path) ? changed.get(path) : files.get(path)) ?? null
  return fsckTree({ fetch, vkeys: vkeysOf(vkey || house.world.log.vkey), verify })
}

/** The checkpoint and the tile of any entries, as a registry that ignores its law signs them. */
async function signedTree(entries: readonly Uint8Array[]): Promise<[string, Uint8Array][]> {
  const { origin, log } = house.world
  const leaves = entries.map(leafHash)
  const frontier = new Frontier()
  for (const leaf of leaves) frontier.append(leaf)
  const checkpoint = { origin, size: leaves.length, root: frontier.root(), extensions: [] }
  const note = await signCheckpoint(checkpoint, [seedSigner(log.name, log.seed)])
  return [
    ['checkpoint', utf8(formatNote(note))],
    [formatTilePath(tileAt(0, 0, leaves.length)), formatTile(leaves)],
  ]
}

describe('a static tree', () => {
  test('that is whole is good', async () => {
    const done: number[] = []
    const fetch = async (path: string) => files.get(path) ?? null
    const vkeys = vkeysOf(house.world.log.vkey)
    const report = await fsckTree({ fetch, vkeys, verify, onProgress: (n) => done.push(n) })
    expect(report).toEqual({ ok: true, size, difference: null })
    expect(done.at(-1)).toBe(size)
  })

  test('with any file changed or missing is not', async () => {
    expect(files.size).toBe(3)
    for (const [path, bytes] of files) {
      for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const other = bytes.slice()
        other[at]! ^= 1
        const { ok, difference } = await fsck(new Map([[path, other]]))
        expect([path, at, ok]).toEqual([path, at, false])
        expect(difference!.what).not.toBe('')
      }
      expect(await fsck(new Map([[path, null]]))).toMatchObject({
        ok: false,
        difference: { what: 'no such file', path },
      })
      expect(await fsck(new Map([[path, bytes.subarray(1)]]))).toMatchObject({ ok: false })
    }
  })

  test('that is damaged is not called illegal: the entry is not what was signed', async () => {
    const path = [...files.keys()].find((p) => p.includes('entries'))!
    const entries = parseBundle(files.get(path)!, size).map((entry) => entry.slice())
    entries[5]!.set([entries[5]!.at(-9)! ^ 1], entries[5]!.length - 9)
    const difference = { index: 5, what: 'its bytes are not what the log signed' }
    expect(await fsck(new Map([[path, formatBundle(entries)]]))).toMatchObject({ difference })
  })

  test('with a tile damaged names the tile', async () => {
    const path = [...files.keys()].find((p) => p.startsWith('tile/0/'))!
    const tile = files.get(path)!.slice()
    tile[5 * 32]! ^= 1
    expect(await fsck(new Map([[path, tile]]))).toMatchObject({
      difference: { path, what: 'not the hashes of what is below' },
    })
  })

  test('with an entry signed that the law refuses names it', async () => {
    const path = [...files.keys()].find((p) => p.includes('entries'))!
    const entries = parseBundle(files.get(path)!, size)
    entries.splice(4, 1)
    entries.push(entries.at(-1)!)
    const forged = new Map([...(await signedTree(entries)), [path, formatBundle(entries)]])
    expect(await fsck(forged)).toMatchObject({
      ok: false,
      difference: { index: 4, what: expect.stringContaining('the law refuses it') },
    })
  })

  test('under a key that is not the log’s is not', async () => {
    const stranger = keyOf('registry.example/accord', 'stranger')
    expect(await fsck(new Map(), stranger.vkey)).toMatchObject({
      ok: false,
      difference: { path: 'checkpoint' },
    })
  })

  test('that cannot be fetched is no verdict', async () => {
    const fetch = async () => {
      throw new Error('no route')
    }
    const vkeys = vkeysOf(house.world.log.vkey)
    await expect(fsckTree({ fetch, vkeys, verify })).rejects.toThrow('no route')
  })
})

const entry = (i: number) => `(select body from entry where idx = ${i})`
const first = (table: string, where = 'true') =>
  `(select min(from_index) from ${table} where ${where})`

/** What somebody could do to a database, and what is then said. */
const TAMPERED: readonly [name: string, sql: string, what: RegExp, index?: number][] = [
  ['an entry removed', 'delete from entry where idx = 7', /missing/],
  [
    'an entry changed',
    `update entry set body = ${entry(8)} where idx = 7`,
    /not what the log signed/,
    7,
  ],
  ['a digest changed', "update entry set digest = 'x' where idx = 7", /digest/, 7],
  ['a time changed', 'update entry set time = time + 1 where idx = 7', /time/, 7],
  [
    'an entry more',
    `insert into entry select 9999, time, 'x', body from entry where idx = 7`,
    /after the last/,
  ],
  ['a tile changed', 'update tile set hashes = zeroblob(length(hashes))', /not the hashes/],
  ['a tile removed', 'delete from tile', /no such tile/],
  ['a tile more', 'insert into tile values (3, 0, zeroblob(32))', /tiles/],
  ['a root changed', 'update checkpoint set root = zeroblob(32) where size = 9', /another root/, 8],
  [
    'a note swapped',
    'update checkpoint set note = (select note from checkpoint where size = 8) where size = 9',
    /something else/,
    8,
  ],
  [
    'a note forged',
    "update checkpoint set note = replace(note, '=', 'A') where size = 9",
    /does not open/,
    8,
  ],
  ['a checkpoint left out', 'delete from checkpoint where size = 9', /leaves out/, 9],
  ['the empty tree removed', 'delete from checkpoint where size = 0', /empty tree/],
  [
    'a checkpoint at another time',
    'update checkpoint set time = time + 1 where size = 9',
    /another time/,
    8,
  ],
  [
    'a record changed',
    "update record set value = replace(value, 'contoso', 'fabrikam') where kind = 'party'",
    /row/,
  ],
  [
    'a record removed',
    "delete from record where kind = 'statement' and from_index = 9",
    /missing/,
    9,
  ],
  ['a record more', "insert into record values ('party', 'x', 9, null, '{}')", /never opened/, 9],
  [
    'a record closed too early',
    "update record set to_index = to_index - 1 where kind = 'domain' and to_index > from_index + 1",
    /row/,
  ],
  [
    'a record closed never',
    "update record set to_index = null where kind = 'agenda'",
    /missing that it closed/,
  ],
  ['a word changed', "update word set word = 'lapsed' where word = 'active'", /row/],
  ['a word removed', `delete from word where from_index = ${first('word')}`, /missing/],
  ['a word at another instant', 'update word set at_to = at_to + 1 where at_to is not null', /row/],
  ['a word reopened', 'update word set to_index = null', /missing that it closed/],
  ['a suspension forgotten', 'update word set suspended = 0', /row/],
  ['a party removed', "delete from party where domain = 'litware.com'", /missing/],
  ['a mention removed', "delete from mention where domain = 'litware.com' and idx > 20", /missing/],
  ['a notice removed', 'delete from withheld', /missing/],
  ['a subject changed', "update withheld set subject = 'x' where act = 'takedown'", /missing/],
  ['a notice more', "insert into withheld values (3, 'takedown', 'x')", /never opened/, 3],
  ['a notice of no entry', "insert into withheld values (9999, 'erase', 'x')", /after the last/],
  ['a mention more', "insert into mention values ('nobody.com', 3)", /never opened/, 3],
  [
    'a record of no entry',
    "insert into record values ('party', 'x', 9999, null, '{}')",
    /after the last/,
  ],
]

describe('a database', () => {
  test('that is whole is good', async () => {
    expect(await fsckDatabase(house.sql, { verify })).toEqual({ ok: true, size, difference: null })
  })

  test('into which a registry writes meanwhile is good', async () => {
    const { world, sql, depositary } = await openHouse()
    let left = 5
    const busy: Sql = {
      all: async (query) => {
        if (/"(tile|mention)"/.test(query.sql) && left-- > 0) {
          const note = world.verification('contoso.com', [])
          await depositary.submit(utf8(note))
          world.add(note)
        }
        return sql.all(query)
      },
      atomically: (writes) => sql.atomically(writes),
    }
    expect(await fsckDatabase(busy, { verify })).toMatchObject({ size: 1, difference: null })
    expect(depositary.published().size).toBeGreaterThan(3)
  })

  test.each(TAMPERED)('with %s is not', async (_, text, what, index) => {
    const path = join(folder, `${copies++}.sqlite`)
    await (house.sql as Sqlite).backup(path)
    tamper(path, text)
    const copy = openSqlite(path)
    const { ok, difference } = await fsckDatabase(copy, { verify })
    copy.close()
    expect(ok).toBe(false)
    expect(difference!.what).toMatch(what)
    if (index !== undefined) expect(difference!.index).toBe(index)
  })
})

/** Changes a database as somebody with the file at hand can. */
function tamper(path: string, text: string): void {
  const db = new Database(path)
  db.pragma('foreign_keys = off')
  const triggers = db.prepare("select name from sqlite_schema where type = 'trigger'").pluck().all()
  for (const name of triggers) db.exec(`drop trigger ${name}`)
  db.exec('drop index record_open')
  const { changes } = db.prepare(text).run()
  db.close()
  expect(changes).toBeGreaterThan(0)
}
