/**
 * What changed between two versions of a text, clause by clause.
 *
 * @module
 */
import type { InstrumentV1 } from '../accord/statement.ts'
import { quoted } from '../client/sentences.ts'

type Clause = InstrumentV1['clauses'][number]

/** The changes from one version to another, as lines; none where only the number is another. */
export function textChanges(old: InstrumentV1, next: InstrumentV1): string[] {
  const before = new Map(old.clauses.map((c) => [c.id, c]))
  const after = new Set(next.clauses.map((c) => c.id))
  return [
    ...(old.title === next.title ? [] : changed('title', old.title, next.title)),
    ...(old.preamble === next.preamble ? [] : changed('preamble', old.preamble, next.preamble)),
    ...next.clauses.flatMap((c) => clauseChanges(before.get(c.id), c)),
    ...old.clauses.filter((c) => !after.has(c.id)).flatMap(removed),
    ...termChanges(old, next),
  ]
}

function clauseChanges(old: Clause | undefined, next: Clause): string[] {
  if (!old) {
    const what = `${next.id}  is new: ${quoted(next.title)} (${next.kind}, ${RESERVABLE[next.reservable]})`
    return [what, ...marked('+', next.text)]
  }
  return [
    ...(old.title === next.title ? [] : changed(`${next.id}  title`, old.title, next.title)),
    ...(old.text === next.text ? [] : changed(`${next.id}  text`, old.text, next.text)),
    ...(old.kind === next.kind ? [] : [`${next.id}  was a ${old.kind}, and is a ${next.kind}`]),
    ...(old.reservable === next.reservable
      ? []
      : [`${next.id}  had ${RESERVABLE[old.reservable]}, and has ${RESERVABLE[next.reservable]}`]),
  ]
}

const RESERVABLE = {
  no: 'no reservation',
  scope: 'reservations of scope',
  yes: 'reservations',
} as const

function removed({ id, title, text }: Clause): string[] {
  return [`${id}  is gone: ${quoted(title)}`, ...marked('-', text)]
}

function changed(what: string, before: string, after: string): string[] {
  return [`${what} is another`, ...marked('-', before), ...marked('+', after)]
}

/** A text behind a mark on each line, so that nothing in it reads as a line of ours. */
function marked(mark: '+' | '-', text: string): string[] {
  return text.split('\n').map((line) => `  ${mark} ${line}`.trimEnd())
}

function termChanges(old: InstrumentV1, next: InstrumentV1): string[] {
  const before: Readonly<Record<string, unknown>> = old.terms
  return Object.entries(next.terms)
    .filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value))
    .map(
      ([name, value]) =>
        `terms  ${name.replaceAll('_', ' ')}: was ${said(before[name])}, is ${said(value)}`,
    )
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || 'none'
  return value === null ? 'none' : String(value)
}
