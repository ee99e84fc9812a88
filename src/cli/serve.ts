/**
 * `accord serve`: the registry, put together on Node.
 *
 * @module
 */
import { performance } from 'node:perf_hooks'
import { getRequestListener, type HttpBindings, RequestError } from '@hono/node-server'
import type { Command } from 'commander'
import type { Context } from 'hono'
import convention from '../../db/instruments/digital-geneva-convention.json' with { type: 'json' }
import pledge from '../../db/instruments/no-backdoor-pledge.json' with { type: 'json' }
import accord from '../../db/instruments/tech-sector-accord.json' with { type: 'json' }
import { migrate, migratePersons } from '../../db/migrate.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { formatVKey } from '../../keys/vkey.ts'
import about from '../../package.json' with { type: 'json' }
import { DepositaryError } from '../depositary/error.ts'
import { type Depositary, type Opening, openDepositary } from '../depositary/open.ts'
import { createApp } from '../http/app.ts'
import { requestProblem } from '../http/errors.ts'
import { senderOf } from '../http/sender.ts'
import type { Log } from '../http/service.ts'
import { openAsking } from '../node/asking.ts'
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
  beginFounding,
  endFounding,
  type Home,
  HomeError,
  type HomeKeys,
  hasPublished,
  keepPolicy,
  makeKeys,
  openHome,
  readKeys,
} from '../node/home.ts'
import { openLogFetch } from '../node/log-fetch.ts'
import { startLogging } from '../node/logging.ts'
import { createMetrics } from '../node/metrics.ts'
import { openWitnessPost } from '../node/post-witness.ts'
import { filePublication } from '../node/publication.ts'
import { StartError } from '../node/start-error.ts'
import { readWitnessPolicy, type WitnessPolicy } from '../node/witness-policy.ts'
import { registryAt } from '../register/instrument.ts'
import type { Answer, Common, Run } from './answer.ts'
import { type Answerer, type Door, openDoor } from './door.ts'
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
  /** The file of the policy that is served. */
  readonly policy: string
  /** Keys on this disk that a real registry keeps elsewhere, as file names. */
  readonly exposed: readonly string[]
  /** What was published at this start. */
  readonly published: readonly string[]
  /** Whether domains are confirmed by the depositary's hand. */
  readonly byHand: boolean
  readonly depositary: Depositary
  /** Takes no more, does what waits, and ends. */
  close(): Promise<void>
}

/** The texts that ship: parsed, and written again as statements are. */
const SHIPPED = [convention, pledge, accord] as readonly unknown[] as readonly InstrumentFields[]

/**
 * Starts a registry: founds it where there is none, and goes on where there is one. The port comes
 * first, so that nothing is founded that cannot be served.
 *
 * @throws {ConfigError} `PORT_TAKEN`, `BAD_SETTING`
 * @throws {HomeError}
 * @throws {StartError} where going on could sign a second history, or the data is damaged
 * @throws {KeyFileError}
 * @throws {StoreError}
 */
export async function serve(options: Serve): Promise<Serving> {
  const { settings } = options
  // Before anything is written: an origin that cannot be must not name the data.
  domainOfOrigin(settings.ACCORD_ORIGIN)
  const door = await openDoor(settings)
  try {
    const home = await openHome(settings.ACCORD_DATA_DIR, settings.ACCORD_ORIGIN)
    try {
      return await serveHome(options, door, home)
    } catch (e) {
      home.release()
      throw e
    }
  } catch (e) {
    await door.close()
    throw e
  }
}

async function serveHome(options: Serve, door: Door, home: Home): Promise<Serving> {
  const { settings, clock, log } = options
  const { sql, persons } = openStores(home)
  try {
    await migratePersons(persons)
    const keys = await readyKeys(sql, home, options)
    const asked = await readWitnessPolicy(settings.ACCORD_WITNESS_POLICY, keys.log.vkey)
    const witnesses = openWitnessPost()
    const early = settings.ACCORD_WITNESS_WAIT === 'no'
    const witnessing = asked && { policy: asked.policy, post: witnesses.post, early }
    const depositary = await openGuarded(sql, persons, home, keys, options, witnessing)
    await endFounding(home)
    const published = await publishShipped(sql, depositary, keys, options)
    const { rules } = await registryAt(sql, { at: clock() })
    const rounds = startRounds(depositary, log)
    door.answer(await answerer(options, door.url, sql, home, keys, depositary, asked))
    return {
      ...{ url: door.url, origin: settings.ACCORD_ORIGIN, vkey: formatVKey(keys.log.vkey) },
      policy: asked?.file ?? home.policy,
      ...{ home, published, depositary, byHand: rules.methods.includes('manual') },
      exposed: [
        ...(keys.daily ? ['daily-1.key'] : []),
        ...(keys.recovery ? ['recovery-1.key'] : []),
      ],
      async close() {
        await door.close()
        await rounds.stop()
        await depositary.close()
        await witnesses.close()
        persons.close()
        sql.close()
        home.release()
      },
    }
  } catch (e) {
    persons.close()
    sql.close()
    throw e
  }
}

function openStores(home: Home): { sql: Sqlite; persons: Sqlite } {
  const sql = openSqlite(home.database)
  try {
    return { sql, persons: openSqlite(home.persons) }
  } catch (e) {
    sql.close()
    throw e
  }
}

/** How often the registry looks which domains are to be asked, in milliseconds. */
const ROUND = 60_000

/** Goes on rounds until it is stopped, one at a time. */
function startRounds(depositary: Depositary, log: Log): { stop(): Promise<void> } {
  let round = Promise.resolve()
  const go = () => {
    round = round
      .then(() => depositary.round())
      .catch((e: unknown) => log('error', 'round failed', { why: String(e) }))
  }
  const timer = setInterval(go, ROUND)
  return {
    async stop() {
      clearInterval(timer)
      await round
    },
  }
}

/** The keys, and a log to use them on: both are made at a first start. */
async function readyKeys(sql: Sqlite, home: Home, options: Serve): Promise<HomeKeys> {
  const { settings, clock, passphrase } = options
  const { ACCORD_ORIGIN: origin, ACCORD_DEPOSITARY: depositary } = settings
  const { ACCORD_METHODS: methods } = settings
  await migrate(sql)
  if (await hasLog(sql)) return readKeys(home, passphrase)
  if (await hasPublished(home)) {
    throw new HomeError(
      'LOST_LOG',
      `${home.checkpoint} was published and ${home.database} holds no log: put the database back, or begin another log in another data directory`,
    )
  }
  await beginFounding(home)
  await makeKeys(home, origin, domainOfOrigin(origin))
  const keys = await readKeys(home, passphrase)
  const time = clock()
  await foundLog(sql, { origin, depositary, methods, keys, time, verify: nodeVerify })
  return keys
}

async function openGuarded(
  sql: Sqlite,
  persons: Sqlite,
  home: Home,
  keys: HomeKeys,
  { settings, clock, log }: Serve,
  witnessing: Opening['witnessing'] | null,
): Promise<Depositary> {
  const { ACCORD_QUOTA_ADDRESS: address, ACCORD_QUOTA_PARTY: party } = settings
  const limits = { address, party, domain: settings.ACCORD_QUOTA_DOMAIN }
  const remote = openLogFetch({ connect: 2_000, whole: 10_000 })
  try {
    return await openDepositary({
      sql,
      persons,
      publication: filePublication(home.checkpoint),
      signers: [keys.log, ...(keys.logMlDsa ? [keys.logMlDsa] : [])],
      clerk: keys.clerk,
      clock,
      gate: { limits, exempt: settings.ACCORD_EXEMPT ?? [] },
      asking: await openAsking(settings),
      ...(witnessing ? { witnessing } : {}),
      mirrors: {
        urls: settings.ACCORD_MIRRORS ?? [],
        from: remote.from,
        onSilent: (url, why) => log('warning', 'mirror silent', { url, why }),
      },
      onSighting: ({ check, why }) => {
        const { subject, method, outcome } = check
        log('info', 'domain asked', { subject, method, outcome, ...(why === null ? {} : { why }) })
      },
      verify: nodeVerify,
      verifyAsync: nodeVerifyPool,
      onRefusal: ({ code, detail }) => log('error', 'check refused', { code, detail }),
      onAlarm: (error) => log('error', 'stopped', { code: error.code, why: error.message }),
    })
  } catch (e) {
    throw e instanceof DepositaryError ? new StartError(e) : e
  } finally {
    await remote.close()
  }
}

/** Publishes the instruments that ship and of which the log has none yet. */
async function publishShipped(
  sql: Sqlite,
  depositary: Depositary,
  { daily }: HomeKeys,
  { clock, log }: Serve,
): Promise<string[]> {
  if (!daily) return []
  const published: string[] = []
  for (const fields of SHIPPED) {
    try {
      if (await foundInstrument(sql, depositary, daily, fields, clock())) published.push(fields.id)
    } catch (e) {
      // Witnesses that are away keep nothing from starting: it is logged, and public when they are back.
      if (!(e instanceof DepositaryError) || e.code !== 'UNWITNESSED') throw e
      log('warning', 'not public yet', { instrument: fields.id, why: e.message })
    }
  }
  return published
}

async function answerer(
  { settings, clock, log }: Serve,
  url: string,
  sql: Sqlite,
  home: Home,
  keys: HomeKeys,
  depositary: Depositary,
  asked: WitnessPolicy | null,
): Promise<Answerer> {
  const { ACCORD_PUBLIC_URL: publicUrl } = settings
  const metrics = createMetrics({
    treeSize: () => depositary.published().size,
    checkpointAge: () => clock() - depositary.published().time,
    queueLength: () => depositary.waiting(),
    witnesses: () => depositary.witnesses(),
  })
  const own = await keepPolicy(home, keys.log, publicUrl)
  const policy = asked?.text ?? own
  const app = createApp({
    ...{ sql, depositary, clock, origin: depositary.origin, metrics, log, policy },
    ticks: () => performance.now(),
    base: publicUrl ?? url,
    version: about.version,
    verify: nodeVerify,
    assets: await readAssets(),
    addressOf: counting(settings.ACCORD_TRUSTED_PROXIES, log),
  })
  return getRequestListener(app.fetch, { errorHandler: unaddressed }) as Answerer
}

/** Says who sends; that a proxy is there of which no setting speaks, it logs once. */
function counting(proxies: number, log: Log): (c: Context) => string | null {
  let known = proxies > 0
  return (c) => {
    const forwarded = c.req.header('x-forwarded-for')
    if (forwarded !== undefined && !known) {
      known = true
      log('warning', 'requests come through a proxy', {
        setting: 'ACCORD_TRUSTED_PROXIES',
        why: 'it is 0, so everybody behind a proxy is counted as one sender; say how many there are',
      })
    }
    return senderOf(peerOf(c), forwarded, proxies)
  }
}

/** Who opened the connection. */
function peerOf({ env }: Context): string | null {
  return (env as HttpBindings).incoming.socket.remoteAddress ?? null
}

/** The answer to a request of which no URL can be made: the app never sees it. */
function unaddressed(error: unknown): Response {
  const problem =
    error instanceof RequestError
      ? requestProblem('bad-request', 'expected a valid host header')
      : requestProblem('internal', 'something is wrong here, not with the request')
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}

/** Adds `accord serve`. */
export function serveCommand(program: Command, run: Run): void {
  program
    .command('serve')
    .description('run the registry; its settings are environment variables (see README)')
    .action(run<Common>(serveUntilTold))
}

async function serveUntilTold(terminal: Terminal, { json }: Common): Promise<Answer> {
  const read = readSettings(terminal.env)
  const { ACCORD_DATA_DIR: data, ACCORD_WITNESS_POLICY: asked } = read
  const settings = {
    ...read,
    ACCORD_DATA_DIR: pathOf(terminal, data),
    ACCORD_WITNESS_POLICY: asked === null ? null : pathOf(terminal, asked),
  }
  const serving = await serve({
    settings,
    clock: terminal.now,
    log: await startLogging(settings.ACCORD_LOG_LEVEL),
    passphrase: () => passphrase(terminal, settings.ACCORD_DATA_DIR, false),
  }).catch((error: unknown) => {
    if (error instanceof StartError) for (const note of error.notes) terminal.talk(`${note}\n`)
    throw error
  })
  const end = told()
  if (json) terminal.out(`${JSON.stringify(started(serving), null, 2)}\n`)
  else terminal.out(`${banner(serving, process.argv[1]!).join('\n')}\n`)
  await end
  await serving.close()
  return { lines: ['stopped; nothing was left undone'], data: null }
}

function started(serving: Serving): object {
  const { url, origin, vkey, home, policy, exposed, published } = serving
  const { folder } = home
  return { ok: true, url, origin, vkey, policy, data: folder, published, exposed }
}

/** @param program the file that Node runs */
function banner(serving: Serving, program: string): string[] {
  const { url, origin, vkey, home, policy, exposed, published, byHand } = serving
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
    `policy   ${policy}, and ${url}/policy.txt`,
    `pages    ${url}/`,
    `api      ${url}/api/`,
    ...warning,
    '',
    ...(byHand
      ? ['Domains are confirmed by hand here: `accord confirm` logs what somebody saw.', '']
      : []),
    'For a shell beside it:',
    `  export ACCORD_LOG=${quoted(url)} ACCORD_POLICY=${quoted(policy)}`,
    ...tryIt(program),
  ]
}

/** What to type next: with the bundle from any folder, with the sources in the checkout. */
function tryIt(program: string): string[] {
  const bundled = !program.endsWith('.ts')
  const accord = bundled ? 'accord' : 'npm run accord --'
  return [
    ...(bundled ? [`  accord() { node ${quoted(program)} "$@"; }`] : []),
    `Try: ${accord} keygen contoso.com/ceo -o ceo.key, then ${accord} help enrol`,
  ]
}

/** A word as a shell reads it. */
function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** Resolves at the first signal to end; at a second one the process dies as it would have. */
function told(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
