/**
 * What the law knows of a log: records by key, read as one whole at a tree size.
 *
 * A state answers `get`; the law never lists. Whoever keeps the records (a map, rows of a store)
 * hands in a state and takes back the changes. Records are plain JSON values, so that a store may
 * keep them as they are and two stores can be compared.
 *
 * @module
 */
import type { z } from 'zod'
import type * as schema from './schema.ts'
import type { StatementType } from './statement.ts'
import type { Digest } from './text.ts'

/** A key as a record lists it. */
export type Key = z.infer<typeof schema.key>
/** Recovery keys. */
export type Recovery = z.infer<typeof schema.recovery>
/** What a registry chooses. */
export type Rules = z.infer<typeof schema.rules>
/** The terms of an instrument. */
export type Terms = z.infer<typeof schema.terms>
/** A check of a domain. */
export type Check = z.infer<typeof schema.check>
export type Reservation = z.infer<typeof schema.reservation>
export type Declaration = z.infer<typeof schema.declaration>
export type PartyKind = z.infer<typeof schema.partyKind>
export type Method = z.infer<typeof schema.method>

/** Who may sign for somebody, and how many must. */
export interface KeyRecord {
  readonly keys: readonly Key[]
  readonly threshold: number
  readonly recovery: Recovery | null
}

/** Where somebody's chain ends. */
export interface Head {
  readonly digest: Digest
  readonly index: number
}

/** What the depositary says of itself and the log. */
export interface Keeping extends KeyRecord {
  readonly depositary: string
  readonly log: readonly string[]
}

/** The registry and its depositary. */
export interface Registry {
  readonly origin: string
  /** The depositary's domain. */
  readonly domain: string
  readonly keeping: Keeping
  readonly rules: Rules
  readonly head: Head
  /** Its last statement that was no verification. */
  readonly anchor: number
  /** A record announced by the daily keys, until its delay has run out. */
  readonly nextKeeping: { readonly value: Keeping; readonly index: number } | null
  /** Rules announced, until the longer of the two delays has run out. */
  readonly nextRules: { readonly value: Rules; readonly index: number } | null
}

/** A change that takes effect by time alone. */
export interface Due {
  /** When, in POSIX seconds. */
  readonly at: number
  /** The entry that announced it; with `at` it gives the order. */
  readonly index: number
  readonly what: 'keeping' | 'rules' | 'enrolment' | 'release' | 'succession'
  /** The party it concerns; for a succession the one that passes on. Empty for the depositary. */
  readonly party: string
  readonly digest: Digest
}

/** An enrolment announced. */
export interface PendingChange {
  readonly digest: Digest
  readonly index: number
  /** When it was announced, and when it takes effect, in POSIX seconds. */
  readonly since: number
  readonly at: number
  readonly mode: 'recover' | 'replace-recovery'
  readonly value: Profile
}

/** What an enrolment says. */
export interface Profile extends KeyRecord {
  readonly name: string
  readonly jurisdiction: string | null
  readonly lei: string | null
}

/** A succession announced or done. */
export interface Passing {
  readonly digest: Digest
  readonly index: number
  readonly at: number
  /** The other party's id. */
  readonly to: Digest
  /** What goes over: of each instrument, the version announced. */
  readonly instruments: readonly { readonly id: string; readonly version: number }[]
}

/** The depositary's release of a domain, announced. */
export interface Release {
  readonly index: number
  readonly at: number
}

/** What logged checks say of a party's control of its domain. */
export interface Control {
  /** The last check that showed its keys. */
  readonly hit: { readonly at: number; readonly index: number; readonly method: Method } | null
  /** The answered checks since then that did not. */
  readonly misses: {
    readonly count: number
    readonly first: number
    readonly last: number
    readonly index: number
    /** `at` of the check that made it a mismatch. */
    readonly mismatch: number | null
  } | null
}

/** A party: its first enrolment's digest is its identity for ever. */
export interface Party {
  readonly id: Digest
  readonly domain: string
  readonly kind: PartyKind
  readonly profile: Profile
  /** The first entry of its chain, and the enrolment in force. */
  readonly first: Head
  readonly enrolled: Head
  /** The last statement by which its recovery keys were set or spoke. */
  readonly anchor: number
  readonly head: Head
  readonly pending: PendingChange | null
  readonly release: Release | null
  readonly passing: Passing | null
  /** Set when the party lives no more. */
  readonly ended: {
    readonly how: 'released' | 'succeeded'
    readonly at: number
    readonly index: number
    readonly by: Digest | null
  } | null
  readonly control: Control
  readonly holdings: readonly Holding[]
}

/** What a party holds to one instrument. */
export interface Holding {
  readonly instrument: string
  readonly current: Commitment | null
  /** A later version signed and not yet binding. */
  readonly waiting: Commitment | null
}

/** A commitment to one version of an instrument. */
export interface Commitment {
  readonly version: number
  readonly digest: Digest
  readonly state:
    | 'pending'
    | 'unratified'
    | 'bound'
    | 'refused'
    | 'withdrawn'
    | 'succeeded'
    | 'ended'
  /** The statement it rests on: the last signature, ratification or renewal. */
  readonly rests: Digest
  /** When it was signed, and when it came to bind, in POSIX seconds. */
  readonly signed: number
  readonly bound: number | null
  readonly until: number | null
  readonly withdrawal: { readonly since: number; readonly at: number } | null
  readonly suspended: boolean
  readonly reservations: readonly Reservation[]
  readonly declarations: readonly Declaration[]
  /** Reporting periods, counted from 1, in which a report was logged. */
  readonly reported: readonly number[]
  /** The entries that made it what it is. */
  readonly acts: readonly number[]
  /** For `succeeded`: the successor's id. */
  readonly to: Digest | null
}

/** An instrument, as far as the law needs it. */
export interface Instrument {
  readonly id: string
  readonly kind: 'accord' | 'convention' | 'pledge'
  readonly versions: readonly Version[]
}

/** One version. */
export interface Version {
  readonly version: number
  readonly digest: Digest
  readonly index: number
  readonly title: string
  readonly openTo: readonly PartyKind[]
  readonly terms: Terms
  readonly clauses: readonly { readonly id: string; readonly reservable: 'no' | 'scope' | 'yes' }[]
  /** When it entered into force. */
  readonly inForce: { readonly time: number; readonly index: number } | null
  /** The ids of parties whose commitment to it binds, kept until it is in force. */
  readonly holders: readonly Digest[]
}

/** A domain: who bears it, and what was last seen there by each method. */
export interface Domain {
  /** Every party that bore it, in order; the last may be living. */
  readonly parties: readonly Digest[]
  readonly checks: readonly LoggedCheck[]
}

/** The last check by one method. */
export interface LoggedCheck {
  readonly method: Method
  readonly at: number
  readonly index: number
  readonly outcome: 'answered' | 'unreachable'
  readonly keys: readonly string[]
}

/** A statement in the log. */
export interface Logged {
  readonly index: number
  readonly type: StatementType
  /** The party's id; empty for the depositary. */
  readonly party: string
  /** For a succession: the id of the successor, in whose chain it stands too. */
  readonly successor: string | null
  /** The instrument it is about, where it is about one. */
  readonly instrument: string | null
}

/** Whose record a key stands or stood in; `log` for the log's own. */
export interface KeyOwner {
  readonly owner: string
  readonly retired: boolean
}

/** The records, by table. Keys: '' for the singletons, an id, a domain, a digest, 64 hex, an index. */
export interface Tables {
  readonly registry: Registry
  readonly agenda: readonly Due[]
  readonly party: Party
  readonly domain: Domain
  readonly instrument: Instrument
  readonly statement: Logged
  readonly key: KeyOwner
  /** The time of each entry, by index. */
  readonly entry: number
}

/** The name of a table. */
export type Table = keyof Tables

/** What the law knows after `size` entries. */
export interface State {
  readonly size: number
  /** Time of the last entry, in POSIX seconds; 0 for an empty log. */
  readonly time: number
  get<T extends Table>(table: T, key: string): Tables[T] | undefined
}

/** A record as an entry leaves it. */
export interface Change {
  readonly table: Table
  readonly key: string
  readonly value: Tables[Table]
}

/** A state that is being changed; what it was is left as it is. */
export class Draft implements State {
  readonly size: number
  readonly time: number
  readonly #base: State
  readonly #changes = new Map<string, Change>()

  constructor(base: State, size = base.size, time = base.time) {
    this.#base = base
    this.size = size
    this.time = time
  }

  get<T extends Table>(table: T, key: string): Tables[T] | undefined {
    const change = this.#changes.get(`${table} ${key}`)
    return change ? (change.value as Tables[T]) : this.#base.get(table, key)
  }

  set<T extends Table>(table: T, key: string, value: Tables[T]): void {
    this.#changes.set(`${table} ${key}`, { table, key, value })
  }

  /** Everything set, each record once. */
  changes(): readonly Change[] {
    return [...this.#changes.values()]
  }
}

/** A state in memory: whoever replays a log keeps one. */
export class Memory implements State {
  size = 0
  time = 0
  readonly #tables = new Map<Table, Map<string, Tables[Table]>>()

  get<T extends Table>(table: T, key: string): Tables[T] | undefined {
    return this.#tables.get(table)?.get(key) as Tables[T] | undefined
  }

  /** Takes over what an entry changed. */
  take(after: State, changes: readonly Change[]): void {
    for (const { table, key, value } of changes) this.#of(table).set(key, value)
    this.size = after.size
    this.time = after.time
  }

  /** Every record of one table, by key. */
  list<T extends Table>(table: T): Iterable<[string, Tables[T]]> {
    return this.#of(table) as Map<string, Tables[T]>
  }

  #of(table: Table): Map<string, Tables[Table]> {
    const records = this.#tables.get(table) ?? new Map<string, Tables[Table]>()
    this.#tables.set(table, records)
    return records
  }
}

/** The state of an empty log. */
export const EMPTY: State = { size: 0, time: 0, get: () => undefined }
