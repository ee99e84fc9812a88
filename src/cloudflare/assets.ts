/**
 * Files that are served as they were built: the Worker's static assets.
 *
 * @module
 */
import type { Asset } from '../http/service.ts'

/** The files, by name, and their media types. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
  'verify.html': 'text/html; charset=utf-8',
  'site/verify.js': 'text/javascript; charset=utf-8',
  'site/reading.js': 'text/javascript; charset=utf-8',
  'site/whole-log.js': 'text/javascript; charset=utf-8',
  'site/judging.js': 'text/javascript; charset=utf-8',
  'site/sign.js': 'text/javascript; charset=utf-8',
  'site/key-file.js': 'text/javascript; charset=utf-8',
}

/** Reads the files. One that was not built is not among them. */
export async function readAssets(assets: Fetcher): Promise<Map<string, Asset>> {
  const found = Object.entries(FILES).map(async ([name, type]) => {
    const answer = await assets.fetch(`https://assets/${name}`)
    if (!answer.ok) return []
    return [[name, { type, bytes: new Uint8Array(await answer.arrayBuffer()) }] as const]
  })
  return new Map((await Promise.all(found)).flat())
}
