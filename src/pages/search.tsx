/**
 * Search, and the list of parties.
 *
 * @module
 */
import { isolated } from '../accord/direction.ts'
import type { PartyKind } from '../accord/state.ts'
import { FRAME, KINDS, PARTY, SEARCH as t } from './english.ts'
import { type Frame, pathAt } from './frame.ts'
import { Layout } from './layout.tsx'
import { Who } from './marks.tsx'

/** A party in a list. */
export interface PartyLine {
  readonly domain: string
  readonly name: string
  readonly kind: PartyKind
  readonly ended: boolean
}

/** The page that lists the parties. */
export function PartiesPage(props: {
  readonly frame: Frame
  readonly parties: readonly PartyLine[]
  readonly next: string | null
}) {
  const { frame, parties, next } = props
  return (
    <Layout frame={frame} title={PARTY.all} description={PARTY.allLead}>
      <h1>{PARTY.all}</h1>
      <p class="lead">{PARTY.allLead}</p>
      <Parties frame={frame} parties={parties} />
      {next !== null && (
        <p>
          <a href={pathAt(frame, '/parties', { cursor: next })}>{PARTY.more}</a>
        </p>
      )}
    </Layout>
  )
}

function Parties({ frame, parties }: { frame: Frame; parties: readonly PartyLine[] }) {
  if (parties.length === 0) return <p>{PARTY.none}</p>
  return (
    <ul class="lines">
      {parties.map((party) => (
        <li>
          <Who frame={frame} who={party} />{' '}
          <span class="quiet">
            {KINDS[party.kind]}
            {party.ended && `, ${PARTY.over}`}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What a search found. */
export interface Found {
  readonly frame: Frame
  readonly q: string
  readonly instruments: readonly { readonly id: string; readonly title: string }[]
  readonly parties: readonly PartyLine[]
  /** How many parties are shown at most, where there are more. */
  readonly most: number | null
}

/** The page of a search. */
export function SearchPage({ frame, q, instruments, parties, most }: Found) {
  const nothing = q !== '' && instruments.length + parties.length === 0
  return (
    <Layout frame={frame} title={q === '' ? t.title : t.results(isolated(q))} description={t.lead}>
      <h1>{q === '' ? t.title : t.results(isolated(q))}</h1>
      <p>{t.lead}</p>
      <form class="search wider" action="/search">
        <input
          type="search"
          name="q"
          value={q}
          aria-label={t.label}
          placeholder={FRAME.searchFor}
        />
        <button type="submit">{FRAME.search}</button>
      </form>
      {nothing && <p class="lead">{t.nothing}</p>}
      {instruments.length > 0 && (
        <section aria-labelledby="texts">
          <h2 id="texts">{t.texts}</h2>
          <ul>
            {instruments.map(({ id, title }) => (
              <li>
                <a href={pathAt(frame, `/instruments/${id}`)} dir="auto">
                  {title}
                </a>{' '}
                <span class="quiet">{id}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {parties.length > 0 && (
        <section aria-labelledby="parties">
          <h2 id="parties">{t.parties}</h2>
          <Parties frame={frame} parties={parties} />
          {most !== null && <p>{t.most(most)}</p>}
        </section>
      )}
    </Layout>
  )
}
