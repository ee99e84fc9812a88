import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'

const NOW = 1_800_000_000

let folder: string
let serving: Serving | undefined
/** The details of every warning. */
let logged: unknown[]

beforeEach(() => {
  serving = undefined
  logged = []
  folder = mkdtempSync(join(tmpdir(), 'accord-quota-'))
})

afterEach(async () => {
  await serving?.close()
  rmSync(folder, { recursive: true })
})

async function start(env: Readonly<Record<string, string>>): Promise<void> {
  const settings = readSettings({ PORT: '0', ACCORD_DATA_DIR: folder, ...env })
  const log = (level: string, _message: string, details?: object) => {
    if (level === 'warning') logged.push(details)
  }
  serving = await serve({ settings, clock: () => NOW, log })
}

async function send(forwarded?: string): Promise<number> {
  const through = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const headers = { 'content-type': 'text/plain', ...through }
  const sent = { method: 'POST', headers, body: 'no note' }
  return (await fetch(`${serving!.url}/v1/attestations`, sent)).status
}

test('behind a proxy each sender has a day of its own, and the tally outlives the process', async () => {
  await start({ ACCORD_QUOTA_ADDRESS: '2', ACCORD_TRUSTED_PROXIES: '1' })
  expect(await send('192.0.2.1')).toBe(422)
  expect(await send('198.51.100.7, 192.0.2.1')).toBe(422)
  expect(await send('203.0.113.5, 192.0.2.1')).toBe(429)
  expect(await send('192.0.2.2')).toBe(422)
  await serving!.close()
  await start({ ACCORD_QUOTA_ADDRESS: 'none', ACCORD_EXEMPT: 'contoso.de,contoso.fr' })
  expect(await (await fetch(`${serving!.url}/v1/admission`)).json()).toEqual({
    waiting: 0,
    limits: { address: null, party: 10, domain: 10 },
    exempt: ['contoso.de', 'contoso.fr'],
    refusals: [
      { day: '2027-01-15', code: 'admission-quota', count: 1 },
      { day: '2027-01-15', code: 'malformed-attestation', count: 3 },
    ],
  })
})

test('this machine is not counted', async () => {
  await start({ ACCORD_QUOTA_ADDRESS: '1' })
  for (let i = 0; i < 3; i++) expect(await send()).toBe(422)
  expect(logged).toEqual([])
})

test('a proxy on this machine that no setting speaks of is one sender, and is told of once', async () => {
  await start({ ACCORD_QUOTA_ADDRESS: '2' })
  expect(await send('192.0.2.1')).toBe(422)
  expect(await send('192.0.2.2')).toBe(422)
  expect(await send('192.0.2.3')).toBe(429)
  expect(logged).toEqual([expect.objectContaining({ setting: 'ACCORD_TRUSTED_PROXIES' })])
})

test.each([
  ['ACCORD_QUOTA_PARTY', '0'],
  ['ACCORD_QUOTA_ADDRESS', 'many'],
  ['ACCORD_TRUSTED_PROXIES', '-1'],
  ['ACCORD_EXEMPT', 'contoso'],
])('%s is not %s', (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(name)
})
