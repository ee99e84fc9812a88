/**
 * `succession/v1`: one party takes another's place.
 *
 * See docs/spec/law.md, "Succession".
 *
 * @module
 */
import { announce } from './agenda.ts'
import { advanceParty, authorizeCase, type Case, demandHead, noteStatement } from './case.ts'
import {
  holdingOf,
  isRecovering,
  livingParty,
  partyById,
  partyOf,
  recoveryDelay,
  registryOf,
  setParty,
} from './party.ts'
import { someOf } from './quorum.ts'
import { refuse } from './refusal.ts'
import type { Draft, Party } from './state.ts'
import type { SuccessionV1 } from './statement.ts'
import { canPass, holds, versionOf, wordOf } from './word.ts'

/** Judges a `succession/v1`: the daily thresholds of both; after the recovery delay. */
export function judgeSuccession(c: Case<SuccessionV1>): void {
  const { draft, statement, time, index, digest } = c
  const party = partyOf(draft, statement.party)
  const successor = livingParty(draft, statement.successor)
  if (!successor || successor.id === party.id) {
    refuse('unknown-successor', `${statement.successor} is no other living party`)
  }
  demandHead(c, party.head)
  demandHead(c, successor.head, statement.successor_previous)
  for (const p of [party, successor]) {
    if (isRecovering(p)) refuse('recovering', p.domain)
    if (p.passing) refuse('succession-pending', `${p.domain} is passing to a successor`)
  }
  authorizeCase(c, { ways: [[someOf(party.profile), someOf(successor.profile)]] })
  const instruments = statement.instruments.map((id) => ({
    id,
    version: demandPassable(c, party, successor, id),
  }))
  const at = time + recoveryDelay(registryOf(draft))
  announce(draft, { at, index, what: 'succession', party: party.id, digest })
  setParty(draft, { ...party, passing: { digest, index, at, to: successor.id, instruments } })
  advanceParty(c, partyById(draft, party.id))
  advanceParty(c, partyById(draft, successor.id))
  noteStatement(c, party.id, null, successor.id)
}

/** The version of the commitment that may go over. */
function demandPassable(c: Case<SuccessionV1>, party: Party, successor: Party, id: string): number {
  const { draft, time } = c
  const { current } = holdingOf(party, id)
  if (!current || !canPass(wordOf(draft, party, id, time))) {
    refuse('nothing-to-pass', `${party.domain} holds nothing to ${id} that could go over`)
  }
  if (holds(draft, successor, id, time))
    refuse('successor-holds', `${successor.domain} holds ${id}`)
  demandKind(draft, successor, id, current.version)
  return current.version
}

function demandKind(draft: Draft, successor: Party, id: string, version: number): void {
  const { openTo } = versionOf(draft.get('instrument', id)!, version)
  if (!openTo.includes(successor.kind))
    refuse('not-open-to', `${id} is open to ${openTo.join(', ')}`)
}
