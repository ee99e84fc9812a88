/**
 * The directory: what every party is called and was called, and whether it holds reservations, kept in
 * memory, so that a question about all of them reads no record that its answer does not need. It is made
 * of the log when it is first asked, and follows it.
 *
 * @module
 */
import { sql as raw } from 'kysely'
import { q, type Sql } from '../../db/sql.ts'
import { sayDomain } from '../accord/label.ts'
import { legible } from '../accord/text.ts'
import { headOf } from './head.ts'

/** How many entries are read before others have their turn. */
const AT_ONCE = 512

/** How texts are compared: letters alike whatever their case or form. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** What is known of a party from an entry on. */
interface Spoken {
  readonly from: number
  /** By what it is found. */
  readonly text: string
  readonly reserves: boolean
}

interface Listed {
  readonly id: string
  readonly domain: string
  /** In the order of the log. */
  readonly spoken: Spoken[]
}

/** A record of a party, as far as somebody is found by it. */
interface Row {
  readonly id: string
  readonly from: number
  readonly domain: string
  readonly name: string
  /** 0 or 1. */
  readonly reserves: number
}

/** What the parties of a log are called. */
export class Directory {
  readonly #sql: Sql
  readonly #parties = new Map<string, Listed>()
  #ordered: readonly Listed[] = []
  #size = 0
  #following: Promise<void> = Promise.resolve()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /**
   * The ids of parties whose name or domain held a text at a tree size, by domain. A name that was
   * taken down is among those.
   */
  async find(wanted: string, size: number): Promise<string[]> {
    const text = folded(wanted)
    return (await this.#those(size, (spoken) => spoken.text.includes(text))).map(({ id }) => id)
  }

  /** Parties that held reservations to any instrument at a tree size, by domain. */
  reserving(size: number): Promise<readonly Pick<Listed, 'id' | 'domain'>[]> {
    return this.#those(size, ({ reserves }) => reserves)
  }

  async #those(size: number, wanted: (spoken: Spoken) => boolean): Promise<Listed[]> {
    const read = this.#following.then(() => this.#follow())
    this.#following = read.catch(() => {})
    await read
    return this.#ordered.filter(({ spoken }) => {
      const then = spoken.findLast(({ from }) => from < size)
      return then !== undefined && wanted(then)
    })
  }

  async #follow(): Promise<void> {
    const { size } = await headOf(this.#sql)
    while (this.#size < size) {
      const upTo = Math.min(size, this.#size + AT_ONCE)
      for (const row of await this.#sql.all(partiesBetween(this.#size, upTo))) this.#put(row)
      this.#size = upTo
      if (upTo < size) await new Promise((resolve) => setTimeout(resolve))
    }
    if (this.#ordered.length === this.#parties.size) return
    this.#ordered = [...this.#parties.values()].sort(byDomain)
  }

  #put({ id, from, domain, name, ...row }: Row): void {
    const party = this.#parties.get(id) ?? { id, domain, spoken: [] }
    const last = party.spoken.at(-1)
    const reserves = row.reserves === 1
    // A domain is found as it is spelled and as it is shown.
    const text = folded(`${legible(sayDomain(domain))}\n${name}`)
    if (last?.text !== text || last.reserves !== reserves) {
      party.spoken.push({ from, text, reserves })
    }
    this.#parties.set(id, party)
  }
}

function byDomain(a: Listed, b: Listed): number {
  return a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : a.spoken[0]!.from - b.spoken[0]!.from
}

/**
 * Records of parties that entries from one index up to another wrote. Whether there are reservations is
 * seen in the record's JSON as it is written: a name that says so has its quotes escaped there.
 */
function partiesBetween(from: number, upTo: number) {
  return raw<Row>`
    select key as id, from_index as "from", json_extract(value, '$.domain') as domain,
      json_extract(value, '$.profile.name') as name,
      value like '%"reservations":[{%' as reserves
    from record indexed by record_from
    where from_index >= ${from} and from_index < ${upTo} and kind = 'party'
    order by from_index`.compile(q)
}

/** Directories by their stores. */
const directories = new WeakMap<Sql, Directory>()

/** The directory of a store. */
export function directoryOf(sql: Sql): Directory {
  const directory = directories.get(sql) ?? new Directory(sql)
  directories.set(sql, directory)
  return directory
}
