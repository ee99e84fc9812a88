/**
 * What is shipped, in one file each: the command for Node 20, and the verifier for browsers.
 *
 * @module
 */
import { chmod, readFile, rename } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { pathOf } from '../src/http/site-assets.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What every bundle has in common. */
export const SHARED = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
} as const

/** CommonJS packages in the bundle call `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);"

/** In browsers, schemas are built with the part of zod that they use. */
export const SMALL_ZOD: Plugin = {
  name: 'small-zod',
  setup({ onResolve }) {
    const path = fileURLToPath(new URL('zod-subset.ts', import.meta.url))
    onResolve({ filter: /^zod$/ }, () => ({ path }))
  },
}

/** Builds the command. better-sqlite3 holds native code and stays a package. */
export async function buildCommand(outfile: string): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    platform: 'node',
    target: 'node20',
    external: ['better-sqlite3'],
    banner: { js: REQUIRE },
  })
  await chmod(outfile, 0o755)
}

/** Builds the verifier. */
export async function buildVerifier(outfile: string): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: ['src/verify.ts'],
    outfile,
    platform: 'browser',
    target: 'es2022',
    plugins: [SMALL_ZOD],
    minify: true,
  })
}

/** Builds the scripts of the pages that verify, and the workers that do it. */
export async function buildPageScripts(folder: string): Promise<void> {
  const pathOfWorker = async (name: string, entryPoint: string) => {
    await buildForPages(entryPoint, `${folder}/${name}`)
    return JSON.stringify(pathOf(name, await readFile(resolve(root, folder, name))))
  }
  const JUDGING = await pathOfWorker('judging.js', 'src/browser/judging-worker.ts')
  const WHOLE_LOG = await pathOfWorker('whole-log.js', 'src/browser/whole-log-worker.ts')
  await buildForPages('src/browser/verify.ts', `${folder}/verify.js`, { JUDGING })
  await buildForPages('src/browser/reading.ts', `${folder}/reading.js`, { WHOLE_LOG })
}

/** Builds the script of the page for signing. */
export function buildSignScript(outfile: string): Promise<void> {
  return buildForPages('src/browser/sign.ts', outfile)
}

/** Builds its worker for key files, which is loaded where a key is made or opened. */
export function buildKeyFileScript(outfile: string): Promise<void> {
  return buildForPages('src/browser/sign-key-file.ts', outfile)
}

/** Others may be reading the file of an earlier build: it is replaced whole. */
async function buildForPages(
  entryPoint: string,
  outfile: string,
  define: Readonly<Record<string, string>> = {},
): Promise<void> {
  const beside = `${outfile}.${process.pid}.tmp`
  await build({
    ...SHARED,
    entryPoints: [entryPoint],
    outfile: beside,
    define,
    platform: 'browser',
    target: 'es2022',
    plugins: [SMALL_ZOD],
    minify: true,
  })
  await rename(resolve(root, beside), resolve(root, outfile))
}

/** Builds the Worker, as `wrangler deploy` does. */
export async function buildWorker(outfile: string, entry = 'src/worker.ts'): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: [entry],
    outfile,
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    target: 'es2022',
    external: ['cloudflare:workers'],
  })
}
