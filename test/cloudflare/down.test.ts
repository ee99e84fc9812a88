import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tellStory } from '../http/site.ts'
import { buildClocked, openWorkerd, type Workerd } from './miniflare.ts'

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const READ = ['/v1/parties', '/v1/parties?limit=2', '/parties/contoso.com', '/robots.txt']

let folder: string
let workerd: Workerd
let before: Map<string, string>
let taken: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord-down-'))
  await buildClocked(join(folder, 'worker.js'))
  workerd = await openWorkerd(join(folder, 'worker.js'))
  await tellStory(workerd)
  before = new Map()
  for (const path of [...READ, '/checkpoint', '/tile/entries/000.p/1']) {
    const answer = await workerd.request(path, { headers: HTML })
    expect([path, answer.status]).toEqual([path, 200])
    before.set(path, await answer.text())
  }
  await takeDown()
  await workerd.ask('/test/down?is=true')
  await workerd.request('/test/end').catch(() => {})
})

afterAll(async () => {
  await workerd?.close()
  await rm(folder, { recursive: true })
})

/** A text is read, and taken down, and asked for again. */
async function takeDown(): Promise<void> {
  const { speaker } = workerd
  const digest = speaker.head('contoso.com')!
  taken = `/v1/attestations/${digest}`
  expect((await workerd.request(taken)).status).toBe(200)
  await workerd.add(speaker.notice('takedown', digest, { reason: 'A court ordered it.' }))
  expect((await workerd.request(taken)).status).toBe(410)
}

test('the log is served as ever', async () => {
  const checkpoint = await workerd.request('/checkpoint')
  expect([checkpoint.status, checkpoint.headers.get('cache-control')]).toEqual([
    200,
    'public, max-age=1',
  ])
  const tile = await workerd.request('/tile/entries/000.p/1')
  expect(await tile.text()).toBe(before.get('/tile/entries/000.p/1'))
})

test.each(READ)('%s is what was read before, and says how old it is', async (path) => {
  const answer = await workerd.request(path, { headers: HTML })
  expect(answer.status).toBe(200)
  expect(Number(answer.headers.get('age'))).toBeLessThan(600)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('warning')).toContain('does not answer')
  expect([...answer.headers.keys()].filter((name) => name.startsWith('accord-'))).toEqual([])
  const said = /<p role="status">The registry does not answer.* read from it on 20[^<]* UTC\.<\/p>/
  const text = await answer.text()
  expect(said.test(text)).toBe(path === '/parties/contoso.com')
  expect(text.replace(said, '')).toBe(before.get(path))
  const head = await workerd.request(path, { method: 'HEAD', headers: HTML })
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(head.headers.get('age')).not.toBeNull()
})

test('what was not read, what was taken down, and what is sent: come again later', async () => {
  const sent = { method: 'POST', body: 'a note' }
  for (const [path, init] of [
    ['/v1/parties?limit=1', { headers: HTML }],
    ['/parties', {}],
    [taken, {}],
    ['/v1/attestations', sent],
    ['/parties/contoso.com', sent],
    ['/tile/entries/000.p/200', {}],
  ] as const) {
    const answer = await workerd.request(path, init)
    expect([path, answer.status]).toEqual([path, 503])
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  }
})

test('people are told in a page', async () => {
  const answer = await workerd.request('/parties', { headers: HTML })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await answer.text()).toContain('does not answer at the moment')
})

test('once it answers again nothing is old', async () => {
  await workerd.ask('/test/down?is=false')
  await workerd.add(workerd.speaker.withdraw('contoso.com'))
  const answer = await workerd.request('/parties/contoso.com', { headers: HTML })
  expect([answer.status, answer.headers.get('age')]).toEqual([200, null])
})
