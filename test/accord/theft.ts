/**
 * Thefts: a party with recovery keys, its owner, and a thief who holds one share of it (the daily
 * keys, the recovery keys or the domain) and acts whenever he likes.
 *
 * The thief knows everything, keeps for ever what he once held, makes keys and parties of his own,
 * and shows at the domain what he wants while he holds it. The owner speaks within the delays: at
 * the last second before something that the thief announced takes effect. The depositary is honest:
 * it logs what a domain shows, and releases a domain as soon as the law admits it.
 *
 * @module
 */
import { parseAttestation } from '../../src/accord/attestation.ts'
import { isHit } from '../../src/accord/control.ts'
import { isRecovering, partyById } from '../../src/accord/party.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { type Standing, standing } from '../../src/accord/standing.ts'
import type { Key, Party } from '../../src/accord/state.ts'
import { DAY, type Digest } from '../../src/accord/text.ts'
import { company } from './cast.ts'
import { Crowd } from './crowd.ts'
import { type Deed, deedsOf } from './deeds.ts'
import { keyOf, keyOfVKey, type TestKey } from './keys.ts'
import type { World } from './kit.ts'
import { type Lie, liesOf, MALLORY, OTHER, PARTY } from './lies.ts'

/** What can be stolen. */
export const SHARES = ['daily', 'recovery', 'domain'] as const
export type Share = (typeof SHARES)[number]

/** The recovery delay, and how old a mismatch is released, in seconds. */
export const DELAY = 14 * DAY
const RELEASABLE = 30 * DAY

/** What was known then. */
interface Moment {
  readonly size: number
  readonly at: number
  readonly standing: Standing
}

/** One run: a world, who holds what in it, and what was known at every step. */
export class Theft {
  readonly world = new Crowd()
  /** The party's identity. */
  readonly id: Digest
  readonly moments: Moment[] = []
  /** Whether the thief holds the domain. */
  domainLost = false
  #shown: readonly TestKey[]
  readonly #loot = new Set<string>()
  readonly #own = new Set<string>()
  /** What the thief announced. */
  readonly #mischief = new Set<Digest>()
  /** Whether the owner is at it: in time, and so before the depositary looks again. */
  #speaking = false
  #made = 0

  constructor() {
    const { world } = this
    for (const domain of [PARTY, OTHER, MALLORY]) world.join(company(domain))
    for (const domain of [PARTY, OTHER, MALLORY]) {
      const { keys, recovery } = company(domain)
      const theirs = domain === MALLORY ? this.#loot : this.#own
      for (const key of [...keys, ...recovery!.keys]) theirs.add(key.vkey)
    }
    world.add(world.instrument())
    world.add(world.instrument({ id: 'pledge' }))
    world.add(world.sign(PARTY))
    world.add(world.sign(MALLORY, 'pledge'))
    this.#shown = company(PARTY).keys
    this.id = world.party(PARTY).id
    this.#note()
  }

  /** The party as it is now. */
  get party(): Party {
    return partyById(this.world.state(), this.id)
  }

  /** Whether the party has ended, or another bears its domain. */
  get over(): boolean {
    return this.party.ended !== null || this.world.party(PARTY).id !== this.id
  }

  /** What the thief holds, of the record in force or of one that the owner has announced. */
  held(): Share[] {
    const { profile, pending } = this.party
    const announced = pending && !this.#mischief.has(pending.digest) ? [pending.value] : []
    const records = [profile, ...announced]
    const daily = records.some((r) => this.#meets(r))
    const recovery = records.some((r) => this.#meets(r.recovery))
    return SHARES.filter((share) => ({ daily, recovery, domain: this.domainLost })[share])
  }

  #meets(q: { keys: readonly Key[]; threshold: number } | null): boolean {
    return q !== null && q.keys.filter((k) => this.#loot.has(k.vkey)).length >= q.threshold
  }

  /** Whether every key of the record is the owner's and no other's, and nothing bad is to come. */
  get secure(): boolean {
    const { profile } = this.party
    const keys = [...profile.keys, ...(profile.recovery?.keys ?? [])].map((k) => k.vkey)
    const mine = keys.every((k) => this.#own.has(k) && !this.#loot.has(k))
    return mine && profile.recovery !== null && this.held().length === 0 && !this.#looming()
  }

  /** The thief comes by a share, unless he holds another. */
  steal(share: Share): void {
    if (this.held().some((s) => s !== share)) return
    if (share === 'domain') this.domainLost = true
    const { profile, pending } = this.party
    for (const { keys, recovery } of [profile, ...(pending ? [pending.value] : [])]) {
      const taken = { daily: keys, recovery: recovery?.keys ?? [], domain: [] }[share]
      for (const { vkey } of taken) this.#loot.add(vkey)
    }
  }

  /** Time passes; before something bad takes effect the owner speaks. */
  wait(seconds: number, choice: number): void {
    const danger = this.#looming()?.at ?? Number.POSITIVE_INFINITY
    const until = this.world.now + seconds
    this.world.now = Math.min(until, danger - 1)
    if (danger <= until) this.#answer(choice)
    this.#note()
  }

  /** What the thief announced and the owner has to stop, or a release. */
  #looming() {
    return (this.world.state().get('agenda', '') ?? []).find(
      (d) => this.#mischief.has(d.digest) || (d.what === 'release' && d.party === this.id),
    )
  }

  /** The owner stops what looms, for the moment or for good. */
  #answer(choice: number): void {
    if (choice % 2 === 0) this.#stop()
    if (this.#looming()) this.regain()
  }

  /** The owner cancels whatever the thief announced. */
  #stop(): void {
    for (const digest of this.#mischief) this.#say((w) => w.cancel(PARTY, digest))
  }

  /** The depositary looks at the domain, and releases it if it may: the owner speaks before. */
  look(): void {
    const { world } = this
    if (this.#forsaken()) this.regain()
    if (this.over) return
    world.add(world.verification(PARTY, this.#shown))
    this.#try(world.notice('release', PARTY))
  }

  /** Whether one more look would let the depositary release the domain, and nothing prevents it. */
  #forsaken(): boolean {
    const { control, profile, passing } = this.party
    const since = control.misses?.mismatch ?? this.world.now
    if (this.world.now - since < RELEASABLE || isRecovering(this.party)) return false
    if (passing && !this.#mischief.has(passing.digest)) return false
    return !isHit(
      profile,
      this.#shown.map((k) => k.vkey),
    )
  }

  /** The domain shows these keys, and the depositary has seen it. */
  #show(keys: readonly TestKey[]): void {
    this.#shown = keys
    this.world.add(this.world.verification(PARTY, keys))
  }

  /** The owner does what the rules hold ready, the thief trying everything in between. */
  regain(): void {
    this.#speaking = true
    const [lost] = this.held()
    if (lost === 'daily') this.#recover()
    else if (lost === 'domain') this.#leave()
    else this.#exchange()
    this.#speaking = false
  }

  /** New daily keys, by the recovery keys and the domain; after the delay, to the second. */
  #recover(): void {
    const { pending } = this.party
    const spoilt = pending?.value.keys.some((k) => this.#loot.has(k.vkey))
    if (isRecovering(this.party) && spoilt) this.#must((w) => w.cancel(PARTY, pending!.digest))
    if (!isRecovering(this.party)) {
      const next = [this.#key('owner'), this.#key('owner')]
      this.#show(next)
      this.#slowly((w) => w.recover(PARTY, next, { threshold: 1 }))
    }
    const { at, value } = this.party.pending!
    this.world.now = at - 1
    this.thieve()
    this.look()
    this.world.now = at
    if (this.party.profile !== value) throw new Error('the recovery came to nothing')
    this.#show(this.#present())
  }

  /** Other recovery keys, by both; at once. */
  #exchange(): void {
    this.#show(this.#present())
    this.#stop()
    const { pending } = this.party
    if (pending) this.#must((w) => w.cancel(PARTY, pending.digest))
    this.thieve()
    const next = { keys: [this.#key('owner'), this.#key('owner')], threshold: 2 }
    this.#slowly((w) => w.replaceRecovery(PARTY, next))
  }

  /** The owner's other party takes the place of this one, before it is released. */
  #leave(): void {
    this.#stop()
    const { pending, passing } = this.party
    if (isRecovering(this.party)) this.#must((w) => w.cancel(PARTY, pending!.digest))
    if (!passing) this.#slowly((w) => w.succession(PARTY, OTHER, this.#passable()))
    const { at } = this.party.passing!
    this.world.now = at - 1
    this.thieve()
    this.look()
    this.world.now = at
  }

  #passable(): string[] {
    const words = ['active', 'due', 'overdue', 'withdrawing']
    return words.includes(this.world.word(PARTY)) ? ['accord'] : []
  }

  /** An ordinary act of the owner's, or one in fright. */
  act(choice: number): void {
    if (this.over) return
    const deeds = deedsOf(this.party, () => this.#key('owner'), this.#passable())
    const deed = deeds[choice % (deeds.length + 1)]
    if (deed) this.#do(deed)
    // The domain is won back: what was seen there last is what the log still says.
    else this.domainLost = false
  }

  #do({ shown, make, after }: Deed): void {
    if (shown) this.#shows(shown)
    if (make) this.#say(make)
    if (after) this.#shows(this.#present())
  }

  #shows(keys: readonly TestKey[]): void {
    if (!this.domainLost) this.#show(keys)
  }

  #present(): TestKey[] {
    return this.party.profile.keys.map((k) => keyOfVKey(k.vkey))
  }

  /** The thief tries everything once. @returns how much was admitted */
  thieve(): number {
    return this.#tricks().filter((_, i) => this.trick(i)).length
  }

  /** The thief tries one thing. @returns whether it was admitted */
  trick(choice: number): boolean {
    if (this.over) return false
    const tricks = this.#tricks()
    return tricks[choice % tricks.length]!()
  }

  #tricks(): (() => boolean)[] {
    const { party } = this
    const key = () => this.#key('thief')
    const lies = liesOf(party, { key, announced: [...this.#mischief], passable: this.#passable() })
    return [
      ...lies.map((lie) => () => this.#swindle(lie)),
      () => this.#usurp([key()]),
      () => this.#usurp([...this.#present().slice(0, 1), key()]),
      () => this.#pretend([]),
      () => this.#pretend(this.#present()),
    ]
  }

  /** Says that these keys are the party's, which the domain shows if the thief holds it. */
  #usurp(keys: readonly TestKey[]): boolean {
    this.#pretend(keys)
    const who = company(PARTY, { keys, threshold: 1, recovery: null })
    const enrolled = this.#swindle((w) => w.enrol(who))
    return this.#swindle((w) => w.recover(PARTY, keys, { threshold: 1 })) || enrolled
  }

  /** The domain shows what the thief wants. No statement of the party's is made by that. */
  #pretend(keys: readonly TestKey[]): boolean {
    if (!this.domainLost) return false
    this.#shown = keys
    if (!this.#speaking) this.look()
    return false
  }

  /** The thief says something, signed with what of the keys he holds. */
  #swindle(make: Lie): boolean {
    const note = this.world.as(this.#loot, make)
    if (!this.#try(note)) return false
    const { digest } = parseAttestation(note)
    const agenda = this.world.state().get('agenda', '') ?? []
    if (agenda.some((d) => d.digest === digest)) this.#mischief.add(digest)
    return true
  }

  /** The owner says something, if the law lets him. */
  #say(make: (w: World) => string): boolean {
    return this.#try(this.world.as(this.#own, make))
  }

  /** The owner says something that the law must let him say. */
  #must(make: (w: World) => string): void {
    this.world.add(this.world.as(this.#own, make))
    this.#note()
  }

  /** The same, signed by people far from each other: meanwhile the thief tries everything. */
  #slowly(make: (w: World) => string): void {
    const note = this.world.as(this.#own, make)
    this.thieve()
    this.world.add(note)
    this.#note()
  }

  #try(note: string): boolean {
    if (isRefusal(this.world.judge(note))) return false
    this.world.add(note)
    this.#note()
    return true
  }

  /** Keeps what is known now. */
  #note(): void {
    const { memory, now } = this.world
    const { id } = this
    if (id === undefined) return
    this.moments.push({
      size: memory.size,
      at: now,
      standing: standing(memory, id, 'accord', now)!,
    })
  }

  #key(whose: 'owner' | 'thief'): TestKey {
    this.#made++
    const key = keyOf(`${PARTY}/${whose}-${this.#made}`)
    if (whose === 'owner') this.#own.add(key.vkey)
    else this.#loot.add(key.vkey)
    return key
  }
}
