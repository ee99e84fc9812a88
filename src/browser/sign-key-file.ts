/**
 * The worker that makes, seals and opens key files: a passphrase takes a second to be tried, and what
 * is secret is gone when the worker ends.
 *
 * A file is what `src/node/key-file.ts` writes: a secret key and a newline, encrypted with a
 * passphrase (https://age-encryption.org/v1, armored). A key that leaves this worker cannot be
 * exported.
 *
 * @module
 */
import { armor, Decrypter, Encrypter } from 'age-encryption'
import { decodeBase64 } from '../../keys/base64.ts'
import { formatSecretKey, parseSecretKey, type SecretKey, seedSigner } from '../../keys/signer.ts'
import { ED25519, formatVKey } from '../../keys/vkey.ts'
import type { KeyAnswer, KeyFailure, KeyWork, Made, Opened } from './sign-key-work.ts'

const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'

/** What stands before the 32 bytes of a secret key in PKCS #8. See RFC 8410, section 7. */
const PKCS8 = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32)

addEventListener('message', ({ data }: MessageEvent<KeyWork>) => {
  void (async () => {
    const answer = data.kind === 'make' ? await make(data) : await open(data)
    postMessage(answer satisfies KeyAnswer)
  })()
})

async function make({ name, passphrase }: Extract<KeyWork, { kind: 'make' }>): Promise<Made> {
  const secret = { name, type: ED25519, seed: await freshSeed() }
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  const sealed = await encrypter.encrypt(`${formatSecretKey(secret)}\n`)
  return { kind: 'made', file: armor.encode(sealed), vkey: vkeyOf(secret) }
}

/** The seed of a key that the browser has made. */
async function freshSeed(): Promise<Uint8Array> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign'])) as CryptoKeyPair
  const { d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  const seed = decodeBase64(`${d.replaceAll('-', '+').replaceAll('_', '/')}=`)
  if (seed?.length !== 32) throw new TypeError('expected a key of 32 bytes')
  return seed
}

async function open({
  text,
  passphrase,
}: Extract<KeyWork, { kind: 'open' }>): Promise<Opened | KeyFailure> {
  const plain = text.startsWith(ARMOR) ? await decrypted(text, passphrase) : text
  if (plain === null) return { kind: 'failed', why: 'wrong-passphrase' }
  const secret = secretIn(plain)
  if (secret === null) return { kind: 'failed', why: 'no-key-file' }
  const bytes = new Uint8Array([...PKCS8, ...secret.seed])
  const key = await crypto.subtle.importKey('pkcs8', bytes, 'Ed25519', false, ['sign'])
  return { kind: 'opened', vkey: vkeyOf(secret), key }
}

async function decrypted(text: string, passphrase: string): Promise<string | null> {
  try {
    const decrypter = new Decrypter()
    decrypter.addPassphrase(passphrase)
    return await decrypter.decrypt(armor.decode(text), 'text')
  } catch {
    return null
  }
}

function secretIn(text: string): SecretKey | null {
  try {
    const secret = parseSecretKey(text.replace(/\n$/, ''))
    return secret.type === ED25519 ? secret : null
  } catch {
    return null
  }
}

function vkeyOf({ name, seed }: SecretKey): string {
  return formatVKey(seedSigner(name, seed).vkey)
}
