import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, formatVKey } from '../../keys/vkey.ts'
import { formatStretch } from '../../src/cloudflare/moving.ts'
import { parseBundle } from '../../src/tlog/bundle.ts'
import { keyOf } from '../accord/keys.ts'
import {
  buildClocked,
  openWorkerd,
  secretsOf,
  startFlare,
  TOKEN,
  type Workerd,
} from './miniflare.ts'

const headers = { authorization: `Bearer ${TOKEN}` }

let folder: string
let old: Workerd
let entries: readonly Uint8Array[]
let checkpoints: readonly string[]
let home: Miniflare

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord-arriving-'))
  await buildClocked(join(folder, 'worker.js'))
  old = await openWorkerd(join(folder, 'worker.js'))
  for (const domain of ['a.example', 'b.example']) {
    await old.add(old.speaker.verification(domain, []))
  }
  const bundle = await (await old.request('/tile/entries/000.p/3')).arrayBuffer()
  entries = parseBundle(new Uint8Array(bundle), 3)
  const listed = await old.request('/admin/checkpoints?after=0', { headers })
  checkpoints = ((await listed.json()) as { checkpoints: string[] }).checkpoints
})
afterAll(async () => {
  await old.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  home = await startFlare(join(folder, 'worker.js'), secretsOf(old.speaker))
  await (await ask(`/test/clock?now=${old.speaker.now}`)).text()
})
afterEach(() => home.dispose())

async function ask(path: string, init: RequestInit = {}) {
  return fetch(new URL(path, await home.ready), init)
}

async function admin(path: string, body?: string) {
  const init = body === undefined ? { headers } : { method: 'POST', headers, body }
  return (await ask(`/admin/${path}`, init)).json() as Promise<Record<string, unknown>>
}

/** Sends the entries from one on up to another, each with its checkpoint. */
function send(from: number, to: number) {
  const [part, notes] = [entries.slice(from, to), checkpoints.slice(from, to)]
  return admin('arrive', formatStretch({ from, entries: part, checkpoints: notes }))
}

async function alarm(): Promise<void> {
  await (await ask('/test/alarm')).text()
}

async function trouble(what: object | null): Promise<void> {
  await (await ask('/test/trouble', { method: 'POST', body: JSON.stringify(what) })).text()
}

test('a log that has not arrived whole signs nothing, whatever rings or ends', async () => {
  expect(await send(0, 2)).toEqual({ size: 2 })
  await alarm()
  expect(await admin('arrived')).toMatchObject({ size: 2, in_service: false })
  await ask('/test/end').catch(() => {})
  expect(await admin('arrived')).toMatchObject({ size: 2, in_service: false })
  const body = old.speaker.verification('c.example', [])
  expect((await ask('/v1/attestations', { method: 'POST', body })).status).toBe(503)

  expect(await admin('open', '3')).toMatchObject({ detail: expect.stringContaining('2 are here') })
  expect(await send(2, 3)).toEqual({ size: 3 })
  await alarm()
  expect(await admin('arrived')).toMatchObject({ size: 3, in_service: false })
  expect(await admin('open', '3')).toEqual({ why: null })
  expect(await admin('arrived')).toMatchObject({ size: 3, in_service: true })
  expect(await (await ask('/checkpoint')).text()).toBe(checkpoints[2])
  await ask('/test/end').catch(() => {})
  expect(await admin('arrived')).toMatchObject({ size: 3, in_service: true })
})

test('a log whose last files were not put is opened once they can be', async () => {
  await trouble({ at: '^put checkpoint', what: 'fail' })
  expect(await send(0, 3)).toMatchObject({ code: 'unavailable' })
  await alarm()
  expect(await admin('open', '3')).toMatchObject({ code: 'unavailable' })
  await trouble(null)
  await alarm()
  expect(await admin('arrived')).toMatchObject({ size: 3, sealed: 3, in_service: false })
  expect(await admin('open', '3')).toEqual({ why: null })
  expect(await (await ask('/checkpoint')).text()).toBe(checkpoints[2])
})

test('a registry that may not leave yet stays in service', async () => {
  await home.dispose()
  const { name, seed } = keyOf('w.example')
  const witness = formatVKey(seedSigner(name, seed, COSIGNATURE).vkey)
  const lines = [`log ${old.speaker.log.vkey}`, `witness w ${witness} http://127.0.0.1:9/`]
  const policy = [...lines, 'quorum w', ''].join('\n')
  const more = { ACCORD_WITNESS_POLICY: policy, ACCORD_WITNESS_WAIT: 'no' }
  const script = join(folder, 'worker.js')
  home = await startFlare(script, secretsOf(old.speaker), undefined, more)
  await (await ask(`/test/clock?now=${old.speaker.now}`)).text()
  await send(0, 3)
  expect(await admin('open', '3')).toEqual({ why: null })

  const body = old.speaker.verification('c.example', [])
  const plain = { 'content-type': 'text/plain; charset=utf-8' }
  const sent = await ask('/v1/attestations', { method: 'POST', body, headers: plain })
  expect(sent.status).toBe(201)
  expect(await admin('close', 'https://new.example')).toMatchObject({
    detail: expect.stringContaining('not public yet'),
  })
  expect(await admin('arrived')).toMatchObject({ size: 4, closed: null, in_service: true })
})
