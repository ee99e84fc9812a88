/**
 * A command as a sink: it is run for each report, which it reads from its standard input as JSON.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import type { Sink } from '../watch/outbox.ts'

/** What a command is run with. */
export interface CommandOptions {
  /** The program and its arguments; no shell reads them. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** How long it may run, in milliseconds. */
  readonly patience: number
}

/** A sink that runs a command; a report is taken where it exits with 0. */
export function commandSink({ argv, cwd, patience }: CommandOptions): Sink {
  const [program, ...args] = argv
  if (program === undefined) throw new RangeError('expected a command')
  return {
    name: `command ${argv.join(' ')}`,
    send: (report) =>
      new Promise((resolve, reject) => {
        const stdio = ['pipe', 'ignore', 'inherit'] as const
        const child = spawn(program, args, {
          cwd,
          stdio: [...stdio],
          timeout: patience,
          killSignal: 'SIGKILL',
        })
        child.on('error', reject)
        child.on('close', (code, signal) => {
          if (code === 0) resolve()
          else reject(new Error(`${program} ended with ${signal ?? code}`))
        })
        // A command that does not read is judged by how it ends.
        child.stdin.on('error', () => {})
        child.stdin.end(`${JSON.stringify(report)}\n`)
      }),
  }
}
