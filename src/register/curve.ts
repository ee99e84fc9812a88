/**
 * How many were bound by each instrument, over time.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'
import { DAY } from '../accord/text.ts'
import { type Asked, decide } from './asked.ts'

/** How many were bound from a day's end on. */
export interface CurvePoint {
  /** The last second of a day, in POSIX seconds. */
  readonly at: number
  readonly bound: number
}

/** Words under which a party counts, unless it is suspended. */
const BOUND = ['active', 'due', 'overdue', 'withdrawing']

/**
 * How many were bound by each instrument at the end of each day on which that changed, as known at
 * a tree size. A delay that runs out after the last entry is not in it.
 */
export async function curvesOf(sql: Sql, asked: Asked): Promise<Map<string, CurvePoint[]>> {
  const { at, size } = await decide(sql, asked)
  const [begun, over] = await Promise.all([
    sql.all(countedBy(size, at, 'begun')),
    sql.all(countedBy(size, at, 'over')),
  ])
  const steps = [...begun, ...over.map((row) => ({ ...row, n: -row.n }))]
  const ids = [...new Set(steps.map((s) => s.instrument))].sort()
  return new Map(ids.map((id) => [id, summed(steps.filter((s) => s.instrument === id))]))
}

interface Step {
  readonly instrument: string
  readonly day: number
  readonly n: number
}

/**
 * How many times in which a word that binds held began or were over, by instrument and day. Such a
 * time is over when the next word follows, or when an entry has replaced it; one that was replaced
 * before it began never was.
 */
function countedBy(size: number, at: number, which: 'begun' | 'over') {
  const times = q
    .selectFrom('word as w')
    .leftJoin('entry as e', (join) => join.onRef('e.idx', '=', 'w.to_index').on('e.idx', '<', size))
    .select((e) => [
      'w.instrument as instrument',
      'w.at_from as begun',
      e
        .fn<number>('min', [
          e.fn.coalesce('w.at_to', e.lit(Number.MAX_SAFE_INTEGER)),
          e.fn.coalesce('e.time', e.lit(Number.MAX_SAFE_INTEGER)),
        ])
        .as('over'),
    ])
    .where('w.from_index', '<', size)
    .where('w.word', 'in', BOUND)
    .where('w.suspended', '=', 0)
  return q
    .selectFrom(times.as('t'))
    .select((e) => [
      'instrument',
      e(e.ref(which), '/', e.lit(DAY)).as('day'),
      e.fn.countAll<number>().as('n'),
    ])
    .whereRef('begun', '<', 'over')
    .where(which, '<=', at)
    .groupBy(['instrument', 'day'])
    .$castTo<Step>()
    .compile()
}

function summed(steps: readonly Step[]): CurvePoint[] {
  const days = new Map<number, number>()
  for (const { day, n } of steps) days.set(day, (days.get(day) ?? 0) + n)
  let bound = 0
  const points: CurvePoint[] = []
  for (const [day, n] of [...days].sort(([a], [b]) => a - b)) {
    bound += n
    if (n !== 0) points.push({ at: (day + 1) * DAY - 1, bound })
  }
  return points
}
