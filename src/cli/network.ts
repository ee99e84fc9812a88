/**
 * The demo network: everybody who runs a service in it, each as a process of its own.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { formatTilePath, tilesAt } from '../tlog/tile.ts'
import { Child } from './child.ts'
import { DEMO_ORIGIN } from './demo-policy.ts'
import { hold, Teller } from './teller.ts'

/** How long anybody may take to notice something, in milliseconds. */
const PATIENCE = 40_000

/** Everybody who runs something, each in a folder of the same name. */
export class Network {
  readonly root: string
  readonly teller: Teller
  readonly #program: string
  readonly #running = new Set<Child>()
  /** The registry's port: the same from its first start on, since it is what readers know. */
  #port = '0'

  /**
   * @param root - the folder in which all machines are
   * @param program - the file of the program `accord`
   */
  constructor(root: string, program: string) {
    this.root = root
    this.#program = program
    this.teller = new Teller(root, () => Math.floor(Date.now() / 1000))
  }

  /** A file on a machine. */
  path(...names: string[]): string {
    return join(this.root, ...names)
  }

  /** Starts a command on a machine, and prints it. */
  async start(
    machine: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Child> {
    await mkdir(this.path(machine), { recursive: true })
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    const line = [...settings, 'accord', ...args].join(' ')
    console.log(`\n${machine}$ ${this.teller.short(line)} &`)
    const child = new Child({
      ...{ program: this.#program, cwd: this.path(machine), args: [...args, '--json'] },
      env: { ...QUIET, ACCORD_HOME: this.path(machine, '.accord'), ...env },
    })
    this.#running.add(child)
    void child.ended.then(() => this.#running.delete(child))
    return child
  }

  /** Starts a registry on a folder, at a port of its own. */
  registry(data: string, env: Readonly<Record<string, string>>): Promise<Child> {
    const own = { ACCORD_DATA_DIR: this.path(data), ...FOUNDING }
    return this.start('operator', ['serve'], { ...own, ...env })
  }

  /** Serves a folder as the registry that everybody knows, at the address that everybody has. */
  async open(data: string, env: Readonly<Record<string, string>>): Promise<Child> {
    const child = await this.registry(data, { PORT: this.#port, ...env })
    const { url } = await child.announced<{ url: string }>()
    console.log(`  serves ${url}`)
    this.#port = new URL(url).port
    this.teller.url = url
    return child
  }

  /** Ends everybody. */
  async end(): Promise<void> {
    await Promise.all([...this.#running].map((child) => child.stop()))
  }

  /** Ends everybody at once. */
  kill(): void {
    for (const child of this.#running) child.kill()
  }
}

/** What every registry of the network is started with. */
const FOUNDING = { ACCORD_ORIGIN: DEMO_ORIGIN, ACCORD_METHODS: 'manual' }
const QUIET = { PORT: '0', ACCORD_LOG_LEVEL: 'error' }

/** Waits until something is so. @throws {Error} where it takes too long */
export async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE; !(await is()); ) {
    hold(Date.now() < end, what)
    await new Promise((later) => setTimeout(later, 50))
  }
}

/** The size of the tree whose checkpoint is served; -1 where none is. */
export async function sizeAt(url: string): Promise<number> {
  const response = await fetch(`${url}/checkpoint`).catch(() => null)
  return response?.ok ? sizeIn(await response.text()) : -1
}

/** The size that a checkpoint gives. */
export function sizeIn(checkpoint: string): number {
  return Number(checkpoint.split('\n')[1])
}

/** A file that is served; a character a byte. */
export async function textAt(url: string, path: string): Promise<string> {
  const response = await fetch(`${url}/${path}`)
  hold(response.status === 200, `${path} is served, got ${response.status}`)
  return Buffer.from(await response.arrayBuffer()).toString('latin1')
}

/** Every tile that a log of this size serves, by path; a character a byte. */
export async function tilesAtSize(url: string, size: number): Promise<Map<string, string>> {
  const tiles = new Map<string, string>()
  for (const path of tilesAt(size).map(formatTilePath)) tiles.set(path, await textAt(url, path))
  return tiles
}
