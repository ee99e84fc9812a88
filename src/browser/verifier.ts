/**
 * The verifier of files in one page: files go in, and one of three answers comes out.
 *
 * @module
 */
import { VERIFIER as t } from '../pages/english-pack.ts'
import { type Exhibit, judge, openExhibit } from './exhibit.ts'
import { bytesOf, listenToDrops } from './files.ts'
import { made } from './made.ts'
import { outcomeNodes } from './outcome.ts'

let exhibit: Exhibit | null = null
let own: { readonly name: string; readonly text: string } | null = null

function show(): void {
  element('file-name').textContent = exhibit?.name ?? t.none
  const packed = exhibit?.packed === undefined ? t.none : t.inPack('policy.txt')
  element('policy-name').textContent = own?.name ?? packed
  const waiting = [made('p', t.waiting, 'quiet')]
  const nodes = exhibit ? outcomeNodes(judge(exhibit, own?.text ?? null)) : waiting
  element('answer').replaceChildren(...nodes)
}

function element(id: string): HTMLElement {
  return document.getElementById(id)!
}

async function take(file: File, isPolicy: boolean): Promise<void> {
  // An editor may have ended the lines of a policy in its own way.
  if (isPolicy) own = { name: file.name, text: (await file.text()).replaceAll('\r\n', '\n') }
  else {
    exhibit = null
    exhibit = await openExhibit(file.name, await bytesOf(file))
  }
}

/** Listens for files: chosen in the elements `file` and `policy`, or dropped anywhere. */
export function listen(): void {
  for (const id of ['file', 'policy'] as const) {
    element(id).addEventListener('change', async ({ target }) => {
      for (const file of (target as HTMLInputElement).files ?? []) await take(file, id === 'policy')
      show()
    })
  }
  listenToDrops(take, show)
}
