/**
 * Keys that an ssh-agent holds.
 *
 * Of the protocol this speaks two questions: which keys are there, and sign this. A key of type
 * `ssh-ed25519` signs exactly the bytes that it is handed, and so can sign notes.
 *
 * See https://datatracker.ietf.org/doc/draft-ietf-sshm-ssh-agent/, RFC 8709 for the key's and the
 * signature's form, and RFC 4251, section 5, for the encoding.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Signer } from '../../keys/signer.ts'
import type { VKey } from '../../keys/vkey.ts'
import { quoted } from '../client/sentences.ts'
import { concat, fromUtf8, utf8 } from '../tlog/bytes.ts'
import { foreignSigner, PATIENCE, SignerError } from './foreign-signer.ts'

const FAILURE = 5
const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14

/** The longest message that OpenSSH's agent writes, and the longest that is read here. */
const MAX_MESSAGE = 256 * 1024

const ED25519 = 'ssh-ed25519'
const HARDWARE = 'sk-ssh-ed25519@openssh.com'

/** Where an agent listens. */
export interface Agent {
  /** The path of its socket, as `SSH_AUTH_SOCK` has it. */
  readonly socket: string | undefined
  /** In milliseconds; a minute where it is not said. */
  readonly patience?: number
}

/** A key that an agent holds. */
export interface Identity {
  /** The name of its type: `ssh-ed25519`. */
  readonly type: string
  /** The 32 bytes of the public key; null for a type that cannot sign notes. */
  readonly key: Uint8Array | null
  /** `SHA256:` and the base64 that `ssh-add -l` shows. */
  readonly fingerprint: string
  /** What whoever made it wrote beside it. */
  readonly comment: string
}

/**
 * The keys that an agent holds, in its order.
 *
 * @throws {SignerError} `NO_AGENT`, `BAD_AGENT`, `AGENT_REFUSED`, `SIGNER_SLOW`
 */
export async function readIdentities(agent: Agent): Promise<Identity[]> {
  const answer = await ask(agent, Uint8Array.of(REQUEST_IDENTITIES), IDENTITIES_ANSWER)
  const count = answer.uint32()
  const found: Identity[] = []
  // No count is believed: each key takes eight bytes, of an answer that has an end.
  while (found.length < count) found.push(identityOf(answer.string(), answer.string()))
  answer.end()
  return found
}

/**
 * Chooses the key that is meant.
 *
 * @param wanted its comment or fingerprint; where it is undefined, there has to be one only
 * @returns the 32 bytes of its public key
 * @throws {SignerError} `NO_SUCH_KEY`, `HARDWARE_KEY`
 */
export function chooseIdentity(identities: readonly Identity[], wanted?: string): Uint8Array {
  const named = identities.filter(
    ({ fingerprint, comment }) =>
      wanted === undefined || wanted === fingerprint || wanted === comment,
  )
  const fit = named.filter((i) => i.key !== null)
  if (fit.length === 1) return fit[0]!.key!
  if (fit.length === 0 && named.some((i) => i.type === HARDWARE)) throw hardware()
  const seen = (fit.length > 1 ? fit : identities).map(shown).join(', ')
  throw new SignerError(
    'NO_SUCH_KEY',
    fit.length > 1
      ? `expected one key, the agent has ${seen}`
      : `expected an ${ED25519} key${wanted === undefined ? '' : ` ${quoted(wanted)}`}, the agent has ${seen || 'none'}`,
  )
}

/** A hardware key would be the best, if only it signed what it is handed. */
function hardware(): SignerError {
  return new SignerError(
    'HARDWARE_KEY',
    `${HARDWARE} signs its own counter and flags with a digest of the message, never the message`,
  )
}

function shown({ type, fingerprint, comment }: Identity): string {
  return `${quoted(comment)} (${type} ${fingerprint})`
}

/**
 * A signer whose secret an agent holds. What it rejects with is a {@link SignerError}.
 *
 * @throws {RangeError} as `foreignSigner`
 */
export function agentSigner(vkey: VKey, agent: Agent): Signer {
  const blob = concat(string(utf8(ED25519)), string(vkey.key))
  return foreignSigner(vkey, async (message) => {
    const flags = uint32(0)
    const request = concat(Uint8Array.of(SIGN_REQUEST), string(blob), string(message), flags)
    const answer = await ask(agent, request, SIGN_RESPONSE, ` with ${vkey.name}+${vkey.id}`)
    const signature = new Fields(answer.string())
    answer.end()
    if (fromUtf8(signature.string()) !== ED25519) throw bad(`expected a signature of ${ED25519}`)
    const bytes = signature.string()
    signature.end()
    return bytes
  })
}

function identityOf(blob: Uint8Array, comment: Uint8Array): Identity {
  const fields = new Fields(blob)
  const type = fromUtf8(fields.string()) ?? ''
  const key = type === ED25519 ? fields.string() : null
  if (key) fields.end()
  if (key && key.length !== 32) throw bad(`expected an ${ED25519} key of 32 bytes`)
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return { type, key, fingerprint: `SHA256:${digest}`, comment: fromUtf8(comment) ?? '' }
}

/** Asks one question. @returns the answer behind its type */
async function ask(
  agent: Agent,
  request: Uint8Array,
  expected: number,
  what = '',
): Promise<Fields> {
  const answer = await converse(agent, string(request))
  const type = answer[0]
  if (type === FAILURE) throw new SignerError('AGENT_REFUSED', `the agent refuses to sign${what}`)
  if (type !== expected) throw bad(`expected an answer of type ${expected}, got ${type}`)
  return new Fields(answer.subarray(1))
}

async function converse({ socket, patience }: Agent, request: Uint8Array): Promise<Uint8Array> {
  if (!socket) throw new SignerError('NO_AGENT', 'expected the path of a socket in SSH_AUTH_SOCK')
  const connection = connect(socket)
  const slow = new SignerError('SIGNER_SLOW', 'the agent did not answer in time')
  const timer = setTimeout(() => connection.destroy(slow), patience ?? PATIENCE)
  try {
    connection.write(request)
    return await readMessage(connection)
  } catch (cause) {
    if (cause instanceof SignerError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    throw new SignerError('NO_AGENT', `no agent answers at ${socket}: ${code}`, { cause })
  } finally {
    clearTimeout(timer)
    connection.destroy()
  }
}

/** Reads one message, behind its length. */
async function readMessage(connection: Socket): Promise<Uint8Array> {
  const bytes = new Uint8Array(4 + MAX_MESSAGE)
  let filled = 0
  for await (const part of connection as AsyncIterable<Uint8Array>) {
    if (filled + part.length > bytes.length) throw bad('expected a shorter answer')
    bytes.set(part, filled)
    filled += part.length
    if (filled < 4) continue
    const end = 4 + new Fields(bytes).uint32()
    if (end > bytes.length || filled > end) throw bad('expected a shorter answer')
    if (filled === end) return bytes.slice(4, end)
  }
  throw bad('the agent hung up')
}

/** The fields of a message, one after the other. */
class Fields {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  uint32(): number {
    return this.#take(4).reduce((n, byte) => n * 256 + byte, 0)
  }

  string(): Uint8Array {
    return this.#take(this.uint32())
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw bad('expected nothing more')
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw bad(`expected ${length} bytes more`)
    const part = this.#bytes.slice(this.#at, end)
    this.#at = end
    return part
  }
}

function uint32(n: number): Uint8Array {
  return Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)
}

function string(bytes: Uint8Array): Uint8Array {
  return concat(uint32(bytes.length), bytes)
}

function bad(message: string): SignerError {
  return new SignerError('BAD_AGENT', `not the agent's protocol: ${message}`)
}
