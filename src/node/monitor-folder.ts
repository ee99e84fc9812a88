/**
 * A monitor's folder: what it must not forget.
 *
 * ```text
 * state.json               what was verified, and how far each sink is
 * reports.jsonl            every report, one a line; only what state.json counts is there for good
 * alarms/*.accord-alarm    evidence
 * lock                     held while a monitor runs
 * ```
 *
 * A commit writes evidence, then reports, then the state that counts them, each synced before the
 * next: killed anywhere, the monitor finds the state before or after, and what stands in
 * `reports.jsonl` beyond it is cut off and said again.
 *
 * @module
 */
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Alarm, formatAlarm } from '../client/alarm.ts'
import type { Kept, MonitorStore } from '../watch/monitor.ts'
import type { OutboxStore, Place } from '../watch/outbox.ts'
import type { Report } from '../watch/report.ts'
import { HomeError, lockData } from './home.ts'
import { filePublication } from './publication.ts'

/** The folder, held until it is released. */
export interface MonitorFolder extends MonitorStore, OutboxStore {
  /** The file of reports, and the folder of evidence. */
  readonly reports: string
  readonly alarms: string
  /** The last reports, oldest first. */
  last(count: number): Promise<Report[]>
  release(): void
}

/** `state.json`. */
interface State {
  readonly version: 1
  readonly kept: Kept | null
  /** How many bytes of `reports.jsonl` count. */
  readonly journal: number
  readonly places: Readonly<Record<string, Place>>
}

/** How much of the reports is read at a time; no report is longer. */
const CHUNK = 1024 * 1024

/**
 * Opens a folder, or makes it.
 *
 * @param sinks - names of where reports go: one that is new is given what is reported from now on
 * @throws {HomeError} `DATA_IN_USE`
 */
export async function openMonitorFolder(
  folder: string,
  sinks: readonly string[],
): Promise<MonitorFolder> {
  const alarms = join(folder, 'alarms')
  await mkdir(alarms, { recursive: true, mode: 0o700 })
  const release = locked(folder)
  try {
    const file = filePublication(join(folder, 'state.json'))
    const text = await file.last()
    const state = text === null ? await beginningOf(folder) : stateIn(folder, text)
    const opened = new Folder(folder, state, release)
    await opened.welcome(sinks)
    return opened
  } catch (e) {
    release()
    throw e
  }
}

function locked(folder: string): () => void {
  try {
    return lockData(folder)
  } catch (cause) {
    if (!(cause instanceof HomeError) || cause.code !== 'DATA_IN_USE') throw cause
    const message = `another monitor works in ${folder}; stop it, or name another folder`
    throw new HomeError('DATA_IN_USE', message, { cause })
  }
}

/** Where no state is kept, what was reported before stays: no more than whole lines. */
async function beginningOf(folder: string): Promise<State> {
  const reports = await readFile(join(folder, 'reports.jsonl')).catch((e) => {
    if (e.code === 'ENOENT') return Buffer.alloc(0)
    throw e
  })
  return { version: 1, kept: null, journal: reports.lastIndexOf(0x0a) + 1, places: {} }
}

function stateIn(folder: string, text: string): State {
  try {
    return JSON.parse(text) as State
  } catch (cause) {
    const message = `${join(folder, 'state.json')} is damaged; put a copy of it back, or take it away and begin anew`
    throw new HomeError('BAD_STATE', message, { cause })
  }
}

class Folder implements MonitorFolder {
  readonly reports: string
  readonly alarms: string
  readonly release: () => void
  readonly #file: ReturnType<typeof filePublication>
  #state: State

  constructor(folder: string, state: State, release: () => void) {
    this.reports = join(folder, 'reports.jsonl')
    this.alarms = join(folder, 'alarms')
    this.release = release
    this.#file = filePublication(join(folder, 'state.json'))
    this.#state = state
  }

  /** Cuts off what does not count, and gives new sinks their place. */
  async welcome(sinks: readonly string[]): Promise<void> {
    const { journal, places } = this.#state
    await this.#append(journal, '')
    const fresh = sinks.filter((name) => !Object.hasOwn(places, name))
    const place = { next: journal, attempts: 0, notBefore: 0 }
    const added = Object.fromEntries(fresh.map((name) => [name, place]))
    await this.#write({ ...this.#state, places: { ...places, ...added } })
  }

  async load(): Promise<Kept | null> {
    return this.#state.kept
  }

  async commit(
    kept: Kept,
    reports: readonly Report[],
    alarms: ReadonlyMap<string, Alarm>,
  ): Promise<void> {
    for (const [name, alarm] of alarms) {
      await filePublication(join(this.alarms, name)).publish(formatAlarm(alarm))
    }
    const journal = await this.#append(
      this.#state.journal,
      reports.map((r) => `${JSON.stringify(r)}\n`).join(''),
    )
    await this.#write({ ...this.#state, kept, journal })
  }

  place(sink: string): Place {
    const place = this.#state.places[sink]
    if (!place) throw new RangeError(`no sink ${sink}`)
    return place
  }

  async move(sink: string, place: Place): Promise<void> {
    await this.#write({ ...this.#state, places: { ...this.#state.places, [sink]: place } })
  }

  async read(next: number, limit: number) {
    const bytes = await this.#bytes(next, Math.min(this.#state.journal, next + CHUNK))
    const found: { report: Report; after: number }[] = []
    for (let from = 0; found.length < limit; ) {
      const end = bytes.indexOf(0x0a, from)
      if (end < 0) break
      const report = JSON.parse(bytes.toString('utf8', from, end)) as Report
      from = end + 1
      found.push({ report, after: next + from })
    }
    return found
  }

  async last(count: number): Promise<Report[]> {
    const { journal } = this.#state
    const from = Math.max(0, journal - CHUNK)
    const text = (await this.#bytes(from, journal)).toString('utf8')
    const lines = text.split('\n').slice(from === 0 ? 0 : 1, -1)
    return lines.slice(-count).map((line) => JSON.parse(line) as Report)
  }

  async #bytes(from: number, to: number): Promise<Buffer> {
    const file = await open(this.reports, 'r')
    try {
      const bytes = Buffer.alloc(to - from)
      await file.read(bytes, 0, bytes.length, from)
      return bytes
    } finally {
      await file.close()
    }
  }

  /** Writes after so many bytes, and nothing stands behind. @returns how many bytes there are then */
  async #append(at: number, text: string): Promise<number> {
    const bytes = Buffer.from(text)
    const file = await open(this.reports, 'a', 0o600)
    try {
      await file.truncate(at)
      await file.appendFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    return at + bytes.length
  }

  async #write(state: State): Promise<void> {
    const text = `${JSON.stringify(state, null, 2)}\n`
    await this.#file.publish(text)
    this.#state = state
  }
}
