/**
 * A log on loopback as plain files, and everything that a bad server can do to them.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

type Answerer = (
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array | null,
) => void

/** Files by path, and for some paths another answer. */
export class LogServer {
  readonly files = new Map<string, Uint8Array>()
  readonly lies = new Map<string, Answerer>()
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = []
  url = ''

  replace(files: ReadonlyMap<string, Uint8Array>): void {
    this.files.clear()
    for (const [path, bytes] of files) this.files.set(path, bytes)
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const path = (request.url ?? '').slice(1)
      this.asked.push(path)
      const bytes = this.files.get(path) ?? null
      const answer = this.lies.get(path) ?? honest
      answer(request, response, bytes)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return this
  }
}

function honest(_: IncomingMessage, response: ServerResponse, bytes: Uint8Array | null): void {
  response.writeHead(bytes ? 200 : 404).end(bytes)
}
