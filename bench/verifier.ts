/**
 * The verifier in one file: `dist/verify.html`.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import about from '../package.json' with { type: 'json' }
import { VerifierPage } from '../src/pages/verifier.tsx'
import { SHARED, SMALL_ZOD } from './bundle.ts'

/** Builds the page. It is the same from the same sources. */
export async function buildVerifierPage(outfile: string): Promise<void> {
  await writeFile(outfile, await formatVerifierPage())
}

/** The page's text. */
export async function formatVerifierPage(): Promise<string> {
  const [script, style] = await Promise.all([bundled(), styled()])
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const page = VerifierPage({ style, script, policy, version: about.version })
  return `<!doctype html>${page}\n`
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    ...SHARED,
    format: 'iife',
    entryPoints: ['src/browser/verifier-page.ts'],
    platform: 'browser',
    target: 'es2022',
    plugins: [SMALL_ZOD],
    charset: 'utf8',
    minify: true,
    write: false,
  })
  return outputFiles[0]!.text.trim()
}

async function styled(): Promise<string> {
  const path = fileURLToPath(new URL('../src/browser/verifier.css', import.meta.url))
  const css = await readFile(path, 'utf8')
  return (await transform(css, { loader: 'css', minify: true })).code.trim()
}

/** As a policy names an element by its content. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
