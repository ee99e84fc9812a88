/**
 * The data directory: everything a registry keeps on a disk.
 *
 * ```text
 * data/                      0700
 *   origin                   the log's name; another one is refused
 *   keys/                    0700
 *     log.key clerk.key      needed while the registry runs
 *     log-mldsa.key          signs checkpoints beside log.key, where it is there
 *     daily-1.key            speaks for the depositary   (to be moved off this disk)
 *     recovery-1.key         replaces the others         (to be moved off this disk)
 *   lock                     held while a registry runs; nothing is in it
 *   accord.sqlite            the log and its projections
 *   persons.sqlite           the cards of those who signed: nothing of them is in the log
 *   published/checkpoint     what the world has seen last, apart from the database
 *   policy.txt               whom to trust, as the registry itself says it
 *   founding                 only while a first start is under way
 * ```
 *
 * A first start goes through the steps in this order and skips what is there already, so that one
 * that dies half way is gone on with by the next. There is never a second genesis: none is made
 * where a checkpoint was published, and the store takes only one.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StoreError } from '../../db/error.ts'
import { lockSqlite } from '../../db/sqlite.ts'
import { formatSecretKey, type Signer } from '../../keys/signer.ts'
import { ED25519 } from '../../keys/vkey.ts'
import { ownPolicy } from '../client/own-policy.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'

/**
 * - `NO_FOLDER`: the data directory is a file, or cannot be made
 * - `NOT_WRITABLE`: something in it cannot be written
 * - `DATA_IN_USE`: another process works on it
 * - `OTHER_ORIGIN`: the data is of a log of another name
 * - `ORIGIN`: the origin's host is no domain, which the depositary needs
 * - `KEY_MISSING`: a key that the registry needs is not in its file
 * - `BAD_STATE`: what a monitor keeps of itself does not read
 * - `LOST_LOG`: a checkpoint was published, or the log key used, and the database holds no log
 * - `REFUSED`: the registry does not take an instrument that ships
 */
export type HomeCode =
  | 'NO_FOLDER'
  | 'NOT_WRITABLE'
  | 'DATA_IN_USE'
  | 'OTHER_ORIGIN'
  | 'ORIGIN'
  | 'KEY_MISSING'
  | 'LOST_LOG'
  | 'BAD_STATE'
  | 'REFUSED'

/** What is wrong with a data directory. */
export class HomeError extends Error {
  readonly code: HomeCode
  constructor(code: HomeCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'HomeError'
    this.code = code
  }
}

/** Where everything lies. */
export interface Home {
  readonly folder: string
  readonly keys: string
  readonly database: string
  readonly persons: string
  readonly checkpoint: string
  readonly policy: string
  /** Lets others work on it. */
  release(): void
}

/** The depositary's keys and the log's. Those that are not on the disk are null. */
export interface HomeKeys {
  readonly log: Signer
  /** Signs checkpoints beside it, with ML-DSA-44; null where it was not put there. */
  readonly logMlDsa: Signer | null
  readonly clerk: Signer
  readonly daily: Signer | null
  readonly recovery: Signer | null
}

/** Asks for the passphrase of a key file. */
export type AskPassphrase = () => Promise<string>

/**
 * Makes the folders of a data directory, or opens them, for a log of this origin. It is locked until
 * it is released.
 *
 * @throws {HomeError} `NO_FOLDER`, `NOT_WRITABLE`, `DATA_IN_USE`, `OTHER_ORIGIN`
 */
export async function openHome(folder: string, origin: string): Promise<Home> {
  await makePrivate(folder)
  const release = lockData(folder)
  try {
    const home = homeAt(folder, release)
    await makePrivate(home.keys)
    await makeFolder(dirname(home.checkpoint))
    for (const path of [home.database, home.persons, home.checkpoint, home.policy]) {
      await demandWritable(path)
    }
    await demandOrigin(folder, origin)
    return home
  } catch (e) {
    release()
    throw e
  }
}

function homeAt(folder: string, release: () => void): Home {
  return {
    folder,
    keys: join(folder, 'keys'),
    database: join(folder, 'accord.sqlite'),
    persons: join(folder, 'persons.sqlite'),
    checkpoint: join(folder, 'published', 'checkpoint'),
    policy: join(folder, 'policy.txt'),
    release,
  }
}

/**
 * Locks a data directory: two processes that both sign would sign two histories.
 *
 * @returns what releases it; the end of the process does too, however it comes
 * @throws {HomeError} `DATA_IN_USE`
 */
export function lockData(folder: string): () => void {
  try {
    return lockSqlite(join(folder, 'lock'))
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== 'BUSY') throw cause
    const message = `another registry runs on ${folder}; stop it first`
    throw new HomeError('DATA_IN_USE', message, { cause })
  }
}

async function demandOrigin(folder: string, origin: string): Promise<void> {
  const known = await keep(join(folder, 'origin'), `${origin}\n`)
  if (known === `${origin}\n`) return
  throw new HomeError(
    'OTHER_ORIGIN',
    `the data in ${folder} is of the log ${known.trim()}, not of ${origin}; unset ACCORD_ORIGIN, or choose another ACCORD_DATA_DIR`,
  )
}

async function makePrivate(path: string): Promise<void> {
  await makeFolder(path)
  await chmod(path, 0o700).catch((cause) => {
    throw new HomeError('NOT_WRITABLE', `${path} is not writable`, { cause })
  })
}

/** Makes a folder and those above it. Node's own never ends where one cannot be made, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  const code = await mkdir(path, { mode: 0o700 }).then(
    () => null,
    (e: NodeJS.ErrnoException) => e.code,
  )
  if (code === 'ENOENT' && !(await isThere(dirname(path)))) {
    await makeFolder(dirname(path))
    return makeFolder(path)
  }
  if (code !== null && code !== 'EEXIST') {
    throw new HomeError('NO_FOLDER', `the folder ${path} cannot be made: ${code}`)
  }
  if (!(await stat(path)).isDirectory()) {
    throw new HomeError('NO_FOLDER', `${path} is a file, expected a folder`)
  }
  await demandWritable(path)
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function demandWritable(path: string): Promise<void> {
  await access(path, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return
    throw new HomeError('NOT_WRITABLE', `${path} is not writable`, { cause })
  })
}

/** Reads a file, after writing it where there is none. */
async function keep(path: string, text: string): Promise<string> {
  const kept = await readIfThere(path)
  if (kept !== null) return kept
  const file = await open(`${path}.new`, 'w', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  return text
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw e
  }
}

/**
 * Begins to found a log here, and notes it until {@link endFounding}. Where there is a log key and
 * no such note, the key has signed a log already, and would sign a second one.
 *
 * @throws {HomeError} `LOST_LOG`
 */
export async function beginFounding(home: Home): Promise<void> {
  const note = join(home.folder, 'founding')
  if ((await isThere(join(home.keys, 'log.key'))) && !(await isThere(note))) {
    throw new HomeError(
      'LOST_LOG',
      `${home.keys}/log.key has signed a log, and ${home.database} holds none: put the database back, or begin another log in another data directory`,
    )
  }
  await keep(note, 'a log is being founded here\n')
}

/** The log is founded, and public. */
export async function endFounding(home: Home): Promise<void> {
  await rm(join(home.folder, 'founding'), { force: true })
}

/** Whether a checkpoint was ever published from here. */
export async function hasPublished(home: Home): Promise<boolean> {
  return (await readIfThere(home.checkpoint)) !== null
}

/**
 * Makes the keys of a registry that has none yet. A key that is there stays.
 *
 * @param domain the depositary's
 */
export async function makeKeys(home: Home, origin: string, domain: string): Promise<void> {
  const names = {
    log: origin,
    clerk: `${domain}/clerk`,
    'daily-1': `${domain}/daily-1`,
    'recovery-1': `${domain}/recovery-1`,
  }
  for (const [file, name] of Object.entries(names)) {
    const secret = { name, type: ED25519, seed: new Uint8Array(randomBytes(32)) }
    try {
      await writeKeyFile(join(home.keys, `${file}.key`), formatSecretKey(secret))
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e
    }
  }
}

/**
 * Reads the keys.
 *
 * @throws {HomeError} `KEY_MISSING` for the log's and the clerk's, without which nothing goes
 * @throws {KeyFileError}
 */
export async function readKeys(home: Home, passphrase?: AskPassphrase): Promise<HomeKeys> {
  const read = (file: string) => readIfKey(join(home.keys, file), passphrase)
  return {
    log: await demandKey(home, 'log.key', passphrase),
    logMlDsa: await read('log-mldsa.key'),
    clerk: await demandKey(home, 'clerk.key', passphrase),
    daily: await read('daily-1.key'),
    recovery: await read('recovery-1.key'),
  }
}

async function demandKey(home: Home, file: string, ask?: AskPassphrase): Promise<Signer> {
  const path = join(home.keys, file)
  const signer = await readIfKey(path, ask)
  if (!signer) throw new HomeError('KEY_MISSING', `put the key back that belongs in ${path}`)
  return signer
}

async function readIfKey(path: string, ask?: AskPassphrase): Promise<Signer | null> {
  try {
    return await readKeyFile(path, ask)
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw e
  }
}

/** The policy file; one that is there stays as it is. */
export function keepPolicy(home: Home, log: Signer, url: string | null): Promise<string> {
  return keep(home.policy, ownPolicy(log.vkey, url))
}
