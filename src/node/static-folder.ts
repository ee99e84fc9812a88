/**
 * A folder that a file server serves: what is in it is whole at every moment.
 *
 * @module
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HomeError, lockData } from './home.ts'

/** The folder, held until it is released. */
export interface StaticFolder {
  /** The checkpoint in it; null where there is none. */
  checkpoint(): Promise<string | null>
  /** Puts a file in its place: written beside, synced, renamed. */
  put(path: string, bytes: Uint8Array): Promise<void>
  release(): void
}

/**
 * Opens a folder, or makes it.
 *
 * @throws {HomeError} `DATA_IN_USE`
 */
export async function openStaticFolder(folder: string): Promise<StaticFolder> {
  await mkdir(folder, { recursive: true })
  const release = locked(folder)
  const made = new Set<string>()
  return {
    release,
    checkpoint: () => readIfThere(join(folder, 'checkpoint')),
    async put(path, bytes) {
      const to = join(folder, path)
      if (!made.has(dirname(to))) await mkdir(dirname(to), { recursive: true })
      made.add(dirname(to))
      await write(`${to}.new`, bytes)
      await rename(`${to}.new`, to)
    },
  }
}

function locked(folder: string): () => void {
  try {
    return lockData(folder)
  } catch (cause) {
    if (!(cause instanceof HomeError) || cause.code !== 'DATA_IN_USE') throw cause
    const message = `another process writes into ${folder}; stop it, or name another folder`
    throw new HomeError('DATA_IN_USE', message, { cause })
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o644)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw e
  }
}
