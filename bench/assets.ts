/**
 * The files that a Worker serves beside itself: the same that the service on Node reads.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readAssets } from '../src/node/assets.ts'

/** Writes them into a folder, which `wrangler.toml` names. */
export async function copyAssets(folder: string): Promise<void> {
  for (const [name, { bytes }] of await readAssets()) {
    await mkdir(dirname(folder + name), { recursive: true })
    await writeFile(folder + name, bytes)
  }
}
