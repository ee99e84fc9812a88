/**
 * `accord witness`: cosigns the checkpoints of logs.
 *
 * See https://c2sp.org/tlog-witness.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Command, Option } from 'commander'
import { Counter, Registry } from 'prom-client'
import { formatVKey } from '../../keys/vkey.ts'
import { DAY } from '../accord/text.ts'
import { nodeVerify } from '../node/fast.ts'
import { openWitnessFolder } from '../node/witness-folder.ts'
import { isLogList, parseLogList } from '../tlog/log-list.ts'
import { parsePolicy } from '../tlog/policy.ts'
import { MAX_ADD_CHECKPOINT } from '../tlog/witness.ts'
import { Witness, type WitnessedLog } from '../watch/witness.ts'
import type { Answer, Common, Run } from './answer.ts'
import { type Answerer, openDoor } from './door.ts'
import { CliError } from './failure.ts'
import { read } from './files.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'

const PLAIN = 'text/plain; charset=utf-8'

/** A log, and how many checkpoints it may send in a day; null for no limit. */
interface Allowed extends WitnessedLog {
  readonly qpd: number | null
}

/** What a witness is told on the command line. */
export interface WitnessFlags extends Common {
  readonly data: string
  readonly name: string
  readonly listen: string
  readonly logs: readonly string[]
  readonly codes: 'draft' | 'v1.0.0'
}

/** A witness that is served. */
export interface WitnessServing {
  readonly url: string
  /** Its lines for a policy. */
  readonly lines: readonly string[]
  readonly origins: readonly string[]
  close(): Promise<void>
}

/** Adds the command. */
export function witnessCommand(program: Command, run: Run): void {
  program
    .command('witness')
    .description('cosign the checkpoints of logs, until a signal ends it')
    .requiredOption('--name <name>', 'what its keys are called: a domain, and perhaps a path')
    .requiredOption('--logs <files...>', 'whose: lists (logs/v0), log lines, or policies')
    .option('--data <folder>', 'its keys, and what it has cosigned', 'witness')
    .option('--listen <address>', 'where it is asked; port 0 takes a free one', '127.0.0.1:8788')
    .addOption(
      new Option('--codes <version>', 'how two trees of one size are answered: 422, or 409')
        .choices(['draft', 'v1.0.0'])
        .default('draft'),
    )
    .addHelpText('after', HELP)
    .action(run<WitnessFlags>(witnessUntilTold))
}

const HELP = `
The keys, one of Ed25519 and one of ML-DSA-44, are made at the first start. A cosignature is in the
database before anybody sees it. Never put an old copy of the folder back: with it the witness could
cosign a second history. If it is lost, begin anew, in an empty folder and under another name.

Answers POST /add-checkpoint, GET /HEX/checkpoint with the SHA-256 of a log's origin, and
GET /metrics.`

async function witnessUntilTold(terminal: Terminal, options: WitnessFlags): Promise<Answer> {
  const end = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  const serving = await serveWitness(terminal, options)
  const { url, lines, origins } = serving
  const data = { ok: true, url, policy: lines, logs: origins }
  const shown = [
    'For a policy:',
    ...lines,
    '',
    `serves  ${url}`,
    ...origins.map((o) => `log     ${o}`),
  ]
  terminal.out(`${options.json ? JSON.stringify(data, null, 2) : shown.join('\n')}\n`)
  await end
  await serving.close()
  return { lines: ['stopped; nothing was left undone'], data: null }
}

/**
 * Serves a witness.
 *
 * @throws {CliError} `USAGE`, `BAD_FILE`
 * @throws {ConfigError} `PORT_TAKEN`, `BAD_SETTING`
 * @throws {HomeError}
 */
export async function serveWitness(
  terminal: Terminal,
  options: Omit<WitnessFlags, keyof Common>,
): Promise<WitnessServing> {
  const logs = await readLogs(terminal, options.logs)
  const listen = parseListen(options.listen)
  const folder = await openWitnessFolder(pathOf(terminal, options.data), options.name, () =>
    passphrase(terminal, "the witness's keys", false),
  )
  try {
    const witness = new Witness({
      ...{ sql: folder.sql, logs, signers: folder.signers, clock: terminal.now },
      verify: nodeVerify,
      equivocation: options.codes === 'draft' ? 422 : 409,
      admits: dailyLimit(logs, terminal.now),
    })
    const door = await openDoor(listen)
    door.answer(answerer(witness))
    const names = ['', '-mldsa'].map((ending) => `${options.name}${ending}`)
    return {
      url: door.url,
      origins: logs.map(({ origin }) => origin),
      lines: folder.signers.map(
        ({ vkey }, i) => `witness ${names[i]} ${formatVKey(vkey)} ${door.url}`,
      ),
      async close() {
        await door.close()
        folder.close()
      },
    }
  } catch (e) {
    folder.close()
    throw e
  }
}

async function readLogs(terminal: Terminal, files: readonly string[]): Promise<Allowed[]> {
  const logs = new Map<string, Allowed>()
  for (const file of files) {
    for (const log of parseLogs(await read(terminal, file))) {
      if (logs.has(log.origin)) {
        throw new CliError('BAD_FILE', `${log.origin} is in another file than ${file}, too`)
      }
      logs.set(log.origin, log)
    }
  }
  if (logs.size > 0) return [...logs.values()]
  throw new CliError('BAD_FILE', `expected a log in ${files.join(', ')}`)
}

function parseLogs(text: string): Allowed[] {
  if (isLogList(text)) {
    return parseLogList(text).map(({ origin, vkey, qpd }) => ({ origin, vkeys: [vkey], qpd }))
  }
  // Bare log lines are none, and all that a witness is to know.
  const policy = /^[ \t]*quorum[ \t]/m.test(text) ? text : `${text}\nquorum none\n`
  const vkeys = parsePolicy(policy).logs.map((log) => log.vkey)
  return [...new Set(vkeys.map(({ name }) => name))].map((origin) => ({
    ...{ origin, qpd: null },
    vkeys: vkeys.filter(({ name }) => name === origin),
  }))
}

/** Counts each log's cosignatures of a day, in UTC: those of new trees, and those of known ones. */
function dailyLimit(
  logs: readonly Allowed[],
  now: () => number,
): (origin: string, isNew: boolean) => boolean {
  const limits = new Map(logs.map(({ origin, qpd }) => [origin, qpd ?? Infinity]))
  const counts = new Map<string, number>()
  let today = 0
  return (origin, isNew) => {
    const day = Math.floor(now() / DAY)
    if (day !== today) counts.clear()
    today = day
    const key = `${isNew} ${origin}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count <= limits.get(origin)!
  }
}

function parseListen(text: string): { readonly HOST: string; readonly PORT: number } {
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || Number(port) > 65_535) {
    throw new CliError('USAGE', `expected HOST:PORT, got ${text}`)
  }
  return { HOST: host.replace(/^\[|\]$/g, ''), PORT: Number(port) }
}

/** The routes of a witness. */
function answerer(witness: Witness): Answerer {
  const registry = new Registry()
  const answers = new Counter({
    name: 'accord_witness_answers_total',
    help: 'Answers to add-checkpoint by status',
    labelNames: ['status'],
    registers: [registry],
  })
  return async (request, response) => {
    const path = request.url!.split('?')[0]!
    const id = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1]
    if (path === '/add-checkpoint') {
      if (request.method !== 'POST')
        return send(response, 405, 'expected POST\n', { allow: 'POST' })
      const status = await addCheckpoint(witness, request, response)
      if (status !== null) answers.inc({ status: String(status) })
      return
    }
    if (id === undefined && path !== '/metrics') return send(response, 404, 'not found\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, 405, 'expected GET\n', { allow: 'GET, HEAD' })
    }
    if (id === undefined) return send(response, 200, await registry.metrics())
    const note = await witness.latest(id)
    const headers = { 'cache-control': 'no-store' }
    return note === null
      ? send(response, 404, 'nothing of such a log was cosigned\n', headers)
      : send(response, 200, note, headers)
  }
}

/** @returns the status; null where the request broke off */
async function addCheckpoint(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<number | null> {
  const body = await readBody(request).catch(() => null)
  if (body === null) return null
  // What is too long is cut to be refused as such; the rest of it is not waited for.
  const rest: Record<string, string> =
    body.length > MAX_ADD_CHECKPOINT ? { connection: 'close' } : {}
  try {
    const { status, type, body: text } = await witness.addCheckpoint(body)
    send(response, status, text, { 'content-type': type, ...rest })
    return status
  } catch (e) {
    process.stderr.write(`not cosigned: ${e instanceof Error ? e.message : String(e)}\n`)
    send(response, 500, 'something is wrong here, not with the request\n')
    return 500
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    const done = () => resolve(new Uint8Array(Buffer.concat(parts)))
    request.on('data', (part: Uint8Array) => {
      length += part.length
      parts.push(part)
      if (length <= MAX_ADD_CHECKPOINT) return
      request.pause()
      done()
    })
    request.once('end', done)
    request.once('error', reject)
    request.once('close', () => reject(new Error('the request broke off')))
  })
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': PLAIN, ...headers }).end(body)
}
