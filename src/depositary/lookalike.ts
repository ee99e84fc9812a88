/**
 * Look-alikes: who would be taken for somebody else. A party is held against all that live, the
 * depositary and the instruments; who came first is not asked again.
 *
 * @module
 */
import { sql as raw } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { livingParty, partyById, registryOf } from '../accord/party.ts'
import type { Instrument, Party, Registry } from '../accord/state.ts'
import type { EnrolmentV1 } from '../accord/statement.ts'
import { unicodeDomain } from '../domain/label.ts'
import { registrableOf } from '../domain/suffix.ts'
import { headOf } from '../register/head.ts'
import { withState } from '../register/state.ts'
import type { Admission, Application, NotAdmitted } from './admission.ts'
import { readingsOfName } from './name.ts'
import { readings } from './skeleton.ts'
import { Turns } from './turns.ts'

/** How many records are read before others have their turn. */
const AT_ONCE = 50

/** A record that looks like something. */
interface Bearer {
  readonly kind: 'party' | 'instrument' | 'registry'
  readonly key: string
}

/**
 * How everybody in a log looks, followed from entry to entry. It is made of the log when it is first
 * asked, and kept in memory.
 */
class Gallery {
  readonly #sql: Sql
  readonly #turns = new Turns()
  readonly #looks = new Map<string, readonly string[]>()
  readonly #bearers = new Map<string, Map<string, Bearer>>()
  #size = 0

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Who has one of these looks. */
  async find(looks: readonly string[]): Promise<Bearer[]> {
    await this.#turns.next(() => this.#follow())
    return looks.flatMap((look) => [...(this.#bearers.get(look)?.values() ?? [])])
  }

  async #follow(): Promise<void> {
    const { size } = await headOf(this.#sql)
    const rows = await this.#sql.all(changedBetween(this.#size, size))
    for (const [i, { kind, key, value }] of rows.entries()) {
      this.#put({ kind, key }, looksOf(kind, JSON.parse(value)))
      if (i % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve))
    }
    this.#size = size
  }

  #put(bearer: Bearer, looks: readonly string[]): void {
    const name = `${bearer.kind} ${bearer.key}`
    for (const look of this.#looks.get(name) ?? []) {
      const others = this.#bearers.get(look)
      others?.delete(name)
      if (others?.size === 0) this.#bearers.delete(look)
    }
    this.#looks.set(name, looks)
    for (const look of looks) {
      this.#bearers.set(look, (this.#bearers.get(look) ?? new Map()).set(name, bearer))
    }
  }
}

function changedBetween(from: number, to: number) {
  return raw<Bearer & { readonly value: string }>`
    select kind, key, value from record indexed by record_from
    where from_index >= ${from} and from_index < ${to} and to_index is null
      and kind in ('party', 'instrument', 'registry')`.compile(q)
}

function looksOf(kind: Bearer['kind'], value: unknown): string[] {
  if (kind === 'instrument') {
    return (value as Instrument).versions.flatMap(({ title }) => looksOfName(title))
  }
  if (kind === 'registry') {
    const { domain, keeping, nextKeeping } = value as Registry
    const names = [keeping.depositary, ...(nextKeeping ? [nextKeeping.value.depositary] : [])]
    return [...looksOfDomain(domain), ...names.flatMap(looksOfName)]
  }
  const { domain, profile, pending, ended } = value as Party
  if (ended) return []
  const names = [profile.name, ...(pending ? [pending.value.name] : [])]
  return [...looksOfDomain(domain), ...names.flatMap(looksOfName)]
}

function looksOfName(name: string): string[] {
  return readingsOfName(name).map((look) => `name ${look}`)
}

/** Whoever has a domain has all under it, so that what somebody registered is what counts. */
function looksOfDomain(domain: string): string[] {
  const registrable = registrableOf(domain) ?? domain
  return readings(unicodeDomain(registrable) ?? registrable).map((look) => `domain ${look}`)
}

/**
 * Refuses whoever would be taken for another.
 *
 * @param exempt - domains that somebody has compared with what they look like
 */
export function refuseLookalikes(sql: Sql, exempt: readonly string[]): Admission {
  const gallery = new Gallery(sql)
  return async (application) => {
    const { statement } = application
    if (statement.type !== 'enrolment/v1' || statement.mode === 'cancel') return null
    if (exempt.includes(statement.party)) return null
    const { bearer, above } = await neighbours(application, statement)
    if (!bearer && above) return below(statement.party, above)
    const renamed = bearer?.profile.name !== statement.name
    return (
      (bearer ? null : await likeDomain(gallery, application, statement)) ??
      (renamed ? likeName(gallery, application, statement) : null)
    )
  }
}

/** The living party of the domain, and a domain above it that is a party's or the depositary's. */
function neighbours({ sql, at }: Application, { party: domain }: EnrolmentV1) {
  return now(sql, at, (state) => {
    const labels = domain.split('.')
    const parents = labels.slice(1, -1).map((_, i) => labels.slice(i + 1).join('.'))
    const registry = registryOf(state).domain
    const above = parents.find((parent) => parent === registry || livingParty(state, parent))
    return { bearer: livingParty(state, domain), above }
  })
}

async function now<T>(sql: Sql, at: number, work: (state: ReturnType<typeof settled>) => T) {
  const { size, time } = await headOf(sql)
  return withState(sql, size, (state) => work(settled(state, Math.max(at, time))))
}

function below(domain: string, above: string): NotAdmitted {
  const detail = `${domain} would be taken for ${above}, which is in the registry: that domain speaks for what is under it`
  return { code: 'admission-domain', detail }
}

async function likeDomain(
  gallery: Gallery,
  application: Application,
  { party: domain }: EnrolmentV1,
): Promise<NotAdmitted | null> {
  const registrable = registrableOf(domain)
  const found = await gallery.find(looksOfDomain(domain))
  const others = await Promise.all(found.map((bearer) => describe(application, bearer)))
  const other = others.find((o) => o?.domain && registrableOf(o.domain) !== registrable)
  if (!other) return null
  return { code: 'admission-lookalike', detail: `${domain} reads like ${other.called}` }
}

async function likeName(
  gallery: Gallery,
  application: Application,
  { party: domain, name }: EnrolmentV1,
): Promise<NotAdmitted | null> {
  const found = await gallery.find(looksOfName(name!))
  const others = await Promise.all(found.map((bearer) => describe(application, bearer)))
  const other = others.find((o) => o && o.domain !== domain)
  return other
    ? { code: 'admission-lookalike', detail: `the name reads like ${other.called}` }
    : null
}

/** Whom a look belongs to; null where that party lives no more by now. */
async function describe({ sql, at }: Application, { kind, key }: Bearer) {
  return now(sql, at, (state) => {
    if (kind === 'instrument') return { domain: null, called: `the instrument ${key}` }
    const { domain } = kind === 'registry' ? registryOf(state) : partyById(state, key)
    if (kind === 'registry') return { domain, called: `the depositary, ${domain}` }
    const { name } = partyById(state, key).profile
    return livingParty(state, domain)?.id === key ? { domain, called: `${name} (${domain})` } : null
  })
}
