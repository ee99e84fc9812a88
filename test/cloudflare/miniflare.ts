/**
 * The Worker in workerd, on loopback and without any other network.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { Miniflare } from 'miniflare'
import { buildWorker } from '../../bench/bundle.ts'
import { encodeBase64 } from '../../keys/base64.ts'
import { formatSecretKey } from '../../keys/signer.ts'
import { ED25519 } from '../../keys/vkey.ts'
import { readAssets } from '../../src/node/assets.ts'
import { parseCheckpoint } from '../../src/tlog/checkpoint.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { company } from '../accord/cast.ts'
import type { TestKey } from '../accord/keys.ts'
import { Speaker } from '../accord/speaker.ts'
import type { Trouble } from './trouble.ts'

const secretOf = ({ name, seed }: TestKey) => formatSecretKey({ name, type: ED25519, seed })

/** The Worker, and a speaker whose clock it has. */
export class Workerd {
  readonly speaker: Speaker
  readonly #start: () => Promise<Miniflare>
  #flare: Miniflare

  constructor(speaker: Speaker, flare: Miniflare, start: () => Promise<Miniflare>) {
    this.speaker = speaker
    this.#flare = flare
    this.#start = start
  }

  /** Ends the process, whatever it is doing, and starts another where it was. */
  async restart(): Promise<void> {
    await this.#flare.dispose()
    this.#flare = await this.#start()
  }

  /** Its address on loopback. */
  async address(): Promise<string> {
    return (await this.#flare.ready).href.replace(/\/$/, '')
  }

  /** A file as it is in the bucket; null where there is none. */
  async file(path: string): Promise<Uint8Array | null> {
    const found = await (await this.#flare.getR2Bucket('FILES')).get(path)
    return found && new Uint8Array(await found.arrayBuffer())
  }

  /** Puts a file into the bucket behind its back, or takes it away. */
  async plant(path: string, bytes: Uint8Array | string | null): Promise<void> {
    const bucket = await this.#flare.getR2Bucket('FILES')
    await (bytes === null ? bucket.delete(path) : bucket.put(path, bytes))
  }

  /** Says what goes wrong from now on. */
  async trouble(trouble: Trouble | null): Promise<void> {
    await this.ask('/test/trouble', { method: 'POST', body: JSON.stringify(trouble) })
  }

  /** The steps since then. */
  async steps(): Promise<string[]> {
    return (await this.ask('/test/steps')).json() as Promise<string[]>
  }

  /** An alarm rings, and is done. */
  async alarm(): Promise<void> {
    await (await this.request('/test/alarm')).text()
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const url = `https://registry.example${path}`
    const answer = await this.#flare.dispatchFetch(url, { ...init, redirect: 'manual' } as never)
    return answer as unknown as Response
  }

  /** Asks as anybody does, at the speaker's time. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    await (await this.ask(`/test/clock?now=${this.speaker.now}`)).text()
    return asSaid(await this.ask(path, init))
  }

  /** Sends a note. */
  submit(note: string): Promise<Response> {
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    return this.request('/v1/attestations', { method: 'POST', body: note, headers })
  }

  /** Sends a note, which is to be logged; the speaker learns of it. */
  async add(note: string): Promise<void> {
    const answer = await this.submit(note)
    const said = await answer.text()
    if (answer.status !== 201) throw new Error(said)
    await this.followed(note)
  }

  async followed(note: string): Promise<void> {
    const checkpoint = await (await this.request('/checkpoint')).text()
    const { size, root } = parseCheckpoint(parseNote(checkpoint).text)
    this.speaker.follow({ size, root: encodeBase64(root) }, note)
  }

  /** A company is confirmed and enrols. */
  async join(domain: string): Promise<void> {
    const who = company(domain)
    await this.add(this.speaker.verification(domain, who.keys))
    await this.add(this.speaker.enrol(who))
  }

  close(): Promise<void> {
    return this.#flare.dispose()
  }
}

/** An answer without what the emulator's door has added, and the length that any server says. */
function asSaid(answer: Response): Response {
  const headers = new Headers(answer.headers)
  headers.delete('mf-content-encoding')
  if (headers.get('content-type') !== 'application/octet-stream') headers.delete('content-length')
  const { status } = answer
  return new Response([204, 304].includes(status) ? null : answer.body, { status, headers })
}

/** The token of every Worker here. */
export const TOKEN = 'a token of thirty-two characters.'

/**
 * Starts the Worker with the secret keys of a log.
 *
 * @param kept - a folder in which objects and files outlive it
 * @param more - further settings
 */
export async function startFlare(
  script: string,
  secrets: { readonly log: string; readonly clerk: string },
  kept?: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Miniflare> {
  const assets = await readAssets()
  return new Miniflare({
    modules: true,
    script: await readFile(script, 'utf8'),
    compatibilityDate: '2026-04-01',
    cf: false,
    host: '127.0.0.1',
    ...(kept === undefined
      ? {}
      : { durableObjectsPersist: `${kept}/objects`, r2Persist: `${kept}/files` }),
    durableObjects: {
      REGISTRY: { className: 'Registry', useSQLite: true },
      PERSONS: { className: 'Persons', useSQLite: true },
    },
    r2Buckets: ['FILES'],
    serviceBindings: {
      ASSETS: async (request: Request) => {
        const asset = assets.get(new URL(request.url).pathname.slice(1))
        return new Response(asset?.bytes ?? null, { status: asset ? 200 : 404 })
      },
    },
    bindings: {
      ACCORD_PUBLIC_URL: 'https://registry.example',
      ACCORD_LOG_KEY: secrets.log,
      ACCORD_CLERK_KEY: secrets.clerk,
      ACCORD_QUOTA_ADDRESS: 'none',
      ACCORD_QUOTA_PARTY: 'none',
      ACCORD_QUOTA_DOMAIN: 'none',
      ACCORD_ADMIN_TOKEN: TOKEN,
      ...more,
    },
  } as never)
}

/** The secrets of a Worker that keeps a speaker's log. */
export function secretsOf({ log, clerk }: Speaker): { log: string; clerk: string } {
  return { log: secretOf(log), clerk: secretOf(clerk) }
}

/** Starts the Worker, and founds a log in it. @param kept - as of {@link startFlare} */
export async function openWorkerd(
  script: string,
  kept?: string,
  speaker = new Speaker(),
): Promise<Workerd> {
  const start = () => startFlare(script, secretsOf(speaker), kept)
  const workerd = new Workerd(speaker, await start(), start)
  const genesis = speaker.genesis()
  const answer = await workerd.request('/test/found', { method: 'POST', body: genesis })
  if (answer.status !== 200) throw new Error(await answer.text())
  await workerd.followed(genesis)
  return workerd
}

/** Builds the Worker of the tests. */
export function buildClocked(outfile: string): Promise<void> {
  return buildWorker(outfile, 'test/cloudflare/clocked.ts')
}
