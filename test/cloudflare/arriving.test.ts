import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatStretch } from '../../src/cloudflare/moving.ts'
import { parseBundle } from '../../src/tlog/bundle.ts'
import {
  buildClocked,
  openWorkerd,
  secretsOf,
  startFlare,
  TOKEN,
  type Workerd,
} from './miniflare.ts'

let folder: string
let old: Workerd
let home: Miniflare

const ask = async (path: string, init: RequestInit = {}) =>
  fetch(new URL(path, await home.ready), init)
const admin = async (path: string, body?: string) => {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const init = body === undefined ? { headers } : { method: 'POST', headers, body }
  return (await ask(`/admin/${path}`, init)).json() as Promise<Record<string, unknown>>
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord-arriving-'))
  const script = join(folder, 'worker.js')
  await buildClocked(script)
  old = await openWorkerd(script)
  home = await startFlare(script, secretsOf(old.speaker))
  await (await ask(`/test/clock?now=${old.speaker.now}`)).text()
})
afterAll(async () => {
  await old.close()
  await home.dispose()
  await rm(folder, { recursive: true })
})

test('a log that has not arrived whole is not put into service, whatever rings or ends', async () => {
  for (const domain of ['a.example', 'b.example'])
    await old.add(old.speaker.verification(domain, []))
  const note = old.speaker.verification('c.example', [])
  const bundle = await (await old.request('/tile/entries/000.p/3')).arrayBuffer()
  const entries = parseBundle(new Uint8Array(bundle), 3)
  const headers = { authorization: `Bearer ${TOKEN}` }
  const listed = await old.request('/admin/checkpoints?after=0', { headers })
  const { checkpoints } = (await listed.json()) as { checkpoints: string[] }
  const send = (from: number, to: number) =>
    admin(
      'arrive',
      formatStretch({
        ...{ from, entries: entries.slice(from, to) },
        checkpoints: checkpoints.slice(from, to),
      }),
    )

  expect(await send(0, 2)).toEqual({ size: 2 })
  await (await ask('/test/alarm')).text()
  expect(await admin('arrived')).toMatchObject({ size: 2, in_service: false })
  await ask('/test/end').catch(() => {})
  expect(await admin('arrived')).toMatchObject({ size: 2, in_service: false })
  expect((await ask('/v1/attestations', { method: 'POST', body: note })).status).toBe(503)

  expect(await admin('open', '3')).toMatchObject({ detail: expect.stringContaining('2 are here') })
  expect(await send(2, 3)).toEqual({ size: 3 })
  await (await ask('/test/alarm')).text()
  expect(await admin('arrived')).toMatchObject({ size: 3, in_service: false })
  expect(await admin('open', '3')).toEqual({ why: null })
  expect(await admin('arrived')).toMatchObject({ size: 3, in_service: true })
  expect(await (await ask('/checkpoint')).text()).toBe(checkpoints[2])
  await ask('/test/end').catch(() => {})
  expect(await admin('arrived')).toMatchObject({ size: 3, in_service: true })
})
