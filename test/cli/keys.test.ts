import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseScript, Stage, splitWords } from './script.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'accord-cli-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

test('keys are made, shown, kept and asked for', async () => {
  const script = await readFile(new URL('scripts/keys.txt', import.meta.url), 'utf8')
  await new Stage(dir, 1_800_000_000).run(script.replaceAll('<cwd>', dir))
})

test('a passphrase is typed twice when a key is made, and once to open it', async () => {
  const stage = new Stage(dir, 1_800_000_000)
  const made = await stage.accord(
    ['keygen', 'contoso.com', '--passphrase', '-o', 'typed.key'],
    ['a', 'a'],
  )
  expect(made.exit).toBe(0)
  expect(made.err).toContain('passphrase of typed.key: the same again: ')
  expect((await stage.accord(['vkey', 'typed.key'], ['a'])).out).toBe(made.out)
  const slip = await stage.accord(
    ['keygen', 'contoso.com', '--passphrase', '-o', 'slip.key'],
    ['a', 'b'],
  )
  expect(slip.exit).toBe(1)
  expect(slip.err).toContain('the two passphrases differ: nothing was written')
})

test('a script that says something else fails', async () => {
  const stage = new Stage(dir, 1_800_000_000)
  await expect(stage.run('$ accord vkey none.key\n')).rejects.toThrow('got exit 2')
  await expect(stage.run('$ accord --help\nUsage: other\n...\n')).rejects.toThrow('got exit 0')
})

test('words are split as a shell does', () => {
  expect(splitWords(`a 'b c' d="e f" g`)).toEqual(['a', 'b c', 'd=e f', 'g'])
  expect(parseScript('# x\n\n$ a b\nc\n! d\n')).toEqual([
    { line: 3, words: ['a', 'b'], lines: ['c', '! d'] },
  ])
})
