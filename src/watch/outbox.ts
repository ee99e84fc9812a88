/**
 * The outbox: reports that the store has, on their way to those who asked for them.
 *
 * Each sink has its place in the list of reports, and is given one report after the other, at least
 * once: its place is moved on after it has taken one, and what came between is given again. A sink
 * that refuses is asked again later and later, up to an hour; nothing is dropped.
 *
 * @module
 */
import type { Report } from './report.ts'

/** Where reports go. */
export interface Sink {
  /** Its place is kept under this name. */
  readonly name: string
  /** Rejects where the report was not taken. */
  send(report: Report): Promise<void>
}

/** How far a sink is. */
export interface Place {
  /** Where its next report begins, in the store's own count. */
  readonly next: number
  /** How often that one was refused. */
  readonly attempts: number
  /** Not to be tried before: POSIX seconds. */
  readonly notBefore: number
}

/** The store, as the outbox sees it. */
export interface OutboxStore {
  place(sink: string): Place
  /** Keeps a place durably. */
  move(sink: string, place: Place): Promise<void>
  /** The reports from a place on, at most so many, each with the place after it. */
  read(
    next: number,
    limit: number,
  ): Promise<readonly { readonly report: Report; readonly after: number }[]>
}

/** What a round of deliveries came to. */
export interface Round {
  readonly delivered: number
  /** Why a sink took nothing, by its name. */
  readonly refusals: ReadonlyMap<string, string>
  /** When to come again, in POSIX seconds: at once where there is more; null where all is said. */
  readonly again: number | null
}

/** How many reports a sink is given in one round, so that the log is not forgotten meanwhile. */
const A_ROUND = 64
/** The first wait after a refusal, and the longest, in seconds. */
const FIRST_WAIT = 5
const LONGEST_WAIT = 3600

/** How long a sink is left alone after so many refusals of one report, in seconds. */
export function waitAfter(attempts: number): number {
  return Math.min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
}

/**
 * Gives each sink its reports.
 *
 * @param clock - POSIX seconds
 */
export async function deliver(
  store: OutboxStore,
  sinks: readonly Sink[],
  clock: () => number,
): Promise<Round> {
  const refusals = new Map<string, string>()
  const agains: number[] = []
  let delivered = 0
  for (const sink of sinks) {
    const { taken, why, again } = await deliverTo(store, sink, clock)
    delivered += taken
    if (why !== null) refusals.set(sink.name, why)
    if (again !== null) agains.push(again)
  }
  return { delivered, refusals, again: agains.length > 0 ? Math.min(...agains) : null }
}

async function deliverTo(store: OutboxStore, sink: Sink, clock: () => number) {
  const { next, attempts, notBefore } = store.place(sink.name)
  if (notBefore > clock()) return { taken: 0, why: null, again: notBefore }
  const reports = await store.read(next, A_ROUND)
  let place = next
  for (const [taken, { report, after }] of reports.entries()) {
    try {
      await sink.send(report)
    } catch (cause) {
      const tried = (taken === 0 ? attempts : 0) + 1
      const later = clock() + waitAfter(tried)
      await store.move(sink.name, { next: place, attempts: tried, notBefore: later })
      return { taken, why: (cause as Error).message, again: later }
    }
    place = after
    await store.move(sink.name, { next: place, attempts: 0, notBefore: 0 })
  }
  const more = reports.length === A_ROUND
  return { taken: reports.length, why: null, again: more ? clock() : null }
}
