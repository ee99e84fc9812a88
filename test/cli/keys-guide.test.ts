import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { agentWith, type FakeAgent } from '../node/fake-agent.ts'
import { Stage, splitWords } from './script.ts'

/**
 * The command blocks of docs/keys.md, run in order against a fresh registry whose depositary confirms
 * domains by hand; and beside them what thieves, time and the depositary do.
 */

let stage: Stage
let serving: Serving
let agent: FakeAgent

beforeAll(async () => {
  stage = new Stage(await mkdtemp(join(tmpdir(), 'accord-keys-guide-')), 1_800_000_000)
  const settings = readSettings({
    PORT: '0',
    ACCORD_DATA_DIR: join(stage.cwd, 'data'),
    ACCORD_METHODS: 'manual',
  })
  serving = await serve({ settings, clock: () => stage.now, log: () => {} })
  agent = await agentWith('counsel@contoso')
  stage.env['ACCORD_LOG'] = serving.url
  stage.env['ACCORD_POLICY'] = 'data/policy.txt'
  stage.env['PATH'] = process.env['PATH']!
  stage.env['SSH_AUTH_SOCK'] = agent.socket
})
afterAll(async () => {
  await serving.close()
  await agent.close()
  await rm(stage.cwd, { recursive: true })
})

/** Runs a command line; `$(accord …)` in it is what that prints. */
async function run(line: string, expected = 0): Promise<string> {
  if (!line.startsWith('accord ')) {
    return execFileSync('bash', ['-c', line], { cwd: stage.cwd, encoding: 'utf8' })
  }
  let filled = line
  for (const [whole, inner] of line.matchAll(/\$\((accord [^)]*)\)/g)) {
    filled = filled.replace(whole, (await run(inner!)).trim())
  }
  const { out, err, exit } = await stage.accord(splitWords(filled).slice(1), ['y'])
  expect(exit, `${line}\n${out}${err}`).toBe(expected)
  return out + err
}

async function refused(code: string, line: string): Promise<void> {
  expect(await run(line, 1), line).toContain(`REFUSED: ${code}: `)
}

function confirm(domain: string, ...keys: string[]): Promise<string> {
  const shown = keys.map((key) => `--keys $(accord vkey ${key}.key)`).join(' ')
  return run(`accord confirm ${domain} ${shown} --how looked --yes`)
}

function days(n: number): void {
  stage.now += n * 86_400
}

/** The domain shows none of the party's keys, for so long that it is a mismatch. */
async function mismatch(domain: string): Promise<void> {
  for (let i = 0; i < 3; i++) {
    days(2)
    await confirm(domain)
  }
}

const DECLARE = '--declare compulsion=none-known --declare scope=all --yes'
const STOLEN = '-k ceo.key -k security.key --yes'

/** Fabrikam loses all its keys; the depositary sees for 33 days that its domain shows others. */
async function fabrikamIsReleased(): Promise<void> {
  await run('accord keygen fabrikam.com -o lost.key')
  await confirm('fabrikam.com', 'lost')
  await run('accord enrol --name Fabrikam --keys $(accord vkey lost.key) -k lost.key --yes')
  const release = 'accord notice release fabrikam.com --reason Looked. --yes'
  await mismatch('fabrikam.com')
  await refused('not-mismatch', release)
  days(31)
  await confirm('fabrikam.com', 'fabrikam')
  const enrol = 'accord enrol --name Fabrikam --keys $(accord vkey fabrikam.key) -k fabrikam.key'
  await run(release)
  await refused('domain-taken', `${enrol} --yes`)
  days(15)
}

/** Woodgrove has signed two instruments, of which Contoso has one. */
async function woodgroveSigns(): Promise<void> {
  await run('accord keygen woodgrove.example -o woodgrove.key')
  await confirm('woodgrove.example', 'woodgrove')
  const key = '-k woodgrove.key'
  await run(`accord enrol --name Woodgrove --keys $(accord vkey woodgrove.key) ${key} --yes`)
  for (const id of ['tech-sector-accord', 'no-backdoor-pledge']) {
    await run(`accord commit sign ${id} ${DECLARE} ${key}`)
  }
}

/** What the thief does before anybody notices. */
async function theft(): Promise<void> {
  await confirm('contoso.com', 'ceo', 'counsel2', 'security')
  await run(`accord commit withdraw tech-sector-accord ${STOLEN}`)
  await run('accord keygen contoso.com/thief -o thief.key')
  const keys = '--recovery $(accord vkey thief.key) -k thief.key'
  await run(`accord replace-recovery ${keys} ${STOLEN}`)
}

/** What the thief tries while the recovery is pending. */
async function attempts(said: string): Promise<void> {
  const recovery = /statement {2}(sha256:\S+)/.exec(said)![1]
  await refused('recovering', `accord commit sign no-backdoor-pledge ${DECLARE} ${STOLEN}`)
  await refused('recovering', `accord commit cancel-withdrawal tech-sector-accord ${STOLEN}`)
  await refused('change-pending', `accord rotate --name Thief ${STOLEN}`)
  await refused('change-pending', `accord replace-recovery ${STOLEN}`)
  await refused('key-not-eligible', `accord cancel ${recovery} ${STOLEN}`)
}

/** A line of the guide, in its section: what happens before it, what it says, what comes after. */
interface Line {
  readonly at: readonly [section: string, start: string]
  readonly before?: () => unknown
  readonly says?: string
  readonly after?: (said: string) => unknown
}

const LINES: readonly Line[] = [
  {
    at: ['Making', 'accord draft enrol'],
    says: 'accord=v1; registry=registry.localhost/accord; vkey=contoso.com/security+',
  },
  {
    at: ['Several', 'accord submit security'],
    before: () => confirm('contoso.com', 'ceo', 'counsel', 'security'),
  },
  { at: ['Several', 'accord submit ceo'], says: 'active' },
  { at: ['Rotation', 'accord submit'], says: 'publish exactly these now, take the old ones down' },
  { at: ['A stolen daily', 'accord keygen contoso.com/ceo'], before: theft },
  {
    at: ['A stolen daily', 'accord submit'],
    before: () => confirm('contoso.com', 'ceo3', 'counsel3', 'security3'),
    says: 'in effect from 2027-01-29',
    after: attempts,
  },
  { at: ['A stolen daily', 'accord standing'], says: 'recovering: its recovery keys' },
  { at: ['A stolen daily', 'accord show'], before: () => days(15), says: 'confirmed: ' },
  { at: ['A stolen daily', 'accord commit cancel-withdrawal'], says: 'active' },
  { at: ['A stolen recovery', 'accord show'], says: 'replaces its recovery keys' },
  {
    at: ['A stolen domain', 'accord standing'],
    before: () => mismatch('contoso.com'),
    says: 'mismatch: the domain shows other keys',
  },
  { at: ['Loss', "accord enrol --name 'Fabrikam'"], before: fabrikamIsReleased },
  { at: ['Loss', 'accord show'], says: 'confirmed: ' },
  {
    at: ['A domain that expired', 'accord show'],
    says: 'another party, from entry 20 on: fabrikam.com  "Fabrikam" (company, released 2027-',
  },
  { at: ['A rename', 'accord enrol'], before: () => confirm('contoso.example', 'next') },
  { at: ['A rename', 'accord show'], says: 'takes over tech-sector-accord from contoso.com' },
  { at: ['A rename', 'accord rotate'], before: () => days(15) },
  { at: ['A rename', 'accord standing'], says: 'active' },
  { at: ['A merger', 'accord draft'], before: woodgroveSigns },
  { at: ['A merger', 'accord standing'], before: () => days(15), says: 'active' },
  { at: ['Keys held elsewhere', 'accord rotate'], says: 'logged: ' },
]

const required = (process.env['ACCORD_REQUIRE'] ?? '').split(',').includes('openssl')
const openssl = spawnSync('openssl', ['version']).error === undefined || required

test('every command of the guide to keys works, one after the other', async () => {
  const guide = await readFile(new URL('../../docs/keys.md', import.meta.url), 'utf8')
  const met = new Set<Line>()
  for (const text of guide.split(/^## /m).slice(1)) {
    const section = text.slice(0, text.indexOf('\n'))
    if (section === 'Keys held elsewhere' && !openssl) continue
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((m) => m[1]!)
    expect(blocks, section).not.toEqual([])
    for (const line of blocks.flatMap((b) => b.replaceAll('\\\n', ' ').trim().split('\n'))) {
      const known = LINES.find(({ at }) => section.startsWith(at[0]) && line.startsWith(at[1]))
      await known?.before?.()
      const said = await run(line)
      if (!known) continue
      met.add(known)
      expect(said, line).toContain(known.says ?? '')
      await known.after?.(said)
    }
  }
  expect(LINES.filter((line) => !met.has(line) && openssl)).toEqual([])
  expect(await run('accord standing contoso.com tech-sector-accord')).toContain('succeeded')
  expect(await run('accord standing woodgrove.example tech-sector-accord')).toContain('ended')
})
