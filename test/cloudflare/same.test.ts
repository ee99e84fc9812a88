import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildVerifier, runVerifier, skipped } from '../http/go-verifier.ts'
import { compareGolden } from '../http/golden.ts'
import { openSite, tellStory } from '../http/site.ts'
import { buildClocked, openWorkerd, type Workerd } from './miniflare.ts'

const folder = mkdtempSync(join(tmpdir(), 'accord-worker-'))
let workerd: Workerd

beforeAll(async () => {
  await buildClocked(join(folder, 'worker.js'))
  workerd = await openWorkerd(join(folder, 'worker.js'))
  await tellStory(workerd)
})

afterAll(async () => {
  await workerd?.close()
  rmSync(folder, { recursive: true })
})

test.each(['static', 'api'])('%s', async (name) => {
  const file = new URL(`../http/golden/${name}.txt`, import.meta.url)
  await compareGolden(file, (path, init) => workerd.request(path, init))
})

test.skipIf(skipped)('x/mod reads the log, and a receipt of each entry', async () => {
  const { size } = workerd.speaker.seen
  const receipts = Array.from({ length: size }, async (_, index) => {
    const { digest } = (await (await workerd.request(`/v1/entries/${index}`)).json()) as {
      digest: string
    }
    const file = join(folder, `${index}.tlog-proof`)
    const receipt = await workerd.request(`/v1/attestations/${digest}.tlog-proof`)
    writeFileSync(file, await receipt.text())
    return file
  })
  const files = await Promise.all(receipts)
  const verifier = join(folder, 'verify')
  await buildVerifier(verifier)
  const verify = async (vkey: string) => runVerifier(verifier, await workerd.address(), vkey, files)
  expect(await verify(workerd.speaker.log.vkey)).toBe(`${size} entries, ${size} receipts`)
  expect(await verify(workerd.speaker.clerk.vkey)).toContain('note has no verifiable')
})

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

/** Nothing links to these. */
const APART = [
  '/?at=2026-02-01',
  '/parties/contoso.com?at=2026-06-01&size=6',
  '/parties/nobody.example',
  '/openapi.json',
  '/robots.txt',
  '/sitemap.xml',
  '/v1/witnesses',
]
/** How many ways of asking one path are compared: filters are many. */
const QUERIES = 2

test('every page, feed, picture and file that can be reached is the same on a machine', async () => {
  const site = await openSite()
  try {
    await tellStory(site)
    const waiting = ['/', ...APART]
    const seen = new Map<string, Set<string>>()
    const types = new Set<string>()
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const [own, other] = await Promise.all([
        site.get(path, { ...HTML, 'accept-encoding': 'identity' }),
        workerd.request(path, { headers: HTML }),
      ])
      const bytes = Buffer.from(await own.arrayBuffer())
      const said = ['content-type', 'cache-control', 'content-security-policy', 'etag']
      expect([path, other.status, ...said.map((name) => other.headers.get(name))]).toEqual([
        path,
        own.status,
        ...said.map((name) => own.headers.get(name)),
      ])
      expect(bytes.equals(Buffer.from(await other.arrayBuffer())), path).toBe(true)
      types.add(own.headers.get('content-type')!.split(';')[0]!)
      for (const next of linksOf(bytes, own, path)) {
        const { pathname, search } = next
        const queries = seen.get(pathname) ?? new Set()
        if (queries.size > QUERIES || queries.has(search)) continue
        seen.set(pathname, queries.add(search))
        waiting.push(pathname + search)
      }
    }
    expect(seen.size).toBeGreaterThan(60)
    expect([...types]).toEqual(
      expect.arrayContaining([
        'text/html',
        'application/atom+xml',
        'application/feed+json',
        'image/svg+xml',
        'image/png',
        'application/zip',
        'application/pdf',
      ]),
    )
  } finally {
    await site.close()
  }
})

/** Whatever a page links to or loads from here. */
function linksOf(bytes: Buffer, { headers, url }: Response, path: string): URL[] {
  if (!headers.get('content-type')?.startsWith('text/html')) return []
  const base = new URL(path, url)
  return [...bytes.toString().matchAll(/ (?:href|src|content)="([^"]*)"/g)]
    .map(([, link]) => link!.replaceAll('&amp;', '&').replace('https://registry.example', ''))
    .filter((link) => /^[/?]/.test(link))
    .map((link) => new URL(link, base))
}
