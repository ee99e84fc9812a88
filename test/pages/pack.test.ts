import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAttestation } from '../../src/accord/attestation.ts'
import { formatStatement } from '../../src/accord/statement.ts'
import { formatPack, packFiles } from '../../src/pages/pack.ts'
import type { Files } from '../../src/pages/zip.ts'
import { fromUtf8 } from '../../src/tlog/bytes.ts'
import { makeStory } from '../client/story.ts'
import { judge, short } from '../verify/files.ts'
import { packOf } from './packing.ts'

const story = makeStory()
const { world, at } = story
const root = join(import.meta.dirname, '../..')
const has = (program: string) => spawnSync('which', [program]).status === 0

let folder: string
let bytes: Uint8Array
let files: Files
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'accord-pack-'))
  const pack = await packOf(world, at['contoso signs']!)
  bytes = await formatPack(pack)
  files = await packFiles(pack)
  writeFileSync(join(folder, 'pack.zip'), bytes)
})
afterAll(() => rmSync(folder, { recursive: true }))

const textOf = (path: string) => fromUtf8(files.get(path)!)!
const unpacked = () => join(folder, `accord-entry-${at['contoso signs']}`)

describe('a pack', () => {
  test('is the same to the byte when it is made again', async () => {
    expect(await formatPack(await packOf(world, at['contoso signs']!))).toEqual(bytes)
  })

  test('is the same in another process, place and season', async () => {
    const digest = createHash('sha256').update(bytes).digest('hex')
    const script = join(import.meta.dirname, 'pack-digest.ts')
    for (const [TZ, LANG] of [
      ['Pacific/Apia', 'de_DE.UTF-8'],
      ['America/St_Johns', 'C'],
    ]) {
      const run = promisify(execFile)(
        join(root, 'node_modules/.bin/tsx'),
        [script, String(at['contoso signs'])],
        { env: { ...process.env, TZ, LANG, LC_ALL: LANG } },
      )
      expect((await run).stdout).toBe(digest)
    }
  })

  test('holds for every statement of a log what is in its evidence', async () => {
    for (const [name, index] of Object.entries(at)) {
      const pack = await packOf(world, index)
      const made = await packFiles(pack)
      const { statement } = parseAttestation(made.get('attestation.note')!)
      expect([name, fromUtf8(made.get('statement.json')!)]).toEqual([
        name,
        formatStatement(statement),
      ])
      expect(made.has('instrument.txt')).toBe(pack.finding.instrument !== null)
      const entries = [...made.keys()].filter((path) => path.startsWith('entries/'))
      expect(entries).toHaveLength(pack.finding.entries.length)
      for (const file of ['evidence.accord-evidence', 'receipt.tlog-proof']) {
        expect(short(judge(fromUtf8(made.get(file)!)!, pack.policy))).toBe('verified')
      }
    }
  })

  test('shows the text that was signed, and what was seen at the domain', () => {
    const text = textOf('instrument.txt')
    expect(text).toMatch(/^The accord\n\nVersion 1 of accord\n/)
    expect(text).toContain('P2  Defence\n\nWe defend all.\n')
    const seen = textOf('domains.txt')
    expect(seen).toMatch(/contoso\.com \(Entry: \d+\)\n.*2026-01-01T00:02:00Z/)
    expect(seen).not.toContain('fabrikam')
  })

  test('says in plain words what it proves and what not, whose policy it is, and what made it', () => {
    const readme = textOf('README.txt').replace(/\s+/g, ' ')
    for (const said of [
      'contoso.com, enrolled as "The company at contoso.com", signed version 1 of "The accord"',
      'That anybody keeps what they signed.',
      'have one from somebody other than the registry',
      'accord standing contoso.com accord',
      'Made by Accord 1.2.3.',
      `${world.log.vkey}`,
    ]) {
      expect(readme).toContain(said)
    }
    for (const line of textOf('README.txt').split('\n')) {
      if (line.includes(' ') && !line.startsWith('  ')) expect(line.length).toBeLessThan(120)
    }
  })

  test('opens with other programs, which find every digest right', () => {
    execFileSync('python3', [
      '-c',
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])',
      ...[join(folder, 'pack.zip'), folder],
    ])
    const checked = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: unpacked() })
    expect(String(checked).trim().split('\n')).toHaveLength(files.size - 1)
    for (const [path, content] of files) {
      expect(new Uint8Array(readFileSync(join(unpacked(), path)))).toEqual(content)
    }
  })

  test.skipIf(!has('unzip'))('opens with unzip, which finds no mistake', () => {
    const tested = execFileSync('unzip', ['-t', join(folder, 'pack.zip')])
    expect(String(tested)).toContain('No errors detected')
    const listed = String(execFileSync('zipinfo', [join(folder, 'pack.zip')]))
    expect(listed).toMatch(/-rw-r--r-- .* 80-Jan-01 12:00 /)
  })
})
