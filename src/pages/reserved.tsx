/**
 * Reservations, at the clause that they are to.
 *
 * @module
 */
import { INSTRUMENT as t } from './english.ts'
import type { Line } from './filter.ts'
import { type Frame, pathAt } from './frame.ts'
import { Prose, Standing, Who } from './marks.tsx'

/** How many reservations stand at a clause; the others are in the list. */
const RESERVED = 5

/** The reservations to a clause, by those who stand by them. */
export function Reserved(props: {
  frame: Frame
  id: string
  clause: string
  reserved: readonly Line[]
}) {
  const { frame, id, clause, reserved } = props
  const made = reserved.flatMap((line) =>
    line.standing.caveats.reservations
      .filter((r) => r.clause === clause)
      .map((r) => ({ line, text: r.text })),
  )
  if (made.length === 0) return null
  return (
    <aside class="reserved" aria-label={`${t.reservations}: ${clause}`}>
      <h4>{t.reservations}</h4>
      {made.slice(0, RESERVED).map(({ line, text }) => (
        <>
          <p>
            <Who frame={frame} who={line} />{' '}
            <Standing
              word={line.standing.commitment.word}
              suspended={line.standing.commitment.suspended}
            />
          </p>
          <blockquote>
            <Prose text={text} />
          </blockquote>
        </>
      ))}
      {made.length > RESERVED && (
        <p>
          <a href={`${pathAt(frame, `/instruments/${id}`, { reservations: 'with' })}#who`}>
            {t.moreReserved(made.length - RESERVED)}
          </a>
        </p>
      )}
    </aside>
  )
}
