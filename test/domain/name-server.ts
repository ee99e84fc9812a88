import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import {
  type Answer,
  AUTHENTIC_DATA,
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet'

/** A DNS server on loopback that says what a test has it say, over UDP and TCP on one port. */

/** A question as it came. */
export interface Asked {
  readonly name: string
  readonly type: string
  readonly via: 'udp' | 'tcp'
  readonly message: Uint8Array
}

/** What is said to it. */
export interface Said {
  readonly answers?: readonly Answer[]
  /** 0 good, 2 SERVFAIL, 3 NXDOMAIN. */
  readonly code?: number
  readonly authentic?: boolean
  readonly truncated?: boolean
  /** Leaves out EDNS, as servers do that do not know it. */
  readonly plain?: boolean
  /** These messages instead, in order. */
  readonly raw?: readonly Uint8Array[]
}

export type Say = (asked: Asked) => Said | 'nothing' | 'hang up'

export interface NameServer {
  readonly port: number
  /** What was asked, as `TXT _accord.contoso.com udp`. */
  readonly asked: string[]
  say: Say
  close(): Promise<void>
}

/** The bytes of an answer to a question. */
export function answerTo(asked: Asked, said: Said): Uint8Array {
  const { id = 0, questions = [] } = decode(asked.message as Buffer)
  const flags =
    RECURSION_DESIRED |
    RECURSION_AVAILABLE |
    (said.authentic ? AUTHENTIC_DATA : 0) |
    (said.truncated ? TRUNCATED_RESPONSE : 0) |
    (said.code ?? 0)
  return encode({
    ...{ type: 'response', id, flags, questions, answers: [...(said.answers ?? [])] },
    additionals: said.plain
      ? []
      : [
          {
            ...{ type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0 },
            ...{ flags: 0x8000, flag_do: true, options: [] },
          },
        ],
  })
}

/** Opens a server; `port` 0 takes a free one. */
export async function openNameServer(say: Say): Promise<NameServer> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = { say }
  const judge = (message: Uint8Array, via: 'udp' | 'tcp') => {
    const [question] = decode(message as Buffer).questions ?? []
    const about = { name: question!.name, type: question!.type, via, message }
    asked.push(`${about.type} ${about.name} ${via}`)
    const said = server.say(about)
    if (typeof said === 'string') return said
    return said.raw ?? [answerTo(about, said)]
  }
  const tcp = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const said = judge(bytes.subarray(2), 'tcp')
      if (said === 'hang up') socket.end()
      if (typeof said === 'string') return
      for (const m of said) socket.write(Buffer.from([m.length >> 8, m.length & 0xff, ...m]))
    })
  })
  await new Promise<void>((done) => tcp.listen(0, '127.0.0.1', done))
  const { port } = tcp.address() as AddressInfo
  const udp = createSocket('udp4')
  udp.on('message', (message, from) => {
    const said = judge(message, 'udp')
    if (typeof said === 'string') return
    for (const m of said) udp.send(m, from.port, from.address)
  })
  await new Promise<void>((done) => udp.bind(port, '127.0.0.1', done))
  return Object.assign(server, {
    port,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => tcp.close(done))
      await new Promise<void>((done) => udp.close(done))
    },
  })
}
