/**
 * Files that are dropped anywhere on a page.
 *
 * @module
 */

/** How a policy begins. See https://c2sp.org/tlog-policy. */
const POLICY = /^(log|witness|group|quorum|#)/

/** Listens for files. `take` is called with each, and whether it is a policy; then `show`, once. */
export function listenToDrops(
  take: (file: File, isPolicy: boolean) => Promise<void>,
  show: () => void,
): void {
  for (const event of ['dragover', 'dragleave', 'drop'] as const) {
    document.addEventListener(event, async (drag) => {
      drag.preventDefault()
      document.body.classList.toggle('over', event === 'dragover')
      if (event !== 'drop') return
      for (const file of [...(drag.dataTransfer?.files ?? [])]) {
        await take(file, POLICY.test(await file.slice(0, 8).text()))
      }
      show()
    })
  }
}

/** What is in a file: nothing, where it cannot be read. */
export async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer()))
}
