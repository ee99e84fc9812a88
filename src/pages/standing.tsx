/**
 * A standing on its five axes: each with its word, its reason, and the entries that decide it.
 *
 * @module
 */
import type { Standing as Axes } from '../accord/standing.ts'
import { parseTime } from '../accord/text.ts'
import {
  CONTROL,
  CONTROL_REASONS,
  REPORTING,
  sayCaveats,
  sayCommitment,
  sayDay,
  sayDeclaration,
  sayReporting,
  sayVersion,
  PARTY as t,
  VERSIONS,
} from './english.ts'
import { Entries, Prose, Standing } from './marks.tsx'

/** A day of a time that is spelled as in statements. */
export function dayOf(time: string | null): string {
  return time === null ? '' : sayDay(parseTime(time)!)
}

/** The answer before its reasons: one sentence. */
export function sayStanding({ commitment }: Axes): string {
  return sayCommitment(commitment, dayOf)
}

/** The first axis and its reason, which is the answer; the other four in a table below it. */
export function StandingView({ of }: { readonly of: Axes }) {
  const { commitment, version, control, reporting, caveats } = of
  const rows = [
    [<Axis word={version.word} says={VERSIONS} />, sayVersion(version), version.entries],
    [<Axis word={control.word} says={CONTROL} />, CONTROL_REASONS[control.word], control.entries],
    [<Axis word={reporting.word} says={REPORTING} />, sayReporting(reporting), reporting.entries],
    [sayCaveats(caveats), <Caveats of={caveats} />, caveats.entries],
  ] as const
  return (
    <>
      <p>
        <Standing word={commitment.word} suspended={commitment.suspended} />
      </p>
      <p class="answer">{sayStanding(of)}</p>
      <p class="quiet">
        {t.proof}: <Entries indexes={commitment.entries} />
      </p>
      <table class="stack">
        <thead>
          <tr>
            {[t.axis, t.word, t.why, t.proof].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([word, why, entries], i) => (
            <tr>
              <th scope="row">{t.axes[i]}</th>
              <td>{word}</td>
              <td data-label={t.why}>{why}</td>
              <td data-label={t.proof}>
                <Entries indexes={entries} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Axis<W extends string>({ word, says }: { word: W; says: Readonly<Record<W, string>> }) {
  return <span class={`word ${word}`}>{says[word]}</span>
}

/** Reservations and declarations, in the words of who made them. */
export function Caveats({
  of,
}: {
  readonly of: Pick<Axes['caveats'], 'reservations' | 'declarations'>
}) {
  return (
    <>
      {of.reservations.map(({ clause, text }) => (
        <>
          <p>
            {t.clause} {clause}:
          </p>
          <blockquote>
            <Prose text={text} />
          </blockquote>
        </>
      ))}
      {of.declarations.map((declaration) => (
        <>
          <p>{sayDeclaration(declaration)}</p>
          {declaration.text !== '' && (
            <blockquote>
              <Prose text={declaration.text} />
            </blockquote>
          )}
        </>
      ))}
    </>
  )
}
