/**
 * Keys for tests: made from their names, so that every run and every file makes the same.
 *
 * @module
 */
import { createPrivateKey, type KeyObject, sign as nativeSign } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeHex } from '../../keys/base64.ts'
import { publicKey, type Verify } from '../../keys/ed25519.ts'
import { formatVKey, vkeyOf } from '../../keys/vkey.ts'
import { formatAttestation } from '../../src/accord/attestation.ts'
import { nodeVerify } from '../../src/node/fast.ts'
import { equal, utf8 } from '../../src/tlog/bytes.ts'
import type { Signature } from '../../src/tlog/note.ts'

/** A key and its secret. */
export interface TestKey {
  /** Its name, as in `contoso.com/ceo`. */
  readonly name: string
  readonly id: string
  readonly vkey: string
  readonly key: Uint8Array
  /** 32 bytes: for `seedSigner`. */
  readonly seed: Uint8Array
  readonly secret: KeyObject
}

const made = new Map<string, TestKey>()
const byVKey = new Map<string, TestKey>()

/**
 * The key of a name. Its seed is the SHA-256 of `accord test seed: ` and what it is made from.
 *
 * @param from - where two keys are to bear one name, or one key two names
 */
export function keyOf(name: string, from = name): TestKey {
  const known = made.get(`${name} ${from}`)
  if (known) return known
  const seed = sha256(utf8(`accord test seed: ${from}`))
  const v = vkeyOf(name, publicKey(seed))
  const key = { name, id: v.id, vkey: formatVKey(v), key: v.key, seed, secret: secretOf(seed) }
  made.set(`${name} ${from}`, key)
  byVKey.set(key.vkey, key)
  return key
}

/** The key made earlier of this vkey. */
export function keyOfVKey(vkey: string): TestKey {
  const key = byVKey.get(vkey)
  if (!key) throw new RangeError(`no key was made of ${vkey}`)
  return key
}

/** PKCS#8 of a seed, RFC 8410, section 7. */
function secretOf(seed: Uint8Array): KeyObject {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' })
}

/** A signature line. */
export function signatureOf(text: string, key: TestKey): Signature {
  const blob = Uint8Array.from(nativeSign(null, utf8(text), key.secret))
  return { name: key.name, id: key.id, blob }
}

/** Signs any text, statement or not, as an attestation is signed. */
export function signText(text: string, by: readonly TestKey[]): string {
  return formatAttestation(
    text,
    by.map((key) => signatureOf(text, key)),
  )
}

const verified = new Map<string, { key: Uint8Array; message: Uint8Array }>()

/** The one rule, quick where the same was asked before. */
export const verify: Verify = (key, signature, message) => {
  const mark = encodeHex(signature)
  const known = verified.get(mark)
  if (known && equal(known.key, key) && equal(known.message, message)) return true
  const holds = nodeVerify(key, signature, message)
  if (holds) verified.set(mark, { key, message })
  return holds
}
