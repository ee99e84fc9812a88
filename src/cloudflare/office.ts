/**
 * A registry put together inside a Durable Object: the counterpart of `src/cli/serve.ts`.
 *
 * @module
 */
import type { Hono } from 'hono'
import type { Sql } from '../../db/sql.ts'
import { guardedAsync, verify } from '../../keys/ed25519.ts'
import { parseSecretKey, type Signer, seedSigner } from '../../keys/signer.ts'
import { fetchFrom } from '../client/fetch.ts'
import { ownPolicy } from '../client/own-policy.ts'
import { DepositaryError } from '../depositary/error.ts'
import { Gate } from '../depositary/gate.ts'
import { type Depositary, openDepositary } from '../depositary/open.ts'
import type { PersonStore } from '../depositary/persons.ts'
import type { Publication } from '../depositary/publisher.ts'
import type { Asking } from '../domain/ask.ts'
import { dohResolver } from '../domain/doh.ts'
import { fetchedHttps } from '../domain/web.ts'
import { createApp } from '../http/app.ts'
import type { Asset, Keeper, Log } from '../http/service.ts'
import { RegisterError } from '../register/error.ts'
import { type LogHead, publicHeadOf } from '../register/head.ts'
import { parsePolicy } from '../tlog/policy.ts'
import { createMetrics } from './metrics.ts'
import { postWitness } from './post-witness.ts'
import type { Settings } from './settings.ts'

/** How long a domain, a resolver or a mirror may take, in milliseconds. */
const PATIENCE = 6000

/** What a registry is put together from. */
export interface Parts {
  readonly sql: Sql
  readonly persons: PersonStore
  readonly publication: Publication
  readonly settings: Settings
  /** How domains are asked; left out where that is done by hand. */
  readonly asking?: Asking
  readonly assets: ReadonlyMap<string, Asset>
  readonly version: string
  /** POSIX seconds. */
  readonly clock: () => number
  readonly log: Log
  /** Told when the registry stops taking submissions: it is to be opened anew soon. */
  readonly onStop: () => void
}

/** A registry that answers. */
export interface Office {
  readonly app: Hono
  /** Why it takes nothing; null while it does. */
  stopped(): DepositaryError | null
  /** See {@link Depositary.round}. */
  round(): Promise<void>
  /** See {@link Depositary.close}. */
  close(): Promise<void>
}

/**
 * Opens the registry; where it may not sign, or cannot, one that is read and takes nothing.
 *
 * @throws {RegisterError} `NO_LOG`
 * @throws {DepositaryError} where nothing of the log is public yet
 */
export async function openOffice(parts: Parts): Promise<Office> {
  try {
    const log = seedFrom(parts.settings.ACCORD_LOG_KEY)
    const depositary = await openOwn(parts, log)
    const { stopped, round, close } = depositary
    return { app: appOf(parts, depositary, log), stopped, round, close }
  } catch (cause) {
    if (cause instanceof RegisterError && cause.code === 'NO_LOG') throw cause
    const error = asDepositaryError(cause)
    parts.log('error', 'does not sign', { code: error.code, message: error.message })
    const office = await openReading(parts, error)
    if (!office) throw error
    return office
  }
}

/**
 * A registry that is read: what was public still is, and nothing is taken.
 *
 * @param error - why
 * @returns null where nothing of the log is public yet
 * @throws {KeyError} for a secret that is no key
 */
export async function openReading(parts: Parts, error: DepositaryError): Promise<Office | null> {
  const head = await publicHeadOf(parts.sql)
  if (!head) return null
  const keeper = closedKeeper(parts, head, error)
  return {
    app: appOf(parts, keeper, seedFrom(parts.settings.ACCORD_LOG_KEY)),
    stopped: () => error,
    round: async () => {},
    close: async () => {},
  }
}

/** What is not the guard's word is `STOPPED`: it may go well the next time. */
function asDepositaryError(cause: unknown): DepositaryError {
  if (cause instanceof DepositaryError) return cause
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new DepositaryError('STOPPED', `it could not be opened: ${why}`, { cause })
}

function openOwn(parts: Parts, own: Signer): Promise<Depositary> {
  const { sql, persons, publication, settings, asking, clock, log, onStop } = parts
  const { ACCORD_WITNESS_POLICY: policy, ACCORD_WITNESS_WAIT: wait } = settings
  const { ACCORD_QUOTA_ADDRESS: address, ACCORD_QUOTA_PARTY: party } = settings
  return openDepositary({
    ...{ sql, persons, publication, clock, verify, verifyAsync },
    signers: [own],
    clerk: seedFrom(settings.ACCORD_CLERK_KEY),
    gate: {
      limits: { address, party, domain: settings.ACCORD_QUOTA_DOMAIN },
      exempt: settings.ACCORD_EXEMPT,
    },
    ...(asking ? { asking } : {}),
    ...(policy
      ? { witnessing: { policy: parsePolicy(policy), post: postWitness, early: wait === 'no' } }
      : {}),
    mirrors: {
      urls: settings.ACCORD_MIRRORS,
      from: (url) => fetchFrom(url, (u) => fetch(u, { signal: AbortSignal.timeout(PATIENCE) })),
      onSilent: (url, why) => log('warning', 'mirror silent', { url, why }),
    },
    onRefusal: ({ code, detail }) => log('error', 'check refused', { code, detail }),
    onAlarm: (error) => {
      log('error', 'stopped', { code: error.code, message: error.message })
      onStop()
    },
  })
}

/** How domains are asked from here: see `src/domain/web.ts` for what the platform guarantees. */
export function platformAsking({ ACCORD_RESOLVERS }: Settings): Asking {
  return {
    resolvers: ACCORD_RESOLVERS.map((url) => dohResolver(url, fetch, PATIENCE)),
    https: fetchedHttps(fetch, PATIENCE),
  }
}

function seedFrom(secret: string): Signer {
  const { name, seed, type } = parseSecretKey(secret)
  return seedSigner(name, seed, type)
}

/** By WebCrypto, under the one rule. */
const verifyAsync = guardedAsync(async (key, signature, message) => {
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', imported, signature, message)
})

function closedKeeper(parts: Parts, head: LogHead, error: DepositaryError): Keeper {
  const no = () => Promise.reject(error)
  return {
    published: () => head,
    waiting: () => 0,
    stopped: () => error,
    witnesses: () => [],
    cards: async () => new Map(),
    gate: new Gate(parts.sql, parts.clock),
    submit: no,
    check: no,
    look: no,
  }
}

function appOf(parts: Parts, depositary: Keeper, { vkey }: Signer): Hono {
  const { sql, settings, assets, version, clock, log } = parts
  const { ACCORD_PUBLIC_URL: base, ACCORD_WITNESS_POLICY: asked } = settings
  return createApp({
    ...{ sql, depositary, assets, version, clock, log, base, verify },
    origin: vkey.name,
    policy: asked ?? ownPolicy(vkey, base),
    ticks: () => performance.now(),
    addressOf: (c) => c.req.header('cf-connecting-ip') ?? null,
    metrics: createMetrics({
      accord_tree_size: () => depositary.published().size,
      accord_checkpoint_age_seconds: () => clock() - depositary.published().time,
      accord_queue_length: () => depositary.waiting(),
    }),
  })
}
