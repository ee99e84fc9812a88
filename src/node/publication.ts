/**
 * The public checkpoint as a file, apart from the database.
 *
 * @module
 */
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Publication } from '../depositary/publisher.ts'

/** A publication in a file. It is replaced whole: written beside, synced, renamed, synced again. */
export function filePublication(path: string): Publication {
  return {
    async last() {
      try {
        return await readFile(path, 'utf8')
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw e
      }
    },
    async publish(note) {
      const beside = `${path}.new`
      const file = await open(beside, 'w', 0o644)
      try {
        await file.writeFile(note)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, path)
      await syncFolder(dirname(path))
    },
  }
}

/** Without this a rename may not outlive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
