/**
 * Scripts: command lines with what they are expected to say, as plain text.
 *
 * ```text
 * # prose
 * $ accord keygen contoso.com/ceo
 * <ceo>
 * ! the secret is in contoso.com-ceo.key: keep it, and show it to nobody
 * ? 0
 * ```
 *
 * A step ends at an empty line. Its lines are standard output; with `! ` standard error, with `? `
 * the exit code where it is not 0. `...` stands for any lines, and at the end of one for its rest; `.` for an empty one. `<name>` is
 * what it was the first time: any run of characters without a space.
 *
 * Beside `accord`: `days N` moves the clock, `env NAME=VALUE` sets the environment, `write FILE`
 * writes the lines that follow, `chmod MODE FILE`, `replace FILE OLD NEW`, `exists FILE`.
 *
 * @module
 */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { accord } from '../../src/cli/program.ts'
import type { Terminal } from '../../src/cli/terminal.ts'

/** A command and what is expected of it. */
export interface Step {
  readonly line: number
  readonly words: readonly string[]
  readonly lines: readonly string[]
}

/** What a command did. */
export interface Outcome {
  readonly out: string
  readonly err: string
  readonly exit: number
}

/** Parses a script. */
export function parseScript(text: string): Step[] {
  const steps: { line: number; words: string[]; lines: string[] }[] = []
  let open = false
  for (const [i, line] of text.split('\n').entries()) {
    if (line.startsWith('$ ')) {
      steps.push({ line: i + 1, words: splitWords(line.slice(2)), lines: [] })
      open = true
    } else if (line === '' || line.startsWith('# ')) open = false
    else if (open) steps.at(-1)!.lines.push(line)
    else throw new Error(`line ${i + 1}: expected a command before ${line}`)
  }
  return steps
}

/** Words as a shell splits them, with single or double quotes. */
export function splitWords(line: string): string[] {
  const words = [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)]
  return words.map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, a, b) => a ?? b))
}

/** A folder in which scripts run, at a time that they move. */
export class Stage {
  readonly cwd: string
  readonly env: Record<string, string> = {}
  readonly #names = new Map<string, string>()
  now: number

  constructor(cwd: string, now: number) {
    this.cwd = cwd
    this.now = now
    this.env['ACCORD_HOME'] = join(cwd, 'home')
  }

  /** Runs a command of the program. `typed` are the answers of whoever sits there, in order. */
  async accord(args: readonly string[], typed?: string[]): Promise<Outcome> {
    const out: string[] = []
    const err: string[] = []
    const answer = async (question: string, answers: string[]) => {
      err.push(question)
      return answers.shift() ?? ''
    }
    const terminal: Terminal = {
      cwd: this.cwd,
      env: this.env,
      screen: null,
      columns: 80,
      fetch,
      now: () => this.now,
      out: (text) => void out.push(text),
      talk: (text) => void err.push(text),
      ask: typed ? (question) => answer(question, typed) : null,
    }
    const exit = await accord(args, terminal)
    return { out: out.join(''), err: err.join(''), exit }
  }

  /** Runs a script. @throws where something else happens than it says */
  async run(text: string): Promise<void> {
    for (const step of parseScript(text)) await this.#step(step)
  }

  async #step({ line, words, lines }: Step): Promise<void> {
    const [command, ...args] = words.map((word) => this.#filled(word))
    if (command === 'accord') {
      const problem = this.#differs(lines, await this.accord(args))
      if (problem) throw new Error(`line ${line}: ${words.join(' ')}\n${problem}`)
    } else await this.#other(command!, args, lines)
  }

  async #other(command: string, args: string[], lines: readonly string[]): Promise<void> {
    const file = join(this.cwd, (command === 'chmod' ? args[1] : args[0]) ?? '')
    if (command === 'days') this.now += Number(args[0]) * 86_400
    else if (command === 'env') {
      const [name, value] = args[0]!.split('=')
      this.env[name!] = value!
    } else if (command === 'write') {
      await writeFile(file, lines.map((l) => `${this.#filled(l)}\n`).join(''))
    } else if (command === 'chmod') await chmod(file, Number.parseInt(args[0]!, 8))
    else if (command === 'replace') {
      const text = await readFile(file, 'utf8')
      if (!text.includes(args[1]!)) throw new Error(`${args[0]} has no ${args[1]}`)
      await writeFile(file, text.replace(args[1]!, args[2]!))
    } else if (command === 'exists') await readFile(file)
    else throw new Error(`unknown command ${command}`)
  }

  /** What is different from what was expected; null for nothing. */
  #differs(lines: readonly string[], { out, err, exit }: Outcome): string | null {
    const expected = lines.find((l) => l.startsWith('? '))?.slice(2) ?? '0'
    const said = lines.filter((l) => l.startsWith('! ')).map((l) => l.slice(2))
    const answered = lines.filter((l) => !l.startsWith('! ') && !l.startsWith('? '))
    const fits =
      String(exit) === expected && this.#matches(answered, out) && this.#matches(said, err)
    return fits ? null : `got exit ${exit}\n--- out\n${out}--- err\n${err}`
  }

  #matches(expected: readonly string[], text: string): boolean {
    const names: string[] = []
    const pattern = expected.map((line) => {
      if (line === '...') return '(?:.*\\n)*'
      return line === '.' ? '\\n' : `${this.#patternOf(line, names)}\\n`
    })
    const match = new RegExp(`^${pattern.join('')}$`).exec(text)
    for (const [i, name] of names.entries()) if (match) this.#names.set(name, match[i + 1]!)
    return match !== null
  }

  #patternOf(line: string, names: string[]): string {
    if (line.endsWith(' ...')) return `${this.#patternOf(line.slice(0, -3), names)}.*`
    return line
      .split(/(<[a-z0-9-]+>)/)
      .map((part, i) => {
        if (i % 2 === 0) return escaped(part)
        const name = part.slice(1, -1)
        const known = this.#names.get(name)
        if (known !== undefined) return escaped(known)
        if (names.includes(name)) return `\\${names.indexOf(name) + 1}`
        names.push(name)
        return '(\\S+?)'
      })
      .join('')
  }

  #filled(text: string): string {
    return text.replace(/<([a-z0-9-]+)>/g, (whole, name: string) => this.#names.get(name) ?? whole)
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
