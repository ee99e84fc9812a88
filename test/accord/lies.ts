/**
 * Lies: everything that a thief may try to say in a party's name.
 *
 * @module
 */
import type { Party } from '../../src/accord/state.ts'
import type { Digest } from '../../src/accord/text.ts'
import { company, listed } from './cast.ts'
import { keyOfVKey, type TestKey } from './keys.ts'
import type { World } from './kit.ts'

/** The party in question, another of the same owner's, and one of the thief's. */
export const PARTY = 'contoso.com'
export const OTHER = 'contoso.net'
export const MALLORY = 'mallory.example'

/** Makes a note. */
export type Lie = (w: World) => string

/** What lies are made of. */
interface Means {
  /** A new key of the thief's. */
  readonly key: () => TestKey
  /** What the thief announced before. */
  readonly announced: readonly Digest[]
  /** The instruments that could pass to another party. */
  readonly passable: readonly string[]
}

/** Every lie about a party, as it is now. */
export function liesOf(party: Party, means: Means): Lie[] {
  return [...changes(party, means), ...cancels(party, means), ...others(means)]
}

const ONE = { threshold: 1 }

/** Other keys: the thief's, or fewer of the party's. */
function changes(party: Party, { key }: Means): Lie[] {
  const present = party.profile.keys.map((k) => keyOfVKey(k.vkey))
  const vault = () => ({ keys: [key()], threshold: 1 })
  const both = (w: World) => {
    const next = vault()
    const recovery = { keys: listed(next.keys), threshold: 1 }
    return { recovery, by: [...w.daily(PARTY), ...w.safe(PARTY), ...next.keys] }
  }
  return [
    (w) => w.rotate(PARTY, [key()], ONE),
    (w) => w.rotate(PARTY, [...present.slice(0, 1), key()], { threshold: 2 }),
    (w) => w.change('rotate', PARTY, both(w)),
    (w) => w.change('recover', PARTY, both(w)),
    (w) => w.change('replace-recovery', PARTY, { ...both(w), name: 'Mallory' }),
    (w) => w.replaceRecovery(PARTY, vault()),
    (w) => w.replaceRecovery(PARTY, null),
    (w) => w.recover(PARTY, present),
    (w) => w.recover(PARTY, present.slice(0, 1), ONE),
    (w) => w.enrol(company(PARTY, { keys: [key()], threshold: 1, recovery: null })),
  ]
}

/** Whatever is announced is stopped. */
function cancels({ pending, passing }: Party, { announced }: Means): Lie[] {
  const all = [pending?.digest, passing?.digest, ...announced]
  return [...new Set(all)].flatMap((digest) =>
    digest ? [(w: World) => w.cancel(PARTY, digest)] : [],
  )
}

/** Other parties, and what the party has promised. */
function others({ passable }: Means): Lie[] {
  return [
    (w) => w.succession(PARTY, MALLORY, passable),
    (w) => w.succession(PARTY, OTHER, []),
    (w) => w.succession(MALLORY, PARTY, ['pledge']),
    (w) => w.withdraw(PARTY),
    (w) => w.report(PARTY),
  ]
}
