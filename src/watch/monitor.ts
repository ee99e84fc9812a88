/**
 * A monitor: follows a log from its own last verified checkpoint, and reports what concerns those
 * for whom it watches.
 *
 * Nothing is a report before the store has it: what was verified, how far entries were told of and
 * the reports themselves are kept in one step, so that whoever is killed between two steps says the
 * same again under the same ids, or has said it already.
 *
 * See docs/guide-monitor.md.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import { registryOf } from '../accord/party.ts'
import type { Check } from '../accord/state.ts'
import { DAY, type Digest, formatTime } from '../accord/text.ts'
import type { Alarm } from '../client/alarm.ts'
import { ClientError } from '../client/error.ts'
import type { Fetch } from '../client/fetch.ts'
import type { Log } from '../client/log.ts'
import type { Policy } from '../tlog/policy.ts'
import { type AskKeys, contradictionIn } from './contradiction.ts'
import { contradictionOf, openRemembered, openWatched, type Remembered } from './course.ts'
import { type Followed, Follower } from './follower.ts'
import { happeningsOf } from './happening.ts'
import { remindersOf } from './reminder.ts'
import { concerns, NOTHING, type Report, type Rule, type Watched } from './report.ts'
import { timeAlarmsOf } from './time-alarm.ts'
import { alarmReport, failureReport, resolvedReport, type Trouble } from './trouble.ts'

/** What a monitor keeps between two looks at the log. */
export interface Kept {
  /** The note of the last checkpoint verified; null before the first. */
  readonly note: string | null
  /** Of the entries below this it was told. */
  readonly size: number
  /** Reminders given whose deadline is still there, by id. */
  readonly told: readonly string[]
  /** What is wrong with the log and was reported, by id. */
  readonly troubles: readonly string[]
  /** When the log last had a fresh checkpoint, in POSIX seconds. */
  readonly fresh: number
  /** Checks whose domains are still to be asked; left out where there are none. */
  readonly asking?: readonly LoggedToday[]
}

/** Where a monitor keeps what it must not forget. */
export interface MonitorStore {
  load(): Promise<Kept | null>
  /**
   * Keeps everything durably, or nothing.
   *
   * @param alarms - evidence files by name, written before what refers to them
   */
  commit(kept: Kept, reports: readonly Report[], alarms: ReadonlyMap<string, Alarm>): Promise<void>
}

/** What a monitor is made of. */
export interface MonitorOptions {
  readonly fetch: Fetch
  readonly policy: Policy
  readonly verify: Verify
  readonly store: MonitorStore
  /** POSIX seconds. */
  readonly clock: () => number
  readonly watched: Watched
  /** Which rules are reported; what is wrong with the log always is. */
  readonly rules: ReadonlySet<Rule>
  /** How many days before a deadline a reminder is given. */
  readonly notice: number
  /** How old the newest checkpoint may be, in seconds. */
  readonly maxAge: number
  /** The first entry to tell of at a first look; by default those to come. */
  readonly from?: number | undefined
  /** Asks domains itself; null where it does not. */
  readonly askKeys: AskKeys | null
}

/** What came of a look at the log. */
export interface Look {
  /** What there was to report; the store has it. */
  readonly reports: readonly Report[]
  /** The tree size that was verified last. */
  readonly size: number
  /** Whether the log goes on as it should; it is not known where it could not be reached. */
  readonly state: 'good' | 'wrong' | 'unknown'
  /** What is wrong, as a sentence; null where nothing is. */
  readonly why: string | null
  /** The log's origin and the time of its first entry in POSIX seconds; null before it was read. */
  readonly log: { readonly origin: string; readonly founded: number } | null
}

/** How many domains are asked at one look. */
const ASKED = 16

/** How far ahead of this clock a witness may be to be believed, in seconds. */
const SKEW = 300

/** What has been found at a look, and not been kept yet. */
interface Found {
  readonly reports: Report[]
  readonly alarms: Map<string, Alarm>
  /** Checks whose domains are still to be asked. */
  readonly checks: LoggedToday[]
}

/** A check that was logged within a day. */
export interface LoggedToday {
  readonly check: Check
  readonly index: number
  readonly digest: Digest
  readonly log: string
}

function nothingFound(checks: LoggedToday[] = []): Found {
  return { reports: [], alarms: new Map(), checks }
}

export class Monitor {
  readonly #options: MonitorOptions
  readonly #follower: Follower
  #kept: Kept | null = null
  /** Outlives a look whose commit fails: the follower has gone on. */
  #found = nothingFound()

  constructor(options: MonitorOptions) {
    this.#options = options
    this.#follower = new Follower(options.verify)
  }

  /** Looks at the log once. @throws what the store throws: nothing is lost then */
  async look(): Promise<Look> {
    const now = this.#options.clock()
    const kept = this.#kept ?? (await this.#options.store.load()) ?? beginning(now)
    if (!this.#kept) this.#found.checks.push(...(kept.asking ?? []))
    this.#kept = kept
    const next = await this.#seen(kept, now)
    const { reports, alarms } = this.#found
    const wanted = reports.filter((r) => r.rule === 'log' || this.#options.rules.has(r.rule))
    const { asking: _, ...rest } = next.kept
    const asking = [...this.#found.checks]
    const keeping = asking.length > 0 ? { ...rest, asking } : rest
    await this.#options.store.commit(keeping, wanted, alarms)
    this.#kept = keeping
    this.#found = nothingFound(this.#found.checks)
    return { reports: wanted, log: this.#log(), ...next.look }
  }

  async #seen(kept: Kept, now: number): Promise<Seen> {
    let at = kept
    let log: Log | null = null
    try {
      const { fetch, policy, verify } = this.#options
      const opened = await openWatched({ fetch, policy, verify }, async (found) => {
        const was = this.#remembered(kept, found)
        return was && contradictionOf(was, found, this.#follower, formatTime(now))
      })
      log = opened.log
      if (opened.wrong) return this.#troubled(at, alarmReport(log.checkpoint.origin, opened.wrong))
      const old = this.#remembered(kept, log)
      // Reading what it holds may fail; that it goes on from the one before is certain.
      at = { ...kept, note: log.note, size: old ? kept.size : this.#begin(log) }
      await this.#advance(at, old, log, now)
      at = this.#reminded({ ...at, size: this.#follower.size }, log, now)
      return this.#freshened(at, log, now)
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      // What was read of the entries is told of, whatever came after.
      at = { ...at, size: Math.max(at.size, this.#follower.size) }
      return this.#failed(at, log, error, now)
    }
  }

  #remembered({ note }: Kept, log: Log): Remembered | null {
    return note === null ? null : openRemembered(note, this.#options.policy, log)
  }

  #begin(log: Log): number {
    return Math.min(this.#options.from ?? log.checkpoint.size, log.checkpoint.size)
  }

  /** Reads the entries that are new, and says what they mean. */
  async #advance(at: Kept, old: Remembered | null, log: Log, now: number): Promise<void> {
    await this.#follower.follow(log, (followed) => {
      if (followed.index < at.size) return
      this.#found.reports.push(...happeningsOf(followed, this.#options.watched))
      this.#timed(followed, old, log, now)
      this.#found.checks.push(...this.#checksIn(followed, now))
    })
    await this.#asked(now)
  }

  /** Holds the time of an entry against other clocks. */
  #timed({ index, applied }: Followed, old: Remembered | null, log: Log, now: number): void {
    const { state, statement, digest } = applied
    const before = old && old.checkpoint.size <= index ? old : null
    const skew = registryOf(state).rules.clock_skew_seconds
    const timed = { index, time: state.time }
    for (const [i, text] of timeAlarmsOf(timed, { before, after: log, now, skew }).entries()) {
      this.#found.reports.push({
        ...NOTHING,
        ...{ id: `entry/${index}/time-alarm/${i}`, rule: 'time-alarm', log: statement.registry },
        ...{ at: formatTime(state.time), text, index, digest },
        domains: [statement.party],
        advice: `Keep the evidence: accord evidence ${index}, and show it to a witness or a mirror.`,
      })
    }
  }

  /** What the depositary says, these days, that watched domains have shown. */
  #checksIn({ index, applied }: Followed, now: number): LoggedToday[] {
    const { statement: s, state, digest } = applied
    if (s.type !== 'verification/v1' || state.time < now - DAY || !this.#options.askKeys) return []
    return s.checks
      .filter((c) => c.outcome === 'answered' && concerns(this.#options.watched, [c.subject], []))
      .map((check) => ({ check, index, digest, log: s.registry }))
  }

  /** Asks the domains themselves. */
  async #asked(now: number): Promise<void> {
    const { askKeys } = this.#options
    // Nobody asks any more where a monitor was started again without.
    if (!askKeys) return
    for (const { check, index, digest, log } of this.#found.checks.splice(0, ASKED)) {
      const text = contradictionIn(check, await askKeys({ origin: log, domain: check.subject }))
      if (text === null) continue
      this.#found.reports.push({
        ...NOTHING,
        ...{ id: `entry/${index}/contradiction/${check.subject}`, rule: 'contradiction', log },
        ...{ at: formatTime(now), text, index, digest, domains: [check.subject] },
        advice:
          'Ask again from another network: accord check-domain. DNS may answer here and there differently.',
      })
    }
  }

  #reminded(at: Kept, log: Log, now: number): Kept {
    const { memory } = this.#follower
    const { watched, notice } = this.#options
    if (this.#follower.size === 0) return at
    const reminding = { log: log.checkpoint.origin, memory, watched, now, notice }
    const { reports, told } = remindersOf(reminding, new Set(at.told))
    this.#found.reports.push(...reports)
    return { ...at, told }
  }

  /** The log goes on as it should; it may still be old. */
  #freshened(at: Kept, log: Log, now: number): Seen {
    const fresh = this.#freshness(at, log, now)
    if (now - fresh > this.#options.maxAge) return this.#stale({ ...at, fresh }, log.note, now)
    const { origin } = log.checkpoint
    const open = at.troubles.filter((id) => !id.startsWith('log/fork/'))
    if (open.length > 0) this.#found.reports.push(resolvedReport(origin, open, formatTime(now)))
    const troubles = at.troubles.filter((id) => !open.includes(id))
    return seenAs({ ...at, fresh, troubles }, 'good', null)
  }

  /** By the witnesses, where there are any: a log that drops their cosignatures has no later one. */
  #freshness(at: Kept, { cosigned }: Log, now: number): number {
    if (this.#options.policy.witnesses.length === 0) return now
    const times = cosigned.map(({ time }) => time).filter((time) => time <= now + SKEW)
    return times.length === 0 ? at.fresh : Math.min(Math.max(...times), now)
  }

  #stale(at: Kept, note: string, now: number): Seen {
    const alarm = { kind: 'stale', seen: formatTime(now), checkpoints: [note] } as const
    return this.#troubled(at, alarmReport(originOf(note), alarm, at.fresh))
  }

  /** A failure to read is none of the log's until it has lasted. */
  #failed(at: Kept, log: Log | null, error: ClientError, now: number): Seen {
    if (error.code !== 'UNAVAILABLE' && error.code !== 'NO_FILE') {
      const origin = log?.checkpoint.origin ?? (at.note === null ? '' : originOf(at.note))
      return this.#troubled(at, failureReport(origin, error, formatTime(now)))
    }
    if (at.note !== null && now - at.fresh > this.#options.maxAge) {
      return this.#stale(at, at.note, now)
    }
    return seenAs(at, 'unknown', reasonOf(error))
  }

  #troubled(at: Kept, { report, alarm }: Trouble): Seen {
    const kept = { ...at, troubles: [...new Set([...at.troubles, report.id])] }
    if (!at.troubles.includes(report.id)) {
      this.#found.reports.push(report)
      if (alarm) this.#found.alarms.set(report.alarm!, alarm)
    }
    return seenAs(kept, 'wrong', report.text)
  }

  #log(): Look['log'] {
    const { memory } = this.#follower
    const founded = memory.get('entry', '0')
    return founded === undefined ? null : { origin: registryOf(memory).origin, founded }
  }
}

/** What was seen, and what is to be kept of it. */
interface Seen {
  readonly kept: Kept
  readonly look: Pick<Look, 'size' | 'state' | 'why'>
}

function seenAs(kept: Kept, state: Look['state'], why: string | null): Seen {
  const size = kept.note === null ? 0 : Number(kept.note.split('\n')[1])
  return { kept, look: { size, state, why } }
}

/** An error with what is behind it: the network says more than we do. */
function reasonOf(error: Error): string {
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${reasonOf(cause)}` : error.message
}

function beginning(now: number): Kept {
  return { note: null, size: 0, told: [], troubles: [], fresh: now }
}

/** The origin that a verified note names. */
function originOf(note: string): string {
  return note.split('\n', 1)[0]!
}
