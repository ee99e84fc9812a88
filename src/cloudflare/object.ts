/**
 * The Durable Object that is the registry: one for each log, and nobody else writes.
 *
 * Its SQLite is the commit point. What is left undone when it is evicted or fails (a checkpoint that
 * is committed and not public, witnesses to ask, domains to ask) is done by an alarm, which may come
 * late, or twice.
 *
 * See https://developers.cloudflare.com/durable-objects/.
 *
 * @module
 */
import { DurableObject } from 'cloudflare:workers'
import { openDurable } from '../../db/durable.ts'
import { migrate } from '../../db/migrate.ts'
import type { Sql } from '../../db/sql.ts'
import { verify } from '../../keys/ed25519.ts'
import { parseSecretKey } from '../../keys/signer.ts'
import about from '../../package.json' with { type: 'json' }
import { Turns } from '../depositary/turns.ts'
import { answerUnavailable } from '../http/errors.ts'
import type { Asset, Log } from '../http/service.ts'
import { closeLog } from '../register/closed.ts'
import { RegisterError } from '../register/error.ts'
import { headOf } from '../register/head.ts'
import { createAdmin } from './admin.ts'
import { readAssets } from './assets.ts'
import type { Bindings } from './bindings.ts'
import { bucketPublication } from './bucket.ts'
import { type Office, openOffice, type Parts, platformAsking } from './office.ts'
import { personStore } from './persons.ts'
import { readSettings } from './settings.ts'

/** How often what is due is looked for, in milliseconds. */
const ROUND = 60_000
/** After which time a registry that stopped is opened anew, in milliseconds. */
const AGAIN = 5_000

/** The registry. */
export class Registry extends DurableObject<Bindings> {
  readonly #sql: Sql
  readonly #opened: Promise<void>
  #office: Office | null = null
  #assets: ReadonlyMap<string, Asset> | null = null
  /** Why there is no office; said to whoever asks. */
  #why = 'no log is kept here yet'
  readonly #turns = new Turns()

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    this.#sql = openDurable(ctx.storage)
    // Whoever asks waits for it. The platform's own gate is not used: it would end an object whose
    // witnesses and mirrors take longer than thirty seconds.
    this.#opened = this.#open()
  }

  override async fetch(request: Request): Promise<Response> {
    await this.#opened
    if (new URL(request.url).pathname.startsWith('/admin/')) return this.#admin(request)
    if (!this.#office) return answerUnavailable(this.#why)
    return this.#office.app.fetch(request)
  }

  /** Goes on a round; what stopped is opened anew first. It comes again whatever happens here. */
  override async alarm(): Promise<void> {
    await this.wake(ROUND)
    await this.#opened
    await this.#open()
    await this.#office?.round()
  }

  /** Opens the registry, unless it is in service; one that has stopped is read until then. */
  #open(): Promise<void> {
    return this.#turns.next(async () => {
      if (!this.#office || this.#office.stopped()) await this.#openAnew()
    })
  }

  async #openAnew(): Promise<void> {
    try {
      await migrate(this.#sql)
      await headOf(this.#sql)
      this.#assets ??= await readAssets(this.env.ASSETS)
      this.#office = await openOffice(this.parts(this.#assets))
    } catch (e) {
      this.#office = null
      const { name, message } = e as Error
      // What went wrong may be a secret's affair; the log of the Worker has it, a reader has not.
      if (!(e instanceof RegisterError && e.code === 'NO_LOG')) {
        this.#why = 'the registry could not be opened'
        write('error', 'not opened', { name, message })
      }
    }
    if ((await this.ctx.storage.getAlarm()) === null) await this.wake(ROUND)
  }

  /** Moves the log in or out. */
  #admin(request: Request): Response | Promise<Response> {
    const { settings, ...parts } = this.parts(new Map())
    const { name } = parseSecretKey(settings.ACCORD_LOG_KEY)
    const admin = createAdmin({
      ...parts,
      verify,
      origin: name,
      token: settings.ACCORD_ADMIN_TOKEN,
      inService: () => this.#office !== null && !this.#office.stopped(),
      open: async () => {
        await this.#open()
        return this.#office ? (this.#office.stopped()?.message ?? null) : this.#why
      },
      close: async (to) => {
        await this.#office?.close()
        await closeLog(this.#sql, { at: parts.clock(), moved_to: to })
        await this.#open()
      },
    })
    return admin.fetch(request)
  }

  /** What the registry is put together from here. */
  protected parts(assets: ReadonlyMap<string, Asset>): Parts {
    const { FILES, PERSONS } = this.env
    const settings = readSettings(this.env)
    return {
      sql: this.#sql,
      persons: personStore(PERSONS.get(PERSONS.idFromName('persons'))),
      publication: bucketPublication(FILES, this.#sql, waited),
      settings,
      asking: platformAsking(settings),
      assets,
      version: about.version,
      clock: () => Math.floor(Date.now() / 1000),
      log: write,
      onStop: () => void this.wake(AGAIN),
    }
  }

  /** Asks the platform for an alarm, after so many milliseconds. */
  protected wake(after: number): Promise<void> {
    return this.ctx.storage.setAlarm(Date.now() + after)
  }
}

function waited(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** As a line of JSON, which the platform's logs take apart. */
const write: Log = (level, event, fields = {}) => {
  if (level === 'debug') return
  const say = level === 'error' ? console.error : level === 'warning' ? console.warn : console.log
  say(JSON.stringify({ level, event, ...fields }))
}
