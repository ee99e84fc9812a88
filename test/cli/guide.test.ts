import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { Stage, splitWords } from './script.ts'

/** The command blocks of the guide for companies, run in order against a fresh registry. */

let stage: Stage
let serving: Serving

beforeAll(async () => {
  stage = new Stage(await mkdtemp(join(tmpdir(), 'accord-guide-')), 1_800_000_000)
  const settings = readSettings({
    PORT: '0',
    ACCORD_DATA_DIR: join(stage.cwd, 'data'),
    ACCORD_METHODS: 'manual',
  })
  serving = await serve({ settings, clock: () => stage.now, log: () => {} })
  stage.env['ACCORD_LOG'] = serving.url
  stage.env['ACCORD_POLICY'] = 'data/policy.txt'
  await writeFile(join(stage.cwd, 'report.html'), 'We defended everyone.')
})
afterAll(async () => {
  await serving.close()
  await rm(stage.cwd, { recursive: true })
})

/** Runs a command line; `$(accord …)` in it is what that prints. */
async function run(line: string): Promise<string> {
  let filled = line
  for (const [whole, inner] of line.matchAll(/\$\((accord [^)]*)\)/g)) {
    filled = filled.replace(whole, (await run(inner!)).trim())
  }
  const { out, err, exit } = await stage.accord(splitWords(filled).slice(1), ['y'])
  expect(exit, `${line}\n${out}${err}`).toBe(0)
  return out
}

/** What others do, or time does, before a line of the guide. */
const BEFORE: readonly [start: string, happens: () => unknown][] = [
  ['accord submit enrolment', () => confirm('contoso.com', 'ceo', 'counsel')],
  ['accord draft commit renew', () => days(340)],
  ['accord recover', () => confirm('contoso.com', 'ceo3', 'counsel3')],
  ['accord enrol', () => confirm('contoso.example', 'example')],
  ['accord draft succeed', () => days(15)],
]

function confirm(domain: string, ...keys: string[]): Promise<string> {
  const shown = keys.map((key) => `--keys $(accord vkey ${key}.key)`).join(' ')
  return run(`accord confirm ${domain} ${shown} --how looked --yes`)
}

function days(n: number): void {
  stage.now += n * 86_400
}

test('every command of the guide for companies works, one after the other', async () => {
  const guide = await readFile(new URL('../../docs/guide-company.md', import.meta.url), 'utf8')
  const blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((m) => m[1]!)
  const lines = blocks.flatMap((b) => b.replaceAll('\\\n', ' ').trim().split('\n'))
  expect(blocks.length).toBe((guide.match(/^## /gm) ?? []).length + 1)
  for (const line of lines) {
    await BEFORE.find(([start]) => line.startsWith(start))?.[1]()
    await run(line)
  }
  expect(await run('accord show contoso.com')).toContain(
    'passes tech-sector-accord to contoso.example',
  )
})
