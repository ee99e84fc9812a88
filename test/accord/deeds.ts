/**
 * Deeds: what an owner does with a party on any day, wisely or not.
 *
 * @module
 */
import type { Party } from '../../src/accord/state.ts'
import { keyOfVKey, type TestKey } from './keys.ts'
import type { World } from './kit.ts'
import { OTHER, PARTY } from './lies.ts'

/** Something said, and what the domain shows before it and after it. */
export interface Deed {
  readonly shown?: readonly TestKey[]
  readonly make?: (w: World) => string
  /** Whether the domain shows the keys in force then. */
  readonly after?: boolean
}

/**
 * The deeds that are open to an owner.
 *
 * @param key - makes a new key of the owner's
 * @param passable - the instruments that could pass to another party
 */
export function deedsOf(
  { profile, pending, passing }: Party,
  key: () => TestKey,
  passable: readonly string[],
): Deed[] {
  const present = profile.keys.map((k) => keyOfVKey(k.vkey))
  const one = { threshold: 1 }
  const next = [key()]
  const vault = { keys: [key()], threshold: 1 }
  const alone = (w: World) => ({ by: [...w.daily(PARTY), ...vault.keys] })
  const announced = [pending?.digest, passing?.digest].filter((d) => d !== undefined)
  return [
    { make: (w) => w.rotate(PARTY, next, one), after: true },
    { make: (w) => w.rotate(PARTY, [...next, ...vault.keys]) },
    { shown: next, make: (w) => w.recover(PARTY, next, one) },
    { make: (w) => w.replaceRecovery(PARTY, vault) },
    { shown: present, make: (w) => w.replaceRecovery(PARTY, vault, alone(w)) },
    { make: (w) => w.succession(PARTY, OTHER, passable) },
    { make: (w) => w.renew(PARTY) },
    { make: (w) => w.commit('cancel-withdrawal', PARTY) },
    { make: (w) => w.report(PARTY) },
    { after: true },
    ...announced.map((digest) => ({ make: (w: World) => w.cancel(PARTY, digest) })),
  ]
}
