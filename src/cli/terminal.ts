/**
 * Where a command runs: what it reads, where it writes, who can be asked, and what time it is.
 *
 * The answer goes to standard output; whatever is said on the way goes to standard error.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { FetchLike } from '../client/fetch.ts'
import { CliError } from './failure.ts'

/** What a command is handed instead of the process it runs in. */
export interface Terminal {
  /** The folder that relative paths start from. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where progress is drawn; null where nobody watches. */
  readonly screen: NodeJS.WriteStream | null
  /** How many characters fit on a line of the answer. */
  readonly columns: number
  readonly fetch: FetchLike
  /** The time in POSIX seconds. */
  now(): number
  /** Writes a part of the answer. */
  out(text: string): void
  /** Says something that is not the answer. */
  talk(text: string): void
  /** Asks whoever sits there; null where nobody does. */
  readonly ask: ((question: string, secret: boolean) => Promise<string>) | null
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stderr } = process
  return {
    cwd: process.cwd(),
    env: process.env,
    screen: stderr.isTTY ? stderr : null,
    columns: process.stdout.columns ?? 80,
    fetch: fetchSurely,
    now: () => Math.floor(Date.now() / 1000),
    out: (text) => void process.stdout.write(text),
    talk: (text) => void stderr.write(text),
    ask: stdin.isTTY && stderr.isTTY ? askPerson : null,
  }
}

/** Node 20's own loses its first request, without an error, where the connection breaks as it is made. */
const fetchSurely: FetchLike = async (url, init) => (await import('undici')).fetch(url, init)

/** Asks on standard error, so that standard output stays the answer's. Secrets are not echoed. */
async function askPerson(question: string, secret: boolean): Promise<string> {
  process.stderr.write(question)
  const output = secret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : undefined
  const lines = createInterface({
    input: process.stdin,
    output: output ?? process.stderr,
    terminal: true,
  })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    if (secret) process.stderr.write('\n')
  }
}

/** A path as the command meant it. */
export function pathOf(terminal: Terminal, path: string): string {
  return isAbsolute(path) ? path : join(terminal.cwd, path)
}

/**
 * Asks for a yes.
 *
 * @param yes - it was given beforehand, with `--yes`
 * @throws {CliError} `CONFIRMATION_NEEDED` where nobody can be asked, `NOT_CONFIRMED` for a no
 */
export async function confirm(terminal: Terminal, question: string, yes: boolean): Promise<void> {
  if (yes) return
  if (!terminal.ask) {
    throw new CliError('CONFIRMATION_NEEDED', 'nobody is there to be asked', {
      advice: 'read what is above, then run it again with --yes',
    })
  }
  const answer = await terminal.ask(`${question} [y/N] `, false)
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new CliError('NOT_CONFIRMED', 'the answer was no: nothing was signed')
  }
}

/**
 * The passphrase of a key file: the first line of the file that `ACCORD_PASSPHRASE_FILE` names
 * (`/dev/fd/3` is a file descriptor), or what is typed.
 *
 * @param twice - ask again, since a new key is lost with a slip
 * @throws {CliError} `PASSPHRASE_NEEDED`, `NOT_CONFIRMED`
 */
export async function passphrase(
  terminal: Terminal,
  what: string,
  twice: boolean,
): Promise<string> {
  const file = terminal.env['ACCORD_PASSPHRASE_FILE']
  if (file) return readFileSync(pathOf(terminal, file), 'utf8').split('\n', 1)[0]!
  if (!terminal.ask) {
    throw new CliError('PASSPHRASE_NEEDED', `nobody is there to type the passphrase of ${what}`, {
      advice: 'name a file that holds it in ACCORD_PASSPHRASE_FILE; /dev/fd/3 will do',
    })
  }
  const typed = await terminal.ask(`passphrase of ${what}: `, true)
  if (twice && (await terminal.ask('the same again: ', true)) !== typed) {
    throw new CliError('NOT_CONFIRMED', 'the two passphrases differ: nothing was written')
  }
  return typed
}
