/**
 * DNS over UDP and TCP.
 *
 * See https://www.rfc-editor.org/rfc/rfc1035 section 4.2, https://www.rfc-editor.org/rfc/rfc7766 and,
 * for what keeps others from answering, https://www.rfc-editor.org/rfc/rfc5452.
 *
 * @module
 */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createConnection, isIP } from 'node:net'
import { formatQuery, isAnswerTo, isTruncated } from '../domain/message.ts'
import { type RecordType, type Resolver, type Unreachable, unreachable } from '../domain/port.ts'
import { resolverOver } from '../domain/resolver.ts'
import { concat } from '../tlog/bytes.ts'

/** Where a resolver listens. */
export interface Server {
  readonly address: string
  readonly port: number
}

/** How long is waited, in milliseconds. */
export interface Patience {
  /** For an answer by UDP, each time: the question is asked as often as there are numbers. */
  readonly tries: readonly number[]
  /** For an answer by TCP, connecting included. */
  readonly tcp: number
}

/** A recursive resolver may need a while for a name that nobody asked for before. */
export const PATIENCE: Patience = { tries: [2000, 4000], tcp: 5000 }

/** Parses `9.9.9.9`, `9.9.9.9:5353`, `2620:fe::fe`, `[2620:fe::fe]:5353`; null for anything else. */
export function parseServer(text: string): Server | null {
  if (isIP(text) !== 0) return { address: text, port: 53 }
  const [, v6, v4, digits = '53'] = /^(?:\[([^\]]+)\]|([^:]+))(?::([0-9]{1,5}))?$/.exec(text) ?? []
  const [address, port] = [v6 ?? v4 ?? '', Number(digits)]
  const good = isIP(address) === (v6 === undefined ? 4 : 6) && port > 0 && port < 65_536
  return good ? { address, port } : null
}

/** Formats a server: without its port where that is 53. It is the inverse of {@link parseServer}. */
export function formatServer({ address, port }: Server): string {
  if (port === 53) return address
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

/**
 * A resolver at one address, or at several that stand for each other.
 *
 * @param servers - at least one
 */
export function dnsResolver(servers: readonly Server[], patience: Patience = PATIENCE): Resolver {
  const name = servers.map(formatServer).join(' or ')
  return resolverOver(name, (question, type) => exchange(servers, patience, question, type))
}

async function exchange(
  servers: readonly Server[],
  patience: Patience,
  name: string,
  type: RecordType,
): Promise<Uint8Array | Unreachable> {
  let last = unreachable('no server is known')
  for (const wait of patience.tries) {
    for (const server of servers) {
      const query = formatQuery(randomInt(0x10000), name, type)
      if (!query) return unreachable(`no DNS message can ask for ${name}`)
      const answer = await askUdp(server, query, wait)
      if (!(answer instanceof Uint8Array)) last = answer
      else return isTruncated(answer) ? askTcp(server, query, patience.tcp) : answer
    }
  }
  return last
}

/**
 * One datagram there and one back. The port is the kernel's choice, and another each time. The socket
 * is connected: the kernel drops what others send, and says when nobody listens. What does not
 * answer the question is not an answer, whoever sent it: the right one may still come.
 */
function askUdp(
  { address, port }: Server,
  query: Uint8Array,
  wait: number,
): Promise<Uint8Array | Unreachable> {
  return new Promise((resolve) => {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
    const end = (answer: Uint8Array | Unreachable) => {
      clearTimeout(timer)
      socket.removeAllListeners().on('error', () => {})
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(() => end(unreachable('no answer in time')), wait)
    socket.on('error', (e) => end(unreachable(`it cannot be reached: ${e.message}`)))
    socket.on('message', (bytes) => {
      if (isAnswerTo(query, bytes)) end(Uint8Array.from(bytes))
    })
    socket.on('connect', () => socket.send(query))
    socket.connect(port, address)
  })
}

/** One message there and one back, each after its length in two bytes. */
function askTcp(
  { address, port }: Server,
  query: Uint8Array,
  wait: number,
): Promise<Uint8Array | Unreachable> {
  return new Promise((resolve) => {
    let got: Uint8Array = new Uint8Array()
    const socket = createConnection({ host: address, port })
    const end = (answer: Uint8Array | Unreachable) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => end(unreachable('no answer in time, by TCP')), wait)
    socket.on('error', (e) => end(unreachable(`it cannot be reached by TCP: ${e.message}`)))
    socket.on('close', () => end(unreachable('it hung up on TCP')))
    socket.on('connect', () => socket.write(Uint8Array.of(0, query.length, ...query)))
    socket.on('data', (bytes) => {
      got = concat(got, bytes)
      const length = got.length < 2 ? Number.POSITIVE_INFINITY : (got[0]! << 8) | got[1]!
      if (got.length < 2 + length) return
      const answer = got.slice(2, 2 + length)
      end(isAnswerTo(query, answer) ? answer : unreachable('what it sent by TCP does not answer'))
    })
  })
}
