/**
 * The worker in which a whole log is read, so that its page goes on answering.
 *
 * @module
 */
import { readWhole } from './whole-log.tsx'
import type { Done, Failed, Progress, Work } from './work.ts'

addEventListener('message', ({ data }: MessageEvent<Work>) => void serve(data))

async function serve(work: Work): Promise<void> {
  try {
    const answer = await readWhole(work, (done, total) =>
      postMessage({ kind: 'progress', done, total } satisfies Progress),
    )
    postMessage({ kind: 'done', answer } satisfies Done)
  } catch (e) {
    const { code, message, notes } = e as Partial<Failed> & { message: string }
    postMessage({ kind: 'failed', code: code ?? 'program-error', message, notes } satisfies Failed)
  }
}
