/**
 * A log packed for moving: a folder with its files as any file server has them, and beside them what
 * is no file of a log.
 *
 * ```text
 * checkpoint tile/…        https://c2sp.org/tlog-tiles
 * moving/checkpoints       every public checkpoint's note, by size: one JSON text a line
 * moving/cards             officers' cards, one JSON object a line; secret, as the registry keeps them
 * moving/to                where the log moves
 * moving/arrived           written when it got there
 * ```
 *
 * @module
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeptCard } from '../depositary/persons.ts'

/** What is in the folder besides the log's files. */
export interface Moved {
  readonly to: string
  readonly checkpoints: readonly string[]
  readonly cards: readonly KeptCard[]
}

/** Packs; the log's files are put beside by whoever has them. */
export async function packMoved(folder: string, moved: Moved): Promise<void> {
  const moving = join(folder, 'moving')
  await mkdir(moving, { recursive: true, mode: 0o700 })
  const write = (file: string, lines: readonly unknown[]) =>
    writeFile(join(moving, file), lines.map((l) => `${JSON.stringify(l)}\n`).join(''), {
      mode: 0o600,
    })
  await write('checkpoints', moved.checkpoints)
  await write('cards', moved.cards)
  await writeFile(join(moving, 'to'), `${moved.to}\n`)
}

/** Unpacks. */
export async function unpackMoved(folder: string): Promise<Moved> {
  const read = (file: string) => readFile(join(folder, 'moving', file), 'utf8')
  const lines = async (file: string) =>
    (await read(file)).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  return {
    to: (await read('to')).trim(),
    checkpoints: await lines('checkpoints'),
    cards: await lines('cards'),
  }
}

/** Where the folder's log has arrived already; null where it has not. */
export async function arrivedAt(folder: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, 'moving', 'arrived'), 'utf8')).trim()
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw e
  }
}

/** The log has arrived: the folder is of no use any more. */
export async function noteArrival(folder: string, at: string): Promise<void> {
  await writeFile(join(folder, 'moving', 'arrived'), `${at}\n`)
}
