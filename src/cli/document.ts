/**
 * The text of an instrument as people read it: preamble, clauses and terms, in full.
 *
 * @module
 */
import type { InstrumentV1 } from '../accord/statement.ts'
import { quoted } from '../client/sentences.ts'

/** A version of an instrument in lines of at most so many characters. */
export function instrumentLines(text: InstrumentV1, columns: number): string[] {
  const body = (t: string) => wrap(t, columns - 2).map((line) => `  ${line}`.trimEnd())
  return [
    ...wrap(`${quoted(text.title)}, version ${text.version}, in ${text.language}`, columns),
    '',
    ...(text.preamble === '' ? [] : [...body(text.preamble), '']),
    ...text.clauses.flatMap((c) => [
      ...wrap(`${c.id}  ${quoted(c.title)} (${c.kind}; reservations: ${c.reservable})`, columns),
      ...body(c.text),
      '',
    ]),
    'terms',
    ...termLines(text).flatMap((line) => body(line)),
    ...(text.sources.length === 0 ? [] : ['sources', ...text.sources.flatMap(body)]),
  ]
}

function termLines({ terms: t, open_to, translations }: InstrumentV1): string[] {
  const days = (n: number) => `${n} ${n === 1 ? 'day' : 'days'}`
  return [
    `open to: ${open_to.join(', ')}`,
    `admission: ${t.admission === 'open' ? 'by signing' : 'by acceptance'}${t.ratification ? ', then ratification' : ''}`,
    t.validity_days === null
      ? 'a commitment holds without end'
      : `a commitment holds ${days(t.validity_days)} at most; it is due to be renewed ${days(t.due_days)} before its end, and lapses ${days(t.grace_days)} after it`,
    `withdrawal: in effect after ${days(t.withdrawal_notice_days)} of notice`,
    t.entry_into_force === null
      ? 'in force for each party by itself'
      : `in force once ${t.entry_into_force} parties are bound`,
    t.reporting_days === null
      ? 'no reports'
      : `a report every ${days(t.reporting_days)}, due in the last ${days(t.due_days)} of them`,
    `declarations asked for: ${t.declarations.join(', ') || 'none'}`,
    ...translations.map(
      (r) => `translation (${r.language}${r.authentic ? ', authentic' : ''}): ${r.digest}`,
    ),
  ]
}

/** Breaks a text between words; a word that is too long for a line stands on one of its own. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > columns) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    return [...lines, line]
  })
}
