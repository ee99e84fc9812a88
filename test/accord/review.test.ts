import { describe, expect, test } from 'vitest'
import { company } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'

const A = 'a.example'

function joined(terms: object = {}): World {
  const w = new World()
  w.join(company(A))
  w.add(w.instrument({ terms }))
  return w
}

describe('release', () => {
  const next = [keyOf(`${A}/new-1`), keyOf(`${A}/new-2`)]

  function released(): World {
    const w = joined()
    for (let i = 0; i < 3; i++) {
      w.days(2)
      w.add(w.verification(A, next))
    }
    w.days(31)
    w.add(w.verification(A, next))
    w.add(w.notice('release', A))
    return w
  }

  test('keys put in force that the domain shows already void it', () => {
    const w = released()
    w.add(w.rotate(A, next))
    w.days(15)
    expect(w.party(A).ended).toBeNull()
    expect(w.party(A).release).toBeNull()
  })

  test('without them it takes effect', () => {
    const w = released()
    w.days(15)
    expect(w.party(A).ended).toMatchObject({ how: 'released' })
  })
})

test('nothing is missed by who is bound no more', () => {
  const w = joined({ reporting_days: 30, withdrawal_notice_days: 10, due_days: 5 })
  w.add(w.sign(A))
  w.days(31)
  w.add(w.withdraw(A))
  expect(w.standing(A).reporting).toMatchObject({ word: 'missed', missed: 1 })
  w.days(10)
  expect(w.standing(A).reporting).toMatchObject({ word: 'none-required', missed: 0 })
})

test('caveats rest on the statement that made them, not on a later report', () => {
  const w = joined({ reporting_days: 100 })
  const { index } = w.add(w.sign(A))
  w.days(95)
  w.add(w.report(A))
  expect(w.standing(A).caveats.entries).toEqual([index])
})

describe('another law', () => {
  const unknown = expect.objectContaining({ code: 'UNKNOWN_LAW' })

  test('stops whoever reads entry 0', () => {
    expect(() => new World({ rules: { law: 2 } })).toThrow(unknown)
  })

  test('stops whoever asks about a time at which it is in force', () => {
    const w = joined()
    w.add(w.sign(A))
    w.add(w.registryChange({ rules: { ...w.rules, law: 2 } }))
    w.days(13)
    expect(w.word(A)).toBe('active')
    w.days(1)
    expect(() => w.standing(A)).toThrow(unknown)
  })
})
