/**
 * A signer behind a command: a hardware module's tool, a cloud's key service, or a script.
 *
 * The command is started without a shell. It reads the message on standard input and writes the 64
 * bytes of the signature, raw, to standard output: so do `openssl`, `pkcs11-tool` and their like,
 * and whoever is given base64 has `base64 -d` too. Standard error and the terminal are the
 * command's, so that it can ask for a PIN there. When it has ended or its time is over, it is done
 * with: what it has started is not waited for, and is killed where no terminal is there to end it.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Signer } from '../../keys/signer.ts'
import type { VKey } from '../../keys/vkey.ts'
import { concat } from '../tlog/bytes.ts'
import { foreignSigner, PATIENCE, SignerError } from './foreign-signer.ts'

/** What a command sees of the environment. `env NAME=VALUE` in front of it tells it more. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LANG', 'TERM', 'TMPDIR']

/** No more output is read: base64 of a signature, or an excuse, is shorter. */
const MAX_OUTPUT = 4096

/** How long what it wrote is waited for once it has ended, in milliseconds. */
const GRACE = 1000

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A command that signs. */
export interface SigningCommand {
  /** The program, and its arguments. */
  readonly argv: readonly string[]
  /** The folder that it runs in. */
  readonly folder: string
  /** The environment variables, of which the command sees a few. */
  readonly env: Environment
  /** In milliseconds; a minute where it is not said. */
  readonly patience?: number
}

/**
 * A signer that runs a command for each signature. What it rejects with is a `SignerError`:
 * `COMMAND_FAILED`, `SIGNER_SLOW` or `WRONG_SIGNATURE`.
 *
 * @throws {RangeError} as `foreignSigner`
 */
export function commandSigner(vkey: VKey, command: SigningCommand): Signer {
  return foreignSigner(vkey, async (message) => {
    const input = await openInput(message)
    try {
      return await run(command, input.fd)
    } finally {
      await input.close()
    }
  })
}

/**
 * The message as a file without a name. It is no pipe, since `openssl pkeyutl` may ask first how
 * long its input is; and it has no name, since a crash would leave the file behind.
 */
async function openInput(message: Uint8Array): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'accord-'))
  try {
    const path = join(folder, 'message')
    await writeFile(path, message, { mode: 0o600 })
    return await open(path, 'r')
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function run(command: SigningCommand, input: number): Promise<Uint8Array> {
  const program = command.argv[0]!
  const signal = AbortSignal.timeout(command.patience ?? PATIENCE)
  let child: ChildProcess | undefined
  try {
    child = start(command, input)
    const [output, [code, killer]] = await Promise.all([
      readAll(child.stdout!),
      once(child, 'close', { signal }),
    ])
    if (code === 0) return output
    throw new SignerError(
      'COMMAND_FAILED',
      `${program} ended with ${killer ?? `exit code ${code}`}`,
    )
  } catch (cause) {
    throw described(cause, program)
  } finally {
    if (child) end(child)
  }
}

function start({ argv, folder, env }: SigningCommand, input: number): ChildProcess {
  const child = spawn(argv[0]!, argv.slice(1), {
    cwd: folder,
    env: Object.fromEntries(PASSED_ON.map((name) => [name, env[name]])),
    stdio: [input, 'pipe', 'inherit'],
    // A group of its own would have no terminal to ask for a PIN on.
    detached: !hasTerminal(),
  })
  // To kill a program of another user, behind sudo, is an error event, and must not end us.
  child.on('error', () => {})
  // What it has started may hold the pipe for as long as it lives.
  child.once('exit', () => setTimeout(() => child.stdout?.destroy(), GRACE).unref())
  return child
}

/** Whether this process has a terminal, which Ctrl-C ends every program on. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

/** Ends a command, and where it has a group of its own, whatever it has started. */
function end(child: ChildProcess): void {
  child.stdout?.destroy()
  child.kill('SIGKILL')
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody is left, or there is no such group.
  }
}

/** All that comes until the pipe is closed, by the command or by us. */
async function readAll(output: Readable): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  output.on('data', (part: Uint8Array) => {
    parts.push(part)
    length += part.length
    if (length <= MAX_OUTPUT) return
    const message = `expected 64 bytes, got over ${MAX_OUTPUT}`
    output.destroy(new SignerError('WRONG_SIGNATURE', message))
  })
  await once(output, 'close')
  return concat(...parts)
}

function described(cause: unknown, program: string): SignerError {
  if (cause instanceof SignerError) return cause
  const { name, code } = cause as NodeJS.ErrnoException
  return name === 'AbortError'
    ? new SignerError('SIGNER_SLOW', `${program} did not sign in time`, { cause })
    : new SignerError('COMMAND_FAILED', `${program} cannot be run: ${code}`, { cause })
}
