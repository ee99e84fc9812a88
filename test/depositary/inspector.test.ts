import { beforeEach, describe, expect, test } from 'vitest'
import { parseEntry } from '../../src/accord/entry.ts'
import type { Logged, RefusedOutcome } from '../../src/depositary/registrar.ts'
import type { Asking } from '../../src/domain/ask.ts'
import { formatRecord } from '../../src/domain/binding.ts'
import { entriesFrom } from '../../src/register/log.ts'
import { fromUtf8, utf8 } from '../../src/tlog/bytes.ts'
import { company } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { type House, openHouse } from './house.ts'

let world: World
let house: House
/** The TXT records of names; what is not here has none. */
let zone: Map<string, string[]>
let asked: string[]

const asking: Asking = {
  resolvers: [
    {
      name: 'a resolver of the test',
      ask: async (name, type) => {
        asked.push(`${type} ${name}`)
        const texts = (type === 'TXT' ? (zone.get(name) ?? []) : []).map(utf8)
        return { outcome: 'answered', texts, addresses: [], dnssec: 'secure' }
      },
    },
  ],
  https: {
    port: 443,
    get: async () => ({ outcome: 'unreachable', why: 'there is no web server' }),
  },
}

beforeEach(async () => {
  world = new World({ rules: { methods: ['dns', 'https'] } })
  zone = new Map()
  asked = []
  house = await openHouse(world, undefined, { asking })
})

const contoso = company('contoso.com')

function publish(domain: string, vkeys: readonly string[]): void {
  const records = vkeys.map((vkey) => formatRecord({ origin: world.origin, vkey }))
  zone.set(`_accord.${domain}`, records)
}

const daily = contoso.keys.map((key) => key.vkey)

/** Logs in the world what the registry has logged by itself. */
async function follow(): Promise<void> {
  for (const { body } of await entriesFrom(house.sql, world.entries.length, 100)) {
    const { time, attestation } = parseEntry(body)
    world.add(fromUtf8(attestation)!, time)
  }
}

const checkOf = (domain: string) => world.memory.get('domain', domain)!.checks[0]!

describe('an enrolment', () => {
  test('goes in right after what was seen at its domain', async () => {
    publish('contoso.com', daily)
    const outcome = (await house.submit(world.enrol(contoso))) as Logged
    expect(outcome).toMatchObject({ kind: 'logged', index: 2 })
    await follow()
    const { keys, method } = checkOf('contoso.com')
    expect({ keys: keys.toSorted(), method }).toEqual({ keys: daily.toSorted(), method: 'dns' })
    expect(house.publication.published.length).toBe(2)
  })

  test('is refused with the lines to publish where the domain says otherwise', async () => {
    publish('contoso.com', [daily[0]!])
    const outcome = (await house.submit(world.enrol(contoso))) as RefusedOutcome
    expect(outcome.refusal.code).toBe('domain-unconfirmed')
    expect(outcome.refusal.detail).toContain(
      formatRecord({ origin: world.origin, vkey: daily[1]! }),
    )
    expect(outcome.refusal.detail).toContain('_accord.contoso.com')
    expect(house.depositary.published().size).toBe(1)
  })

  test('of a stranger to the keys is refused before anybody is asked', async () => {
    publish('contoso.com', daily)
    const note = world.enrol(contoso, { by: contoso.keys.slice(1) })
    expect(await house.submit(note)).toMatchObject({ refusal: { code: 'quorum-not-met' } })
    expect(asked).toEqual([])
  })

  test('that the law refuses for another reason leaves nothing behind', async () => {
    publish('contoso.com', daily)
    await house.submit(world.enrol(contoso))
    await follow()
    const thief = company('fabrikam.com', { keys: [keyOf('fabrikam.com')], threshold: 1 })
    publish('fabrikam.com', [thief.keys[0]!.vkey])
    const size = house.depositary.published().size
    const note = world.enrol(thief, {
      keys: [{ vkey: thief.keys[0]!.vkey, role: 'officer' }],
      lei: '529900T8BM49AURSDO99',
    })
    expect((await house.submit(note)).kind).toBe('refused')
    expect(house.depositary.published().size).toBe(size)
  })

  test('in a stranger’s name, sent again and again, has the stranger asked but once', async () => {
    for (let i = 0; i < 5; i++) {
      const note = world.enrol(company('contoso.com', { name: `Contoso ${i}` }))
      expect(await house.submit(note)).toMatchObject({ refusal: { code: 'domain-unconfirmed' } })
    }
    expect(asked.length).toBe(1)
    publish('contoso.com', daily)
    world.now += 15
    expect(await house.submit(world.enrol(contoso))).toMatchObject({ kind: 'logged' })
  })

  test('for name after name under one domain stops having its servers asked', async () => {
    const codes: string[] = []
    for (let i = 0; i < 40; i++) {
      const note = world.enrol(company(`s${i}.victim.com`, { name: `Company ${i}` }))
      const outcome = (await house.submit(note)) as RefusedOutcome
      codes.push(outcome.refusal.code)
    }
    expect(codes.filter((code) => code === 'domain-unconfirmed').length).toBe(30)
    expect(asked.length).toBe(30)
    const last = (await house.submit(world.enrol(company('x.victim.com')))) as RefusedOutcome
    expect(last.refusal).toMatchObject({ code: 'admission-quota', retryAfter: expect.any(Number) })
  })

  test('sent twice at once is logged once', async () => {
    publish('contoso.com', daily)
    const note = world.enrol(contoso)
    const outcomes = await Promise.all([house.submit(note), house.submit(note)])
    expect(outcomes.map((o) => o.kind)).toEqual(['logged', 'logged'])
    expect(new Set(outcomes.map((o) => (o as Logged).index)).size).toBe(1)
  })

  test('of twenty companies at once all go in, though each is checked', async () => {
    const many = Array.from({ length: 20 }, (_, i) => company(`c${i}.com`))
    for (const c of many)
      publish(
        c.domain,
        c.keys.map((key) => key.vkey),
      )
    const outcomes = await Promise.all(many.map((c) => house.submit(world.enrol(c))))
    expect(outcomes.map((o) => o.kind)).toEqual(many.map(() => 'logged'))
  })

  test('is tried as if its domain showed the keys', async () => {
    const trial = await house.depositary.check(utf8(world.enrol(contoso)))
    expect(trial).toMatchObject({ type: 'enrolment/v1', refusal: null, missing: [] })
    expect(asked).toEqual([])
  })
})

describe('a recovery', () => {
  test('needs the domain to show the new keys now', async () => {
    publish('contoso.com', daily)
    await house.submit(world.enrol(contoso))
    await follow()
    world.now += 15
    const fresh = [keyOf('contoso.com/new-ceo'), keyOf('contoso.com/new-gc')]
    const note = world.recover('contoso.com', fresh)
    expect(await house.submit(note)).toMatchObject({ refusal: { code: 'domain-unconfirmed' } })
    publish(
      'contoso.com',
      fresh.map((key) => key.vkey),
    )
    world.now += 15
    expect(await house.submit(note)).toMatchObject({ kind: 'logged' })
  })
})

test('what a thief showed while he held the domain does not count when he holds it no longer', async () => {
  publish('contoso.com', daily)
  await house.submit(world.enrol(contoso))
  await follow()
  const thief = [keyOf('contoso.com/thief')]
  world.now += 86_400
  publish(
    'contoso.com',
    thief.map((key) => key.vkey),
  )
  for (let hour = 0; hour < 30; hour++) {
    await house.depositary.round()
    world.now += 3600
  }
  await follow()
  expect(checkOf('contoso.com').keys).toEqual([thief[0]!.vkey])
  publish('contoso.com', daily)
  const note = world.recover('contoso.com', thief, { threshold: 1 })
  expect(await house.submit(note)).toMatchObject({ refusal: { code: 'domain-unconfirmed' } })
})

describe('a rotation', () => {
  test('has its domain asked in the next round, and the answer logged', async () => {
    publish('contoso.com', daily)
    await house.submit(world.enrol(contoso))
    await follow()
    await house.depositary.round()
    await follow()
    const fresh = [keyOf('contoso.com/new-ceo'), contoso.keys[1]!]
    await house.add(world.rotate('contoso.com', fresh))
    publish(
      'contoso.com',
      fresh.map((key) => key.vkey),
    )
    world.now += 60
    await house.depositary.round()
    await follow()
    expect(checkOf('contoso.com').keys.toSorted()).toEqual(fresh.map((key) => key.vkey).toSorted())
  })
})
