import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** An HTTPS server on loopback, with a certificate of `test/vectors/tls`. */

const folder = new URL('../vectors/tls/', import.meta.url)

/** A file of certificates or of a key. */
export function pem(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

/** Where the root certificate is. */
export const ROOT_FILE = new URL('root.pem', folder).pathname

export interface WebServer {
  readonly port: number
  /** What was asked, as `GET /path`. */
  readonly asked: string[]
  answer: RequestListener
  close(): Promise<void>
}

export async function openWebServer(certificate: string, answer: RequestListener) {
  const asked: string[] = []
  const server = createServer({ key: pem('leaf-key.pem'), cert: pem(`${certificate}.pem`) })
  const web = { answer }
  server.on('request', (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    web.answer(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return Object.assign(web, {
    port: (server.address() as AddressInfo).port,
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }) satisfies WebServer
}
