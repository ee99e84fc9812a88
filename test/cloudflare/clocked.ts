/**
 * The Worker as it is deployed, with a clock that a test moves, a way to put entry 0 into it, and
 * what a test wants to go wrong.
 *
 * @module
 */
import { openDurable } from '../../db/durable.ts'
import { verify } from '../../keys/ed25519.ts'
import { parseSecretKey, seedSigner } from '../../keys/signer.ts'
import type { Bindings } from '../../src/cloudflare/bindings.ts'
import { bucketPublication } from '../../src/cloudflare/bucket.ts'
import { readSettings } from '../../src/cloudflare/settings.ts'
import { createLog } from '../../src/depositary/genesis.ts'
import type { Publication } from '../../src/depositary/publisher.ts'
import worker, { Registry } from '../../src/worker.ts'
import { type Trouble, Troubles } from './trouble.ts'

export { Persons } from '../../src/worker.ts'

/** The emulator takes more than one write a second, and tests have less patience. */
const PACE = { turn: 0, patience: 300 }

const troubles = new Troubles()
let now = 0
/** Whether alarms ring by themselves. */
let ringing = false
/** Whether the object is down: whoever asks it gets an error of the platform. */
let down = false

/** The registry, and what a test does inside it. */
class Tried extends Registry {
  #tried: Publication | null = null

  constructor(ctx: DurableObjectState, env: Bindings) {
    if (down) throw new Error('the object is down')
    super(ctx, { ...env, FILES: troubles.bucket(env.FILES) as R2Bucket })
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/test/found') return this.#found(await request.text())
    if (pathname === '/test/end') this.ctx.abort('ended by a test')
    if (pathname === '/test/alarm') {
      troubles.again()
      return this.alarm().then(() => new Response('rang'))
    }
    return super.fetch(request)
  }

  /** What domains show is said by the speaker, as in the tests of the service on Node. */
  protected override parts(assets: Parameters<Registry['parts']>[0]) {
    const { asking: _, ...parts } = super.parts(assets)
    this.#tried ??= bucketPublication(this.env.FILES, parts.sql, PACE)
    const own = { version: '0.0.0', clock: () => now }
    return { ...parts, ...own, sql: troubles.sql(parts.sql), publication: this.#tried }
  }

  /** The platform's alarms ring where a test wants them to, a hundred times sooner. */
  protected override async wake(after: number): Promise<void> {
    if (ringing) await super.wake(after / 100)
  }

  async #found(genesis: string): Promise<Response> {
    const { name, seed } = parseSecretKey(readSettings(this.env).ACCORD_LOG_KEY)
    const attestation = new TextEncoder().encode(genesis)
    const signers = [seedSigner(name, seed)]
    await createLog(openDurable(this.ctx.storage), { attestation, signers, time: now, verify })
    await this.alarm()
    return new Response('founded')
  }
}

export { Tried as Registry }

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/test/clock') now = Number(searchParams.get('now'))
    else if (pathname === '/test/down') down = searchParams.get('is') === 'true'
    else if (pathname === '/test/ringing') ringing = searchParams.get('is') === 'true'
    else if (pathname === '/test/trouble') troubles.set((await request.json()) as Trouble | null)
    else if (pathname === '/test/steps') return Response.json(troubles.steps)
    else return worker.fetch(request, env, ctx)
    return new Response('done')
  },
} satisfies ExportedHandler<Bindings>
