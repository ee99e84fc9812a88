import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { q } from '../../db/sql.ts'
import type { Limits } from '../../src/depositary/quota.ts'
import { senderOf } from '../../src/http/sender.ts'
import { company } from '../accord/cast.ts'
import { openSite, type Site } from './site.ts'

let site: Site
/** What the next requests come from. */
let sender: string | null

async function open(limits: Partial<Limits>): Promise<void> {
  const gate = { limits: { address: null, party: null, domain: null, ...limits } }
  site = await openSite(undefined, undefined, { gate, addressOf: () => sender })
}

beforeEach(() => {
  sender = '192.0.2.1'
})

afterEach(() => site.close())

describe('from one address', () => {
  beforeEach(() => open({ address: 3 }))

  test('so much is read in a day, whatever becomes of it, and the rest is sent away unread', async () => {
    for (const path of ['/v1/attestations', '/v1/check', '/v1/attestations']) {
      expect((await site.post(path, 'no note')).status).not.toBe(429)
    }
    const response = await site.post('/v1/attestations', site.speaker.instrument())
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('28800')
    expect(await response.json()).toEqual({
      type: '/problems/admission-quota',
      title: 'more than may be sent within a day',
      status: 429,
      detail:
        '3 attempts have come from your network within a day; send it again from 2026-01-01T08:00:00Z on',
      code: 'admission-quota',
      check: 'admission',
      advice: 'send the same again when the time in `detail` has come: nothing is lost by waiting',
      retry_after: 28_800,
    })
    expect((await site.post('/v1/check', 'no note')).status).toBe(429)
    expect((await site.get('/v1/parties')).status).toBe(200)
    site.speaker.now += 28_800
    await site.add(site.speaker.instrument())
  })

  test('nobody else is kept waiting, nor the registry itself', async () => {
    for (let i = 0; i < 4; i++) await site.post('/v1/check', 'no note')
    expect((await site.post('/v1/check', 'no note')).status).toBe(429)
    sender = '192.0.2.2'
    expect((await site.post('/v1/check', 'no note')).status).toBe(200)
    sender = null
    for (let i = 0; i < 9; i++) expect((await site.post('/v1/check', 'x')).status).toBe(200)
  })

  test('is in no event, and in no table', async () => {
    for (let i = 0; i < 5; i++) await site.post('/v1/attestations', 'no note')
    expect(JSON.stringify(site.events)).not.toContain('192.0.2.1')
    await site.depositary.gate.flush()
    const { length } = await site.sql.all(q.selectFrom('tally').selectAll().compile())
    expect(length).toBe(2)
    const copy = join(mkdtempSync(join(tmpdir(), 'accord-quota-')), 'copy.sqlite')
    await site.sql.backup(copy)
    expect(readFileSync(copy).includes('192.0.2.1')).toBe(false)
    rmSync(dirname(copy), { recursive: true })
  })
})

describe('of one party', () => {
  test('so much is logged in a day, and the refusal is signed', async () => {
    await open({ party: 2 })
    const { speaker } = site
    await site.add(speaker.instrument())
    await site.join('contoso.com')
    await site.add(speaker.sign('contoso.com'))
    speaker.now += 60
    const response = await site.post('/v1/attestations', speaker.withdraw('contoso.com'))
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe(String(86_400 - 60))
    const problem = await response.json()
    expect(problem).toMatchObject({ code: 'admission-quota', retry_after: 86_400 - 60 })
    expect(problem.refusal.note).toContain('"code": "admission-quota"')
    const trial = await (await site.post('/v1/check', speaker.withdraw('contoso.com'))).json()
    expect(trial.refusal).toMatchObject({ code: 'admission-quota', retry_after: 86_400 - 60 })
    speaker.now += 86_400 - 60
    await site.add(speaker.withdraw('contoso.com'))
  })
})

describe('what is public', () => {
  test('are the limits, the queue, and how much was refused', async () => {
    await open({ address: 4, party: 50, domain: 2 })
    for (let i = 0; i < 6; i++) await site.post('/v1/attestations', 'no note')
    site.speaker.days(1)
    await site.post('/v1/attestations', site.speaker.enrol(company('contoso.com')))
    const response = await site.get('/v1/admission')
    expect(response.headers.get('cache-control')).toBe('public, max-age=2')
    expect(await response.json()).toEqual({
      waiting: 0,
      limits: { address: 4, party: 50, domain: 2 },
      exempt: [],
      refusals: [
        { day: '2026-01-02', code: 'domain-unconfirmed', count: 1 },
        { day: '2026-01-01', code: 'admission-quota', count: 2 },
        { day: '2026-01-01', code: 'malformed-attestation', count: 4 },
      ],
    })
    const today = await (await site.get('/v1/admission?days=1')).json()
    expect(today.refusals).toHaveLength(1)
    const metrics = await (await site.get('/metrics')).text()
    expect(metrics).toMatch(/outcome="refused",code="admission-quota"\} 2/)
  })
})

describe('the sender of a request', () => {
  beforeEach(() => open({}))

  test.each([
    ['is who opened the connection', '192.0.2.1', undefined, 0, '192.0.2.1'],
    ['is not what anybody says', '192.0.2.1', '198.51.100.7', 0, '192.0.2.1'],
    ['is whom our proxy names', '10.0.0.1', '198.51.100.7', 1, '198.51.100.7'],
    ['is the last that our proxy names', '10.0.0.1', '1.1.1.1, 198.51.100.7', 1, '198.51.100.7'],
    [
      'is before both our proxies',
      '10.0.0.1',
      '1.1.1.1, 198.51.100.7, 10.0.0.2',
      2,
      '198.51.100.7',
    ],
    ['is the proxy where it names nobody', '10.0.0.1', undefined, 1, '10.0.0.1'],
    ['is without its port', '10.0.0.1', '198.51.100.7:50000', 1, '198.51.100.7'],
    ['is without its port in IPv6', '10.0.0.1', '[2001:db8::1]:50000', 1, '2001:db8::1'],
    ['is an address of IPv6', '10.0.0.1', '2001:db8::1', 1, '2001:db8::1'],
    ['is nobody on the same machine', '127.0.0.1', undefined, 0, null],
    ['is nobody on the same machine, mapped', '::ffff:127.0.0.1', undefined, 0, null],
    ['is nobody on the same machine in IPv6', '::1', undefined, 0, null],
    [
      'is a proxy on the same machine, of which nothing is said',
      '127.0.0.1',
      '1.1.1.1',
      0,
      '127.0.0.1',
    ],
    ['is whom a proxy on the same machine names', '127.0.0.1', '198.51.100.7', 1, '198.51.100.7'],
    ['is counted behind a proxy, even from the same machine', '127.0.0.1', '::1', 1, '::1'],
    [
      'is counted as what it pretends where proxies are too many',
      '10.0.0.1',
      '127.0.0.1, 1.1.1.1',
      2,
      '127.0.0.1',
    ],
    ['cannot pretend to be that', '10.0.0.1', '127.0.0.1, 198.51.100.7', 1, '198.51.100.7'],
    ['is not known without a connection', null, '198.51.100.7', 1, null],
  ])('%s', (_what, peer, forwarded, proxies, expected) => {
    expect(senderOf(peer, forwarded, proxies)).toBe(expected)
  })
})
