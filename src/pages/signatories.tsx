/**
 * Who signed an instrument: a list that can be filtered by axis, sorted, and asked of any day.
 *
 * @module
 */

import type { Word } from '../accord/word.ts'
import { CONTROL, REPORTING, sayNumber, INSTRUMENT as t, VERSIONS, WORDS } from './english.ts'
import type { Filter, Line } from './filter.ts'
import { clockQuery, type Frame, formatPath, pathAt, type Query } from './frame.ts'
import { Standing as Mark, ShortDay, Who, Wide } from './marks.tsx'

/** The list. */
export interface List {
  readonly id: string
  readonly lines: readonly Line[]
  /** How many there are under the conditions. */
  readonly total: number
  readonly bound: number
  readonly tally: ReadonlyMap<Word, number>
  readonly filter: Filter
  /** Whether the list does not begin at its beginning; where it goes on. */
  readonly cursor: string | null
  readonly next: string | null
}

/** The list of signatories, and what it can be asked. */
export function Signatories({ frame, list }: { readonly frame: Frame; readonly list: List }) {
  const { id, lines, cursor, next, filter } = list
  const here = `/instruments/${id}`
  const query = { ...filter } as Query
  return (
    <section aria-labelledby="who" data-verify={`instrument ${id}`}>
      <h2 id="who">{t.who}</h2>
      <p>{t.whoLead}</p>
      <Tally frame={frame} list={list} />
      <FilterForm frame={frame} list={list} />
      {lines.length === 0 ? <p>{t.nobody}</p> : <Table frame={frame} lines={lines} />}
      <p>
        {cursor !== null && (
          <a rel="first" href={`${pathAt(frame, here, query)}#who`}>
            {t.first}
          </a>
        )}{' '}
        {next !== null && (
          <a rel="next" href={`${pathAt(frame, here, { ...query, cursor: next })}#who`}>
            {t.more}
          </a>
        )}
      </p>
      <Elsewhere frame={frame} list={list} />
    </section>
  )
}

/** How many there are under each word; each leads to those. */
export function Tally(props: { readonly frame: Frame; readonly list: Pick<List, 'id' | 'tally'> }) {
  const { frame, list } = props
  const { id, tally } = list
  const words = Object.keys(WORDS) as Word[]
  return (
    <ul class="tally">
      {words
        .filter((word) => (tally.get(word) ?? 0) > 0)
        .map((word) => (
          <li>
            <a href={`${pathAt(frame, `/instruments/${id}`, { word })}#who`}>
              <Mark word={word} suspended={false} />
            </a>{' '}
            {sayNumber(tally.get(word)!)}
          </li>
        ))}
    </ul>
  )
}

function FilterForm({ frame, list: { id, filter } }: { frame: Frame; list: List }) {
  const { at, size } = clockQuery(frame)
  return (
    <details open={Object.values(filter).some((value) => value !== null)}>
      <summary>{t.filter}</summary>
      <form action={`/instruments/${id}#who`}>
        <Choice name="word" label={t.commitment} says={WORDS} chosen={filter.word} />
        <Choice name="version" label={t.text} says={TEXTS} chosen={filter.version} />
        <Choice name="control" label={t.control} says={CONTROL} chosen={filter.control} />
        <Choice name="reporting" label={t.reporting} says={REPORTING} chosen={filter.reporting} />
        <Choice
          name="reservations"
          label={t.caveats}
          says={{ with: t.withReservations, without: t.without }}
          chosen={filter.reservations}
        />
        <Choice name="sort" label={t.sort} says={t.sorts} chosen={filter.sort} any={false} />
        {at && <input type="hidden" name="at" value={at} />}
        {size && <input type="hidden" name="size" value={size} />}
        <button type="submit">{t.show}</button>
      </form>
    </details>
  )
}

const TEXTS = { current: VERSIONS.current, superseded: VERSIONS.superseded }

function Choice(props: {
  name: string
  label: string
  says: Readonly<Record<string, string>>
  chosen: string | null
  any?: boolean
}) {
  const { name, label, says, chosen, any = true } = props
  return (
    <label>
      {label}
      <select name={name}>
        {any && <option value="">{t.any}</option>}
        {Object.entries(says).map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

function Table({ frame, lines }: { frame: Frame; lines: readonly Line[] }) {
  const columns = [
    t.party,
    t.commitment,
    t.text,
    t.control,
    t.reporting,
    t.signed,
    t.until,
    t.caveats,
  ]
  return (
    <Wide label={t.who}>
      <table class="stack">
        <thead>
          <tr>
            {columns.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Row frame={frame} line={line} />
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

/** A line as it stands in the table. */
export function Row({ frame, line }: { readonly frame: Frame; readonly line: Line }) {
  const { commitment, version, control, reporting, caveats } = line.standing
  const { length } = caveats.reservations
  return (
    <tr>
      <th scope="row">
        <Who frame={frame} who={line} />
      </th>
      <td>
        <Mark word={commitment.word} suspended={commitment.suspended} />
      </td>
      <td data-label={t.text}>{version.signed}</td>
      <td data-label={t.control}>{CONTROL[control.word]}</td>
      <td data-label={t.reporting}>{REPORTING[reporting.word]}</td>
      <td data-label={t.signed}>{commitment.signed && <ShortDay of={commitment.signed} />}</td>
      <td data-label={t.until}>
        {commitment.until === null ? t.noEnd : <ShortDay of={commitment.until} />}
      </td>
      <td data-label={t.caveats}>
        {length === 0 ? t.noReservation : caveats.reservations.map((r) => r.clause).join(', ')}
      </td>
    </tr>
  )
}

/** The same for machines. The API filters by word alone. */
function Elsewhere({ frame, list: { id, filter } }: { frame: Frame; list: List }) {
  const query = { ...clockQuery(frame), word: filter.word, limit: 1000 }
  return (
    <p class="quiet">
      <a href={formatPath(`/v1/instruments/${id}/signatories.csv`, query)}>{t.csv}</a>,{' '}
      <a href={formatPath(`/v1/instruments/${id}/signatories`, query)}>{t.json}</a>.{' '}
      <a href={`/v1/instruments/${id}/feed.atom`}>{t.feed}</a>.{' '}
      <a href={`/v1/instruments/${id}/due.ics`}>{t.calendar}</a>.
    </p>
  )
}
