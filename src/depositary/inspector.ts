/**
 * The inspector: asks domains for their keys, and logs what they said, signed by the clerk.
 *
 * See docs/spec/domain-binding.md and docs/spec/law.md, "Control".
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { encodeBase64 } from '../../keys/base64.ts'
import type { Signer } from '../../keys/signer.ts'
import { settled } from '../accord/agenda.ts'
import { formatAttestation } from '../accord/attestation.ts'
import { lastCheck } from '../accord/control.ts'
import { domainOf, registryOf } from '../accord/party.ts'
import { vkeysOf } from '../accord/quorum.ts'
import { isRefusal, type Refusal } from '../accord/refusal.ts'
import type { Check, Registry } from '../accord/state.ts'
import {
  type EnrolmentV1,
  formatStatement,
  type Statement,
  type VerificationV1,
} from '../accord/statement.ts'
import { formatTime } from '../accord/text.ts'
import { advise, shows } from '../domain/advice.ts'
import { type Asking, askDomain, type Sighting } from '../domain/ask.ts'
import { registrableOf } from '../domain/suffix.ts'
import { headOf, type LogHead } from '../register/head.ts'
import { type Wanted, withState } from '../register/state.ts'
import { wantedBy } from '../register/wanted.ts'
import { utf8 } from '../tlog/bytes.ts'
import { signNote } from '../tlog/note.ts'
import type { NotAdmitted } from './admission.ts'
import type { Denial } from './clerk.ts'
import type { GroupRefusal, Sequenced, Sequencer } from './sequencer.ts'
import { Turns } from './turns.ts'

/**
 * For how long a domain's answer is taken for its present one, in seconds: whoever sends enrolments in a
 * stranger's name must not have us ask the stranger each time.
 */
const FRESH = 15
/** How often the domains under one that can be registered are asked in an hour for strangers' sake. */
const ASKED_AN_HOUR = 30
/** How many enrolments may have domains asked at one time. */
const ASKING_AT_ONCE = 16
/** How many answers are remembered. */
const REMEMBERED = 1000

/** How often a verification is signed again when the depositary said something else meanwhile. */
const ATTEMPTS = 5

/** What the inspector works with. */
export interface Inspection {
  readonly sql: Sql
  readonly origin: string
  readonly sequencer: Sequencer
  readonly clerk: Signer
  /** POSIX seconds. */
  readonly clock: () => number
  readonly asking: Asking
}

/** A domain that was asked, or is being asked. */
interface Look {
  /** POSIX seconds. */
  readonly at: number
  readonly sightings: Promise<readonly Sighting[]>
}

/** Asks domains, and logs the answers. */
export class Inspector {
  readonly #with: Inspection
  /** Two verifications at once would both name the same head. */
  readonly #clerk = new Turns()
  readonly #looks = new Map<string, Look>()
  /** In this hour, by registrable domain. */
  #asked = new Map<string, number>()
  #hour = 0
  #asking = 0

  constructor(inspection: Inspection) {
    this.#with = inspection
  }

  /** Asks a domain by every method of the registry's that needs no hand. */
  async look(domain: string): Promise<readonly Sighting[]> {
    const { origin, clock, asking } = this.#with
    return askDomain(asking, { origin, domain, methods: await this.#methods(), clock })
  }

  /** Whoever sends enrolments for many names must not have us ask one domain's servers for all. */
  #crowd(domain: string): NotAdmitted | null {
    const now = this.#with.clock()
    const hour = Math.floor(now / 3600)
    if (hour !== this.#hour) this.#asked = new Map()
    this.#hour = hour
    const owner = registrableOf(domain) ?? domain
    const count = (this.#asked.get(owner) ?? 0) + 1
    const full = this.#asking >= ASKING_AT_ONCE
    if (!full && count <= ASKED_AN_HOUR) {
      this.#asked.set(owner, count)
      return null
    }
    const retryAfter = full ? 30 : 3600 - (now % 3600)
    const detail = full
      ? 'too many domains are being asked'
      : `${owner} was asked too often this hour`
    return { code: 'admission-quota', detail, retryAfter }
  }

  /** What a domain says, or just said. */
  #glance(domain: string): Promise<readonly Sighting[]> {
    const now = this.#with.clock()
    const last = this.#looks.get(domain)
    if (last && now - last.at < FRESH) return last.sightings
    const sightings = this.look(domain)
    this.#looks.delete(domain)
    this.#looks.set(domain, { at: now, sightings })
    if (this.#looks.size > REMEMBERED) this.#looks.delete(this.#looks.keys().next().value!)
    return sightings
  }

  /** What a domain says, or just said, for anybody who wants to know: not more often than can be borne. */
  async show(domain: string): Promise<readonly Sighting[] | NotAdmitted> {
    const crowd = this.#crowd(domain)
    if (crowd) return crowd
    this.#asking += 1
    return this.#glance(domain).finally(() => {
      this.#asking -= 1
    })
  }

  /** Whether the registry's rules have a method that needs no hand. */
  async asks(): Promise<boolean> {
    return (await this.#methods()).length > 0
  }

  async #methods() {
    const { registry } = await this.#stand()
    return registry.rules.methods.filter((method) => method !== 'manual')
  }

  /**
   * Whether the domain of a lawful enrolment is to be asked all the same. The law takes a check that is
   * weeks old; a thief may have held the domain then, and no longer. What a person saw stands.
   */
  async mustAsk(statement: Statement): Promise<boolean> {
    const enrols = statement.type === 'enrolment/v1'
    if (!enrols || !['first', 'recover'].includes(statement.mode)) return false
    const { size } = await headOf(this.#with.sql)
    const last = await withState(this.#with.sql, size, (state) =>
      lastCheck(domainOf(state, statement.party), registryOf(state).rules),
    )
    return last?.method !== 'manual' && (await this.asks())
  }

  /**
   * Asks the domain of an enrolment whether it shows these keys.
   *
   * @param refusal - what the law says as long as it does not
   * @returns what is to be logged before the enrolment
   */
  async confirm(statement: EnrolmentV1, refusal: Refusal): Promise<readonly Check[] | Denial> {
    if (!(await this.asks())) return refusal
    const sightings = await this.show(statement.party)
    if ('code' in sightings) return sightings
    const wanted = vkeysOf(statement.keys)
    if (shows(sightings, wanted)) {
      return sightings.flatMap(({ check }) => (check.keys.length > 0 ? [check] : []))
    }
    const { origin } = this.#with
    const detail = advise({ origin, domain: statement.party, wanted, sightings }).join('\n')
    return { ...refusal, detail }
  }

  /** Logs what was seen and, right after it, what rests on that; both or neither. */
  async enter(
    checks: readonly Check[],
    note: Uint8Array,
    wanted: readonly Wanted[],
  ): Promise<Sequenced | Denial> {
    const answer = await this.#sequence(checks, [note], wanted)
    if (!isRefusal(answer)) return answer[1]!
    if (answer.at > 0) return answer
    const detail = `what was seen there could not be logged, ${answer.code}; send it again`
    return { code: 'domain-unconfirmed', detail }
  }

  /** Logs what was seen. */
  async log(checks: readonly Check[]): Promise<Sequenced | Refusal> {
    const answer = await this.#sequence(checks, [], [])
    return isRefusal(answer) ? answer : answer[0]!
  }

  #sequence(
    checks: readonly Check[],
    notes: readonly Uint8Array[],
    wanted: readonly Wanted[],
  ): Promise<readonly Sequenced[] | GroupRefusal> {
    const { sequencer } = this.#with
    return this.#clerk.next(async () => {
      for (let attempt = 1; ; attempt++) {
        const { text, note } = await this.#sign(checks, await this.#stand())
        const known = [...wantedBy(text), ...wanted]
        const answer = await sequencer.submitTogether([note, ...notes], known)
        const outrun = isRefusal(answer) && answer.at === 0 && answer.code === 'stale-previous'
        if (!outrun || attempt === ATTEMPTS) return answer
      }
    })
  }

  async #sign(checks: readonly Check[], { head, registry }: Ground) {
    const { clerk, clock } = this.#with
    const statement: VerificationV1 = {
      type: 'verification/v1',
      registry: registry.origin,
      party: registry.domain,
      previous: registry.head.digest,
      seen: { size: head.size, root: encodeBase64(head.root) },
      issued: formatTime(clock()),
      checks: checks.map((check) => ({ ...check, keys: [...check.keys] })),
    }
    const { text, signatures } = await signNote(formatStatement(statement), [clerk])
    return { text, note: utf8(formatAttestation(text, signatures)) }
  }

  async #stand(): Promise<Ground> {
    const { sql, clock } = this.#with
    const head = await headOf(sql)
    const at = Math.max(clock(), head.time)
    const registry = await withState(sql, head.size, (state) => registryOf(settled(state, at)))
    return { head, registry }
  }
}

/** What a statement of the depositary's stands on. */
interface Ground {
  readonly head: LogHead
  readonly registry: Registry
}
