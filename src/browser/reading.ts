/**
 * The script of the pages beside which the whole log can be read: of parties, and of instruments.
 *
 * @module
 */
import type { Filter } from '../pages/filter.ts'
import { addReading } from './recount.ts'
import type { Subject } from './whole-log.tsx'

/** The path of the worker that reads whole logs: the build knows it. */
declare const WHOLE_LOG: string

const place = document.querySelector<HTMLElement>('[data-verify]')
// The address says what the page is about: a page could say another thing.
const [, what, name] = location.pathname.split('/').map(decodeURIComponent)
if (place && name !== undefined) {
  addReading(place, subjectOf(name), () => new Worker(WHOLE_LOG, { type: 'module' }))
}

function subjectOf(of: string): Subject {
  return what === 'parties'
    ? { kind: 'party', domain: of }
    : { kind: 'instrument', id: of, filter: filter() }
}

/** What this page's list was asked for. */
function filter(): Filter {
  const asked = new URLSearchParams(location.search)
  const names = ['word', 'version', 'control', 'reporting', 'reservations', 'sort'] as const
  return Object.fromEntries(names.map((n) => [n, asked.get(n) || null])) as never
}
