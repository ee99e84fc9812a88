/**
 * Files that are served as they were installed or built: those of the page on which the API's
 * description is read, and the verifier in one file.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** Files of the package swagger-ui-dist, and their media types. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

/** Scripts of the pages. */
const SCRIPTS = [
  'site/verify.js',
  'site/reading.js',
  'site/whole-log.js',
  'site/judging.js',
  'site/sign.js',
  'site/key-file.js',
]

/** What the build writes beside the command; from the sources, in the folder of the build. */
const BUILT = import.meta.url.endsWith('.ts') ? '../../dist/' : './'

/** Reads the files. Without a build, the verifier is not among them. */
export async function readAssets(): Promise<
  Map<string, { type: string; bytes: Uint8Array<ArrayBuffer> }>
> {
  const { resolve } = createRequire(import.meta.url)
  const files = Object.entries(FILES).map(async ([name, type]) => {
    const bytes = new Uint8Array(await readFile(resolve(`swagger-ui-dist/${name}`)))
    return [name, { type, bytes }] as const
  })
  const verifier = await readBuilt('verify.html', 'text/html; charset=utf-8')
  const scripts = await Promise.all(
    SCRIPTS.map((name) => readBuilt(name, 'text/javascript; charset=utf-8')),
  )
  return new Map([...(await Promise.all(files)), ...verifier, ...scripts.flat()])
}

/** @throws where it cannot be read for any other reason than that it is not there */
async function readBuilt(name: string, type: string) {
  try {
    const bytes = new Uint8Array(await readFile(new URL(BUILT + name, import.meta.url)))
    return [[name, { type, bytes }] as const]
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e
    return []
  }
}
