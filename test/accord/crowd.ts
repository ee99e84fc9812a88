/**
 * A crowd: a world in which people sign with no keys but their own.
 *
 * @module
 */
import { keysOf } from '../../src/accord/keyring.ts'
import { keyOf, keyOfVKey, type TestKey } from './keys.ts'
import { World } from './kit.ts'
import type { Over } from './speaker.ts'

/** A world in which somebody signs with no keys but their own. */
export class Crowd extends World {
  /** Whose keys sign; everybody's, if null. */
  may: ReadonlySet<string> | null = null

  /** What somebody says who has these keys and no others. */
  as(may: ReadonlySet<string>, make: (w: World) => string): string {
    this.may = may
    const note = make(this)
    this.may = null
    return note
  }

  override say(
    type: string,
    party: string,
    fields: object,
    by: readonly TestKey[],
    over: Over,
  ): string {
    const signers = this.may ? this.#able(party, over.by ?? by, this.may) : (over.by ?? by)
    return super.say(type, party, fields, by, { ...over, by: signers })
  }

  /** Of the keys that should sign those at hand; where none stands in the record, any that does. */
  #able(party: string, by: readonly TestKey[], may: ReadonlySet<string>): readonly TestKey[] {
    const able = by.filter((k) => may.has(k.vkey))
    const held = keysOf(this.party(party).profile).filter((vkey) => may.has(vkey))
    const others = able.some((k) => held.includes(k.vkey)) ? [] : held.map(keyOfVKey)
    const all = [...able, ...others]
    return all.length > 0 ? all : [keyOf(`nobody.example`)]
  }
}
