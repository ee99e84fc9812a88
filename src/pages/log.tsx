/**
 * The log: its checkpoint, its entries and its files.
 *
 * @module
 */
import { legible } from '../accord/text.ts'
import type { Cosigned } from './attestation.tsx'
import { sayAge, sayCount, sayNumber, sayTime, LOG as t } from './english.ts'
import { type Frame, formatPath, type Sentence } from './frame.ts'
import { Layout } from './layout.tsx'
import { Facts, Mono, Says, Time, Wide } from './marks.tsx'
import { type Happening, News } from './news.tsx'

/** A witness that the registry asks, by the registry's word. */
export interface Asked {
  readonly name: string
  /** When it last cosigned, in POSIX seconds; null where it has not since the start. */
  readonly last: number | null
  /** How many public entries it has not cosigned. */
  readonly lag: number
  /** Why its last answer was no cosignature; null where it was one. */
  readonly trouble: string | null
}

/** What the page of the log shows. */
export interface LogView {
  readonly frame: Frame
  /** The published checkpoint. */
  readonly checkpoint: {
    readonly note: string
    readonly size: number
    readonly root: string
    readonly at: number
    readonly cosigned: readonly Cosigned[]
  }
  /** POSIX seconds. */
  readonly now: number
  readonly asked: readonly Asked[]
  /** Entries, the newest first. */
  readonly entries: readonly Happening[]
  /** `before` of the page after and of the page before; null where there is none. */
  readonly older: number | null
  readonly newer: number | null
  /** Paths of the tiles that commit to the tree, level by level, the bundles first. */
  readonly levels: readonly { readonly level: string; readonly paths: readonly string[] }[]
}

/** The page of the log. */
export function LogPage(props: LogView) {
  const { frame, entries, older, newer } = props
  return (
    <Layout frame={frame} title={t.title} description={t.lead}>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      <Checkpoint {...props} />
      <Asking {...props} />
      <section aria-labelledby="entries">
        <h2 id="entries">{t.entries}</h2>
        <form action="/log/entries">
          <label>
            {t.go}
            <input
              type="number"
              name="index"
              min="0"
              max={Math.max(0, props.checkpoint.size - 1)}
              required
            />
          </label>
          <button type="submit">{t.open}</button>
        </form>
        <News frame={frame} news={entries} />
        <p>
          {newer !== null && <a href={formatPath('/log', { before: newer })}>{t.newer}</a>}{' '}
          {older !== null && <a href={formatPath('/log', { before: older })}>{t.older}</a>}
        </p>
      </section>
      <Tiles {...props} />
    </Layout>
  )
}

function Checkpoint({ checkpoint, now }: LogView) {
  const { note, size, root, at, cosigned } = checkpoint
  return (
    <section aria-labelledby="checkpoint">
      <h2 id="checkpoint">{t.checkpoint}</h2>
      <Facts
        of={[
          [t.size, sayNumber(size)],
          [t.root, <Mono>{root}</Mono>],
          [t.signed, <Aged at={at} now={now} />],
          [
            t.witnesses,
            cosigned.length === 0 ? t.noWitness : <Witnesses cosigned={cosigned} now={now} />,
          ],
        ]}
      />
      <h3>{t.exact}</h3>
      <pre>{note}</pre>
      <p>
        <a href="/checkpoint">/checkpoint</a>
      </p>
    </section>
  )
}

function Witnesses({ cosigned, now }: { cosigned: readonly Cosigned[]; now: number }) {
  return (
    <>
      <ul>
        {cosigned.map(({ witness, at }) => (
          <li>
            <bdi>{witness}</bdi>, <Aged at={at} now={now} />
          </li>
        ))}
      </ul>
      <p class="quiet">{t.witnessNote}</p>
    </>
  )
}

/** The witnesses that the registry asks; a mirror asks none. */
function Asking({ asked, now }: LogView) {
  if (asked.length === 0) return null
  return (
    <section aria-labelledby="witnesses">
      <h2 id="witnesses">{t.asked}</h2>
      <p>{t.askedLead}</p>
      <table class="stack">
        <thead>
          <tr>
            {[t.witness, t.last, t.lag, t.trouble].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {asked.map(({ name, last, lag, trouble }) => (
            <tr>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td data-label={t.last}>{last === null ? t.never : <Aged at={last} now={now} />}</td>
              <td data-label={t.lag}>{lag === 0 ? t.noLag : sayCount(lag, 'entry', 'entries')}</td>
              <td data-label={t.trouble}>
                {trouble === null ? t.noTrouble : <bdi>{legible(trouble)}</bdi>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** A moment, and how long ago it was. */
function Aged({ at, now }: { at: number; now: number }) {
  return (
    <>
      <Time at={at} /> ({t.ago(sayAge(Math.max(0, now - at)))})
    </>
  )
}

function Tiles({ levels }: LogView) {
  return (
    <section aria-labelledby="tiles">
      <h2 id="tiles">{t.tiles}</h2>
      <p>{t.tilesLead}</p>
      <Wide label={t.tiles}>
        <table class="stack">
          <thead>
            <tr>
              <th scope="col">{t.level}</th>
              <th scope="col">{t.files}</th>
            </tr>
          </thead>
          <tbody>
            {levels.map(({ level, paths }) => (
              <tr>
                <th scope="row">{level === 'entries' ? t.bundles : level}</th>
                <td>
                  {paths.map((path) => (
                    <>
                      <a href={`/${path}`}>
                        <Mono>{path}</Mono>
                      </a>{' '}
                    </>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
  )
}

/** What the page of an entry shows. */
export interface EntryView {
  readonly frame: Frame
  readonly index: number
  readonly at: number
  readonly says: Sentence
  readonly digest: string
  /** How many bytes the leaf has. */
  readonly length: number
  /** Base64. */
  readonly leaf: string
  readonly proof: {
    readonly size: number
    readonly root: string
    readonly hashes: readonly string[]
  }
  /** Path of the bundle that holds it. */
  readonly bundle: string
  readonly next: number | null
}

/** The page of an entry. */
export function EntryPage(props: EntryView) {
  const { frame, index, at, says, digest, length, leaf, proof, bundle, next } = props
  return (
    <Layout frame={frame} title={t.entry(index)} description={`${frame.origin}. ${sayTime(at)}`}>
      <h1>{t.entry(index)}</h1>
      <p class="answer">
        <Says frame={frame} says={says} />.
      </p>
      <Facts
        of={[
          [t.time, <Time at={at} />],
          [
            t.attestation,
            <a href={`/attestations/${digest}`}>
              <Mono>{digest}</Mono>
            </a>,
          ],
          [t.bytes, sayNumber(length)],
          [t.leaf, <Mono>{leaf}</Mono>],
          [
            t.bundle,
            <a href={`/${bundle}`}>
              <Mono>{bundle}</Mono>
            </a>,
          ],
        ]}
      />
      <section aria-labelledby="inclusion">
        <h2 id="inclusion">{t.inclusion}</h2>
        <p>{t.inclusionLead(proof.size)}</p>
        <pre>{proof.hashes.length === 0 ? '–' : proof.hashes.join('\n')}</pre>
        <p>
          {t.tree}: <Mono>{proof.root}</Mono>
        </p>
      </section>
      <p>
        {index > 0 && <a href={`/log/entries/${index - 1}`}>{t.previous}</a>}{' '}
        {next !== null && <a href={`/log/entries/${next}`}>{t.next}</a>}
      </p>
    </Layout>
  )
}
