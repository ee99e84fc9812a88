/**
 * What the law will ask for: loaded at once beforehand, rather than one by one when it is missed.
 *
 * @module
 */
import { encodeHex } from '../../keys/base64.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { AccordError } from '../accord/error.ts'
import { recallStatement, statementDigest } from '../accord/statement.ts'
import type { Wanted } from './state.ts'

/** The records that the law will ask for, as far as the statement itself tells. */
export function wantedBy(text: string): Wanted[] {
  const always: Wanted[] = [
    ['registry', ''],
    ['agenda', ''],
    ['statement', statementDigest(text)],
  ]
  try {
    const s = recallStatement(text)
    const { size } = s.seen
    const header: Wanted[] = [
      ['domain', s.party],
      ['entry', String(size - 1)],
      ['entry', String(size)],
    ]
    const instrument: Wanted[] = 'instrument' in s ? [['instrument', s.instrument.id]] : []
    const checks = s.type === 'verification/v1' ? s.checks : []
    const checked = checks.map((c): Wanted => ['domain', c.subject])
    const keys = s.type === 'enrolment/v1' ? [...s.keys, ...(s.recovery?.keys ?? [])] : []
    const owners = keys.map((k): Wanted => ['key', encodeHex(parseVKey(k.vkey).key)])
    // A party has the digest of its enrolment as its id: that there is none yet is known, too.
    const party: Wanted[] = s.type === 'enrolment/v1' ? [['party', statementDigest(text)]] : []
    return [...always, ...header, ...instrument, ...checked, ...owners, ...party]
  } catch (e) {
    if (e instanceof AccordError) return always
    throw e
  }
}
