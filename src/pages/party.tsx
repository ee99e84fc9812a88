/**
 * A party: what it stands by and how, everything it did, its keys, and what was seen at its domain.
 *
 * @module
 */
import { isolated } from '../accord/direction.ts'
import { sayDomain } from '../accord/label.ts'
import type { Standing } from '../accord/standing.ts'
import type { LoggedCheck, PartyKind } from '../accord/state.ts'
import { formatEmbed } from './badge.ts'
import { KINDS, METHODS, sayCount, PARTY as t } from './english.ts'
import { clockQuery, type Frame, formatPath, type Named, pathAt, sayWho } from './frame.ts'
import { KeyHistory, type Keys } from './key-history.tsx'
import { Layout } from './layout.tsx'
import { Day, Entries, Facts, Mono, Name, Time, Who } from './marks.tsx'
import { type Happening, News } from './news.tsx'
import { StandingView, sayStanding } from './standing.tsx'

/** A report of a party. */
export interface Report {
  readonly title: string
  readonly url: string
  readonly digest: string
  readonly instrument: string
  /** Days, as the statement spells their times. */
  readonly period: { readonly from: string; readonly to: string }
  readonly index: number
}

/** Who bears a domain, or bore it last. */
export interface Bearer {
  readonly id: string
  readonly name: string
  readonly kind: PartyKind
  readonly jurisdiction: string | null
  readonly lei: string | null
  /** POSIX seconds, and the entry. */
  readonly enrolled: { readonly at: number; readonly index: number }
  readonly ended: {
    readonly how: 'released' | 'succeeded'
    readonly at: number
    readonly index: number
    readonly successor: Named | null
  } | null
  readonly pending: {
    readonly mode: 'recover' | 'replace-recovery'
    readonly at: number
    readonly index: number
  } | null
  readonly standings: readonly { readonly title: string; readonly standing: Standing }[]
  readonly keys: readonly Keys[]
}

/** What the page shows. */
export interface PartyView {
  readonly frame: Frame
  readonly domain: string
  /** Null for a domain that was only checked, and for the depositary's. */
  readonly bearer: Bearer | null
  readonly depositary: boolean
  readonly earlier: readonly { readonly name: string; readonly index: number }[]
  readonly checks: readonly LoggedCheck[]
  readonly timeline: readonly Happening[]
  /** Whether there is more than the timeline shows. */
  readonly more: boolean
  readonly reports: readonly Report[]
}

/** The page of a domain. */
export function PartyPage(props: PartyView) {
  const { frame, domain, bearer, depositary } = props
  const who = { domain, name: bearer?.name ?? null }
  const title = sayWho(who)
  return (
    <Layout
      frame={frame}
      title={title}
      description={bearer ? answerOf(bearer, who) : t.noParty}
      feed={bearer ? `/v1/parties/${domain}/feed` : undefined}
      image={bearer ? `/social/parties/${domain}.png` : undefined}
    >
      <h1>
        <Name who={who} />
      </h1>
      {depositary && <p class="lead">{t.depositary}</p>}
      {!bearer && !depositary && <p class="lead">{t.noParty}</p>}
      {bearer && <Record frame={frame} bearer={bearer} />}
      {bearer && <Holdings {...props} bearer={bearer} />}
      <Reports {...props} />
      <Timeline {...props} />
      {bearer && <KeyHistory of={bearer.keys} />}
      <Seen {...props} />
      {props.earlier.length > 0 && (
        <section>
          <h2>{t.earlier}</h2>
          <ul>
            {props.earlier.map(({ name, index }) => (
              <li>
                <bdi>{name}</bdi> (<Entries indexes={[index]} />)
              </li>
            ))}
          </ul>
        </section>
      )}
      <Elsewhere {...props} />
    </Layout>
  )
}

function answerOf({ standings }: Bearer, { domain }: Named): string {
  const said = standings.map(
    ({ title, standing }) => `${isolated(title)}: ${sayStanding(standing)}`,
  )
  return said.length === 0 ? t.nothing : `${sayDomain(domain)}. ${said.join(' ')}`
}

function Record({ frame, bearer }: { frame: Frame; bearer: Bearer }) {
  const { kind, jurisdiction, lei, enrolled, ended, pending } = bearer
  return (
    <>
      {ended && (
        <p class="lead">
          <Day at={ended.at} />: {t.ended[ended.how]}{' '}
          {ended.successor && <Who frame={frame} who={ended.successor} />}
        </p>
      )}
      {pending && (
        <p>
          <strong>
            {t.pending(pending.mode)}
            <Time at={pending.at} />.
          </strong>{' '}
          (<Entries indexes={[pending.index]} />)
        </p>
      )}
      <Facts
        of={[
          [t.kind, KINDS[kind]],
          [
            t.enrolled,
            <>
              <Day at={enrolled.at} /> (<Entries indexes={[enrolled.index]} />)
            </>,
          ],
          ...(jurisdiction === null ? [] : [[t.jurisdiction, jurisdiction] as const]),
          ...(lei === null ? [] : [[t.lei, <Mono>{lei}</Mono>] as const]),
        ]}
      />
    </>
  )
}

function Holdings({ frame, domain, bearer }: PartyView & { bearer: Bearer }) {
  return (
    <section aria-labelledby="stands-by">
      <h2 id="stands-by">{t.standsBy}</h2>
      {bearer.standings.length === 0 && <p>{t.nothing}</p>}
      {bearer.standings.map(({ title, standing }) => (
        <article class="holding" data-standing={`${domain} ${standing.instrument}`}>
          <h3>
            <a href={pathAt(frame, textPath(standing))} dir="auto">
              {title}
            </a>
          </h3>
          <StandingView of={standing} />
          <BadgeCode
            base={frame.base}
            domain={domain}
            title={title}
            instrument={standing.instrument}
          />
        </article>
      ))}
    </section>
  )
}

/** Where the very words are that the party signed. */
function textPath({ instrument, version, commitment }: Standing): string {
  const signed = version.signed ?? commitment.waiting?.version
  return `/instruments/${instrument}${signed == null ? '' : `/v${signed}`}`
}

function BadgeCode(props: { base: string; domain: string; instrument: string; title: string }) {
  const { domain, instrument } = props
  return (
    <details>
      <summary>{t.badge}</summary>
      <p>
        <img src={`/badge/${domain}/${instrument}.svg`} alt="" loading="lazy" />
      </p>
      <p>{t.badgeLead}</p>
      <pre>{formatEmbed(props)}</pre>
    </details>
  )
}

function Reports({ reports }: PartyView) {
  if (reports.length === 0) return null
  return (
    <section aria-labelledby="reports">
      <h2 id="reports">{t.reports}</h2>
      {reports.map((report) => (
        <article>
          <h3>
            <a href={report.url} rel="nofollow noreferrer" dir="auto">
              {report.title}
            </a>
          </h3>
          <p>
            {report.instrument}. {t.period}: {report.period.from.slice(0, 10)} –{' '}
            {report.period.to.slice(0, 10)} (
            <Entries indexes={[report.index]} />)
          </p>
          <p class="quiet">
            {t.reportDigest} <Mono>{report.digest}</Mono>
          </p>
        </article>
      ))}
    </section>
  )
}

function Timeline({ frame, domain, timeline, more }: PartyView) {
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{t.timeline}</h2>
      {timeline.length === 0 ? <p>{t.noAct}</p> : <News frame={frame} news={timeline} />}
      {more && (
        <p>
          {t.timelineMore} <a href={`/v1/parties/${domain}/history?limit=1000`}>{t.timelineAll}</a>
        </p>
      )}
    </section>
  )
}

function Seen({ checks }: PartyView) {
  return (
    <section aria-labelledby="seen">
      <h2 id="seen">{t.seen}</h2>
      {checks.length === 0 ? (
        <p>{t.noCheck}</p>
      ) : (
        <>
          <p>{t.seenLead}</p>
          <table class="stack">
            <thead>
              <tr>
                {[t.when, t.method, t.found].map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {checks.map((check) => (
                <tr>
                  <th scope="row">
                    <Time at={check.at} /> (<Entries indexes={[check.index]} />)
                  </th>
                  <td data-label={t.method}>{METHODS[check.method]}</td>
                  <td data-label={t.found}>
                    <Found check={check} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  )
}

function Found({ check: { outcome, keys } }: { check: LoggedCheck }) {
  if (outcome === 'unreachable') return <>{t.unreachable}</>
  if (keys.length === 0) return <>{t.noKeys}</>
  return (
    <>
      {sayCount(keys.length, 'key')}
      {keys.map((key) => (
        <p>
          <Mono>{key}</Mono>
        </p>
      ))}
    </>
  )
}

function Elsewhere({ frame, domain, bearer }: PartyView) {
  const data = formatPath(`/v1/parties/${domain}`, clockQuery(frame))
  return (
    <section class="proof" aria-labelledby="prove" data-verify={`party ${domain}`}>
      <h2 id="prove">{t.prove}</h2>
      <p>{t.proveHow}</p>
      <pre>
        {(bearer?.standings ?? []).map(
          ({ standing }) => `accord standing ${domain} ${standing.instrument}\n`,
        )}
        {`accord show ${domain}`}
      </pre>
      <ul>
        <li>
          <a href={data}>{t.data}</a>
        </li>
        {bearer && (
          <>
            <li>
              <a href={`/v1/parties/${domain}/feed.atom`}>{t.feed}</a> (
              <a href={`/v1/parties/${domain}/feed.json`}>JSON</a>)
            </li>
            <li>
              <a href={`/v1/parties/${domain}/due.ics`}>{t.calendar}</a>
            </li>
          </>
        )}
      </ul>
    </section>
  )
}
