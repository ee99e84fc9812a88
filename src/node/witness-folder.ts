/**
 * A witness's folder: what it must not forget.
 *
 * ```text
 * witness.sqlite        the last checkpoint of each log that was cosigned
 * witness.key           signs cosignatures of type 0x04
 * witness-mldsa.key     signs those of type 0x06
 * lock                  held while a witness runs
 * ```
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { migrateWitness } from '../../db/migrate.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { formatSecretKey, type Signer } from '../../keys/signer.ts'
import { COSIGNATURE, ML_DSA_44 } from '../../keys/vkey.ts'
import { type AskPassphrase, HomeError, lockData } from './home.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'

const KEYS = [
  ['witness.key', COSIGNATURE],
  ['witness-mldsa.key', ML_DSA_44],
] as const

/** The folder, held until it is closed. */
export interface WitnessFolder {
  readonly sql: Sqlite
  /** Of type 0x04 and of type 0x06, under one name. */
  readonly signers: readonly Signer[]
  close(): void
}

/**
 * Opens a folder, or makes it with keys of this name.
 *
 * @throws {HomeError} `DATA_IN_USE` where another process works on it, `KEY_MISSING` where a key is
 *   gone from a folder that has cosigned, or has another name
 * @throws {KeyFileError}
 * @throws {StoreError}
 */
export async function openWitnessFolder(
  folder: string,
  name: string,
  ask: AskPassphrase,
): Promise<WitnessFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const release = locked(folder)
  try {
    const database = join(folder, 'witness.sqlite')
    // Keys come first, so a folder with a database has had them.
    const begun = existsSync(database)
    const signers: Signer[] = []
    for (const [file, type] of KEYS) {
      signers.push(await signerIn(join(folder, file), name, type, begun, ask))
    }
    const sql = openSqlite(database)
    await migrateWitness(sql)
    return {
      sql,
      signers,
      close() {
        sql.close()
        release()
      },
    }
  } catch (e) {
    release()
    throw e
  }
}

function locked(folder: string): () => void {
  try {
    return lockData(folder)
  } catch (cause) {
    if (!(cause instanceof HomeError) || cause.code !== 'DATA_IN_USE') throw cause
    const message = `another process works in ${folder}; stop it, or name another folder`
    throw new HomeError('DATA_IN_USE', message, { cause })
  }
}

async function signerIn(
  path: string,
  name: string,
  type: number,
  begun: boolean,
  ask: AskPassphrase,
): Promise<Signer> {
  if (!existsSync(path)) {
    if (begun) throw new HomeError('KEY_MISSING', `put the key back that belongs in ${path}`)
    const seed = new Uint8Array(randomBytes(32))
    await writeKeyFile(path, formatSecretKey({ name, type, seed }))
  }
  const signer = await readKeyFile(path, ask)
  if (signer.vkey.name === name && signer.vkey.type === type) return signer
  throw new HomeError('KEY_MISSING', `${path} is of ${signer.vkey.name}, not of ${name}`)
}
