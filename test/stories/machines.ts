/**
 * Machines: a registry that is really served, and people at machines of their own who have nothing
 * but the command line, and files that they carry to each other.
 *
 * @module
 */
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { serve } from '../../src/cli/serve.ts'
import { fetchFrom } from '../../src/client/fetch.ts'
import { openLog } from '../../src/client/log.ts'
import { standingAt } from '../../src/client/replay.ts'
import { readSettings } from '../../src/node/config.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { verify } from '../accord/keys.ts'
import { type Outcome, Stage, splitWords } from '../cli/script.ts'
import { type Axes, axesOf } from './scene.ts'

/** One person's machine: a folder with a home of its own. */
export class Machine {
  readonly #stage: Stage
  readonly #clock: () => number

  constructor(stage: Stage, clock: () => number) {
    this.#stage = stage
    this.#clock = clock
  }

  /** Runs a command line, without `accord`. */
  run(line: string): Promise<Outcome> {
    this.#stage.now = this.#clock()
    return this.#stage.accord(splitWords(line))
  }

  /** Runs a command line that has to succeed. @returns standard output */
  async accord(line: string): Promise<string> {
    const { out, err, exit } = await this.run(line)
    if (exit !== 0) throw new Error(`accord ${line}\n${err}`)
    return out
  }

  /** Runs a command line that has to be refused. @returns the code */
  async refused(line: string): Promise<string> {
    const { out } = await this.run(`${line} --json`)
    const { refusal, code } = JSON.parse(out) as { refusal?: { code: string }; code?: string }
    return refusal?.code ?? code ?? 'logged'
  }

  /** Makes a key. @returns its vkey */
  async key(name: string, file: string): Promise<string> {
    return (await this.accord(`keygen ${name} -o ${file}`)).trim()
  }

  path(file: string): string {
    return join(this.#stage.cwd, file)
  }

  read(file: string): Promise<string> {
    return readFile(this.path(file), 'utf8')
  }
}

/** Carries files from one machine to another. */
export async function carry(from: Machine, to: Machine, ...files: string[]): Promise<void> {
  for (const file of files) await copyFile(from.path(file), to.path(file))
}

/** Copies a key file, as thieves do. */
export async function stealKey(from: Machine, to: Machine, as: string): Promise<void> {
  await copyFile(from.path('my.key'), to.path(as))
}

/** A registry that is served, whose clock the story moves. */
export class Town {
  now = 1_800_000_000
  /** Where the registry runs, and the depositary works. */
  readonly depositary: Machine
  readonly #cwd: string
  readonly #url: string

  private constructor(cwd: string, url: string) {
    this.#cwd = cwd
    this.#url = url
    const stage = new Stage(cwd, this.now)
    stage.env['ACCORD_LOG'] = url
    stage.env['ACCORD_POLICY'] = 'data/policy.txt'
    this.depositary = new Machine(stage, () => this.now)
  }

  /** Founds a registry in which the depositary confirms domains by hand; it ends with the test. */
  static async open(): Promise<Town> {
    const cwd = await mkdtemp(join(tmpdir(), 'accord-town-'))
    const data = { ACCORD_DATA_DIR: join(cwd, 'data'), ACCORD_METHODS: 'manual', PORT: '0' }
    let town: Town | null = null
    const clock = () => town?.now ?? 1_800_000_000
    const serving = await serve({ settings: readSettings(data), clock, log: () => {} })
    town = new Town(cwd, serving.url)
    onTestFinished(async () => {
      await serving.close()
      await rm(cwd, { recursive: true })
    })
    return town
  }

  /** Somebody's machine. What is offline reaches no registry. */
  async machine(name: string, online = false): Promise<Machine> {
    const cwd = join(this.#cwd, name)
    await mkdir(cwd)
    const stage = new Stage(cwd, this.now)
    stage.env['ACCORD_LOG'] = online ? this.#url : 'http://127.0.0.1:1'
    stage.env['ACCORD_POLICY'] = '../data/policy.txt'
    return new Machine(stage, () => this.now)
  }

  /** The depositary confirms that a domain shows these keys. */
  async confirm(domain: string, vkeys: readonly string[]): Promise<void> {
    const keys = vkeys.map((vkey) => `--keys ${vkey}`).join(' ')
    await this.depositary.accord(`confirm ${domain} ${keys} --how 'called the office' --yes`)
  }

  /** How a party stands now, by replay of the registry's tiles. */
  async axes(domain: string, instrument: string): Promise<Axes> {
    const policy = parsePolicy(await this.depositary.read('data/policy.txt'))
    const log = await openLog({ fetch: fetchFrom(this.#url, fetch), policy, verify })
    return axesOf((await standingAt(log, { domain, instrument, at: this.now }))!)
  }
}
