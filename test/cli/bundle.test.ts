import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildCommand, buildVerifier } from '../../bench/bundle.ts'

/** Below node_modules, where packages with native code are found. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
let dir: string
let empty: string
beforeAll(async () => {
  await mkdir(cache, { recursive: true })
  dir = await mkdtemp(join(cache, 'accord-'))
  empty = await mkdtemp(join(tmpdir(), 'accord-bundle-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true })
  await rm(empty, { recursive: true })
})

test('the command is one file that runs by itself, and says nothing where nobody watches', async () => {
  const file = join(dir, 'accord.js')
  await buildCommand(file)
  const run = (...args: string[]) =>
    spawnSync(file, args, { cwd: empty, encoding: 'utf8', env: { PATH: process.env['PATH'] } })
  const founded = run('init')
  expect(founded).toMatchObject({ status: 0, stderr: '' })
  expect(founded.stdout).toContain('published tech-sector-accord')
  expect(run('fsck', '--db', 'data/accord.sqlite')).toMatchObject({
    status: 0,
    stdout: 'data/accord.sqlite: good: 4 entries, each as it should be\n',
    stderr: '',
  })
  expect((await stat(join(empty, 'data/keys/log.key'))).mode & 0o777).toBe(0o600)
  expect(run('show').status).toBe(2)
})

test('the verifier for browsers is one small file', async () => {
  const file = join(dir, 'verify.js')
  await buildVerifier(file)
  expect((await stat(file)).size).toBeLessThan(300_000)
})
