/**
 * Reminders: what comes by time alone, said some days before and when it is there.
 *
 * @module
 */
import {
  type Deadline,
  type DeadlineKind,
  deadlinesOf,
  identityOf,
  registryDeadlines,
} from '../accord/deadline.ts'
import { lastParty } from '../accord/party.ts'
import type { Memory, Party } from '../accord/state.ts'
import { DAY, formatInstant, formatTime } from '../accord/text.ts'
import { adviseDeadline, sayDeadline, sayReached } from '../client/reminders.ts'
import { concerns, isEverything, NOTHING, type Report, type Rule, type Watched } from './report.ts'

/** What reminders are made from. */
export interface Reminding {
  readonly log: string
  readonly memory: Memory
  readonly watched: Watched
  /** POSIX seconds. */
  readonly now: number
  /** How many days before a deadline it is said. */
  readonly notice: number
}

/** A deadline that is to be said now. */
interface Said {
  readonly id: string
  readonly deadline: Deadline
  readonly reached: boolean
}

/**
 * What there is to say, and what was said before is not said again.
 *
 * @param told - the ids of what was said
 * @returns the new reports, and the ids to keep: of deadlines that are still there
 */
export function remindersOf(
  reminding: Reminding,
  told: ReadonlySet<string>,
): { readonly reports: Report[]; readonly told: string[] } {
  const said = allDeadlines(reminding).flatMap((d) => saidOf(d, reminding))
  const last = lastReached(said)
  const fresh = said.filter((s) => !told.has(s.id) && (!s.reached || last.has(s)))
  return {
    reports: fresh.map((s) => reportOf(reminding, s)),
    told: said.map((s) => s.id),
  }
}

function allDeadlines({ memory, watched, now }: Reminding): Deadline[] {
  const of = partiesOf(memory, watched).flatMap((party) => deadlinesOf(memory, party, now))
  const wanted = of.filter((d) =>
    concerns(watched, d.party ? [d.party.domain] : [], d.instrument ? [d.instrument.id] : []),
  )
  return [...wanted, ...registryDeadlines(memory)]
}

/** Of an instrument that is watched, all its parties matter. */
function partiesOf(memory: Memory, watched: Watched): Party[] {
  if (isEverything(watched) || watched.instruments.size > 0) {
    return [...memory.list('party')].map(([, party]) => party)
  }
  return [...watched.domains].flatMap((domain) => lastParty(memory, domain) ?? [])
}

function saidOf(deadline: Deadline, { now, notice }: Reminding): Said[] {
  const { at } = deadline
  if (now < at - notice * DAY) return []
  const reached = now >= at
  const id = ['time', identityOf(deadline), at, reached ? 'now' : 'soon'].join('/')
  return [{ id, deadline, reached }]
}

/** What has lapsed was due and overdue before: whoever comes late hears the last word only. */
function lastReached(said: readonly Said[]): Set<Said> {
  const last = new Map<string, Said>()
  for (const s of said.filter((s) => s.reached)) {
    const { rests, party, instrument, what } = s.deadline
    const row = WORDS.has(what) ? 'word' : what
    last.set([rests, party?.domain, instrument?.id, row].join('/'), s)
  }
  return new Set(last.values())
}

const WORDS: ReadonlySet<DeadlineKind> = new Set(['due', 'overdue', 'lapsed'])

function reportOf({ log, now }: Reminding, { id, deadline, reached }: Said): Report {
  const { at, party, instrument, what, index } = deadline
  const day = formatInstant(at)
  return {
    ...NOTHING,
    ...{ id, log, index, at: reached ? day : formatTime(now) },
    rule: RULE_OF[what],
    text: reached ? `since ${day}: ${sayReached(deadline)}` : `on ${day}: ${sayDeadline(deadline)}`,
    advice: adviseDeadline(deadline, reached),
    domains: party ? [party.domain] : [],
    instruments: instrument ? [instrument.id] : [],
  }
}

const RULE_OF: Readonly<Record<DeadlineKind, Rule>> = {
  due: 'standing',
  overdue: 'standing',
  lapsed: 'standing',
  withdrawn: 'standing',
  'report-due': 'standing',
  'report-missed': 'standing',
  recovered: 'recovery',
  'recovery-replaced': 'recovery',
  released: 'announced',
  passed: 'announced',
  'taken-over': 'announced',
  stale: 'control',
  rules: 'announced',
  keeping: 'announced',
}
