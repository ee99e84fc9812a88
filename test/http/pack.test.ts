import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import type { Service } from '../../src/http/service.ts'
import { readAssets } from '../../src/node/assets.ts'
import { parseZip } from '../../src/pages/zip.ts'
import { fromUtf8 } from '../../src/tlog/bytes.ts'
import { verify } from '../accord/keys.ts'
import { judge, short } from '../verify/files.ts'
import { openSite, type Site } from './site.ts'

let site: Site
let digest: string
beforeAll(async () => {
  site = await openSite()
  await site.add(site.speaker.instrument())
  await site.join('contoso.com')
  digest = (await site.add(site.speaker.sign('contoso.com'))).digest
})
afterAll(() => site.close())

async function bytesOf(path: string, from: Pick<Site, 'get'> = site): Promise<Uint8Array> {
  const response = await from.get(path)
  expect([path, response.status]).toEqual([path, 200])
  return new Uint8Array(await response.arrayBuffer())
}

const packPath = () => `/v1/attestations/${digest}/pack.zip`

test('a pack holds what the other addresses give, and verifies', async () => {
  const files = (await parseZip(await bytesOf(packPath())))!
  const textOf = (name: string) => fromUtf8(files.get(`accord-entry-4/${name}`)!)!
  for (const [name, path] of [
    ['evidence.accord-evidence', `/v1/attestations/${digest}.accord-evidence`],
    ['receipt.tlog-proof', `/v1/attestations/${digest}.tlog-proof`],
    ['attestation.note', `/v1/attestations/${digest}.note`],
    ['policy.txt', '/policy.txt'],
    ['verify.html', '/verify.html'],
    ['certificate.pdf', `/v1/attestations/${digest}/certificate.pdf`],
  ] as const) {
    expect([name, files.get(`accord-entry-4/${name}`)]).toEqual([name, await bytesOf(path)])
  }
  const verdict = judge(textOf('evidence.accord-evidence'), textOf('policy.txt'))
  expect(short(verdict)).toBe('verified')
  const readme = textOf('README.txt').replace(/\s+/g, ' ')
  for (const says of [...verdict.proves, ...verdict.doesNotProve]) expect(readme).toContain(says)
  expect(readme).toContain(`https://registry.example/attestations/${digest}`)
})

test('it is the same when the log has grown, and from a mirror with another address and clock', async () => {
  const policy = `log ${site.speaker.log.vkey} https://registry.example\nquorum none\n`
  const parts: Service = {
    ...{ sql: site.sql, depositary: site.depositary, origin: site.speaker.origin },
    ...{ clock: () => site.speaker.now, ticks: () => 0, version: '0.1.0', verify, policy },
    base: 'https://registry.example',
    assets: await readAssets(),
    metrics: { contentType: '', text: async () => '', request() {}, submission() {} },
    log() {},
  }
  const served = (service: Service) => {
    const app = createApp(service)
    return { get: async (path: string) => app.request(path) }
  }
  const first = await bytesOf(packPath(), served(parts))
  await site.add(site.speaker.withdraw('contoso.com'))
  const mirror = { ...parts, base: 'http://mirror.example:8080', clock: () => 2_000_000_000 }
  expect(await bytesOf(packPath(), served(mirror))).toEqual(first)
})

test('one is made under any checkpoint that was published over its entry', async () => {
  const { size } = site.depositary.published()
  const files = (await parseZip(await bytesOf(`${packPath()}?size=${size}`)))!
  const receipt = fromUtf8(files.get('accord-entry-4/receipt.tlog-proof')!)!
  expect(receipt).toContain(`\n${site.speaker.origin}\n${size}\n`)
  for (const other of [4, size + 1]) {
    expect((await site.get(`${packPath()}?size=${other}`)).status).toBe(404)
  }
  expect((await site.get(`${packPath()}?size=x`)).status).toBe(400)
})

test('files say what they are called, and may be kept for an hour', async () => {
  for (const [path, type, disposition] of [
    [packPath(), 'application/zip', 'attachment; filename="accord-entry-4.zip"'],
    [
      `/v1/attestations/${digest}/certificate.pdf`,
      'application/pdf',
      'inline; filename="accord-entry-4.pdf"',
    ],
  ] as const) {
    const { headers } = await site.get(path)
    expect(headers.get('content-type')).toBe(type)
    expect(headers.get('content-disposition')).toBe(disposition)
    expect(headers.get('cache-control')).toBe('public, max-age=3600')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  const { headers } = await site.get('/verify.html')
  expect(headers.get('content-disposition')).toBe('attachment; filename="verify.html"')
})

test('of what is not in the log there is no pack', async () => {
  const unknown = `sha256:${'0'.repeat(64)}`
  for (const file of ['pack.zip', 'certificate.pdf']) {
    expect((await site.get(`/v1/attestations/${unknown}/${file}`)).status).toBe(404)
    expect((await site.get(`/v1/attestations/sha256:0/${file}`)).status).toBe(400)
  }
})

test('of what was taken down there is none any more, and the notice says why', async () => {
  const { speaker } = site
  await site.join('fabrikam.com')
  const signed = await site.add(speaker.sign('fabrikam.com'))
  await site.add(speaker.notice('takedown', signed.digest, { reason: 'A court ordered it.' }))
  const response = await site.get(`/v1/attestations/${signed.digest}/pack.zip`)
  expect([response.status, (await response.json()).code]).toEqual([410, 'taken-down'])
})
