import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import dns from 'dns-packet'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import type { Report } from '../../src/watch/report.ts'
import { company } from '../accord/cast.ts'
import { World } from '../accord/kit.ts'
import { copyOf, policyOf } from '../client/copy.ts'
import { listen } from '../client/server.ts'
import { Stage, splitWords } from './script.ts'

const root = join(import.meta.dirname, '../..')

let stage: Stage
let world: World
const files = new Map<string, Uint8Array>()

/** A log in which contoso.com has signed, served as files on loopback. */
beforeEach(async () => {
  world = new World({ now: Math.floor(Date.now() / 1000) - 3600 })
  world.add(world.instrument())
  world.join(company('contoso.com'))
  world.add(world.sign('contoso.com'))
  stage = new Stage(await mkdtemp(join(tmpdir(), 'accord-monitor-')), world.now)
  await serveLog()
  stage.env['ACCORD_LOG'] = await listen((request, response) => {
    const bytes = files.get((request.url ?? '').slice(1))
    response.writeHead(bytes ? 200 : 404).end(bytes)
  })
  stage.env['ACCORD_POLICY'] = 'policy.txt'
  await writeFile(join(stage.cwd, 'policy.txt'), policyOf(world))
})
afterEach(() => rm(stage.cwd, { recursive: true }))

async function serveLog(of = world, size?: number): Promise<void> {
  const copy = await copyOf(of, size)
  files.clear()
  for (const [path, bytes] of copy.files) files.set(path, bytes)
}

async function add(...notes: string[]): Promise<void> {
  for (const note of notes) world.add(note)
  stage.now = world.now
  await serveLog()
}

const once = (...args: string[]) => stage.accord(['monitor', '--once', '--dir', 'watch', ...args])

async function reportsOf(dir = 'watch'): Promise<Report[]> {
  const text = await readFile(join(stage.cwd, dir, 'reports.jsonl'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Report)
}

describe('once', () => {
  test('says what is new, with what can be done, and where it is kept', async () => {
    const first = await once('contoso.com')
    expect(first).toMatchObject({ exit: 0, err: '' })
    expect(first.out).toMatch(/^good: 5 entries; the reports are in .*watch\/reports\.jsonl\n$/)
    world.days(320)
    await add(world.verification('contoso.com', world.daily('contoso.com')))
    const { out, exit } = await once('contoso.com')
    expect(exit).toBe(0)
    expect(out).toContain(
      '  entry  entry 5: registry.example ("The depositary") logged what it saw',
    )
    expect(out).toContain('is due to be renewed\n  Renew with: accord renew --all')
    expect((await once('contoso.com')).out).toMatch(/^good: 6 entries/)
  })

  test('answers in JSON as one object', async () => {
    await once()
    await add(world.withdraw('contoso.com'))
    const { out, exit } = await once('--json')
    expect(JSON.parse(out)).toMatchObject({
      ...{ ok: true, exit: 0, state: 'good', size: 6, why: null, undelivered: {} },
      reports: [{ rule: 'entry', index: 5 }, { rule: 'standing' }, { rule: 'announced' }],
    })
    expect(exit).toBe(0)
  })

  test('a fork is exit 1, with a file that anybody verifies', async () => {
    await once()
    const other = new World({ now: world.now })
    for (let i = 0; i < 4; i++) other.add(other.instrument({ id: `other-${i}` }))
    await serveLog(other)
    const { out, exit } = await once()
    expect(exit).toBe(1)
    expect(out).toContain('has forked: it signed a tree of 5 entries and one of 5')
    const [name] = await readdir(join(stage.cwd, 'watch/alarms'))
    expect(out).toContain(`evidence: alarms/${name}`)
    const verified = await stage.accord(['verify', `watch/alarms/${name}`])
    expect(verified.exit).toBe(0)
    expect(verified.out).toContain('It cannot have had both')
  })

  test('a log that is not reached is exit 2', async () => {
    await once()
    files.clear()
    const { exit, out } = await once()
    expect(exit).toBe(2)
    expect(out).toMatch(/^unknown: 5 entries: could not fetch the checkpoint/)
  })

  test('keeps an Atom file', async () => {
    await once('--atom', 'feed.xml', '--from', '0')
    const first = await readFile(join(stage.cwd, 'feed.xml'), 'utf8')
    expect(first).toContain('<title>Monitor: registry.example/accord</title>')
    expect(first.match(/<entry>/g)!.length).toBeGreaterThan(4)
    await add(world.withdraw('contoso.com'))
    await once('--atom', 'feed.xml')
    const second = await readFile(join(stage.cwd, 'feed.xml'), 'utf8')
    expect(second.indexOf('is withdrawing')).toBeGreaterThan(0)
    expect(second.indexOf('is withdrawing')).toBeLessThan(second.indexOf('enrolled, with its keys'))
    // As it is left by a monitor that was killed after it had kept a report.
    await writeFile(join(stage.cwd, 'feed.xml'), first)
    await once('--atom', 'feed.xml')
    expect(await readFile(join(stage.cwd, 'feed.xml'), 'utf8')).toBe(second)
  })

  test('runs a program, with arguments, for each report', async () => {
    await once('--exec', '["true"]')
    await add(world.withdraw('contoso.com'))
    const write = 'process.stdin.pipe(require("fs").createWriteStream("got", { flags: "a" }))'
    const argv = JSON.stringify([process.execPath, '-e', write])
    await writeFile(join(stage.cwd, 'got'), '')
    await stage.accord(['monitor', '--once', '--dir', 'exec', '--from', '5', '--exec', argv])
    const got = (await readFile(join(stage.cwd, 'got'), 'utf8')).trimEnd().split('\n')
    expect(got.map((line) => (JSON.parse(line) as Report).rule)).toEqual([
      'entry',
      'standing',
      'announced',
    ])
  })

  test('what is asked wrongly is said', async () => {
    const cases = [
      [['--only', 'gossip'], 'USAGE'],
      [['--webhook', 'https://hooks.example/'], 'USAGE'],
      [['--webhook', 'http://hooks.example/', '--webhook-secret', 's'], 'BAD_URL'],
      [['--every', 'often'], 'USAGE'],
      [['--exec', '[1]'], 'USAGE'],
    ] as const
    for (const [args, code] of cases) {
      const { exit, err } = await once(...args)
      expect([exit, err]).toEqual([2, expect.stringContaining(code)])
    }
  })

  test('a webhook in a private network is refused, until that is allowed', async () => {
    const got: string[] = []
    const url = await listen((request, response) => {
      got.push(request.headers['webhook-id'] as string)
      response.writeHead(204).end()
    })
    const hook = ['--webhook-secret', 'hook.secret', '--from', '4', '--webhook']
    const secure = url.replace('http:', 'https:')
    const refused = await once(...hook, secure)
    expect(refused.err).toContain('made hook.secret: give it to')
    expect([refused.exit, refused.err.includes('is in a private network'), got]).toEqual([
      2,
      true,
      [],
    ])
    const allowed = await once('--dir', 'other', ...hook, url, '--allow-private')
    expect([allowed.exit, got.length]).toEqual([0, 2])
    expect(got[0]).toBe('registry.example/accord#entry/4/entry/all')
  })

  test('two monitors do not share a folder', async () => {
    const other = start('--dir', watchDir())
    await other.said('first')
    const { exit, err } = await once()
    expect([exit, err]).toEqual([2, expect.stringContaining('DATA_IN_USE: another monitor')])
  })

  test('asks the domains too, where it is told to, and compares', async () => {
    const keys = world.daily('contoso.com')
    const shown = [keys.map((k) => k.vkey), [keys[0]!.vkey]]
    stage.env['ACCORD_RESOLVERS'] = await resolver(() => shown[0]!)
    await once('contoso.com', '--ask')
    await add(world.verification('contoso.com', keys))
    expect((await once('contoso.com', '--ask')).out).not.toContain('contradiction')
    shown.shift()
    await add(world.verification('contoso.com', keys))
    const { out, exit } = await once('contoso.com', '--ask')
    expect(exit).toBe(0)
    expect(out).toContain('contradiction  the depositary logged that contoso.com showed')
    expect(out).toContain(`asked from here (dns), it shows ${keys[0]!.vkey}\n`)
  })
})

function watchDir(): string {
  return join(stage.cwd, 'watch')
}

/** A name server on loopback that knows the keys of contoso.com, and no address. @returns where */
async function resolver(keys: () => readonly string[]): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, { port, address }) => {
    const query = dns.decode(bytes)
    const [question] = query.questions!
    const records = question!.type === 'TXT' ? keys() : []
    const answers = records.map((vkey) => ({
      ...({ type: 'TXT', name: question!.name, ttl: 60 } as const),
      data: `accord=v1; registry=${world.origin}; vkey=${vkey}`,
    }))
    const flags = dns.RECURSION_DESIRED | dns.RECURSION_AVAILABLE
    const questions = [question!]
    const answer: dns.Packet = { type: 'response', id: query.id!, flags, questions, answers }
    socket.send(dns.encode(answer), port, address)
  })
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  onTestFinished(() => void socket.close())
  return `127.0.0.1:${socket.address().port}`
}

/** A monitor as a process of its own. */
interface Started {
  readonly child: ChildProcess
  /** Waits until its output has a text; `first` is anything it has done at all. */
  said(text: string): Promise<void>
  readonly ended: Promise<number | null>
  readonly out: () => string
}

function start(...args: string[]): Started {
  const argv = [
    '--import',
    'tsx',
    join(root, 'src/cli/main.ts'),
    'monitor',
    '--every',
    '1',
    ...args,
  ]
  const policy = join(stage.cwd, 'policy.txt')
  const env = { ...process.env, ...stage.env, ACCORD_POLICY: policy }
  const child = spawn(process.execPath, argv, { cwd: root, env, stdio: 'pipe' })
  let out = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (out += String(chunk)))
  const ended = new Promise<number | null>((done) => child.on('close', done))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const there = async (text: string) =>
    text === 'first'
      ? (await readFile(join(stage.cwd, 'watch/state.json'), 'utf8').catch(() => '')).includes(
          'note',
        )
      : out.includes(text)
  return {
    child,
    ended,
    out: () => out,
    said: async (text) => {
      while (!(await there(text))) {
        if (child.exitCode !== null) throw new Error(`it ended: ${out}`)
        await new Promise((later) => setTimeout(later, 50))
      }
    },
  }
}

describe('day and night', () => {
  test('follows, and ends when it is told', async () => {
    const { child, said, ended, out } = start('--dir', watchDir())
    await said('first')
    await add(world.withdraw('contoso.com'))
    await said('is withdrawing')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(out()).toContain('stopped; what was not delivered is kept')
  })

  test('killed while a webhook hangs, it says what it had to say, and nothing is lost', async () => {
    const got: string[] = []
    let hangs = true
    const hanging = new Set<ServerResponse>()
    const server = createServer((request, response) => {
      if (hangs) hanging.add(response)
      else {
        got.push(request.headers['webhook-id'] as string)
        response.writeHead(204).end()
      }
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const secret = join(stage.cwd, 'hook.secret')
    const target = ['--webhook-secret', secret, '--allow-private', '--webhook', url]
    const hook = ['--dir', watchDir(), ...target]
    const first = start(...hook)
    await first.said('first')
    await add(world.withdraw('contoso.com'))
    while (hanging.size === 0) await new Promise((later) => setTimeout(later, 50))
    first.child.kill('SIGKILL')
    await first.ended
    const kept = await reportsOf()
    expect(kept.map((r) => r.rule)).toEqual(['entry', 'standing', 'announced'])
    hangs = false
    const second = start(...hook)
    while (got.length < 3) await new Promise((later) => setTimeout(later, 50))
    second.child.kill('SIGKILL')
    await second.ended
    expect(got.slice(0, 3)).toEqual(kept.map((r) => `registry.example/accord#${r.id}`))
    expect(await reportsOf()).toEqual(kept)
  })
})

test('a log nobody could read for a day is stale, and its last checkpoint is kept', async () => {
  await once()
  files.clear()
  stage.now += 2 * DAY
  const { exit, out } = await once()
  expect([exit, out.includes('is stale: since')]).toEqual([1, true])
  const [name] = await readdir(join(stage.cwd, 'watch/alarms'))
  const verified = await stage.accord(['verify', `watch/alarms/${name}`])
  expect([verified.exit, verified.out.includes('(testimony:')]).toEqual([2, true])
})

test('every command of the guide works, one after the other', async () => {
  const guide = await readFile(new URL('../../docs/guide-monitor.md', import.meta.url), 'utf8')
  const [watching, verifying, ...more] = [...guide.matchAll(/^```sh\naccord (.*)\n```$/gm)].map(
    (m) => splitWords(m[1]!),
  )
  expect(more).toEqual([])
  expect((await stage.accord([...watching!, '--dir', '.'])).exit).toBe(0)
  const other = new World({ now: world.now })
  for (let i = 0; i < 4; i++) other.add(other.instrument({ id: `other-${i}` }))
  await serveLog(other)
  expect((await stage.accord([...watching!, '--dir', '.'])).exit).toBe(1)
  const [name] = await readdir(join(stage.cwd, 'alarms'))
  const line = verifying!.map((word) => word.replace('fork-*.accord-alarm', name!))
  expect(await stage.accord(line)).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^alarms\/fork-\w+\.accord-alarm: verified/),
  })
})
