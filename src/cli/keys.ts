/**
 * Keys as a command line names them: key files to sign with, vkeys to enter into a record.
 *
 * @module
 */
import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { decodeBase64 } from '../../keys/base64.ts'
import type { Signer } from '../../keys/signer.ts'
import { ED25519, formatVKey, parseVKey } from '../../keys/vkey.ts'
import type { Key } from '../accord/state.ts'
import { domainOfKeyName } from '../accord/text.ts'
import { readKeyFile } from '../node/key-file.ts'
import { CliError } from './failure.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'

/** Opens a key file; the passphrase is asked only where it is encrypted. */
export function openKey(terminal: Terminal, file: string): Promise<Signer> {
  const ask = () => passphrase(terminal, file, false)
  return readKeyFile(pathOf(terminal, file), ask, terminal.env)
}

/**
 * Opens several that sign statements, one after the other: each may ask.
 *
 * @throws {CliError} `BAD_FILE`
 */
export async function openKeys(terminal: Terminal, files: readonly string[]): Promise<Signer[]> {
  const signers: Signer[] = []
  for (const file of files) {
    const signer = await openKey(terminal, file)
    if (signer.vkey.type !== ED25519) {
      throw new CliError('BAD_FILE', `${file} has a key that signs checkpoints, and no statements`)
    }
    signers.push(signer)
  }
  return signers
}

/** The domain that all keys are of. @throws {CliError} `KEY_OF_ANOTHER` */
export function domainOfKeys(names: readonly string[]): string | undefined {
  const domains = [...new Set(names.map(domainOfKeyName))]
  if (domains.length > 1 || domains[0] === null) {
    throw new CliError('KEY_OF_ANOTHER', `expected keys of one domain, got ${names.join(', ')}`)
  }
  return domains[0]
}

/**
 * Reads a key as a record lists it: `VKEY` or `VKEY:ROLE`. Without a role it is the name's label.
 *
 * @throws {KeyError}
 */
export function parseKey(text: string): Key {
  const colon = text.indexOf(':')
  const vkey = parseVKey(colon < 0 ? text : text.slice(0, colon))
  const role = colon < 0 ? (vkey.name.split('/')[1] ?? 'officer') : text.slice(colon + 1)
  return { vkey: formatVKey(vkey), role }
}

/**
 * Reads a public key that was made elsewhere: its 32 bytes in base64, or a file in PEM, as
 * `openssl pkey -pubout` writes it (RFC 8410).
 *
 * @returns 32 bytes
 * @throws {CliError} `BAD_FILE`
 */
export async function readPublicKey(terminal: Terminal, text: string): Promise<Uint8Array> {
  const bytes = decodeBase64(text)
  if (bytes?.length === 32) return bytes
  const pem = await readFile(pathOf(terminal, text), 'utf8')
  const key = pem.startsWith('-----BEGIN PUBLIC KEY-----') ? jwkOf(pem) : {}
  const x = key.crv === 'Ed25519' && key.x !== undefined ? Buffer.from(key.x, 'base64url') : null
  if (x) return new Uint8Array(x)
  throw new CliError('BAD_FILE', `expected an Ed25519 public key in PEM: ${text}`, {
    advice: 'openssl pkey -in SECRET -pubout writes it; or give its 32 bytes in base64',
  })
}

function jwkOf(pem: string): JsonWebKey {
  try {
    return createPublicKey(pem).export({ format: 'jwk' })
  } catch {
    return {}
  }
}

/** `name+id`, by which a key is spoken of. */
export function shortKey(vkey: string): string {
  const { name, id } = parseVKey(vkey)
  return `${name}+${id}`
}

/** Gathers an option that may be given several times. */
export function several(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value]
}
