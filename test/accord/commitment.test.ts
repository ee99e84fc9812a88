import { describe, expect, test } from 'vitest'
import { DAY, formatTime, LAST_TIME } from '../../src/accord/text.ts'
import { company, START, TERMS } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'
import type { WorldOptions } from './speaker.ts'

const A = 'contoso.com'
const B = 'fabrikam.com'
const C = 'northwind.com'

function world(terms: object = {}, domains = [A, B], options: WorldOptions = {}): World {
  const w = new World(options)
  for (const domain of domains) w.join(company(domain))
  w.add(w.instrument({ terms }))
  return w
}

/** Words just before, at, and after an instant. */
function around(w: World, at: number, domain = A): string[] {
  return [at - 1, at, at + 1].map((t) => w.word(domain, 'accord', t))
}

describe('by time alone, to the second', () => {
  test('due, overdue and lapsed', () => {
    const w = world()
    w.add(w.sign(A))
    const until = w.now + 365 * DAY
    expect(around(w, until - 30 * DAY)).toEqual(['active', 'due', 'due'])
    expect(around(w, until)).toEqual(['due', 'overdue', 'overdue'])
    expect(around(w, until + 60 * DAY)).toEqual(['overdue', 'lapsed', 'lapsed'])
  })

  test('no days of grace, no days of notice', () => {
    const w = world({ due_days: 0, grace_days: 0, withdrawal_notice_days: 0 })
    w.add(w.sign(A))
    expect(around(w, w.now + 365 * DAY)).toEqual(['active', 'lapsed', 'lapsed'])
    w.add(w.withdraw(A))
    expect(w.word(A)).toBe('withdrawn')
  })

  test('withdrawn', () => {
    const w = world()
    w.add(w.sign(A))
    w.days(10)
    w.add(w.withdraw(A))
    expect(w.standing(A).commitment.withdrawal).toBe(w.time(90))
    expect(around(w, w.now + 90 * DAY)).toEqual(['withdrawing', 'withdrawn', 'withdrawn'])
    w.now += 90 * DAY - 1
    expect(w.judge(w.cancelWithdrawal(A))).not.toHaveProperty('code')
    w.now++
    expect(w.refused(w.cancelWithdrawal(A)).code).toBe('wrong-standing')
  })

  test('a withdrawal outlasts the term, and taken back leaves what the dates make of it', () => {
    const w = world()
    w.add(w.sign(A))
    w.days(340)
    w.add(w.withdraw(A))
    w.days(60)
    expect(w.word(A)).toBe('withdrawing')
    w.add(w.cancelWithdrawal(A))
    expect(w.word(A)).toBe('overdue')
  })

  test('a leap day is a day', () => {
    const w = world({}, [A], { now: Date.UTC(2028, 1, 28) / 1000 })
    w.add(w.sign(A, 'accord', { until: '2028-02-29T00:00:00Z' }))
    expect(w.standing(A).commitment.until).toBe('2028-02-29T00:00:00Z')
    w.days(1)
    expect(w.word(A)).toBe('overdue')
    expect(w.time()).toBe('2028-02-29T00:00:00Z')
    expect(w.time(1)).toBe('2028-03-01T00:00:00Z')
  })

  test('without a term it holds without end', () => {
    const w = world({ validity_days: null })
    w.add(w.sign(A))
    w.days(36_500)
    expect(w.word(A)).toBe('active')
    expect(w.refused(w.renew(A)).code).toBe('wrong-standing')
    const extend = w.notice('extend', w.rests(A), { until: w.time(1) })
    expect(w.refused(extend).code).toBe('bad-until')
  })

  test('beyond the last time that can be spelled nothing breaks', () => {
    const w = world({ withdrawal_notice_days: 400 }, [A], { now: LAST_TIME - 300 * DAY })
    w.add(w.sign(A, 'accord', { until: formatTime(LAST_TIME) }))
    w.days(299)
    expect(w.refused(w.renew(A, 'accord', { until: w.time() })).code).toBe('bad-until')
    w.add(w.verification(A, company(A).keys))
    w.add(w.withdraw(A))
    expect(w.standing(A).commitment.withdrawal).toBe(formatTime(LAST_TIME))
    const next = [keyOf(`${A}/last`)]
    w.add(w.verification(A, next))
    w.add(w.recover(A, next, { threshold: 1 }))
    expect(w.refused(w.sign(A)).code).toBe('recovering')
  })
})

describe('until', () => {
  const until = (w: World, seconds: number) => ({ until: formatTime(w.now + seconds) })

  test('at signature lies after the entry, and at most the validity after it', () => {
    const w = world()
    for (const [seconds, fits] of [
      [-1, false],
      [0, false],
      [1, true],
      [365 * DAY, true],
      [365 * DAY + 1, false],
    ] as const) {
      const answer = w.judge(w.sign(A, 'accord', until(w, seconds)))
      expect('code' in answer ? answer.code : 'admitted').toBe(fits ? 'admitted' : 'bad-until')
    }
  })

  test('at renewal lies not before the old one, and at most the validity after it', () => {
    const w = world()
    w.add(w.sign(A))
    w.days(350)
    for (const [days, ok] of [
      [14, false],
      [15, true],
      [15 + 365, true],
      [16 + 365, false],
    ] as const) {
      const note = w.renew(A, 'accord', { until: w.time(days) })
      expect('code' in w.judge(note)).toBe(!ok)
    }
    w.add(w.renew(A, 'accord', { until: w.time(15 + 365) }))
    expect(w.word(A)).toBe('active')
    expect(w.refused(w.renew(A)).code).toBe('wrong-standing')
  })

  test('after a lapse counts from now', () => {
    const w = world()
    w.add(w.sign(A))
    w.days(500)
    expect(w.refused(w.renew(A, 'accord', { until: w.time(366) })).code).toBe('bad-until')
    w.add(w.renew(A, 'accord', { until: w.time(365) }))
    expect(w.word(A)).toBe('active')
    expect(w.standing(A).commitment.signed).toBe(formatTime(START))
  })

  test('is extended to a later one only', () => {
    const w = world()
    w.add(w.sign(A, 'accord', { until: w.time(100) }))
    const extend = (days: number) => w.notice('extend', w.rests(A), { until: w.time(days) })
    expect(w.refused(extend(100)).code).toBe('bad-until')
    expect(w.refused(extend(99)).code).toBe('bad-until')
    expect(w.refused(extend(466)).code).toBe('bad-until')
    w.add(extend(465))
    expect(w.standing(A).commitment.until).toBe(w.time(465))
    w.days(465 + 60)
    expect(w.refused(w.notice('extend', w.rests(A), { until: w.time(1) })).code).toBe(
      'wrong-standing',
    )
  })
})

describe('a later version', () => {
  const gated = { admission: 'acceptance' }

  test('waits beside the old one until it binds', () => {
    const w = world(gated)
    w.add(w.sign(A))
    w.add(w.notice('accept', w.rests(A)))
    w.add(w.nextVersion('accord', { terms: { ...gated, ratification: true } }))
    expect(w.standing(A).version).toMatchObject({ word: 'superseded', signed: 1, behind: 1 })
    w.add(w.renew(A))
    expect(w.standing(A).commitment).toMatchObject({
      word: 'active',
      waiting: { version: 2, word: 'pending' },
    })
    expect(w.refused(w.renew(A)).code).toBe('wrong-standing')
    w.add(w.notice('accept', w.rests(A, 'accord', 'waiting')))
    expect(w.standing(A).commitment.waiting).toEqual({ version: 2, word: 'unratified' })
    w.add(w.ratify(A))
    expect(w.standing(A).commitment).toMatchObject({ word: 'active', waiting: null })
    expect(w.standing(A).version).toMatchObject({ word: 'current', signed: 2, behind: 0 })
  })

  test('refused or withdrawn from, leaves the old one standing', () => {
    const w = world(gated)
    w.add(w.sign(A))
    w.add(w.notice('accept', w.rests(A)))
    w.add(w.nextVersion('accord', { terms: gated }))
    w.add(w.renew(A))
    w.add(w.notice('refuse', w.rests(A, 'accord', 'waiting')))
    expect(w.standing(A).commitment).toMatchObject({ word: 'active', waiting: null })
    w.add(w.renew(A, 'accord', { until: w.time(300) }))
    w.add(w.withdraw(A))
    expect(w.standing(A).commitment).toMatchObject({ word: 'active', waiting: null })
    expect(w.standing(A).version.signed).toBe(1)
  })

  test('carries nobody over: the old one lapses where the new one was never signed', () => {
    const w = world()
    w.add(w.sign(A))
    w.add(w.nextVersion())
    w.days(425)
    expect(w.word(A)).toBe('lapsed')
    w.add(w.renew(A, 'accord', { instrument: w.ref('accord', 1) }))
    expect(w.standing(A).version).toMatchObject({ word: 'superseded', signed: 1 })
    expect(w.refused(w.renew(A, 'accord', { instrument: w.ref('accord', 1) })).code).toBe(
      'wrong-standing',
    )
  })

  test('is renewed to the latest only', () => {
    const w = world()
    w.add(w.sign(A))
    w.add(w.nextVersion())
    w.add(w.nextVersion())
    const renew = (version: number) =>
      w.renew(A, 'accord', { instrument: w.ref('accord', version) })
    expect(w.refused(renew(2)).code).toBe('not-latest')
    w.add(renew(3))
    expect(w.refused(renew(1)).code).toBe('not-latest')
    expect(w.refused(renew(2)).code).toBe('not-latest')
    expect(w.standing(A).commitment.signed).toBe(w.time())
  })

  test('asks for its own ratification', () => {
    const w = world({ ratification: true })
    w.add(w.sign(A))
    w.add(w.nextVersion('accord', { terms: { ratification: true } }))
    expect(w.refused(w.ratify(A)).code).toBe('wrong-standing')
    w.add(w.ratify(A, 'accord', { instrument: w.ref('accord', 1) }))
    w.add(w.renew(A))
    expect(w.refused(w.ratify(A, 'accord', { instrument: w.ref('accord', 1) })).code).toBe(
      'wrong-standing',
    )
    w.add(w.ratify(A))
    expect(w.standing(A).version.signed).toBe(2)
  })
})

describe('suspension', () => {
  const suspended = (w: World) => w.standing(A).commitment.suspended

  test('stops no clock and is kept through a renewal', () => {
    const w = world()
    w.add(w.sign(A))
    w.add(w.notice('suspend', w.rests(A)))
    w.days(340)
    expect(w.word(A)).toBe('due')
    w.add(w.renew(A))
    expect([w.word(A), suspended(w)]).toEqual(['active', true])
    w.add(w.nextVersion())
    w.add(w.renew(A))
    expect([w.word(A), suspended(w)]).toEqual(['active', true])
    w.add(w.notice('reinstate', w.rests(A)))
    expect(suspended(w)).toBe(false)
  })

  test('is what it is when a waiting version binds, not when that was signed', () => {
    const terms = { admission: 'acceptance' }
    const w = world(terms)
    w.add(w.sign(A))
    w.add(w.notice('accept', w.rests(A)))
    w.add(w.nextVersion('accord', { terms }))
    w.add(w.renew(A))
    w.add(w.notice('suspend', w.rests(A)))
    w.add(w.notice('accept', w.rests(A, 'accord', 'waiting')))
    expect([w.standing(A).version.signed, suspended(w)]).toEqual([2, true])
    w.add(w.nextVersion('accord', { terms }))
    w.add(w.renew(A))
    w.add(w.notice('reinstate', w.rests(A)))
    w.add(w.notice('accept', w.rests(A, 'accord', 'waiting')))
    expect([w.standing(A).version.signed, suspended(w)]).toEqual([3, false])
  })

  test('is not shed by signing anew', () => {
    const w = world()
    w.add(w.sign(A))
    w.add(w.notice('suspend', w.rests(A)))
    w.days(500)
    w.add(w.sign(A))
    expect(suspended(w)).toBe(true)
    w.add(w.notice('reinstate', w.rests(A)))
    expect(suspended(w)).toBe(false)
  })
})

describe('entry into force', () => {
  const inForce = (w: World) => w.memory.get('instrument', 'accord')!.versions[0]!.inForce
  const three = { entry_into_force: 2 }

  test('at the entry that makes enough of them bound, once and for ever', () => {
    const w = world(three)
    w.add(w.sign(A))
    expect(inForce(w)).toBeNull()
    w.days(1)
    const { index } = w.add(w.sign(B))
    expect(inForce(w)).toEqual({ time: w.now, index })
    w.add(w.withdraw(A))
    w.days(400)
    w.add(w.renew(B))
    expect(inForce(w)).toMatchObject({ index })
  })

  test('those who lapsed, withdrew or are suspended do not count', () => {
    const w = world(three, [A, B, C])
    w.add(w.sign(A))
    w.days(425)
    w.add(w.sign(B))
    expect(inForce(w)).toBeNull()
    w.add(w.notice('suspend', w.rests(B)))
    w.add(w.sign(C))
    expect(inForce(w)).toBeNull()
    const { index } = w.add(w.notice('reinstate', w.rests(B)))
    expect(inForce(w)).toMatchObject({ index })
  })

  test('nobody counts twice, though it took over from another', () => {
    const w = world({ ...three, withdrawal_notice_days: 0 })
    w.add(w.sign(B))
    w.add(w.withdraw(B))
    w.add(w.sign(A))
    w.add(w.succession(A, B, ['accord']))
    w.days(336)
    w.add(w.renew(B))
    expect(w.word(B)).toBe('active')
    expect(inForce(w)).toBeNull()
  })

  test('each version has its own', () => {
    const w = world(three)
    w.add(w.sign(A))
    w.add(w.nextVersion('accord', { terms: three }))
    w.add(w.sign(B))
    expect(w.memory.get('instrument', 'accord')!.versions.map((v) => v.inForce)).toEqual([
      null,
      null,
    ])
    const { index } = w.add(w.renew(A))
    expect(w.memory.get('instrument', 'accord')!.versions[1]!.inForce).toMatchObject({ index })
    expect(inForce(w)).toBeNull()
  })
})

describe('reservations and declarations', () => {
  const compulsion = { kind: 'compulsion', value: 'none-known', text: '' }
  const scope = { kind: 'scope', value: 'all', text: '' }

  test('a reservation is on a clause that allows one, once', () => {
    const w = world()
    const sign = (...clauses: string[]) =>
      w.sign(A, 'accord', {
        reservations: clauses.map((clause) => ({ clause, text: 'Not here.' })),
      })
    for (const clauses of [['P1'], ['P9'], ['P2', 'P2'], ['P2', 'P1']]) {
      expect(w.refused(sign(...clauses)).code).toBe('not-reservable')
    }
    w.add(sign('P3', 'P2'))
    expect(w.standing(A).caveats.reservations.map((r) => r.clause)).toEqual(['P3', 'P2'])
    w.days(340)
    w.add(w.renew(A))
    expect(w.standing(A).caveats.reservations).toEqual([])
  })

  test('declarations are those asked for, each once, and made anew each time', () => {
    const w = world({ declarations: ['compulsion', 'scope'] })
    const sign = (...declarations: object[]) => w.sign(A, 'accord', { declarations })
    for (const bad of [[], [compulsion], [compulsion, compulsion]]) {
      expect(w.refused(sign(...bad)).code).toBe('bad-declaration')
    }
    w.add(sign(scope, compulsion))
    expect(w.standing(A).caveats.declarations).toEqual([scope, compulsion])
    w.days(340)
    expect(w.refused(w.renew(A)).code).toBe('bad-declaration')
  })
})

describe('reports', () => {
  const terms = { reporting_days: 100, due_days: 10, validity_days: null }
  const reporting = (w: World, at = w.now) => {
    const { word, missed } = w.standing(A, 'accord', at).reporting
    return `${word} ${missed}`
  }

  test('a period ends so many days after the party was bound, and a report is in time until then', () => {
    const w = world(terms)
    w.add(w.sign(A))
    const end = w.now + 100 * DAY
    const due = end - 10 * DAY
    expect([due - 1, due, end - 1, end].map((at) => reporting(w, at))).toEqual([
      'up-to-date 0',
      'due 0',
      'due 0',
      'missed 1',
    ])
    expect(reporting(w, end + 100 * DAY)).toBe('missed 2')
    w.now = end - 1
    w.add(w.report(A))
    expect([end - 1, end, end + 90 * DAY, end + 100 * DAY].map((at) => reporting(w, at))).toEqual([
      'up-to-date 0',
      'up-to-date 0',
      'due 0',
      'missed 1',
    ])
    w.now = end + 100 * DAY
    w.add(w.report(A))
    expect(reporting(w)).toBe('missed 1')
  })

  test('two reports in one period count as one', () => {
    const w = world(terms)
    w.add(w.sign(A))
    w.days(20)
    w.add(w.report(A))
    w.add(w.report(A, 'accord', { title: 'Again' }))
    expect(w.held(A).reported).toEqual([1])
    expect(reporting(w, w.now + 100 * DAY)).toBe('up-to-date 0')
  })

  test('none is asked for where the terms ask for none, but one may be made', () => {
    const w = world()
    w.add(w.sign(A))
    w.add(w.report(A))
    expect(reporting(w)).toBe('none-required 0')
    const past = { period: { from: w.time(-2), to: w.time(1 / DAY) } }
    expect(w.refused(w.report(A, 'accord', past)).code).toBe('bad-period')
  })

  test('only who is bound reports, by the version signed', () => {
    const w = world({ ...terms, ratification: true })
    w.add(w.sign(A))
    expect(w.refused(w.report(A)).code).toBe('not-bound')
    w.add(w.ratify(A))
    w.add(w.nextVersion('accord', { terms }))
    expect(w.refused(w.report(A)).code).toBe('not-bound')
    w.add(w.report(A, 'accord', { instrument: w.ref('accord', 1) }))
    w.add(w.notice('suspend', w.rests(A)))
    w.add(w.report(A, 'accord', { instrument: w.ref('accord', 1), title: 'Suspended' }))
    w.add(w.withdraw(A, 'accord', { instrument: w.ref('accord', 1) }))
    w.add(w.report(A, 'accord', { instrument: w.ref('accord', 1), title: 'Withdrawing' }))
    w.days(90)
    const late = w.report(A, 'accord', { instrument: w.ref('accord', 1) })
    expect(w.refused(late).code).toBe('not-bound')
  })
})

test('the terms are those of the version signed', () => {
  const w = world()
  w.add(w.sign(A))
  w.add(w.nextVersion('accord', { terms: { due_days: 100, grace_days: 0 } }))
  expect(w.word(A, 'accord', w.now + 334 * DAY)).toBe('active')
  expect(w.word(A, 'accord', w.now + (364 + TERMS.grace_days) * DAY)).toBe('overdue')
})
