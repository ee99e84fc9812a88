import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Serving } from '../../src/cli/serve.ts'
import { Stage } from '../cli/script.ts'
import { LogServer } from './log-server.ts'
import { logChecks, NOW, type Said, startRegistry } from './running.ts'

let folder: string
let stage: Stage

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accord-recovery-'))
  stage = new Stage(folder, NOW)
  stage.env['ACCORD_POLICY'] = 'data/policy.txt'
})

afterEach(() => rmSync(folder, { recursive: true }))

const data = (...path: string[]) => join(folder, 'data', ...path)

/** The plain files below a folder, by path. */
function filesIn(path: string): Map<string, Uint8Array> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
  return new Map(
    files
      .filter((f) => f.isFile() && f.name !== 'lock')
      .map((f) => {
        const whole = join(f.parentPath, f.name)
        return [whole.slice(path.length + 1), new Uint8Array(readFileSync(whole))]
      }),
  )
}

/** What the log is made of, as rows. */
function logRows(file: string): unknown {
  const db = new Database(file, { readonly: true })
  const rows = ['entry order by idx', 'tile order by level, idx', 'record order by 1, 2, 3'].map(
    (what) => db.prepare(`select * from ${what}`).all(),
  )
  db.close()
  return rows
}

/** A static tree that a file server serves, made by `accord mirror`. */
async function mirrorOf(serving: Serving): Promise<LogServer> {
  const { exit, err } = await stage.accord(['mirror', serving.url, '--to', 'tree'])
  expect([exit, err]).toEqual([0, ''])
  const server = await new LogServer().start()
  server.replace(filesIn(join(folder, 'tree')))
  return server
}

/** A registry a day after its backup: it has grown, was mirrored, and has ended. */
async function dayAfterBackup() {
  const first = await startRegistry(folder)
  await logChecks(first, ['a.example', 'b.example'])
  await first.close()
  cpSync(data(), join(folder, 'backup'), { recursive: true })
  const second = await startRegistry(folder)
  await logChecks(second, ['c.example', 'd.example', 'e.example'])
  const mirror = await mirrorOf(second)
  const { note } = second.depositary.published()
  await second.close()
  cpSync(data(), join(folder, 'lost'), { recursive: true })
  return { mirror, note, published: readFileSync(data('published', 'checkpoint')) }
}

function putBackBackup(): void {
  rmSync(data(), { recursive: true })
  cpSync(join(folder, 'backup'), data(), { recursive: true })
}

describe('a backup of yesterday', () => {
  test('does not sign where the published checkpoint is newer', async () => {
    const { published } = await dayAfterBackup()
    putBackBackup()
    writeFileSync(data('published', 'checkpoint'), published)
    await expect(startRegistry(folder)).rejects.toMatchObject({ code: 'BEHIND' })
    await expect(startRegistry(folder)).rejects.toThrow('accord recover-log --from MIRROR')
  })

  test('does not sign where a mirror has more, and is told of the command that mends it', async () => {
    const { mirror, note } = await dayAfterBackup()
    putBackBackup()
    const env = { ACCORD_MIRRORS: `http://127.0.0.1:1,${mirror.url}` }
    const said: Said[] = []
    const refused = startRegistry(folder, env, said)
    await expect(refused).rejects.toMatchObject({ code: 'BEHIND' })
    await expect(refused).rejects.toThrow(`accord recover-log --from ${mirror.url}`)
    await expect(refused).rejects.toMatchObject({ notes: [note, expect.anything()] })
    expect(said).toContainEqual([
      'warning',
      'mirror silent',
      expect.objectContaining({ url: 'http://127.0.0.1:1' }),
    ])
  })

  test('starts where a mirror has as much, less, or nothing signed by this log', async () => {
    const { mirror } = await dayAfterBackup()
    const env = { ACCORD_MIRRORS: mirror.url }
    const same = await startRegistry(folder, env)
    await logChecks(same, ['f.example'])
    await same.close()
    await (await startRegistry(folder, env)).close()
    const note = Buffer.from(mirror.files.get('checkpoint')!).toString().replace('\n9\n', '\n99\n')
    mirror.files.set('checkpoint', new TextEncoder().encode(note))
    const said: Said[] = []
    await (await startRegistry(folder, env, said)).close()
    expect(said.map(([, event]) => event)).toContain('mirror silent')
  })

  test('does not sign where a mirror has another tree of its size', async () => {
    const { mirror, note } = await dayAfterBackup()
    putBackBackup()
    const other = await startRegistry(folder)
    await logChecks(other, ['x.example', 'y.example', 'z.example'])
    await other.close()
    expect(Buffer.from(mirror.files.get('checkpoint')!).toString()).toBe(note)
    const forked = startRegistry(folder, { ACCORD_MIRRORS: mirror.url })
    await expect(forked).rejects.toMatchObject({ code: 'FORKED' })
    const { exit, err } = await stage.accord(['recover-log', '--from', mirror.url])
    expect([exit, err]).toEqual([1, expect.stringContaining('accord recover-log: FORK: ')])
    const file = /both checkpoints are in (\S+)\./.exec(err)![1]!
    expect(readFileSync(file, 'utf8')).toContain(note)
  })

  test.each(['a mirror', 'a folder'])('is brought back to the byte from %s', async (kind) => {
    const { mirror, note, published } = await dayAfterBackup()
    putBackBackup()
    writeFileSync(data('published', 'checkpoint'), published)
    const from = kind === 'a mirror' ? mirror.url : 'tree'
    const { exit, out, err } = await stage.accord(['recover-log', '--from', from, '--json'])
    expect([exit, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toEqual({ ok: true, exit: 0, size: 9, recovered: 3 })
    expect(logRows(data('accord.sqlite'))).toEqual(logRows(join(folder, 'lost', 'accord.sqlite')))
    expect((await stage.accord(['fsck', '--db', 'data/accord.sqlite'])).exit).toBe(0)
    const again = await startRegistry(folder, { ACCORD_MIRRORS: mirror.url })
    expect(again.depositary.published().note).toBe(note)
    for (const [path, bytes] of mirror.files) {
      const served = await fetch(`${again.url}/${path}`)
      expect([path, new Uint8Array(await served.arrayBuffer())]).toEqual([path, bytes])
    }
    await logChecks(again, ['g.example'])
    expect(again.depositary.published().size).toBe(10)
  })

  test('is not recovered from a mirror that has less than was published', async () => {
    const { published } = await dayAfterBackup()
    putBackBackup()
    const yesterday = await startRegistry(folder)
    rmSync(join(folder, 'mirror'), { recursive: true })
    rmSync(join(folder, 'tree'), { recursive: true })
    const { url } = await mirrorOf(yesterday)
    await yesterday.close()
    writeFileSync(data('published', 'checkpoint'), published)
    const { exit, err } = await stage.accord(['recover-log', '--from', url])
    expect([exit, err]).toEqual([1, expect.stringContaining('NOT_RECOVERED: BEHIND: ')])
  })
})

describe('a disk that is lost', () => {
  test('is made good from a mirror, but for the keys', async () => {
    const { mirror, note } = await dayAfterBackup()
    rmSync(data('accord.sqlite'))
    rmSync(data('published', 'checkpoint'))
    for (const file of ['accord.sqlite-wal', 'accord.sqlite-shm']) {
      rmSync(data(file), { force: true })
    }
    expect((await stage.accord(['recover-log', '--from', mirror.url])).exit).toBe(0)
    const again = await startRegistry(folder)
    expect(again.depositary.published().note).toBe(note)
  })

  test('is made good where the new one holds what the guide puts back, and nothing else', async () => {
    const { mirror, note } = await dayAfterBackup()
    rmSync(data(), { recursive: true })
    for (const kept of ['origin', 'keys', 'policy.txt']) {
      cpSync(join(folder, 'lost', kept), data(kept), { recursive: true })
    }
    const { exit, err } = await stage.accord(['recover-log', '--from', mirror.url])
    expect([exit, err]).toEqual([0, ''])
    expect(readFileSync(data('published', 'checkpoint'), 'utf8')).toBe(note)
    await (await startRegistry(folder)).close()
  })

  test('does not become another log', async () => {
    const { mirror } = await dayAfterBackup()
    rmSync(data('accord.sqlite'))
    writeFileSync(data('origin'), 'other.localhost/accord\n')
    const { exit, err } = await stage.accord(['recover-log', '--from', mirror.url])
    expect([exit, err]).toEqual([2, expect.stringContaining('NOT_TRUSTED')])
  })
})

test('a registry that runs is not recovered, and what is no registry neither', async () => {
  const serving = await startRegistry(folder)
  const running = await stage.accord(['recover-log', '--from', serving.url])
  expect([running.exit, running.err]).toEqual([2, expect.stringContaining('DATA_IN_USE')])
  const nothing = await stage.accord(['recover-log', '--from', serving.url, '--data', 'nowhere'])
  expect([nothing.exit, nothing.err]).toEqual([2, expect.stringContaining('NO_FILE')])
})
