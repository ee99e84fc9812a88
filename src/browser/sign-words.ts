/**
 * The words on the page for signing, held against those whose digest is signed.
 *
 * @module
 */
import type { InstrumentV1 } from '../accord/statement.ts'
import { sayTerms } from '../pages/english.ts'

/** What the page shows of a text, in order, part by part. */
const PARTS = '#words, .text, .clause h3, #terms ~ dl > div'

/** What the page shows otherwise, or does not; null where it shows the text, word by word. */
export function otherWords(text: InstrumentV1): string | null {
  const section = document.querySelector('[aria-labelledby="words"]')
  const shown = [...(section?.querySelectorAll(PARTS) ?? [])].map(squeezed)
  const due = partsOf(text).map((part) => part.replace(/\s+/g, ''))
  const at = due.findIndex((part, i) => part !== shown[i])
  if (at >= 0) return partsOf(text)[at]!
  return shown.length === due.length ? null : text.title
}

function partsOf({ title, preamble, clauses, terms }: InstrumentV1): string[] {
  return [
    title,
    preamble,
    ...clauses.flatMap((c) => [c.id + c.title, c.text]),
    ...sayTerms(terms).map(([name, says]) => name + says),
  ]
}

function squeezed(element: Element): string {
  return (element.textContent ?? '').replace(/\s+/g, '')
}
