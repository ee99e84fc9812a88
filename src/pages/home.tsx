/**
 * The first page: what this is, what can be signed, and what happened last.
 *
 * @module
 */
import type { PartyKind } from '../accord/state.ts'
import { Curve, type Series } from './curve.tsx'
import { FRAME, INSTRUMENTS, sayBound, sayNumber, sayOpenTo, HOME as t } from './english.ts'
import { type Frame, pathAt } from './frame.ts'
import { Layout } from './layout.tsx'
import { type Happening, News } from './news.tsx'

/** A text, and how many stand by it. */
export interface Signable {
  readonly id: string
  readonly kind: 'accord' | 'convention' | 'pledge'
  readonly title: string
  readonly version: number
  readonly openTo: readonly PartyKind[]
  readonly bound: number
  readonly total: number
}

/** What the page shows. */
export interface Home {
  readonly frame: Frame
  readonly instruments: readonly Signable[]
  readonly parties: number
  readonly size: number
  /** POSIX seconds of the first entry. */
  readonly founded: number
  readonly at: number
  readonly curves: readonly Series[]
  readonly news: readonly Happening[]
}

/** The first page. */
export function HomePage(props: Home) {
  const { frame, instruments, curves, news } = props
  return (
    <Layout frame={frame} title={FRAME.tagline} description={t.lead}>
      <section class="hero">
        <h1>{FRAME.tagline}</h1>
        <p class="lead">{t.lead}</p>
        <p>{t.never}</p>
      </section>
      <section aria-labelledby="signable">
        <h2 id="signable">{t.instruments}</h2>
        {instruments.length === 0 ? <p>{t.none}</p> : <Signables {...props} />}
      </section>
      {curves.length > 0 && <Curve series={curves} from={props.founded} to={props.at} />}
      <section aria-labelledby="changes">
        <h2 id="changes">{t.changes}</h2>
        {news.length === 0 ? <p>{t.nothing}</p> : <News frame={frame} news={news} />}
        <p>
          <a href={pathAt(frame, '/changes')}>{t.allChanges}</a>
        </p>
      </section>
      <Figures {...props} />
    </Layout>
  )
}

/** Texts as cards. */
export function Signables({ frame, instruments }: Pick<Home, 'frame' | 'instruments'>) {
  return (
    <ul class="cards">
      {instruments.map(({ id, kind, title, openTo, bound, total }) => (
        <li class="card">
          <p class="over">{INSTRUMENTS[kind]}</p>
          <p class="title">
            <a href={pathAt(frame, `/instruments/${id}`)} dir="auto">
              {title}
            </a>
          </p>
          <p class="figure">{sayNumber(bound)}</p>
          <p>{sayBound(bound, total)}</p>
          <p class="quiet">{sayOpenTo(openTo)}.</p>
        </li>
      ))}
    </ul>
  )
}

function Figures({ frame, parties, size }: Home) {
  const [party, entry] = [parties, size].map(
    (n, i) => (i === 0 ? t.parties : t.entries)[n === 1 ? 0 : 1],
  )
  return (
    <section aria-label={t.figures}>
      <ul class="figures">
        <li>
          <a href={pathAt(frame, '/parties')}>
            <strong>{sayNumber(parties)}</strong> {party}
          </a>
        </li>
        <li>
          <a href={pathAt(frame, '/log')}>
            <strong>{sayNumber(size)}</strong> {entry}
          </a>
        </li>
      </ul>
    </section>
  )
}
