/**
 * Instruments: a text clause by clause, its terms, its versions, and who stands by it.
 *
 * @module
 */
import { isolated } from '../accord/direction.ts'
import type { PartyKind, Terms } from '../accord/state.ts'
import type { InstrumentV1 } from '../accord/statement.ts'
import {
  CLAUSES,
  INSTRUMENTS,
  RESERVABLE,
  sayBound,
  sayOpenTo,
  sayTerms,
  sayTime,
  INSTRUMENT as t,
} from './english.ts'
import type { Line } from './filter.ts'
import { type Frame, formatPath, pathAt } from './frame.ts'
import type { Signable } from './home.tsx'
import { Signables } from './home.tsx'
import { Layout } from './layout.tsx'
import { Day, Entries, Facts, Mono, Prose, Who } from './marks.tsx'
import { Reserved } from './reserved.tsx'
import { type List, Signatories } from './signatories.tsx'
import { dayOf } from './standing.tsx'

/** A version in the list of them. */
export interface VersionLine {
  readonly version: number
  readonly title: string
  readonly digest: string
  readonly index: number
  /** POSIX seconds at which it was published. */
  readonly at: number
  readonly openTo: readonly PartyKind[]
  readonly terms: Terms
  /** When it entered into force, in POSIX seconds; null before. */
  readonly inForce: number | null
}

/** One version with its text, and the reservations made to it. */
export interface Text {
  readonly line: VersionLine
  readonly text: InstrumentV1
  /** Parties that stand by it with reservations. */
  readonly reserved: readonly Line[]
}

/** What the pages of an instrument show. */
export interface InstrumentView extends Text {
  readonly frame: Frame
  readonly versions: readonly VersionLine[]
  /** Null on the page of one version. */
  readonly list: List | null
  /** Those that did not renew; null on the page of one version. */
  readonly lapsed: readonly Line[] | null
}

/** The page that lists the instruments. */
export function InstrumentsPage(props: {
  readonly frame: Frame
  readonly instruments: readonly Signable[]
}) {
  return (
    <Layout frame={props.frame} title={t.all} description={t.allLead}>
      <h1>{t.all}</h1>
      <p class="lead">{t.allLead}</p>
      <Signables {...props} />
    </Layout>
  )
}

/** The page of an instrument, or of one of its versions. */
export function InstrumentPage(props: InstrumentView) {
  const { frame, line, text, versions, list, lapsed } = props
  const { id } = text
  const latest = versions.length
  const said = list ? sayBound(list.bound, sum(list)) : `${t.version} ${line.version}`
  return (
    <Layout
      frame={frame}
      title={list ? isolated(text.title) : `${isolated(text.title)}, ${t.version} ${line.version}`}
      description={`${isolated(text.title)}. ${said}`}
      feed={`/v1/instruments/${id}/feed`}
      image={`/social/instruments/${id}.png`}
    >
      <p class="over heading">{INSTRUMENTS[text.kind]}</p>
      <h1 dir="auto">{text.title}</h1>
      {list ? (
        <p class="lead">{said}</p>
      ) : (
        <p class="lead">
          {t.version} {line.version}
          {line.version < latest && (
            <>
              {'. '}
              {t.notLatest} <a href={pathAt(frame, `/instruments/${id}`)}>{t.seeLatest}</a>
            </>
          )}
        </p>
      )}
      <Record line={line} text={text} latest={latest} />
      <Contents here={props} />
      {list && <Signatories frame={frame} list={list} />}
      {lapsed && lapsed.length > 0 && <Lapsed frame={frame} id={id} lapsed={lapsed} />}
      {text.preamble !== '' && (
        <section aria-labelledby="preamble">
          <h2 id="preamble">{t.preamble}</h2>
          <div class="text" lang={text.language}>
            <Prose text={text.preamble} />
          </div>
        </section>
      )}
      <Clauses {...props} />
      <section aria-labelledby="terms">
        <h2 id="terms">{t.terms}</h2>
        <Facts of={sayTerms(line.terms)} />
      </section>
      <Versions {...props} />
      <Origins text={text} />
    </Layout>
  )
}

function sum({ tally }: List): number {
  return [...tally.values()].reduce((n, more) => n + more, 0)
}

function Record(props: { line: VersionLine; text: InstrumentV1; latest: number }) {
  const { line, text, latest } = props
  return (
    <Facts
      of={[
        [t.version, `${line.version}${line.version === latest ? `, ${t.latest}` : ''}`],
        [
          t.published,
          <>
            <Day at={line.at} /> (<Entries indexes={[line.index]} />)
          </>,
        ],
        [t.openTo, `${sayOpenTo(line.openTo)}.`],
        ...(line.terms.entry_into_force === null
          ? []
          : ([
              [
                t.force,
                line.inForce === null ? t.notInForce : `${t.inForce} ${sayTime(line.inForce)}`,
              ],
            ] as const)),
        [
          t.identity,
          <a href={`/attestations/${line.digest}`}>
            <Mono>{line.digest}</Mono>
          </a>,
        ],
        ...(text.translations.length === 0
          ? []
          : ([[t.translations, <Translations text={text} />]] as const)),
      ]}
    />
  )
}

function Translations({ text }: { text: InstrumentV1 }) {
  return (
    <>
      {text.translations.map(({ language, digest, authentic }) => (
        <p>
          {language}
          {authentic && ` (${t.authentic})`}: <Mono>{digest}</Mono>
        </p>
      ))}
    </>
  )
}

function Contents({ here: { list, text } }: { here: InstrumentView }) {
  const parts = [
    ...(list ? [['who', t.who]] : []),
    ...(text.preamble === '' ? [] : [['preamble', t.preamble]]),
    ['clauses', t.clauses],
    ['terms', t.terms],
    ['versions', t.versions],
  ]
  return (
    <nav aria-label={t.contents}>
      <ul class="contents">
        {parts.map(([id, name]) => (
          <li>
            <a href={`#${id}`}>{name}</a>
          </li>
        ))}
        {list && (
          <li>
            <a href={`/sign?instrument=${text.id}`}>{t.sign}</a>
          </li>
        )}
      </ul>
    </nav>
  )
}

/** How many of those that did not renew are named; the others are in the list. */
const LAPSED = 20

function Lapsed(props: { frame: Frame; id: string; lapsed: readonly Line[] }) {
  const { frame, id, lapsed } = props
  return (
    <section aria-labelledby="lapsed">
      <h2 id="lapsed">{t.lapsed}</h2>
      <p>{t.lapsedLead}</p>
      <ul>
        {lapsed.slice(0, LAPSED).map((line) => (
          <li>
            <Who frame={frame} who={line} />: {t.endedOn} {dayOf(line.standing.commitment.until)}
          </li>
        ))}
      </ul>
      {lapsed.length > LAPSED && (
        <p>
          <a href={`${pathAt(frame, `/instruments/${id}`, { word: 'lapsed' })}#who`}>
            {t.allLapsed}
          </a>
        </p>
      )}
    </section>
  )
}

function Clauses({ frame, text, reserved }: InstrumentView) {
  const path = `/instruments/${text.id}/v${text.version}`
  return (
    <section aria-labelledby="clauses">
      <h2 id="clauses">{t.clauses}</h2>
      {text.clauses.map((clause) => (
        <article class="clause" id={clause.id}>
          <h3 dir="auto" lang={text.language}>
            <a href={`${path}#${clause.id}`} title={t.permalink}>
              <span class="clause-id">{clause.id}</span>
              {clause.title}
            </a>
          </h3>
          <p class="quiet">
            {CLAUSES[clause.kind]}; {RESERVABLE[clause.reservable]}
          </p>
          <div class="text" lang={text.language}>
            <Prose text={clause.text} />
          </div>
          <Reserved frame={frame} id={text.id} clause={clause.id} reserved={reserved} />
        </article>
      ))}
    </section>
  )
}

function Versions({ frame, text: { id }, line, versions }: InstrumentView) {
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">{t.versions}</h2>
      <table class="stack">
        <thead>
          <tr>
            {[t.version, t.titled, t.published, t.compare].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {versions.toReversed().map((v) => (
            <tr>
              <th scope="row">
                <a href={pathAt(frame, `/instruments/${id}/v${v.version}`)}>
                  {t.version} {v.version}
                </a>
              </th>
              <td dir="auto">{v.title}</td>
              <td data-label={t.published}>
                <Day at={v.at} />
              </td>
              <td data-label={t.compare}>
                {v.version === line.version ? (
                  '–'
                ) : (
                  <a href={pathAt(frame, differencePath(id, v.version, line.version))}>
                    {t.compareWith(v.version, line.version)}
                  </a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Where two versions are compared: the earlier one first. */
export function differencePath(id: string, a: number, b: number): string {
  return `/instruments/${id}/diff/${Math.min(a, b)}..${Math.max(a, b)}`
}

function Origins({ text: { id, version, sources } }: { text: InstrumentV1 }) {
  return (
    <section>
      {sources.length > 0 && (
        <>
          <h2>{t.sources}</h2>
          <ul>
            {sources.map((source) => (
              <li dir="auto">{source}</li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">
        <a href={formatPath(`/v1/instruments/${id}/versions/${version}`, {})}>{t.original}</a>
      </p>
    </section>
  )
}
