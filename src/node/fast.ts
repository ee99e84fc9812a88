/**
 * Native Ed25519, held to the one rule of `keys/ed25519.ts`.
 *
 * OpenSSL uses the cofactorless equation and refuses S >= L, but takes points of low order or not
 * according to Node's version; the guard in front makes every version answer alike.
 *
 * @module
 */
import { createPublicKey, type KeyObject, verify as nativeVerify, webcrypto } from 'node:crypto'
import { guarded, guardedAsync } from '../../keys/ed25519.ts'

/** How many imported keys are kept: importing one costs about a tenth of a verification. */
const KEPT_KEYS = 256

const kept = new Map<string, KeyObject>()

/** Verifies on this thread. */
export const nodeVerify = guarded((key, signature, message) =>
  nativeVerify(null, message, imported(key), signature),
)

/** Verifies on libuv's thread pool, so that the main thread goes on. */
export const nodeVerifyPool = guardedAsync(
  (key, signature, message) =>
    new Promise((resolve, reject) => {
      nativeVerify(null, message, imported(key), signature, (error, valid) => {
        if (error) reject(error)
        else resolve(valid)
      })
    }),
)

/** Verifies with WebCrypto, as a browser or a Worker does. */
export const webVerify = guardedAsync(async (key, signature, message) => {
  const imported = await webcrypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
  return webcrypto.subtle.verify('Ed25519', imported, signature, message)
})

/** Imports from JWK: on Node 20 an SPKI import costs as much as a verification. */
function imported(key: Uint8Array): KeyObject {
  const x = Buffer.from(key).toString('base64url')
  const known = kept.get(x)
  if (known) {
    kept.delete(x)
    kept.set(x, known)
    return known
  }
  const made = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  kept.set(x, made)
  if (kept.size > KEPT_KEYS) kept.delete(kept.keys().next().value!)
  return made
}
