import { beforeEach, expect, test } from 'vitest'
import type { Check } from '../../src/accord/state.ts'
import { DAY, formatTime } from '../../src/accord/text.ts'
import { Rounds } from '../../src/depositary/rounds.ts'
import type { Sighting } from '../../src/domain/ask.ts'
import { keyOf } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { type House, openHouse } from './house.ts'

const HOUR = 3600
type Shown = readonly string[] | 'silent'

let house: House
let world: World
let rounds: Rounds
let logged: Check[][]
let asked: string[]
/** What each channel of each domain shows. */
let shown: Record<string, { dns?: Shown; https?: Shown }>

beforeEach(async () => {
  world = new World({ rules: { methods: ['dns', 'https'] } })
  house = await openHouse(world)
  logged = []
  asked = []
  shown = {}
  const look = async (domain: string): Promise<Sighting[]> => {
    asked.push(domain)
    const { dns = [], https = [] } = shown[domain] ?? {}
    return [sighting(domain, 'dns', dns), sighting(domain, 'https', https)]
  }
  const log = async (checks: readonly Check[]) => {
    logged.push([...checks])
    const { index, digest, time } = await house.add(world.verification('', [], { checks }))
    return { index, digest, time }
  }
  rounds = new Rounds({ sql: house.sql, inspector: { look, log }, clock: () => world.now })
})

function sighting(domain: string, method: 'dns' | 'https', keys: Shown): Sighting {
  const silent = keys === 'silent'
  const check: Check = {
    subject: domain,
    method,
    at: formatTime(world.now),
    outcome: silent ? 'unreachable' : 'answered',
    keys: silent ? [] : [...keys],
    evidence: { asked: domain, answer: null, dnssec: null },
  }
  return { check, why: silent ? 'nobody answered' : null, remarks: [] }
}

async function enrol(n: number): Promise<string[]> {
  const domains = await house.enrolMany(n)
  for (const domain of domains) shown[domain] = { dns: keysOf(domain) }
  return domains
}

const keysOf = (domain: string) => world.party(domain).profile.keys.map((key) => key.vkey)

/** A day, with a round every half hour. */
async function day(): Promise<void> {
  for (let i = 0; i < 48; i++) {
    world.now += HOUR / 2
    await rounds.go()
  }
}

const flat = () => logged.flat()

test('every domain is asked once a day, and a quiet day writes nothing', async () => {
  const domains = await enrol(30)
  await rounds.go()
  for (let i = 1; i <= 3; i++) {
    asked = []
    await day()
    expect(asked.toSorted()).toEqual(domains.toSorted())
  }
  expect(logged).toEqual([])
})

test('what stays the same is logged again after a third of the greatest age, many to a statement', async () => {
  const domains = await enrol(30)
  await rounds.go()
  const third = world.rules['verification_max_age_days'] as number
  for (let i = 0; i <= third / 3 + 1; i++) await day()
  expect(
    flat()
      .map((c) => c.subject)
      .toSorted(),
  ).toEqual(domains.toSorted())
  expect(logged.length).toBeLessThanOrEqual(25)
})

test('misses are logged daily until they are a mismatch, and a hit ends that at once', async () => {
  const [domain] = await enrol(1)
  const keys = keysOf(domain!)
  shown[domain!] = { dns: [], https: [] }
  for (let i = 0; i < 7; i++) await day()
  expect(flat().length).toBe(4)
  const { misses } = world.party(domain!).control
  expect(misses).toMatchObject({ count: 4 })
  expect(misses!.mismatch).not.toBeNull()
  shown[domain!] = { https: keys }
  await day()
  expect(flat().at(-1)).toMatchObject({ method: 'https', keys })
  expect(world.party(domain!).control.misses).toBeNull()
})

test('a mismatch of thirty days can be released, though it was not logged every day', async () => {
  const [domain] = await enrol(1)
  shown[domain!] = {}
  for (let i = 0; i < 70; i++) await day()
  expect(flat().length).toBeLessThan(10)
  await house.add(world.notice('release', domain!))
})

test('a channel that shows no keys says nothing beside one that does', async () => {
  const [domain] = await enrol(1)
  shown[domain!] = { dns: [], https: keysOf(domain!) }
  await day()
  await day()
  expect(logged).toEqual([])
  expect(world.party(domain!).control.misses).toBeNull()
})

test('a channel that is silent is no miss, and is logged as what it is', async () => {
  const [domain] = await enrol(1)
  shown[domain!] = { dns: [], https: 'silent' }
  for (let i = 0; i < 5; i++) await day()
  expect(flat().map((c) => c.outcome)).toEqual(['unreachable'])
  expect(world.party(domain!).control.misses).toBeNull()
})

test('channels that contradict each other are both logged, the hit last', async () => {
  const [domain] = await enrol(1)
  shown[domain!] = { dns: [keyOf(`${domain}/thief`).vkey], https: keysOf(domain!) }
  await day()
  expect(flat().map((c) => c.method)).toEqual(['dns', 'https'])
  expect(world.party(domain!).control.misses).toBeNull()
})

test('who was enrolled anew is asked in the next round, and logged at once', async () => {
  const [domain] = await enrol(1)
  await rounds.go()
  shown[domain!] = { dns: [] }
  rounds.soon(domain!)
  world.now += 60
  await rounds.go()
  expect(flat()).toMatchObject([{ subject: domain, keys: [] }])
})

test('what waits is logged within the hour', async () => {
  const [domain] = await enrol(1)
  shown[domain!] = { dns: [] }
  const from = world.now
  while (logged.length === 0 && world.now < from + 2 * DAY) {
    world.now += 60
    await rounds.go()
  }
  const [check] = flat()
  expect(world.now - Date.parse(check!.at) / 1000).toBe(HOUR)
})

test('checks that are long are logged in as many statements as they need', async () => {
  const domains = await enrol(40)
  for (const domain of domains) {
    const many = Array.from({ length: 16 }, (_, i) => keyOf(`${domain}/${'x'.repeat(28)}${i}`))
    shown[domain] = { dns: many.map((key) => key.vkey) }
  }
  for (const domain of domains) rounds.soon(domain)
  world.now += 60
  await rounds.go()
  expect(new Set(flat().map((c) => c.subject)).size).toBe(40)
  expect(logged[0]!.length).toBeLessThan(40)
})

test('a check that another has overtaken is left out, and keeps no other back', async () => {
  const domains = await enrol(6)
  for (const domain of domains) shown[domain] = {}
  const from = world.now
  while (new Set(asked).size < 6) {
    world.now += 60
    await rounds.go()
  }
  expect(world.now - from).toBeLessThanOrEqual(DAY)
  const before = flat().length
  world.now += 60
  await house.add(world.verification('', [], { checks: [world.check(domains[5]!, [])] }))
  await rounds.flush()
  expect(flat().length).toBeGreaterThanOrEqual(before)
  expect(domains.every((d) => (world.party(d).control.misses?.count ?? 0) >= 1)).toBe(true)
})

test('what the law refuses is told, and keeps no other back', async () => {
  const domains = await enrol(5)
  const refused: string[] = []
  const inspector = {
    look: async (domain: string) => [sighting(domain, 'dns', [])],
    log: async (checks: readonly Check[]) => {
      const bad = checks.some((check) => check.subject === domains[2])
      if (bad) return { code: 'bad-check' as const, detail: 'it is wrong' }
      logged.push([...checks])
      return { index: 0, digest: 'sha256:' as never, time: 0 }
    },
  }
  const { sql } = house
  rounds = new Rounds({
    ...{ sql, inspector, clock: () => world.now },
    onRefusal: ({ code }) => refused.push(code),
  })
  for (const domain of domains) rounds.soon(domain)
  await rounds.go()
  expect(flat().length).toBe(4)
  expect(refused).toEqual(['bad-check'])
})

test('what cannot be logged for now is logged later', async () => {
  const [domain] = await enrol(1)
  let broken = true
  const inspector = {
    look: async () => [sighting(domain!, 'dns', [])],
    log: async (checks: readonly Check[]) => {
      if (broken) throw new Error('the clock stands before the last entry')
      logged.push([...checks])
      return { index: 0, digest: 'sha256:' as never, time: 0 }
    },
  }
  rounds = new Rounds({ sql: house.sql, inspector, clock: () => world.now })
  rounds.soon(domain!)
  await expect(rounds.go()).rejects.toThrow('the clock')
  broken = false
  await rounds.flush()
  expect(flat().length).toBe(1)
})

test('a registry that is started again and again asks every domain all the same', async () => {
  const domains = await enrol(40)
  const look = async (domain: string) => {
    asked.push(domain)
    return [sighting(domain, 'dns', keysOf(domain))]
  }
  for (let hour = 0; hour < 50; hour++) {
    const inspector = { look, log: async () => ({ index: 0, digest: 'sha256:' as never, time: 0 }) }
    const again = new Rounds({ sql: house.sql, inspector, clock: () => world.now })
    await again.go()
    world.now += HOUR
  }
  expect(new Set(asked)).toEqual(new Set(domains))
  expect(asked.length).toBeLessThanOrEqual(40 * 3)
})
