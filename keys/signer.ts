/**
 * Whoever can sign, and how a secret key is written down.
 *
 * A {@link Signer} is an interface so that an agent or a hardware module can stand behind it; the
 * rest of the house never sees a secret.
 *
 * See https://pkg.go.dev/golang.org/x/mod/sumdb/note for the secret key's text form.
 *
 * @module
 */
import { decodeBase64, encodeBase64 } from './base64.ts'
import { publicKey, sign } from './ed25519.ts'
import { KeyError } from './error.ts'
import { mlDsaPublicKey, signMlDsa } from './mldsa.ts'
import { COSIGNATURE, ED25519, ML_DSA_44, type VKey, vkeyOf } from './vkey.ts'

/** Signs with one key. */
export interface Signer {
  /** The public key, and the type of signature that the key is for. */
  readonly vkey: VKey
  /**
   * Signs exactly these bytes.
   *
   * @returns the bare signature, 64 bytes, or 2420 of ML-DSA-44: key id and timestamp are the
   *   note's affair
   */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** A secret key, before it is a {@link Signer}. */
export interface SecretKey {
  readonly name: string
  /** The signature type: 0x01, or 0x04 or 0x06 for a cosigner. */
  readonly type: number
  /** 32 random bytes. */
  readonly seed: Uint8Array
}

/**
 * A signer that holds its seed in memory.
 *
 * @param seed 32 bytes
 * @param type 0x01, or 0x04 or 0x06 for a cosigner
 * @throws {KeyError} as `vkeyOf`
 */
export function seedSigner(name: string, seed: Uint8Array, type: number = ED25519): Signer {
  const own = seed.slice()
  if (type === ML_DSA_44) {
    return {
      vkey: vkeyOf(name, mlDsaPublicKey(own), type),
      sign: async (message) => signMlDsa(own, message),
    }
  }
  if (type !== ED25519 && type !== COSIGNATURE) {
    throw new KeyError('UNKNOWN_KEY_TYPE', 'expected type 0x01, 0x04 or 0x06')
  }
  return {
    vkey: vkeyOf(name, publicKey(own), type),
    sign: async (message) => sign(own, message),
  }
}

/**
 * Formats a secret key: `PRIVATE+KEY+<name>+<id>+<base64(type || seed)>`, the id being that of its
 * vkey. It is the inverse of {@link parseSecretKey}.
 */
export function formatSecretKey(secret: SecretKey): string {
  const { vkey } = seedSigner(secret.name, secret.seed, secret.type)
  const bytes = Uint8Array.of(secret.type, ...secret.seed)
  return `PRIVATE+KEY+${vkey.name}+${vkey.id}+${encodeBase64(bytes)}`
}

/**
 * Parses a secret key. No error says anything of the text.
 *
 * @throws {KeyError} `MALFORMED_SECRET_KEY`
 */
export function parseSecretKey(text: string): SecretKey {
  const form = /^PRIVATE\+KEY\+([^+]*)\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(text)
  const bytes = form && decodeBase64(form[2]!)
  if (bytes?.length !== 33) throw malformed()
  const secret = { name: form![1]!, type: bytes[0]!, seed: bytes.slice(1) }
  if (spelling(secret) !== text) throw malformed()
  return secret
}

function spelling(secret: SecretKey): string {
  try {
    return formatSecretKey(secret)
  } catch {
    throw malformed()
  }
}

function malformed(): KeyError {
  return new KeyError(
    'MALFORMED_SECRET_KEY',
    'expected PRIVATE+KEY+<name>+<id>+<base64 of the type and 32 bytes>, the id that of its vkey',
  )
}
