/**
 * What happened, as sentences whose parties are links.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { lastParty, registryOf } from '../accord/party.ts'
import type { Named, Sentence } from '../pages/frame.ts'
import type { Happening } from '../pages/news.tsx'
import type { EntryChange, WordChange } from '../register/changes.ts'
import { withState } from '../register/state.ts'
import { sayEntry, sayWord } from './wording.ts'

/** How domains are called at a tree size. */
export type Names = ReadonlyMap<string, string>

/** How domains call themselves: the name of the party that bears each, or bore it last. */
export async function namesOf(sql: Sql, size: number, domains: readonly string[]): Promise<Names> {
  const asked = [...new Set(domains)]
  // A tree of no entry has no registry to be asked.
  if (asked.length === 0) return new Map()
  return withState(
    sql,
    size,
    (state) => {
      const { domain, keeping } = registryOf(state)
      const nameOf = (of: string) =>
        of === domain ? keeping.depositary : lastParty(state, of)?.profile.name
      const named = asked.map((of) => [of, nameOf(of)] as const)
      return new Map(named.flatMap(([of, name]) => (name === undefined ? [] : [[of, name]])))
    },
    [['registry', ''], ...asked.map((of) => ['domain', of] as const)],
  )
}

/** A domain with its name. */
export function named(names: Names, domain: string): Named {
  return { domain, name: names.get(domain) ?? null }
}

/** What happened, as news: the newest first. */
export async function tellNews(
  sql: Sql,
  size: number,
  entries: readonly EntryChange[],
  byTime: readonly WordChange[],
): Promise<Happening[]> {
  const words = [...entries.flatMap((e) => e.words), ...byTime]
  const names = await namesOf(sql, size, [
    ...entries.map((e) => e.by),
    ...words.map((w) => w.domain),
  ])
  // In one second time comes first: an entry finds what it has done.
  const told = [
    ...byTime.map((word) => ({
      at: word.at,
      says: sentence(names, sayWord(markedWord(word), inMarks)),
      entry: null,
    })),
    ...entries.map((entry) => ({
      at: entry.time,
      says: sentence(names, sayEntry(markedEntry(entry), inMarks)),
      entry: { index: entry.index, digest: entry.digest },
    })),
  ]
  return told.reverse().sort((a, b) => b.at - a.at)
}

/** Marks that no statement may hold, so that nothing in a text is taken for them. */
const OPEN = '\uE000'
const CLOSE = '\uE001'

function inMarks(text: string): string {
  return `${OPEN}${text}${CLOSE}`
}

function markedEntry(entry: EntryChange): EntryChange {
  const instrument = entry.instrument === null ? null : inMarks(entry.instrument)
  return { ...entry, instrument, words: entry.words.map(markedWord) }
}

function markedWord(word: WordChange): WordChange {
  return { ...word, instrument: inMarks(word.instrument) }
}

/** Parties and texts as what they are: a domain has a dot, which an instrument's id may not have. */
function sentence(names: Names, text: string): Sentence {
  const [first, ...rest] = text.split(OPEN)
  const parts = rest.flatMap((part): Sentence => {
    const [subject, after] = part.split(CLOSE) as [string, string]
    if (subject.includes('.')) return [named(names, subject), after]
    const version = /^, version (\d+)/.exec(after)?.[1] ?? null
    return [{ instrument: subject, version }, after]
  })
  return [first!, ...parts].filter((part) => part !== '')
}
