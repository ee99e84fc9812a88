/**
 * Witnesses on loopback, for tests: honest ones, and ones that are told what to answer.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { migrateWitness } from '../../db/migrate.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { type Signer, seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, formatVKey, parseVKey } from '../../keys/vkey.ts'
import { Witness, type WitnessReply } from '../../src/watch/witness.ts'
import { keyOf, verify } from '../accord/keys.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => unknown

/** A witness that can be stopped, started again, and made to lie. */
export class WitnessServer {
  readonly name: string
  readonly signer: Signer
  readonly sql: Sqlite
  readonly witness: Witness
  /** How many requests came. */
  asked = 0
  /** Answers in its place where set. */
  lie: Answer | null = null
  #server: Server | null = null
  #port = 0

  constructor(name: string, sql: Sqlite, log: { origin: string; vkey: string }, now: () => number) {
    this.name = name
    this.sql = sql
    this.signer = seedSigner(name, keyOf(name).seed, COSIGNATURE)
    this.witness = new Witness({
      ...{ sql, clock: now, verify, signers: [this.signer] },
      logs: [{ origin: log.origin, vkeys: [parseVKey(log.vkey)] }],
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Its line in a policy. */
  get line(): string {
    return `witness ${this.name} ${formatVKey(this.signer.vkey)} ${this.url}`
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part) => parts.push(part))
      request.on('end', () => void this.#answer(request, response, Buffer.concat(parts)))
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.closeAllConnections()
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)))
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    this.asked++
    if (this.lie) return void (await this.lie(request, response, body))
    send(response, await this.witness.addCheckpoint(body))
  }
}

/** Sends a reply. */
export function send(response: ServerResponse, { status, type, body }: WitnessReply): void {
  response.writeHead(status, { 'content-type': type }).end(body)
}

/** Starts a witness of a log. */
export async function startWitness(
  name: string,
  log: { origin: string; vkey: string },
  now: () => number,
): Promise<WitnessServer> {
  const sql = openSqlite(':memory:')
  await migrateWitness(sql)
  const server = new WitnessServer(name, sql, log, now)
  await server.start()
  return server
}
