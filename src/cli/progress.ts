/**
 * Progress on what takes more than a second, where somebody watches.
 *
 * @module
 */
import { Presets, SingleBar } from 'cli-progress'
import type { Terminal } from './terminal.ts'

/** Told how far something is. */
export type OnProgress = (done: number, total: number) => void

/** Does work that reports how far it is. The bar appears after a second, and goes when it ends. */
export async function withProgress<T>(
  terminal: Terminal,
  what: string,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const { screen } = terminal
  if (!screen) return work(() => {})
  const began = performance.now()
  const bar = new SingleBar(
    { stream: screen, format: `${what} {bar} {value}/{total}`, clearOnComplete: true },
    Presets.legacy,
  )
  try {
    return await work((done, total) => {
      if (bar.isActive) bar.update(done)
      else if (performance.now() - began > 1000) bar.start(total, done)
    })
  } finally {
    bar.stop()
  }
}
