/**
 * How many stand by each text, over time: drawn by the server, and told as a table.
 *
 * @module
 */
import { isolated } from '../accord/direction.ts'
import { sayDay, sayNumber, HOME as t } from './english.ts'

/** How many were bound by one text. */
export interface Series {
  readonly id: string
  readonly title: string
  /** Each from its time on, until the next; in order. */
  readonly points: readonly { readonly at: number; readonly bound: number }[]
}

const WIDTH = 720
const HEIGHT = 280
const LEFT = 60
const RIGHT = 12
const TOP = 12
const BOTTOM = 32

/** How many lines a drawing tells apart. */
const LINES = 4

/** Draws the curves of a few texts between two times. */
export function Curve(props: {
  readonly series: readonly Series[]
  readonly from: number
  readonly to: number
}) {
  const series = props.series.slice(0, LINES)
  const most = Math.max(1, ...series.flatMap((s) => s.points.map((p) => p.bound)))
  const scale = scaleOf(props.from, Math.max(props.to, props.from + 1), ceilingOf(most))
  return (
    <figure class="curve">
      <figcaption>
        <h2>{t.curve}</h2>
        <p class="quiet">{t.curveNote}</p>
        <ul class="legend">
          {series.map((s, i) => (
            <li>
              <svg viewBox="0 0 32 8" width="32" height="8" aria-hidden="true">
                <path class={`line line-${i}`} d="M0 4H32" />
              </svg>
              <a href={`/instruments/${s.id}`} dir="auto">
                {s.title}
              </a>
              : {sayNumber(s.points.at(-1)?.bound ?? 0)}
            </li>
          ))}
        </ul>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="curve-title curve-desc">
        <title id="curve-title">{t.curve}</title>
        <desc id="curve-desc">{series.map(describe).join(' ')}</desc>
        <Grid scale={scale} />
        {series.map((s, i) => (
          <path class={`line line-${i}`} d={pathOf(s, scale)} />
        ))}
      </svg>
      <details>
        <summary>{t.curveTable}</summary>
        <Table series={series} />
      </details>
    </figure>
  )
}

function describe({ title, points }: Series): string {
  const last = points.at(-1)
  return last
    ? `${isolated(title)}: ${last.bound} on ${sayDay(last.at)}.`
    : `${isolated(title)}: 0.`
}

/** From times and counts to the drawing. */
interface Scale {
  readonly from: number
  readonly to: number
  readonly top: number
  x(at: number): number
  y(bound: number): number
}

function scaleOf(from: number, to: number, top: number): Scale {
  const x = (at: number) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT)
  const y = (bound: number) => HEIGHT - BOTTOM - (bound / top) * (HEIGHT - TOP - BOTTOM)
  return { from, to, top, x: (at) => rounded(x(at)), y: (bound) => rounded(y(bound)) }
}

function rounded(n: number): number {
  return Math.round(n * 10) / 10
}

/** A round number at or above: 4, 8, 12, 20, 28, 40, 80, … so that its quarters are whole. */
function ceilingOf(most: number): number {
  for (let power = 1; ; power *= 10) {
    const found = [4, 8, 12, 20, 28].find((n) => n * power >= most)
    if (found) return found * power
  }
}

/** A step for each change, up to the end of the drawing. */
function pathOf({ points }: Series, { to, x, y }: Scale): string {
  const [first, ...rest] = points
  if (!first) return ''
  const steps = rest.map((p) => `H${x(p.at)}V${y(p.bound)}`).join('')
  return `M${x(first.at)} ${y(first.bound)}${steps}H${x(to)}`
}

function Grid({ scale }: { readonly scale: Scale }) {
  const { from, to, top, x, y } = scale
  const counts = [0, 1, 2, 3, 4].map((n) => (n * top) / 4)
  const days = [from, (from + to) / 2, to].map((at) => Math.floor(at))
  const anchors = ['start', 'middle', 'end'] as const
  return (
    <g class="grid">
      {counts.map((n) => (
        <>
          <path d={`M${LEFT} ${y(n)}H${WIDTH - RIGHT}`} />
          <text x={LEFT - 8} y={y(n) + 4} text-anchor="end">
            {sayNumber(n)}
          </text>
        </>
      ))}
      {days.map((at, i) => (
        <text class={anchors[i]} x={x(at)} y={HEIGHT - 6} text-anchor={anchors[i]}>
          {sayDay(at)}
        </text>
      ))}
    </g>
  )
}

/** How many days the table tells of: the last ones on which something changed. */
const ROWS = 60

function Table({ series }: { readonly series: readonly Series[] }) {
  const times = [...new Set(series.flatMap((s) => s.points.map((p) => p.at)))]
  const rows = times.sort((a, b) => b - a).slice(0, ROWS)
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t.day}</th>
          {series.map((s) => (
            <th scope="col" class="number" dir="auto">
              {s.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((at) => (
          <tr>
            <th scope="row">{sayDay(at)}</th>
            {series.map((s) => (
              <td class="number">{sayNumber(s.points.findLast((p) => p.at <= at)?.bound ?? 0)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
