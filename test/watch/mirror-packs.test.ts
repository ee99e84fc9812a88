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
  for (let index = 0; index < size; index++) {
    const { digest } = (await (await site.get(`/v1/entries/${index}`)).json()) as { digest: string }
    for (const file of ['pack.zip', 'certificate.pdf']) {
      const path = `/v1/attestations/${digest}/${file}`
      const first = await digestAt(site.url + path)
      expect(await digestAt(site.url + path), path).toBe(first)
      // The mirror has the checkpoint of its copy, and none before it.
      const late = await digestAt(`${site.url}${path}?size=${size}`)
      expect(await digestAt(mirror.announced.url + path), path).toBe(late)
      expect(await digestAt(mirror.announced.url + path), path).toBe(late)
      seen.add(first).add(late)
    }
  }
  // A certificate names its checkpoint, too; the last entry's is the same both ways.
  expect(seen.size).toBe(4 * size - 2)
}, 120_000)
