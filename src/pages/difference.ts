/**
 * The difference between two versions of a text, clause by clause and word by word.
 *
 * Clauses are the same where their ids are. Nothing is guessed: a clause under another id is another
 * clause, however alike the words.
 *
 * @module
 */
import type { InstrumentV1 } from '../accord/statement.ts'

/** A run of words that both texts have, or one of them. Runs joined are the text. */
export interface Run {
  readonly in: 'both' | 'before' | 'after'
  readonly text: string
}

/** A clause, as both versions have it. */
export interface ClauseDifference {
  readonly id: string
  /** `added` and `removed` say that one version has no clause of this id. */
  readonly change: 'none' | 'changed' | 'added' | 'removed'
  readonly title: readonly Run[]
  readonly text: readonly Run[]
  /** What else was changed about it: its kind, whether it may be reserved, its place. */
  readonly facts: readonly FactDifference[]
}

/** A fact that was changed; each value as JSON. */
export interface FactDifference {
  /** The field of the statement, with a dot before an inner one; `place` for a clause's place. */
  readonly field: string
  readonly before: string
  readonly after: string
}

/** Two versions of a text. */
export interface InstrumentDifference {
  /** Whether anything that is signed was changed at all. */
  readonly same: boolean
  readonly title: readonly Run[]
  readonly preamble: readonly Run[]
  /** In the order of the later version; what was removed stands after what it stood after. */
  readonly clauses: readonly ClauseDifference[]
  /** What else was changed: whom it is open to, its terms, its translations. */
  readonly facts: readonly FactDifference[]
}

type Clause = InstrumentV1['clauses'][number]

/** Compares two versions. */
export function differenceOf(before: InstrumentV1, after: InstrumentV1): InstrumentDifference {
  const title = runsOf(before.title, after.title)
  const preamble = runsOf(before.preamble, after.preamble)
  const clauses = clausesOf(before.clauses, after.clauses)
  const terms = Object.keys(before.terms) as (keyof InstrumentV1['terms'])[]
  const facts = [
    ...factsOf(before, after, ['kind', 'language', 'open_to', 'translations', 'sources']),
    ...factsOf(before.terms, after.terms, terms, 'terms.'),
  ]
  const same =
    facts.length === 0 &&
    [title, preamble].every(isSame) &&
    clauses.every(({ change }) => change === 'none')
  return { same, title, preamble, clauses, facts }
}

/** @param prefix - what stands before the fields' names */
function factsOf<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
  prefix = '',
): FactDifference[] {
  return fields.flatMap((field) => {
    const [was, is] = [JSON.stringify(before[field]), JSON.stringify(after[field])]
    return was === is ? [] : [{ field: prefix + field, before: was, after: is }]
  })
}

function clausesOf(before: readonly Clause[], after: readonly Clause[]): ClauseDifference[] {
  const places = placesOf(before, after)
  const found = after.map((clause) => {
    const old = before.find(({ id }) => id === clause.id)
    return old ? compared(old, clause, places) : only('after', clause)
  })
  before.forEach((clause, i) => {
    if (after.some(({ id }) => id === clause.id)) return
    const ahead = before[i - 1]?.id
    const at = ahead === undefined ? 0 : found.findIndex(({ id }) => id === ahead) + 1
    found.splice(at, 0, only('before', clause))
  })
  return found
}

/** The places of the clauses that both versions have, counted among those alone. */
function placesOf(before: readonly Clause[], after: readonly Clause[]) {
  const among = (own: readonly Clause[], other: readonly Clause[]) => {
    const common = own.filter(({ id }) => other.some((o) => o.id === id))
    return new Map(common.map(({ id }, i) => [id, i + 1]))
  }
  return { before: among(before, after), after: among(after, before) }
}

function compared(
  before: Clause,
  after: Clause,
  places: ReturnType<typeof placesOf>,
): ClauseDifference {
  const { id } = after
  const title = runsOf(before.title, after.title)
  const text = runsOf(before.text, after.text)
  const place = factsOf({ place: places.before.get(id) }, { place: places.after.get(id) }, [
    'place',
  ])
  const facts = [...factsOf(before, after, ['kind', 'reservable']), ...place]
  const same = facts.length === 0 && isSame(title) && isSame(text)
  return { id, change: same ? 'none' : 'changed', title, text, facts }
}

function only(where: 'before' | 'after', { id, title, text }: Clause): ClauseDifference {
  const change = where === 'before' ? 'removed' : 'added'
  const run = (t: string): Run[] => [{ in: where, text: t }]
  return { id, change, title: run(title), text: run(text), facts: [] }
}

function isSame(runs: readonly Run[]): boolean {
  return runs.every((run) => run.in === 'both')
}

/** How many pairs of words are compared; beyond that one text replaces the other as a whole. */
const MOST_PAIRS = 4_000_000

/** Compares two texts, word by word. */
export function runsOf(before: string, after: string): Run[] {
  const [old, now] = [wordsOf(before), wordsOf(after)]
  const head = commonStart(old, now)
  const tail = commonStart(old.slice(head).reverse(), now.slice(head).reverse())
  const [a, b] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)]
  const middle = a.length * b.length > MOST_PAIRS ? replaced(a, b) : aligned(a, b)
  return joined([...both(old.slice(0, head)), ...middle, ...both(old.slice(old.length - tail))])
}

/** Words, the spaces between them, and every other mark by itself. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+|\s+|[^\p{L}\p{M}\p{N}\s]/gu) ?? []
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n++
  return n
}

function both(words: readonly string[]): Run[] {
  return words.map((text) => ({ in: 'both', text }))
}

function replaced(a: readonly string[], b: readonly string[]): Run[] {
  return [
    { in: 'before', text: a.join('') },
    { in: 'after', text: b.join('') },
  ]
}

/** A longest common subsequence; of what was replaced, the earlier stands first. */
function aligned(a: readonly string[], b: readonly string[]): Run[] {
  const width = b.length + 1
  const lengths = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [below, right] = [lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!]
      lengths[i * width + j] =
        a[i] === b[j] ? lengths[(i + 1) * width + j + 1]! + 1 : Math.max(below, right)
    }
  }
  const runs: Run[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [below, right] = [lengths[(i + 1) * width + j] ?? -1, lengths[i * width + j + 1] ?? -1]
    if (i < a.length && j < b.length && a[i] === b[j]) {
      runs.push({ in: 'both', text: a[i++]! })
      j++
    } else if (j === b.length || (i < a.length && below >= right)) {
      runs.push({ in: 'before', text: a[i++]! })
    } else runs.push({ in: 'after', text: b[j++]! })
  }
  return runs
}

/** Neighbours of one kind as one run. A space between two changes is part of both. */
function joined(runs: readonly Run[]): Run[] {
  const joins: Run[] = []
  let [gone, come, kept] = ['', '', '']
  const flush = () => {
    if (gone !== '') joins.push({ in: 'before', text: gone })
    if (come !== '') joins.push({ in: 'after', text: come })
    if (kept !== '') joins.push({ in: 'both', text: kept })
    gone = come = kept = ''
  }
  for (const run of runs) {
    if (run.in === 'both') kept += run.text
    else {
      if (gone + come !== '' && /^\s+$/.test(kept))
        [gone, come, kept] = [gone + kept, come + kept, '']
      else if (kept !== '') flush()
      if (run.in === 'before') gone += run.text
      else come += run.text
    }
  }
  flush()
  return joins
}
