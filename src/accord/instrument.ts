/**
 * `instrument/v1`: a text, clause by clause, and its terms. One statement per version.
 *
 * See docs/spec/law.md, "Instruments".
 *
 * @module
 */
import {
  advanceDepositary,
  authorizeCase,
  type Case,
  demandDepositary,
  noteStatement,
} from './case.ts'
import { refuse } from './refusal.ts'
import { dailyQuorum } from './registry.ts'
import type { Instrument, Version } from './state.ts'
import type { InstrumentV1 } from './statement.ts'

/** Judges an `instrument/v1`. */
export function judgeInstrument(c: Case<InstrumentV1>): void {
  const { draft, statement } = c
  const { keeping } = demandDepositary(c)
  authorizeCase(c, { ways: [[dailyQuorum(keeping)]] })
  const before = draft.get('instrument', statement.id)
  demandNext(statement, before)
  demandTerms(statement)
  const versions = [...(before?.versions ?? []), versionFrom(c)]
  draft.set('instrument', statement.id, { id: statement.id, kind: statement.kind, versions })
  advanceDepositary(c)
  noteStatement(c, '', statement.id)
}

function demandNext(statement: InstrumentV1, before: Instrument | undefined): void {
  const last = before?.versions.at(-1)
  const version = (last?.version ?? 0) + 1
  const replaces = last?.digest ?? null
  if (statement.version !== version || statement.replaces !== replaces) {
    refuse(
      'version-out-of-order',
      `${statement.id} goes on with version ${version}, replacing ${replaces}`,
    )
  }
  if (before && before.kind !== statement.kind) refuse('kind-changed', `it is a ${before.kind}`)
}

function demandTerms({ clauses, open_to, terms }: InstrumentV1): void {
  if (new Set(clauses.map((c) => c.id)).size < clauses.length) {
    refuse('duplicate-clause', 'each clause has an id of its own')
  }
  if (open_to.some((k) => k !== 'company') && terms.admission !== 'acceptance') {
    refuse('bad-terms', 'open to others than companies means admission by acceptance')
  }
}

function versionFrom(c: Case<InstrumentV1>): Version {
  const { version, title, open_to: openTo, terms, clauses } = c.statement
  return {
    version,
    digest: c.digest,
    index: c.index,
    title,
    openTo,
    terms,
    clauses: clauses.map(({ id, reservable }) => ({ id, reservable })),
    inForce: null,
    holders: [],
  }
}
