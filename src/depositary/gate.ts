/**
 * The gate: who may send how much, who looks like somebody else, and what was turned away.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import type { Admission, NotAdmitted } from './admission.ts'
import { refuseLookalikes } from './lookalike.ts'
import { AddressQuota, countParties, type Limits, overQuota } from './quota.ts'
import { type Refused, Tally } from './tally.ts'

/** No limit at all. */
export const UNLIMITED: Limits = { address: null, party: null, domain: null }

/** What is decided by whoever keeps the registry. */
export interface GateRules {
  readonly limits?: Limits
  /** Domains that are not held against those they look like: somebody has compared them. */
  readonly exempt?: readonly string[]
}

/** Stands before the registrar. */
export class Gate {
  readonly limits: Limits
  readonly exempt: readonly string[]
  /** What the registrar is to ask. */
  readonly admission: readonly Admission[]
  readonly #clock: () => number
  readonly #addresses: AddressQuota | null
  readonly #tally: Tally

  /** @param clock - POSIX seconds */
  constructor(sql: Sql, clock: () => number, { limits = UNLIMITED, exempt = [] }: GateRules = {}) {
    this.limits = limits
    this.exempt = exempt
    this.admission = [refuseLookalikes(sql, exempt), countParties(limits)]
    this.#clock = clock
    this.#addresses = limits.address === null ? null : new AddressQuota(limits.address)
    this.#tally = new Tally(sql)
  }

  /**
   * Counts an attempt from an address, whatever becomes of it. It is asked before anything is read,
   * and its refusal is signed by nobody: so it costs next to nothing.
   *
   * @param from - null where it is the registry's own, or not known
   */
  charge(from: string | null): NotAdmitted | null {
    const at = this.#clock()
    const retryAfter = from === null ? 0 : (this.#addresses?.charge(from, at) ?? 0)
    if (retryAfter === 0) return null
    const what = `${this.limits.address} attempts have come from your network within a day`
    const denial = overQuota(what, retryAfter, at)
    this.refused(denial.code)
    return denial
  }

  /** Counts a refusal. */
  refused(code: string): void {
    this.#tally.count(code, this.#clock())
  }

  /** What was refused from a day on, newest day first. @param from - POSIX seconds */
  refusals(from: number): Promise<Refused[]> {
    return this.#tally.since(from)
  }

  /** Writes down what was counted. */
  flush(): Promise<void> {
    return this.#tally.flush()
  }
}
