/**
 * The witnesses' clocks, held against the registry's: what a checkpoint holds existed when it was
 * cosigned.
 *
 * See docs/spec/evidence.md, "Checking".
 *
 * @module
 */
import { type Policy, quorumMet, type Trusted } from '../tlog/policy.ts'
import { AccordError } from './error.ts'
import { formatTime } from './text.ts'

/** The greatest `clock_skew_seconds` that rules may have, by docs/spec/statement.md. */
export const MAX_CLOCK_SKEW = 3600

/**
 * The earliest time by which a policy's quorum had cosigned.
 *
 * @param cosigned - as a policy accepted it
 * @returns POSIX seconds; null where the policy asks for no witness
 */
export function quorumTime(cosigned: Trusted['cosigned'], policy: Policy): number | null {
  if (policy.quorum === null) return null
  const inTime = cosigned.toSorted((a, b) => a.time - b.time)
  const names = inTime.map((c) => c.witness)
  const enough = inTime.findIndex((_, i) => quorumMet(policy, names.slice(0, i + 1)))
  return inTime[enough]!.time
}

/**
 * Demands that an entry is not of a later time than the witnesses of its checkpoint.
 *
 * @param logged - the entry's time, in POSIX seconds
 * @param cosigned - by `quorumTime`
 * @param skew - how far clocks may differ, in seconds
 * @throws {AccordError} `CLOCK`
 */
export function demandClock(
  index: number,
  logged: number,
  cosigned: number | null,
  skew: number,
): void {
  if (cosigned === null || logged <= cosigned + skew) return
  throw new AccordError(
    'CLOCK',
    `the registry's clock says ${formatTime(logged)} of entry ${index}, the witnesses' clocks say ${formatTime(cosigned)} of the quorum that cosigned it; they may differ by ${skew} seconds`,
  )
}
