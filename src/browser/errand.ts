/**
 * What a panel has a worker do: it shows how far that is, can be cancelled, and ends with an answer.
 *
 * @module
 */
import { PANEL as t } from '../pages/english-browser.ts'
import { made } from './made.ts'
import { type Panel, verdict } from './panel.ts'
import type { Failed, Said } from './work.ts'

/** How what it says is shown; a time is in seconds since it began. */
export interface Shown<P, A> {
  readonly opening: string
  progress(progress: P, seconds: number): string
  answer(answer: A, seconds: number): readonly Node[]
  failed(failed: Failed): readonly Node[]
}

/** Sends a worker on its way. @returns what ends it, without an answer */
export function send<P, A>(
  panel: Panel,
  worker: Worker,
  work: unknown,
  shown: Shown<P, A>,
): () => void {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  const stop = (nodes: readonly Node[]) => {
    worker.terminate()
    panel.answer(nodes)
  }
  const cancel = () => stop(verdict('cannot tell', [t.cancelled]))
  panel.progress(shown.opening, cancel)
  worker.addEventListener('error', ({ message }) =>
    stop(shown.failed({ code: 'program-error', message })),
  )
  worker.addEventListener('message', ({ data }: MessageEvent<Said<P, A>>) => {
    if (data.kind === 'progress') panel.progress(shown.progress(data.progress, seconds()), cancel)
    else if (data.kind === 'failed') stop(shown.failed(data))
    else stop(shown.answer(data.answer, seconds()))
  })
  worker.postMessage(work)
  return () => worker.terminate()
}

/** The sentence about a failure, and the notes of a log that contradicts itself. */
export function failedNodes({ code, message, notes = [] }: Failed): Node[] {
  return [made('p', t.failed(code, message)), ...notes.map((note) => made('pre', note))]
}
