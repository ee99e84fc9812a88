/**
 * `accord monitor`: a log is watched for domains, for instruments, or for everything.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { isDomain, parseTime } from '../accord/text.ts'
import { mayConnect } from '../domain/address.ts'
import { askDomain } from '../domain/ask.ts'
import { type FeedItem, formatAtom, tagOf } from '../http/feed.ts'
import { openAsking } from '../node/asking.ts'
import { commandSink } from '../node/command-sink.ts'
import { readSettings } from '../node/config.ts'
import { nodeVerify } from '../node/fast.ts'
import { type MonitorFolder, openMonitorFolder } from '../node/monitor-folder.ts'
import { filePublication } from '../node/publication.ts'
import { webhookSink } from '../node/webhook.ts'
import { parsePolicy } from '../tlog/policy.ts'
import type { AskKeys } from '../watch/contradiction.ts'
import { type Look, Monitor } from '../watch/monitor.ts'
import { deliver, type Sink } from '../watch/outbox.ts'
import { type Report, RULES, type Rule, type Watched } from '../watch/report.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { several } from './keys.ts'
import { memoryDir } from './remembered.ts'
import { addressOf, fetchAt, isUrl, readPolicy } from './source.ts'
import { pathOf, type Terminal } from './terminal.ts'
import { parseCount } from './values.ts'

/** Adds the command. */
export function monitorCommand(program: Command, run: Run): void {
  program
    .command('monitor')
    .argument('[what...]', 'domains and instruments; by default everything')
    .description('follow a log, and report what concerns you; proves it if the log cheats')
    .option('--dir <folder>', 'where it remembers; by default a folder per log')
    .option('--every <seconds>', 'how often it looks', '60')
    .option('--once', 'look once, deliver, and end: for a timer')
    .option('--only <rule>', `one of ${RULES.join(', ')}; several times`, several)
    .option('--notice <days>', 'how long before a deadline it is said', '30')
    .option('--max-age <hours>', 'how old the newest checkpoint may get', '24')
    .option('--from <index>', 'the first entry to tell of; by default those to come')
    .option('--ask', 'ask the domains too, and compare with what the depositary logged')
    .option('--webhook <url>', 'send each report there, signed (Standard Webhooks)')
    .option('--webhook-secret <file>', 'holds whsec_…; made where there is none')
    .option('--allow-private', 'the webhook may be plain HTTP and in a private network')
    .option('--atom <file>', 'keep the last 100 reports in an Atom file')
    .option(
      '--exec <program>',
      'run it for each report, JSON on its standard input; with arguments as a JSON array',
    )
    .addHelpText('after', HELP)
    .action(run<MonitorFlags>(monitor))
}

const HELP = `
Reports are kept in FOLDER/reports.jsonl, and given to each target at least once. Where the log
forks, goes back or goes stale, FOLDER/alarms has a file for: accord verify FILE.

With --once the exit code is 0 where the log is good, 1 where it is not, 2 where it was not reached.`

interface MonitorFlags extends Common {
  readonly dir?: string
  readonly every: string
  readonly once?: boolean
  readonly only?: readonly string[]
  readonly notice: string
  readonly maxAge: string
  readonly from?: string
  readonly ask?: boolean
  readonly webhook?: string
  readonly webhookSecret?: string
  readonly allowPrivate?: boolean
  readonly atom?: string
  readonly exec?: string
}

/** How long a webhook or a program may take, in milliseconds. */
const PATIENCE = 15_000

/** How many reports the Atom file has. */
const IN_ATOM = 100

async function monitor(terminal: Terminal, options: MonitorFlags, what: string[]): Promise<Answer> {
  const policyText = await readPolicy(terminal, options)
  const address = addressOf(terminal, options, policyText)
  const every = parseCount(options.every)
  const told: Report[] = []
  const sinks = await sinksOf(terminal, options, told)
  const named = sinks.map((s) => s.name)
  const folder = await openMonitorFolder(folderOf(terminal, options, address), named)
  try {
    const machine = new Monitor({
      fetch: fetchAt(terminal, address),
      policy: parsePolicy(policyText),
      verify: nodeVerify,
      store: folder,
      clock: terminal.now,
      watched: watchedFrom(what),
      rules: rulesFrom(options),
      notice: parseCount(options.notice),
      maxAge: parseCount(options.maxAge) * 3600,
      from: options.from === undefined ? undefined : parseCount(options.from),
      askKeys: await askKeysOf(terminal, options),
    })
    const watch = { terminal, options, address, machine, folder, sinks }
    if (options.once) return answerOnce(watch, await lookOnce(watch), told)
    return await untilTold(watch, every)
  } finally {
    folder.release()
  }
}

function folderOf(terminal: Terminal, { dir }: MonitorFlags, address: string): string {
  if (dir !== undefined) return pathOf(terminal, dir)
  return join(memoryDir(terminal), 'monitor', encodeURIComponent(address))
}

/** Asks by both channels, with the resolvers of the settings (`ACCORD_RESOLVERS`). */
async function askKeysOf(terminal: Terminal, { ask }: MonitorFlags): Promise<AskKeys | null> {
  if (!ask) return null
  const asking = await openAsking(readSettings(terminal.env))
  return (asked) => askDomain(asking, { ...asked, methods: ['dns', 'https'], clock: terminal.now })
}

function watchedFrom(what: readonly string[]): Watched {
  const domains = what.filter(isDomain)
  const instruments = what.filter((w) => !isDomain(w))
  return { domains: new Set(domains), instruments: new Set(instruments) }
}

function rulesFrom({ only = RULES }: MonitorFlags): Set<Rule> {
  const unknown = only.find((rule) => !RULES.some((known) => known === rule))
  if (unknown !== undefined) {
    throw new CliError('USAGE', `--only ${unknown}: expected one of ${RULES.join(', ')}`)
  }
  return new Set(only as readonly Rule[])
}

async function sinksOf(terminal: Terminal, options: MonitorFlags, told: Report[]): Promise<Sink[]> {
  const { webhook, exec } = options
  return [
    terminalSink(terminal, options, told),
    ...(webhook === undefined ? [] : [await webhookOf(terminal, options, webhook)]),
    ...(exec === undefined
      ? []
      : [commandSink({ argv: argvFrom(exec), cwd: terminal.cwd, patience: PATIENCE })]),
  ]
}

/** A program, or a JSON array of it and its arguments: no shell reads either. */
function argvFrom(text: string): readonly string[] {
  if (!text.startsWith('[')) return [text]
  const value: unknown = JSON.parse(text)
  if (Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === 'string')) {
    return value
  }
  throw new CliError('USAGE', '--exec: expected a program, or a JSON array of strings')
}

/** With `--once` and `--json` the answer is one object, and has the reports in it. */
function terminalSink(terminal: Terminal, { json, once }: MonitorFlags, told: Report[]): Sink {
  return {
    name: 'terminal',
    async send(report) {
      if (json && once) told.push(report)
      else if (json) terminal.out(`${JSON.stringify(report)}\n`)
      else for (const line of linesOf(report)) terminal.out(`${line}\n`)
    },
  }
}

function linesOf({ at, rule, text, advice, alarm }: Report): string[] {
  return [
    `${at}  ${rule}  ${text}`,
    ...(alarm === null ? [] : [`  evidence: alarms/${alarm}`]),
    ...(advice === null ? [] : [`  ${advice}`]),
  ]
}

async function webhookOf(terminal: Terminal, options: MonitorFlags, url: string): Promise<Sink> {
  const { webhookSecret, allowPrivate = false } = options
  if (webhookSecret === undefined) {
    throw new CliError('USAGE', 'expected the file with the secret that signs: --webhook-secret', {
      advice: 'name a file that is not there, and it is made',
    })
  }
  return webhookSink({
    url,
    secret: await secretIn(terminal, webhookSecret),
    allowed: (address) => allowPrivate || mayConnect(address),
    plain: allowPrivate,
    patience: PATIENCE,
    clock: terminal.now,
  })
}

async function secretIn(terminal: Terminal, file: string): Promise<string> {
  const path = pathOf(terminal, file)
  if (existsSync(path)) return readFile(path, 'utf8')
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  await writeFile(path, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  terminal.talk(`made ${file}: give it to whoever receives the webhook, and to nobody else\n`)
  return secret
}

/** A monitor at work. */
interface Watch {
  readonly terminal: Terminal
  readonly options: MonitorFlags
  readonly address: string
  readonly machine: Monitor
  readonly folder: MonitorFolder
  readonly sinks: readonly Sink[]
}

/** A look, and what could not be delivered. */
interface Looked {
  readonly look: Look
  readonly refusals: ReadonlyMap<string, string>
  /** When to deliver again, in POSIX seconds. */
  readonly again: number | null
}

async function lookOnce(watch: Watch): Promise<Looked> {
  const { terminal, machine } = watch
  const look = await machine.look()
  await keepAtom(watch, look)
  const round = await hand(watch)
  if (look.why !== null && !watch.options.once) terminal.talk(`${look.why}\n`)
  return { look, ...round }
}

/**
 * Gives out what there is, until a target has to be waited for; where the log is looked at again, one
 * round of it, so that a slow target does not keep the monitor from looking.
 */
async function hand({ terminal, options, folder, sinks }: Watch): Promise<Omit<Looked, 'look'>> {
  for (;;) {
    const { refusals, again } = await deliver(folder, sinks, terminal.now)
    for (const [name, why] of refusals) terminal.talk(`${name}: ${why}; it is tried again\n`)
    const waits = again === null || again > terminal.now() || refusals.size > 0
    if (waits || !options.once) return { refusals, again }
  }
}

/** The Atom file is made anew from the reports, so that it needs no place among them. */
async function keepAtom({ terminal, options, address, folder }: Watch, look: Look): Promise<void> {
  const { atom } = options
  if (atom === undefined || look.log === null) return
  const file = filePublication(pathOf(terminal, atom))
  const { origin, founded } = look.log
  const reports = (await folder.last(IN_ATOM)).reverse()
  const home = isUrl(address) ? address : `https://${origin}`
  const items = reports.map((report) => itemOf(report, home, founded))
  const text = formatAtom({
    id: tagOf(origin, founded, 'monitor'),
    title: `Monitor: ${origin}`,
    author: 'accord monitor',
    home,
    self: null,
    updated: items[0]?.at ?? founded,
    items,
  })
  // What could not be written at the last look is written now.
  if ((await file.last()) !== text) await file.publish(text)
}

function itemOf(
  { id, log, text, advice, at, digest }: Report,
  home: string,
  founded: number,
): FeedItem {
  return {
    id: tagOf(log, founded, `monitor/${id}`),
    title: text,
    text: advice ?? text,
    url: digest === null ? home : `${home}/attestations/${digest}`,
    at: parseTime(at)!,
  }
}

function answerOnce(
  { folder }: Watch,
  { look, refusals }: Looked,
  told: readonly Report[],
): Answer {
  const { state, size, why } = look
  const because = why === null ? '' : `: ${why}`
  return {
    lines: [`${state}: ${size} entries${because}; the reports are in ${folder.reports}`],
    data: { state, size, why, reports: told, undelivered: Object.fromEntries(refusals) },
    exit: state === 'wrong' ? 1 : state === 'unknown' || refusals.size > 0 ? 2 : 0,
  }
}

/** Looks again and again, until a signal ends it; what is under way is finished first. */
async function untilTold(watch: Watch, every: number): Promise<Answer> {
  const { terminal } = watch
  const end = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort())
  let next = terminal.now()
  let again: number | null = null
  while (!end.signal.aborted) {
    if (terminal.now() >= next) {
      next = terminal.now() + every
      again = (await lookOnce(watch)).again
    } else if (again !== null && terminal.now() >= again) again = (await hand(watch)).again
    const until = Math.min(next, again ?? next)
    await pause(Math.max(until - terminal.now(), 0.1), end.signal)
  }
  return { lines: ['stopped; what was not delivered is kept'], data: null }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1000, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
}
