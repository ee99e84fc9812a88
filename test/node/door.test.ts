import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Answerer, type Door, openDoor } from '../../src/cli/door.ts'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'

const here = { HOST: '127.0.0.1', PORT: 0 }

function dial(url: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port: Number(new URL(url).port), allowHalfOpen: true }, () =>
      resolve(socket),
    )
  })
}

/** Everything that comes back for some bytes; `end` closes this half of the connection. */
async function sent(url: string, text: string, end = false): Promise<string> {
  const socket = await dial(url)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  if (end) socket.end(text)
  else socket.write(text)
  await new Promise((resolve) => socket.once('end', resolve))
  socket.destroy()
  return answer
}

function expectProblem(answer: string, status: number, code: string): void {
  const [head, body] = answer.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head!.toLowerCase()).toContain('content-type: application/problem+json')
  expect(JSON.parse(body!)).toMatchObject({ type: `/problems/${code}`, status, code })
}

const POST = [
  'POST /v1/attestations HTTP/1.1',
  'host: x',
  'content-type: text/plain',
  'content-length: 1000',
  '',
  'abc',
].join('\r\n')

describe('a request that cannot be read is answered with a problem:', () => {
  let folder: string
  let serving: Serving

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'accord-door-'))
    const settings = readSettings({ PORT: '0', ACCORD_DATA_DIR: join(folder, 'data') })
    serving = await serve({ settings, clock: () => 1_800_000_000, log: () => {} })
  })

  afterEach(async () => {
    await serving.close()
    rmSync(folder, { recursive: true })
  })

  test('a body that is cut short', async () => {
    expectProblem(await sent(serving.url, POST, true), 400, 'truncated-body')
  })

  test('no host, or one that is none', async () => {
    const close = 'connection: close\r\n\r\n'
    const none = await sent(serving.url, `GET /healthz HTTP/1.1\r\n${close}`)
    expectProblem(none, 400, 'bad-request')
    const odd = await sent(serving.url, `GET /healthz HTTP/1.1\r\nhost: a b/c\r\n${close}`)
    expectProblem(odd, 400, 'bad-request')
  })

  test('a URL of 20 kB', async () => {
    const long = `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`
    expectProblem(await sent(serving.url, long), 431, 'header-too-large')
  })

  test('what is no HTTP', async () => {
    expectProblem(await sent(serving.url, 'hello\r\n\r\n'), 400, 'bad-request')
  })

  test('and its codes are explained', async () => {
    for (const code of ['bad-request', 'header-too-large', 'timeout']) {
      const answer = await (await fetch(`${serving.url}/problems/${code}`)).json()
      expect(answer).toMatchObject({ code, check: 'request' })
    }
  })
})

describe('a door', () => {
  let door: Door

  test('ends a request that comes in too slowly', async () => {
    door = await openDoor(here, 300)
    door.answer(() => new Promise((resolve) => setTimeout(resolve, 1000)))
    expectProblem(await sent(door.url, POST), 408, 'timeout')
    await door.close()
  })

  test('tells whoever comes before there is an answer to come again', async () => {
    door = await openDoor(here)
    const answer = await fetch(door.url)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'unavailable' })
    await door.close()
  })

  test('is closed when nobody works on a request any more, though its reader is gone', async () => {
    door = await openDoor(here)
    let finish = () => {}
    const begun = new Promise<void>((resolve) => {
      const listener = getRequestListener(async () => {
        resolve()
        await new Promise<void>((end) => {
          finish = end
        })
        return new Response('too late')
      })
      door.answer(listener as Answerer)
    })
    const socket = await dial(door.url)
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await begun
    socket.destroy()
    let closed = false
    const closing = door.close().then(() => {
      closed = true
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(closed).toBe(false)
    finish()
    await closing
    expect(closed).toBe(true)
  })
})
