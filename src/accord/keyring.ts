/**
 * Key records: which keys may stand in one, and whose a key is.
 *
 * See docs/spec/law.md, "Keys".
 *
 * @module
 */
import { encodeHex } from '../../keys/base64.ts'
import { admissible } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { vkeysOf } from './quorum.ts'
import { refuse } from './refusal.ts'
import type { Draft, KeyRecord } from './state.ts'
import { domainOfKeyName } from './text.ts'

/** The owner under which the log's own keys are kept. */
export const LOG = 'log'

/** All keys of a record, daily and recovery. */
export function keysOf(record: KeyRecord): string[] {
  return [...vkeysOf(record.keys), ...vkeysOf(record.recovery?.keys ?? [])]
}

/** Keys of `next` that do not stand in `now`. */
export function addedKeys(now: KeyRecord | null, next: KeyRecord): string[] {
  const old = new Set((now ? keysOf(now) : []).map(bytesOf))
  return keysOf(next).filter((k) => !old.has(bytesOf(k)))
}

/**
 * Checks a record by itself: names, distinctness, thresholds.
 *
 * @throws Refused `key-name`, `key-duplicate`, `bad-threshold`
 */
export function checkRecord(record: KeyRecord, domain: string, origin: string): void {
  const vkeys = keysOf(record)
  for (const { name } of vkeys.map(parseVKey)) {
    if (domainOfKeyName(name) !== domain) refuse('key-name', `${name} is not of ${domain}`)
    if (name === origin) refuse('key-name', `${name} is the log's name`)
  }
  checkDistinct(vkeys)
  for (const set of [record, ...(record.recovery ? [record.recovery] : [])]) {
    if (set.threshold > set.keys.length) {
      refuse('bad-threshold', `${set.threshold} of ${set.keys.length} keys cannot sign`)
    }
  }
}

/** Checks that no key, and no name with a key id, stands twice. */
function checkDistinct(vkeys: readonly string[]): void {
  const seen = new Set<string>()
  for (const text of vkeys) {
    const v = parseVKey(text)
    for (const mark of [bytesOf(text), `${v.name}+${v.id}`]) {
      if (seen.has(mark)) refuse('key-duplicate', `${v.name}+${v.id} stands twice`)
      seen.add(mark)
    }
  }
}

/**
 * Enters keys for an owner: from now on they are nobody else's.
 *
 * @throws Refused `key-inadmissible`, `key-in-use`, `key-retired`
 */
export function enterKeys(draft: Draft, owner: string, vkeys: readonly string[]): void {
  for (const text of vkeys) {
    const { name, id, key } = parseVKey(text)
    const hex = encodeHex(key)
    const held = draft.get('key', hex)
    if (held && held.owner !== owner) refuse('key-in-use', `${name}+${id} is or was another's`)
    if (held?.retired) refuse('key-retired', `${name}+${id} was retired`)
    if (!held && !admissible(key)) refuse('key-inadmissible', `${name}+${id}`)
    if (!held) draft.set('key', hex, { owner, retired: false })
  }
}

/** Retires the keys that leave a record. */
export function retireKeys(draft: Draft, owner: string, now: KeyRecord, next: KeyRecord): void {
  for (const text of addedKeys(next, now)) draft.set('key', bytesOf(text), { owner, retired: true })
}

/** A vkey's 32 bytes in hex. */
function bytesOf(vkey: string): string {
  return encodeHex(parseVKey(vkey).key)
}
