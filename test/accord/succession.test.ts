import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import { company, someDigest } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'

const A = 'contoso.com'
const B = 'fabrikam.com'
const C = 'northwind.com'
const OPEN = { admission: 'acceptance' }

function world(): World {
  const w = new World()
  for (const domain of [A, B, C]) w.join(company(domain))
  w.add(w.instrument())
  w.add(w.instrument({ id: 'pledge', terms: OPEN, open_to: ['company', 'organization'] }))
  w.add(w.sign(A))
  return w
}

const pass = (w: World, ids = ['accord']) => w.add(w.succession(A, B, ids))

describe('succession', () => {
  test('after the delay, to the second: the successor holds it, with its dates', () => {
    const w = world()
    w.days(100)
    const { until, signed, bound } = w.standing(A).commitment
    const { digest, index } = pass(w)
    w.now += 14 * DAY - 1
    expect([w.word(A), w.word(B)]).toEqual(['active', 'none'])
    w.now++
    expect([w.word(A), w.word(B)]).toEqual(['succeeded', 'active'])
    expect(w.standing(B).commitment).toMatchObject({ until, signed, bound })
    expect(w.standing(A).commitment.successor).toBe(w.party(B).id)
    expect(w.standing(A).commitment.entries).toContain(index)
    expect(w.party(A).ended).toMatchObject({ how: 'succeeded', at: w.now, by: w.party(B).id })
    expect(w.party(A).passing).toMatchObject({ digest })
    expect(w.refused(w.withdraw(A)).code).toBe('unknown-party')
    w.add(w.withdraw(B))
    expect(w.word(B)).toBe('withdrawing')
  })

  test('meanwhile both go on as they were', () => {
    const w = world()
    pass(w)
    w.add(w.report(A))
    w.add(w.rotate(B, [keyOf(`${B}/new-1`)], { threshold: 1 }))
    w.add(w.withdraw(A))
    w.days(14)
    expect(w.word(B)).toBe('withdrawing')
    expect(w.standing(B).commitment.withdrawal).toBe(w.time(76))
  })

  test('the statement stands in both chains', () => {
    const w = world()
    const { digest } = pass(w)
    expect([w.party(A).head.digest, w.party(B).head.digest]).toEqual([digest, digest])
    expect(w.refused(w.report(A, 'accord', { previous: someDigest('x') })).head).toBe(digest)
    const other = w.succession(A, B, [], { successor_previous: someDigest('x') })
    expect(w.refused(other)).toMatchObject({ code: 'stale-previous', head: digest })
    w.add(w.sign(B, 'pledge'))
  })

  test('what is not named ends; who had nothing has nothing', () => {
    const w = world()
    w.add(w.sign(A, 'pledge'))
    w.add(w.notice('accept', w.rests(A, 'pledge')))
    pass(w)
    w.days(14)
    expect([w.word(A), w.word(A, 'pledge')]).toEqual(['succeeded', 'ended'])
    expect([w.word(B), w.word(B, 'pledge')]).toEqual(['active', 'none'])
  })

  test('the recovery keys of either cancel it', () => {
    for (const domain of [A, B]) {
      const w = world()
      const { digest } = pass(w)
      expect(w.refused(w.cancel(C, digest)).code).toBe('nothing-pending')
      w.add(w.cancel(domain, digest))
      w.days(20)
      expect([w.word(A), w.word(B), w.party(A).passing]).toEqual(['active', 'none', null])
      pass(w)
    }
  })

  test('only to a kind that the instrument admits', () => {
    const w = world()
    w.join(company('union.example', { kind: 'organization' }))
    w.add(w.sign(A, 'pledge'))
    w.add(w.notice('accept', w.rests(A, 'pledge')))
    expect(w.refused(w.succession(A, 'union.example', ['accord'])).code).toBe('not-open-to')
    expect(w.judge(w.succession(A, 'union.example', ['pledge']))).not.toHaveProperty('code')
  })

  test('what can go over: what binds, not what waits, lapsed or is over', () => {
    const ways: [string, (w: World) => unknown, string | undefined][] = [
      ['active', () => {}, undefined],
      ['due', (w) => w.days(340), undefined],
      ['overdue', (w) => w.days(370), undefined],
      ['lapsed', (w) => w.days(430), 'nothing-to-pass'],
      ['withdrawing', (w) => w.add(w.withdraw(A)), undefined],
      [
        'withdrawn',
        (w) => {
          w.add(w.withdraw(A))
          w.days(90)
        },
        'nothing-to-pass',
      ],
    ]
    for (const [word, way, code] of ways) {
      const w = world()
      way(w)
      expect(w.word(A)).toBe(word)
      expect((w.judge(w.succession(A, B, ['accord'])) as { code?: string }).code).toBe(code)
    }
    const w = world()
    w.add(w.sign(A, 'pledge'))
    expect(w.refused(w.succession(A, B, ['pledge'])).code).toBe('nothing-to-pass')
  })

  test('nothing that the successor holds itself, or waits to', () => {
    const w = world()
    w.add(w.sign(A, 'pledge'))
    w.add(w.notice('accept', w.rests(A, 'pledge')))
    w.add(w.sign(B, 'pledge'))
    expect(w.refused(w.succession(A, B, ['pledge'])).code).toBe('successor-holds')
    w.add(w.notice('refuse', w.rests(B, 'pledge')))
    w.add(w.succession(A, B, ['pledge']))
  })

  test('if the successor holds one by then, the old one ends', () => {
    const w = world()
    pass(w)
    w.add(w.sign(B))
    w.days(14)
    expect([w.word(A), w.word(B)]).toEqual(['ended', 'active'])
    expect(w.standing(B).commitment.entries).toHaveLength(1)
  })

  test('a suspension, reservations and reports go over', () => {
    const w = world()
    w.add(w.report(A))
    w.add(w.notice('suspend', w.rests(A)))
    pass(w)
    w.days(14)
    expect(w.standing(B).commitment.suspended).toBe(true)
    expect(w.held(B).reported).toEqual(w.held(A).reported)
    w.add(w.notice('reinstate', w.rests(B)))
    expect(w.standing(B).commitment.suspended).toBe(false)
    expect(w.standing(A).commitment.word).toBe('succeeded')
  })

  test('one at a time, and never of one who is recovering', () => {
    const w = world()
    pass(w)
    for (const [from, to] of [
      [A, C],
      [B, A],
      [C, A],
    ] as const) {
      expect(w.refused(w.succession(from, to, [])).code).toBe('succession-pending')
    }
    const v = world()
    v.add(v.verification(B, [keyOf(`${B}/new-1`)]))
    v.add(v.recover(B, [keyOf(`${B}/new-1`)], { threshold: 1 }))
    expect(v.refused(v.succession(A, B, ['accord'])).code).toBe('recovering')
    expect(v.refused(v.succession(B, A, [])).code).toBe('recovering')
  })

  test('passes on what it got: a chain of successors', () => {
    const w = world()
    pass(w)
    w.days(1)
    w.add(w.succession(B, C, []))
    w.days(13)
    expect(w.word(B)).toBe('active')
    w.days(1)
    expect([w.word(A), w.word(B), w.word(C)]).toEqual(['succeeded', 'ended', 'none'])
  })

  test('passes nothing to a successor that lives no more, and the party lives on', () => {
    const w = world()
    for (let i = 0; i < 3; i++) {
      w.now += 1.5 * DAY
      w.add(w.verification(B, []))
    }
    w.days(30)
    w.add(w.verification(B, []))
    w.add(w.notice('release', B))
    w.days(1)
    pass(w)
    w.days(14)
    expect([w.word(A), w.party(A).ended, w.party(B).ended?.how]).toEqual([
      'active',
      null,
      'released',
    ])
    w.add(w.report(A))
  })

  test('takes what else was announced of the old party with it', () => {
    const w = world()
    pass(w)
    w.days(1)
    const safe = { keys: [keyOf(`${A}/vault`)], threshold: 1 }
    w.add(w.verification(A, company(A).keys))
    w.add(w.replaceRecovery(A, safe, { by: [...company(A).keys, ...safe.keys] }))
    w.days(30)
    expect(w.party(A)).toMatchObject({ pending: null, ended: { how: 'succeeded' } })
    expect(w.party(A).profile.recovery!.keys).toHaveLength(2)
    w.add(w.verification('nobody.example', []))
    expect(w.memory.get('agenda', '')).toEqual([])
  })

  test('the domain of a party that passed on may be enrolled anew', () => {
    const w = world()
    pass(w)
    w.days(14)
    const keys = [keyOf(`${A}/heir`)]
    w.join(company(A, { keys, threshold: 1, recovery: null }))
    expect(w.word(A)).toBe('none')
    w.add(w.sign(A))
  })
})
