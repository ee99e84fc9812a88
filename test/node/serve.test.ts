import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { encodeBase64 } from '../../keys/base64.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { formatAttestation } from '../../src/accord/attestation.ts'
import { formatStatement } from '../../src/accord/statement.ts'
import { type Digest, formatTime } from '../../src/accord/text.ts'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { nodeVerify } from '../../src/node/fast.ts'
import { foundLog } from '../../src/node/founding.ts'
import { beginFounding, makeKeys, openHome, readKeys } from '../../src/node/home.ts'
import { openCheckpoint } from '../../src/tlog/checkpoint.ts'
import { signNote } from '../../src/tlog/note.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { Stage } from '../cli/script.ts'

const NOW = 1_800_000_000

interface Logged {
  readonly digest: Digest
}

let folder: string
let running: Serving[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accord-home-'))
  running = []
})

afterEach(async () => {
  for (const serving of running) await serving.close()
  rmSync(folder, { recursive: true })
})

async function start(env: Record<string, string> = {}, now = NOW): Promise<Serving> {
  const settings = readSettings({ PORT: '0', ACCORD_DATA_DIR: join(folder, 'data'), ...env })
  const serving = await serve({ settings, clock: () => now, log: () => {} })
  running.push(serving)
  return serving
}

async function stop(serving: Serving): Promise<void> {
  await serving.close()
  running = running.filter((s) => s !== serving)
}

async function checkpointOf(serving: Serving) {
  const note = await (await fetch(`${serving.url}/checkpoint`)).text()
  return openCheckpoint(note, [parseVKey(serving.vkey)], nodeVerify).checkpoint
}

/** Logs a check of a domain, as the clerk. */
async function logOne({ url, home, origin, depositary }: Serving): Promise<void> {
  const { clerk } = await readKeys(home)
  const response = await fetch(`${url}/v1/parties/registry.localhost`)
  const { head } = (await response.json()) as { head: Logged }
  const { size, root } = depositary.published()
  const issued = formatTime(NOW)
  const text = formatStatement({
    type: 'verification/v1',
    registry: origin,
    party: 'registry.localhost',
    previous: head.digest,
    seen: { size, root: encodeBase64(root) },
    issued,
    checks: [
      {
        subject: 'contoso.com',
        method: 'manual',
        at: issued,
        outcome: 'unreachable',
        keys: [],
        evidence: { asked: 'I looked', answer: null, dnssec: null },
      },
    ],
  })
  const { signatures } = await signNote(text, [clerk])
  const body = formatAttestation(text, signatures)
  const headers = { 'content-type': 'text/plain' }
  const answer = await fetch(`${url}/v1/attestations`, { method: 'POST', headers, body })
  expect(answer.status).toBe(201)
}

const env = () => ({
  PATH: process.env['PATH']!,
  ...{ PORT: '0', ACCORD_DATA_DIR: folder, ACCORD_METHODS: 'manual' },
})

/** Runs `npm start`'s command up to its last line of greeting. */
async function run(more: Record<string, string> = {}, ...options: string[]) {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
  const args = ['--import', 'tsx', main, 'serve', ...options]
  const child = spawn(process.execPath, args, { env: { ...env(), ...more } })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let out = ''
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (/Try: |^}/m.test(out)) resolve()
    })
    child.once('exit', () => resolve())
  })
  return { child, ended, out: () => out, err: () => err }
}

describe('a first start', () => {
  test('makes keys that only their owner reads, a genesis, and publishes what ships', async () => {
    const serving = await start()
    const { keys } = serving.home
    expect(statSync(serving.home.folder).mode & 0o777).toBe(0o700)
    expect(statSync(keys).mode & 0o777).toBe(0o700)
    expect(readdirSync(keys).sort()).toEqual([
      'clerk.key',
      'daily-1.key',
      'log.key',
      'recovery-1.key',
    ])
    for (const file of readdirSync(keys)) {
      expect(statSync(join(keys, file)).mode & 0o777).toBe(0o600)
    }
    expect(serving.exposed).toEqual(['daily-1.key', 'recovery-1.key'])
    expect(serving.published).toHaveLength(3)
    expect((await checkpointOf(serving)).size).toBe(4)
    const policy = await (await fetch(`${serving.url}/policy.txt`)).text()
    expect(policy).toBe(readFileSync(serving.home.policy, 'utf8'))
    expect(parsePolicy(policy).logs[0]?.vkey).toEqual(parseVKey(serving.vkey))
  })

  test('gives the page what it needs', async () => {
    const { url } = await start()
    for (const path of ['/api/', '/api/start.js', '/api/assets/swagger-ui-bundle.js']) {
      const response = await fetch(url + path)
      expect(response.status).toBe(200)
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0)
    }
  })

  test('wants a domain in its origin', async () => {
    const wanted = start({ ACCORD_ORIGIN: 'localhost/accord' })
    await expect(wanted).rejects.toMatchObject({ code: 'ORIGIN' })
  })

  test('on a port that is taken founds nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const wanted = start({ PORT: String(port) })
    await expect(wanted).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    await expect(wanted).rejects.toThrow(`127.0.0.1:${port} is taken, perhaps by a registry`)
    taken.close()
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  test('in what is no folder, or can be none, says so', async () => {
    writeFileSync(join(folder, 'file'), '')
    const file = start({ ACCORD_DATA_DIR: join(folder, 'file') })
    await expect(file).rejects.toThrow('file is a file, expected a folder')
    const nowhere = start({ ACCORD_DATA_DIR: '/proc/nowhere/data' })
    await expect(nowhere).rejects.toMatchObject({ code: 'NO_FOLDER' })
  })

  test('makes the folders above it', async () => {
    const serving = await start({ ACCORD_DATA_DIR: join(folder, 'a', 'b', 'data') })
    expect(existsSync(serving.home.database)).toBe(true)
  })

  test('that died after some of the keys is gone on with', async () => {
    const home = await openHome(join(folder, 'data'), 'registry.localhost/accord')
    await beginFounding(home)
    home.release()
    const other = await start({ ACCORD_DATA_DIR: join(folder, 'other') })
    const from = join(other.home.keys, 'log.key')
    cpSync(from, join(folder, 'data', 'keys', 'log.key'))
    const serving = await start()
    expect(serving.vkey).toBe(other.vkey)
    expect((await checkpointOf(serving)).size).toBe(4)
    expect(existsSync(join(serving.home.folder, 'founding'))).toBe(false)
  })

  test('under an origin that cannot be leaves nothing behind', async () => {
    await expect(start({ ACCORD_ORIGIN: 'localhost' })).rejects.toMatchObject({ code: 'ORIGIN' })
    expect(existsSync(join(folder, 'data'))).toBe(false)
    await start()
  })

  test('that died after the genesis is gone on with', async () => {
    const origin = 'registry.localhost/accord'
    const home = await openHome(join(folder, 'data'), origin)
    await makeKeys(home, origin, 'registry.localhost')
    const keys = await readKeys(home)
    const sql = openSqlite(home.database)
    await migrate(sql)
    const methods = ['manual' as const]
    await foundLog(sql, { origin, depositary: 'x', methods, keys, time: NOW, verify: nodeVerify })
    sql.close()
    home.release()
    expect(existsSync(home.checkpoint)).toBe(false)
    const serving = await start()
    expect(serving.published).toHaveLength(3)
    expect((await checkpointOf(serving)).size).toBe(4)
  })

  test('that died before a checkpoint was public publishes it', async () => {
    const first = await start()
    const head = await (await fetch(`${first.url}/checkpoint`)).text()
    const { digest } = (await (await fetch(`${first.url}/v1/entries/2`)).json()) as Logged
    const receipt = await (await fetch(`${first.url}/v1/attestations/${digest}.tlog-proof`)).text()
    await stop(first)
    const before = receipt.slice(receipt.indexOf('\n\n') + 2)
    expect(before).toMatch(/^registry.localhost\/accord\n3\n/)
    writeFileSync(first.home.checkpoint, before)
    const second = await start()
    expect(await (await fetch(`${second.url}/checkpoint`)).text()).toBe(head)
    expect(readFileSync(second.home.checkpoint, 'utf8')).toBe(head)
  })
})

describe('a start after that', () => {
  test('goes on with the same log, and publishes nothing again', async () => {
    const first = await start()
    const before = await checkpointOf(first)
    await stop(first)
    const second = await start({}, NOW + 1000)
    expect(second.vkey).toBe(first.vkey)
    expect(second.published).toEqual([])
    expect(await checkpointOf(second)).toEqual(before)
  })

  test('under another origin is refused', async () => {
    await stop(await start())
    const wanted = start({ ACCORD_ORIGIN: 'other.example/accord' })
    await expect(wanted).rejects.toMatchObject({ code: 'OTHER_ORIGIN' })
    await expect(wanted).rejects.toThrow('unset ACCORD_ORIGIN, or choose another ACCORD_DATA_DIR')
  })

  test("with the depositary's keys moved away goes on", async () => {
    const first = await start()
    await stop(first)
    for (const file of ['daily-1.key', 'recovery-1.key']) rmSync(join(first.home.keys, file))
    expect((await start()).exposed).toEqual([])
    expect(readdirSync(first.home.keys)).toHaveLength(2)
  })

  test.each(['log.key', 'clerk.key'])('without %s is refused, and makes no other', async (file) => {
    const first = await start()
    await stop(first)
    rmSync(join(first.home.keys, file))
    await expect(start()).rejects.toMatchObject({ code: 'KEY_MISSING' })
    expect(existsSync(join(first.home.keys, file))).toBe(false)
  })

  test("with another log's key is refused", async () => {
    const first = await start()
    await stop(first)
    const other = await start({ ACCORD_DATA_DIR: join(folder, 'other') })
    cpSync(join(other.home.keys, 'log.key'), join(first.home.keys, 'log.key'))
    await expect(start()).rejects.toMatchObject({ code: 'KEYS' })
  })

  test('with nothing in what is published says what to put back', async () => {
    const first = await start()
    await stop(first)
    writeFileSync(first.home.checkpoint, '')
    await expect(start()).rejects.toMatchObject({ code: 'PUBLISHED' })
    await expect(start()).rejects.toThrow('put back the newest checkpoint of this log')
  })

  test('with a key file that others can read is refused', async () => {
    const first = await start()
    await stop(first)
    chmodSync(join(first.home.keys, 'log.key'), 0o644)
    await expect(start()).rejects.toMatchObject({ code: 'KEY_FILE_TOO_OPEN' })
  })

  test('without the database is refused: there is never a second genesis', async () => {
    const first = await start()
    await stop(first)
    for (const file of readdirSync(first.home.folder).filter((f) =>
      f.startsWith('accord.sqlite'),
    )) {
      rmSync(join(first.home.folder, file))
    }
    await expect(start()).rejects.toMatchObject({ code: 'LOST_LOG' })
    // Nor where what was published is gone too: the key has signed a log.
    rmSync(first.home.checkpoint)
    await expect(start()).rejects.toMatchObject({ code: 'LOST_LOG' })
  })

  test('with an older database is refused, and says what to do', async () => {
    const first = await start()
    await stop(first)
    const { folder: home } = first.home
    const files = () => readdirSync(home).filter((f) => f.startsWith('accord.sqlite'))
    const old = files()
    for (const file of old) cpSync(join(home, file), join(folder, file))
    const second = await start()
    await logOne(second)
    await stop(second)
    for (const file of files()) rmSync(join(home, file))
    for (const file of old) cpSync(join(folder, file), join(home, file))
    await expect(start()).rejects.toMatchObject({ code: 'BEHIND' })
    await expect(start()).rejects.toThrow(
      'from whoever mirrored the log: accord recover-log --from MIRROR',
    )
    const program = await run({ ACCORD_DATA_DIR: home })
    expect(await program.ended).toBe(2)
    expect(program.err()).toContain('accord serve: BEHIND: ')
    for (const size of [4, 5])
      expect(program.err()).toContain(`registry.localhost/accord\n${size}\n`)
  })
})

describe('a data directory', () => {
  test('serves one registry at a time', async () => {
    const first = await start()
    await expect(start()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
    await expect(start()).rejects.toThrow(`another registry runs on ${first.home.folder}; stop it`)
    expect((await checkpointOf(first)).size).toBe(4)
  })

  test('is free again once its registry was killed', async () => {
    const { child, ended } = await run()
    const here = () => start({ ACCORD_DATA_DIR: folder })
    await expect(here()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
    child.kill('SIGKILL')
    await ended
    expect((await checkpointOf(await here())).size).toBe(4)
  })

  test('can be copied and checked while its registry runs, and not rebuilt', async () => {
    const { home } = await start()
    const stage = new Stage(folder, NOW)
    expect((await stage.accord(['backup', 'copy'])).exit).toBe(0)
    expect((await stage.accord(['fsck', '--db', 'copy'])).exit).toBe(0)
    expect((await stage.accord(['fsck', '--db', home.database])).exit).toBe(0)
    const { exit, err } = await stage.accord(['rebuild'])
    expect(exit).toBe(2)
    expect(err).toContain('accord rebuild: DATA_IN_USE: another registry runs on')
  })
})

describe('the program', () => {
  test('says what to type next', async () => {
    const { child, ended, out } = await run()
    const [, url] = /^api +(\S+)\/api\/$/m.exec(out())!
    expect(out()).toContain(`  export ACCORD_LOG=${url} ACCORD_POLICY=${folder}/policy.txt\n`)
    expect(out()).toContain('Try: npm run accord -- keygen')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('says one object where JSON is asked for', async () => {
    const { child, ended, out } = await run({}, '--json')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(JSON.parse(out())).toMatchObject({
      ok: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      policy: join(folder, 'policy.txt'),
      published: expect.any(Array),
    })
  })

  test('says where it is, ends when told, and goes on where it was', async () => {
    const first = await run()
    const url = /^api +(http:\/\/127\.0\.0\.1:\d+)\/api\/$/m.exec(first.out())![1]
    const head = await (await fetch(`${url}/checkpoint`)).text()
    expect(first.out()).toContain('confirmed by hand')
    expect(first.out()).toContain('daily-1.key and recovery-1.key')
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(first.out()).toContain('nothing was left undone')
    const second = await run()
    const again = /^api +(http:\/\/127\.0\.0\.1:\d+)\/api\/$/m.exec(second.out())![1]
    expect(await (await fetch(`${again}/checkpoint`)).text()).toBe(head)
    second.child.kill('SIGINT')
    expect(await second.ended).toBe(0)
  })

  test('says what is wrong, on one line, and ends', async () => {
    const wrong = await run({ ACCORD_ORIGN: 'x' })
    expect(await wrong.ended).toBe(2)
    expect(wrong.err().trim()).toMatch(/^accord serve: BAD_SETTING: ACCORD_ORIGN is no setting/)
  })
})
