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
import { verify } from '../../keys/ed25519.ts'
import { parseSecretKey } from '../../keys/signer.ts'
import about from '../../package.json' with { type: 'json' }
import { DepositaryError } from '../depositary/error.ts'
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
import { type Office, openOffice, openReading, type Parts, platformAsking } from './office.ts'
import { personStore } from './persons.ts'
import { readSettings } from './settings.ts'

/** How often what is due is looked for, in milliseconds. */
const ROUND = 60_000
/** After which time a registry that stopped is opened anew, in milliseconds. */
const AGAIN = 5_000
/** How long a request waits for the registry to be opened, in milliseconds: then it is read only. */
const PATIENCE = 5_000
/** The mark of a log that has begun to move in and is not whole: it must not sign yet. */
const ARRIVING = 'arriving'

/** The registry. */
export class Registry extends DurableObject<Bindings> {
  readonly #sql = openDurable(this.ctx.storage)
  /** It remembers what it has put, and so is the same whenever the registry is opened anew. */
  readonly #publication = bucketPublication(this.env.FILES, this.#sql)
  /** Whatever opens and closes, and rounds: the platform may send an alarm twice. */
  readonly #turns = new Turns()
  readonly #opened: Promise<void>
  #office: Office | null = null
  #assets: ReadonlyMap<string, Asset> | null = null
  /** Why there is no office; said to whoever asks. */
  #why = 'no log is kept here yet'

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    const tables = ctx.blockConcurrencyWhile(() => migrate(this.#sql))
    // R2, mirrors and witnesses may take longer than the 30 seconds after which the platform gives
    // up an object that is blocked; so opening is no part of what blocks it.
    this.#opened = tables.then(() => this.#turns.next(() => this.#open()))
  }

  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname.startsWith('/admin/')) {
      await this.#opened
      try {
        return await this.#admin(request)
      } catch (e) {
        const { name, message } = e as Error
        write('error', 'admin failed', { name, message })
        return answerUnavailable('something is wrong here: see the log of the Worker')
      }
    }
    await Promise.race([this.#opened, waited(PATIENCE)])
    if (!this.#office) return answerUnavailable(this.#why)
    return this.#office.app.fetch(request)
  }

  /** Goes on a round; what stopped is opened anew first. It comes again whatever happens here. */
  override async alarm(): Promise<void> {
    await this.wake(ROUND)
    await this.#turns.next(async () => {
      await this.#open()
      await this.#office?.round()
    })
  }

  /** Puts the registry into service, unless it is. What stopped is read until it is replaced. */
  async #open(): Promise<void> {
    if (this.#office && !this.#office.stopped()) return
    await this.#office?.close()
    // Whatever ends each stretch is a head of the log, and not its last.
    if (await this.ctx.storage.get(ARRIVING)) {
      this.#why = 'a log is moving in'
      return this.wake(ROUND)
    }
    try {
      // What is wrong with the settings is said before there is a log, too.
      readSettings(this.env)
      await headOf(this.#sql)
      this.#assets ??= await readAssets(this.env.ASSETS)
      const parts = this.parts(this.#assets)
      this.#office ??= await openReading(
        parts,
        new DepositaryError('STOPPED', 'it is being opened'),
      )
      this.#office = await openOffice(parts)
    } catch (e) {
      const { name, message } = e as Error
      // What went wrong may be a secret's affair; the log of the Worker has it, a reader has not.
      if (!(e instanceof RegisterError && e.code === 'NO_LOG')) {
        this.#why = 'the registry could not be opened'
        write('error', 'not opened', { name, message })
      }
    }
    const again = this.#office?.stopped()?.code === 'STOPPED' ? AGAIN : ROUND
    if (again === AGAIN || (await this.ctx.storage.getAlarm()) === null) await this.wake(again)
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
      arrive: (work) =>
        this.#turns.next(async () => {
          if (!(await this.ctx.storage.get(ARRIVING))) {
            await this.ctx.storage.put(ARRIVING, true)
            await this.ctx.storage.sync()
          }
          return work()
        }),
      open: (finish) =>
        this.#turns.next(async () => {
          if (await this.ctx.storage.get(ARRIVING)) await finish()
          await this.ctx.storage.delete(ARRIVING)
          await this.#open()
          return this.#office ? (this.#office.stopped()?.message ?? null) : this.#why
        }),
      close: (to) =>
        this.#turns.next(async () => {
          await this.#office?.close()
          try {
            await closeLog(this.#sql, { at: parts.clock(), moved_to: to })
          } finally {
            await this.#open()
          }
        }),
    })
    return admin.fetch(request)
  }

  /** What the registry is put together from here. */
  protected parts(assets: ReadonlyMap<string, Asset>): Parts {
    const { PERSONS } = this.env
    const settings = readSettings(this.env)
    return {
      sql: this.#sql,
      persons: personStore(PERSONS.get(PERSONS.idFromName('persons'))),
      publication: this.#publication,
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
