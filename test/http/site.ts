/**
 * A registry served for tests: a SQLite file, a server on a loopback address, and a speaker whose
 * keys and clock are always the same, so that every answer is.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { migrate, migratePersons } from '../../db/migrate.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { encodeBase64 } from '../../keys/base64.ts'
import { seedSigner } from '../../keys/signer.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { ownPolicy } from '../../src/client/own-policy.ts'
import type { GateRules } from '../../src/depositary/gate.ts'
import { createLog } from '../../src/depositary/genesis.ts'
import { type Depositary, openDepositary } from '../../src/depositary/open.ts'
import { publishCheckpoint } from '../../src/depositary/publisher.ts'
import { openSequencer, type Sequencing } from '../../src/depositary/sequencer.ts'
import { createApp } from '../../src/http/app.ts'
import { readAssets } from '../../src/node/assets.ts'
import { createMetrics } from '../../src/node/metrics.ts'
import { filePublication } from '../../src/node/publication.ts'
import { headOf } from '../../src/register/head.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { company } from '../accord/cast.ts'
import { keyOf, type TestKey, verify } from '../accord/keys.ts'
import { Speaker } from '../accord/speaker.ts'

/** What was written while the site ran. */
export interface Event {
  readonly level: string
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

export class Site {
  readonly speaker: Speaker
  readonly depositary: Depositary
  readonly sql: Sqlite
  readonly app: Hono
  readonly url: string
  readonly events: Event[]
  readonly #end: () => Promise<void>

  constructor(
    parts: Pick<Site, 'speaker' | 'depositary' | 'sql' | 'app' | 'url' | 'events'>,
    end: () => Promise<void>,
  ) {
    this.speaker = parts.speaker
    this.depositary = parts.depositary
    this.sql = parts.sql
    this.app = parts.app
    this.url = parts.url
    this.events = parts.events
    this.#end = end
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, { headers })
  }

  post(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    const type = { 'content-type': 'text/plain; charset=utf-8' }
    return fetch(this.url + path, { method: 'POST', body, headers: { ...type, ...headers } })
  }

  /** Sends a note, which is to be logged; the speaker learns of it. */
  async add(
    note: string,
  ): Promise<{ digest: string; index: number; time: string; receipt: string }> {
    const response = await this.post('/v1/attestations', note)
    const answer = await response.json()
    if (response.status !== 201) throw new Error(JSON.stringify(answer))
    this.followed(note)
    return answer
  }

  /** The same without the network, for many. */
  async log(note: string): Promise<void> {
    const outcome = await this.depositary.submit(utf8(note))
    if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.refusal))
    this.followed(note)
  }

  followed(note: string): void {
    const { size, root } = this.depositary.published()
    this.speaker.follow({ size, root: encodeBase64(root) }, note)
  }

  /** A company is confirmed and enrols. */
  async join(domain: string): Promise<void> {
    const who = company(domain)
    await this.add(this.speaker.verification(domain, who.keys))
    await this.add(this.speaker.enrol(who))
  }

  close(): Promise<void> {
    return this.#end()
  }
}

/** Puts a note into a log by the law alone: no depositary is asked whether it admits it. */
export type Add = (note: string) => Promise<void>

/** How much a site takes, and how it tells who sends. */
export interface Admitting {
  readonly gate?: GateRules
  readonly addressOf?: () => string | null
  /** Of the program, as packs tell it. */
  readonly version?: string
}

/**
 * Opens a site whose log has its first entry.
 *
 * @param before - puts into the log what another depositary has admitted
 */
export async function openSite(
  speaker = new Speaker(),
  before?: (add: Add) => Promise<void>,
  { gate, addressOf, version = '0.0.0' }: Admitting = {},
): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'accord-site-'))
  const sql = openSqlite(join(folder, 'accord.sqlite'))
  await migrate(sql)
  const persons = openSqlite(join(folder, 'persons.sqlite'))
  await migratePersons(persons)
  const signers = [signerOf(speaker.log)]
  const genesis = speaker.genesis()
  await createLog(sql, { attestation: utf8(genesis), signers, time: speaker.now, verify })
  const clock = () => speaker.now
  const publication = filePublication(join(folder, 'checkpoint'))
  const writing = { sql, signers, clock, verify, publication }
  if (before) await addBefore(speaker, genesis, writing, before)
  const depositary = await openDepositary({
    ...writing,
    persons,
    clerk: signerOf(speaker.clerk),
    verifyAsync: async (...question) => verify(...question),
    ...(gate ? { gate } : {}),
  })
  const events: Event[] = []
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const app = createApp({
    ...{ sql, depositary, clock, origin: speaker.origin },
    ticks: () => performance.now(),
    base: 'https://registry.example',
    version,
    verify,
    policy: ownPolicy(parseVKey(speaker.log.vkey), 'https://registry.example'),
    assets: await readAssets(),
    metrics: createMetrics({
      treeSize: () => depositary.published().size,
      checkpointAge: () => clock() - depositary.published().time,
      queueLength: () => depositary.waiting(),
    }),
    log: (level, event, fields = {}) => events.push({ level, event, fields }),
    ...(addressOf ? { addressOf } : {}),
  })
  const listener = getRequestListener(app.fetch)
  server.on('request', (request, response) => void listener(request, response))
  const site = new Site({ speaker, depositary, sql, app, url, events }, async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await depositary.close()
    persons.close()
    sql.close()
    rmSync(folder, { recursive: true })
  })
  if (!before) site.followed(genesis)
  return site
}

async function addBefore(
  speaker: Speaker,
  genesis: string,
  writing: Omit<Sequencing, 'origin'>,
  before: (add: Add) => Promise<void>,
): Promise<void> {
  const head = await headOf(writing.sql)
  await publishCheckpoint(writing.publication, head.note)
  const sequencer = await openSequencer({ ...writing, origin: speaker.origin })
  const follow = (note: string) => {
    const { size, root } = sequencer.head
    speaker.follow({ size, root: encodeBase64(root) }, note)
  }
  follow(genesis)
  await before(async (note) => {
    const answer = await sequencer.submit(utf8(note))
    if (isRefusal(answer)) throw new Error(JSON.stringify(answer))
    follow(note)
  })
  await sequencer.close()
}

function signerOf(key: TestKey) {
  return seedSigner(key.name, key.seed)
}

/** Where a story is told: a site, or the same in a Worker. */
export interface Storied {
  readonly speaker: Speaker
  add(note: string): Promise<unknown>
  join(domain: string): Promise<void>
}

/** A log in which a little of everything has happened; it is the same log every time. */
export async function tellStory(site: Storied): Promise<void> {
  const { speaker } = site
  await site.add(speaker.instrument({ preamble: 'We, the undersigned.', sources: ['=A source'] }))
  await site.join('contoso.com')
  speaker.now += 60
  const reservations = [{ clause: 'P2', text: 'But for our phones.' }]
  await site.add(speaker.sign('contoso.com', 'accord', { reservations }))
  const odd = company('fabrikam.example', {
    name: '=cmd|"calc", the company',
    keys: [keyOf('fabrikam.example')],
    threshold: 1,
  })
  await site.add(speaker.verification('fabrikam.example', odd.keys))
  await site.add(speaker.enrol(odd))
  speaker.now += 60
  await site.add(speaker.sign('fabrikam.example'))
  speaker.days(340)
  await site.add(speaker.renew('contoso.com'))
  speaker.days(1)
  await site.add(speaker.withdraw('fabrikam.example', 'accord', { reason: 'We sell the company.' }))
}
