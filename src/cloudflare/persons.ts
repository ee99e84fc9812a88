/**
 * Officers' cards on Cloudflare: in a Durable Object of their own, apart from the log.
 *
 * @module
 */
import { DurableObject } from 'cloudflare:workers'
import { CompiledQuery } from 'kysely'
import { openDurable } from '../../db/durable.ts'
import { StoreError } from '../../db/error.ts'
import { migratePersons } from '../../db/migrate.ts'
import type { PersonStore } from '../depositary/persons.ts'

/** A statement and its parameters, as they cross from one object to another. */
interface Plain {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** What a call answers: errors lose their class on the way, and so cross as data. */
type Answer<T> = { readonly value: T } | { readonly code: StoreError['code']; readonly why: string }

/** The object that keeps the cards. */
export class Persons extends DurableObject {
  readonly #sql = openDurable(this.ctx.storage)

  /** See {@link openDurable}. */
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never)
    void ctx.blockConcurrencyWhile(() => migratePersons(this.#sql))
  }

  all(query: Plain): Promise<Answer<unknown[]>> {
    return answered(() => this.#sql.all(compiled(query)))
  }

  atomically(queries: readonly Plain[]): Promise<Answer<void>> {
    return answered(() => this.#sql.atomically(queries.map(compiled)))
  }
}

async function answered<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work() }
  } catch (e) {
    if (!(e instanceof StoreError)) throw e
    return { code: e.code, why: e.message }
  }
}

function compiled({ sql, parameters }: Plain): CompiledQuery {
  return CompiledQuery.raw(sql, [...parameters])
}

/**
 * The cards' store, reached from another object.
 *
 * `scrub` has nothing to do: no statement reaches the pages that the platform keeps. What is deleted
 * can be brought back by the account's owner, through the platform's recovery to a point in time, for
 * thirty days, and by nobody after that.
 */
export function personStore(stub: Pick<Persons, 'all' | 'atomically'>): PersonStore {
  const plain = ({ sql, parameters }: CompiledQuery): Plain => ({ sql, parameters })
  const taken = <T>(answer: Answer<T>): T => {
    if ('code' in answer) throw new StoreError(answer.code, answer.why)
    return answer.value
  }
  return {
    all: async <T>(query: CompiledQuery<T>) => taken(await stub.all(plain(query))) as T[],
    atomically: async (queries) => taken(await stub.atomically(queries.map(plain))),
    scrub: async () => {},
  }
}
