import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { parseVKey } from '../../keys/vkey.ts'
import { formatTime } from '../../src/accord/text.ts'
import { nodeVerify } from '../../src/node/fast.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { openWithPolicy, parsePolicy } from '../../src/tlog/policy.ts'
import { Stage } from '../cli/script.ts'
import { follow, reaches } from './following.ts'
import { LogServer } from './log-server.ts'
import { logChecks, NOW, startRegistry } from './running.ts'

let folder: string
let stage: Stage

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accord-mirror-'))
  stage = new Stage(folder, NOW)
  stage.env['ACCORD_POLICY'] = 'data/policy.txt'
})
afterEach(() => rmSync(folder, { recursive: true }))

const COSIGN = ['--cosign', 'mirror.example']

test('a mirror serves what the registry does, says what it is, and outlives kill -9', async () => {
  const registry = await startRegistry(folder)
  await logChecks(registry, ['a.example'])
  const first = await follow(folder, registry.url, COSIGN)
  const { url, vkey } = first.announced
  expect(first.announced.mirror_of).toBe(registry.url)

  const then = `at=${formatTime(NOW)}&size=5`
  const paths = [`/v1/instruments?${then}`, '/v1/entries/4', '/tile/0/000.p/5']
  for (const path of paths) {
    const [own, copy] = await Promise.all([registry.url, url].map((base) => fetch(base + path)))
    expect([path, copy!.status]).toEqual([path, 200])
    expect(await copy!.text()).toBe(await own!.text())
  }
  const page = await (await fetch(`${url}/log`)).text()
  expect(page).toContain('This is a mirror.')
  expect(page).toContain(`href="${registry.url}"`)
  expect(await (await fetch(`${registry.url}/log`)).text()).not.toContain('This is a mirror.')
  const about = (path: string) => fetch(`${path}/.well-known/accord-registry`).then((r) => r.json())
  expect(await about(url)).toMatchObject({ mirror_of: registry.url, mirror_vkey: vkey })
  expect(await about(registry.url)).toMatchObject({ mirror_of: null, mirror_vkey: null })
  for (const path of ['/v1/attestations', '/v1/check', '/v1/check-domain']) {
    const headers = { 'content-type': 'text/plain' }
    const refused = await fetch(url + path, { method: 'POST', headers, body: 'anything' })
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      { code: 'mirror', detail: `this is a mirror of ${registry.url}` },
    ])
  }
  expect((await fetch(`${url}/v1/admission`)).status).toBe(503)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)

  const policy = parsePolicy(`log ${registry.vkey}\nwitness m ${vkey}\nquorum m\n`)
  expect(parseVKey(vkey).name).toBe('mirror.example')
  const note = parseNote(await (await fetch(`${url}/checkpoint`)).text())
  expect(openWithPolicy(note, policy, nodeVerify).cosigned).toMatchObject([{ witness: 'm' }])

  const second = await stage.accord(['mirror', registry.url])
  expect([second.exit, second.err]).toEqual([2, expect.stringContaining('DATA_IN_USE')])
  expect(second.err).toContain('another mirror works in')

  await logChecks(registry, ['b.example'])
  await reaches(url, 6)
  first.child.kill('SIGKILL')
  await first.ended
  await logChecks(registry, ['c.example'])
  const again = await follow(folder, registry.url, COSIGN)
  await reaches(again.announced.url, 7)
  expect(again.announced.vkey).toBe(vkey)
  again.child.kill('SIGTERM')
  expect(await again.ended).toBe(0)
  expect((await stage.accord(['fsck', '--db', 'mirror/accord.sqlite'])).exit).toBe(0)
})

test('a static tree passes fsck, is gone on with, and is of one log', async () => {
  const registry = await startRegistry(folder)
  const copy = () => stage.accord(['mirror', registry.url, '--to', 'tree'])
  expect(await copy()).toEqual({
    ...{ exit: 0, err: '' },
    out: 'copied: 4 entries, each proven and judged by the law\n',
  })
  await logChecks(registry, ['a.example'])
  expect((await copy()).exit).toBe(0)
  expect((await stage.accord(['fsck', 'tree'])).exit).toBe(0)
  const files = readdirSync(join(folder, 'tree'), { recursive: true }).map(String)
  expect(files.filter((f) => f.endsWith('.new'))).toEqual([])
  // Who still has the older checkpoint finds its tiles.
  expect(files).toEqual(
    expect.arrayContaining(['tile/0/000.p/4', 'tile/0/000.p/5'].map((f) => join(f))),
  )
  const other = mkdtempSync(join(tmpdir(), 'accord-mirror-'))
  onTestFinished(() => rmSync(other, { recursive: true }))
  const stranger = await startRegistry(other, { ACCORD_ORIGIN: 'other.localhost/accord' })
  const args = ['--data', 'other', '--to', 'tree', '--policy', join(other, 'data', 'policy.txt')]
  const mixed = await stage.accord(['mirror', stranger.url, ...args])
  expect([mixed.exit, mixed.err]).toEqual([2, expect.stringContaining('OTHER_LOG')])
  const same = await stage.accord(['mirror', stranger.url, ...args.slice(4)])
  expect([same.exit, same.err]).toEqual([2, expect.stringContaining('OTHER_LOG')])
})

test('a log that is forked leaves evidence that anybody can check', async () => {
  const registry = await startRegistry(folder)
  const cheat = mkdtempSync(join(tmpdir(), 'accord-mirror-'))
  onTestFinished(() => rmSync(cheat, { recursive: true }))
  await registry.close()
  cpSync(join(folder, 'data'), join(cheat, 'data'), { recursive: true })
  const [one, other] = [await startRegistry(folder), await startRegistry(cheat)]
  await logChecks(one, ['a.example'])
  await logChecks(other, ['b.example'])
  expect((await stage.accord(['mirror', one.url])).exit).toBe(0)
  const { exit, err } = await stage.accord(['mirror', other.url])
  expect([exit, err]).toEqual([1, expect.stringContaining('accord mirror: FORK: ')])
  const [file] = readdirSync(join(folder, 'mirror', 'alarms'))
  expect(readFileSync(join(folder, 'mirror', 'alarms', file!), 'utf8')).toContain('kind fork')
  const checked = await stage.accord(['verify', join('mirror', 'alarms', file!)])
  expect([checked.exit, checked.out]).toEqual([0, expect.stringContaining('has signed two trees')])
})

test("a registry's data is no mirror's, and a log that is not there is no verdict", async () => {
  const registry = await startRegistry(folder)
  const { url } = registry
  const own = await stage.accord(['mirror', url, '--data', 'data'])
  expect([own.exit, own.err]).toEqual([2, expect.stringContaining('is the data of a registry')])
  const nobody = await new LogServer().start()
  const gone = await stage.accord(['mirror', nobody.url])
  expect([gone.exit, gone.err]).toEqual([2, expect.stringContaining('UNAVAILABLE')])
  const nameless = await stage.accord(['mirror', url, '--policy', ''])
  expect([nameless.exit, nameless.err]).toEqual([2, expect.stringContaining('POLICY_NEEDED')])
})
