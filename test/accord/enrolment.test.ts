import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import { company, listed, START, someDigest } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'

const A = 'contoso.com'
const CONTOSO = company(A)
const FABRIKAM = company('fabrikam.com')
const NEW = [keyOf(`${A}/new-1`), keyOf(`${A}/new-2`)]
const SAFE = { keys: [keyOf(`${A}/vault-1`)], threshold: 1 }
const DELAY = 14 * DAY

function world(): World {
  const w = new World()
  w.join(CONTOSO)
  w.join(FABRIKAM)
  w.add(w.instrument())
  w.add(w.sign(A))
  return w
}

/** The domain shows the new keys, and the recovery keys announce them. */
function recover(w: World): void {
  w.add(w.verification(A, NEW))
  w.add(w.recover(A, NEW))
}

const vkeys = (w: World) => w.party(A).profile.keys.map((k) => k.vkey)

describe('first', () => {
  const tailspin = company('tailspin.com')
  const enrolled = (w: World) => w.judge(w.enrol(tailspin))

  test('the domain shows exactly the daily keys', () => {
    const [ceo, gc] = tailspin.keys
    const safe = tailspin.recovery!.keys[0]!
    const seen = [
      [[ceo, gc], undefined],
      [[gc, ceo], undefined],
      [[ceo], 'domain-unconfirmed'],
      [[], 'domain-unconfirmed'],
      [[ceo, gc, safe], 'domain-unconfirmed'],
      [[ceo, safe], 'domain-unconfirmed'],
    ] as const
    for (const [keys, code] of seen) {
      const w = new World()
      w.add(
        w.verification(
          'tailspin.com',
          keys.map((k) => k!),
        ),
      )
      expect((enrolled(w) as { code?: string }).code).toBe(code)
    }
  })

  test('the last check counts, whichever method it was by', () => {
    const w = new World()
    w.add(w.verification('tailspin.com', tailspin.keys))
    w.now++
    const https = {
      method: 'https',
      keys: [],
      evidence: { asked: 'x', answer: null, dnssec: null },
    }
    w.add(w.verification('tailspin.com', [], { check: https }))
    expect(enrolled(w)).toHaveProperty('code', 'domain-unconfirmed')
    w.now++
    const none = { outcome: 'unreachable', keys: [] }
    w.add(w.verification('tailspin.com', [], { check: none }))
    expect(enrolled(w)).toHaveProperty('code', 'domain-unconfirmed')
    w.now++
    w.add(w.verification('tailspin.com', tailspin.keys))
    expect(enrolled(w)).not.toHaveProperty('code')
  })

  test('a method that does not count here says nothing', () => {
    const w = new World({ rules: { methods: ['dns'] } })
    const https = { method: 'https', evidence: { asked: 'x', answer: null, dnssec: null } }
    w.add(w.verification('tailspin.com', tailspin.keys, { check: https }))
    expect(enrolled(w)).toHaveProperty('code', 'domain-unconfirmed')
    w.add(w.verification('tailspin.com', tailspin.keys))
    w.now++
    w.add(w.verification('tailspin.com', [], { check: https }))
    expect(enrolled(w)).not.toHaveProperty('code')
  })

  test('the check is not older than the rules allow, to the second', () => {
    const w = new World()
    w.add(w.verification('tailspin.com', tailspin.keys, { check: { at: w.time(-1) } }))
    w.now = START + 44 * DAY
    expect(enrolled(w)).not.toHaveProperty('code')
    w.now++
    expect(enrolled(w)).toHaveProperty('code', 'domain-unconfirmed')
  })

  test('the depositary’s domain is nobody’s', () => {
    const w = new World()
    const note = w.enrol(company('registry.example', { keys: [keyOf('registry.example/x')] }))
    expect(w.refused(note).code).toBe('domain-taken')
  })
})

describe('rotate', () => {
  test('at once: the old keys sign nothing more, and are retired', () => {
    const w = world()
    w.add(w.rotate(A, NEW))
    expect(vkeys(w)).toEqual(NEW.map((k) => k.vkey))
    expect(w.refused(w.withdraw(A, 'accord', { by: CONTOSO.keys })).code).toBe('key-not-eligible')
    expect(w.refused(w.rotate(A, CONTOSO.keys)).code).toBe('key-retired')
    w.add(w.withdraw(A))
    expect(w.word(A)).toBe('withdrawing')
  })

  test('what else the record says may change too', () => {
    const w = world()
    const said = { name: 'Contoso AG', jurisdiction: 'CH', lei: '5493001KJTIIGC8Y1R12' }
    w.add(w.rotate(A, CONTOSO.keys, { ...said, threshold: 1 }))
    expect(w.party(A).profile).toMatchObject({ ...said, threshold: 1 })
    expect(w.party(A).id).toBe(world().party(A).id)
  })

  test('a recovery key cannot become a daily key', () => {
    const w = world()
    const [safe] = CONTOSO.recovery!.keys
    const note = w.rotate(A, [CONTOSO.keys[0]!, safe!], { by: CONTOSO.keys })
    expect(w.refused(note).code).toBe('key-duplicate')
  })
})

describe('recover', () => {
  test('after the delay, to the second; until then the daily keys sign nothing', () => {
    const w = world()
    recover(w)
    const at = w.now + DELAY
    expect(w.standing(A).control.word).toBe('recovering')
    w.now = at - 1
    expect(vkeys(w)).toEqual(CONTOSO.keys.map((k) => k.vkey))
    expect(w.refused(w.withdraw(A)).code).toBe('recovering')
    expect(w.refused(w.report(A)).code).toBe('recovering')
    expect(w.refused(w.rotate(A, CONTOSO.keys)).code).toBe('change-pending')
    expect(w.refused(w.replaceRecovery(A, SAFE)).code).toBe('change-pending')
    expect(w.refused(w.succession(A, 'fabrikam.com', ['accord'])).code).toBe('recovering')
    expect(w.refused(w.withdraw(A, 'accord', { by: NEW })).code).toBe('recovering')
    w.now = at
    expect(vkeys(w)).toEqual(NEW.map((k) => k.vkey))
    expect(w.standing(A).control.word).toBe('confirmed')
    expect(w.refused(w.withdraw(A, 'accord', { by: CONTOSO.keys })).code).toBe('key-not-eligible')
    w.add(w.withdraw(A))
    expect(w.refused(w.rotate(A, CONTOSO.keys)).code).toBe('key-retired')
  })

  test('the domain shows exactly the new keys', () => {
    const w = world()
    expect(w.refused(w.recover(A, NEW)).code).toBe('domain-unconfirmed')
    w.add(w.verification(A, [...NEW, CONTOSO.keys[0]!]))
    expect(w.refused(w.recover(A, NEW)).code).toBe('domain-unconfirmed')
    w.add(w.verification(A, NEW))
    w.days(45)
    expect(w.judge(w.recover(A, NEW))).not.toHaveProperty('code')
    w.now++
    expect(w.refused(w.recover(A, NEW)).code).toBe('domain-unconfirmed')
  })

  test('leaves the recovery keys as they are', () => {
    const w = world()
    w.add(w.verification(A, NEW))
    expect(w.refused(w.recover(A, NEW, { recovery: null })).code).toBe('recovery-changed')
  })

  test('cannot be outrun by a thief of the daily keys', () => {
    const w = world()
    w.add(w.verification(A, NEW))
    const note = w.recover(A, NEW)
    w.add(w.rotate(A, [keyOf(`${A}/thief-1`)], { threshold: 1 }))
    w.add(w.rotate(A, [keyOf(`${A}/thief-2`)]))
    w.add(w.report(A))
    w.add(note)
    expect(w.refused(w.withdraw(A)).code).toBe('recovering')
    w.days(14)
    expect(vkeys(w)).toEqual(NEW.map((k) => k.vkey))
  })

  test('cannot be said again with what was named before the recovery keys last spoke', () => {
    const w = world()
    w.add(w.verification(A, NEW))
    const before = w.head(A)!
    const { digest } = w.add(w.recover(A, NEW))
    expect(w.refused(w.cancel(A, digest, { previous: before })).code).toBe('stale-previous')
    w.add(w.cancel(A, digest))
    expect(w.refused(w.recover(A, NEW, { previous: before })).code).toBe('stale-previous')
    expect(w.refused(w.recover(A, NEW, { previous: digest })).code).toBe('stale-previous')
    expect(w.refused(w.recover(A, NEW, { previous: null })).code).toBe('stale-previous')
    expect(w.refused(w.recover(A, NEW, { previous: w.head('fabrikam.com') })).code).toBe(
      'stale-previous',
    )
    w.add(w.recover(A, NEW))
  })

  test('names a statement that the checkpoint seen covers', () => {
    const w = world()
    w.add(w.verification(A, NEW))
    const { seen } = w
    w.add(w.report(A))
    w.follow(seen)
    expect(w.refused(w.recover(A, NEW)).code).toBe('seen-before-previous')
    w.add(w.recover(A, NEW, { previous: w.rests(A) }))
  })

  test('is pending alone, but replaces a change that the daily keys announced', () => {
    const w = world()
    const announced = w.add(w.replaceRecovery(A, SAFE, { by: [...CONTOSO.keys, ...SAFE.keys] }))
    recover(w)
    expect(w.party(A).pending).toMatchObject({ mode: 'recover' })
    expect(w.refused(w.cancel(A, announced.digest)).code).toBe('nothing-pending')
    expect(w.refused(w.recover(A, NEW, { name: 'Again' })).code).toBe('change-pending')
    w.days(14)
    expect(w.party(A).profile.recovery!.keys).toHaveLength(2)
    expect(w.memory.get('agenda', '')).toHaveLength(1)
    w.add(w.verification(A, NEW))
    expect(w.memory.get('agenda', '')).toHaveLength(0)
  })

  test('its delay is fixed when it is announced', () => {
    const w = world()
    const rules = { ...w.rules, recovery_delay_days: 90 }
    w.add(w.registryChange({ rules }))
    recover(w)
    w.days(14)
    expect(vkeys(w)).toEqual(NEW.map((k) => k.vkey))
  })
})

describe('no commitment lapses while its party is recovering', () => {
  const lapse = START + (365 + 60) * DAY

  function recovering(at: number): World {
    const w = world()
    w.now = at - DAY
    w.add(w.verification(A, NEW))
    w.now = at
    w.add(w.recover(A, NEW))
    return w
  }

  test('it lapses when the recovery takes effect', () => {
    const w = recovering(lapse - 1)
    const words = [lapse - 1, lapse, lapse + DELAY - 2, lapse + DELAY - 1].map((at) =>
      w.word(A, 'accord', at),
    )
    expect(words).toEqual(['overdue', 'overdue', 'overdue', 'lapsed'])
  })

  test('it lapses when the recovery is cancelled', () => {
    const w = recovering(lapse - 1)
    w.now = lapse + 5
    expect(w.word(A)).toBe('overdue')
    w.add(w.cancel(A, w.head(A)!))
    expect(w.word(A)).toBe('lapsed')
  })

  test('what had lapsed stays lapsed', () => {
    const w = recovering(lapse)
    expect(w.word(A)).toBe('lapsed')
  })
})

describe('replace-recovery', () => {
  const recoveryKeys = (w: World) => w.party(A).profile.recovery?.keys.map((k) => k.vkey)

  test('by both thresholds: at once', () => {
    const w = world()
    w.add(w.verification(A, NEW))
    w.add(w.replaceRecovery(A, SAFE))
    expect(recoveryKeys(w)).toEqual(SAFE.keys.map((k) => k.vkey))
    const old = CONTOSO.recovery!.keys
    expect(w.refused(w.recover(A, NEW, { by: [...old, ...NEW] })).code).toBe('key-not-eligible')
    expect(w.refused(w.recover(A, NEW, { previous: w.rests(A) })).code).toBe('stale-previous')
    w.add(w.recover(A, NEW))
  })

  test('by the daily keys alone: after the delay, where the domain shows them', () => {
    const w = world()
    const by = [...CONTOSO.keys, ...SAFE.keys]
    w.add(w.replaceRecovery(A, SAFE, { by }))
    w.now += DELAY - 1
    expect(recoveryKeys(w)).toEqual(CONTOSO.recovery!.keys.map((k) => k.vkey))
    expect(w.word(A)).toBe('active')
    w.add(w.report(A))
    w.now++
    expect(recoveryKeys(w)).toEqual(SAFE.keys.map((k) => k.vkey))
    expect(w.refused(w.replaceRecovery(A, CONTOSO.recovery)).code).toBe('key-retired')
  })

  test('by the daily keys alone where the domain shows others: refused', () => {
    const w = world()
    w.add(w.verification(A, NEW))
    const note = w.replaceRecovery(A, SAFE, { by: [...CONTOSO.keys, ...SAFE.keys] })
    expect(w.refused(note).code).toBe('domain-unconfirmed')
  })

  test('the recovery keys in force cancel it', () => {
    const w = world()
    const by = [...CONTOSO.keys, ...SAFE.keys]
    const { digest } = w.add(w.replaceRecovery(A, SAFE, { by }))
    w.add(w.cancel(A, digest))
    w.days(20)
    expect(recoveryKeys(w)).toEqual(CONTOSO.recovery!.keys.map((k) => k.vkey))
    expect(w.refused(w.cancel(A, digest)).code).toBe('nothing-pending')
  })

  test('who had none gets them after the delay, and may give them up', () => {
    const w = new World()
    w.join(company(A, { recovery: null }))
    expect(w.refused(w.cancel(A, someDigest('x'), { by: CONTOSO.keys })).code).toBe('no-recovery')
    w.add(w.replaceRecovery(A, SAFE))
    w.days(13)
    expect(recoveryKeys(w)).toBeUndefined()
    w.days(1)
    expect(recoveryKeys(w)).toEqual(SAFE.keys.map((k) => k.vkey))
    w.add(w.replaceRecovery(A, null))
    expect(recoveryKeys(w)).toBeUndefined()
  })

  test('nothing else changes with it', () => {
    const w = world()
    expect(w.refused(w.replaceRecovery(A, SAFE, { threshold: 1 })).code).toBe('record-changed')
    expect(w.refused(w.replaceRecovery(A, SAFE, { jurisdiction: 'CH' })).code).toBe(
      'record-changed',
    )
  })
})

describe('whose a key is', () => {
  /** Why contoso may not list a key. */
  const adding = (w: World, key: ReturnType<typeof keyOf>) =>
    w.refused(w.rotate(A, [...CONTOSO.keys, key])).code

  test('never another’s: daily, recovery, the depositary’s or the log’s', () => {
    const w = world()
    for (const other of [
      'fabrikam.com/ceo',
      'fabrikam.com/safe-1',
      'registry.example/daily-1',
      'registry.example/clerk',
      'registry.example/safe-1',
      'registry.example/accord',
    ]) {
      expect([other, adding(w, keyOf(`${A}/taken`, other))]).toEqual([other, 'key-in-use'])
    }
  })

  test('nor one that another retired, or only announced', () => {
    const w = world()
    const gone = FABRIKAM.keys[1]!.name
    w.add(w.rotate('fabrikam.com', [FABRIKAM.keys[0]!, keyOf('fabrikam.com/next')]))
    expect(adding(w, keyOf(`${A}/taken`, gone))).toBe('key-in-use')
    const safe = { keys: [keyOf('fabrikam.com/later')], threshold: 1 }
    w.add(w.verification('fabrikam.com', [FABRIKAM.keys[0]!, keyOf('fabrikam.com/next')]))
    const by = [...w.daily('fabrikam.com'), ...safe.keys]
    w.add(w.replaceRecovery('fabrikam.com', safe, { by }))
    expect(adding(w, keyOf(`${A}/taken`, 'fabrikam.com/later'))).toBe('key-in-use')
  })

  test('a key announced and cancelled is still one’s own', () => {
    const w = world()
    recover(w)
    w.add(w.cancel(A, w.head(A)!))
    w.add(w.rotate(A, NEW))
    expect(vkeys(w)).toEqual(NEW.map((k) => k.vkey))
  })

  test('a key may change its name or its role, and stays the same key', () => {
    const w = world()
    const renamed = keyOf(`${A}/president`, `${A}/ceo`)
    const by = CONTOSO.keys
    w.add(w.rotate(A, [renamed, CONTOSO.keys[1]!], { by }))
    expect(w.refused(w.withdraw(A, 'accord', { by })).code).toBe('key-not-eligible')
    w.add(w.withdraw(A))
  })

  test('its name is of the party’s domain, and not the log’s', () => {
    const w = new World({ origin: `${A}/log` })
    w.join(CONTOSO)
    for (const name of ['fabrikam.com/x', `www.${A}`, `${A}/x/y`, `${A}/X`, 'x', `${A}/log`]) {
      expect([name, adding(w, keyOf(name, `for ${name}`))]).toEqual([name, 'key-name'])
    }
    expect(w.judge(w.rotate(A, [...CONTOSO.keys, keyOf(A)]))).not.toHaveProperty('code')
  })

  test('no key stands twice, under one name or two, daily or recovery', () => {
    const w = world()
    const again = keyOf(`${A}/again`, `${A}/ceo`)
    const twice = w.rotate(A, [...CONTOSO.keys, again], { by: CONTOSO.keys })
    expect(w.refused(twice).code).toBe('key-duplicate')
    const both = w.change('replace-recovery', A, {
      recovery: { keys: listed([CONTOSO.keys[0]!]), threshold: 1 },
      by: [...CONTOSO.keys, ...CONTOSO.recovery!.keys],
    })
    expect(w.refused(both).code).toBe('key-duplicate')
  })

  test('a threshold is met by the keys listed', () => {
    const w = world()
    expect(w.refused(w.rotate(A, CONTOSO.keys, { threshold: 3 })).code).toBe('bad-threshold')
    const safe = { keys: SAFE.keys, threshold: 2 }
    expect(w.refused(w.replaceRecovery(A, safe)).code).toBe('bad-threshold')
  })
})
