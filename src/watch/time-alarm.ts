/**
 * Time alarms: the registry's clock held against those of the witnesses, and of whoever watches.
 *
 * A witness that cosigned a tree with an entry had seen it by then; one that cosigned a tree without
 * it had not. An entry dated outside of that, but for what clocks may differ, is dated wrongly.
 *
 * See docs/spec/entry.md.
 *
 * @module
 */
import { formatInstant } from '../accord/text.ts'
import type { Trusted } from '../tlog/policy.ts'

/** An entry whose time is to be held against other clocks. */
export interface Timed {
  readonly index: number
  /** By the registry's clock, in POSIX seconds. */
  readonly time: number
}

/** What is known of other clocks. Times are POSIX seconds. */
export interface Clocks {
  /** The checkpoint verified before, which does not hold the entry; null for none. */
  readonly before: Pick<Trusted, 'cosigned'> | null
  /** The checkpoint that holds it. */
  readonly after: Pick<Trusted, 'cosigned'>
  /** When it was read. */
  readonly now: number
  /** How far clocks may differ, in seconds. */
  readonly skew: number
}

/** What is wrong with the time of an entry, as sentences. */
export function timeAlarmsOf({ index, time }: Timed, clocks: Clocks): string[] {
  const { before, after, now, skew } = clocks
  // A time of 0 says nothing of when.
  const says = ({ time: said }: Trusted['cosigned'][number]) => said > 0
  const first = after.cosigned.filter(says).toSorted((a, b) => a.time - b.time)[0]
  const last = before?.cosigned.filter(says).toSorted((a, b) => b.time - a.time)[0]
  const dated = `entry ${index} is dated ${formatInstant(time)} by the registry`
  return [
    ...(first && time > first.time + skew
      ? [
          `${dated}, but ${first.witness} had cosigned a tree that holds it at ${formatInstant(first.time)}`,
        ]
      : []),
    ...(last && time < last.time - skew
      ? [
          `${dated}, but ${last.witness} still cosigned a tree without it at ${formatInstant(last.time)}`,
        ]
      : []),
    ...(time > now + skew ? [`${dated}, and was read at ${formatInstant(now)} by this clock`] : []),
  ]
}
