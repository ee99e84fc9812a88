/**
 * `accord serve`: the registry, put together on Node.
 *
 * @module
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { getRequestListener } from '@hono/node-server'
import type { Command } from 'commander'
import convention from '../../db/instruments/digital-geneva-convention.json' with { type: 'json' }
import pledge from '../../db/instruments/no-backdoor-pledge.json' with { type: 'json' }
import accord from '../../db/instruments/tech-sector-accord.json' with { type: 'json' }
import { migrate } from '../../db/migrate.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { formatVKey } from '../../keys/vkey.ts'
import { DepositaryError } from '../depositary/error.ts'
import { type Depositary, openDepositary } from '../depositary/open.ts'
import { createApp } from '../http/app.ts'
import type { Log } from '../http/service.ts'
import { readAssets } from '../node/assets.ts'
import { readSettings, type Settings } from '../node/config.ts'
import { nodeVerify, nodeVerifyPool } from '../node/fast.ts'
import {
  domainOfOrigin,
  foundInstrument,
  foundLog,
  hasLog,
  type InstrumentFields,
} from '../node/founding.ts'
import {
  type AskPassphrase,
  type Home,
  HomeError,
  type HomeKeys,
  hasPublished,
  keepPolicy,
  makeKeys,
  openHome,
  readKeys,
} from '../node/home.ts'
import { startLogging } from '../node/logging.ts'
import { createMetrics } from '../node/metrics.ts'
import { filePublication } from '../node/publication.ts'
import { StartError } from '../node/start-error.ts'
import type { Answer, Run } from './answer.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'

/** What a registry is started with. */
export interface Serve {
  readonly settings: Settings
  /** POSIX seconds. */
  readonly clock: () => number
  readonly log: Log
  readonly passphrase?: AskPassphrase
}

/** A registry that is served. */
export interface Serving {
  readonly url: string
  readonly origin: string
  /** The log's. */
  readonly vkey: string
  readonly home: Home
  /** Keys on this disk that a real registry keeps elsewhere, as file names. */
  readonly exposed: readonly string[]
  /** What was published at this start. */
  readonly published: readonly string[]
  readonly depositary: Depositary
  /** Takes no more, does what waits, and ends. */
  close(): Promise<void>
}

/** The texts that ship: parsed, and written again as statements are. */
const SHIPPED = [convention, pledge, accord] as readonly unknown[] as readonly InstrumentFields[]

/**
 * Starts a registry: founds it where there is none, and goes on where there is one.
 *
 * @throws {HomeError}
 * @throws {StartError} where going on could sign a second history, or the data is damaged
 * @throws {KeyFileError}
 * @throws {StoreError}
 */
export async function serve(options: Serve): Promise<Serving> {
  const { settings, clock } = options
  const { ACCORD_ORIGIN: origin } = settings
  const home = await openHome(settings.ACCORD_DATA_DIR, origin)
  const sql = openSqlite(home.database)
  try {
    const keys = await readyKeys(sql, home, options)
    const depositary = await openGuarded(sql, home, keys, options)
    const published = await publishShipped(sql, depositary, keys, clock)
    const { server, url } = await listen(options, sql, home, keys, depositary)
    return {
      ...{ url, origin, vkey: formatVKey(keys.log.vkey), home, published, depositary },
      exposed: [
        ...(keys.daily ? ['daily-1.key'] : []),
        ...(keys.recovery ? ['recovery-1.key'] : []),
      ],
      async close() {
        await closed(server)
        await depositary.close()
        sql.close()
      },
    }
  } catch (e) {
    sql.close()
    throw e
  }
}

/** The keys, and a log to use them on: both are made at a first start. */
async function readyKeys(sql: Sqlite, home: Home, options: Serve): Promise<HomeKeys> {
  const { settings, clock, passphrase } = options
  const { ACCORD_ORIGIN: origin, ACCORD_DEPOSITARY: depositary } = settings
  await migrate(sql)
  if (await hasLog(sql)) return readKeys(home, passphrase)
  if (await hasPublished(home)) {
    throw new HomeError(
      'LOST_LOG',
      `${home.checkpoint} was published and ${home.database} holds no log: put the database back, or begin another log in another data directory`,
    )
  }
  await makeKeys(home, origin, domainOfOrigin(origin))
  const keys = await readKeys(home, passphrase)
  await foundLog(sql, { origin, depositary, keys, time: clock(), verify: nodeVerify })
  return keys
}

async function openGuarded(
  sql: Sqlite,
  home: Home,
  keys: HomeKeys,
  { clock, log }: Serve,
): Promise<Depositary> {
  try {
    return await openDepositary({
      sql,
      publication: filePublication(home.checkpoint),
      signers: [keys.log],
      clerk: keys.clerk,
      clock,
      verify: nodeVerify,
      verifyAsync: nodeVerifyPool,
      onAlarm: (error) => log('error', 'stopped', { code: error.code, message: error.message }),
    })
  } catch (e) {
    throw e instanceof DepositaryError ? new StartError(e) : e
  }
}

/** Publishes the instruments that ship and of which the log has none yet. */
async function publishShipped(
  sql: Sqlite,
  depositary: Depositary,
  { daily }: HomeKeys,
  clock: () => number,
): Promise<string[]> {
  if (!daily) return []
  const published: string[] = []
  for (const fields of SHIPPED) {
    if (await foundInstrument(sql, depositary, daily, fields, clock())) published.push(fields.id)
  }
  return published
}

async function listen(
  { settings, clock, log }: Serve,
  sql: Sqlite,
  home: Home,
  keys: HomeKeys,
  depositary: Depositary,
) {
  const server = createServer()
  const address = await bound(server, settings)
  const { ACCORD_PUBLIC_URL: publicUrl } = settings
  const host = settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST
  const url = `http://${host}:${address.port}`
  const metrics = createMetrics({
    treeSize: () => depositary.published().size,
    checkpointAge: () => clock() - depositary.published().time,
    queueLength: () => depositary.waiting(),
  })
  const policy = await keepPolicy(home, keys.log, publicUrl)
  const app = createApp({
    ...{ sql, depositary, clock, origin: depositary.origin, metrics, log, policy },
    ticks: () => performance.now(),
    base: publicUrl ?? url,
    assets: await readAssets(),
  })
  const answer = getRequestListener(app.fetch)
  server.on('request', (request, response) => void answer(request, response))
  return { server, url }
}

/** Refuses a request whose head or body takes longer than any honest one needs. */
const REQUEST_TIMEOUT = 30_000

async function bound(server: Server, { HOST, PORT }: Settings): Promise<AddressInfo> {
  server.requestTimeout = REQUEST_TIMEOUT
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(PORT, HOST, () => resolve())
  })
  return server.address() as AddressInfo
}

/** How long a reader may still take when the registry ends, in milliseconds. */
const LAST_ORDERS = 3_000

async function closed(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), LAST_ORDERS)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearTimeout(late)
}

/** Adds `accord serve`. */
export function serveCommand(program: Command, run: Run): void {
  program
    .command('serve')
    .description('run the registry; its settings are environment variables (see README)')
    .action(run<object>(serveUntilTold))
}

async function serveUntilTold(terminal: Terminal): Promise<Answer> {
  const read = readSettings(terminal.env)
  const settings = { ...read, ACCORD_DATA_DIR: pathOf(terminal, read.ACCORD_DATA_DIR) }
  const serving = await serve({
    settings,
    clock: terminal.now,
    log: await startLogging(settings.ACCORD_LOG_LEVEL),
    passphrase: () => passphrase(terminal, settings.ACCORD_DATA_DIR, false),
  }).catch((error: unknown) => {
    if (error instanceof StartError) for (const note of error.notes) terminal.talk(`${note}\n`)
    throw error
  })
  terminal.out(`${banner(serving).join('\n')}\n`)
  await told()
  await serving.close()
  return { lines: ['stopped; nothing was left undone'], data: { stopped: true } }
}

function banner({ url, origin, vkey, home, exposed, published }: Serving): string[] {
  const warning =
    exposed.length > 0
      ? [
          '',
          `${exposed.join(' and ')} in ${home.keys} speak for the depositary. For a registry that`,
          'others rely on, move them off this machine: it runs without them.',
        ]
      : []
  return [
    ...published.map((id) => `published ${id}`),
    `origin   ${origin}`,
    `log key  ${vkey}`,
    `policy   ${home.policy}, and ${url}/policy.txt`,
    `api      ${url}/api/`,
    ...warning,
    '',
    'Domains are confirmed by hand for now: `accord confirm` logs what somebody saw.',
    'Try: npm run accord -- keygen contoso.com/ceo -o ceo.key, then npm run accord -- help enrol',
  ]
}

/** Resolves at the first signal to end; at a second one the process dies as it would have. */
function told(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
