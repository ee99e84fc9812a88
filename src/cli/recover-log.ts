/**
 * `accord recover-log`: brings back entries that the log has signed and its database has lost.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { migrate } from '../../db/migrate.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { DepositaryError } from '../depositary/error.ts'
import { checkHead } from '../depositary/guard.ts'
import { type Publication, sizeOf } from '../depositary/publisher.ts'
import { nodeVerify, nodeVerifyPool } from '../node/fast.ts'
import { lockData } from '../node/home.ts'
import { openLogFetch } from '../node/log-fetch.ts'
import { filePublication } from '../node/publication.ts'
import { StartError } from '../node/start-error.ts'
import { publicHeadOf } from '../register/head.ts'
import { type Policy, parsePolicy } from '../tlog/policy.ts'
import { MirrorAlarm, type Mirrored, mirrorLog } from '../watch/mirror.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { withProgress } from './progress.ts'
import { keepFork } from './remembered.ts'
import { fetchAt, isUrl, readPolicy } from './source.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** Adds the command. */
export function recoverLogCommand(program: Command, run: Run): void {
  program
    .command('recover-log')
    .description('bring back entries that the database has lost; the registry must be stopped')
    .requiredOption('--from <mirror>', 'the address of a mirror, or a folder with its files')
    .option('--data <folder>', 'the data directory; by default ACCORD_DATA_DIR, or data')
    .addHelpText('after', HELP)
    .action(run<RecoverFlags>((terminal, options) => recover(terminal, options)))
}

const HELP = `
What is missing is fetched, proven to a checkpoint that the log itself has signed, judged by the law,
and kept byte for byte; nothing is signed. The policy is by default that in the data directory. Where
the database and the mirror hold two histories nothing is changed. Cut short, run it again.`

interface RecoverFlags extends Common {
  readonly from: string
  readonly data?: string
}

async function recover(terminal: Terminal, options: RecoverFlags): Promise<Answer> {
  const folder = pathOf(terminal, options.data ?? (terminal.env['ACCORD_DATA_DIR'] || 'data'))
  const file = join(folder, 'accord.sqlite')
  if (!existsSync(join(folder, 'origin'))) {
    throw new CliError('NO_FILE', `expected the data directory of a registry at ${folder}`, {
      advice: 'name it with --data; a new machine needs origin and keys/ put back first',
    })
  }
  const policy = await policyFor(terminal, options, folder)
  const release = lockData(dirname(file))
  try {
    const sql = openSqlite(file)
    try {
      await migrate(sql)
      return await bringBack(terminal, options.from.replace(/\/+$/, ''), folder, policy, sql)
    } finally {
      sql.close()
    }
  } finally {
    release()
  }
}

/** Whom to trust about this log, and about no other that the file may have. */
async function policyFor(terminal: Terminal, options: Common, folder: string): Promise<Policy> {
  const policy = parsePolicy(await readPolicy(terminal, options, join(folder, 'policy.txt')))
  const origin = (await readFile(join(folder, 'origin'), 'utf8')).trim()
  return { ...policy, logs: policy.logs.filter(({ vkey }) => vkey.name === origin) }
}

async function bringBack(
  terminal: Terminal,
  from: string,
  folder: string,
  policy: Policy,
  sql: Sqlite,
): Promise<Answer> {
  const publication = filePublication(join(folder, 'published', 'checkpoint'))
  const before = await publicHeadOf(sql)
  const { size } = await fetchMissing(terminal, from, policy, sql)
  await mkdir(join(folder, 'published'), { recursive: true })
  await publishIfLost(sql, publication)
  await demandGood(sql, publication)
  const had = before?.size ?? 0
  return {
    lines: [
      `${size - had} entries brought back: the log has ${size} again, each judged by the law`,
      'The registry can be started; it asks its witnesses and mirrors before it signs.',
    ],
    data: { size, recovered: size - had },
  }
}

async function fetchMissing(
  terminal: Terminal,
  from: string,
  policy: Policy,
  sql: Sqlite,
): Promise<Mirrored> {
  const remote = openLogFetch()
  const fetch = isUrl(from) ? remote.from(from) : fetchAt(terminal, from)
  const clock = terminal.now
  try {
    return await withProgress(terminal, 'recovering', (onProgress) =>
      mirrorLog({
        sql,
        fetch,
        policy,
        clock,
        verify: nodeVerify,
        verifyBeside: nodeVerifyPool,
        onProgress,
      }),
    )
  } catch (error) {
    if (!(error instanceof MirrorAlarm)) throw error
    throw await disagreement(terminal, from, error)
  } finally {
    await remote.close()
  }
}

/** The mirror is behind, or one of the two holds a history that the other does not. */
async function disagreement(
  terminal: Terminal,
  from: string,
  { origin, alarm, message }: MirrorAlarm,
): Promise<CliError> {
  if (alarm.kind === 'rollback') {
    return new CliError('NOT_FOUND', `${from} has fewer entries of ${origin} than this database`, {
      advice: 'nothing was changed; ask a mirror that is ahead',
    })
  }
  const file = await keepFork(terminal, origin, alarm.checkpoints)
  return new CliError('FORK', message, {
    advice: `nothing was changed; both checkpoints are in ${file}. Two histories bear the key of this log: do not start it, and tell its readers`,
    data: { file },
  })
}

/** The published checkpoint, too, may be lost with the disk. One that is there is never set back. */
async function publishIfLost(sql: Sqlite, publication: Publication): Promise<void> {
  const head = await publicHeadOf(sql)
  const last = await publication.last()
  if (head && (last === null || sizeOfNote(last) < head.size)) await publication.publish(head.note)
}

/** The size of what was published; of what cannot be read none is: the guard says so. */
function sizeOfNote(note: string): number {
  try {
    return sizeOf(note)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** What a start would ask of the data. */
async function demandGood(sql: Sqlite, publication: Publication): Promise<void> {
  try {
    await checkHead(sql, publication, nodeVerify)
  } catch (error) {
    if (!(error instanceof DepositaryError)) throw error
    const { code, notes, message } = new StartError(error)
    throw new CliError('NOT_RECOVERED', `${code}: ${message}`, { data: { notes }, cause: error })
  }
}
