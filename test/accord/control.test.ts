import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import { company, listed } from './cast.ts'
import { keyOf, type TestKey } from './keys.ts'
import { World } from './kit.ts'
import type { WorldOptions } from './speaker.ts'

const A = 'contoso.com'
const CONTOSO = company(A)
const THREE = company(A, {
  keys: [keyOf(`${A}/a`), keyOf(`${A}/b`), keyOf(`${A}/c`)],
  threshold: 2,
})
const EVIDENCE = { asked: 'x', answer: null, dnssec: null }

function world(who = CONTOSO, options: WorldOptions = {}): World {
  const w = new World(options)
  w.join(who)
  w.add(w.instrument())
  w.add(w.sign(A))
  return w
}

const control = (w: World, at = w.now) => w.standing(A, 'accord', at).control.word

/** The domain shows these keys now. */
function shows(w: World, keys: readonly TestKey[], check: object = {}): void {
  w.add(w.verification(A, keys, { check }))
}

/** Three misses over three days. */
function mismatch(w: World): void {
  for (let i = 0; i < 3; i++) {
    if (i > 0) w.now += 1.5 * DAY
    shows(w, [])
  }
}

/** A mismatch that checks have shown for thirty days. */
function lastingMismatch(w: World): void {
  mismatch(w)
  w.days(30)
  shows(w, [])
}

describe('control', () => {
  test('is confirmed for as long as a check counts, to the second', () => {
    const w = world()
    const at = w.now + 45 * DAY
    expect([at, at + 1].map((t) => control(w, t))).toEqual(['confirmed', 'stale'])
    w.now = at + 1
    shows(w, CONTOSO.keys)
    expect(control(w)).toBe('confirmed')
  })

  test('age runs from when it was asked, not from the entry', () => {
    const w = world()
    w.days(10)
    shows(w, CONTOSO.keys, { at: w.time(-1) })
    const at = w.now + 44 * DAY
    expect([at, at + 1].map((t) => control(w, t))).toEqual(['confirmed', 'stale'])
  })

  test('a hit shows a threshold of the daily keys, whatever else it shows', () => {
    const [a, b, c] = THREE.keys as [TestKey, TestKey, TestKey]
    const [safe1, safe2] = THREE.recovery!.keys as [TestKey, TestKey]
    for (const [keys, hit] of [
      [[a, b], true],
      [[b, c], true],
      [[a, b, c, safe1], true],
      [[a], false],
      [[a, safe1, safe2], false],
      [[], false],
    ] as const) {
      const w = world(THREE)
      w.days(1)
      shows(w, keys)
      expect(w.party(A).control.misses === null).toBe(hit)
    }
  })

  test('is a mismatch at the third miss, where the first was 72 hours before', () => {
    const w = world()
    const first = w.now
    shows(w, [])
    w.now = first + 3 * DAY
    shows(w, [])
    expect(control(w)).toBe('confirmed')
    shows(w, [])
    expect(control(w)).toBe('mismatch')
    expect(w.party(A).control.misses!.mismatch).toBe(first + 3 * DAY)
  })

  test('three misses within less than 72 hours are none, until one more is late enough', () => {
    const w = world()
    const first = w.now
    shows(w, [])
    shows(w, [])
    w.now = first + 3 * DAY - 1
    shows(w, [])
    expect(control(w)).toBe('confirmed')
    w.now++
    shows(w, [])
    expect(control(w)).toBe('mismatch')
  })

  test('a check that found nobody is neither hit nor miss', () => {
    const w = world()
    shows(w, [])
    w.days(2)
    shows(w, [], { outcome: 'unreachable' })
    w.days(2)
    shows(w, [])
    expect(w.party(A).control.misses!.count).toBe(2)
    shows(w, [], { outcome: 'unreachable' })
    shows(w, [])
    expect(control(w)).toBe('mismatch')
    w.days(41)
    expect(control(w)).toBe('mismatch')
  })

  test('a mismatch began when it became one, whatever is missed after', () => {
    const w = world()
    mismatch(w)
    const since = w.now
    for (let i = 0; i < 3; i++) {
      w.days(10)
      shows(w, [])
    }
    expect(w.party(A).control.misses!.mismatch).toBe(since)
    w.add(w.notice('release', A))
  })

  test('a hit ends a mismatch, and the misses are counted anew', () => {
    const w = world()
    mismatch(w)
    shows(w, CONTOSO.keys)
    expect(control(w)).toBe('confirmed')
    w.days(10)
    shows(w, [])
    shows(w, [])
    shows(w, [])
    expect(control(w)).toBe('confirmed')
  })

  test('checks by a method that does not count here change nothing', () => {
    const w = world(CONTOSO, { rules: { methods: ['dns'] } })
    for (let i = 0; i < 4; i++) {
      w.days(2)
      shows(w, [], { method: 'https', evidence: EVIDENCE })
    }
    expect(w.party(A).control.misses).toBeNull()
    w.days(45)
    shows(w, CONTOSO.keys, { method: 'manual', evidence: EVIDENCE })
    expect(control(w)).toBe('stale')
  })

  test('new keys in force are confirmed where the domain shows them already', () => {
    const w = world()
    const next = [CONTOSO.keys[0]!, keyOf(`${A}/new-1`)]
    mismatch(w)
    shows(w, next)
    expect(control(w)).toBe('mismatch')
    w.add(w.rotate(A, next))
    expect(control(w)).toBe('confirmed')
  })

  test('loss of control does not undo a commitment', () => {
    const w = world()
    mismatch(w)
    expect([w.word(A), control(w)]).toEqual(['active', 'mismatch'])
    w.add(w.report(A))
  })
})

describe('a check', () => {
  test('lies within the day before its entry, the clock’s skew allowed', () => {
    const w = world()
    w.days(1)
    for (const [seconds, fits] of [
      [-DAY - 1, false],
      [-DAY, true],
      [300, true],
      [301, false],
    ] as const) {
      const note = w.verification('tailspin.com', [], { check: { at: w.time(seconds / DAY) } })
      expect('code' in w.judge(note)).toBe(!fits)
    }
  })

  test('of one domain is never before one logged', () => {
    const w = world()
    w.now += 60
    shows(w, CONTOSO.keys)
    const earlier = { at: w.time(-1 / DAY), method: 'https', evidence: EVIDENCE }
    expect(w.refused(w.verification(A, [], { check: earlier })).code).toBe('bad-check')
    const same = { at: w.time(), method: 'https', evidence: EVIDENCE }
    w.add(w.verification(A, CONTOSO.keys, { check: same }))
    w.add(w.verification('tailspin.com', [], { check: { at: w.time(-1 / DAY) } }))
  })

  test('shows keys named for its subject', () => {
    const w = world()
    const code = (key: TestKey) => (w.judge(w.verification(A, [key])) as { code?: string }).code
    expect(code(keyOf('fabrikam.com/ceo'))).toBe('bad-check')
    expect(code(keyOf(`www.${A}/ceo`))).toBe('bad-check')
    expect(code(keyOf(A))).toBeUndefined()
    expect(code(keyOf(`${A}/anything`))).toBeUndefined()
  })

  test('says what fits its outcome and its method', () => {
    const w = world()
    const answer = `sha256:${'0'.repeat(64)}`
    for (const check of [
      { outcome: 'unreachable', keys: CONTOSO.keys.map((k) => k.vkey) },
      { outcome: 'unreachable', evidence: { ...EVIDENCE, answer } },
      { method: 'https', evidence: { ...EVIDENCE, dnssec: 'secure' } },
      { method: 'manual', evidence: { ...EVIDENCE, dnssec: 'unknown' } },
    ]) {
      expect(w.refused(w.verification(A, [], { check })).code).toBe('bad-check')
    }
    w.add(w.verification(A, [], { check: { evidence: { ...EVIDENCE, answer } } }))
  })

  test('one statement carries many, and one bad check spoils it', () => {
    const w = world()
    const good = w.check('tailspin.com', [keyOf('tailspin.com/x')])
    const bad = w.check('tailspin.com', [], { at: w.time(-2) })
    expect(w.refused(w.verification(A, [], { checks: [good, bad] })).code).toBe('bad-check')
    w.add(w.verification(A, [], { checks: [good, w.check('northwind.com', [])] }))
    expect(w.memory.get('domain', 'tailspin.com')!.checks).toHaveLength(1)
    expect(w.memory.get('domain', 'northwind.com')!.checks).toHaveLength(1)
  })
})

describe('release', () => {
  function released(): World {
    const w = world()
    lastingMismatch(w)
    w.add(w.notice('release', A))
    return w
  }

  test('needs a mismatch of thirty days, to the second', () => {
    const w = world()
    mismatch(w)
    const since = w.now
    w.now = since + 30 * DAY - 1
    shows(w, [])
    expect(w.refused(w.notice('release', A)).code).toBe('not-mismatch')
    w.now++
    expect(w.refused(w.notice('release', A)).code).toBe('not-mismatch')
    shows(w, [])
    w.add(w.notice('release', A))
    expect(w.refused(w.notice('release', A, { reason: 'Again' })).code).toBe('change-pending')
  })

  test('takes effect after the delay: the party ends, and its commitments with it', () => {
    const w = released()
    w.now += 14 * DAY - 1
    expect(w.word(A)).toBe('active')
    expect(w.party(A).ended).toBeNull()
    w.now++
    expect(w.word(A)).toBe('ended')
    expect(w.party(A).ended).toMatchObject({ how: 'released', at: w.now })
    expect(w.refused(w.withdraw(A)).code).toBe('unknown-party')
    expect(w.refused(w.notice('release', A)).code).toBe('unknown-subject')
  })

  test('is void if a check shows the keys again, and may be announced anew', () => {
    const w = released()
    w.days(13)
    shows(w, CONTOSO.keys)
    w.days(20)
    expect([w.word(A), w.party(A).release]).toEqual(['active', null])
    expect(w.refused(w.notice('release', A)).code).toBe('not-mismatch')
    expect(w.memory.get('agenda', '')).toEqual([])
  })

  test('is not for the party to cancel', () => {
    const w = released()
    const { digest } = w.memory.get('registry', '')!.head
    expect(w.refused(w.cancel(A, digest)).code).toBe('nothing-pending')
  })

  test('a miss or an unreachable domain does not stop it', () => {
    const w = released()
    w.days(5)
    shows(w, [])
    shows(w, [], { outcome: 'unreachable' })
    w.days(9)
    expect(w.word(A)).toBe('ended')
  })

  test('is void when the recovery keys speak, and impossible while they do', () => {
    const w = released()
    const next = [keyOf(`${A}/new-1`)]
    shows(w, next)
    w.add(w.recover(A, next, { threshold: 1 }))
    expect(w.refused(w.notice('release', A)).code).toBe('not-mismatch')
    w.days(14)
    expect([w.word(A), control(w)]).toEqual(['active', 'confirmed'])
  })

  test('the domain enrols anew, by other keys, and nothing is inherited', () => {
    const w = released()
    const { id } = w.party(A)
    w.days(14)
    shows(w, CONTOSO.keys)
    expect(w.refused(w.enrol(CONTOSO)).code).toBe('key-in-use')
    const other = company(A, { keys: [keyOf(`${A}/b1`)], threshold: 1, recovery: null })
    w.now++
    const { digest } = w.join(other)
    expect(w.party(A).id).toBe(digest)
    expect(digest).not.toBe(id)
    expect([w.word(A), control(w)]).toEqual(['none', 'confirmed'])
    expect(w.memory.get('domain', A)!.parties).toEqual([id, digest])
    expect(w.memory.get('party', id)!.holdings[0]!.current!.state).toBe('ended')
    w.add(w.sign(A))
    expect(w.word(A)).toBe('active')
  })

  test('what was withdrawn before stays withdrawn', () => {
    const w = released()
    w.add(w.withdraw(A))
    w.days(14)
    expect(w.word(A)).toBe('ended')
    const v = world()
    v.add(v.instrument({ id: 'pledge', terms: { withdrawal_notice_days: 0 } }))
    v.add(v.sign(A, 'pledge'))
    v.add(v.withdraw(A, 'pledge'))
    lastingMismatch(v)
    v.add(v.notice('release', A))
    v.days(14)
    expect([v.word(A), v.word(A, 'pledge')]).toEqual(['ended', 'withdrawn'])
  })

  test('is of a domain that a living party bears', () => {
    const w = world()
    for (const domain of ['nobody.example', 'registry.example']) {
      expect(w.refused(w.notice('release', domain)).code).toBe('unknown-subject')
    }
  })
})

test('keys listed twice do not make a hit', () => {
  const w = world(THREE)
  expect(listed(THREE.keys)).toHaveLength(3)
  const one = w.check(A, [THREE.keys[0]!])
  expect(() =>
    w.verification(A, [], { checks: [{ ...one, keys: [one.keys[0], one.keys[0]] }] }),
  ).toThrow('no value twice')
})
