/**
 * The files of the page on which the API's description is read.
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

/** Reads the files. */
export async function readAssets() {
  const { resolve } = createRequire(import.meta.url)
  const files = Object.entries(FILES).map(async ([name, type]) => {
    const bytes = new Uint8Array(await readFile(resolve(`swagger-ui-dist/${name}`)))
    return [name, { type, bytes }] as const
  })
  return new Map(await Promise.all(files))
}
