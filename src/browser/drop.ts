/**
 * The panel of the page that verifies: a file, a link, a digest or a text, and a policy.
 *
 * @module
 */
import { GIVEN as t } from '../pages/english-browser.ts'
import { failedNodes, send } from './errand.ts'
import { bytesOf, listenToDrops } from './files.ts'
import type { Asked, Given, Judged } from './judging.ts'
import { made } from './made.ts'
import { outcomeNodes } from './outcome.ts'
import { addPanel, type Panel, said, verdict } from './panel.ts'
import { readPasted } from './pasted.ts'

/** Puts the panel into its place. `open` opens the worker that judges. */
export function addForm(place: HTMLElement, open: () => Worker): void {
  const form = formOf()
  let given: Given | null = null
  let end = () => {}
  const particular = { ...t, packed: true, first: form.first, last: [form.policyFile] }
  const panel = addPanel(place, particular, (policy, at) => {
    // What was asked before is not answered beside the name of this.
    end()
    const asked = askedOf(given, form.paste.value)
    if (Array.isArray(asked)) at.answer(asked)
    else end = judgeIn(at, open(), { ...asked, policy })
  })
  const take = async (file: File, isPolicy: boolean) => {
    if (isPolicy) panel.policy = await file.text()
    else given = { name: file.name, bytes: await bytesOf(file) }
    if (isPolicy) return
    form.paste.value = ''
    form.chosen.textContent = file.name
  }
  const show = () => (given || form.paste.value.trim() !== '' ? panel.ask() : undefined)
  form.listen(take, show)
  form.paste.addEventListener('input', () => {
    given = null
    form.chosen.textContent = t.none
  })
  listenToDrops(take, show)
}

/** What to ask; or the answer, where there is nothing to ask. */
function askedOf(given: Given | null, pasted: string): Given | Node[] {
  if (given) return given
  const read = readPasted(pasted, location.href)
  if (read.kind === 'nothing') return verdict('cannot tell', [t.nothing])
  if (read.kind === 'elsewhere') return verdict('cannot tell', [t.elsewhere(read.host)])
  if (read.kind === 'page') return pageNodes(read.path)
  if (read.kind === 'statement') return { digest: read.digest }
  return { name: t.pasted, bytes: new TextEncoder().encode(read.text) }
}

/** A party and a text verify themselves, on their own pages. */
function pageNodes(path: string): Node[] {
  if (!/^\/(parties|instruments)\/./.test(path)) return verdict('cannot tell', [t.unknownPage])
  const link = made('a', path)
  link.href = path
  const says = made('p')
  says.append(link)
  return [...verdict('cannot tell', [t.page]), says]
}

function judgeIn(panel: Panel, worker: Worker, asked: Asked): () => void {
  return send<number, Judged>(panel, worker, asked, {
    opening: t.opening,
    progress: (signatures, seconds) => t.progress(said(signatures), seconds.toFixed(0)),
    answer: judgedNodes,
    failed: (why) => [...verdict('cannot tell', []), ...failedNodes(why)],
  })
}

function judgedNodes({ outcome, signatures, bytes, fetched }: Judged, seconds: number): Node[] {
  const figures = t.figures(said(signatures), said(bytes), seconds.toFixed(1))
  return [
    ...outcomeNodes(outcome),
    ...(fetched ? [made('p', t.fetched(fetched.digest), 'quiet')] : []),
    made('p', figures, 'quiet'),
  ]
}

function formOf() {
  const [file, policyFile] = [fileInput('file'), fileInput('policy-file')]
  file.setAttribute('aria-describedby', 'file-hint file-name')
  const hint = made('p', t.fileHint, 'quiet')
  hint.id = 'file-hint'
  const chosen = made('output', t.none)
  chosen.id = 'file-name'
  const paste = made('textarea')
  Object.assign(paste, { id: 'paste', rows: 2, spellcheck: false })
  const box = made('div', '', 'choice')
  box.append(labelled('file', t.file), hint, file, chosen)
  const policyBox = made('p')
  policyBox.append(labelled('policy-file', t.policyFile), policyFile)
  return {
    first: [box, labelled('paste', t.paste), paste],
    policyFile: policyBox,
    paste,
    chosen,
    listen(take: (file: File, isPolicy: boolean) => Promise<void>, show: () => void) {
      for (const input of [file, policyFile]) {
        input.addEventListener('change', async () => {
          for (const one of [...(input.files ?? [])]) await take(one, input === policyFile)
          show()
        })
      }
    },
  }
}

function fileInput(id: string): HTMLInputElement {
  const input = made('input')
  Object.assign(input, { type: 'file', id })
  return input
}

function labelled(id: string, name: string): HTMLLabelElement {
  const label = made('label', name)
  label.htmlFor = id
  return label
}
