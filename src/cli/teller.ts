/**
 * Whoever tells the stories of `npm run demo` and `npm run demo:network`: machines with a folder each,
 * and one clock.
 *
 * @module
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DAY, formatTime } from '../accord/text.ts'
import { accord } from './program.ts'
import type { Terminal } from './terminal.ts'

/** What a command is expected to do. */
export interface Expected {
  readonly exit?: 0 | 1 | 2
  /** Every one of these is in what it says. */
  readonly says?: readonly string[]
  /** It must do without the network. */
  readonly offline?: boolean
  /** Only these lines are printed; all where it is not given. */
  readonly show?: RegExp
}

/** Runs commands on machines, prints them, and holds them to what the story says. */
export class Teller {
  readonly #root: string
  readonly #names = new Map<string, string>()
  readonly #clock: () => number
  /** Days that the story has let pass, in seconds. */
  #passed = 0
  url = ''

  /** @param clock - POSIX seconds */
  constructor(root: string, clock: () => number) {
    this.#root = root
    this.#clock = clock
  }

  /** The time in the story, in POSIX seconds. */
  get now(): number {
    return this.#clock() + this.#passed
  }

  /** Begins a chapter. */
  chapter(title: string): void {
    console.log(`\n${title}\n${'='.repeat(title.length)}`)
  }

  /** Says something. */
  say(text: string): void {
    console.log(`\n${text}`)
  }

  /** Lets days pass. */
  days(n: number): void {
    this.#passed += n * DAY
    console.log(`\n  … ${n} days later: ${formatTime(this.now).slice(0, 10)}`)
  }

  /** A file on a machine. */
  file(machine: string, name: string): string {
    return join(this.#root, machine, name)
  }

  /** Hands a file from one machine to another. */
  async hand(name: string, from: string, to: string): Promise<void> {
    await writeFile(this.file(to, name), await readFile(this.file(from, name)))
    console.log(`\n  (${name} goes from ${from} to ${to}, by mail)`)
  }

  /** Copies a key from one machine to another. */
  async steal(name: string, from: string, to: string): Promise<void> {
    await writeFile(this.file(to, name), await readFile(this.file(from, name)), { mode: 0o600 })
  }

  /** Runs a command on a machine, and holds it to what is expected. */
  async run(machine: string, line: string, expected: Expected = {}): Promise<string> {
    return (await this.together([machine], () => line, expected))[0]!
  }

  /** Runs commands on several machines at once. */
  async together(
    machines: readonly string[],
    lineOf: (machine: string) => string,
    expected: Expected = {},
  ): Promise<string[]> {
    console.log('')
    for (const machine of machines) {
      console.log(`${machine}$ accord ${this.short(lineOf(machine))}`)
    }
    const done = machines.map((machine) => this.#perform(machine, lineOf(machine), expected))
    return (await Promise.all(done)).map(({ out, said, exit }) => {
      this.quote(exit === 0 ? out : said, expected.show)
      hold(exit === (expected.exit ?? 0), `exit ${expected.exit ?? 0}, got ${exit}: ${said}`)
      for (const text of expected.says ?? []) hold(said.includes(text), `"${text}" in\n${said}`)
      return out
    })
  }

  async #perform(machine: string, line: string, expected: Expected) {
    await mkdir(join(this.#root, machine), { recursive: true })
    const [out, err]: [string[], string[]] = [[], []]
    const exit = await accord(this.#words(line), this.#terminal(machine, out, err, expected))
    return { exit, out: out.join(''), said: `${out.join('')}${err.join('')}` }
  }

  #terminal(machine: string, out: string[], err: string[], { offline }: Expected): Terminal {
    return {
      cwd: join(this.#root, machine),
      env: {
        ACCORD_HOME: join(this.#root, machine, '.accord'),
        ACCORD_LOG: this.url,
        ACCORD_POLICY: join(this.#root, 'policy.txt'),
        ACCORD_DATA_DIR: join(this.#root, 'data'),
      },
      screen: null,
      columns: 80,
      fetch: offline ? () => Promise.reject(new Error('this machine is offline')) : fetch,
      now: () => this.now,
      out: (text) => void out.push(text),
      talk: (text) => void err.push(text),
      ask: null,
    }
  }

  /** Makes a key, and gives its vkey a name for later commands. */
  async key(machine: string, name: string, as: string): Promise<void> {
    const vkey = await this.run(machine, `keygen ${name} -o ${as}.key`)
    this.#names.set(as, vkey.trim())
    console.log(`  (from here on $${as})`)
  }

  #words(line: string): string[] {
    const words = [...line.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word)
    return words.map((word) =>
      word.replaceAll("'", '').replace(/\$(\w+)/g, (_, name: string) => this.#names.get(name)!),
    )
  }

  /** Prints the lines of a text that fit; all where no pattern is given. */
  quote(text: string, pattern?: RegExp): void {
    const lines = text.split('\n').filter((line) => line !== '' && (!pattern || pattern.test(line)))
    for (const line of lines) console.log(`  ${this.short(line)}`)
  }

  /** A text without the folder in which all machines are. */
  short(text: string): string {
    return text.replaceAll(`${this.#root}/`, '')
  }

  /** Gives a digest a name. */
  name(as: string, value: string): void {
    this.#names.set(as, value)
  }
}

/** @throws {Error} where the story does not hold */
export function hold(is: boolean, what: string): void {
  if (!is) throw new Error(`the story does not hold: expected that ${what}`)
}
