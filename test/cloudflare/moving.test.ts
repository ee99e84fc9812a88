import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { Stage } from '../cli/script.ts'
import { buildClocked, startFlare, TOKEN } from './miniflare.ts'

const NOW = 1_800_000_000

const LIFE = `
$ accord keygen contoso.com/ceo -o ceo.key
<ceo>
! ...

$ accord confirm contoso.com --keys <ceo> --how 'met them' --yes
...
! ...

$ accord enrol --name Contoso --keys <ceo> -k ceo.key --yes
...
! ...
! ...

$ accord card Ann Ottilie Example -o ann.card
<ann>
...

$ accord commit sign tech-sector-accord --declare compulsion=cannot-comment --declare scope=none --officer 'Chief executive=ann.card' --card ann.card -k ceo.key --yes -o pledge
...
! ...
`

let folder: string
let script: string
let stage: Stage
let running: { close(): Promise<void> }[]
let worker: { close(): Promise<void> }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord-moving-'))
  script = join(folder, 'worker.js')
  await buildClocked(script)
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  stage = new Stage(await mkdtemp(join(folder, 'stage-')), NOW)
  stage.env['ACCORD_ADMIN_TOKEN'] = TOKEN
  running = []
})
afterEach(async () => {
  for (const server of running.reverse()) await server.close()
})

async function onNode(data: string): Promise<Serving> {
  const settings = readSettings({
    PORT: '0',
    ACCORD_DATA_DIR: join(stage.cwd, data),
    ACCORD_METHODS: 'manual',
  })
  const serving = await serve({ settings, clock: () => stage.now, log: () => {} })
  running.push(serving)
  stage.env['ACCORD_LOG'] = serving.url
  return serving
}

async function stop(server: { close(): Promise<void> }): Promise<void> {
  await server.close()
  running = running.filter((s) => s !== server)
}

/** An empty home in workerd, with the keys of a data directory. @returns its address */
async function onWorkerd(data: string, kept?: string): Promise<string> {
  const key = async (name: string) =>
    (await readFile(join(stage.cwd, data, 'keys', `${name}.key`), 'utf8')).trim()
  const flare = await startFlare(script, { log: await key('log'), clerk: await key('clerk') }, kept)
  worker = { close: () => flare.dispose() }
  running.push(worker)
  const url = (await flare.ready).href.replace(/\/$/, '')
  await (await fetch(`${url}/test/clock?now=${stage.now}`)).text()
  return url
}

async function command(...args: string[]) {
  const outcome = await stage.accord(args)
  if (outcome.exit !== 0) throw new Error(`${args.join(' ')}: ${outcome.err}`)
  return outcome.out
}

const text = async (url: string) => (await fetch(url)).text()

async function receipts(): Promise<string[]> {
  return (await readdir(stage.cwd)).filter((file) => file.endsWith('.tlog-proof'))
}

/** What anybody is given of the log: its tree, its pages' data, each receipt. */
async function servedBy(url: string): Promise<string[]> {
  const size = Number((await text(`${url}/checkpoint`)).split('\n')[1])
  const paths = [
    'checkpoint',
    'v1/parties',
    'v1/instruments',
    'v1/parties/contoso.com',
    ...Array.from({ length: size }, (_, i) => `v1/entries/${i}`),
  ]
  return Promise.all(paths.map((path) => text(`${url}/${path}`)))
}

test('a registry moves to Cloudflare and back, and its old homes sign nothing any more', async () => {
  const first = await onNode('data')
  await cp(join(stage.cwd, 'data', 'policy.txt'), join(stage.cwd, 'policy.txt'))
  stage.env['ACCORD_POLICY'] = 'policy.txt'
  await stage.run(LIFE)
  const before = await servedBy(first.url)
  expect(before.length).toBeGreaterThan(8)
  await stop(first)

  // To Cloudflare.
  const worker = await onWorkerd('data')
  await command('export', 'packed', '--to', worker, '--yes')

  // It was closed for one address, and is packed for no other.
  const other = await stage.accord(['export', 'other', '--to', 'https://b.example', '--yes'])
  expect(other).toMatchObject({ exit: 1, err: expect.stringContaining('was closed for') })

  // What is not whole any more is not taken for a mirror's copy, which has no cards.
  await cp(join(stage.cwd, 'packed'), join(stage.cwd, 'damaged'), { recursive: true })
  await rm(join(stage.cwd, 'damaged', 'moving', 'cards'))
  const damaged = await stage.accord(['import', 'damaged', '--into', worker])
  expect(damaged).toMatchObject({ exit: 2, err: expect.stringContaining('NO_FILE') })

  await command('import', 'packed', '--into', worker)
  stage.env['ACCORD_LOG'] = worker
  expect(await servedBy(worker)).toEqual(before)
  for (const file of await receipts()) await command('verify', file)
  const pledge = await statement()
  expect(await text(`${worker}/v1/attestations/${pledge}/cards`)).toContain('Ottilie')

  // Nobody else moves anything, and nothing moves in where a log is in service.
  stage.env['ACCORD_ADMIN_TOKEN'] = `${TOKEN}!`
  const foreign = await stage.accord(['export', 'x', '--from', worker, '--to', worker, '--yes'])
  expect(foreign.err).toContain('401')
  stage.env['ACCORD_ADMIN_TOKEN'] = TOKEN
  const again = await stage.accord(['import', 'packed', '--into', worker])
  expect(again).toMatchObject({ exit: 1, err: expect.stringContaining('in service') })

  // The first home refuses to sign, whatever is done to it.
  await expect(onNode('data')).rejects.toMatchObject({ code: 'CLOSED' })
  const twice = await stage.accord(['import', 'packed', '--data', 'third'])
  expect(twice.err).toContain('has arrived at')

  const same = await stage.accord(['import', 'packed', '--data', 'data'])
  expect(same.err).toContain('has left')

  // It goes on there.
  await command('commit', 'withdraw', 'tech-sector-accord', '-k', 'ceo.key', '--yes', '-o', 'end')
  const after = await servedBy(worker)
  expect(after.length).toBe(before.length + 1)

  // And back, into a new folder with the same keys.
  await command('export', 'back', '--from', worker, '--to', 'http://127.0.0.1:1', '--yes')
  const declared = ['--declare', 'compulsion=cannot-comment', '--declare', 'scope=none']
  const more = ['commit', 'sign', 'no-backdoor-pledge', ...declared, '-k', 'ceo.key', '--yes']
  const late = await stage.accord(more)
  expect(late.exit).not.toBe(0)
  expect(late.err).toContain('the log has moved to http://127.0.0.1:1')
  expect(await servedBy(worker)).toEqual(after)
  await command('import', 'back', '--data', 'home')
  await cp(join(stage.cwd, 'data', 'keys'), join(stage.cwd, 'home', 'keys'), { recursive: true })
  const home = await onNode('home')
  expect(await servedBy(home.url)).toEqual(after)
  expect(await text(`${home.url}/v1/attestations/${pledge}/cards`)).toContain('Ottilie')
  for (const file of await receipts()) await command('verify', file)
})

test('an object that was set back signs nothing, and a mirror brings back what it lost', async () => {
  const first = await onNode('data')
  await cp(join(stage.cwd, 'data', 'policy.txt'), join(stage.cwd, 'policy.txt'))
  stage.env['ACCORD_POLICY'] = 'policy.txt'
  await stage.run(LIFE)
  await stop(first)
  const kept = join(stage.cwd, 'kept')
  const url = await onWorkerd('data', kept)
  await command('export', 'packed', '--to', url, '--yes')
  await command('import', 'packed', '--into', url)
  stage.env['ACCORD_LOG'] = url
  await stop(worker)
  await cp(join(kept, 'objects'), join(kept, 'yesterday'), { recursive: true })

  // A day goes on, and a mirror has it.
  const today = await onWorkerd('data', kept)
  stage.env['ACCORD_LOG'] = today
  await command('commit', 'withdraw', 'tech-sector-accord', '-k', 'ceo.key', '--yes', '-o', 'end')
  await command('mirror', today, '--to', 'copy')
  const served = await servedBy(today)
  await stop(worker)
  await rm(join(kept, 'objects'), { recursive: true })
  await cp(join(kept, 'yesterday'), join(kept, 'objects'), { recursive: true })

  // It is read as far as it goes, and takes nothing.
  const back = await onWorkerd('data', kept)
  stage.env['ACCORD_LOG'] = back
  const refused = await stage.accord(['submit', 'pledge.note'])
  expect(refused.exit).not.toBe(0)
  const elsewhere = 'https://elsewhere.example'
  const away = await stage.accord(['export', 'x', '--from', back, '--to', elsewhere, '--yes'])
  expect(away.err).toContain('not in service')
  await command('import', 'copy', '--into', back)
  expect(await servedBy(back)).toEqual(served)
  const declared = ['--declare', 'compulsion=cannot-comment', '--declare', 'scope=none']
  const more = ['commit', 'sign', 'no-backdoor-pledge', ...declared, '-k', 'ceo.key', '--yes']
  await command(...more)
})

test('a database that was set back does not move', async () => {
  const first = await onNode('data')
  await stop(first)
  await cp(join(stage.cwd, 'data', 'accord.sqlite'), join(stage.cwd, 'old.sqlite'))
  stage.env['ACCORD_POLICY'] = 'data/policy.txt'
  const again = await onNode('data')
  await stage.run(LIFE.slice(0, LIFE.indexOf('$ accord enrol')))
  await stop(again)
  await cp(join(stage.cwd, 'old.sqlite'), join(stage.cwd, 'data', 'accord.sqlite'))
  const moved = await stage.accord(['export', 'x', '--to', 'https://elsewhere.example', '--yes'])
  expect(moved).toMatchObject({ exit: 2, err: expect.stringContaining('BEHIND') })
})

async function statement(): Promise<string> {
  const entries = await text(`${stage.env['ACCORD_LOG']}/v1/parties/contoso.com`)
  return (JSON.parse(entries) as { head: { digest: string } }).head.digest
}
