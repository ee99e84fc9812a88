import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seedSigner } from '../../keys/signer.ts'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { readKeyFile } from '../../src/node/key-file.ts'
import { hash } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { formatNote } from '../../src/tlog/note.ts'
import { Stage } from './script.ts'

let stage: Stage
let serving: Serving

/** A fresh registry on loopback, in a folder of its own, under the stage's clock. */
beforeEach(async () => {
  stage = new Stage(await mkdtemp(join(tmpdir(), 'accord-cli-')), 1_800_000_000)
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

async function script(name: string): Promise<string> {
  const text = await readFile(new URL(`scripts/${name}.txt`, import.meta.url), 'utf8')
  return text.replaceAll('<cwd>', stage.cwd)
}

/** Runs a command that is to answer in JSON. */
async function json(...args: string[]) {
  const { out, err, exit } = await stage.accord([...args, '--json'])
  return { exit, err, answer: JSON.parse(out) as Record<string, unknown> }
}

test('a newcomer finds the way', async () => {
  await stage.run(await script('newcomer'))
})

test('a party lives through what can happen to it', async () => {
  await stage.run(await script('life'))
})

test('what goes wrong is said, with what to do', async () => {
  await stage.run(await script('errors'))
})

test('who signed is forgotten on demand, and nothing of them stays in the data directory', async () => {
  const found = async (text: string) => {
    const files = await readdir(join(stage.cwd, 'data'), { recursive: true, withFileTypes: true })
    const paths = files.filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name))
    const having = await Promise.all(
      paths.map(async (path) => ((await readFile(path)).includes(text) ? [path] : [])),
    )
    return having.flat()
  }
  const steps = await script('persons')
  const at = steps.indexOf('$ accord erase-card <pledge>')
  await stage.run(steps.slice(0, at))
  const card = await readFile(join(stage.cwd, 'ann.card'), 'utf8')
  const { salt } = JSON.parse(card)
  expect(await found(salt)).not.toEqual([])
  const tile = () => fetch(`${serving.url}/tile/entries/000.p/7`).then((r) => r.text())
  const before = await tile()
  await stage.run(steps.slice(at))
  for (const text of [card, salt, 'Ottilie']) expect(await found(text)).toEqual([])
  expect(await tile()).toBe(before)
})

describe('JSON', () => {
  test('is one object for success and failure alike, and the exit code is in it', async () => {
    const shown = await json('show')
    expect(shown).toMatchObject({ exit: 0, err: '', answer: { ok: true, exit: 0, size: 4 } })
    const asked = await json('standing', 'contoso.com', 'tech-sector-accord')
    expect(asked).toMatchObject({
      exit: 2,
      err: '',
      answer: { ok: false, exit: 2, code: 'NOT_FOUND', advice: expect.any(String) },
    })
    const usage = await json('show', '--size', '3')
    expect(usage).toMatchObject({ exit: 2, answer: { ok: false, code: 'USAGE' } })
  })

  test('carries the refusal, and where the statement is that others must sign', async () => {
    const vkeys: string[] = []
    for (const name of ['ceo', 'cfo']) {
      const made = await json('keygen', `contoso.com/${name}`, '-o', `${name}.key`)
      vkeys.push(made.answer['vkey'] as string)
    }
    const keys = vkeys.flatMap((vkey) => ['--keys', vkey])
    const enrol = ['enrol', '--name', 'Contoso', ...keys, '-k', 'ceo.key', '--yes', '-o', 'e']
    expect((await json(...enrol)).answer).toMatchObject({
      code: 'REFUSED',
      refusal: { code: 'domain-unconfirmed' },
    })
    const how = ['--how', 'looked', '--yes', '-o', 'c']
    const confirmed = await json('confirm', 'contoso.com', ...keys, ...how)
    expect(confirmed.answer).toMatchObject({ ok: true, index: 4, first: true })
    expect(confirmed.answer).toMatchObject({ receipt: 'c.tlog-proof' })
    expect((await json(...enrol)).answer).toMatchObject({
      code: 'SIGNATURES_MISSING',
      file: 'e.note',
      missing: [{ need: 2, of: vkeys, signed: [vkeys[0]] }],
    })
    expect((await json('verify', 'c.tlog-proof')).answer).toMatchObject({
      ok: true,
      results: [{ file: 'c.tlog-proof', verdict: 'verified', kind: 'receipt' }],
    })
  })
})

test('a no is no: nothing is written, nothing is sent', async () => {
  const before = await readdir(stage.cwd)
  const confirm = ['confirm', 'contoso.com', '--how', 'looked', '--unreachable']
  const { err, exit } = await stage.accord(confirm, ['n'])
  expect(exit).toBe(1)
  expect(err).toContain('sign this? [y/N] ')
  expect(err).toContain('NOT_CONFIRMED')
  const made = (await readdir(stage.cwd)).filter((f) => !before.includes(f))
  expect(made).toEqual(['home'])
  expect((await json('show')).answer['size']).toBe(4)
})

test('a log that is no extension of the one remembered raises the alarm, and keeps both', async () => {
  const log = await readKeyFile(join(stage.cwd, 'data/keys/log.key'))
  const other = { origin: serving.origin, size: 3, root: hash(new Uint8Array(32)), extensions: [] }
  const note = formatNote(await signCheckpoint(other, [log]))
  const file = join(stage.cwd, 'home', 'registry.localhost%2Faccord.checkpoint')
  await mkdir(join(stage.cwd, 'home'))
  await writeFile(file, note)
  const { answer, exit } = await json('show')
  expect({ answer, exit }).toMatchObject({ exit: 1, answer: { code: 'FORK' } })
  const kept = await readFile(answer['file'] as string, 'utf8')
  expect(kept).toContain(note)
  expect(kept).toContain('registry.localhost/accord\n4\n')
  expect(await readFile(file, 'utf8')).toBe(note)
})

test('another registry of a name that was seen before is told from a fork', async () => {
  const key = seedSigner(serving.origin, new Uint8Array(32).fill(7))
  const other = { origin: serving.origin, size: 3, root: hash(new Uint8Array(32)), extensions: [] }
  const file = join(stage.cwd, 'home', 'registry.localhost%2Faccord.checkpoint')
  await mkdir(join(stage.cwd, 'home'))
  await writeFile(file, formatNote(await signCheckpoint(other, [key])))
  const { answer, exit } = await json('show')
  expect({ answer, exit }).toMatchObject({ exit: 2, answer: { code: 'OTHER_LOG', file } })
  expect(answer['advice']).toContain(`is in ${file}. If that was another registry`)
})

test('whoever reads the answer may stop before its end', () => {
  const command = `${process.execPath} --import tsx src/cli/main.ts help | true`
  const run = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
  expect(run.stderr).toBe('')
})

test('a copy in a folder is as good as the registry', async () => {
  for (const path of ['checkpoint', 'tile/0/000.p/4', 'tile/entries/000.p/4']) {
    const bytes = new Uint8Array(await (await fetch(`${serving.url}/${path}`)).arrayBuffer())
    await mkdir(join(stage.cwd, 'copy', path, '..'), { recursive: true })
    await writeFile(join(stage.cwd, 'copy', path), bytes)
  }
  expect((await stage.accord(['fsck', 'copy'])).out).toBe(
    'copy: good: 4 entries, each as it should be\n',
  )
  const made = await stage.accord(['evidence', '3', '--log', 'copy', '-o', 'three'])
  expect(made.exit).toBe(0)
  await rename(join(stage.cwd, 'copy/tile/0'), join(stage.cwd, 'copy/tile/9'))
  const missing = await stage.accord(['fsck', 'copy'])
  expect(missing).toMatchObject({ exit: 1, out: expect.stringContaining('no such file') })
  await rename(join(stage.cwd, 'copy/tile/9'), join(stage.cwd, 'copy/tile/0'))
  const tile = join(stage.cwd, 'copy/tile/entries/000.p/4')
  await writeFile(tile, (await readFile(tile, 'latin1')).replace('TSA-1', 'TSA-2'), 'latin1')
  const broken = await stage.accord(['fsck', 'copy'])
  expect(broken.exit).toBe(1)
  expect(broken.out).toMatch(/^copy: not good, at size 4\n {2}entry \d: its bytes are not what/)
})

test('a log that cannot be read is neither good nor bad', async () => {
  for (const [where, code] of [
    ['nowhere', 'NO_FILE'],
    ['http://127.0.0.1:1', 'UNAVAILABLE'],
  ] as const) {
    expect(await json('fsck', where)).toMatchObject({ exit: 2, answer: { code } })
  }
})

test('rebuild makes the projections again once the registry is stopped', async () => {
  await serving.close()
  expect((await stage.accord(['rebuild'])).out).toBe('rebuilt from 4 entries\n')
  expect((await stage.accord(['fsck', '--db', 'data/accord.sqlite'])).exit).toBe(0)
  const settings = readSettings({
    PORT: '0',
    ACCORD_DATA_DIR: join(stage.cwd, 'data'),
    ACCORD_METHODS: 'manual',
  })
  serving = await serve({ settings, clock: () => stage.now, log: () => {} })
})

test('init founds what serve goes on with', async () => {
  stage.env['ACCORD_DATA_DIR'] = 'second'
  const { answer } = await json('init')
  expect(answer).toMatchObject({
    ok: true,
    origin: 'registry.localhost/accord',
    published: ['digital-geneva-convention', 'no-backdoor-pledge', 'tech-sector-accord'],
    exposed: ['daily-1.key', 'recovery-1.key'],
  })
  expect((await json('init')).answer).toMatchObject({ vkey: answer['vkey'], published: [] })
})

test('the demo holds', () => {
  const demo = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/demo.ts'], {
    encoding: 'utf8',
    timeout: 55_000,
  })
  expect(demo.stderr).toBe('')
  expect(demo.stdout).toContain('The story holds.')
  expect(demo.status).toBe(0)
})
