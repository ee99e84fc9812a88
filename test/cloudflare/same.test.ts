import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { compareGolden } from '../http/golden.ts'
import { tellStory } from '../http/site.ts'
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
