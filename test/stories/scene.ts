/**
 * The scene of a story: a registry on a loopback address, people who speak to it over HTTP, and a
 * reader who believes nothing of it. What holds is what the client's replay of the log's tiles says;
 * that the API says the same is asked each time.
 *
 * @module
 */
import { expect, onTestFinished } from 'vitest'
import { settled } from '../../src/accord/agenda.ts'
import { lastParty } from '../../src/accord/party.ts'
import { Replay } from '../../src/accord/replay.ts'
import { type Standing, standing } from '../../src/accord/standing.ts'
import type { Party } from '../../src/accord/state.ts'
import { type Digest, formatTime } from '../../src/accord/text.ts'
import { fetchFrom } from '../../src/client/fetch.ts'
import { type Log, openLog } from '../../src/client/log.ts'
import { replayLog, standingAt } from '../../src/client/replay.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { type Company, company } from '../accord/cast.ts'
import { keyOf, type TestKey, verify } from '../accord/keys.ts'
import { entryOf } from '../accord/kit.ts'
import { type Over, type Seen, Speaker, type Speaking } from '../accord/speaker.ts'
import { policyOf } from '../client/copy.ts'
import { openSite, type Site } from '../http/site.ts'

/** A standing on its five axes, each as its word; of the caveats the clauses reserved. */
export interface Axes {
  readonly commitment: string
  readonly version: string
  readonly control: string
  readonly reporting: string
  readonly caveats: string
}

/** A company in good standing, as {@link Scene.member} makes one. */
export const GOOD: Axes = {
  commitment: 'active',
  version: 'current',
  control: 'confirmed',
  reporting: 'up-to-date',
  caveats: 'P2',
}

/** Where no commitment was ever made. */
export const NOTHING = {
  commitment: 'none',
  version: 'none',
  reporting: 'none-required',
  caveats: '',
} as const

/** A standing that was read, and what was known then. */
interface Remembered {
  readonly id: string
  readonly instrument: string
  readonly at: number
  readonly standing: Standing
}

/** Somebody who takes the records of parties from the log, which they follow. */
class Reader extends Speaker {
  readonly #replay = new Replay(verify)

  override follow(seen: Seen, note?: string): void {
    super.follow(seen, note)
    if (note !== undefined) this.#replay.next(entryOf(note, this.now))
  }

  override record(domain: string): Speaking {
    const { kind, profile } = this.party(domain)
    return { kind, ...profile }
  }

  party(domain: string): Party {
    const party = lastParty(settled(this.#replay.memory, this.now), domain)
    if (!party) throw new RangeError(`no party ${domain}`)
    return party
  }
}

/** A registry on loopback, and whoever speaks to it. */
export class Scene {
  readonly site: Site
  readonly speaker: Reader
  readonly #remembered: Remembered[] = []

  private constructor(site: Site, speaker: Reader) {
    this.site = site
    this.speaker = speaker
  }

  /** Opens a registry with one text, `accord`, that asks for reports; it ends with the test. */
  static async open(terms: object = {}): Promise<Scene> {
    const speaker = new Reader()
    const site = await openSite(speaker)
    onTestFinished(() => site.close())
    const scene = new Scene(site, speaker)
    await scene.add(speaker.instrument({ terms: { reporting_days: 365, ...terms } }))
    return scene
  }

  /** Sends a note, which is to be logged. @returns the statement's digest */
  async add(note: string): Promise<Digest> {
    const { digest } = await this.site.add(note)
    return digest as Digest
  }

  /** Sends a note, which is not to be logged. @returns the code of the refusal */
  async refused(note: string): Promise<string> {
    const response = await this.site.post('/v1/attestations', note)
    const { code } = (await response.json()) as { code: string }
    return response.status < 400 ? 'logged' : code
  }

  /** The domain shows these keys, and the depositary logs it. */
  async shows(domain: string, keys: readonly TestKey[], over: Over = {}): Promise<void> {
    await this.add(this.speaker.verification(domain, keys, over))
  }

  /** A company is confirmed and enrols. */
  async join(who: Company): Promise<void> {
    await this.shows(who.domain, who.keys)
    await this.add(this.speaker.enrol(who))
  }

  /** A company enrols and signs, with one reservation. */
  async member(who: Company): Promise<void> {
    await this.join(who)
    const reservations = [{ clause: 'P2', text: 'But for our phones.' }]
    await this.add(this.speaker.sign(who.domain, 'accord', { reservations }))
  }

  /** The party that bears a domain, or bore it last, as it is now. */
  party(domain: string): Party {
    return this.speaker.party(domain)
  }

  /** The names of the daily keys in force, without the domain. */
  keys(domain: string): string[] {
    return this.party(domain).profile.keys.map(
      (k) => k.vkey.slice(domain.length + 1).split('+')[0]!,
    )
  }

  /** How the party that bears a domain stands now, by replay and by the API. */
  async axes(domain: string, instrument = 'accord'): Promise<Axes> {
    const at = this.speaker.now
    const read = (await standingAt(await this.log(), { domain, instrument, at }))!
    const query = new URLSearchParams({ instrument, at: formatTime(at), size: String(read.size) })
    const answer = await this.site.get(`/v1/parties/${domain}/standing?${query}`)
    const said = ((await answer.json()) as { standing: Standing }).standing
    expect(said).toEqual(read)
    this.#remembered.push({ id: read.party.id, instrument, at, standing: read })
    return axesOf(read)
  }

  /** How a party stands now that may bear its domain no more. */
  async axesById(id: string, instrument = 'accord'): Promise<Axes> {
    const { memory } = await replayLog(await this.log())
    return axesOf(standing(memory, id, instrument, this.speaker.now)!)
  }

  /** Whoever asks again of a time and tree size that was asked of before gets the same answer. */
  async expectUnchanged(): Promise<void> {
    const log = await this.log()
    expect(this.#remembered.length).toBeGreaterThan(2)
    for (const { id, instrument, at, standing: before } of this.#remembered) {
      const { memory } = await replayLog(log, { size: before.size, at })
      expect(standing(memory, id, instrument, at)).toEqual(before)
    }
  }

  async log(): Promise<Log> {
    const policy = parsePolicy(policyOf(this.speaker))
    return openLog({ fetch: fetchFrom(this.site.url, fetch), policy, verify })
  }
}

/** The words of a standing. */
export function axesOf({ commitment, version, control, reporting, caveats }: Standing): Axes {
  return {
    commitment: commitment.suspended ? `${commitment.word}, suspended` : commitment.word,
    version: version.word,
    control: control.word,
    reporting: reporting.word,
    caveats: caveats.reservations.map((r) => r.clause).join(' '),
  }
}

/** New daily keys of a domain, by their labels. */
export function keysNamed(domain: string, ...labels: string[]): TestKey[] {
  return labels.map((label) => keyOf(`${domain}/${label}`))
}

/** A company any of whose two officers may sign. */
export function small(domain: string, over: Partial<Company> = {}): Company {
  return company(domain, { threshold: 1, ...over })
}
