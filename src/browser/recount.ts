/**
 * The panel that reads the whole log beside a page, and compares line by line: what a party stands by,
 * or who signed a text.
 *
 * @module
 */
import { RECOUNT as t } from '../pages/english-browser.ts'
import { failedNodes, send } from './errand.ts'
import { rememberCheckpoint, rememberedCheckpoints } from './memory.ts'
import { listed } from './outcome.ts'
import { addPanel, said, textOf, verdict } from './panel.ts'
import type { Answer, Progress, Question, Subject } from './whole-log.tsx'
import type { Failed } from './work.ts'

/** Codes of findings; with any other, nothing could be found out. */
const FINDINGS: ReadonlySet<string> = new Set(['SHRANK', 'FORKED', 'BROKEN', 'ILLEGAL_ENTRY'])

/** Puts the panel into its place. */
export function addReading(place: HTMLElement, subject: Subject, open: () => Worker): void {
  addPanel(place, t, (policy, panel) => {
    send<Progress, Answer>(panel, open(), questionOf(subject, policy), {
      opening: t.opening,
      progress: ({ done, total }, seconds) =>
        t.progress(said(done), said(total), said(Math.round(done / seconds))),
      answer: (answer, seconds) => compared(subject, answer, seconds),
      failed,
    })
  })
}

function questionOf(subject: Subject, policy: string): Question {
  const { at, size } = document.querySelector<HTMLElement>('.moment')!.dataset
  return {
    ...{ base: location.origin, policy, remembered: rememberedCheckpoints() },
    ...{ subject, at: Number(at), size: Number(size) },
  }
}

function failed(why: Failed): Node[] {
  const word = FINDINGS.has(why.code) ? 'not verified' : 'cannot tell'
  return [...verdict(word, why.notes ? [t.rollback] : []), ...failedNodes(why)]
}

function compared(subject: Subject, answer: Answer, seconds: number): Node[] {
  const { entries, bytes, note } = answer
  rememberCheckpoint(note)
  const figures = t.figures(said(entries), said(bytes), seconds.toFixed(1))
  return subject.kind === 'party'
    ? comparedParty(answer, figures)
    : comparedList(answer.rows.map(rowText), figures)
}

/** The rows shown must be a stretch of the list that follows, and all of it where no link leads on. */
function comparedList(due: readonly string[], figures: string): Node[] {
  const shown = [...document.querySelectorAll('[data-verify] tbody tr')].map(cellsOf)
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
  return cellsOf(parsed.querySelector('tr')!)
}

function cellsOf(row: Element): string {
  return [...row.children].map(textOf).join(' · ')
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
