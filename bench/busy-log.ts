/**
 * A long log as a busy registry would have it, entry after entry, without holding it in memory.
 *
 * One act in twenty-five is a company's first: it was checked, enrols and signs. The others renew,
 * report, withdraw and take that back, change their keys, and are checked again in lists of sixteen;
 * now and then the depositary suspends and reinstates. The law is not asked here: whoever copies the
 * log asks it.
 *
 * @module
 */
import { encodeBase64 } from '../keys/base64.ts'
import { Frontier, leafHash } from '../src/tlog/merkle.ts'
import { company } from '../test/accord/cast.ts'
import { keyOf, type TestKey } from '../test/accord/keys.ts'
import { entryOf } from '../test/accord/kit.ts'
import { Speaker } from '../test/accord/speaker.ts'

/** How many companies join at once, and how many acts of others come before the next that do. */
const JOINING = 16
const ACTS = 368

/**
 * Seconds from one entry to the next. A million of them are twelve days: each company is chosen by
 * chance, and none may be left alone until a notice has run out or a commitment has lapsed.
 */
const STEP = 1

/** A company in the log. */
interface Member {
  readonly domain: string
  key: TestKey
  rests: string
  withdrawing: boolean
  suspended: boolean
}

/** Who speaks, and what they said so far. */
export class BusyLog {
  readonly speaker = new Speaker()
  readonly #frontier = new Frontier()
  readonly #members: Member[] = []
  /** A generator of Lehmer's: each run makes the same log. */
  #chance = 1

  /** The right edge of the tree so far. */
  get root() {
    return this.#frontier.root()
  }

  /** Makes so many entries. */
  *entries(count: number): Generator<Uint8Array> {
    const acts = this.#acts()
    for (let made = 0; made < count; made++) {
      const note = acts.next().value as string
      const entry = entryOf(note, this.speaker.now)
      this.#frontier.append(leafHash(entry))
      const root = encodeBase64(this.#frontier.root())
      this.speaker.follow({ size: this.#frontier.size, root }, note)
      this.speaker.now += STEP
      yield entry
    }
  }

  *#acts(): Generator<string> {
    const { speaker } = this
    yield speaker.genesis()
    yield speaker.instrument({ terms: { validity_days: 365, due_days: 365 } })
    for (;;) {
      yield* this.#join()
      for (let act = 0; act < ACTS; act++) yield* this.#act(this.#any())
    }
  }

  *#join(): Generator<string> {
    const joining = Array.from({ length: JOINING }, (_, i) => this.#stranger(i))
    yield this.#check(joining)
    for (const member of joining) {
      const { domain, key } = member
      yield this.speaker.enrol(company(domain, { keys: [key], threshold: 1, recovery: null }))
      yield this.speaker.sign(domain)
      this.#rest(member)
    }
    this.#members.push(...joining)
  }

  #stranger(i: number): Member {
    const domain = `c${this.#members.length + i}.example`
    return { domain, key: keyOf(domain), rests: '', withdrawing: false, suspended: false }
  }

  *#act(member: Member): Generator<string> {
    const { speaker } = this
    const { domain } = member
    const chance = this.#upTo(100)
    if (chance < 10) yield this.#check(Array.from({ length: JOINING }, () => this.#any()))
    else if (chance < 15) yield* this.#rotate(member)
    else if (chance < 17) yield this.#notice(member)
    else if (chance < 25 || member.withdrawing) yield this.#leave(member)
    else if (chance < 40) yield speaker.report(domain)
    else {
      yield speaker.renew(domain)
      this.#rest(member)
    }
  }

  *#rotate(member: Member): Generator<string> {
    const { domain } = member
    member.key = keyOf(domain, `${domain} ${this.#frontier.size}`)
    yield this.#check([member])
    const { speaker } = this
    // What is said anew is the record; the header is of now.
    const header = { previous: speaker.head(domain), seen: speaker.seen, issued: speaker.time() }
    yield speaker.rotate(domain, [member.key], header)
  }

  #notice(member: Member): string {
    member.suspended = !member.suspended
    return this.speaker.notice(member.suspended ? 'suspend' : 'reinstate', member.rests)
  }

  #leave(member: Member): string {
    member.withdrawing = !member.withdrawing
    const { domain } = member
    if (member.withdrawing) return this.speaker.withdraw(domain)
    return this.speaker.cancelWithdrawal(domain)
  }

  #check(members: readonly Member[]): string {
    const { speaker } = this
    const checks = [...new Set(members)].map(({ domain, key }) => speaker.check(domain, [key]))
    const [first] = members
    return speaker.verification(first!.domain, [first!.key], { checks })
  }

  /** The commitment rests on what was said last. */
  #rest(member: Member): void {
    member.rests = this.speaker.head(member.domain)!
  }

  #any(): Member {
    return this.#members[this.#upTo(this.#members.length)]!
  }

  #upTo(count: number): number {
    this.#chance = (this.#chance * 48271) % 2147483647
    return this.#chance % count
  }
}
