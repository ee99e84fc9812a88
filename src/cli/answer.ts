/**
 * The frame around a command: it gives an answer, as lines for people or as JSON, and an exit code.
 *
 * @module
 */
import type { Command } from 'commander'
import { describe, type Failure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** What a command has to say. */
export interface Answer {
  /** For people. */
  readonly lines: readonly string[]
  /** For programs; `ok` and `exit` are added. Null where it was said already. */
  readonly data: object | null
  /** 0 good, 1 not good, 2 could not tell. */
  readonly exit?: 0 | 1 | 2
}

/** What every command may be told, before or after its name. */
export interface Common {
  readonly json?: boolean
  /** A registry's address, or a folder with a copy of its log. */
  readonly log?: string
  /** A file that says whom to trust. */
  readonly policy?: string
}

/** A command's work. `args` are its arguments, `options` those it shares included. */
export type Work<O> = (terminal: Terminal, options: O & Common, args: string[]) => Promise<Answer>

/** Makes a command's work what commander calls. */
export type Run = <O>(work: Work<O>) => (this: Command) => Promise<void>

/** Runs work in a terminal; `ended` is told the exit code. */
export function runIn(terminal: Terminal, ended: (exit: number) => void): Run {
  return (work) =>
    async function (this: Command) {
      const options = this.optsWithGlobals()
      const json = options['json'] === true
      try {
        ended(showAnswer(terminal, await work(terminal, options as never, this.args), json))
      } catch (error) {
        ended(showFailure(terminal, error, json, nameOf(this)))
      }
    }
}

/** A command's whole name: `accord commit sign`. */
function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()
}

function showAnswer(terminal: Terminal, answer: Answer, json: boolean): number {
  const exit = answer.exit ?? 0
  if (json && answer.data) showJson(terminal, { ok: exit === 0, exit, ...answer.data })
  else if (!json) for (const line of answer.lines) terminal.out(`${line}\n`)
  return exit
}

/** Shows why there is no answer. @returns the exit code */
export function showFailure(
  terminal: Terminal,
  error: unknown,
  json: boolean,
  what: string,
): number {
  const failure = describe(error)
  if (json) showJson(terminal, jsonOf(failure))
  else terminal.talk(`${lineOf(failure, what)}\n`)
  return failure.exit
}

function lineOf({ code, message, advice }: Failure, what: string): string {
  const [first, ...more] = message.split('\n')
  const line = `${what}: ${code}: ${first}`
  return [advice === undefined ? line : `${line}; ${advice}`, ...more.map((m) => `  ${m}`)].join(
    '\n',
  )
}

function jsonOf({ exit, code, message, advice, data }: Failure): object {
  return { ok: false, exit, code, message, advice: advice ?? null, ...data }
}

function showJson(terminal: Terminal, value: object): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`)
}
