import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import own from '../../package.json' with { type: 'json' }
import { digestOf } from '../../src/accord/text.ts'
import { openPages } from '../pages/story.ts'
import { follow, reaches } from './following.ts'

async function digestAt(url: string): Promise<string> {
  const response = await fetch(url)
  expect([url, response.status]).toEqual([url, 200])
  return digestOf(new Uint8Array(await response.arrayBuffer()))
}

test('every pack and certificate is the same to the byte, twice from the registry and from a mirror', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'accord-packs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const site = await openPages({ version: own.version })
  onTestFinished(() => site.close())
  mkdirSync(join(folder, 'data'))
  const policy = await (await site.get('/policy.txt')).text()
  writeFileSync(join(folder, 'data', 'policy.txt'), policy)
  const mirror = await follow(folder, site.url)
  const { size } = site.speaker.seen
  await reaches(mirror.announced.url, size)
  const seen = new Set<string>()
  let last = ''
  for (let index = 0; index < size; index++) {
    const { digest } = (await (await site.get(`/v1/entries/${index}`)).json()) as { digest: string }
    last = digest
    // The certificate is in the pack, too.
    const path = `/v1/attestations/${digest}/pack.zip`
    const own = site.url + path
    const [first, again, late, copy] = await Promise.all(
      // The mirror has the checkpoint of its copy, and none before it.
      [own, own, `${own}?size=${size}`, mirror.announced.url + path].map(digestAt),
    )
    expect([path, again, copy]).toEqual([path, first, late])
    seen.add(first!).add(late!)
  }
  // The last entry's checkpoint is the same both ways.
  expect(seen.size).toBe(2 * size - 1)
  const certificate = `/v1/attestations/${last}/certificate.pdf`
  expect(await digestAt(mirror.announced.url + certificate)).toBe(
    await digestAt(site.url + certificate),
  )
}, 300_000)
