/**
 * Keys in files that only their owner can read.
 *
 * A file holds one of these, and a newline:
 *
 * - a secret key, `PRIVATE+KEY+...`; where there is a passphrase, that text encrypted with it
 *   (https://age-encryption.org/v1, armored), so that the `age` command opens it too;
 * - where the secret is held instead, as `held-key.ts` has it. A command runs in the file's folder.
 *
 * @module
 */
import type { Stats } from 'node:fs'
import { constants, type FileHandle, link, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { armor, Decrypter, Encrypter } from 'age-encryption'
import { parseSecretKey, type Signer, seedSigner } from '../../keys/signer.ts'
import { commandSigner, type Environment } from './command-signer.ts'
import { type HeldKey, namesHeldKey, parseHeldKey } from './held-key.ts'
import { agentSigner } from './ssh-agent.ts'

const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'

/** An age file of one key is under 1 KiB; no command need be longer than this. */
const MAX_BYTES = 16 * 1024

/**
 * - `KEY_FILE_TOO_OPEN`: others than the owner have rights to the file
 * - `KEY_FILE_OF_ANOTHER`: somebody else's file names a command, which would run in our name
 * - `NOT_A_KEY_FILE`: a directory, a pipe, or too long
 * - `PASSPHRASE_NEEDED`: the file is encrypted and no passphrase is to be had
 * - `WRONG_PASSPHRASE`: the passphrase does not open the file
 */
export type KeyFileCode =
  | 'KEY_FILE_TOO_OPEN'
  | 'KEY_FILE_OF_ANOTHER'
  | 'NOT_A_KEY_FILE'
  | 'PASSPHRASE_NEEDED'
  | 'WRONG_PASSPHRASE'

/** What goes wrong with a key file. Says nothing of what is in it. */
export class KeyFileError extends Error {
  readonly code: KeyFileCode
  constructor(code: KeyFileCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'KeyFileError'
    this.code = code
  }
}

/**
 * Writes a new key file of mode 0600, durably. A file that exists is never overwritten.
 *
 * @param keyText as `formatSecretKey` or `formatHeldKey` writes it
 * @param passphrase encrypts a secret key where given; reading it then takes about a second
 * @throws {KeyError} `MALFORMED_SECRET_KEY`; whatever the file system says, `EEXIST` above all
 * @throws {SignerError} `MALFORMED_HELD_KEY`
 */
export async function writeKeyFile(
  path: string,
  keyText: string,
  passphrase?: string,
): Promise<void> {
  if (passphrase === undefined && namesHeldKey(keyText)) parseHeldKey(keyText)
  else parseSecretKey(keyText)
  const line = `${keyText}\n`
  const text = passphrase === undefined ? line : await encrypt(line, passphrase)
  // Whole or not at all: a crash must not leave a file that is no key under this name.
  const beside = `${path}.${process.pid}.new`
  await writePrivately(beside, text)
  try {
    await link(beside, path).catch((e: NodeJS.ErrnoException) => {
      throw Object.assign(e, { path })
    })
  } finally {
    await unlink(beside)
  }
  await syncFolder(dirname(path))
}

async function writePrivately(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * Reads a key file.
 *
 * @param passphrase asked only where the file is encrypted
 * @param env names the ssh-agent's socket, and is seen in part by a command that signs
 * @throws {KeyFileError}
 * @throws {KeyError} `MALFORMED_SECRET_KEY`, or as `parseVKey`
 * @throws {SignerError} `MALFORMED_HELD_KEY`; the rest only when the signer is asked to sign
 */
export async function readKeyFile(
  path: string,
  passphrase?: () => Promise<string>,
  env: Environment = process.env,
): Promise<Signer> {
  const { text, ours } = await readPrivately(path)
  const key = text.replace(/\n$/, '')
  if (namesHeldKey(key))
    return heldSigner(demandOurs(parseHeldKey(key), ours, path), dirname(path), env)
  const secret = parseSecretKey(
    text.startsWith(ARMOR) ? (await decrypt(text, path, passphrase)).replace(/\n$/, '') : key,
  )
  return seedSigner(secret.name, secret.seed, secret.type)
}

/**
 * The signer of a key held elsewhere.
 *
 * @param folder where a command runs
 * @param env as `readKeyFile` has it
 */
export function heldSigner({ vkey, argv }: HeldKey, folder: string, env: Environment): Signer {
  return argv === null
    ? agentSigner(vkey, { socket: env['SSH_AUTH_SOCK'] })
    : commandSigner(vkey, { argv, folder, env })
}

function demandOurs(key: HeldKey, ours: boolean, path: string): HeldKey {
  if (key.argv === null || ours) return key
  throw new KeyFileError('KEY_FILE_OF_ANOTHER', `expected a file of our own: ${path}`)
}

/** What is asked of the open file cannot be exchanged in between. */
async function readPrivately(path: string): Promise<{ text: string; ours: boolean }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { uid } = await checkPrivate(file, path)
    return { text: await file.readFile('utf8'), ours: uid === process.geteuid?.() }
  } finally {
    await file.close()
  }
}

async function checkPrivate(file: FileHandle, path: string): Promise<Stats> {
  const stat = await file.stat()
  if (!stat.isFile() || stat.size > MAX_BYTES) {
    throw new KeyFileError('NOT_A_KEY_FILE', `expected a file of one key: ${path}`)
  }
  const mode = stat.mode & 0o777
  if ((mode & 0o077) !== 0) {
    const is = mode.toString(8).padStart(4, '0')
    throw new KeyFileError('KEY_FILE_TOO_OPEN', `expected mode 0600, got ${is}: chmod 600 ${path}`)
  }
  return stat
}

async function encrypt(text: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  return armor.encode(await encrypter.encrypt(text))
}

async function decrypt(
  text: string,
  path: string,
  passphrase?: () => Promise<string>,
): Promise<string> {
  if (!passphrase) throw new KeyFileError('PASSPHRASE_NEEDED', `the key is encrypted: ${path}`)
  const decrypter = new Decrypter()
  decrypter.addPassphrase(await passphrase())
  try {
    return await decrypter.decrypt(armor.decode(text), 'text')
  } catch (cause) {
    throw new KeyFileError('WRONG_PASSPHRASE', `the passphrase does not open ${path}`, { cause })
  }
}
