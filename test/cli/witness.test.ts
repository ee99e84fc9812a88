import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Child } from '../../src/cli/child.ts'
import { builtCommand } from './built.ts'
import { Stage } from './script.ts'

const ROOT = join(import.meta.dirname, '../..')

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'accord-witness-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('whom a policy trusts is said, and what a witness is told wrong', async () => {
  const folder = emptyFolder()
  const script = readFileSync(join(ROOT, 'test/cli/scripts/policy.txt'), 'utf8')
  await new Stage(folder, 1_800_000_000).run(script.replaceAll('<cwd>', folder))
  expect(existsSync(join(folder, 'witness'))).toBe(false)
})

test('a witness says what belongs into policies, the same each time, and ends when it is told', async () => {
  const cwd = emptyFolder()
  const program = await builtCommand()
  const logs = join(ROOT, 'docs/demo-network.policy')
  const args = ['witness', '--name', 'w.example', '--logs', logs, '--listen', '127.0.0.1:0']
  const start = (...more: string[]) => {
    const child = new Child({ program, cwd, env: {}, args: [...args, ...more] })
    onTestFinished(() => child.kill())
    return child
  }
  const first = start('--json')
  const said = await first.announced<{ url: string; policy: string[]; logs: string[] }>()
  expect(said.logs).toEqual(['network.example/demo'])
  const [ed, pq, ...rest] = said.policy.map((line) => line.split(' '))
  expect(rest).toEqual([])
  expect(ed).toEqual(['witness', 'w.example', expect.stringMatching(/^w\.example\+/), said.url])
  expect(pq!.slice(0, 2)).toEqual(['witness', 'w.example-mldsa'])
  const id = createHash('sha256').update('network.example/demo').digest('hex')
  expect((await fetch(`${said.url}/${id}/checkpoint`)).status).toBe(404)
  const second = start()
  expect([await second.ended, second.err]).toEqual([2, expect.stringContaining('DATA_IN_USE')])
  await first.stop()
  expect([await first.ended, first.err]).toEqual([0, ''])

  const other = start('--name', 'other.example')
  expect([await other.ended, other.err]).toEqual([2, expect.stringContaining('is of w.example')])

  const again = start()
  while (!again.out.includes('serves')) await new Promise((later) => setTimeout(later, 20))
  expect(again.out).toContain(`For a policy:\n${ed!.slice(0, 3).join(' ')} http://127.0.0.1:`)
  expect(again.out).toContain('log     network.example/demo')
  await again.stop()
  expect(again.out.endsWith('stopped; nothing was left undone\n')).toBe(true)
})
