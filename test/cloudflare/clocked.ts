/**
 * The Worker as it is deployed, with a clock that a test moves, and a way to put entry 0 into it.
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
import worker, { Registry } from '../../src/worker.ts'

export { Persons } from '../../src/worker.ts'

let now = 0
Date.now = () => now * 1000

/** The registry, and what a test does inside it. */
class Tried extends Registry {
  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/test/found') return this.#found(await request.text())
    if (pathname === '/test/alarm') return this.alarm().then(() => new Response('rang'))
    return super.fetch(request)
  }

  /** What domains show is said by the speaker, as in the tests of the service on Node. */
  protected override parts(assets: Parameters<Registry['parts']>[0]) {
    const { asking: _, ...parts } = super.parts(assets)
    const publication = bucketPublication(this.env.FILES, parts.sql, async () => {})
    return { ...parts, publication }
  }

  /** The platform's alarms go by its own clock: the test rings. */
  protected override async wake(): Promise<void> {}

  async #found(genesis: string): Promise<Response> {
    // Opened first: its tables are made then.
    await this.alarm()
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
    if (pathname === '/test/clock') {
      now = Number(searchParams.get('now'))
      return new Response('set')
    }
    return worker.fetch(request, env, ctx)
  },
} satisfies ExportedHandler<Bindings>
