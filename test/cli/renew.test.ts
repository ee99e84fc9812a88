import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { Stage, splitWords } from './script.ts'

let stage: Stage
let serving: Serving

/** A registry in which contoso.com, of one officer, has signed two texts. */
beforeEach(async () => {
  stage = new Stage(await mkdtemp(join(tmpdir(), 'accord-renew-')), 1_800_000_000)
  const settings = readSettings({
    PORT: '0',
    ACCORD_DATA_DIR: join(stage.cwd, 'data'),
    ACCORD_METHODS: 'manual',
  })
  serving = await serve({ settings, clock: () => stage.now, log: () => {} })
  stage.env['ACCORD_LOG'] = serving.url
  stage.env['ACCORD_POLICY'] = 'data/policy.txt'
})
afterEach(async () => {
  await serving.close()
  await rm(stage.cwd, { recursive: true })
})

async function run(line: string, typed?: string[]) {
  return stage.accord(splitWords(line), typed)
}

/** Runs a command that is to end well. */
async function good(line: string): Promise<string> {
  const { out, err, exit } = await run(line)
  expect(exit, `${line}\n${out}${err}`).toBe(0)
  return out
}

function days(n: number): void {
  stage.now += n * 86_400
}

async function enrol(domain: string, ...officers: string[]): Promise<void> {
  const keys: string[] = []
  for (const officer of officers) {
    const vkey = (await good(`keygen ${domain}/${officer} -o ${officer}.key`)).trim()
    keys.push(vkey)
  }
  const listed = keys.map((k) => `--keys ${k}`).join(' ')
  const signing = officers.map((o) => `-k ${o}.key`).join(' ')
  await good(`confirm ${domain} ${listed} --how looked --yes -o c`)
  await good(
    `enrol --name 'The Company' ${listed} --threshold ${officers.length} ${signing} --yes -o e`,
  )
}

async function signBoth(signing: string): Promise<void> {
  const declared = '--declare compulsion=none-known --declare scope=all'
  const reserved = "--reserve 'TSA-4=Only at home.'"
  await good(`commit sign tech-sector-accord ${declared} ${reserved} ${signing} --yes -o s1`)
  await good(`commit sign no-backdoor-pledge ${declared} ${signing} --yes -o s2`)
}

async function word(instrument: string): Promise<unknown> {
  const { out } = await run(`standing contoso.com ${instrument} --json`)
  const { standing } = JSON.parse(out) as { standing: { commitment: object } }
  return standing.commitment
}

test('renews all that is due, with what was reserved and declared, after one question', async () => {
  await enrol('contoso.com', 'ceo')
  await signBoth('-k ceo.key')
  expect(await good('renew --all -k ceo.key')).toMatch(
    /nothing of contoso\.com is to be renewed as of .*\n {2}no-backdoor-pledge: renew from .*\n {2}tech-sector-accord: renew from/,
  )
  days(340)
  const questions: string[] = ['y']
  const { out, err, exit } = await run('renew --all -k ceo.key', questions)
  expect(exit, out + err).toBe(0)
  expect(err.match(/sign these 2 renewals\? \[y\/N\]/g)).toHaveLength(1)
  expect(questions).toEqual([])
  expect(err).toContain('contoso.com ("The Company") signs again:')
  expect(err).toContain('tech-sector-accord, version 1: "Tech Sector Accord')
  expect(err).toContain('it is due: it holds until 2028-01-15T00:00:00Z, and will hold until 2029-')
  expect(err).toContain('reservation to TSA-4, again: "Only at home."')
  expect(err).toContain('declares compulsion, again: none-known')
  expect(err).toContain('the text is the latest, and has not changed')
  expect(out.match(/^logged: entry/gm)).toHaveLength(2)
  for (const id of ['tech-sector-accord', 'no-backdoor-pledge']) {
    expect(await word(id)).toMatchObject({ word: 'active', until: expect.stringMatching(/^2029-/) })
  }
  expect(await good('standing contoso.com tech-sector-accord')).toContain('reservation to TSA-4')
})

test('a no is a no, and nothing is signed', async () => {
  await enrol('contoso.com', 'ceo')
  await signBoth('-k ceo.key')
  days(340)
  const { exit, err } = await run('renew --all -k ceo.key', ['n'])
  expect([exit, err.includes('NOT_CONFIRMED')]).toEqual([1, true])
  expect(await word('tech-sector-accord')).toMatchObject({ word: 'due' })
  const nobody = await run('renew --all -k ceo.key')
  expect([nobody.exit, nobody.err.includes('CONFIRMATION_NEEDED')]).toEqual([2, true])
})

test('a later version is shown clause by clause, and is not what is signed', async () => {
  await enrol('contoso.com', 'ceo')
  await signBoth('-k ceo.key')
  const shown = JSON.parse((await run('show no-backdoor-pledge --json')).out) as {
    text: Record<string, unknown> & { clauses: { id: string; text: string }[] }
  }
  const { text } = shown
  const digest = (
    JSON.parse((await run('show no-backdoor-pledge --json')).out) as {
      instrument: { versions: { digest: string }[] }
    }
  ).instrument.versions[0]!.digest
  const clauses = [
    { ...text.clauses[0]!, text: 'We build none, for anybody.\nNor do we say how.' },
    ...text.clauses.slice(1, 3),
    { id: 'NBP-5', title: 'We tell', text: 'We tell.', kind: 'duty', reservable: 'yes' },
  ]
  const terms = { ...(text['terms'] as object), grace_days: 60 }
  const fields = { ...text, version: 2, replaces: digest, clauses, terms }
  for (const name of ['type', 'registry', 'party', 'previous', 'seen', 'issued']) {
    delete (fields as Record<string, unknown>)[name]
  }
  await writeFile(join(stage.cwd, 'two.json'), JSON.stringify(fields))
  await good('publish two.json --yes')
  days(340)
  const { err, exit } = await run('renew --all -k ceo.key --yes')
  expect(exit, err).toBe(0)
  expect(err).toContain(
    [
      '  version 2 is published, and is not what is signed here. It changes:',
      '    NBP-1  text is another',
      ...text.clauses[0]!.text.split('\n').map((line) => `      - ${line}`),
      '      + We build none, for anybody.',
      '      + Nor do we say how.',
      '    NBP-5  is new: "We tell" (duty, reservations)',
      '      + We tell.',
      '    NBP-4  is gone: "We say it again every year"',
    ].join('\n'),
  )
  expect(err).toContain('    terms  grace days: was 30, is 60')
  expect(err).toContain(
    'to sign it instead: accord commit renew no-backdoor-pledge --version-number 2',
  )
  const { out } = await run('standing contoso.com no-backdoor-pledge --json')
  expect(JSON.parse(out)).toMatchObject({
    standing: { version: { word: 'superseded', signed: 1 }, commitment: { word: 'active' } },
  })
})

test('what has lapsed is asked for by itself', async () => {
  await enrol('contoso.com', 'ceo')
  await signBoth('-k ceo.key')
  days(400)
  const left = await run('renew --all -k ceo.key --yes')
  expect([left.exit, left.out]).toEqual([0, expect.stringContaining('nothing of contoso.com')])
  expect(left.err).toContain('has lapsed, and is left out; --lapsed renews it too')
  const asked = await run('renew --all -k ceo.key', ['n'])
  expect(asked.err).toContain('has lapsed; renew it too? [y/N]')
  expect(await word('tech-sector-accord')).toMatchObject({ word: 'lapsed' })
  const { exit, err } = await run('renew --all -k ceo.key', ['y', 'y'])
  expect(exit, err).toBe(0)
  expect(await word('tech-sector-accord')).toMatchObject({ word: 'active' })
})

test('where two officers sign, each statement is written for them, one after the other', async () => {
  await enrol('contoso.com', 'ceo', 'counsel')
  await signBoth('-k ceo.key -k counsel.key')
  days(340)
  const half = JSON.parse((await run('renew --all -k ceo.key --yes --json')).out) as {
    code: string
    file: string
    left: string[]
    advice: string
  }
  expect(half).toMatchObject({ code: 'SIGNATURES_MISSING', left: ['tech-sector-accord'] })
  expect(half.advice).toContain('then run this again for tech-sector-accord')
  await good(`sign ${half.file} -k counsel.key --yes -o ${half.file}`)
  await good(`submit ${half.file}`)
  const drafted = JSON.parse((await run('draft renew --all -p contoso.com --json')).out) as {
    file: string
    left: string[]
    statement: { instrument: { id: string } }
  }
  expect(drafted).toMatchObject({
    left: [],
    statement: { instrument: { id: 'tech-sector-accord' } },
  })
  const statement = await readFile(join(stage.cwd, drafted.file), 'utf8')
  expect(statement).toContain('"act": "renew"')
  await good(`sign ${drafted.file} -k ceo.key --yes -o one`)
  await good(`sign ${drafted.file} -k counsel.key --yes -o two`)
  await good('submit one.note two.note')
  expect(await good('draft renew --all -p contoso.com')).toContain('nothing of contoso.com')
  const files = await readdir(stage.cwd)
  expect(files.filter((f) => f.includes('renew') && f.endsWith('.statement'))).toHaveLength(1)
})

test('who speaks must be known, and --all is said', async () => {
  expect((await run('renew --all')).err).toContain('KEY_NEEDED')
  expect((await run('draft renew --all')).err).toContain('KEY_NEEDED')
  expect((await run('renew -p contoso.com')).err).toContain('--all')
  expect((await run('renew --all -p nobody.example')).err).toContain('NOT_FOUND')
})
