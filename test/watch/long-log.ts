/**
 * A log that spans several tiles, made once for a test file.
 *
 * @module
 */
import { parsePolicy } from '../../src/tlog/policy.ts'
import { company } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { policyOf, type Source } from '../client/copy.ts'

/** A world with so many entries: companies of one officer that enrol and sign. */
export function longWorld(size: number): World {
  const world = new World()
  world.add(world.instrument())
  for (let i = 0; world.entries.length < size; i++) {
    const domain = `c${i}.example`
    const who = company(domain, { keys: [keyOf(domain)], threshold: 1, recovery: null })
    world.add(world.verification(domain, who.keys))
    if (world.entries.length < size) world.add(world.enrol(who))
    if (world.entries.length < size) world.add(world.sign(domain))
  }
  return world
}

/** The world's log, as copies are made of it. */
export function sourceOf(world: World, entries: readonly Uint8Array[] = world.entries): Source {
  return { origin: world.origin, log: world.log, entries }
}

/** Trusts the world's log, and asks for no witness. */
export function trusting(world: World) {
  return parsePolicy(policyOf(world))
}
