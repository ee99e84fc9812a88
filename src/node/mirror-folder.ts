/**
 * A mirror's folder: what it must not forget.
 *
 * ```text
 * accord.sqlite            the log and its projections, as a registry has them
 * target                   the checkpoint that entries are read towards
 * mirror.key               the key with which copies are cosigned, where they are
 * alarms/*.accord-alarm    evidence
 * lock                     held while a mirror runs
 * ```
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../../db/migrate.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { formatSecretKey, type Signer } from '../../keys/signer.ts'
import { COSIGNATURE } from '../../keys/vkey.ts'
import { formatAlarm } from '../client/alarm.ts'
import type { MirrorAlarm } from '../watch/mirror.ts'
import { alarmReport } from '../watch/trouble.ts'
import { type AskPassphrase, HomeError, lockData } from './home.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'
import { filePublication } from './publication.ts'

/** The folder, held until it is closed. */
export interface MirrorFolder {
  readonly sql: Sqlite
  readonly target: ReturnType<typeof filePublication>
  /** Keeps the evidence of an alarm. @returns the file, and what to do with it */
  alarm(alarm: MirrorAlarm): Promise<{ readonly file: string; readonly advice: string | null }>
  /**
   * The key of this name, made at the first time.
   *
   * @throws {HomeError} `KEY_MISSING` where the key there has another name
   */
  cosigner(name: string, ask: AskPassphrase): Promise<Signer>
  close(): void
}

/**
 * Opens a folder, or makes it.
 *
 * @throws {HomeError} `DATA_IN_USE` where another process works on it, or it is a registry's
 * @throws {StoreError}
 */
export async function openMirrorFolder(folder: string): Promise<MirrorFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const release = locked(folder)
  try {
    const sql = openSqlite(join(folder, 'accord.sqlite'))
    await migrate(sql)
    return {
      sql,
      target: filePublication(join(folder, 'target')),
      alarm: (alarm) => keepAlarm(join(folder, 'alarms'), alarm),
      cosigner: (name, ask) => cosignerIn(join(folder, 'mirror.key'), name, ask),
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
  if (existsSync(join(folder, 'keys'))) {
    const message = `${folder} is the data of a registry; a mirror needs a folder of its own`
    throw new HomeError('DATA_IN_USE', message)
  }
  try {
    return lockData(folder)
  } catch (cause) {
    if (!(cause instanceof HomeError) || cause.code !== 'DATA_IN_USE') throw cause
    const message = `another mirror works in ${folder}; stop it, or name another folder`
    throw new HomeError('DATA_IN_USE', message, { cause })
  }
}

async function keepAlarm(folder: string, { origin, alarm }: MirrorAlarm) {
  const { report } = alarmReport(origin, alarm)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, report.alarm!)
  await filePublication(file).publish(formatAlarm(alarm))
  return { file, advice: report.advice }
}

async function cosignerIn(path: string, name: string, ask: AskPassphrase): Promise<Signer> {
  if (!existsSync(path)) {
    const seed = new Uint8Array(randomBytes(32))
    await writeKeyFile(path, formatSecretKey({ name, type: COSIGNATURE, seed }))
  }
  const signer = await readKeyFile(path, ask)
  if (signer.vkey.name === name && signer.vkey.type === COSIGNATURE) return signer
  throw new HomeError('KEY_MISSING', `${path} is of ${signer.vkey.name}, not of ${name}`)
}
