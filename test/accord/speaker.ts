/**
 * Whoever speaks to a registry in tests: the depositary and companies, with a clock that tests move.
 *
 * Each method named after an act returns the text of a signed note. Whatever it fills in (header,
 * defaults, signers) can be given instead, as a field of the statement; `by` are the keys that sign.
 * With {@link Speaker.follow} it learns what the log's checkpoint is, and what it has taken.
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import { parseAttestation } from '../../src/accord/attestation.ts'
import type { Key, PartyKind, Profile } from '../../src/accord/state.ts'
import { formatStatement, type Statement } from '../../src/accord/statement.ts'
import { DAY, type Digest, formatTime, LAST_TIME } from '../../src/accord/text.ts'
import { EMPTY_ROOT } from '../../src/tlog/merkle.ts'
import {
  CLAUSES,
  type Company,
  listed,
  RULES,
  START,
  someDigest,
  TERMS,
  type TestQuorum,
} from './cast.ts'
import { keyOf, keyOfVKey, signText, type TestKey } from './keys.ts'

/** Fields to be other than what a method fills in, and who signs. */
export type Over = Readonly<Record<string, unknown>> & { readonly by?: readonly TestKey[] }

/** What a statement names as seen. */
export interface Seen {
  readonly size: number
  readonly root: string
}

/** What a world is made of. */
export interface WorldOptions {
  readonly origin?: string
  /** The depositary's domain. */
  readonly domain?: string
  /** How many of its two daily keys sign. */
  readonly threshold?: number
  readonly rules?: Readonly<Record<string, unknown>>
  /** Where the clock stands first, in POSIX seconds. */
  readonly now?: number
}

/** What a party's record says, and of what kind it is. */
export type Speaking = Profile & { readonly kind: PartyKind }

/** A version of an instrument, as commitments name it, and how long they hold. */
interface Text {
  readonly ref: { readonly id: string; readonly version: number; readonly digest: Digest }
  readonly days: number | null
}

/** Makes signed notes for a log, wherever that is. */
export class Speaker {
  readonly origin: string
  /** The depositary's domain. */
  readonly domain: string
  readonly keeper: TestQuorum & { readonly recovery: TestQuorum }
  readonly clerk: TestKey
  readonly log: TestKey
  readonly rules: Readonly<Record<string, unknown>>
  /** The clock, in POSIX seconds. */
  now: number
  seen: Seen = { size: 0, root: encodeBase64(EMPTY_ROOT) }
  readonly #heads = new Map<string, Digest>()
  readonly #records = new Map<string, Speaking>()
  readonly #texts = new Map<string, Text>()

  constructor(options: WorldOptions = {}) {
    this.origin = options.origin ?? 'registry.example/accord'
    this.domain = options.domain ?? 'registry.example'
    this.rules = { ...RULES, ...options.rules }
    this.now = options.now ?? START
    const key = (label: string) => keyOf(`${this.domain}/${label}`)
    this.log = keyOf(this.origin)
    this.clerk = key('clerk')
    this.keeper = {
      keys: [key('daily-1'), key('daily-2')],
      threshold: options.threshold ?? 2,
      recovery: { keys: [key('safe-1'), key('safe-2')], threshold: 2 },
    }
  }

  days(n: number): void {
    this.now += n * DAY
  }

  /** The clock as statements write it, so many days from now. */
  time(days = 0): string {
    return formatTime(Math.min(this.now + days * DAY, LAST_TIME))
  }

  /** The log has this checkpoint now, and has taken this note. */
  follow(seen: Seen, note?: string): void {
    this.seen = seen
    if (note === undefined) return
    const { statement, digest } = parseAttestation(note)
    this.#heads.set(statement.party, digest)
    if (statement.type === 'succession/v1') this.#heads.set(statement.successor, digest)
    else if (statement.type === 'instrument/v1') {
      const { id, version, terms } = statement
      const text = { ref: { id, version, digest }, days: terms.validity_days }
      this.#texts.set(id, text).set(`${id} ${version}`, text)
    } else if (statement.type === 'enrolment/v1') {
      if (statement.mode === 'first' || statement.mode === 'rotate') {
        this.#records.set(statement.party, statement)
      }
    }
  }

  /** The last statement of a party, or null. */
  head(domain: string): Digest | null {
    return this.#heads.get(domain) ?? null
  }

  /** How a statement names a version of an instrument: the latest, if none is given. */
  ref(id = 'accord', version?: number) {
    return this.#text(id, version).ref
  }

  #text(id: string, version?: number): Text {
    const text = this.#texts.get(version === undefined ? id : `${id} ${version}`)
    if (!text) throw new RangeError(`no instrument ${id}`)
    return text
  }

  /** The record of a party as last said at once. */
  record(domain: string): Speaking {
    const record = this.#records.get(domain)
    if (!record) throw new RangeError(`no party ${domain}`)
    return record
  }

  /** Enough keys of a party to speak for it. */
  daily(domain: string): readonly TestKey[] {
    if (domain === this.domain) return this.keeper.keys.slice(0, this.keeper.threshold)
    return quorum(this.record(domain))
  }

  /** Enough recovery keys of a party. */
  safe(domain: string): readonly TestKey[] {
    if (domain === this.domain) return quorum(listedQuorum(this.keeper.recovery))
    const { recovery } = this.record(domain)
    return recovery ? quorum(recovery) : []
  }

  /** A statement by a party, signed. */
  say(type: string, party: string, fields: object, by: readonly TestKey[], over: Over): string {
    const { by: others, ...rest } = over
    const statement = {
      type,
      registry: this.origin,
      party,
      previous: this.head(party),
      seen: this.seen,
      issued: this.time(),
      ...fields,
      ...rest,
    } as unknown as Statement
    return signText(formatStatement(statement), others ?? by)
  }

  #keep(type: string, fields: object, over: Over, by = this.daily(this.domain)): string {
    return this.say(type, this.domain, fields, by, over)
  }

  /** Entry 0. */
  genesis(over: Over = {}): string {
    const { keys, recovery } = this.keeper
    return this.registryChange({ by: [...keys, this.clerk, ...recovery.keys], ...over })
  }

  /** The depositary restates its record and the rules, by its daily keys. */
  registryChange(over: Over = {}): string {
    const { keys, threshold, recovery } = this.keeper
    const fields = {
      depositary: 'The depositary',
      log: [this.log.vkey],
      keys: [...listed(keys), ...listed([this.clerk], 'clerk')],
      threshold,
      recovery: listedQuorum(recovery),
      rules: this.rules,
    }
    return this.#keep('registry/v1', fields, over)
  }

  /** What a domain showed: these keys. `checks` to give the whole list. */
  verification(domain: string, keys: readonly TestKey[], over: Over = {}): string {
    const { check, ...rest } = over
    const checks = [this.check(domain, keys, check as object)]
    return this.#keep('verification/v1', { checks }, rest, [this.clerk])
  }

  /** One check of a domain. */
  check(subject: string, keys: readonly TestKey[], over: object = {}) {
    const evidence = { asked: `_accord.${subject}`, answer: null, dnssec: 'secure' }
    const found = { outcome: 'answered', keys: keys.map((k) => k.vkey), evidence }
    return { subject, method: 'dns', at: this.time(), ...found, ...over }
  }

  /** A first enrolment, signed by all its keys. */
  enrol(who: Company, over: Over = {}): string {
    const fields = {
      mode: 'first',
      pending: null,
      kind: who.kind,
      name: who.name,
      jurisdiction: null,
      lei: null,
      keys: listed(who.keys),
      threshold: who.threshold,
      recovery: who.recovery && listedQuorum(who.recovery),
    }
    const by = [...who.keys, ...(who.recovery?.keys ?? [])]
    return this.say('enrolment/v1', who.domain, fields, by, { previous: null, ...over })
  }

  /** An enrolment by a party in the log; signed by its daily keys unless said otherwise. */
  change(mode: string, domain: string, over: Over = {}): string {
    const fields = { ...this.record(domain), mode, pending: null }
    return this.say('enrolment/v1', domain, fields, this.daily(domain), over)
  }

  /** The daily keys say which are to be the daily keys; those and the old ones sign. */
  rotate(domain: string, keys: readonly TestKey[], over: Over = {}): string {
    const by = merged(this.daily(domain), keys)
    return this.change('rotate', domain, { keys: listed(keys), by, ...over })
  }

  /** The recovery keys say which are to be the daily keys; those added sign too. */
  recover(domain: string, keys: readonly TestKey[], over: Over = {}): string {
    const now = this.record(domain).keys.map((k) => k.vkey)
    const added = keys.filter((k) => !now.includes(k.vkey))
    const by = merged(this.safe(domain), added)
    return this.change('recover', domain, { keys: listed(keys), by, ...over })
  }

  /** Other recovery keys: by both thresholds and the keys added. */
  replaceRecovery(domain: string, next: TestQuorum | null, over: Over = {}): string {
    const by = merged(this.daily(domain), [...this.safe(domain), ...(next?.keys ?? [])])
    const recovery = next && listedQuorum(next)
    return this.change('replace-recovery', domain, { recovery, by, ...over })
  }

  /** The recovery keys cancel what is pending. */
  cancel(domain: string, pending: Digest, over: Over = {}): string {
    const none = { kind: null, name: null, jurisdiction: null, lei: null }
    const rest = { keys: [], threshold: null, recovery: null }
    const fields = { mode: 'cancel', pending, ...none, ...rest }
    return this.say('enrolment/v1', domain, fields, this.safe(domain), over)
  }

  /** A version of an instrument: the first of `accord`, unless said otherwise. */
  instrument(over: Over = {}): string {
    const { terms, ...rest } = over
    const fields = {
      id: 'accord',
      version: 1,
      replaces: null,
      kind: 'accord',
      title: 'The accord',
      language: 'en',
      preamble: '',
      clauses: CLAUSES,
      open_to: ['company'],
      terms: { ...TERMS, ...(terms as object) },
      translations: [],
      sources: [],
    }
    return this.#keep('instrument/v1', fields, rest)
  }

  /** The version after the latest of an instrument. */
  nextVersion(id = 'accord', over: Over = {}): string {
    const { version, digest } = this.ref(id)
    return this.instrument({ id, version: version + 1, replaces: digest, ...over })
  }

  /** An act under an instrument's latest version. */
  commit(act: string, domain: string, id = 'accord', over: Over = {}): string {
    const { ref, days } = this.#text(id)
    const binds = act === 'sign' || act === 'ratify' || act === 'renew'
    const fields = {
      instrument: ref,
      act,
      until: binds && days !== null ? this.time(days) : null,
      reservations: [],
      declarations: [],
      officers: [],
      reason: null,
    }
    return this.say('commitment/v1', domain, fields, this.daily(domain), over)
  }

  sign(domain: string, id = 'accord', over: Over = {}): string {
    return this.commit('sign', domain, id, over)
  }

  ratify(domain: string, id = 'accord', over: Over = {}): string {
    return this.commit('ratify', domain, id, over)
  }

  renew(domain: string, id = 'accord', over: Over = {}): string {
    return this.commit('renew', domain, id, over)
  }

  withdraw(domain: string, id = 'accord', over: Over = {}): string {
    return this.commit('withdraw', domain, id, over)
  }

  cancelWithdrawal(domain: string, id = 'accord', over: Over = {}): string {
    return this.commit('cancel-withdrawal', domain, id, over)
  }

  report(domain: string, id = 'accord', over: Over = {}): string {
    const fields = {
      instrument: this.ref(id),
      period: { from: this.time(-90), to: this.time() },
      title: 'What we did',
      url: `https://${domain}/report`,
      digest: someDigest('report'),
    }
    return this.say('report/v1', domain, fields, this.daily(domain), over)
  }

  /** The depositary acts on a statement or, for `release`, a domain. */
  notice(act: string, subject: string, over: Over = {}): string {
    const fields = { act, subject, reason: 'As the rules have it.', until: null }
    return this.#keep('notice/v1', fields, over)
  }

  /** One party takes another's place. */
  succession(domain: string, successor: string, ids: readonly string[], over: Over = {}): string {
    const fields = {
      successor,
      successor_previous: this.head(successor),
      kind: 'merger',
      instruments: ids,
    }
    const by = merged(this.daily(domain), this.daily(successor))
    return this.say('succession/v1', domain, fields, by, over)
  }
}

function listedQuorum(q: TestQuorum) {
  return { keys: listed(q.keys), threshold: q.threshold }
}

function quorum(record: { keys: readonly Key[]; threshold: number }): TestKey[] {
  return record.keys.slice(0, record.threshold).map((k) => keyOfVKey(k.vkey))
}

function merged(a: readonly TestKey[], b: readonly TestKey[]): TestKey[] {
  return [...new Set([...a, ...b])]
}
