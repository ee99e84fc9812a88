/**
 * An attestation: what it says, who signed, when it was made at the earliest and the latest, and the
 * files that prove it.
 *
 * @module
 */
import { sayDomain } from '../accord/label.ts'
import type { Standing as Axes } from '../accord/standing.ts'
import type { Statement } from '../accord/statement.ts'
import { parseTime } from '../accord/text.ts'
import { sayDay, sayNumber, sayTime, TYPES, ATTESTATION as t } from './english.ts'
import { type Frame, type Named, type Sentence, sayWho } from './frame.ts'
import { Layout } from './layout.tsx'
import { Entries, Facts, Mono, Name, Says, Standing, Time, Who } from './marks.tsx'
import { QrSvg } from './qr.tsx'
import { sayStanding } from './standing.tsx'
import { StatementView } from './statement.tsx'

/** Who cosigned a checkpoint, as the checkpoint has it. */
export interface Cosigned {
  readonly witness: string
  /** POSIX seconds, by the witness's clock. */
  readonly at: number
}

/** A key that signed. */
export interface SignedBy {
  /** `<name>+<key id>`. */
  readonly line: string
  readonly held: {
    readonly vkey: string
    readonly domain: string
    readonly role: string
    readonly recovery: boolean
  } | null
}

/** What the page shows. */
export interface AttestationView {
  readonly frame: Frame
  readonly digest: string
  readonly index: number
  /** When the registry logged it, in POSIX seconds. */
  readonly logged: number
  readonly statement: Statement
  /** The attestation, byte for byte. */
  readonly note: string
  readonly by: Named
  /** What the entry did, in words. */
  readonly says: Sentence
  readonly signers: readonly SignedBy[]
  /** What it had seen, with the time of the last entry of that; null for entry 0. */
  readonly seen: { readonly size: number; readonly at: number } | null
  readonly cosigned: readonly Cosigned[]
  /** What became of the commitment that it is about; null where it is about none. */
  readonly since: Since | null
}

/** How a commitment stands that was spoken of earlier. */
export interface Since {
  /** POSIX seconds. */
  readonly at: number
  /** Null where another party bears the domain. */
  readonly standing: Axes | null
}

/** The page of an attestation. */
export function AttestationPage(props: AttestationView) {
  const { frame, digest, index, statement, by, says } = props
  const title = `${TYPES[statement.type]}: ${sayWho(by)}`
  return (
    <Layout frame={frame} title={title} description={plain(says, sayDomain)}>
      <p class="over heading">{TYPES[statement.type]}</p>
      <h1>
        <Name who={by} />
      </h1>
      <p class="answer">
        <Says frame={frame} says={says} />.
      </p>
      {props.since && <Became {...props} since={props.since} />}
      <Facts
        of={[
          [t.entry, <Entries indexes={[index]} />],
          [t.digest, <Mono>{digest}</Mono>],
          [t.by, <Who frame={frame} who={by} />],
        ]}
      />
      <section aria-labelledby="says">
        <h2 id="says">{t.says}</h2>
        <StatementView frame={frame} of={statement} />
        {statement.type === 'commitment/v1' && statement.officers.length > 0 && (
          <p>
            <a href={`/v1/attestations/${digest}/cards`}>{t.cards}</a>
          </p>
        )}
      </section>
      <When {...props} />
      <Signatures {...props} />
      <Proofs {...props} />
      <Citation {...props} />
      <section aria-labelledby="exact">
        <h2 id="exact">{t.exact}</h2>
        <p>{t.exactLead}</p>
        <pre>{props.note}</pre>
      </section>
    </Layout>
  )
}

function Became({ logged, by, since }: AttestationView & { since: Since }) {
  const { at, standing } = since
  return (
    <p>
      {t.saidThen(sayDay(logged), sayDay(at))}{' '}
      {standing ? (
        <>
          <Standing word={standing.commitment.word} suspended={standing.commitment.suspended} />{' '}
          {sayStanding(standing)}
        </>
      ) : (
        t.another
      )}{' '}
      <a href={`/parties/${by.domain}`}>{t.stands}</a>
    </p>
  )
}

/** In one line, the domains called as it is fit. */
function plain(says: Sentence, call: (domain: string) => string): string {
  return says
    .map((part) => {
      if (typeof part === 'string') return part
      return 'domain' in part ? call(part.domain) : part.instrument
    })
    .join('')
}

function When({ seen, logged, index, cosigned, statement }: AttestationView) {
  return (
    <section aria-labelledby="when">
      <h2 id="when">{t.when}</h2>
      <p>{t.whenLead}</p>
      <ol class="interval">
        <li>
          <p class="over">{t.notBefore}</p>
          {seen ? (
            <>
              <strong>
                <Time at={seen.at} />
              </strong>
              <p class="quiet">{t.notBeforeWhy(seen.size)}</p>
            </>
          ) : (
            <p class="quiet">{t.first}</p>
          )}
        </li>
        <li>
          <p class="over">{t.notAfter}</p>
          <strong>
            <Time at={logged} />
          </strong>
          <p class="quiet">{t.loggedWhy(index)}</p>
        </li>
        {cosigned.map(({ witness, at }) => (
          <li>
            <p class="over">
              {t.notAfter}, <bdi>{witness}</bdi>
            </p>
            <strong>
              <Time at={at} />
            </strong>
            <p class="quiet">{t.witnessWhy}</p>
          </li>
        ))}
      </ol>
      <p class="quiet">
        {t.claimed}: <Time at={parseTime(statement.issued)!} />. {t.claimedWhy}
      </p>
    </section>
  )
}

function Signatures({ frame, signers }: AttestationView) {
  return (
    <section aria-labelledby="signatures">
      <h2 id="signatures">{t.signatures}</h2>
      <p>{t.signaturesLead}</p>
      <table class="stack">
        <thead>
          <tr>
            {[t.key, t.role, t.whose].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {signers.map(({ line, held }) => (
            <tr>
              <th scope="row">
                <Mono>{held?.vkey ?? line}</Mono>
              </th>
              <td data-label={t.role}>
                {held ? <bdi>{held.role}</bdi> : t.unknown}
                {held?.recovery && ` (${t.recoveryKey})`}
              </td>
              <td data-label={t.whose}>
                {held && <Who frame={frame} who={{ domain: held.domain, name: null }} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Proofs({ digest }: AttestationView) {
  return (
    <section class="proof" aria-labelledby="keep" data-verify={digest}>
      <h2 id="keep">{t.keep}</h2>
      <p>{t.keepLead}</p>
      <ul>
        {t.files.map(([ending, name, what]) => (
          <li>
            <a href={`/v1/attestations/${digest}${ending}`} download>
              {name}
            </a>
            : {what}
          </li>
        ))}
      </ul>
      <p>
        {t.noScript}
        <code>accord verify statement.accord-evidence</code>
      </p>
    </section>
  )
}

function Citation({ frame, digest, index, logged, by, says }: AttestationView) {
  const url = `${frame.base}/attestations/${digest}`
  const day = new Date(logged * 1000).toISOString().slice(0, 10)
  const cited = {
    ...{ day, url, digest, index, origin: frame.origin },
    who: by.name === null ? by.domain : `${by.name} (${by.domain})`,
    says: plain(says, (domain) => domain),
  }
  return (
    <section aria-labelledby="cite">
      <h2 id="cite">{t.cite}</h2>
      <div class="split">
        <div>
          <p>
            {t.permalink}: <a href={url}>{url}</a>
          </p>
          <h3>{t.plain}</h3>
          <p>
            {`${sayWho(by)}, “${plain(says, sayDomain)}”, ${sayTime(logged)}. ${frame.origin}, entry ${sayNumber(index)}, ${digest}. ${url}`}
          </p>
          <details>
            <summary>BibTeX</summary>
            <pre>{bibtex(cited)}</pre>
          </details>
          <details>
            <summary>CSL JSON</summary>
            <pre>{csl(cited)}</pre>
          </details>
        </div>
        <div>
          <QrSvg text={url} label={t.qr} />
        </div>
      </div>
    </section>
  )
}

/** What a citation says. */
interface Cited {
  readonly who: string
  readonly day: string
  readonly url: string
  readonly digest: string
  readonly index: number
  readonly origin: string
  readonly says: string
}

/** A BibTeX entry. What would end a field or a brace is written as what TeX shows for it. */
function bibtex({ who, day, url, digest, index, origin, says }: Cited): string {
  return `@misc{accord-${digest.slice(7, 15)},
  author = {{${tex(who)}}},
  title = {${tex(says)}},
  howpublished = {${tex(origin)}, entry ${index}},
  date = {${day}},
  url = {${url}},
  note = {${digest}}
}`
}

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash ',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum ',
  '~': '\\textasciitilde ',
}

function tex(text: string): string {
  return text.replace(/[\\{}$&#%_^~]/g, (c) => TEX[c]!)
}

function csl({ who, day, url, digest, index, origin, says }: Cited): string {
  const item = {
    id: digest,
    type: 'webpage',
    author: [{ literal: who }],
    title: says,
    'container-title': origin,
    number: String(index),
    issued: { 'date-parts': [day.split('-').map(Number)] },
    URL: url,
  }
  return JSON.stringify([item], null, 2)
}
