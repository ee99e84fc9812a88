/**
 * Reports: what a monitor has to say, one happening each.
 *
 * @module
 */
import type { Digest } from '../accord/text.ts'

/**
 * - `entry`: an entry that speaks for whom or what is watched, or of it
 * - `keys`: other keys are in force
 * - `recovery`: a change of keys was announced, or cancelled
 * - `control`: control of a domain is called something else
 * - `standing`: a commitment or a report is called something else, or soon will be
 * - `announced`: something takes effect by time alone, later
 * - `time-alarm`: the registry's clock and others disagree
 * - `contradiction`: a domain shows other keys than the depositary says it does
 * - `log`: the log itself is wrong: forked, rolled back, stale, unlawful, not to be trusted
 */
export type Rule =
  | 'entry'
  | 'keys'
  | 'recovery'
  | 'control'
  | 'standing'
  | 'announced'
  | 'time-alarm'
  | 'contradiction'
  | 'log'

/** Every rule. */
export const RULES: readonly Rule[] = [
  'entry',
  'keys',
  'recovery',
  'control',
  'standing',
  'announced',
  'time-alarm',
  'contradiction',
  'log',
]

/** Something that happened. Reported again after a crash, it has the same id. */
export interface Report {
  /** Unique within the log. */
  readonly id: string
  readonly rule: Rule
  /** The log's origin. */
  readonly log: string
  /** As a statement spells it: an entry's time, a deadline that was reached; else when it is said. */
  readonly at: string
  /** A sentence. */
  readonly text: string
  /** What can be done about it, where anything can. */
  readonly advice: string | null
  readonly domains: readonly string[]
  readonly instruments: readonly string[]
  /** The entry it is about, and the statement in it. */
  readonly index: number | null
  readonly digest: Digest | null
  /** The evidence file that goes with it, in the folder `alarms`. */
  readonly alarm: string | null
}

/** Fields that most reports do not have. */
export const NOTHING = {
  advice: null,
  domains: [],
  instruments: [],
  index: null,
  digest: null,
  alarm: null,
} as const

/** Who and what is watched; everything where both are empty. */
export interface Watched {
  readonly domains: ReadonlySet<string>
  readonly instruments: ReadonlySet<string>
}

/** Whether everything is watched. */
export function isEverything({ domains, instruments }: Watched): boolean {
  return domains.size === 0 && instruments.size === 0
}

/** Whether any of these is watched. */
export function concerns(
  watched: Watched,
  domains: readonly string[],
  instruments: readonly string[],
): boolean {
  return (
    isEverything(watched) ||
    domains.some((d) => watched.domains.has(d)) ||
    instruments.some((i) => watched.instruments.has(i))
  )
}
