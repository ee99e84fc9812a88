/**
 * Nobody keeps what they stole.
 *
 * To *keep* a party is to hold keys in force for it that its owner has not, and cannot be rid of:
 * whatever the owner says within the delays, those keys are in force, or come into force again.
 *
 * See docs/spec/law.md, "Recovery is not outrun". With `SOAK=1000` each thief has a thousand tries.
 */
import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { lastParty } from '../../src/accord/party.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { Replay } from '../../src/accord/replay.ts'
import { standing } from '../../src/accord/standing.ts'
import { DAY } from '../../src/accord/text.ts'
import { company } from './cast.ts'
import { keyOf, verify } from './keys.ts'
import { World } from './kit.ts'
import { MALLORY, OTHER, PARTY } from './lies.ts'
import { DELAY, SHARES, type Share, Theft } from './theft.ts'

const SOAK = Number(process.env['SOAK'] ?? 0)
const numRuns = SOAK > 0 ? SOAK : 40

const SPANS = [0, 1, 3600, DAY, 3 * DAY, DELAY - 1, DELAY, 31 * DAY, 46 * DAY]

/** What happens next, and to whom. */
const step = fc.oneof(
  fc.record({ who: fc.constant('thief' as const), what: fc.nat(23) }),
  fc.record({ who: fc.constant('owner' as const), what: fc.nat(21) }),
  fc.record({ who: fc.constant('clock' as const), what: fc.nat(2 * SPANS.length - 1) }),
  fc.record({ who: fc.constant('depositary' as const), what: fc.constant(0) }),
  fc.record({ who: fc.constant('theft' as const), what: fc.nat(SHARES.length - 1) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function take(theft: Theft, { who, what }: Step): void {
  if (theft.over) return
  if (who === 'thief') theft.trick(what)
  else if (who === 'owner') theft.act(what)
  else if (who === 'clock') theft.wait(SPANS[what % SPANS.length]!, what)
  else if (who === 'depositary') theft.look()
  else theft.steal(SHARES[what]!)
}

function played(first: Share, steps: readonly Step[]): Theft {
  const theft = new Theft()
  theft.steal(first)
  for (const s of steps) take(theft, s)
  return theft
}

/** The party lives with its owner's keys alone; or it has passed to the owner's other party. */
function expectOwned(theft: Theft): void {
  const { party, world } = theft
  if (!party.ended) {
    expect(theft.secure).toBe(true)
    expect(world.party(PARTY).id).toBe(theft.id)
    return
  }
  expect(party.ended).toMatchObject({ how: 'succeeded', by: lastParty(world.state(), OTHER)!.id })
  expect(lastParty(world.state(), OTHER)!.ended).toBeNull()
}

/** A year goes by, the thief tries everything again, and nothing comes of it. */
function expectKept(theft: Theft): void {
  theft.world.days(400)
  expect(theft.thieve()).toBe(0)
  if (!theft.over) theft.look()
  expectOwned(theft)
}

/** What was known at each moment is what whoever replays the log to that size finds. */
function expectSame(theft: Theft): void {
  const replay = new Replay(verify)
  const { entries } = theft.world
  for (const { size, at, standing: then } of theft.moments) {
    while (replay.size < size) expect(isRefusal(replay.next(entries[replay.size]!))).toBe(false)
    expect(standing(replay.memory, theft.id, 'accord', at)).toEqual(then)
  }
}

describe.each(SHARES)('whoever holds only the %s', (first) => {
  prop.prop([fc.array(step, { maxLength: 24 })], { numRuns })(
    'never keeps a party, whatever was tried; and what was said before stays',
    (steps) => {
      const theft = played(first, steps)
      if (!theft.over) theft.regain()
      expectOwned(theft)
      expectKept(theft)
      expectSame(theft)
    },
    SOAK > 0 ? 3_600_000 : 60_000,
  )
})

describe('the limits of it', () => {
  const daily = company(PARTY).keys
  const mine = [keyOf(`${PARTY}/thief`)]
  const vault = { keys: mine, threshold: 1 }

  function settled(): World {
    const w = new World()
    for (const domain of [PARTY, OTHER, MALLORY]) w.join(company(domain))
    w.add(w.instrument())
    w.add(w.sign(PARTY))
    return w
  }

  test('the last second in which the recovery keys stop a thief is the one before the effect', () => {
    for (const late of [0, 1]) {
      const w = settled()
      const note = w.replaceRecovery(PARTY, vault, { by: [...daily, ...mine] })
      const { digest } = w.add(note)
      const stop = () => w.cancel(PARTY, digest, { by: company(PARTY).recovery!.keys })
      w.now += DELAY - 1 + late
      if (late) expect(w.refused(stop()).code).toBe('key-not-eligible')
      else w.add(stop())
    }
  })

  test('a rotation takes nothing back: what the thief announced has to be cancelled', () => {
    const w = settled()
    const { digest } = w.add(w.succession(PARTY, MALLORY, ['accord']))
    w.add(w.rotate(PARTY, [keyOf(`${PARTY}/ceo-2`)], { threshold: 1 }))
    expect(w.party(PARTY).passing?.digest).toBe(digest)
    w.add(w.cancel(PARTY, digest))
    w.now += DELAY
    expect([w.word(PARTY), w.word(MALLORY)]).toEqual(['active', 'none'])
  })

  test('recovery keys in two hands are a veto in both', () => {
    const w = settled()
    for (const label of ['ceo-2', 'ceo-3']) {
      const next = [keyOf(`${PARTY}/${label}`)]
      w.add(w.verification(PARTY, next))
      const { digest } = w.add(w.recover(PARTY, next, { threshold: 1 }))
      w.now += DELAY - 1
      w.add(w.cancel(PARTY, digest))
    }
    expect(w.party(PARTY).profile.keys.map((k) => k.vkey)).toEqual(daily.map((k) => k.vkey))
  })

  test('what was seen while the domain was stolen counts until the next look', () => {
    const w = settled()
    w.add(w.verification(PARTY, mine))
    const { digest } = w.add(w.recover(PARTY, mine, { threshold: 1 }))
    w.add(w.cancel(PARTY, digest))
    w.add(w.verification(PARTY, daily))
    w.now++
    expect(w.refused(w.recover(PARTY, mine, { threshold: 1 })).code).toBe('domain-unconfirmed')
    w.add(w.replaceRecovery(PARTY, { keys: [keyOf(`${PARTY}/vault`)], threshold: 1 }))
  })

  test.each([
    ['before', 'succeeded'],
    ['after', 'released'],
  ] as const)('a succession announced %s a release in the same second: %s', (when, how) => {
    const w = settled()
    for (const days of [2, 2, 2, 30]) {
      w.days(days)
      w.add(w.verification(PARTY, mine))
    }
    const notes = [() => w.succession(PARTY, OTHER, ['accord']), () => w.notice('release', PARTY)]
    for (const note of when === 'before' ? notes : notes.toReversed()) w.add(note())
    w.now += DELAY
    expect(w.party(PARTY).ended?.how).toBe(how)
    expect(w.word(OTHER)).toBe(how === 'succeeded' ? 'active' : 'none')
  })
})
