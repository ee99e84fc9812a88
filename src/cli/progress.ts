/**
 * Progress on what takes more than a second, where somebody watches.
 *
 * @module
 */
import { Presets, SingleBar } from 'cli-progress'
import type { Terminal } from './terminal.ts'

/** Told how far something is. */
export type OnProgress = (done: number, total: number) => void

/**
 * Does work that reports how far it is. The bar appears after a second, with what is done in a second
 * and the time that is left, and goes when the work ends.
 */
export async function withProgress<T>(
  terminal: Terminal,
  what: string,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const { screen } = terminal
  if (!screen) return work(() => {})
  const began = performance.now()
  // Work that is gone on with has a part behind it already.
  let first: number | null = null
  const bar = new SingleBar(
    {
      stream: screen,
      format: `${what} {bar} {value}/{total}  {rate}/s  {eta_formatted} left`,
      clearOnComplete: true,
    },
    Presets.legacy,
  )
  try {
    return await work((done, total) => {
      first ??= done
      const elapsed = performance.now() - began
      const rate = Math.round(((done - first) * 1000) / elapsed)
      if (bar.isActive) bar.update(done, { rate })
      else if (elapsed > 1000) bar.start(total, done, { rate })
    })
  } finally {
    bar.stop()
  }
}
