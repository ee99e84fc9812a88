/** Attacks on the law, each of which once succeeded. */
import { describe, expect, test } from 'vitest'
import { parseTime } from '../../src/accord/text.ts'
import { company } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'

const A = 'a.example'
const B = 'b.example'

function joined(terms: object = {}): World {
  const w = new World()
  w.join(company(A))
  w.join(company(B))
  w.add(w.instrument({ terms }))
  w.add(w.sign(A))
  return w
}

test('recovery keys alone cannot freeze a party by recovering to the keys it has', () => {
  const w = joined()
  expect(w.refused(w.recover(A, company(A).keys)).code).toBe('nothing-new')
  w.add(w.report(A))
})

test('hour 24 of the last day is no time', () => {
  expect(parseTime('9999-12-31T24:00:00Z')).toBeNull()
  const w = joined()
  const note = w.sign(B).replace(/"issued": "[^"]*"/, '"issued": "9999-12-31T24:00:00Z"')
  expect(w.refused(note).code).toBe('malformed-statement')
})

describe('succession', () => {
  test('carries nobody over to a version that was signed after it was announced', () => {
    const w = joined()
    w.add(w.succession(A, B, ['accord']))
    w.add(w.nextVersion())
    w.add(w.renew(A))
    w.days(14)
    expect([w.word(A), w.word(B)]).toEqual(['ended', 'none'])
  })

  test('announced by a thief is void when the party recovers', () => {
    const w = joined()
    w.add(w.succession(A, B, ['accord']))
    const next = [keyOf(`${A}/new`)]
    w.add(w.verification(A, next))
    w.add(w.recover(A, next, { threshold: 1 }))
    w.days(14)
    expect([w.word(A), w.party(A).ended, w.party(A).profile.keys.length]).toEqual([
      'active',
      null,
      1,
    ])
  })

  test('into a party whose keys were stolen is void when that party recovers', () => {
    const w = joined()
    w.add(w.succession(A, B, ['accord']))
    const next = [keyOf(`${B}/new`)]
    w.add(w.verification(B, next))
    w.add(w.recover(B, next, { threshold: 1 }))
    w.days(14)
    expect([w.word(A), w.word(B), w.party(A).passing]).toEqual(['active', 'none', null])
  })

  test("stands in the successor's chain too: its recovery keys may name it", () => {
    const w = joined()
    const { digest } = w.add(w.succession(A, B, []))
    w.add(w.sign(B))
    w.add(w.cancel(B, digest, { previous: digest }))
    expect(w.party(A).passing).toBeNull()
  })

  test('does not revive what lapsed', () => {
    const w = joined()
    w.days(420)
    w.add(w.succession(A, B, ['accord']))
    w.days(14)
    expect([w.word(A), w.word(B)]).toEqual(['lapsed', 'none'])
  })
})

describe('a later version that waits', () => {
  function waiting() {
    const w = joined()
    w.add(w.nextVersion('accord', { terms: { admission: 'acceptance' } }))
    const { digest } = w.add(w.renew(A))
    return { w, digest }
  }

  test('is given up with the commitment that is withdrawn', () => {
    const { w, digest } = waiting()
    w.add(w.withdraw(A, 'accord', { instrument: w.ref('accord', 1) }))
    expect(w.refused(w.notice('accept', digest)).code).toBe('unknown-subject')
  })

  test('is not accepted when it would have lapsed already', () => {
    const { w, digest } = waiting()
    w.days(500)
    expect(w.refused(w.notice('accept', digest)).code).toBe('bad-until')
  })
})

test('the clerk cannot outrun what the depositary signs elsewhere', () => {
  const w = joined()
  const notice = w.notice('suspend', w.rests(A))
  const late = w.notice('suspend', w.rests(A), { reason: 'Drafted by somebody else.' })
  w.add(w.verification(A, company(A).keys))
  w.add(notice)
  expect(w.refused(late).code).toBe('stale-previous')
})

test('a lapse is no period without a report: who renews after it is bound anew', () => {
  const w = joined({ reporting_days: 90 })
  w.days(900)
  expect(w.word(A)).toBe('lapsed')
  w.add(w.renew(A))
  expect(w.standing(A).reporting).toMatchObject({ word: 'up-to-date', missed: 0 })
  expect(w.standing(A).commitment.bound).toBe(w.time())
})

test('reports of one period do not pile up', () => {
  const w = joined({ reporting_days: 90 })
  for (let i = 0; i < 5; i++) {
    w.now++
    w.add(w.report(A, 'accord', { title: `Report ${i}` }))
  }
  expect(w.standing(A).commitment.entries).toHaveLength(2)
})

test('thirty days of silence are no mismatch of thirty days', () => {
  const w = joined()
  for (let i = 0; i < 3; i++) {
    w.days(2)
    w.add(w.verification(A, []))
  }
  w.days(31)
  expect(w.refused(w.notice('release', A)).code).toBe('not-mismatch')
})
