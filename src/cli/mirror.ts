/**
 * `accord mirror`: a log is copied, checked on the way, and served again.
 *
 * @module
 */
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import type { Command } from 'commander'
import { formatVKey } from '../../keys/vkey.ts'
import about from '../../package.json' with { type: 'json' }
import { ClientError } from '../client/error.ts'
import { Gate } from '../depositary/gate.ts'
import { createApp } from '../http/app.ts'
import { readAssets } from '../node/assets.ts'
import { readSettings } from '../node/config.ts'
import { nodeVerify, nodeVerifyPool } from '../node/fast.ts'
import { openLogFetch } from '../node/log-fetch.ts'
import { startLogging } from '../node/logging.ts'
import { createMetrics } from '../node/metrics.ts'
import { type MirrorFolder, openMirrorFolder } from '../node/mirror-folder.ts'
import { openStaticFolder, type StaticFolder } from '../node/static-folder.ts'
import type { LogHead } from '../register/head.ts'
import { filesSince } from '../register/log-file.ts'
import { treeNodes } from '../register/tree.ts'
import { equal } from '../tlog/bytes.ts'
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts'
import { rootAt } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import { parsePolicy } from '../tlog/policy.ts'
import { MirrorAlarm, type Mirrored, type Mirroring, mirrorLog } from '../watch/mirror.ts'
import type { Answer, Common, Run } from './answer.ts'
import { type Answerer, type Door, openDoor } from './door.ts'
import { CliError, describe } from './failure.ts'
import { withProgress } from './progress.ts'
import { fetchAt, isUrl, readPolicy } from './source.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'
import { parseCount } from './values.ts'

/** Adds the command. */
export function mirrorCommand(program: Command, run: Run): void {
  program
    .command('mirror')
    .argument('<log>', "the log's address, or a folder with a copy")
    .description('copy a log, check every entry on the way, and serve the copy')
    .option('--data <folder>', 'where the copy is kept', 'mirror')
    .option('--to <folder>', 'also write plain files that any file server can serve')
    .option(
      '--follow',
      'go on copying, and serve the copy at HOST and PORT, until a signal ends it',
    )
    .option('--every <seconds>', 'with --follow: how often it asks', '10')
    .option('--cosign <name>', 'sign what was copied whole, with a key of this name kept with it')
    .addHelpText('after', HELP)
    .action(run<MirrorFlags>((terminal, options, [log]) => mirror(terminal, options, log!)))
}

const HELP = `
Entries are kept in batches, each proven to a checkpoint that the policy accepts and judged by the
law; ended anywhere, it goes on from the last batch. A log that forks or goes back leaves a file in
FOLDER/alarms for: accord verify FILE.

Without --follow the exit code is 0 where the copy is whole, 1 where the log is not good, 2 where it
was not reached or the copy was cut short.`

interface MirrorFlags extends Common {
  readonly data: string
  readonly to?: string
  readonly follow?: boolean
  readonly every: string
  readonly cosign?: string
}

/** A mirror at work. */
interface Work {
  readonly terminal: Terminal
  readonly address: string
  readonly folder: MirrorFolder
  readonly files: StaticFolder | null
  readonly mirroring: Mirroring & { readonly signal: AbortSignal }
  /** The policy's text. */
  readonly policy: string
}

async function mirror(terminal: Terminal, options: MirrorFlags, log: string): Promise<Answer> {
  const every = parseCount(options.every)
  const policy = await readPolicy(terminal, options)
  const address = log.replace(/\/+$/, '')
  const end = new AbortController()
  const stop = () => end.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  const folder = await openMirrorFolder(pathOf(terminal, options.data))
  const remote = openLogFetch()
  let files: StaticFolder | null = null
  try {
    files = options.to === undefined ? null : await openStaticFolder(pathOf(terminal, options.to))
    const mirroring = {
      sql: folder.sql,
      fetch: isUrl(address) ? remote.from(address) : fetchAt(terminal, address),
      policy: parsePolicy(policy),
      verify: nodeVerify,
      verifyBeside: nodeVerifyPool,
      clock: terminal.now,
      target: folder.target,
      cosigner:
        options.cosign === undefined
          ? undefined
          : await cosignerOf(terminal, folder, options.cosign),
      signal: end.signal,
    }
    const work = { terminal, address, folder, files, mirroring, policy }
    return options.follow ? await follow(work, every, options.json === true) : await once(work)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
    files?.release()
    folder.close()
    await remote.close()
  }
}

function cosignerOf(terminal: Terminal, folder: MirrorFolder, name: string) {
  return folder.cosigner(name, () => passphrase(terminal, 'the key of the mirror', false))
}

async function once(work: Work): Promise<Answer> {
  const { size, of, head } = await copy(work)
  const whole = size === of && head !== null
  const data = { size, of, whole, ...cosigning(work) }
  if (whole) {
    return { lines: [`copied: ${size} entries, each proven and judged by the law`], data }
  }
  const lines = [`cut short: ${size} of ${of} entries are kept; the same command goes on`]
  return { lines, data, exit: 2 }
}

function cosigning({ mirroring: { cosigner } }: Work): { readonly vkey: string | null } {
  return { vkey: cosigner ? formatVKey(cosigner.vkey) : null }
}

/** Copies up to the present checkpoint, and writes the files. */
async function copy(work: Work): Promise<Mirrored> {
  const { terminal, folder, mirroring } = work
  const mirrored = await withProgress(terminal, 'copying', (onProgress) =>
    mirrorLog({ ...mirroring, onProgress }),
  ).catch(async (error: unknown) => {
    if (!(error instanceof MirrorAlarm)) throw error
    const { file, advice } = await folder.alarm(error)
    throw new CliError('FORK', error.message, {
      advice:
        `the evidence is in ${file}: accord verify shows it to anybody. ${advice ?? ''}`.trim(),
      data: { file },
      cause: error,
    })
  })
  if (mirrored.head) await writeFiles(work, mirrored.head)
  return mirrored
}

async function writeFiles({ files, folder }: Work, head: LogHead): Promise<void> {
  const note = files && (await files.checkpoint())
  if (!files || note === head.note) return
  const old = note === null ? 0 : await sizeThere(folder, note, head)
  for await (const [path, bytes] of filesSince(folder.sql, old, head)) await files.put(path, bytes)
}

/** The size that a folder has; it must be of this log, and not ahead of what was copied. */
async function sizeThere(folder: MirrorFolder, note: string, head: LogHead): Promise<number> {
  const here = parseCheckpoint(parseNote(head.note).text)
  const { origin, size, root } = checkpointThere(note)
  const ours = origin === here.origin && size <= head.size
  if (ours && equal(await rootAt(size, treeNodes(folder.sql)), root)) return size
  throw new CliError(
    'OTHER_LOG',
    `the folder holds ${size} entries of ${origin}, which are no part of the ${head.size} copied`,
    {
      advice: 'name an empty folder with --to',
    },
  )
}

function checkpointThere(note: string): Checkpoint {
  try {
    return parseCheckpoint(parseNote(note).text)
  } catch (cause) {
    throw new CliError('BAD_FILE', 'the checkpoint in the folder of --to is damaged', {
      advice: 'name an empty folder with --to: everything is written anew',
      cause,
    })
  }
}

/** Serves the copy, and goes on copying until a signal ends it. */
async function follow(work: Work, every: number, json: boolean): Promise<Answer> {
  const { terminal, mirroring } = work
  const settings = readSettings(terminal.env)
  const log = await startLogging(settings.ACCORD_LOG_LEVEL)
  const door = await openDoor(settings)
  const base = settings.ACCORD_PUBLIC_URL ?? door.url
  let head: LogHead | null = null
  let said = ''
  try {
    while (!mirroring.signal.aborted) {
      const [mirrored, trouble] = await copy(work).then((m) => [m, ''] as const, troubleOf)
      const first = head === null
      head = mirrored?.head ?? head
      if (first && head !== null) {
        const known = head
        door.answer(await answerer(work, base, () => head ?? known, log))
        announce(work, door, base, json)
      }
      // The same trouble is told of once.
      if (trouble !== said && trouble !== '') terminal.talk(`${trouble}\n`)
      said = trouble
      await setTimeout(every * 1000, undefined, { signal: mirroring.signal }).catch(() => {})
    }
  } finally {
    await door.close()
  }
  return { lines: ['stopped; every batch that was finished is kept'], data: null }
}

function announce(work: Work, door: Door, base: string, json: boolean): void {
  const { terminal, address } = work
  const { vkey } = cosigning(work)
  if (json) {
    const data = { ok: true, url: door.url, mirror_of: address, vkey }
    terminal.out(`${JSON.stringify(data, null, 2)}\n`)
    return
  }
  const lines = [
    `mirror of  ${address}`,
    ...(vkey === null ? [] : [`cosigns as ${vkey}`]),
    `serves     ${base}`,
  ]
  terminal.out(`${lines.join('\n')}\n`)
}

/** What keeps a follower from going on, as a line; it tries again. What is ours ends it. */
function troubleOf(error: unknown): readonly [null, string] {
  if (!(error instanceof ClientError) && !(error instanceof CliError && error.code === 'FORK')) {
    throw error
  }
  const { code, message, advice } = describe(error)
  return [null, `${code}: ${message}${advice === undefined ? '' : `; ${advice}`}`]
}

/** The registry's own routes and pages, over what was copied. */
async function answerer(
  work: Work,
  base: string,
  head: () => LogHead,
  log: Awaited<ReturnType<typeof startLogging>>,
): Promise<Answerer> {
  const { terminal, folder, address, policy } = work
  const { sql } = folder
  const clock = terminal.now
  const nothing = () => Promise.reject(new TypeError('a mirror takes no statements'))
  const app = createApp({
    ...{ sql, clock, base, log, policy, verify: nodeVerify, version: about.version },
    origin: parseCheckpoint(parseNote(head().note).text).origin,
    mirrorOf: { url: address, vkey: cosigning(work).vkey },
    depositary: {
      published: head,
      waiting: () => 0,
      stopped: () => null,
      witnesses: () => [],
      cards: async () => new Map(),
      gate: new Gate(sql, clock),
      submit: nothing,
      check: nothing,
      look: nothing,
    },
    ticks: () => performance.now(),
    metrics: createMetrics({
      treeSize: () => head().size,
      checkpointAge: () => clock() - head().time,
      queueLength: () => 0,
    }),
    assets: await readAssets(),
  })
  return getRequestListener(app.fetch) as Answerer
}
