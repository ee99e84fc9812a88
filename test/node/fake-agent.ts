import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Something that listens where an agent would, and answers whatever it is told to. */
export interface FakeAgent {
  readonly socket: string
  /** The requests so far, without their lengths. */
  readonly asked: Uint8Array[]
  close(): Promise<void>
}

/** @param answer writes to the connection, once for each request */
export async function fakeAgent(
  answer: (connection: Socket, request: Uint8Array) => void,
): Promise<FakeAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'accord-agent-'))
  const socket = join(folder, 'socket')
  const asked: Uint8Array[] = []
  const open = new Set<Socket>()
  const server = createServer((connection) => {
    open.add(connection)
    let bytes = Buffer.alloc(0)
    connection.on('error', () => {})
    connection.on('data', (part) => {
      bytes = Buffer.concat([bytes, part])
      if (bytes.length < 4 || bytes.length < 4 + bytes.readUInt32BE(0)) return
      const request = new Uint8Array(bytes.subarray(4))
      asked.push(request)
      answer(connection, request)
    })
  })
  await new Promise<void>((listening) => server.listen(socket, listening))
  return {
    socket,
    asked,
    async close() {
      for (const connection of open) connection.destroy()
      await new Promise((closed) => server.close(closed))
      await rm(folder, { recursive: true })
    },
  }
}

/** A length of four bytes, and the bytes. */
export function string(bytes: Uint8Array | string): Uint8Array {
  const body = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return new Uint8Array(Buffer.concat([length, body]))
}

/** A message: its length, its type, its fields. */
export function message(type: number, ...fields: readonly Uint8Array[]): Uint8Array {
  return string(Buffer.concat([Uint8Array.of(type), ...fields]))
}
