/**
 * Pages that are read: what this registry is, where trust comes from, how to verify.
 *
 * @module
 */
import type { Child, PropsWithChildren } from 'hono/jsx'
import type { Keeping } from '../accord/state.ts'
import { ABOUT, PARTY, TRUST, VERDICTS, VERIFY } from './english.ts'
import type { Frame } from './frame.ts'
import { Layout } from './layout.tsx'
import { Mono } from './marks.tsx'

/** A part of such a page. */
export interface Part {
  readonly id: string
  readonly title: string
  readonly text: readonly string[]
  readonly list?: readonly string[]
  /** What is typed into a shell. */
  readonly shell?: readonly string[]
}

/** A page of parts. */
export function Reading(
  props: PropsWithChildren<{
    frame: Frame
    title: string
    lead: string
    parts: readonly Part[]
    /** What stands before the parts; children stand after them. */
    first?: Child
  }>,
) {
  const { frame, title, lead, parts, first, children } = props
  return (
    <Layout frame={frame} title={title} description={lead}>
      <h1>{title}</h1>
      <p class="lead">{lead}</p>
      {first}
      {parts.map(({ id, title: heading, text, list, shell }) => (
        <section aria-labelledby={id}>
          <h2 id={id}>{heading}</h2>
          {text.map((line) => (
            <p>{line}</p>
          ))}
          {list && (
            <ul>
              {list.map((item) => (
                <li>{item}</li>
              ))}
            </ul>
          )}
          {shell && <pre>{shell.join('\n')}</pre>}
        </section>
      ))}
      {children}
    </Layout>
  )
}

/** What this registry is, and what it is not. */
export function AboutPage({ frame }: { readonly frame: Frame }) {
  return <Reading frame={frame} title={ABOUT.title} lead={ABOUT.lead} parts={ABOUT.parts} />
}

/** Where trust comes from. */
export function TrustPage(props: {
  readonly frame: Frame
  /** The registry's record: the log's keys and the depositary's, as it names them itself. */
  readonly keeping: Keeping
  readonly policy: string
}) {
  const { frame, keeping, policy } = props
  return (
    <Reading
      frame={frame}
      title={TRUST.title}
      lead={TRUST.lead}
      parts={TRUST.parts(frame.base, frame.origin)}
    >
      <section aria-labelledby="said">
        <h2 id="said">{TRUST.said}</h2>
        <p>{TRUST.saidWhy}</p>
        <h3>{TRUST.log}</h3>
        {keeping.log.map((vkey) => (
          <p>
            <Mono>{vkey}</Mono>
          </p>
        ))}
        <h3>{TRUST.depositary}</h3>
        <p>
          <bdi>{keeping.depositary}</bdi>. {PARTY.needed(keeping.threshold, keeping.keys.length)}
        </p>
        <ul>
          {keeping.keys.map(({ vkey, role }) => (
            <li>
              <bdi>{role}</bdi>: <Mono>{vkey}</Mono>
            </li>
          ))}
        </ul>
        <h3>{TRUST.policy}</h3>
        <pre>{policy}</pre>
        <p>
          <a href="/policy.txt">/policy.txt</a>
        </p>
      </section>
    </Reading>
  )
}

/** How to verify. What verifies in the browser fills the place that is kept for it. */
export function VerifyPage({ frame }: { readonly frame: Frame }) {
  return (
    <Reading
      frame={frame}
      title={VERIFY.title}
      lead={VERIFY.lead}
      parts={VERIFY.parts(frame.base)}
      first={<VerifyHere origin={frame.origin} />}
    >
      <section aria-labelledby="verdicts">
        <h2 id="verdicts">{VERIFY.verdicts}</h2>
        <dl class="facts">
          {(['verified', 'not-verified', 'cannot-tell'] as const).map((verdict) => (
            <div>
              <dt>{VERDICTS[verdict]}</dt>
              <dd>{VERIFY.means[verdict]}</dd>
            </div>
          ))}
        </dl>
      </section>
    </Reading>
  )
}

function VerifyHere({ origin }: { origin: string }) {
  return (
    <>
      <div data-verify="drop" data-origin={origin}></div>
      <section aria-labelledby="one-file">
        <h2 id="one-file">{VERIFY.file}</h2>
        <p>
          {VERIFY.fileLead}
          <a href="/verify.html" download>
            verify.html
          </a>
        </p>
      </section>
    </>
  )
}
