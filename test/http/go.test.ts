import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildVerifier, missing, runVerifier, skipped } from './go-verifier.ts'
import { openSite, type Site } from './site.ts'

/** Enough for a full tile and one beside it. */
const ENTRIES = 300

let site: Site
let folder: string
let verifier: string
let mutated: { url: string; server: Server }

/** The same log, but one byte of one answer is another. */
async function openMutated(path: string): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const answer = await site.get(request.url!)
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (request.url === path) bytes[bytes.length - 40]! ^= 1
    response.writeHead(answer.status).end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

const verify = (url: string, vkey: string, ...files: string[]) =>
  runVerifier(verifier, url, vkey, files)

describe.skipIf(skipped)(`x/mod reads the log${missing ? ` (${missing})` : ''}`, () => {
  beforeAll(async () => {
    site = await openSite()
    folder = mkdtempSync(join(tmpdir(), 'accord-go-'))
    verifier = join(folder, 'verify')
    await buildVerifier(verifier)
    const { speaker } = site
    for (let i = site.depositary.published().size; i < ENTRIES; i++) {
      await site.log(speaker.verification(`company-${i}.example`, []))
    }
    mutated = await openMutated('/tile/entries/001.p/44')
  })

  afterAll(async () => {
    mutated.server.closeAllConnections()
    mutated.server.close()
    await site.close()
    rmSync(folder, { recursive: true })
  })

  async function receipt(index: number): Promise<string> {
    const { digest } = (await (await site.get(`/v1/entries/${index}`)).json()) as {
      digest: string
    }
    const file = join(folder, `${index}.tlog-proof`)
    writeFileSync(file, await (await site.get(`/v1/attestations/${digest}.tlog-proof`)).text())
    return file
  }

  test('checkpoint, tiles, entries, every prefix, and receipts', async () => {
    const files = await Promise.all([0, 1, 2, 127, 255, 256, 299].map(receipt))
    expect(await verify(site.url, site.speaker.log.vkey, ...files)).toBe('300 entries, 7 receipts')
  })

  test('and not with another key', async () => {
    expect(await verify(site.url, site.speaker.clerk.vkey)).toContain('note has no verifiable')
  })

  test('nor with another byte in an entry', async () => {
    expect(await verify(mutated.url, site.speaker.log.vkey)).toBe('entry 299 is not the leaf')
  })

  test('nor with a receipt of another entry', async () => {
    const file = await receipt(7)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('\nindex 7\n', '\nindex 6\n'))
    expect(await verify(site.url, site.speaker.log.vkey, file)).toContain('invalid')
  })
})
