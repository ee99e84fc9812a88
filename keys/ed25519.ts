/**
 * Ed25519, by one rule on every runtime.
 *
 * Verifiers disagree on crafted keys and signatures: some accept points of low order, some use the
 * cofactored equation. The rule here is the strictest in use (dalek's `verify_strict`), so that
 * whatever it accepts is accepted by all:
 *
 * - the signature is 64 bytes, R and then S, and S < L;
 * - neither the key A nor R is one of the 14 encodings of a point of low order;
 * - the encoding of [S]B - [k]A equals R byte for byte (the cofactorless equation).
 *
 * See RFC 8032, section 5.1.7, and https://eprint.iacr.org/2020/1244.
 *
 * @module
 */
import { getPublicKey, hashes, sign as nobleSign, Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { encodeHex } from './base64.ts'

hashes.sha512 = sha512

/** Says whether a signature (64 bytes) by a key (32 bytes) over a message holds. Never throws. */
export type Verify = (key: Uint8Array, signature: Uint8Array, message: Uint8Array) => boolean

/** A {@link Verify} that answers later: a thread pool, or WebCrypto. Never rejects. */
export type VerifyAsync = (
  key: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
) => Promise<boolean>

/** The order of the base point. */
const L = Point.CURVE().n

/** y of the five classes of low-order points, without the sign bit, as little-endian hex. */
const LOW_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/** Verifies by the rule above, in plain arithmetic: the slow path, and the one that decides. */
export function verify(key: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  if (!plausible(key, signature)) return false
  try {
    const a = Point.fromBytes(key, false)
    const s = scalar(signature.subarray(32))
    const k = scalar(
      sha512.create().update(signature.subarray(0, 32)).update(key).update(message).digest(),
    )
    const r = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k % L))
    return same(r.toBytes(), signature.subarray(0, 32))
  } catch {
    return false
  }
}

/** Keys judged lately, as hex: the judgement costs as much as a signature, and is asked for often. */
const judged = new Map<string, boolean>()
const JUDGED = 1024

/**
 * Says whether a key may enter a record: 32 bytes, canonically encoded, not of small order, and in
 * the prime-order subgroup.
 */
export function admissible(key: Uint8Array): boolean {
  const hex = encodeHex(key)
  const known = judged.get(hex)
  if (known !== undefined) return known
  const answer = inPrimeOrderGroup(key)
  if (judged.size === JUDGED) judged.clear()
  if (key.length === 32) judged.set(hex, answer)
  return answer
}

function inPrimeOrderGroup(key: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(key, false)
    return !point.isSmallOrder() && point.isTorsionFree()
  } catch {
    return false
  }
}

/** Puts this module's rule in front of a native verifier that uses the cofactorless equation. */
export function guarded(native: Verify): Verify {
  return (key, signature, message) => {
    if (!plausible(key, signature)) return false
    try {
      return native(key, signature, message)
    } catch {
      return false
    }
  }
}

/** As {@link guarded}, for a verifier that answers later. */
export function guardedAsync(native: VerifyAsync): VerifyAsync {
  return async (key, signature, message) => {
    if (!plausible(key, signature)) return false
    try {
      return await native(key, signature, message)
    } catch {
      return false
    }
  }
}

/** The public key (32 bytes) of a seed (32 bytes). */
export function publicKey(seed: Uint8Array): Uint8Array {
  return getPublicKey(seed)
}

/** Signs a message with a seed (32 bytes); the signature (64 bytes) is the same each time. */
export function sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return nobleSign(message, seed)
}

/** Every part of the rule that needs no curve. */
function plausible(key: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 32 || signature.length !== 64) return false
  if (lowOrder(key) || lowOrder(signature.subarray(0, 32))) return false
  return scalar(signature.subarray(32)) < L
}

function lowOrder(point: Uint8Array): boolean {
  const y = point.slice()
  y[31]! &= 0x7f
  return LOW_ORDER.has(encodeHex(y))
}

function scalar(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(littleEndian.slice().reverse())}`)
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
