/**
 * What a page and a worker of it say to each other, and the worker's side of it. The page asks once;
 * to cancel, it ends the worker.
 *
 * @module
 */

/** Why there is no answer: the code of an error, and its message. */
export interface Failed {
  readonly code: string
  readonly message: string
  /** Of a log that contradicts what was seen before: that checkpoint, and the one that is served. */
  readonly notes?: readonly string[] | undefined
}

/** What a worker says: how far it is, and in the end an answer or why there is none. */
export type Said<P, A> =
  | { readonly kind: 'progress'; readonly progress: P }
  | { readonly kind: 'done'; readonly answer: A }
  | ({ readonly kind: 'failed' } & Failed)

/** The worker's side: does what it is asked, once. */
export function serve<W, P, A>(work: (asked: W, tell: (progress: P) => void) => Promise<A>): void {
  const say = (said: Said<P, A>) => postMessage(said)
  addEventListener('message', async ({ data }: MessageEvent<W>) => {
    try {
      const answer = await work(data, (progress) => say({ kind: 'progress', progress }))
      say({ kind: 'done', answer })
    } catch (e) {
      const { code = 'program-error', message, notes } = e as Partial<Failed> & { message: string }
      say({ kind: 'failed', code, message, notes })
    }
  })
}
