/**
 * `accord rebuild` and `accord backup`: the registry's database, looked after.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { openSqlite } from '../../db/sqlite.ts'
import { nodeVerify } from '../node/fast.ts'
import { lockData } from '../node/home.ts'
import { rebuild } from '../register/rebuild.ts'
import type { Answer, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { databaseAt } from './fsck.ts'
import { withProgress } from './progress.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** Adds the commands. */
export function upkeepCommands(program: Command, run: Run): void {
  program
    .command('rebuild')
    .description('make every projection again from the log; the registry must be stopped')
    .option('--db <file>', 'the database; by default that of the data directory')
    .action(run<UpkeepOptions>((terminal, options) => remake(terminal, fileOf(terminal, options))))
  program
    .command('backup')
    .argument('<to>', 'the file that is written')
    .description('copy the database, as of one moment, while the registry runs')
    .option('--db <file>', 'the database; by default that of the data directory')
    .action(
      run<UpkeepOptions>((terminal, options, [to]) =>
        copy(terminal, fileOf(terminal, options), to!),
      ),
    )
}

interface UpkeepOptions {
  readonly db?: string
}

function fileOf(terminal: Terminal, { db }: UpkeepOptions): string {
  const home = terminal.env['ACCORD_DATA_DIR'] || 'data'
  return databaseAt(terminal, db ?? join(home, 'accord.sqlite'))
}

async function remake(terminal: Terminal, file: string): Promise<Answer> {
  const release = lockData(dirname(file))
  try {
    return await rebuildAt(terminal, file)
  } finally {
    release()
  }
}

async function rebuildAt(terminal: Terminal, file: string): Promise<Answer> {
  const sql = openSqlite(file)
  try {
    const size = await withProgress(terminal, 'rebuilding', (onProgress) =>
      rebuild(sql, { verify: nodeVerify, onProgress }),
    )
    return { lines: [`rebuilt from ${size} entries`], data: { size } }
  } finally {
    sql.close()
  }
}

async function copy(terminal: Terminal, file: string, to: string): Promise<Answer> {
  const path = pathOf(terminal, to)
  if (existsSync(path)) throw new CliError('FILE_EXISTS', `expected a name that is free, got ${to}`)
  const sql = openSqlite(file)
  try {
    await sql.backup(path)
  } finally {
    sql.close()
  }
  return {
    lines: [
      `copied to ${to}`,
      'It is for reading and for an inquiry: accord fsck --db checks it.',
      'A registry must not go on from it if anything was signed since: it would sign a second',
      'history, and whoever holds a newer checkpoint could prove that.',
    ],
    data: { file: to },
  }
}
