/**
 * `report/v1`: a party's progress report on an instrument.
 *
 * See docs/spec/law.md, "Reports".
 *
 * @module
 */
import { advanceParty, type Case, noteStatement } from './case.ts'
import { demandDaily, demandVersion } from './commitment.ts'
import { holdingOf, setParty, withHolding } from './party.ts'
import { refuse } from './refusal.ts'
import type { Commitment, Terms } from './state.ts'
import type { ReportV1 } from './statement.ts'
import { DAY, parseTime } from './text.ts'
import { isBinding, wordAt } from './word.ts'

/** What reporting is called. */
export type ReportingWord = 'none-required' | 'up-to-date' | 'due' | 'missed'

/** Judges a `report/v1`: by a party that is bound, suspended or not. */
export function judgeReport(c: Case<ReportV1>): void {
  const { draft, statement, time, index } = c
  const party = demandDaily(c)
  const { version } = demandVersion(draft, statement.instrument)
  const holding = holdingOf(party, statement.instrument.id)
  const { current } = holding
  const word = wordAt(current, party, version.terms, time)
  if (current?.version !== version.version || !isBinding(word)) {
    refuse(
      'not-bound',
      `version ${version.version}: ${current?.version === version.version ? word : 'not held'}`,
    )
  }
  const { from, to } = statement.period
  if (parseTime(from)! >= parseTime(to)! || parseTime(to)! > time) {
    refuse('bad-period', `from ${from} to ${to}`)
  }
  const period = periodAt(current, version.terms, time)
  if (period !== null && !current.reported.includes(period)) {
    const reported = [...current.reported, period]
    const next = { ...current, reported, acts: [...current.acts, index] }
    setParty(draft, withHolding(party, { ...holding, current: next }))
  }
  advanceParty(c, party)
  noteStatement(c, party.id, statement.instrument.id)
}

/** The reporting period of a time, counted from 1; null where none is asked for. */
function periodAt(c: Commitment, terms: Terms, at: number): number | null {
  if (terms.reporting_days === null || c.bound === null) return null
  return Math.floor((at - c.bound) / (terms.reporting_days * DAY)) + 1
}

/**
 * What reporting is called at a time, and how many periods ended without a report.
 *
 * A period's report is due in its last `due_days`.
 */
export function reportingAt(
  c: Commitment,
  terms: Terms,
  at: number,
): { readonly word: ReportingWord; readonly missed: number } {
  const period = periodAt(c, terms, at)
  if (period === null) return { word: 'none-required', missed: 0 }
  const missed = period - 1 - c.reported.filter((k) => k < period).length
  if (missed > 0) return { word: 'missed', missed }
  const end = c.bound! + period * terms.reporting_days! * DAY
  const open = !c.reported.includes(period) && at >= end - terms.due_days * DAY
  return { word: open ? 'due' : 'up-to-date', missed }
}
