/**
 * Two versions of a text compared, clause by clause and word by word.
 *
 * @module
 */
import { isolated } from '../accord/direction.ts'
import type { InstrumentV1 } from '../accord/statement.ts'
import {
  type ClauseDifference,
  differenceOf,
  type FactDifference,
  type InstrumentDifference,
  type Run,
} from './difference.ts'
import { DIFFERENCE as t } from './english.ts'
import { type Frame, pathAt } from './frame.ts'
import { Layout } from './layout.tsx'
import { Mono, Wide } from './marks.tsx'

/** The page that compares two versions. */
export function ComparisonPage(props: {
  readonly frame: Frame
  readonly before: InstrumentV1
  readonly after: InstrumentV1
}) {
  const { frame, before, after } = props
  const { id } = after
  const found = differenceOf(before, after)
  const title = t.title(before.version, after.version)
  return (
    <Layout frame={frame} title={`${isolated(after.title)}: ${title}`} description={title}>
      <p class="over heading">
        <a href={pathAt(frame, `/instruments/${id}`)}>{id}</a>
      </p>
      <h1>{title}</h1>
      <p class="lead">{found.same ? t.nothing : t.lead}</p>
      <div class="text" lang={after.language}>
        <h2 dir="auto">
          <Runs of={found.title} />
        </h2>
        <Runs of={found.preamble} />
      </div>
      {found.clauses.map((clause) => (
        <Clause of={clause} language={after.language} />
      ))}
      <Terms of={found} />
    </Layout>
  )
}

function Clause({ of, language }: { of: ClauseDifference; language: string }) {
  return (
    <article class="clause" id={of.id}>
      <h3 dir="auto" lang={language}>
        <span class="clause-id">{of.id}</span>
        <Runs of={of.title} />
      </h3>
      <p class="quiet">{t.changes[of.change]}</p>
      {of.change !== 'none' && (
        <div class="text" lang={language}>
          <Runs of={of.text} />
        </div>
      )}
      <Facts of={of.facts} />
    </article>
  )
}

/** Texts as they are, line ends and all. */
function Runs({ of }: { of: readonly Run[] }) {
  return (
    <span class="runs" dir="auto">
      {of.map((run) =>
        run.in === 'both' ? (
          run.text
        ) : run.in === 'after' ? (
          <ins>{run.text}</ins>
        ) : (
          <del>{run.text}</del>
        ),
      )}
    </span>
  )
}

function Terms({ of: { facts } }: { of: InstrumentDifference }) {
  return (
    <section aria-labelledby="terms">
      <h2 id="terms">{t.terms}</h2>
      {facts.length === 0 ? <p>{t.noTerms}</p> : <Facts of={facts} />}
    </section>
  )
}

function Facts({ of }: { of: readonly FactDifference[] }) {
  if (of.length === 0) return null
  return (
    <Wide label={t.terms}>
      <table>
        <thead>
          <tr>
            {[t.field, t.before, t.after].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.map(({ field, before, after }) => (
            <tr>
              <th scope="row">
                <Mono>{field}</Mono>
              </th>
              <td>
                <del>{before}</del>
              </td>
              <td>
                <ins>{after}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
