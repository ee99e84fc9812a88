/**
 * A world for tests: a registry, its depositary, companies, and a clock that tests move.
 *
 * The methods named after acts make signed notes; {@link World.add} puts one into the log by the
 * law, {@link World.refused} shows why it may not go there.
 *
 * ```ts
 * const world = new World()
 * world.join(company('contoso.com'))
 * world.add(world.instrument())
 * world.add(world.sign('contoso.com'))
 * world.days(340)
 * world.word('contoso.com') // due
 * ```
 *
 * For a log kept elsewhere a `Speaker` says the same things.
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import { settled } from '../../src/accord/agenda.ts'
import { formatEntry } from '../../src/accord/entry.ts'
import { type Applied, apply } from '../../src/accord/law.ts'
import { lastParty } from '../../src/accord/party.ts'
import { isRefusal, type Refusal } from '../../src/accord/refusal.ts'
import { Replay } from '../../src/accord/replay.ts'
import { type Standing, standing } from '../../src/accord/standing.ts'
import type { Commitment, Memory, Party, State, Table } from '../../src/accord/state.ts'
import type { Digest } from '../../src/accord/text.ts'
import { type Hash, utf8 } from '../../src/tlog/bytes.ts'
import type { Company } from './cast.ts'
import { verify } from './keys.ts'
import { type Over, Speaker, type Speaking, type WorldOptions } from './speaker.ts'

/** An entry taken. */
export type Added = Applied & { readonly index: number }

/** A log in memory, and everybody who speaks to it. */
export class World extends Speaker {
  readonly replay = new Replay(verify)
  /** The entries taken. */
  readonly entries: Uint8Array[] = []

  /** @param genesis - false for a log that has no entry yet */
  constructor(options: WorldOptions = {}, genesis = true) {
    super(options)
    if (genesis) this.add(this.genesis())
  }

  get memory(): Memory {
    return this.replay.memory
  }

  /** What holds now: the log's state, and what ran out since. */
  state(at = this.now): State {
    return settled(this.memory, at)
  }

  /** What the law says of a note, were it the next entry; nothing changes. */
  judge(note: string | Uint8Array, time = this.now): Applied | Refusal {
    return this.judgeEntry(entryOf(note, time))
  }

  /** What the law says of an entry's bytes, were they next; nothing changes. */
  judgeEntry(entry: Uint8Array): Applied | Refusal {
    const seenRoot = (size: number): Hash | undefined => this.replay.rootAt(size)
    return apply(this.memory, entry, { seenRoot, verify })
  }

  /** Logs a note. @throws {Error} with the code, where the law refuses it */
  add(note: string, time = this.now): Added {
    const entry = entryOf(note, time)
    const answer = this.replay.next(entry)
    if (isRefusal(answer)) throw new Error(`${answer.code}: ${answer.detail}`)
    this.entries.push(entry)
    const index = this.replay.size - 1
    const root = encodeBase64(this.replay.rootAt(index + 1)!)
    this.follow({ size: index + 1, root }, note)
    return { ...answer, index }
  }

  /** Why the law refuses a note; nothing changes. */
  refused(note: string | Uint8Array, time = this.now): Refusal {
    const answer = this.judge(note, time)
    if (!isRefusal(answer)) throw new Error('it was admitted')
    return answer
  }

  /** A company is verified and enrols. */
  join(who: Company, over: Over = {}): Added {
    this.add(this.verification(who.domain, who.keys))
    return this.add(this.enrol(who, over))
  }

  override record(domain: string): Speaking {
    const { kind, profile } = this.party(domain)
    return { kind, ...profile }
  }

  /** The party that bears a domain now, or bore it last. */
  party(domain: string): Party {
    const party = lastParty(this.state(), domain)
    if (!party) throw new RangeError(`no party ${domain}`)
    return party
  }

  standing(domain: string, instrument = 'accord', at = this.now): Standing {
    return standing(this.memory, this.party(domain).id, instrument, at)!
  }

  /** The word for a commitment. */
  word(domain: string, instrument = 'accord', at = this.now): string {
    return this.standing(domain, instrument, at).commitment.word
  }

  /** What a party holds to an instrument. */
  held(domain: string, id = 'accord', which: 'current' | 'waiting' = 'current'): Commitment {
    return this.party(domain).holdings.find((h) => h.instrument === id)![which]!
  }

  /** The statement that a party's commitment rests on: what notices name. */
  rests(domain: string, id = 'accord', which: 'current' | 'waiting' = 'current'): Digest {
    return this.held(domain, id, which).rests
  }
}

/** An entry's bytes. */
export function entryOf(note: string | Uint8Array, time: number): Uint8Array {
  return formatEntry({ time, attestation: typeof note === 'string' ? utf8(note) : note })
}

const TABLES: readonly Table[] = [
  'registry',
  'agenda',
  'party',
  'domain',
  'instrument',
  'statement',
  'key',
  'entry',
]

/** Everything a state in memory holds, in one order: for comparing two. */
export function dump(memory: Memory): Readonly<Record<string, unknown>> {
  const records = TABLES.flatMap((t) => [...memory.list(t)].map(([k, v]) => [`${t} ${k}`, v]))
  const sorted = records.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1))
  return { size: memory.size, time: memory.time, ...Object.fromEntries(sorted) }
}
