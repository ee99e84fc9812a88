/**
 * Files of the pages: the stylesheet, the icon, and scripts that were built beside the service. Each
 * has its hash in its name, so that it may be kept for ever.
 *
 * @module
 */
import { digestOf } from '../accord/text.ts'
import { ICON, STYLESHEET } from '../pages/stylesheet.ts'
import { utf8 } from '../tlog/bytes.ts'
import { FOR_EVER } from './caching.ts'
import { RequestError } from './request-error.ts'
import type { Asset, Service } from './service.ts'
import { PAGE_POLICY, type Site } from './visit.ts'

/** Assets of this beginning are scripts of the pages. */
const SCRIPTS = 'site/'

/** The pages' files. */
export interface SiteAssets {
  /** Their paths, by their plain names. */
  readonly paths: ReadonlyMap<string, string>
  readonly byPath: ReadonlyMap<string, Asset>
}

/** The files of a service's pages. */
export function siteAssets({ assets }: Pick<Service, 'assets'>): SiteAssets {
  const files = new Map<string, Asset>([
    ['accord.css', { type: 'text/css; charset=utf-8', bytes: bytesOf(STYLESHEET) }],
    ['accord.svg', { type: 'image/svg+xml', bytes: bytesOf(ICON) }],
    ...[...assets].flatMap(([name, asset]) =>
      name.startsWith(SCRIPTS) ? [[name.slice(SCRIPTS.length), asset] as const] : [],
    ),
  ])
  const paths = new Map([...files].map(([name, { bytes }]) => [name, pathOf(name, bytes)]))
  return { paths, byPath: new Map([...files].map(([name, asset]) => [paths.get(name)!, asset])) }
}

/** Adds the files. */
export function addSiteAssets({ app, assets }: Pick<Site, 'app' | 'assets'>): void {
  app.get('/assets/:name', (c) => {
    const asset = assets.byPath.get(c.req.path)
    if (!asset) throw new RequestError('not-found', 'no such file')
    // A worker keeps to the policy that comes with its script.
    return c.body(asset.bytes, 200, {
      'content-type': asset.type,
      'cache-control': FOR_EVER,
      'content-security-policy': PAGE_POLICY,
    })
  })
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return utf8(text) as Uint8Array<ArrayBuffer>
}

/** The path of a file by its plain name and its bytes. */
export function pathOf(name: string, bytes: Uint8Array): string {
  const hash = digestOf(bytes).slice('sha256:'.length, 'sha256:'.length + 16)
  const dot = name.lastIndexOf('.')
  return `/assets/${name.slice(0, dot)}-${hash}${name.slice(dot)}`
}
