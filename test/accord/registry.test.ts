import { describe, expect, test } from 'vitest'
import { AccordError } from '../../src/accord/error.ts'
import { DAY } from '../../src/accord/text.ts'
import { company, listed, someDigest } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'

const R = 'registry.example'
const CLERK = keyOf(`${R}/clerk`)
const NEXT = [keyOf(`${R}/next-1`), keyOf(`${R}/next-2`)]

function world(rules: object = {}): World {
  const w = new World({ rules: { ...rules } })
  w.join(company('contoso.com'))
  return w
}

const keepingWith = (keys: readonly ReturnType<typeof keyOf>[]) => ({
  keys: [...listed(keys), ...listed([CLERK], 'clerk')],
})

const daily = (w: World) =>
  w
    .state()
    .get('registry', '')!
    .keeping.keys.map((k) => k.vkey)
const rulesNow = (w: World, at = w.now) => w.state(at).get('registry', '')!.rules

describe('the depositary’s record', () => {
  test('by the daily keys: after the delay, to the second', () => {
    const w = world()
    w.add(w.registryChange({ ...keepingWith(NEXT), by: [...w.keeper.keys, ...NEXT] }))
    w.now += 14 * DAY - 1
    expect(daily(w)).toContain(w.keeper.keys[0]!.vkey)
    w.add(w.instrument())
    w.now++
    expect(daily(w)).not.toContain(w.keeper.keys[0]!.vkey)
    expect(w.refused(w.instrument({ id: 'pledge' })).code).toBe('key-not-eligible')
    w.add(w.instrument({ id: 'pledge', by: NEXT }))
    expect(w.refused(w.registryChange({ by: [...NEXT, ...w.keeper.keys] })).code).toBe(
      'key-retired',
    )
  })

  test('by the recovery keys: at once, whatever the daily keys have announced', () => {
    const w = world()
    const thief = [keyOf(`${R}/thief-1`), keyOf(`${R}/thief-2`)]
    w.add(w.registryChange({ ...keepingWith(thief), by: [...w.keeper.keys, ...thief] }))
    w.add(w.registryChange({ ...keepingWith(NEXT), by: [...w.safe(R), ...NEXT] }))
    expect(w.refused(w.instrument()).code).toBe('key-not-eligible')
    w.days(20)
    w.add(w.instrument({ by: NEXT }))
    expect(daily(w)).toContain(NEXT[0]!.vkey)
    expect(w.memory.get('agenda', '')).toEqual([])
  })

  test('a later statement of the daily keys replaces what an earlier one announced', () => {
    const w = world()
    w.add(w.registryChange({ ...keepingWith(NEXT), by: [...w.keeper.keys, ...NEXT] }))
    w.days(10)
    w.add(w.registryChange({ depositary: 'Another name' }))
    w.days(5)
    expect(daily(w)).toContain(w.keeper.keys[0]!.vkey)
    w.days(9)
    expect(w.state().get('registry', '')!.keeping.depositary).toBe('Another name')
  })

  test('its recovery keys change the same way', () => {
    const w = world()
    const recovery = { keys: listed([keyOf(`${R}/vault`)]), threshold: 1 }
    w.add(w.registryChange({ recovery, by: [...w.keeper.keys, keyOf(`${R}/vault`)] }))
    w.days(14)
    const by = [...w.keeper.recovery.keys, ...NEXT]
    expect(w.refused(w.registryChange({ ...keepingWith(NEXT), recovery, by })).code).toBe(
      'key-not-eligible',
    )
    w.add(w.registryChange({ ...keepingWith(NEXT), recovery, by: [keyOf(`${R}/vault`), ...NEXT] }))
    expect(daily(w)).toContain(NEXT[0]!.vkey)
  })

  test('clerks are no part of the threshold, and one is always there', () => {
    const w = world()
    const [k1, k2] = w.keeper.keys
    expect(w.refused(w.registryChange({ keys: listed([k1!, k2!, CLERK]) })).code).toBe('no-clerk')
    expect(w.refused(w.registryChange(keepingWith([k1!]))).code).toBe('no-clerk')
    const three = { threshold: 3 }
    expect(w.refused(w.registryChange(three)).code).toBe('no-clerk')
    expect(w.refused(w.registryChange({ threshold: 4 })).code).toBe('bad-threshold')
  })

  test('its keys are of its domain, and nobody else’s', () => {
    const w = world()
    const [k1] = w.keeper.keys
    const add = (key: ReturnType<typeof keyOf>) =>
      w.refused(
        w.registryChange({
          ...keepingWith([k1!, w.keeper.keys[1]!, key]),
          by: [...w.keeper.keys, key],
        }),
      ).code
    expect(add(keyOf('contoso.com/x'))).toBe('key-name')
    expect(add(keyOf(`${R}/x`, 'contoso.com/ceo'))).toBe('key-in-use')
    expect(add(keyOf(`${R}/accord`))).toBe('key-name')
  })

  test('a log key bears the origin, and is nobody’s for ever', () => {
    const w = world()
    const next = keyOf(w.origin, 'the next log key')
    w.add(w.registryChange({ log: [w.log.vkey, next.vkey] }))
    const taken = keyOf('contoso.com/x', 'the next log key')
    const [ceo] = company('contoso.com').keys
    expect(w.refused(w.rotate('contoso.com', [ceo!, taken])).code).toBe('key-in-use')
    const other = keyOf('elsewhere.example/log')
    expect(w.refused(w.registryChange({ log: [other.vkey] })).code).toBe('key-name')
    const mine = keyOf(w.origin, 'contoso.com/ceo')
    expect(w.refused(w.registryChange({ log: [w.log.vkey, mine.vkey] })).code).toBe('key-in-use')
    w.days(14)
    expect(w.state().get('registry', '')!.keeping.log).toHaveLength(2)
  })
})

describe('rules', () => {
  const change = (w: World, over: object) => w.registryChange({ rules: { ...w.rules, ...over } })

  test('change after the longer of the two recovery delays', () => {
    for (const [from, to] of [
      [14, 30],
      [30, 14],
    ] as const) {
      const w = world({ recovery_delay_days: from })
      w.add(change(w, { recovery_delay_days: to }))
      const at = w.now + 30 * DAY
      expect([at - 1, at].map((t) => rulesNow(w, t).recovery_delay_days)).toEqual([from, to])
    }
  })

  test('change no sooner when the recovery keys say so', () => {
    const w = world()
    w.add(w.registryChange({ rules: { ...w.rules, clock_skew_seconds: 60 }, by: w.safe(R) }))
    expect(rulesNow(w).clock_skew_seconds).toBe(300)
    w.days(14)
    expect(rulesNow(w).clock_skew_seconds).toBe(60)
  })

  test('an entry is judged by those in force before it', () => {
    const w = world()
    w.add(change(w, { clock_skew_seconds: 60 }))
    const ahead = () => w.verification('a.example', [], { issued: w.time(100 / DAY) })
    w.now += 14 * DAY - 1
    expect(w.judge(ahead())).not.toHaveProperty('code')
    w.now++
    expect(w.refused(ahead()).code).toBe('issued-in-future')
  })

  test('a later statement takes the announcement back, or puts another in its place', () => {
    const w = world()
    w.add(change(w, { clock_skew_seconds: 60 }))
    w.days(1)
    w.add(change(w, {}))
    w.days(20)
    expect(rulesNow(w).clock_skew_seconds).toBe(300)
    w.add(change(w, { clock_skew_seconds: 60 }))
    w.days(10)
    w.add(change(w, { clock_skew_seconds: 70 }))
    w.days(4)
    expect(rulesNow(w).clock_skew_seconds).toBe(300)
    w.days(10)
    expect(rulesNow(w).clock_skew_seconds).toBe(70)
  })

  test('have floors and ceilings', () => {
    const w = world()
    for (const over of [
      { clock_skew_seconds: 59 },
      { clock_skew_seconds: 3601 },
      { issued_max_age_days: 0 },
      { issued_max_age_days: 91 },
      { recovery_delay_days: 2 },
      { recovery_delay_days: 91 },
      { verification_max_age_days: 6 },
      { verification_max_age_days: 401 },
      { methods: [] },
      { methods: ['dns', 'dns'] },
      { methods: ['smtp'] },
    ]) {
      expect(() => change(w, over)).toThrow(AccordError)
    }
  })

  test('say which methods count from then on', () => {
    const w = world()
    const tailspin = company('tailspin.com')
    w.add(change(w, { methods: ['dns'] }))
    w.days(13)
    const evidence = { asked: 'x', answer: null, dnssec: null }
    w.add(w.verification('tailspin.com', tailspin.keys, { check: { method: 'manual', evidence } }))
    expect(w.judge(w.enrol(tailspin))).not.toHaveProperty('code')
    w.days(1)
    expect(w.refused(w.enrol(tailspin)).code).toBe('domain-unconfirmed')
  })
})

describe('another law', () => {
  test('stops a reader from the first entry under it', () => {
    const w = world()
    w.add(w.registryChange({ rules: { ...w.rules, law: 2 } }))
    w.now += 14 * DAY - 1
    w.add(w.instrument())
    w.now++
    const note = w.instrument({ id: 'pledge' })
    expect(() => w.judge(note)).toThrow(expect.objectContaining({ code: 'UNKNOWN_LAW' }))
    expect(() => w.add(note)).toThrow(AccordError)
    expect(w.replay.size).toBe(w.entries.length)
  })
})

describe('the header', () => {
  test('issued: the skew ahead and the age behind, to the second', () => {
    const w = world()
    w.days(20)
    const at = (seconds: number) => {
      const answer = w.judge(w.instrument({ issued: w.time(seconds / DAY) }))
      return 'code' in answer ? answer.code : 'admitted'
    }
    expect([300, 301, -14 * DAY, -14 * DAY - 1].map(at)).toEqual([
      'admitted',
      'issued-in-future',
      'admitted',
      'issued-too-old',
    ])
  })

  test('issued is not before the last entry seen, the skew allowed', () => {
    const w = world()
    w.days(20)
    w.add(w.verification('a.example', []))
    const at = (seconds: number) =>
      w.judge(w.sign('contoso.com', 'accord', { issued: w.time(seconds / DAY) }))
    w.add(w.instrument())
    expect(at(-300)).not.toHaveProperty('code')
    expect(at(-301)).toHaveProperty('code', 'issued-before-seen')
  })

  test('seen: the first entry not seen is at most so old, to the second', () => {
    const w = world()
    w.add(w.instrument())
    const { seen } = w
    w.days(1)
    w.add(w.verification('a.example', []))
    const first = w.now
    w.follow(seen)
    const note = w.sign('contoso.com', 'accord', { issued: w.time(14) })
    w.now = first + 14 * DAY
    expect(w.judge(note)).not.toHaveProperty('code')
    w.now++
    expect(w.refused(note).code).toBe('seen-too-old')
  })

  test('seen: as old as one likes where nothing came after', () => {
    const w = world()
    w.add(w.instrument())
    w.days(300)
    w.add(w.sign('contoso.com'))
  })

  test('seen: any size the log had that covers the previous statement', () => {
    const w = world()
    w.add(w.instrument())
    w.add(w.verification('a.example', []))
    const { index } = w.memory.get('statement', w.head('contoso.com')!)!
    for (let size = 0; size <= w.replay.size; size++) {
      const root = Buffer.from(w.replay.rootAt(size)!).toString('base64')
      const answer = w.judge(w.sign('contoso.com', 'accord', { seen: { size, root } }))
      const code = 'code' in answer ? answer.code : 'admitted'
      const expected =
        size === 0 ? 'seen-unknown' : size <= index ? 'seen-before-previous' : 'admitted'
      expect([size, code]).toEqual([size, expected])
    }
  })

  test('an entry may share its second with the one before', () => {
    const w = world()
    w.add(w.instrument())
    expect(w.memory.get('entry', String(w.replay.size - 1))).toBe(w.now)
    expect(w.refused(w.sign('contoso.com'), w.now - 1).code).toBe('time-backwards')
  })
})

describe('instruments', () => {
  test('a version follows the latest, replacing it, and is of its kind', () => {
    const w = world()
    const first = { version: 2, replaces: null }
    expect(w.refused(w.instrument(first)).code).toBe('version-out-of-order')
    expect(w.refused(w.instrument({ replaces: someDigest('x') })).code).toBe('version-out-of-order')
    w.add(w.instrument())
    expect(w.refused(w.nextVersion('accord', { replaces: null })).code).toBe('version-out-of-order')
    expect(w.refused(w.instrument()).code).toBe('version-out-of-order')
    expect(w.refused(w.nextVersion('accord', { kind: 'pledge' })).code).toBe('kind-changed')
    w.add(w.nextVersion())
    expect(w.memory.get('instrument', 'accord')!.versions).toHaveLength(2)
  })

  test('is open to others than companies by acceptance only', () => {
    const w = world()
    for (const kind of ['state', 'organization', 'panel']) {
      expect(w.refused(w.instrument({ open_to: [kind] })).code).toBe('bad-terms')
      const terms = { admission: 'acceptance' }
      expect(w.judge(w.instrument({ open_to: [kind], terms }))).not.toHaveProperty('code')
    }
  })
})

describe('notices', () => {
  test('erase and takedown name a statement in the log, and change no standing', () => {
    const w = world()
    w.add(w.instrument())
    w.add(w.sign('contoso.com'))
    const before = w.standing('contoso.com')
    for (const act of ['erase', 'takedown']) {
      expect(w.refused(w.notice(act, someDigest('x'))).code).toBe('unknown-subject')
      w.add(w.notice(act, w.rests('contoso.com')))
    }
    expect({ ...w.standing('contoso.com'), size: 0 }).toEqual({ ...before, size: 0 })
  })

  test('about a commitment name the statement it rests on now', () => {
    const w = world()
    w.add(w.instrument())
    w.add(w.sign('contoso.com'))
    const old = w.rests('contoso.com')
    w.days(340)
    w.add(w.renew('contoso.com'))
    expect(w.refused(w.notice('suspend', old)).code).toBe('unknown-subject')
    expect(w.refused(w.notice('suspend', w.party('contoso.com').id)).code).toBe('unknown-subject')
    w.add(w.notice('suspend', w.rests('contoso.com')))
    expect(w.refused(w.notice('suspend', w.rests('contoso.com'))).code).toBe('wrong-standing')
  })
})
