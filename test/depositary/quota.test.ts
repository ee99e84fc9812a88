import { fc, test as property } from '@fast-check/vitest'
import { beforeEach, describe, expect, test } from 'vitest'
import { q } from '../../db/sql.ts'
import { DAY } from '../../src/accord/text.ts'
import { Gate } from '../../src/depositary/gate.ts'
import { openDepositary } from '../../src/depositary/open.ts'
import { AddressQuota, type Limits } from '../../src/depositary/quota.ts'
import { Tally } from '../../src/depositary/tally.ts'
import { company, START } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import type { World } from '../accord/kit.ts'
import { newSql } from '../db/store.ts'
import { type House, openHouse, opening } from './house.ts'

const NONE = { address: null, party: null, domain: null }

describe('an address', () => {
  test('has its day at once, and then a share of it after each share of a day', () => {
    const quota = new AddressQuota(4)
    const at = (seconds: number) => quota.charge('192.0.2.1', START + seconds)
    expect([0, 0, 1, 2].map(at)).toEqual([0, 0, 0, 0])
    expect(at(2)).toBe(DAY / 4 - 2)
    expect(at(DAY / 4 - 1)).toBe(1)
    expect(at(DAY / 4)).toBe(0)
    expect(at(DAY / 4)).toBe(DAY / 4)
    expect([1, 1, 1, 1, 1].map((days) => at(3 * days * DAY))).toEqual([0, 0, 0, 0, DAY / 4])
  })

  test('is 64 bits of IPv6, and an IPv4 address however it is written', () => {
    const quota = new AddressQuota(1)
    expect(quota.charge('2001:db8::1', START)).toBe(0)
    expect(quota.charge('2001:db8::ffff:1', START)).toBeGreaterThan(0)
    expect(quota.charge('2001:db8:0:1::1', START)).toBe(0)
    expect(quota.charge('192.0.2.1', START)).toBe(0)
    expect(quota.charge('::ffff:192.0.2.1', START)).toBeGreaterThan(0)
    expect(quota.charge('unknown', START)).toBe(0)
    expect(quota.charge('_hidden', START)).toBeGreaterThan(0)
  })

  test('is forgotten when more are remembered than may be, the longest silent first', () => {
    const quota = new AddressQuota(2, 2)
    const charge = (last: number) => quota.charge(`192.0.2.${last}`, START)
    expect([1, 1, 2, 2, 3].map(charge)).toEqual([0, 0, 0, 0, 0])
    expect([2, 1].map(charge)).toEqual([DAY / 2, 0])
  })

  property.prop([
    fc.integer({ min: 1, max: 1000 }),
    fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 300 }),
  ])('never has more than twice its limit within a day, and is let in when told', (limit, gaps) => {
    const quota = new AddressQuota(limit)
    const taken: number[] = []
    let at = START
    for (const gap of gaps) {
      at += gap
      const wait = quota.charge('192.0.2.1', at)
      if (wait > 0) {
        at += wait
        expect(quota.charge('192.0.2.1', at)).toBe(0)
      }
      taken.push(at)
    }
    for (const time of taken) {
      const within = taken.filter((other) => other >= time && other < time + DAY)
      expect(within.length).toBeLessThanOrEqual(2 * limit)
    }
  })
})

describe('in a log', () => {
  let house: House
  let world: World

  beforeEach(async () => {
    house = await openHouse()
    world = house.world
    await house.add(world.instrument())
  })

  async function limit(limits: Partial<Limits>): Promise<void> {
    await house.depositary.close()
    const gate = { limits: { ...NONE, ...limits } }
    house.depositary = await openDepositary({
      ...opening(world, house.sql, house.publication),
      gate,
    })
  }

  async function enrolment(domain: string): Promise<string> {
    const who = company(domain)
    await house.add(world.verification(domain, who.keys))
    return world.enrol(who)
  }

  async function join(domain: string): Promise<void> {
    await house.add(await enrolment(domain))
  }

  async function denial(note: string) {
    const outcome = await house.submit(note)
    return outcome.kind === 'refused' ? outcome.refusal : null
  }

  test('a party has so many statements within a day, after a restart too', async () => {
    await limit({ party: 3 })
    await house.addAll([world.verification('contoso.com', company('contoso.com').keys)])
    await house.add(world.enrol(company('contoso.com')))
    world.now += 100
    await house.add(world.sign('contoso.com'))
    world.now += 100
    await house.add(world.withdraw('contoso.com'))
    await limit({ party: 3 })
    const again = () => world.cancelWithdrawal('contoso.com')
    expect(await denial(again())).toMatchObject({
      code: 'admission-quota',
      detail:
        'contoso.com has had 3 statements logged within a day; send it again from 2026-01-02T00:00:00Z on',
      retryAfter: DAY - 200,
    })
    world.now += DAY - 201
    expect(await denial(again())).toMatchObject({ retryAfter: 1 })
    world.now += 1
    await house.add(again())
    expect(await denial(world.withdraw('contoso.com'))).toMatchObject({ retryAfter: 100 })
  })

  test('nobody spends the day of another: not by statements that are refused', async () => {
    await limit({ party: 2 })
    await house.add(world.verification('contoso.com', company('contoso.com').keys))
    await house.add(world.enrol(company('contoso.com')))
    for (let i = 0; i < 5; i++) {
      const by = [keyOf(`evil.example/${i}`)]
      expect((await denial(world.sign('contoso.com', 'accord', { by })))?.code).not.toMatch(/quota/)
      expect((await denial(world.enrol(company('contoso.com'))))?.code).not.toMatch(/quota/)
    }
    await house.add(world.sign('contoso.com'))
  })

  test('nor by what the depositary says of a party, which has no limit itself', async () => {
    await limit({ party: 2 })
    const { keys } = company('contoso.com')
    for (let i = 0; i < 5; i++) {
      world.now += 1
      await house.add(world.verification('contoso.com', keys))
    }
    await house.add(world.enrol(company('contoso.com')))
    await house.add(world.sign('contoso.com'))
    for (const act of ['suspend', 'reinstate', 'suspend']) {
      await house.add(world.notice(act, world.rests('contoso.com')))
    }
    expect((await denial(world.withdraw('contoso.com')))?.code).toBe('admission-quota')
  })

  test('nor does a thief of the daily keys: the recovery keys are heard all the same', async () => {
    await limit({ party: 2 })
    await join('contoso.com')
    await house.add(world.sign('contoso.com'))
    expect((await denial(world.withdraw('contoso.com')))?.code).toBe('admission-quota')
    const next = [keyOf('contoso.com/new-1'), keyOf('contoso.com/new-2')]
    await house.add(world.verification('contoso.com', next))
    const recovery = await house.add(world.recover('contoso.com', next))
    await house.add(world.cancel('contoso.com', recovery.digest))
    await house.add(world.recover('contoso.com', next))
  })

  test('the recovery keys have ten a day of their own, and nothing else counts towards it', async () => {
    await limit({ party: 4 })
    await join('contoso.com')
    await house.add(world.sign('contoso.com'))
    const next = [keyOf('contoso.com/new-1'), keyOf('contoso.com/new-2')]
    await house.add(world.verification('contoso.com', next))
    for (let i = 0; i < 5; i++) {
      world.now += 100
      const { digest } = await house.add(world.recover('contoso.com', next))
      await house.add(world.cancel('contoso.com', digest))
    }
    const again = () => world.recover('contoso.com', next)
    expect(await denial(again())).toMatchObject({
      code: 'admission-quota',
      detail: expect.stringMatching(/^contoso.com has had 10 recoveries and cancellations logged/),
      retryAfter: DAY - 400,
    })
    world.now += DAY - 400
    await house.add(again())
  })

  test('of one domain so many parties enrol within a day', async () => {
    await limit({ domain: 2 })
    for (const domain of ['a.admin.ch', 'b.admin.ch', 'contoso.com']) await join(domain)
    expect(await denial(await enrolment('c.admin.ch'))).toEqual({
      code: 'admission-quota',
      detail:
        '2 parties under admin.ch have enrolled within a day; send it again from 2026-01-02T00:00:00Z on',
      retryAfter: DAY,
    })
    for (const domain of ['a.github.io', 'b.github.io', 'c.github.io']) await join(domain)
    await house.add(world.rotate('a.admin.ch', company('a.admin.ch').keys))
    world.days(1)
    await join('c.admin.ch')
  })

  test('there is no limit where none is set', async () => {
    await limit({})
    await join('contoso.com')
    await house.add(world.sign('contoso.com'))
    for (let i = 0; i < 20; i++) {
      await house.add(world.withdraw('contoso.com'))
      await house.add(world.cancelWithdrawal('contoso.com'))
    }
  })

  test('refusals are counted by code', async () => {
    await denial('no note')
    await denial('no note')
    await denial(world.sign('registry.example'))
    await house.add(world.instrument({ id: 'pledge' }))
    expect(await house.depositary.gate.refusals(START)).toEqual([
      { day: '2026-01-01', code: 'malformed-attestation', count: 2 },
      { day: '2026-01-01', code: 'unknown-party', count: 1 },
    ])
  })
})

describe('the tally', () => {
  test('adds up what was counted, by day, and is there after a restart', async () => {
    const sql = await newSql()
    const tally = new Tally(sql)
    for (let i = 0; i < 1000; i++) tally.count('stale-previous', START + i * 90)
    expect(await sql.all(q.selectFrom('tally').selectAll().compile())).toEqual([])
    await tally.flush()
    tally.count('stale-previous', START)
    tally.count('bad-period', START + DAY)
    await tally.flush()
    expect(await new Tally(sql).since(START + 5)).toEqual([
      { day: '2026-01-02', code: 'bad-period', count: 1 },
      { day: '2026-01-02', code: 'stale-previous', count: 40 },
      { day: '2026-01-01', code: 'stale-previous', count: 961 },
    ])
    expect(await new Tally(sql).since(START + DAY)).toHaveLength(2)
  })

  test('loses nothing where the store is busy', async () => {
    const sql = await newSql()
    const tally = new Tally({
      all: (query) => sql.all(query),
      atomically: () => Promise.reject(new Error('busy')),
    })
    tally.count('stale-previous', START)
    await expect(tally.flush()).rejects.toThrow('busy')
    tally.count('stale-previous', START)
    await expect(tally.since(START)).rejects.toThrow('busy')
  })

  test('counts whom the gate sends away unread', async () => {
    const sql = await newSql()
    const gate = new Gate(sql, () => START, { limits: { ...NONE, address: 1 } })
    expect(gate.charge('192.0.2.1')).toBe(null)
    expect(gate.charge('192.0.2.1')).toMatchObject({ retryAfter: DAY })
    expect(gate.charge(null)).toBe(null)
    expect(await gate.refusals(START)).toEqual([
      { day: '2026-01-01', code: 'admission-quota', count: 1 },
    ])
  })
})
