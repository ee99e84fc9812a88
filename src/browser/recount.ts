/**
 * The panel that reads the whole log beside a party's page, and compares line by line.
 *
 * @module
 */
import { VERDICTS } from '../pages/english.ts'
import { RECOUNT as t } from '../pages/english-browser.ts'
import { made } from './made.ts'
import type { Answer } from './whole-log.tsx'
import type { Failed, Progress, Said, Work } from './work.ts'

type Verdict = keyof typeof VERDICTS

/** Codes of findings; with any other, nothing could be found out. */
const FINDINGS: ReadonlySet<string> = new Set(['SHRANK', 'FORKED', 'BROKEN', 'ILLEGAL_ENTRY'])

const POLICY = 'accord policy'
const CHECKPOINT = 'accord checkpoint'

/** Puts the panel into its place. */
export function addReading(place: HTMLElement, domain: string, open: () => Worker): void {
  const policy = made('textarea')
  Object.assign(policy, { id: 'policy', rows: 4, value: localStorage.getItem(POLICY) ?? '' })
  const label = made('label', t.policy)
  label.htmlFor = 'policy'
  const [borrow, start, cancel] = [t.borrow, t.start, t.cancel].map(button)
  const remark = made('p', t.policyHint, 'quiet')
  const answer = made('div')
  answer.setAttribute('aria-live', 'polite')
  cancel!.hidden = true
  const added = made('div', '', 'added')
  place.append(added)
  added.append(made('h3', t.heading), made('p', t.lead), label, policy, remark)
  added.append(borrow!, ' ', start!, ' ', cancel!, answer)
  borrow!.addEventListener('click', () => {
    void (async () => {
      policy.value = await (await fetch('/policy.txt')).text()
      remark.textContent = t.borrowed
    })()
  })
  start!.addEventListener('click', () => {
    if (policy.value.trim() === '') {
      answer.replaceChildren(...verdict('cannot-tell', [t.needsPolicy]))
      return
    }
    localStorage.setItem(POLICY, policy.value)
    const stop = (shown: Node[]) => {
      worker.terminate()
      answer.replaceChildren(...shown)
      start!.hidden = false
      cancel!.hidden = true
    }
    const worker = open()
    const began = performance.now()
    start!.hidden = true
    cancel!.hidden = false
    cancel!.onclick = () => stop(verdict('cannot-tell', [t.cancelled]))
    worker.addEventListener('error', ({ message }) =>
      stop(verdict('cannot-tell', [t.failed('program-error', message)])),
    )
    worker.addEventListener('message', ({ data }: MessageEvent<Said>) => {
      const seconds = (performance.now() - began) / 1000
      if (data.kind === 'progress') answer.replaceChildren(progress(data, seconds))
      else if (data.kind === 'failed') stop(failed(data))
      else stop(compared(data.answer, seconds))
    })
    worker.postMessage(workOf(domain, policy.value))
  })
}

function workOf(domain: string, policy: string): Work {
  const { at, size } = document.querySelector<HTMLElement>('.moment')!.dataset
  return {
    ...{ base: location.origin, policy, remembered: localStorage.getItem(CHECKPOINT) },
    ...{ domain, at: Number(at), size: Number(size) },
  }
}

function progress({ done, total }: Progress, seconds: number): Node {
  const rate = Math.round(done / seconds)
  return made('p', t.progress(said(done), said(total), said(rate)))
}

function failed({ code, message }: Failed): Node[] {
  const lines = [t.failed(code, message)]
  if (code === 'SHRANK' || code === 'FORKED') {
    lines.push(t.rollback, localStorage.getItem(CHECKPOINT) ?? '')
  }
  return verdict(FINDINGS.has(code) ? 'not-verified' : 'cannot-tell', lines)
}

function compared({ standings, entries, bytes, note }: Answer, seconds: number): Node[] {
  localStorage.setItem(CHECKPOINT, note)
  const shown = shownStandings()
  const names = [...new Set([...shown.keys(), ...standings.keys()])]
  const found = names.map((name) => compare(name, shown.get(name) ?? [], linesOf(standings, name)))
  const agrees = found.every((lines) => lines.length === 0)
  const says = [
    t.figures(said(entries), said(bytes), seconds.toFixed(1)),
    agrees ? t.agrees : t.disagrees,
  ]
  const list = made('ul')
  const items = names.flatMap((name, i) => (found[i]!.length === 0 ? [t.agree(name)] : found[i]!))
  list.append(...items.map((item) => made('li', item)))
  return [...verdict(agrees ? 'verified' : 'not-verified', says), list]
}

/** What differs between the lines shown and the lines that follow. */
function compare(name: string, shown: readonly string[], due: readonly string[]): string[] {
  const wrong = shown.filter((line) => !due.includes(line)).map((line) => t.shown(name, line))
  const absent = due.filter((line) => !shown.includes(line)).map((line) => t.missing(name, line))
  return [...wrong, ...absent]
}

function shownStandings(): Map<string, string[]> {
  const articles = document.querySelectorAll<HTMLElement>('[data-standing]')
  return new Map(
    [...articles].map((article) => [
      article.dataset['standing']!.split(' ')[1]!,
      // What stands there beside the standing: the name of the text, and the badge.
      lines([...article.children].filter((e) => !['H3', 'DETAILS'].includes(e.tagName))),
    ]),
  )
}

function linesOf(standings: Answer['standings'], name: string): string[] {
  const parsed = new DOMParser().parseFromString(standings.get(name) ?? '', 'text/html')
  return lines([...parsed.body.children])
}

/** Paragraphs and rows, as text. */
function lines(elements: readonly Element[]): string[] {
  const rows = elements.flatMap((e) => (e.matches('table') ? [...e.querySelectorAll('tr')] : [e]))
  return rows.map((row) => (row.textContent ?? '').replace(/\s+/g, ' ').trim())
}

function verdict(of: Verdict, sentences: readonly string[]): Node[] {
  const word = made('p', VERDICTS[of], `verdict ${of}`)
  return [word, ...sentences.map((s) => made('p', s))]
}

function button(name: string): HTMLButtonElement {
  const node = made('button', name)
  node.type = 'button'
  return node
}

function said(n: number): string {
  return n.toLocaleString('en')
}
