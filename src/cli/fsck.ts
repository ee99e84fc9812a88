/**
 * `accord fsck`: is everything what it should be, in a log as it is served or in a database?
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Command } from 'commander'
import { CompiledQuery } from 'kysely'
import { StoreError } from '../../db/error.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { ClientError } from '../client/error.ts'
import type { Fetch } from '../client/fetch.ts'
import { nodeVerify } from '../node/fast.ts'
import { openLogFetch } from '../node/log-fetch.ts'
import { RegisterError } from '../register/error.ts'
import { parsePolicy } from '../tlog/policy.ts'
import type { FsckReport } from '../watch/difference.ts'
import { fsckTree } from '../watch/fsck.ts'
import { fsckDatabase } from '../watch/fsck-database.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { withProgress } from './progress.ts'
import { addressOf, fetchAt, isUrl, readPolicy } from './source.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** Adds the command. */
export function fsckCommand(program: Command, run: Run): void {
  program
    .command('fsck')
    .argument('[where]', 'an address or a folder; by default as with --log')
    .description('check every leaf, tile, root, signature and entry of a log, or of a database')
    .option('--db <file>', 'a database instead: its rows and projections too')
    .action(run<FsckOptions>((terminal, options, [where]) => fsck(terminal, options, where)))
}

interface FsckOptions extends Common {
  readonly db?: string
}

async function fsck(terminal: Terminal, options: FsckOptions, where?: string): Promise<Answer> {
  if (options.db !== undefined && where !== undefined) {
    throw new CliError('USAGE', 'expected an address or --db, not both')
  }
  const [what, report] =
    options.db === undefined
      ? await checkTree(terminal, where === undefined ? options : { ...options, log: where })
      : await checkDatabase(terminal, options.db)
  const { ok, size, difference } = report
  return {
    lines: ok ? [`${what}: good: ${size} entries, each as it should be`] : broken(what, report),
    data: { what, size, difference },
    exit: ok ? 0 : 1,
  }
}

function broken(what: string, { size, difference }: FsckReport): string[] {
  const { index, path, what: found } = difference!
  const at = [
    index === undefined ? [] : [`entry ${index}`],
    path === undefined ? [] : [path],
  ].flat()
  return [`${what}: not good, at size ${size}`, `  ${[...at, found].join(': ')}`]
}

async function checkTree(
  terminal: Terminal,
  options: Common,
): Promise<readonly [string, FsckReport]> {
  const policyText = await readPolicy(terminal, options)
  const address = addressOf(terminal, options, policyText)
  const policy = parsePolicy(policyText)
  const vkeys = policy.logs.map((l) => l.vkey)
  demandFolder(terminal, address)
  const listing = isUrl(address) ? {} : { list: () => filesIn(pathOf(terminal, address)) }
  const remote = openLogFetch()
  const fetch = orNull(isUrl(address) ? remote.from(address) : fetchAt(terminal, address))
  try {
    const report = await withProgress(terminal, 'checking', (onProgress) =>
      fsckTree({ fetch, ...listing, vkeys, policy, verify: nodeVerify, onProgress }),
    )
    return [address, report]
  } finally {
    await remote.close()
  }
}

/** A folder that is not there is no log, good or bad. @throws {CliError} `NO_FILE` */
function demandFolder(terminal: Terminal, address: string): void {
  if (isUrl(address) || existsSync(pathOf(terminal, address))) return
  throw new CliError('NO_FILE', `expected an address or a folder with a copy, got ${address}`)
}

/** The paths of the tiles in a folder. A log without entries has none. */
async function filesIn(folder: string): Promise<string[]> {
  if (!existsSync(join(folder, 'tile'))) return []
  const names = await readdir(join(folder, 'tile'), { recursive: true })
  return names.map((name) => `tile/${name.split(sep).join('/')}`)
}

/** Gives null where the log has no such file. */
function orNull(fetch: Fetch): (path: string) => Promise<Uint8Array | null> {
  return async (path) => {
    try {
      return await fetch(path)
    } catch (e) {
      if (e instanceof ClientError && e.code === 'NO_FILE') return null
      throw e
    }
  }
}

async function checkDatabase(
  terminal: Terminal,
  file: string,
): Promise<readonly [string, FsckReport]> {
  const path = databaseAt(terminal, file)
  // Opening would make a database of it.
  if (statSync(path).size === 0) return [file, damaged('the file is empty')]
  try {
    const sql = openSqlite(path)
    try {
      // Rows are read here by their tables; an index that is damaged answers for them elsewhere.
      const [found] = await sql.all(CompiledQuery.raw('pragma integrity_check(1)'))
      const [first] = Object.values(Object(found))
      if (first !== 'ok') return [file, damaged(`the file is damaged: ${first}`)]
      const report = await withProgress(terminal, 'checking', (onProgress) =>
        fsckDatabase(sql, { verify: nodeVerify, onProgress }),
      )
      return [file, report]
    } catch (e) {
      if (!(e instanceof RegisterError) || e.code !== 'NO_LOG') throw e
      const [entry] = await sql.all(CompiledQuery.raw('select idx from entry limit 1'))
      if (!entry) throw e
      return [file, damaged('there are entries, and no checkpoint')]
    } finally {
      sql.close()
    }
  } catch (e) {
    const { cause } = e as { cause?: { code?: unknown } }
    if (!(e instanceof StoreError) || !DAMAGE.test(String(cause?.code))) throw e
    return [file, damaged(`the file is damaged: ${e.message}`)]
  }
}

const DAMAGE = /^SQLITE_CORRUPT/

function damaged(what: string): FsckReport {
  return { ok: false, size: 0, difference: { what } }
}

/** The path of a database that exists: opening would make one. @throws {CliError} `NO_FILE` */
export function databaseAt(terminal: Terminal, file: string): string {
  const path = pathOf(terminal, file)
  if (existsSync(path)) return path
  throw new CliError('NO_FILE', `expected a database at ${file}`, {
    advice: `it is ${join('data', 'accord.sqlite')} in the folder where the registry was started, or in ACCORD_DATA_DIR`,
  })
}
