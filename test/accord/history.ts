/**
 * Histories: years of acts by several parties, most of them legal, made from a seed.
 *
 * ```ts
 * const { world, steps } = history(7, 200)
 * ```
 *
 * @module
 */
import { lastParty } from '../../src/accord/party.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { DAY, formatTime } from '../../src/accord/text.ts'
import { company } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'

/** One attempt: the note, when it was made, and why it was refused; null if it was logged. */
export interface Step {
  readonly note: string
  readonly time: number
  readonly code: string | null
}

/** A log, and everything that was tried upon it. */
export interface History {
  readonly world: World
  readonly steps: readonly Step[]
}

/** The domains that appear. */
export const DOMAINS = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example']
/** The instruments that appear. */
export const INSTRUMENTS = ['accord', 'code', 'pledge']

const TEXTS: Readonly<Record<string, object>> = {
  accord: { entry_into_force: 2, reporting_days: 90 },
  code: { validity_days: null, ratification: true, withdrawal_notice_days: 0 },
  pledge: { admission: 'acceptance', ratification: true, entry_into_force: 3, validity_days: 200 },
}

/** Numbers in [0, 1), the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Makes a history.
 *
 * @param acts - how many statements to log, after those that begin every history
 */
export function history(seed: number, acts: number): History {
  const teller = new Teller(seed)
  teller.begin()
  while (teller.logged < acts) teller.step()
  return { world: teller.world, steps: teller.steps }
}

class Teller {
  readonly world = new World()
  readonly steps: Step[] = []
  logged = 0
  #keys = 0
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = random(seed)
  }

  begin(): void {
    const { world } = this
    for (const id of INSTRUMENTS) this.#try(world.instrument({ id, terms: TEXTS[id] }))
    for (const domain of DOMAINS.slice(0, 3)) this.#join(domain)
  }

  /** Time passes, and somebody does something. */
  step(): void {
    const { world } = this
    world.now += this.#pick([0, 0, 1, 3600, DAY, 3 * DAY, 10 * DAY, 40 * DAY])
    const act = this.#pick(ACTS)
    try {
      act(world, this)
    } catch (e) {
      // What needs a party or a commitment that is not there is not said.
      if (!(e instanceof RangeError || e instanceof TypeError)) throw e
    }
  }

  say(note: string): void {
    this.#try(note)
  }

  /** Says the first of a few that is legal, or else the last. */
  choose(make: () => string): void {
    let note = make()
    for (let i = 0; i < 5 && isRefusal(this.world.judge(note)); i++) note = make()
    this.#try(note)
  }

  get domain(): string {
    return this.#pick(DOMAINS)
  }

  get id(): string {
    return this.#pick(INSTRUMENTS)
  }

  chance(p: number): boolean {
    return this.#random() < p
  }

  key(domain: string) {
    this.#keys++
    return keyOf(`${domain}/k${this.#keys}`)
  }

  join(domain: string): void {
    this.#join(domain)
  }

  /** The domain showed these keys. */
  shows(domain: string, vkeys: readonly string[], over: object = {}): void {
    this.#try(this.world.verification(domain, [], { check: { keys: vkeys, ...over } }))
  }

  /** What the domain ought to show. */
  vkeys(domain: string): string[] {
    return this.world.party(domain).profile.keys.map((k) => k.vkey)
  }

  #join(domain: string): void {
    const keys = [this.key(domain), this.key(domain)]
    const recovery = this.chance(0.8) ? { keys: [this.key(domain)], threshold: 1 } : null
    const who = company(domain, { keys, threshold: this.chance(0.5) ? 2 : 1, recovery })
    this.shows(
      domain,
      keys.map((k) => k.vkey),
    )
    this.#try(this.world.enrol(who))
  }

  #try(note: string): void {
    const { world } = this
    const answer = world.judge(note)
    const code = isRefusal(answer) ? answer.code : null
    this.steps.push({ note, time: world.now, code })
    if (code !== null) return
    world.add(note)
    this.logged++
  }

  #pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)]!
  }
}

type Act = (w: World, t: Teller) => void

const commit =
  (act: string): Act =>
  (w, t) =>
    t.choose(() => w.commit(act, t.domain, t.id))

const notice =
  (act: string, which: 'current' | 'waiting' = 'current'): Act =>
  (w, t) =>
    t.choose(() => {
      const held = w.held(t.domain, t.id, which)
      const until = act === 'extend' ? formatTime((held.until ?? w.now) + 50 * DAY) : null
      return w.notice(act, held.rests, { until })
    })

const rotate: Act = (w, t) => {
  const { domain } = t
  const keep = w.daily(domain).slice(0, 1)
  t.say(
    w.rotate(domain, t.chance(0.5) ? [...keep, t.key(domain)] : [t.key(domain)], { threshold: 1 }),
  )
}

const recover: Act = (w, t) => {
  const { domain } = t
  const keys = [t.key(domain)]
  w.party(domain)
  t.shows(
    domain,
    keys.map((k) => k.vkey),
  )
  t.say(w.recover(domain, keys, { threshold: 1 }))
}

const replace: Act = (w, t) => {
  const { domain } = t
  const next = { keys: [t.key(domain)], threshold: 1 }
  const alone = t.chance(0.5) ? { by: [...w.daily(domain), ...next.keys] } : {}
  t.shows(domain, t.vkeys(domain))
  t.say(w.replaceRecovery(domain, next, alone))
}

const cancel: Act = (w, t) => {
  const domain = DOMAINS.find((d) => {
    const party = lastParty(w.state(), d)
    return party && !party.ended && (party.pending || party.passing)
  })
  const { pending, passing } = w.party(domain ?? t.domain)
  t.say(w.cancel(domain!, (pending ?? passing)!.digest))
}

const succeed: Act = (w, t) => {
  const { domain } = t
  t.say(w.succession(domain, t.domain, t.chance(0.5) ? [t.id] : []))
}

/** The domain shows nothing of the party for days, and is released, if nobody comes back. */
const abandon: Act = (w, t) => {
  const { domain } = t
  w.party(domain)
  for (let i = 0; i < 3; i++) {
    w.now += 2 * DAY
    t.shows(domain, [])
  }
  if (t.chance(0.3)) {
    w.days(30)
    t.shows(domain, [])
    t.say(w.notice('release', domain))
  }
}

const rules: Act = (w, t) => {
  const days = t.chance(0.5) ? 7 : 14
  t.say(w.registryChange({ rules: { ...w.rules, recovery_delay_days: days } }))
}

const hit: Act = (_, t) => {
  const { domain } = t
  t.shows(domain, t.vkeys(domain))
}
const miss: Act = (_, t) => t.shows(t.domain, [])
const unreachable: Act = (_, t) => t.shows(t.domain, [], { outcome: 'unreachable' })
const enrol: Act = (_, t) => t.join(t.domain)
const version: Act = (w, t) => {
  const { id } = t
  t.say(w.nextVersion(id, { terms: TEXTS[id] }))
}
const report: Act = (w, t) => t.choose(() => w.report(t.domain, t.id))

/** Every act, as often as it is likely. */
const ACTS: readonly Act[] = [
  ...Array.from({ length: 6 }, () => commit('sign')),
  ...Array.from({ length: 4 }, () => commit('ratify')),
  ...Array.from({ length: 6 }, () => commit('renew')),
  ...Array.from({ length: 2 }, () => commit('withdraw')),
  commit('cancel-withdrawal'),
  ...Array.from({ length: 4 }, () => notice('accept')),
  ...Array.from({ length: 3 }, () => notice('accept', 'waiting')),
  notice('refuse'),
  notice('refuse', 'waiting'),
  notice('suspend'),
  notice('reinstate'),
  notice('extend'),
  rotate,
  recover,
  replace,
  cancel,
  cancel,
  succeed,
  succeed,
  abandon,
  rules,
  hit,
  hit,
  miss,
  unreachable,
  enrol,
  enrol,
  version,
  report,
  report,
]
