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
import { addPanel, said, textIn, textOf, verdict } from './panel.ts'
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
  // That of a mirror's remark has no clocks.
  const { at, size } = document.querySelector<HTMLElement>('.moment[data-size]')!.dataset
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
  const { entries, later, bytes, note } = answer
  rememberCheckpoint(note)
  const figures = t.figures(said(entries), said(bytes), seconds.toFixed(1))
  const says = [...(later > 0 ? [t.later(said(later))] : []), figures]
  const heads = [...answer.heads].flatMap(([where, markup]) =>
    differs(textOf(document.querySelector(where)), textIn(markup)),
  )
  return subject.kind === 'party'
    ? comparedParty(answer, says, heads)
    : comparedList(answer.rows.map(rowText), says, heads)
}

function differs(shown: string, due: string): string[] {
  return shown === due ? [] : [t.shownRow(shown), t.missingRow(due)]
}

/** The rows shown must be a stretch of the list that follows, and all of it where no link leads on. */
function comparedList(
  due: readonly string[],
  says: readonly string[],
  heads: readonly string[],
): Node[] {
  const shown = [...document.querySelectorAll('[data-verify] tbody tr')].map(cellsOf)
  const leads = (rel: string) =>
    shown.length > 0 && document.querySelector(`[data-verify] a[rel=${rel}]`) !== null
  const first = leads('first') ? due.indexOf(shown[0]!) : 0
  const last = leads('next') ? first + shown.length : due.length
  const expected = due.slice(Math.max(first, 0), last)
  const wrong = shown.filter((row) => !expected.includes(row)).map((row) => t.shownRow(row))
  const absent = expected.filter((row) => !shown.includes(row)).map((row) => t.missingRow(row))
  const ordered = shown.every((row, i) => row === expected[i])
  const found = [
    ...heads,
    ...wrong,
    ...absent,
    ...(ordered || wrong.length + absent.length > 0 ? [] : [t.order]),
  ]
  if (found.length > 0) return [...verdict('not verified', [...says, t.disagrees]), listed(found)]
  return verdict('verified', [...says, t.complete(said(shown.length), said(due.length))])
}

function rowText(markup: string): string {
  const parsed = new DOMParser().parseFromString(`<table>${markup}</table>`, 'text/html')
  return cellsOf(parsed.querySelector('tr')!)
}

function cellsOf(row: Element): string {
  return [...row.children].map(textOf).join(' · ')
}

function comparedParty(
  { standings }: Answer,
  figures: readonly string[],
  heads: readonly string[],
): Node[] {
  const shown = shownStandings()
  const names = [...new Set([...shown.keys(), ...standings.keys()])]
  const found = names.map((name) => compare(name, shown.get(name) ?? [], linesOf(standings, name)))
  const agrees = heads.length === 0 && found.every((lines) => lines.length === 0)
  const says = [...figures, agrees ? t.agrees : t.disagrees]
  const agree = (name: string) => (name === '' ? [] : [t.agree(name)])
  const items = names.flatMap((name, i) => (found[i]!.length === 0 ? agree(name) : found[i]!))
  return [...verdict(agrees ? 'verified' : 'not verified', says), listed([...heads, ...items])]
}

/** What differs between the lines shown and the lines that follow. */
function compare(name: string, shown: readonly string[], due: readonly string[]): string[] {
  const wrong = shown.filter((line) => !due.includes(line)).map((line) => t.shown(name, line))
  const absent = due.filter((line) => !shown.includes(line)).map((line) => t.missing(name, line))
  return [...wrong, ...absent]
}

/** Everything in its section; under no name what is not said of a text. */
function shownStandings(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const e of document.querySelectorAll<HTMLElement>('main [aria-labelledby=stands-by] > *')) {
    const name = e.dataset['standing']?.split(' ')[1]
    // The badge stands there beside the standing.
    const parts = name === undefined ? [e] : [...e.children].filter((c) => c.tagName !== 'DETAILS')
    const also = e.id === 'stands-by' ? [] : lines(parts)
    if (also.length > 0) found.set(name ?? '', [...(found.get(name ?? '') ?? []), ...also])
  }
  return found
}

function linesOf(standings: Answer['standings'], name: string): string[] {
  const parsed = new DOMParser().parseFromString(standings.get(name) ?? '', 'text/html')
  return lines([...parsed.body.children])
}

/** Paragraphs and rows, as text. */
function lines(elements: readonly Element[]): string[] {
  const rows = elements.flatMap((e) => (e.matches('table') ? [...e.querySelectorAll('tr')] : [e]))
  return rows.map(textOf)
}
