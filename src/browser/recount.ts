/**
 * The panel that reads the whole log beside a page, and compares line by line: what a party stands by,
 * or who signed a text.
 *
 * @module
 */
import { RECOUNT as t } from '../pages/english-browser.ts'
import { made } from './made.ts'
import { addPanel, listed, said, textOf, verdict } from './panel.ts'
import type { Answer, Subject } from './whole-log.tsx'
import type { Failed, Progress, Said, Work } from './work.ts'

/** Codes of findings; with any other, nothing could be found out. */
const FINDINGS: ReadonlySet<string> = new Set(['SHRANK', 'FORKED', 'BROKEN', 'ILLEGAL_ENTRY'])

const CHECKPOINT = 'accord checkpoint'

/** Puts the panel into its place. */
export function addReading(place: HTMLElement, subject: Subject, open: () => Worker): void {
  addPanel(place, t, (policy, panel) => {
    const worker = open()
    const began = performance.now()
    const stop = (shown: readonly Node[]) => {
      worker.terminate()
      panel.answer(shown)
    }
    const cancel = () => stop(verdict('cannot tell', [t.cancelled]))
    panel.progress(t.opening, cancel)
    worker.addEventListener('error', ({ message }) =>
      stop(verdict('cannot tell', [t.failed('program-error', message)])),
    )
    worker.addEventListener('message', ({ data }: MessageEvent<Said>) => {
      const seconds = (performance.now() - began) / 1000
      if (data.kind === 'progress') panel.progress(progress(data, seconds), cancel)
      else if (data.kind === 'failed') stop(failed(data))
      else stop(compared(subject, data.answer, seconds))
    })
    worker.postMessage(workOf(subject, policy))
  })
}

function workOf(subject: Subject, policy: string): Work {
  const { at, size } = document.querySelector<HTMLElement>('.moment')!.dataset
  return {
    ...{ base: location.origin, policy, remembered: localStorage.getItem(CHECKPOINT) },
    ...{ subject, at: Number(at), size: Number(size) },
  }
}

function progress({ done, total }: Progress, seconds: number): string {
  return t.progress(said(done), said(total), said(Math.round(done / seconds)))
}

function failed({ code, message, notes }: Failed): Node[] {
  const lines = [t.failed(code, message)]
  if (notes) lines.push(t.rollback)
  const shown = verdict(FINDINGS.has(code) ? 'not verified' : 'cannot tell', lines)
  return [...shown, ...(notes ?? []).map((note) => made('pre', note))]
}

function compared(subject: Subject, answer: Answer, seconds: number): Node[] {
  const { entries, bytes, note } = answer
  localStorage.setItem(CHECKPOINT, note)
  const figures = t.figures(said(entries), said(bytes), seconds.toFixed(1))
  return subject.kind === 'party'
    ? comparedParty(answer, figures)
    : comparedList(answer.rows.map(rowText), figures)
}

/** The rows shown must be a stretch of the list that follows, and all of it where no link leads on. */
function comparedList(due: readonly string[], figures: string): Node[] {
  const shown = [...document.querySelectorAll('[data-verify] tbody tr')].map(textOf)
  const first = document.querySelector('a[rel=first]') ? due.indexOf(shown[0] ?? '') : 0
  const last = document.querySelector('a[rel=next]') ? first + shown.length : due.length
  const expected = due.slice(Math.max(first, 0), last)
  const wrong = shown.filter((row) => !expected.includes(row)).map((row) => t.shownRow(row))
  const absent = expected.filter((row) => !shown.includes(row)).map((row) => t.missingRow(row))
  const ordered = shown.every((row, i) => row === expected[i])
  const found = [
    ...wrong,
    ...absent,
    ...(ordered || wrong.length + absent.length > 0 ? [] : [t.order]),
  ]
  if (found.length > 0) return [...verdict('not verified', [figures, t.disagrees]), listed(found)]
  return verdict('verified', [figures, t.complete(said(shown.length), said(due.length))])
}

function rowText(markup: string): string {
  const parsed = new DOMParser().parseFromString(`<table>${markup}</table>`, 'text/html')
  return textOf(parsed.body)
}

function comparedParty({ standings }: Answer, figures: string): Node[] {
  const shown = shownStandings()
  const names = [...new Set([...shown.keys(), ...standings.keys()])]
  const found = names.map((name) => compare(name, shown.get(name) ?? [], linesOf(standings, name)))
  const agrees = found.every((lines) => lines.length === 0)
  const says = [figures, agrees ? t.agrees : t.disagrees]
  const items = names.flatMap((name, i) => (found[i]!.length === 0 ? [t.agree(name)] : found[i]!))
  return [...verdict(agrees ? 'verified' : 'not verified', says), listed(items)]
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
