/**
 * An error as a page: what is wrong, and what to do.
 *
 * @module
 */
import { legible } from '../accord/text.ts'
import { CHANGES, FRAME, PROBLEM as t } from './english.ts'
import type { Frame } from './frame.ts'
import { Layout } from './layout.tsx'
import { Facts, Mono, Prose } from './marks.tsx'

/** What is told of an error. */
export interface Told {
  readonly title: string
  readonly detail: string
  readonly advice: string
  readonly code: string
  /** With what was taken down: the notice that says so, and why. */
  readonly notice?:
    | { readonly digest: string; readonly index: number; readonly reason: string | null }
    | undefined
}

/** What is advised to people where programs are sent to the description of the API. */
const ADVICE: Readonly<Record<string, string>> = {
  'not-found': t.notFound,
  'bad-parameter': t.badParameter,
}

/** The page of an error. */
export function ProblemPage({ frame, told }: { readonly frame: Frame; readonly told: Told }) {
  const title = `${told.title.charAt(0).toUpperCase()}${told.title.slice(1)}`
  return (
    <Layout frame={frame} title={title} description={told.title}>
      <h1>{title}</h1>
      <Facts
        of={[
          [t.expected, <bdi>{legible(told.detail)}</bdi>],
          [t.advice, ADVICE[told.code] ?? told.advice],
          ...(told.notice ? [[t.notice, <Notice of={told.notice} />] as const] : []),
          [t.code, <Mono>{told.code}</Mono>],
        ]}
      />
      <form class="search wider" action="/search">
        <input type="search" name="q" aria-label={t.search} placeholder={FRAME.searchFor} />
        <button type="submit">{t.search}</button>
      </form>
      <p>
        <a href="/">{t.home}</a>
      </p>
    </Layout>
  )
}

function Notice({ of: { digest, index, reason } }: { of: NonNullable<Told['notice']> }) {
  return (
    <>
      <a href={`/attestations/${digest}`}>{CHANGES.entry(index)}</a>
      {reason === null ? <p>{t.noReason}</p> : <Prose text={reason} />}
    </>
  )
}
