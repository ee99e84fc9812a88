import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

/** What each room may import: rooms, packages, `node:`. The first that fits a path is its room. */
const ROOMS: readonly [room: string, may: readonly string[]][] = [
  ['keys/', ['keys/', '@noble/']],
  ['db/sqlite.ts', ['db/', 'kysely', 'better-sqlite3', 'node:']],
  ['db/', ['db/', 'kysely']],
  ['src/tlog/', ['src/tlog/', 'keys/', '@noble/hashes']],
  ['src/accord/', ['src/accord/', 'src/tlog/', 'keys/', 'zod', '@noble/hashes']],
  ['src/register/', ['src/register/', 'src/accord/', 'src/tlog/', 'keys/', 'db/', 'kysely']],
  ['src/client/', ['src/client/', 'src/accord/', 'src/tlog/', 'keys/']],
  ['src/domain/', ['src/domain/', 'src/accord/', 'src/tlog/', 'keys/', 'ipaddr.js', 'tldts']],
  [
    'src/depositary/',
    [
      'src/depositary/',
      'src/domain/',
      'src/register/',
      'src/client/',
      'src/accord/',
      'src/tlog/',
      'keys/',
      'db/',
      'zod',
      'kysely',
    ],
  ],
  [
    'src/watch/',
    [
      'src/watch/',
      'src/domain/',
      'src/register/',
      'src/client/',
      'src/accord/',
      'src/tlog/',
      'keys/',
      'db/',
      'kysely',
    ],
  ],
  [
    'src/http/',
    [
      'src/http/',
      'src/depositary/',
      'src/watch/',
      'src/domain/',
      'src/register/',
      'src/pages/',
      'src/client/',
      'src/accord/',
      'src/tlog/',
      'keys/',
      'db/sql.ts',
      'hono',
      'zod',
      'feed',
      'ical-generator',
      'fflate',
    ],
  ],
  [
    'src/pages/',
    ['src/pages/', 'src/accord/', 'src/tlog/bytes.ts', 'hono/', 'pdf-lib', 'fflate', 'uqr'],
  ],
  [
    'src/browser/',
    [
      'src/browser/',
      'src/verify.ts',
      'src/client/',
      'src/accord/',
      'src/tlog/',
      'src/domain/',
      'src/pages/',
      'keys/',
      '@noble/',
      'age-encryption',
    ],
  ],
  ['src/verify.ts', ['src/client/', 'src/accord/', 'src/tlog/', 'keys/']],
  [
    'src/cloudflare/',
    [
      'src/cloudflare/',
      'src/http/',
      'src/depositary/',
      'src/domain/',
      'src/register/',
      'src/client/',
      'src/accord/',
      'src/tlog/',
      'db/',
      'keys/',
      'package.json',
      'cloudflare:workers',
      'hono',
      'kysely',
      'zod',
    ],
  ],
  ['src/worker.ts', ['src/cloudflare/']],
  ['src/cli/', ['']],
  [
    'src/node/',
    [
      'src/node/',
      'src/depositary/',
      'src/domain/',
      'src/register/',
      'src/client/',
      'src/accord/',
      'src/tlog/',
      'src/watch/',
      'db/',
      'keys/',
      'node:',
      'zod',
      'age-encryption',
      'prom-client',
      '@logtape/',
      '@noble/hashes',
      'kysely',
      'undici',
    ],
  ],
]

/** The pure rooms: no clock, chance or locale there. */
const PURE = ['keys/', 'src/tlog/', 'src/accord/']

const root = join(import.meta.dirname, '../..')

function sources(dir: string): string[] {
  return readdirSync(join(root, dir), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name))
    .map((e) => relative(root, join(e.parentPath, e.name)))
}

const files = ['keys', 'db', 'src'].flatMap(sources)

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = [
    ...text.matchAll(
      /^(?:import|export)\b[^'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^import\s+'([^']+)'/gm,
    ),
  ]
  return found.map((m) => (m[1] ?? m[2] ?? m[3])!)
}

function target(file: string, specifier: string): string {
  return specifier.startsWith('.')
    ? relative(root, join(root, dirname(file), specifier))
    : specifier
}

test('imports only go down', () => {
  const wrong = files.flatMap((file) => {
    const may = ROOMS.find(([room]) => file.startsWith(room))?.[1] ?? []
    return importsOf(file)
      .map((specifier) => target(file, specifier))
      .filter((to) => !may.some((room) => to.startsWith(room)))
      .map((to) => `${file} imports ${to}`)
  })
  expect(wrong).toEqual([])
  expect(files.length).toBeGreaterThan(40)
})

test('relative imports carry their extension', () => {
  const bare = files.flatMap((f) =>
    importsOf(f).filter((s) => s.startsWith('.') && !/\.(tsx?|json)$/.test(s)),
  )
  expect(bare).toEqual([])
})

test('only keys/ed25519.ts knows the curve', () => {
  expect(files.filter((f) => importsOf(f).includes('@noble/ed25519'))).toEqual(['keys/ed25519.ts'])
})

test('the law never holds a secret', () => {
  const above = files.filter((f) => /^src\/(accord|client|verify|register|pages|http)/.test(f))
  const text = (f: string) => readFileSync(join(root, f), 'utf8')
  expect(above.filter((f) => /\bseedSigner\b|\bparseSecretKey\b/.test(text(f)))).toEqual([])
})

test('the pure rooms know no clock, chance or locale', () => {
  const impure = /Date\.now|new Date\(\)|Math\.random|toLocale|localeCompare|Intl\.|performance\./
  const found = files
    .filter((f) => PURE.some((room) => f.startsWith(room)))
    .filter((f) => impure.test(readFileSync(join(root, f), 'utf8')))
  expect(found).toEqual([])
})

test('versions are exact, and the lockfile names no host', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const ranges = Object.values({ ...dependencies, ...devDependencies }).filter(
    (v) => !/^\d/.test(String(v)),
  )
  expect(ranges).toEqual([])
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const resolved = Object.entries<{ resolved?: string }>(lock.packages).filter(([, p]) =>
    p.resolved?.startsWith('http'),
  )
  expect(resolved).toEqual([])
})

test('CONTRIBUTING.md is short enough to be read', () => {
  const lines = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').split('\n')
  expect(lines.length).toBeLessThanOrEqual(100)
})
