import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildWorker } from '../../bench/bundle.ts'

/** What the platform takes on any plan, compressed. */
const MOST = 3 * 2 ** 20

test('the Worker asks nothing of Node, and is small enough for any plan', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'accord-bundle-'))
  try {
    const file = join(folder, 'worker.js')
    await buildWorker(file)
    const script = await readFile(file, 'utf8')
    const imports = [...script.matchAll(/^(?:import|export)\b[^;]*?["']([^"'\n]+)["'];$/gm)]
    expect([...new Set(imports.map(([, from]) => from))]).toEqual(['cloudflare:workers'])
    expect(script).not.toMatch(/\b(require|import)\(["']/)
    // esbuild says above each module which it is.
    expect(script).toMatch(/^\/\/ src\/cloudflare\/object\.ts$/m)
    expect(script).not.toMatch(/^\/\/ (node_modules\/better-sqlite3|src\/(node|cli))\//m)
    expect(gzipSync(script).length).toBeLessThan(MOST)
  } finally {
    await rm(folder, { recursive: true })
  }
})
