import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { policyOf } from '../client/copy.ts'
import { makeStory } from '../client/story.ts'
import { fileOf } from './files.ts'

/** Stand in every bundle that can read a secret key, or sign. */
const SECRETS = ['seedSigner', 'PRIVATE+KEY']

async function bundle(path: string, minify: boolean) {
  const result = await build({
    entryPoints: [join(import.meta.dirname, path)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    metafile: true,
    minify,
  })
  const [file] = result.outputFiles
  return { text: file!.text, bytes: file!.contents, inputs: Object.keys(result.metafile.inputs) }
}

const door = '../../src/verify.ts'
let plain: Awaited<ReturnType<typeof bundle>>
let small: Awaited<ReturnType<typeof bundle>>
beforeAll(async () => {
  ;[plain, small] = await Promise.all([bundle(door, false), bundle(door, true)])
})

test('the verifier for browsers holds nothing of a server', () => {
  const rooms = plain.inputs.filter((p) => !p.includes('node_modules/'))
  const foreign = rooms.filter(
    (p) => !/^(keys|src\/(accord|tlog|client))\/|^src\/verify\.ts$/.test(p),
  )
  expect(foreign).toEqual([])
  const packages = plain.inputs.flatMap(
    (p) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(p)?.[1] ?? [],
  )
  expect([...new Set(packages)].sort()).toEqual([
    '@noble/curves',
    '@noble/ed25519',
    '@noble/hashes',
    '@noble/post-quantum',
    'zod',
  ])
})

test('it asks nothing of Node, fetches nothing, and cannot sign', () => {
  const { text } = plain
  for (const absent of [/\bBuffer\b/, /['"]node:/, /\brequire\(/, /\bfetch\(/, /XMLHttpRequest/]) {
    expect(text).not.toMatch(absent)
  }
  for (const secret of SECRETS) expect(text).not.toContain(secret)
})

test('what can sign is told by these marks', async () => {
  const { text } = await bundle('../../keys/signer.ts', false)
  for (const secret of SECRETS) expect(text).toContain(secret)
})

test('it is small enough for a page', () => {
  const kib = (n: number) => Math.round(n / 102.4) / 10
  const zipped = gzipSync(small.bytes).length
  console.log(`verify.js: ${kib(small.bytes.length)} KiB, ${kib(zipped)} KiB compressed`)
  expect(zipped).toBeLessThan(150 * 1024)
})

test('it verifies', async () => {
  const { world, at } = makeStory()
  const file = await fileOf('evidence', world, at['contoso signs']!)
  const url = `data:text/javascript;base64,${Buffer.from(small.bytes).toString('base64')}`
  const { verifyAny } = await import(/* @vite-ignore */ url)
  expect(verifyAny(file, policyOf(world)).verdict).toBe('verified')
})
