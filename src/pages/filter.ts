/**
 * What a list of signatories is asked for: the page that shows it and whoever counts again sort alike.
 *
 * @module
 */
import type { Standing } from '../accord/standing.ts'
import type { PartyKind } from '../accord/state.ts'
import type { Word } from '../accord/word.ts'

/** A line of the list. */
export interface Line {
  readonly domain: string
  readonly name: string
  readonly kind: PartyKind
  readonly standing: Standing
}

/** What the list was asked for; null where it does not matter. */
export interface Filter {
  readonly word: Word | null
  readonly version: 'current' | 'superseded' | null
  readonly control: Standing['control']['word'] | null
  readonly reporting: Standing['reporting']['word'] | null
  readonly reservations: 'with' | 'without' | null
  readonly sort: 'domain' | 'name' | 'signed' | 'until' | 'word' | null
}

/** The lines that fit, in the order asked for. */
export function chosenFrom<T extends Line>(all: readonly T[], filter: Filter): T[] {
  return all.filter((line) => fits(line, filter)).sort(ORDERS[filter.sort ?? 'domain'])
}

function fits({ standing: how }: Line, filter: Filter): boolean {
  const has = how.caveats.reservations.length > 0 ? 'with' : 'without'
  return (
    (filter.word ?? how.commitment.word) === how.commitment.word &&
    (filter.version ?? how.version.word) === how.version.word &&
    (filter.control ?? how.control.word) === how.control.word &&
    (filter.reporting ?? how.reporting.word) === how.reporting.word &&
    (filter.reservations ?? has) === has
  )
}

type Order = (a: Line, b: Line) => number

const compared = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const byDomain: Order = (a, b) => compared(a.domain, b.domain)

/** Times are spelled so that their order is that of their texts; what has no end comes last. */
const ORDERS: Readonly<Record<NonNullable<Filter['sort']>, Order>> = {
  domain: byDomain,
  name: (a, b) => compared(a.name.toLowerCase(), b.name.toLowerCase()) || byDomain(a, b),
  signed: (a, b) =>
    compared(b.standing.commitment.signed ?? '', a.standing.commitment.signed ?? '') ||
    byDomain(a, b),
  until: (a, b) =>
    compared(a.standing.commitment.until ?? '~', b.standing.commitment.until ?? '~') ||
    byDomain(a, b),
  word: (a, b) =>
    compared(a.standing.commitment.word, b.standing.commitment.word) || byDomain(a, b),
}
