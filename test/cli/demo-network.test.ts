import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DEMO_WITNESSES, formatDemoPolicy } from '../../src/cli/demo-policy.ts'
import { builtCommand } from './built.ts'
import { Stage } from './script.ts'

const root = join(import.meta.dirname, '../..')
const POLICY = join(root, 'docs/demo-network.policy')

async function demo(program: string, folder: string, until = '\n\n') {
  const args = ['--import', 'tsx', 'src/cli/demo-network.ts', program]
  const env = { PATH: process.env['PATH']!, TMPDIR: folder }
  const child = spawn(process.execPath, args, { cwd: root, env })
  let [out, err] = ['', '']
  child.stderr.on('data', (text) => {
    err += text
  })
  child.stdout.on('data', (text) => {
    out += text
    if (out.includes(until)) child.kill('SIGTERM')
  })
  const exit = await new Promise((resolve) => child.once('close', resolve))
  return { exit, out, err }
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'accord-demo-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** What a demo has left; other programs keep caches there. */
const left = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('accord'))

test('the network notices what the operator does, and the log comes back to the byte', async () => {
  const folder = emptyFolder()
  const { exit, out, err } = await demo(await builtCommand(), folder, 'never')
  expect([exit, err]).toEqual([0, ''])
  for (const said of [
    'does not go on from (422)',
    'NOT_TRUSTED',
    'has forked',
    'It cannot have had both.',
    'has cosigned',
    'has gone back',
    'are as they were, to the byte',
    'The story holds.',
  ]) {
    expect(out).toContain(said)
  }
  expect(left(folder)).toEqual([])
})

test('the network that is ended early leaves nothing behind', async () => {
  const folder = emptyFolder()
  const { exit } = await demo(await builtCommand(), folder, 'The registry publishes nothing')
  expect(exit).toBe(1)
  expect(left(folder)).toEqual([])
})

test('the policy of the network is the one in the repository, and nothing in it is weak', async () => {
  expect(readFileSync(POLICY, 'utf8')).toBe(formatDemoPolicy())
  const { exit, out } = await new Stage(root, 0).accord(['policy', 'check', POLICY, '--json'])
  expect([exit, JSON.parse(out)]).toMatchObject([0, { ok: true, warnings: [] }])
  for (const name of DEMO_WITNESSES) expect(out).toContain(`${name} is a witness`)
})
