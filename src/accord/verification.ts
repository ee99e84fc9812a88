/**
 * `verification/v1`: what the depositary saw when it asked domains for their keys.
 *
 * See docs/spec/law.md, "Control".
 *
 * @module
 */
import { parseVKey } from '../../keys/vkey.ts'
import { underControl } from './agenda.ts'
import {
  advanceDepositary,
  authorizeCase,
  type Case,
  demandDepositary,
  noteStatement,
} from './case.ts'
import { controlAfter, loggedCheck, withCheck } from './control.ts'
import { domainOf, livingParty, registryOf, setParty } from './party.ts'
import { vkeysOf } from './quorum.ts'
import { refuse } from './refusal.ts'
import { clerks } from './registry.ts'
import type { Check, LoggedCheck } from './state.ts'
import type { VerificationV1 } from './statement.ts'
import { DAY, domainOfKeyName, formatTime } from './text.ts'

/** Judges a `verification/v1`: one clerk signs it. */
export function judgeVerification(c: Case<VerificationV1>): void {
  const { keeping } = demandDepositary(c)
  authorizeCase(c, { ways: [[{ need: 1, of: vkeysOf(clerks(keeping)) }]] })
  for (const check of c.statement.checks) logCheck(c, check)
  advanceDepositary(c)
  noteStatement(c, '', null)
}

function logCheck(c: Case<VerificationV1>, check: Check): void {
  const logged = loggedCheck(check, c.index)
  const domain = domainOf(c.draft, check.subject)
  demandCheck(c, check, logged)
  const last = Math.max(0, ...domain.checks.map((k) => k.at))
  if (logged.at < last) {
    refuse('bad-check', `${check.subject} was checked at ${formatTime(last)} already`)
  }
  c.draft.set('domain', check.subject, withCheck(domain, logged))
  observe(c, check.subject, logged)
}

/** Checks one check by itself. @throws Refused `bad-check` */
function demandCheck(c: Case<VerificationV1>, check: Check, { at }: LoggedCheck): void {
  const skew = registryOf(c.draft).rules.clock_skew_seconds
  if (at < c.time - DAY || at > c.time + skew) {
    refuse('bad-check', `${check.subject} at ${check.at} is not within the day before the entry`)
  }
  const foreign = check.keys.find((k) => domainOfKeyName(parseVKey(k).name) !== check.subject)
  if (foreign) refuse('bad-check', `${foreign} is not named for ${check.subject}`)
  const answered = check.outcome === 'answered'
  if (!answered && (check.keys.length > 0 || check.evidence.answer !== null)) {
    refuse('bad-check', `${check.subject} is unreachable, yet an answer is given`)
  }
  if (check.method !== 'dns' && check.evidence.dnssec !== null) {
    refuse('bad-check', `dnssec is for method dns, not ${check.method}`)
  }
}

/** What the check says of the party that bears the domain. */
function observe(c: Case<VerificationV1>, subject: string, check: LoggedCheck): void {
  const party = livingParty(c.draft, subject)
  const counts = registryOf(c.draft).rules.methods.includes(check.method)
  if (!party || !counts || check.outcome !== 'answered') return
  const control = controlAfter(party.control, party.profile, check)
  setParty(c.draft, underControl(c.draft, party, control))
}
