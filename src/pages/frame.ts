/**
 * What every page is handed besides its subject: where it is, and the two clocks it was asked about.
 *
 * @module
 */
import { isolated } from '../accord/direction.ts'
import { sayDomain } from '../accord/label.ts'

/** Somebody, as pages always name them: the domain, and what its party calls itself. */
export interface Named {
  readonly domain: string
  /** Null where no party bears the domain. */
  readonly name: string | null
}

/** The same in a line of plain text. */
export function sayWho({ domain, name }: Named): string {
  return name === null ? sayDomain(domain) : `${isolated(name)} (${sayDomain(domain)})`
}

/** A sentence whose subjects are links: words, and among them parties and texts. */
export type Sentence = readonly (string | Named | Text)[]

/** A text, and the version that is spoken of, where it is one. */
export interface Text {
  readonly instrument: string
  readonly version: string | null
}

/** What is around a page. */
export interface Frame {
  /** Base URL under which readers reach the registry; no slash at its end. */
  readonly base: string
  /** The log's. */
  readonly origin: string
  /** The depositary; null where the store cannot say. */
  readonly keeper: Named | null
  /** On a mirror: the address of the registry; else null. */
  readonly mirrorOf: string | null
  /** The page's own path, without a query. */
  readonly path: string
  /** Null on a page to which the clocks mean nothing. */
  readonly clock: Clock | null
  /** Path of the stylesheet, its hash in its name. */
  readonly stylesheet: string
  /** Path of the icon. */
  readonly icon: string
  /** Paths of the scripts that this page runs; without them it lacks no text. */
  readonly scripts: readonly string[]
}

/** The two clocks of a page. */
export interface Clock {
  /** Valid at: POSIX seconds. */
  readonly at: number
  /** Known at: a tree size. */
  readonly size: number
  /** Whether that time has not come yet. */
  readonly future: boolean
  /** As they were asked for; null where the present was meant. */
  readonly asked: { readonly at: string | null; readonly size: number | null }
}

/** Values of a query: what is null or empty is left out. */
export type Query = Readonly<Record<string, string | number | null | undefined>>

/** A path with a query. */
export function formatPath(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, v]) => v !== null && v !== undefined && v !== '')
  const search = new URLSearchParams(given.map(([name, v]) => [name, String(v)])).toString()
  return search === '' ? path : `${path}?${search}`
}

/** The two clocks as a query: nothing where the present is meant. */
export function clockQuery({ clock }: Frame): Query {
  return clock ? { at: clock.asked.at, size: clock.asked.size } : {}
}

/** A path that keeps the reader at the moment that this page is about. */
export function pathAt(frame: Frame, path: string, query: Query = {}): string {
  return formatPath(path, { ...query, ...clockQuery(frame) })
}
