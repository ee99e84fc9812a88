import { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSite, type Site } from './site.ts'

let site: Site

beforeEach(async () => {
  site = await openSite()
})

afterEach(() => site.close())

test('a registry that has stopped says so, and when to come again', async () => {
  await site.depositary.close()
  const note = site.speaker.verification('contoso.com', [])
  const response = await site.post('/v1/attestations', note)
  expect(response.status).toBe(503)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({ code: 'unavailable', status: 503 })
  expect((await site.get('/checkpoint')).status).toBe(200)
})

test('a failure of ours is written down, and not told', async () => {
  site.sql.close()
  const response = await site.get('/v1/parties')
  expect(response.status).toBe(500)
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject({ code: 'internal', status: 500 })
  expect(text).not.toContain('database')
  const [event] = site.events.filter((e) => e.level === 'error')
  expect(event?.fields).toMatchObject({ path: '/v1/parties' })
  expect(String(event?.fields['cause'])).toContain('database')
})

test('paths that lead nowhere are measured as one', async () => {
  for (const path of ['/nowhere/1', '/nowhere/2']) await site.get(path)
  const text = await (await site.get('/metrics')).text()
  expect(text).not.toContain('nowhere')
})

test('another method is told which are taken', async () => {
  const response = await fetch(`${site.url}/v1/attestations`, { method: 'DELETE' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

test('why a registry stopped is told to its keeper, not to strangers', async () => {
  const trigger = `create trigger broken before insert on entry
    begin select raise(abort, 'ENOENT: open /srv/secret/checkpoint'); end`
  await site.sql.atomically([CompiledQuery.raw(trigger)])
  const answers = [
    await site.post('/v1/attestations', site.speaker.verification('contoso.com', [])),
    await site.get('/healthz'),
  ]
  for (const answer of answers) {
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({
      detail: 'the registry has stopped taking statements',
    })
  }
  expect(site.depositary.stopped()?.message).toContain('/srv/secret')
})
