/**
 * A command that runs until it is told to end, as a process of its own.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'

/** What a command is started with. */
export interface ChildOptions {
  /** The file of the program `accord`. */
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** A command under way. */
export class Child {
  readonly #process: ChildProcess
  /** The exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
  /** What it has said so far, on both channels. */
  out = ''
  err = ''

  constructor({ program, args, cwd, env }: ChildOptions) {
    const own = { PATH: process.env['PATH'] ?? '', ...env }
    this.#process = spawn(process.execPath, [program, ...args], { cwd, env: own })
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
    })
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.err += text
    })
    this.ended = new Promise((resolve) => this.#process.once('close', resolve))
  }

  /** What it announces as JSON once it serves. @throws {Error} where it ends before */
  async announced<T>(): Promise<T> {
    const end = /^\}\n/m
    await new Promise<void>((resolve) => {
      this.#process.stdout!.on('data', () => end.test(this.out) && resolve())
      void this.ended.then(() => resolve())
    })
    if (!end.test(this.out)) throw new Error(`it ended before it served:\n${this.err}`)
    return JSON.parse(this.out.slice(0, this.out.search(end) + 1)) as T
  }

  /** Tells it to end, and waits until it has. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    await this.ended
  }

  /** Ends it at once. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }
}
