/**
 * The last checkpoint of each log that was verified on this machine.
 *
 * A log that is later shown smaller, or that is no extension of it, has been rewritten or shows
 * different people different trees; the two checkpoints together prove it, so both are kept.
 *
 * @module
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathOf, type Terminal } from './terminal.ts'

/** Where it is kept: `ACCORD_HOME`, else `accord` under `XDG_CONFIG_HOME` or `~/.config`. */
export function memoryDir(terminal: Terminal): string {
  const { ACCORD_HOME, XDG_CONFIG_HOME, HOME } = terminal.env
  if (ACCORD_HOME) return pathOf(terminal, ACCORD_HOME)
  return join(XDG_CONFIG_HOME || join(HOME || homedir(), '.config'), 'accord')
}

/** The checkpoint last verified of a log; undefined where there was none. */
export async function recall(terminal: Terminal, origin: string): Promise<string | undefined> {
  try {
    return await readFile(fileOf(terminal, origin), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Remembers a verified checkpoint. */
export async function remember(terminal: Terminal, origin: string, note: string): Promise<void> {
  const file = fileOf(terminal, origin)
  await mkdir(memoryDir(terminal), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, note)
  await rename(`${file}.new`, file)
}

/** Keeps two checkpoints that contradict each other. @returns the file */
export async function keepFork(
  terminal: Terminal,
  origin: string,
  notes: readonly string[],
): Promise<string> {
  const file = `${fileOf(terminal, origin)}.fork-${terminal.now()}`
  await mkdir(memoryDir(terminal), { recursive: true, mode: 0o700 })
  await writeFile(file, notes.join('\n'), { flag: 'wx' }).catch((error: unknown) => {
    // The same fork seen twice within a second is kept once.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  return file
}

/** The file in which a log's checkpoint is remembered. */
export function fileOf(terminal: Terminal, origin: string): string {
  return join(memoryDir(terminal), `${encodeURIComponent(origin)}.checkpoint`)
}
