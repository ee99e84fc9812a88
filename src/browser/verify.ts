/**
 * The script of the pages that verifies. The same file is the worker in which a whole log is read,
 * so that the page goes on answering.
 *
 * @module
 */
import { readWhole } from './whole-log.tsx'
import type { Done, Progress, Work } from './work.ts'

if (typeof document === 'undefined') {
  addEventListener('message', ({ data }: MessageEvent<Work>) => void serve(data))
} else {
  const place = document.querySelector<HTMLElement>('[data-verify]')
  const [what, domain] = (place?.dataset['verify'] ?? '').split(' ')
  if (place && what === 'drop') {
    const { addForm } = await import('./drop.ts')
    addForm(place)
    await import('./verifier.ts')
  } else if (place && what === 'party' && domain !== undefined) {
    const { addReading } = await import('./recount.ts')
    addReading(place, domain, () => new Worker(import.meta.url, { type: 'module' }))
  }
}

async function serve(work: Work): Promise<void> {
  try {
    const answer = await readWhole(work, (done, total) =>
      postMessage({ kind: 'progress', done, total } satisfies Progress),
    )
    postMessage({ kind: 'done', answer } satisfies Done)
  } catch (e) {
    const { code, message } = e as { code?: string; message: string }
    postMessage({ kind: 'failed', code: code ?? 'program-error', message })
  }
}
