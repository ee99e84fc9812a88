import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settings } from '../src/node/config.ts'

/** README's command blocks, run in order, in an empty folder, beside a registry that it started. */

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)
const readme = await readFile(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((m) => m[1]!)

/** Not run here: CI installs before it tests, and a test cannot run all tests. */
const ELSEWHERE = ['npm ci', 'npm test']

let folder: string
let registry: ReturnType<typeof spawn>
let port: number

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  return typeof address === 'object' && address ? address.port : 0
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    REGISTRY: join(folder, 'registry'),
    ACCORD_LOG: `http://127.0.0.1:${port}`,
    ACCORD_HOME: join(folder, 'home'),
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord-readme-'))
  port = await freePort()
  await mkdir(join(folder, 'registry'))
  await symlink(join(root, 'dist'), join(folder, 'registry/dist'))
  const data = join(folder, 'registry/data')
  const env = {
    ...process.env,
    ...{ PORT: String(port), ACCORD_DATA_DIR: data, ACCORD_METHODS: 'manual' },
  }
  registry = spawn('npm', ['start'], { cwd: root, env, detached: true, stdio: 'pipe' })
  const said: string[] = []
  registry.stdout!.on('data', (d) => said.push(String(d)))
  registry.stderr!.on('data', (d) => said.push(String(d)))
  for (let i = 0; i < 300 && !said.join('').includes('api '); i++) {
    await new Promise((later) => setTimeout(later, 100))
  }
  expect(said.join('')).toContain(`http://127.0.0.1:${port}`)
})

afterAll(async () => {
  process.kill(-registry.pid!, 'SIGTERM')
  await new Promise((done) => registry.on('close', done))
  await rm(folder, { recursive: true })
})

test('the first block is how one starts', () => {
  expect(blocks[0]).toBe('npm ci\nnpm start\n')
  expect(ELSEWHERE.every((line) => readme.includes(line))).toBe(true)
})

test('every other block runs, one after the other, and says what it should', async () => {
  const script = blocks
    .slice(1)
    .filter((b) => !ELSEWHERE.includes(b.trim()))
    .join('\n')
    .replaceAll('http://127.0.0.1:8787', `http://127.0.0.1:${port}`)
  const work = join(folder, 'work')
  await mkdir(work)
  const shell = ['-euo', 'pipefail', '-c', script]
  const { stdout } = await run('bash', shell, { cwd: work, env: environment() })
  expect(script.split('\n').length).toBeGreaterThan(25)
  expect(stdout).toMatch(/logged: entry 6/)
  expect(stdout).toMatch(/^pledge\.tlog-proof: verified$/m)
  expect(stdout).toMatch(/^pledge\.accord-evidence: verified$/m)
  expect(stdout).toMatch(/commitment +active/)
  expect(stdout).toMatch(/good: 7 entries/)
  expect(stdout).toMatch(/contoso\.com,/)
})

test('every setting stands in the table, with who could abuse it', () => {
  for (const [name, setting] of Object.entries(settings.shape)) {
    const { description, trust } = setting.meta() as { description: string; trust: string }
    const row = readme.split('\n').find((l) => l.startsWith(`| \`${name}\` |`))
    const initial = setting.parse(undefined)
    expect(row).toBe(
      `| \`${name}\` | ${initial === null ? '' : `\`${initial}\``} | ${description} | ${trust} |`,
    )
  }
})

test('every link of the documents leads somewhere', async () => {
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'NEWS.md', 'docs/design.md']
  for (const file of documents) {
    const text = await readFile(join(root, file), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map((m) => m[1]!)
    for (const link of links) {
      await expect(stat(join(root, file, '..', link)), `${file}: ${link}`).resolves.toBeDefined()
    }
  }
})
