import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dohResolver, type FetchLike } from '../../src/domain/doh.ts'
import { fetchedHttps } from '../../src/domain/web.ts'
import { openAsking } from '../../src/node/asking.ts'
import { readSettings } from '../../src/node/config.ts'
import { CEO, record } from './keys.ts'
import { answerTo } from './name-server.ts'
import { openWebServer, ROOT_FILE, type WebServer } from './web-server.ts'

/** Resolvers and files over `fetch`, against a real server; and fetches that misbehave. */

const NAME = '_accord.contoso.com'
const answers = [{ type: 'TXT' as const, name: NAME, ttl: 60, data: record(CEO) }]

describe('DNS over HTTPS', () => {
  let web: WebServer
  let asked: { type?: string; accept?: string; question: string }[] = []
  beforeEach(async () => {
    asked = []
    web = await openWebServer('good', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const message = Buffer.concat(chunks)
        const about = { name: NAME, type: 'TXT', via: 'tcp' as const, message }
        const { 'content-type': type = '', accept = '' } = request.headers
        asked.push({ type, accept, question: `${request.method} ${request.url}` })
        response.setHeader('content-type', 'application/dns-message')
        response.end(answerTo(about, { answers, authentic: true }))
      })
    })
  })
  afterEach(() => web.close())

  const resolver = async () => {
    const url = `https://127.0.0.1:${web.port}/dns-query`
    const env = { ACCORD_RESOLVERS: url, ACCORD_DOMAIN_CA: ROOT_FILE }
    return (await openAsking(readSettings(env))).resolvers[0]!
  }

  test('asks by POST, and reads the answer with what is said of DNSSEC', async () => {
    const answer = await (await resolver()).ask(NAME, 'TXT')
    expect(answer).toEqual({
      ...{ outcome: 'answered', addresses: [], dnssec: 'secure' },
      texts: [new TextEncoder().encode(record(CEO))],
    })
    const type = 'application/dns-message'
    expect(asked).toEqual([{ type, accept: type, question: 'POST /dns-query' }])
  })

  test.each<[string, Parameters<typeof openWebServer>[1], RegExp]>([
    ['another status', (_, r) => void r.writeHead(500).end(), /expected status 200 of it, got 500/],
    ['a redirect', (_, r) => void r.writeHead(302, { location: '/' }).end(), /got 302/],
    [
      'another type',
      (_, r) => void r.setHeader('content-type', 'text/html').end('x'),
      /expected app/,
    ],
    ['300 KiB', (_, r) => dns(r).end(Buffer.alloc(300 * 1024)), /over 64 KiB/],
    ['bytes that answer nothing', (_, r) => dns(r).end('x'.repeat(100)), /does not answer/],
    ['nothing', (_, r) => dns(r).end(), /does not answer/],
    ['a connection that is cut', (q) => q.socket.destroy(), /cannot be reached/],
  ])('%s is no answer', async (_, answer, why) => {
    web.answer = answer
    expect(await (await resolver()).ask(NAME, 'TXT')).toEqual({
      ...{ outcome: 'unreachable', why: expect.stringMatching(why) },
    })
  })

  test('a certificate that is not known is no answer', async () => {
    const url = `https://127.0.0.1:${web.port}/dns-query`
    const { resolvers } = await openAsking(readSettings({ ACCORD_RESOLVERS: url }))
    const answer = await resolvers[0]!.ask(NAME, 'TXT')
    expect(answer).toMatchObject({ outcome: 'unreachable' })
    expect(asked).toEqual([])
  })

  test('one that says nothing is given up', async () => {
    const silent = dohResolver('https://resolver.example', hanging, 50)
    expect(await silent.ask(NAME, 'TXT')).toMatchObject({ why: 'no answer in time' })
  })

  test('a name that no message holds is not asked', async () => {
    const answer = await (await resolver()).ask('a'.repeat(64), 'TXT')
    expect(answer).toMatchObject({ outcome: 'unreachable' })
    expect(asked).toEqual([])
  })
})

const dns = (response: import('node:http').ServerResponse) =>
  response.setHeader('content-type', 'application/dns-message')

/** Answers when it is told to stop. */
const hanging: FetchLike = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

describe('files over fetch', () => {
  const path = '/.well-known/accord-keys.txt'
  const get = (fetch: FetchLike, patience = 5000) =>
    fetchedHttps(fetch, patience).get('contoso.com', path)
  const answering =
    (body: string | null, init: ResponseInit): FetchLike =>
    async () =>
      new Response(body, init)

  test.each(['0x7f.0x1', 'xn--a.contoso.com'])('are not asked for of %s', async (domain) => {
    const fetched: string[] = []
    const https = fetchedHttps(async (url) => {
      fetched.push(url)
      return new Response('', { headers: { 'content-type': 'text/plain' } })
    }, 1000)
    expect(await https.get(domain, path)).toMatchObject({ outcome: 'unreachable' })
    expect(fetched).toEqual([])
  })

  test('are asked for without following, and read', async () => {
    const seen: unknown[] = []
    const page = await get(async (url, { method, redirect }) => {
      seen.push([method, url, redirect])
      return new Response('# none\n', { headers: { 'content-type': 'text/plain' } })
    })
    expect(seen).toEqual([['GET', `https://contoso.com${path}`, 'manual']])
    expect(page).toEqual({
      ...{ outcome: 'answered', status: 200, type: 'text/plain', location: null },
      body: new TextEncoder().encode('# none\n'),
    })
  })

  test('of other statuses have no body, and those over 64 KiB no answer', async () => {
    const moved = answering('x', { status: 301, headers: { location: 'https://x.example/' } })
    expect(await get(moved)).toMatchObject({
      ...{ status: 301, location: 'https://x.example/', body: new Uint8Array() },
    })
    expect(await get(answering(null, { status: 404 }))).toMatchObject({ status: 404 })
    const large = await get(answering('#'.repeat(65_537), { status: 200 }))
    expect(large).toMatchObject({ outcome: 'unreachable', why: 'the file is over 64 KiB' })
    expect(await get(answering('#'.repeat(65_536), {}))).toMatchObject({ status: 200 })
  })

  test('that cannot be had say why', async () => {
    const cut: FetchLike = async () => {
      throw new TypeError('fetch failed', { cause: new Error('connection refused') })
    }
    expect(await get(cut)).toMatchObject({ outcome: 'unreachable', why: 'connection refused' })
    expect(await get(hanging, 50)).toMatchObject({ why: 'no answer in time' })
  })

  test('what is cut off is cancelled, so that its sender can stop', async () => {
    let cancelled = 0
    const endless: FetchLike = async () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
          cancel: () => void cancelled++,
        }),
      )
    expect(await get(endless)).toMatchObject({ outcome: 'unreachable' })
    expect(cancelled).toBe(1)
  })
})
