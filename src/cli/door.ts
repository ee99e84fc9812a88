/**
 * Where requests come in: the Node server, and what it answers before anybody else can.
 *
 * @module
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { requestProblem } from '../http/errors.ts'
import type { RequestCode } from '../http/request-error.ts'
import { ConfigError, type Settings } from '../node/config.ts'

/** Ends a request whose head or body takes longer than any honest one needs, in milliseconds. */
const PATIENCE = 30_000
/** How long a reader may still take when the registry ends, in milliseconds. */
const LAST_ORDERS = 3_000

/** Answers a request; resolves when it is done with it. */
export type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Where requests come in. Until there is an answer to them they are told to come again. */
export interface Door {
  readonly url: string
  answer(answerer: Answerer): void
  /** Takes nothing more; resolves when nobody works on a request any more. */
  close(): Promise<void>
}

/**
 * Listens.
 *
 * @param patience - how long a request may take to come in, in milliseconds
 * @throws {ConfigError} `PORT_TAKEN`, `BAD_SETTING`
 */
export async function openDoor(
  settings: Pick<Settings, 'HOST' | 'PORT'>,
  patience = PATIENCE,
): Promise<Door> {
  const server = createServer({
    requestTimeout: patience,
    connectionsCheckingInterval: patience / 30,
    // Without a host the answerer says so, as it says everything.
    requireHostHeader: false,
  })
  const working = new Set<Promise<void>>()
  const begun = new WeakMap<Duplex, ServerResponse>()
  let answerer: Answerer = async (_, response) => comeAgain(response)
  server.on('request', (request, response) => {
    begun.set(request.socket, response)
    const work = answerer(request, response).finally(() => working.delete(work))
    working.add(work)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const response = begun.get(socket)
    // Into the middle of an answer nothing can be said.
    const inAnswer = response?.headersSent && !response.writableFinished
    if (!socket.writable || inAnswer || error.code === 'ECONNRESET') socket.destroy()
    else socket.end(unreadable(error.code ?? ''), () => socket.destroy())
  })
  const { port } = await bound(server, settings)
  const host = settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST
  return {
    url: `http://${host}:${port}`,
    answer: (next) => {
      answerer = next
    },
    async close() {
      await closed(server)
      // A reader who was cut off does not stop what is done for him.
      await Promise.allSettled(working)
    },
  }
}

function comeAgain(response: ServerResponse): void {
  const problem = requestProblem('unavailable', 'the registry is starting')
  const type = 'application/problem+json'
  response.writeHead(problem.status, { 'content-type': type, 'retry-after': '1' })
  response.end(JSON.stringify(problem))
}

/** Node's codes for what it could not read, and what they are here. */
const UNREADABLE: Readonly<Record<string, readonly [code: RequestCode, detail: string]>> = {
  HPE_INVALID_EOF_STATE: ['truncated-body', 'the request ended before it was whole'],
  HPE_HEADER_OVERFLOW: ['header-too-large', 'expected a URL and headers of at most 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['timeout', 'the request took too long to come in'],
}

/** A whole answer, head and body, to a request that Node could not read. */
function unreadable(cause: string): string {
  const [code, detail] = UNREADABLE[cause] ?? ['bad-request', 'expected HTTP/1.1']
  const problem = requestProblem(code, detail)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

async function bound(
  server: Server,
  { HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>,
): Promise<AddressInfo> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(PORT, HOST, () => resolve())
    })
  } catch (cause) {
    throw notBound(`${HOST}:${PORT}`, cause as NodeJS.ErrnoException)
  }
  return server.address() as AddressInfo
}

function notBound(where: string, cause: NodeJS.ErrnoException): ConfigError {
  if (cause.code !== 'EADDRINUSE') {
    const message = `HOST, PORT: cannot listen on ${where}: ${cause.code}`
    return new ConfigError(message, 'BAD_SETTING', { cause })
  }
  const message = `${where} is taken, perhaps by a registry already running; stop it or set PORT`
  return new ConfigError(message, 'PORT_TAKEN', { cause })
}

async function closed(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), LAST_ORDERS)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearTimeout(late)
}
