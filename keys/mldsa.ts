/**
 * ML-DSA-44, for cosignatures of type 0x06.
 *
 * See FIPS 204 and https://c2sp.org/tlog-cosignature. The context string is empty.
 *
 * @module
 */
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'

/** The public key of a seed: 1312 bytes of 32. */
export function mlDsaPublicKey(seed: Uint8Array): Uint8Array {
  return ml_dsa44.keygen(seed).publicKey
}

/** Signs, always with the same signature for the same message: 2420 bytes. */
export function signMlDsa(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ml_dsa44.sign(message, ml_dsa44.keygen(seed).secretKey, { extraEntropy: false })
}

/** Says whether a signature by a key over a message holds. Never throws. */
export function verifyMlDsa(key: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  const { lengths, verify } = ml_dsa44
  if (key.length !== lengths.publicKey || signature.length !== lengths.signature) return false
  try {
    return verify(signature, message, key)
  } catch {
    return false
  }
}
