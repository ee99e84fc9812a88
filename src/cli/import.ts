/**
 * `accord import`: a log that was packed moves into a new home.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { migrate, migratePersons } from '../../db/migrate.ts'
import type { Sql } from '../../db/sql.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { formatStretch } from '../cloudflare/moving.ts'
import { keepCards } from '../depositary/persons.ts'
import { sizeOf } from '../depositary/publisher.ts'
import { nodeVerify } from '../node/fast.ts'
import { type Home, openHome } from '../node/home.ts'
import { arrivedAt, type Moved, noteArrival, unpackMoved } from '../node/moving-folder.ts'
import { filePublication } from '../node/publication.ts'
import { type Arrived, arrivedIn, type Stretch, stretchesOf, takeIn } from '../register/arrival.ts'
import { closedMark } from '../register/closed.ts'
import { fromUtf8 } from '../tlog/bytes.ts'
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts'
import { parseNote } from '../tlog/note.ts'
import { openReader } from '../tlog/reader.ts'
import { askAdmin } from './admin.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { type OnProgress, withProgress } from './progress.ts'
import { fetchAt } from './source.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** How many cards are sent at once. */
const CARDS_AT_ONCE = 256

/** Adds the command. */
export function importCommand(program: Command, run: Run): void {
  program
    .command('import')
    .argument(
      '<folder>',
      'what accord export has packed; with --into also a copy by accord mirror --to',
    )
    .description('move a log into a new home: every entry is proven and judged on arrival')
    .option('--data <folder>', 'the new data directory; by default ACCORD_DATA_DIR, or data')
    .option('--into <address>', 'a Worker instead; its token in ACCORD_ADMIN_TOKEN')
    .addHelpText('after', HELP)
    .action(run<ImportFlags>((terminal, options, [folder]) => arrive(terminal, options, folder!)))
}

const HELP = `
Entries are held against the root of the last checkpoint, judged by the law, and kept with every
checkpoint that was public. The keys move apart, by hand: log.key and clerk.key into the new folder's
keys/, or into the Worker's secrets. Cut short, run it again. A copy that a mirror wrote brings back what a Worker has lost.`

interface ImportFlags extends Common {
  readonly data?: string
  readonly into?: string
}

/** A home that a log moves into. */
interface NewHome {
  readonly name: string
  arrived(): Promise<Arrived>
  take(stretch: Stretch): Promise<Pick<Arrived, 'size'>>
  /** The cards, and then whatever puts the log into service or says how. */
  end(moved: Moved): Promise<readonly string[]>
  close(): void
}

async function arrive(terminal: Terminal, options: ImportFlags, folder: string): Promise<Answer> {
  const path = pathOf(terminal, folder)
  const moved = await unpacked(terminal, options, path)
  const checkpoint = last(moved)
  const home =
    options.into === undefined
      ? await machineHome(terminal, options, checkpoint)
      : workerHome(terminal, options.into.replace(/\/+$/, ''), moved)
  try {
    await demandFirst(path, home.name)
    const reader = openReader(checkpoint, fetchAt(terminal, path))
    await withProgress(terminal, 'moving in', (told) =>
      moveIn(moved, home, reader, checkpoint, told),
    )
    const next = await home.end(moved)
    if (existsSync(join(path, 'moving'))) await noteArrival(path, home.name)
    const { size } = checkpoint
    const lines = [`${size} entries are here, each proven and judged by the law`, ...next]
    return { lines, data: { size, cards: moved.cards.length } }
  } finally {
    home.close()
  }
}

async function unpacked(terminal: Terminal, { into }: ImportFlags, folder: string): Promise<Moved> {
  return unpackMoved(folder).catch(async (cause: unknown) => {
    const isCopy = !existsSync(join(folder, 'moving')) && existsSync(join(folder, 'checkpoint'))
    if (into !== undefined && isCopy) {
      const note = fromUtf8(await fetchAt(terminal, folder)('checkpoint')) ?? ''
      return { to: into.replace(/\/+$/, ''), checkpoints: [note], cards: [] }
    }
    throw new CliError('NO_FILE', `expected what accord export has packed in ${folder}`, {
      advice:
        'a copy that a mirror wrote brings back what a Worker lost (--into); on a machine, that is accord recover-log',
      cause,
    })
  })
}

function last({ checkpoints }: Moved): Checkpoint {
  return parseCheckpoint(parseNote(checkpoints.at(-1) ?? '').text)
}

/** What was packed moves into one home, once. */
async function demandFirst(folder: string, name: string): Promise<void> {
  const at = await arrivedAt(folder)
  if (at === null || at === name) return
  throw new CliError('REFUSED', `this log has arrived at ${at} already`, {
    advice: 'two homes would sign two histories; to move it on, export it there',
  })
}

async function moveIn(
  { checkpoints }: Moved,
  home: NewHome,
  { readEntries }: ReturnType<typeof openReader>,
  { size }: Checkpoint,
  told: OnProgress,
): Promise<void> {
  const arrived = await home.arrived()
  for await (const stretch of stretchesOf(checkpoints, arrived, readEntries)) {
    told((await home.take(stretch)).size, size)
  }
}

async function machineHome(
  terminal: Terminal,
  options: ImportFlags,
  { origin }: Checkpoint,
): Promise<NewHome> {
  const data = pathOf(terminal, options.data ?? (terminal.env['ACCORD_DATA_DIR'] || 'data'))
  const home = await openHome(data, origin)
  const [sql, persons] = [openSqlite(home.database), openSqlite(home.persons)]
  await migrate(sql)
  await migratePersons(persons)
  await demandOpen(sql, data)
  return {
    name: data,
    arrived: () => arrivedIn(sql, nodeVerify),
    take: (stretch) => takeIn(sql, stretch, origin, nodeVerify),
    async end({ cards, checkpoints }) {
      if (cards.length > 0) await keepCards(persons, cards)
      await publishNew(home, checkpoints.at(-1)!)
      return [
        `put log.key and clerk.key into ${home.keys}; then accord serve, with ACCORD_ORIGIN=${origin}`,
      ]
    },
    close() {
      persons.close()
      sql.close()
      home.release()
    },
  }
}

/** A home that a log has left is none for it any more. */
async function demandOpen(sql: Sql, data: string): Promise<void> {
  const closed = await closedMark(sql)
  if (!closed) return
  throw new CliError('REFUSED', `the log has left ${data} for ${closed.moved_to}`, {
    advice: 'name an empty folder with --data',
  })
}

/** What is published is never set back. */
async function publishNew(home: Home, note: string): Promise<void> {
  const publication = filePublication(home.checkpoint)
  if ((await publication.last()) === null) await publication.publish(note)
}

function workerHome(terminal: Terminal, url: string, { to }: Moved): NewHome {
  if (url !== to) {
    throw new CliError('REFUSED', `this log was packed for ${to}, not for ${url}`)
  }
  const ask = (path: string, body?: string) => askAdmin(terminal, url, path, body)
  return {
    name: url,
    async arrived() {
      const { size, sealed } = await ask('arrived')
      const head = { size: sealed as number }
      return { size: size as number, head: head.size === 0 ? null : head }
    },
    take: async (stretch) => ({
      size: (await ask('arrive', formatStretch(stretch)))['size'] as number,
    }),
    async end({ cards, checkpoints }) {
      for (let i = 0; i < cards.length; i += CARDS_AT_ONCE) {
        await ask('cards', JSON.stringify(cards.slice(i, i + CARDS_AT_ONCE)))
      }
      const whole = sizeOf(checkpoints.at(-1)!)
      const { why } = await ask('open', String(whole))
      if (why === null) return [`in service at ${url}`]
      throw new CliError('REFUSED', `all of it is at ${url}, and not in service: ${why}`)
    },
    close() {},
  }
}
