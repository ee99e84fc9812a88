import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
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

/** An agent that holds a key for each comment, and one that is hardware's. */
export async function agentWith(...comments: readonly string[]): Promise<FakeAgent> {
  const keys = comments.map((comment) => ({ comment, ...generateKeyPairSync('ed25519') }))
  const listed = keys.flatMap((k) => [string(blobOf(k.publicKey)), string(k.comment)])
  const hardware = [string(string('sk-ssh-ed25519@openssh.com')), string('token')]
  const count = Uint8Array.of(0, 0, 0, keys.length + 1)
  return fakeAgent((connection, request) => {
    if (request[0] === 11) return connection.write(message(12, count, ...listed, ...hardware))
    const key = keys.find((k) => contains(request, blobOf(k.publicKey)))
    if (!key) return connection.write(message(5))
    const text = request.subarray(1 + 4 + blobOf(key.publicKey).length + 4, -4)
    const signature = string(sign(null, text, key.privateKey))
    return connection.write(message(14, string(Buffer.concat([string('ssh-ed25519'), signature]))))
  })
}

function blobOf(key: KeyObject): Uint8Array {
  const bytes = Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url')
  return new Uint8Array(Buffer.concat([string('ssh-ed25519'), string(bytes)]))
}

function contains(bytes: Uint8Array, part: Uint8Array): boolean {
  return Buffer.from(bytes).includes(Buffer.from(part))
}
