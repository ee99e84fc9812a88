import { createHmac, timingSafeEqual } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { commandSink } from '../../src/node/command-sink.ts'
import { parseWebhookSecret, signWebhook, webhookSink } from '../../src/node/webhook.ts'
import { NOTHING, type Report } from '../../src/watch/report.ts'
import { listen } from '../client/server.ts'

/** The secret of the specification's own example. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const report: Report = {
  ...NOTHING,
  id: 'entry/12/entry/all',
  rule: 'entry',
  log: 'registry.example/accord',
  at: '2026-01-01T00:00:00Z',
  text: 'entry 12: "é" 😀',
}

const anywhere = {
  secret: SECRET,
  allowed: () => true,
  plain: true,
  patience: 2000,
  clock: () => 1_800_000_000,
}

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A target that answers with a status, and what it received. */
async function target(status: number, headers: Record<string, string> = {}) {
  const received: Received[] = []
  const url = await listen((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      response.writeHead(status, headers).end()
    })
  })
  return { url, received }
}

describe('a webhook', () => {
  test('signs as Standard Webhooks does: the example of the specification', () => {
    const body = '{"test": 2432232314}'
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
    expect(signWebhook(parseWebhookSecret(SECRET), id, 1614265330, body)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  test('sends the report, so that whoever has the secret can verify it', async () => {
    const { url, received } = await target(204)
    await webhookSink({ ...anywhere, url: `${url}/hook?x=1` }).send(report)
    const [{ headers, body }] = received as [Received]
    const id = headers['webhook-id'] as string
    const time = headers['webhook-timestamp'] as string
    expect([id, time]).toEqual(['registry.example/accord#entry/12/entry/all', '1800000000'])
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
    const mac = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest()
    const [version, given] = (headers['webhook-signature'] as string).split(',')
    expect(version).toBe('v1')
    expect(timingSafeEqual(mac, Buffer.from(given!, 'base64'))).toBe(true)
    expect(JSON.parse(body)).toEqual({ type: 'accord.entry', timestamp: report.at, data: report })
  })

  test.each([301, 302, 307, 400, 410, 500, 503])('is not taken with %i', async (status) => {
    const { url, received } = await target(status, { location: 'http://127.0.0.1:9/' })
    await expect(webhookSink({ ...anywhere, url }).send(report)).rejects.toMatchObject({
      code: 'NOT_TAKEN',
    })
    expect(received).toHaveLength(1)
  })

  test('that hangs is cut off', async () => {
    const url = await listen(() => {})
    await expect(
      webhookSink({ ...anywhere, url, patience: 100 }).send(report),
    ).rejects.toMatchObject({
      code: 'NOT_TAKEN',
      message: expect.stringContaining('within 100 ms'),
    })
  })

  test('that drips its head is cut off', async () => {
    const server = createTcp((socket) => {
      const drip = setInterval(() => socket.write('HTTP'), 20)
      socket.on('close', () => clearInterval(drip)).on('error', () => {})
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const sink = webhookSink({ ...anywhere, url: `http://127.0.0.1:${port}/`, patience: 200 })
    await expect(sink.send(report)).rejects.toMatchObject({ code: 'NOT_TAKEN' })
  })

  test('that answers without end is not listened to', async () => {
    const url = await listen((_, response) => {
      response.writeHead(200)
      const pour = () => response.writable && response.write('x'.repeat(65_536), pour)
      pour()
      response.on('error', () => {})
    })
    await webhookSink({ ...anywhere, url }).send(report)
  })

  test('in a private network is refused, by name too, and nothing is sent', async () => {
    const { url, received } = await target(200)
    const own = { ...anywhere, allowed: () => false }
    const { port } = new URL(url)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '0x7f000001']) {
      const sink = webhookSink({ ...own, url: `http://${host}:${port}/` })
      await expect(sink.send(report)).rejects.toMatchObject({ code: 'PRIVATE' })
    }
    expect(received).toEqual([])
  })

  test('connects to an address that was checked, and to no other', async () => {
    const checked: string[] = []
    const { url } = await target(200)
    const allowed = (address: string) => checked.push(address) > 0
    const named = url.replace('127.0.0.1', 'localhost')
    await webhookSink({ ...anywhere, url: named, allowed })
      .send(report)
      .catch(() => {})
    expect(checked.length).toBeGreaterThan(0)
    expect(checked.every((a) => a === '127.0.0.1' || a === '::1')).toBe(true)
  })

  test.each([
    'http://hooks.example/',
    'ftp://hooks.example/',
    'hooks.example',
    'https://u:p@hooks.example/',
  ])('is not sent to %s', (url) => {
    expect(() => webhookSink({ ...anywhere, plain: false, url })).toThrow(
      expect.objectContaining({ code: 'BAD_URL' }),
    )
  })

  test.each([
    'whsec_',
    'whsec_AAAA',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*',
  ])('has no secret like %s', (secret) => {
    expect(() => parseWebhookSecret(secret)).toThrow(
      expect.objectContaining({ code: 'BAD_SECRET' }),
    )
  })
})

describe('a command', () => {
  const node = (script: string, patience = 10_000) =>
    commandSink({ argv: [process.execPath, '-e', script], cwd: tmpdir(), patience })

  test('reads the report', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'accord-command-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'got')
    await node(`process.stdin.pipe(require('fs').createWriteStream(${JSON.stringify(file)}))`).send(
      report,
    )
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(report)
  })

  test('takes a report where it exits with 0, reading it or not', async () => {
    await node('process.exit(0)').send(report)
    await expect(node('process.exit(3)').send(report)).rejects.toThrow('ended with 3')
  })

  test('that hangs is killed', async () => {
    await expect(node('setInterval(() => {}, 1000)', 300).send(report)).rejects.toThrow('SIGKILL')
  })

  test('that is not there took nothing', async () => {
    const sink = commandSink({ argv: ['/no/such/program'], cwd: tmpdir(), patience: 1000 })
    await expect(sink.send(report)).rejects.toThrow('ENOENT')
  })

  test('is read by no shell', async () => {
    const sink = commandSink({
      argv: [process.execPath, '-e', '', '; exit 1'],
      cwd: tmpdir(),
      patience: 10_000,
    })
    await sink.send(report)
  })
})
