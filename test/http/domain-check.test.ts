/**
 * What a domain shows, asked over the API. The domain is a name server on loopback.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { formatRecord } from '../../src/domain/binding.ts'
import { readSettings } from '../../src/node/config.ts'
import { keyOf } from '../accord/keys.ts'
import { type NameServer, openNameServer } from '../domain/name-server.ts'
import { openSite } from './site.ts'

const ORIGIN = 'registry.localhost/accord'
const CEO = keyOf('contoso.com/ceo').vkey
const CFO = keyOf('contoso.com/cfo').vkey

let folder: string
let names: NameServer
let serving: Serving
let records: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'accord-check-'))
  names = await openNameServer(({ name, type }) =>
    type === 'TXT' && name === '_accord.contoso.com' && records.length > 0
      ? { answers: records.map((data) => ({ type: 'TXT', name, data: [data] })) }
      : { code: 3 },
  )
  const settings = readSettings({
    PORT: '0',
    ACCORD_DATA_DIR: join(folder, 'data'),
    ACCORD_METHODS: 'dns',
    ACCORD_RESOLVERS: `127.0.0.1:${names.port}`,
    ACCORD_TRUSTED_PROXIES: '1',
    ACCORD_QUOTA_ADDRESS: '4',
  })
  serving = await serve({ settings, clock: () => now, log: () => {} })
})
afterAll(async () => {
  await serving.close()
  await names.close()
  rmSync(folder, { recursive: true })
})

/** Each test asks a while after the one before: an answer is taken for the present one for a moment. */
let now = 1_800_000_000
beforeEach(() => {
  now += 60
  records = []
})

let asked = 0

async function check(body: object, from = `192.0.2.${++asked}`) {
  return fetch(`${serving.url}/v1/check-domain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify(body),
  })
}

test('says which keys are seen, which are missing, and which are too many', async () => {
  const domain = 'contoso.com'
  const none = await (await check({ domain, keys: [CEO] })).json()
  expect(none).toMatchObject({ domain, verdict: 'not-shown' })
  expect(none.channels).toMatchObject([
    {
      method: 'dns',
      asked: '_accord.contoso.com',
      keys: [],
      missing: [CEO],
      surplus: [],
      why: null,
    },
  ])
  now += 60
  records = [CEO, CFO].map((vkey) => formatRecord({ origin: ORIGIN, vkey }))
  const more = await (await check({ domain, keys: [CEO] })).json()
  expect(more).toMatchObject({ verdict: 'not-shown', channels: [{ missing: [], surplus: [CFO] }] })
  const both = await (await check({ domain, keys: [CFO, CEO] })).json()
  expect(both).toMatchObject({ verdict: 'shown', channels: [{ missing: [], surplus: [] }] })
})

test('what is nearly right is said', async () => {
  records = [`${formatRecord({ origin: ORIGIN, vkey: CEO })};`]
  const { verdict, channels } = await (await check({ domain: 'contoso.com', keys: [CEO] })).json()
  expect(verdict).toBe('not-shown')
  expect(channels[0].remarks.join()).toContain('accord=v1')
})

test('asks nobody for what is no question', async () => {
  const before = names.asked.length
  for (const [status, code, body] of [
    [400, 'malformed-body', { domain: 'contoso.com', keys: [] }],
    [400, 'malformed-body', { domain: 'localhost', keys: [CEO] }],
    [400, 'malformed-body', { domain: 'fabrikam.example', keys: [CEO] }],
    [422, 'admission-domain', { domain: 'co.uk', keys: [keyOf('co.uk').vkey] }],
  ] as const) {
    const response = await check(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  }
  expect(names.asked.length).toBe(before)
})

test('one address may ask so often, and one domain be asked so often', async () => {
  const body = { domain: 'contoso.com', keys: [CEO] }
  for (let i = 0; i < 4; i++) expect((await check(body, '198.51.100.1')).status).toBe(200)
  const enough = await check(body, '198.51.100.1')
  expect(enough.status).toBe(429)
  expect(Number(enough.headers.get('retry-after'))).toBeGreaterThan(0)
  let last = enough
  for (let i = 0; i < 40; i++)
    last = await check({ domain: `s${i}.contoso.com`, keys: [keyOf(`s${i}.contoso.com`).vkey] })
  expect(last.status).toBe(429)
  expect(await last.json()).toMatchObject({
    code: 'admission-quota',
    retry_after: expect.any(Number),
  })
})

test('a registry that confirms domains by hand asks nobody', async () => {
  const site = await openSite()
  const response = await site.post(
    '/v1/check-domain',
    JSON.stringify({ domain: 'contoso.com', keys: [CEO] }),
    { 'content-type': 'application/json' },
  )
  expect(await response.json()).toMatchObject({ verdict: 'by-hand', channels: [] })
  await site.close()
})
