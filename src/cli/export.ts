/**
 * `accord export`: a log leaves its home, for good, and is packed for another.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { migrate, migratePersons } from '../../db/migrate.ts'
import type { Sql } from '../../db/sql.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { fetchFrom } from '../client/fetch.ts'
import { DepositaryError } from '../depositary/error.ts'
import { checkHead } from '../depositary/guard.ts'
import { cardsAfter, type KeptCard } from '../depositary/persons.ts'
import { nodeVerify } from '../node/fast.ts'
import { lockData } from '../node/home.ts'
import { type Moved, packMoved } from '../node/moving-folder.ts'
import { filePublication } from '../node/publication.ts'
import { StartError } from '../node/start-error.ts'
import { openStaticFolder } from '../node/static-folder.ts'
import { type Closed, closedMark, closeLog } from '../register/closed.ts'
import { checkpointsAfter, publicHeadOf } from '../register/head.ts'
import { filesSince, type LogFile } from '../register/log-file.ts'
import { utf8 } from '../tlog/bytes.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { parseNote } from '../tlog/note.ts'
import { formatTilePath, tilesAt } from '../tlog/tile.ts'
import { askAdmin } from './admin.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { confirm, pathOf, type Terminal } from './terminal.ts'

/** How much is read at once. */
const AT_ONCE = 256

/** Adds the command. */
export function exportCommand(program: Command, run: Run): void {
  program
    .command('export')
    .argument('<folder>', 'where the log is packed; the folder is made')
    .description('end a registry here, for good, and pack its log for another home')
    .requiredOption('--to <address>', 'where it moves: readers here are told')
    .option('--data <folder>', 'the data directory; by default ACCORD_DATA_DIR, or data')
    .option('--from <address>', 'a registry on Cloudflare instead; its token in ACCORD_ADMIN_TOKEN')
    .option('--yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(run<ExportFlags>((terminal, options, [folder]) => leave(terminal, options, folder!)))
}

const HELP = `
The home is marked first: from then on nothing is signed there, whatever becomes of the folder. On a
machine of your own the registry must be stopped. Cut short, run it again. Then: accord import. The
folder holds officers' cards: keep it as you keep the registry's data, and delete it afterwards.`

interface ExportFlags extends Common {
  readonly to: string
  readonly data?: string
  readonly from?: string
  readonly yes?: boolean
}

/** What leaves. */
interface Leaving extends Moved {
  readonly size: number
  readonly files: AsyncIterable<LogFile>
}

async function leave(terminal: Terminal, options: ExportFlags, folder: string): Promise<Answer> {
  const to = options.to.replace(/\/+$/, '')
  if (!/^https?:\/\/[!-~]+$/.test(to))
    throw new CliError('USAGE', '--to: expected an address of the web')
  await confirm(
    terminal,
    `End the registry here for good, and move its log to ${to}?`,
    options.yes === true,
  )
  const path = pathOf(terminal, folder)
  if (options.from !== undefined) {
    return pack(path, to, await leaveCloudflare(terminal, options.from.replace(/\/+$/, ''), to))
  }
  const data = pathOf(terminal, options.data ?? (terminal.env['ACCORD_DATA_DIR'] || 'data'))
  return leaveMachine(terminal, data, to, (leaving) => pack(path, to, leaving))
}

/** Whoever closed it for one address does not pack it for another. */
function demandSame(to: string, { to: closedFor }: Leaving): void {
  if (closedFor === to) return
  throw new CliError('REFUSED', `the log was closed for ${closedFor} before, and that stands`, {
    advice: `pack it with --to ${closedFor}; if nothing has arrived there, write the right address into FOLDER/moving/to`,
  })
}

async function pack(folder: string, to: string, leaving: Leaving): Promise<Answer> {
  demandSame(to, leaving)
  const files = await openStaticFolder(folder)
  try {
    for await (const [path, bytes] of leaving.files) await files.put(path, bytes)
    await packMoved(folder, leaving)
  } finally {
    files.release()
  }
  const { size, cards } = leaving
  return {
    lines: [
      `closed: nothing is signed here any more`,
      `packed: ${size} entries and ${cards.length} cards in ${folder}`,
      `next:   accord import ${folder}, at ${to}`,
    ],
    data: { size, cards: cards.length, folder, to },
  }
}

async function leaveMachine<T>(
  terminal: Terminal,
  data: string,
  to: string,
  work: (leaving: Leaving) => Promise<T>,
): Promise<T> {
  if (!existsSync(join(data, 'accord.sqlite'))) {
    throw new CliError('NO_FILE', `expected the data directory of a registry at ${data}`)
  }
  const release = lockData(data)
  const [sql, persons] = ['accord.sqlite', 'persons.sqlite'].map((f) => openSqlite(join(data, f)))
  try {
    await migrate(sql!)
    await migratePersons(persons!)
    await close(sql!, data, { at: terminal.now(), moved_to: to })
    return await work(await leavingOf(sql!, persons!))
  } finally {
    persons!.close()
    sql!.close()
    release()
  }
}

/**
 * Marks the home, once its head is found to be the log's: one that was set back must not move.
 *
 * @throws {StartError}
 */
async function close(sql: Sql, data: string, closed: Closed): Promise<void> {
  if (await closedMark(sql)) return
  const publication = filePublication(join(data, 'published', 'checkpoint'))
  try {
    await checkHead(sql, publication, nodeVerify)
  } catch (e) {
    throw e instanceof DepositaryError ? new StartError(e) : e
  }
  await closeLog(sql, closed)
}

async function leavingOf(sql: Sql, persons: Sql): Promise<Leaving> {
  const head = (await publicHeadOf(sql))!
  const { moved_to } = (await closedMark(sql))!
  return {
    to: moved_to,
    size: head.size,
    files: filesSince(sql, 0, head),
    checkpoints: await all(async (last: string | null) =>
      (await checkpointsAfter(sql, last === null ? 0 : sizeOf(last), AT_ONCE)).map((h) => h.note),
    ),
    cards: await all((last: KeptCard | null) => cardsAfter(persons, last, AT_ONCE)),
  }
}

async function leaveCloudflare(terminal: Terminal, url: string, to: string): Promise<Leaving> {
  const { closed } = await askAdmin(terminal, url, 'close', to)
  const checkpoints = await all(async (last: string | null) => {
    const after = last === null ? 0 : sizeOf(last)
    const answer = await askAdmin(terminal, url, `checkpoints?after=${after}`)
    return answer['checkpoints'] as string[]
  })
  const cards = await all(async (last: KeptCard | null) => {
    const after = JSON.stringify(last === null ? [] : [last])
    return (await askAdmin(terminal, url, 'cards/after', after))['cards'] as KeptCard[]
  })
  const size = sizeOf(checkpoints.at(-1)!)
  const files = servedFiles(terminal, url, size, checkpoints.at(-1)!)
  return { to: (closed as { moved_to: string }).moved_to, size, files, checkpoints, cards }
}

async function* servedFiles(
  terminal: Terminal,
  url: string,
  size: number,
  note: string,
): AsyncGenerator<LogFile> {
  const fetch = fetchFrom(url, terminal.fetch)
  for (const path of tilesAt(size).map(formatTilePath)) yield [path, await fetch(path)]
  yield ['checkpoint', utf8(note)]
}

/** Everything, a part at a time, each after the last of the one before. */
async function all<T>(next: (last: T | null) => Promise<readonly T[]>): Promise<T[]> {
  const found: T[] = []
  for (;;) {
    const part = await next(found.at(-1) ?? null)
    if (part.length === 0) return found
    found.push(...part)
  }
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size
}
