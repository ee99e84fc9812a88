/**
 * Nobody keeps what they stole.
 *
 * To *keep* a party is to hold keys in force for it that its owner has not, and cannot be rid of:
 * whatever the owner says within the delays, those keys are in force, or come into force again.
 */
import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { lastParty } from '../../src/accord/party.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { Replay } from '../../src/accord/replay.ts'
import { standing } from '../../src/accord/standing.ts'
import { DAY } from '../../src/accord/text.ts'
import { verify } from './keys.ts'
import { DELAY, OTHER, SHARES, type Share, Theft } from './theft.ts'

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
    return
  }
  expect(party.ended).toMatchObject({ how: 'succeeded', by: lastParty(world.state(), OTHER)!.id })
  expect(lastParty(world.state(), OTHER)!.ended).toBeNull()
}

/** A year goes by in which the thief tries everything again and again, and nothing comes of it. */
function expectKept(theft: Theft): void {
  for (const days of [0, 400]) {
    theft.world.days(days)
    expect(theft.thieve()).toBe(0)
    if (!theft.over) theft.look()
  }
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
  )
})
