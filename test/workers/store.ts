/**
 * The store that tests of the machine run on in workerd: a Durable Object's, each call from outside.
 *
 * @module
 */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { openDurable } from '../../db/durable.ts'
import type { Sql } from '../../db/sql.ts'

/** Each question goes into the object and back, so of the many that say the same a part is asked. */
export const EVERY = 8

let objects = 0

/** The store of a new object, with its tables. */
export async function newSql(): Promise<Sql> {
  const stub = env.REGISTRY.get(env.REGISTRY.idFromName(`store ${objects++}`))
  // It answers once it has tried to open: its tables are made then.
  await (await stub.fetch('https://registry.example/')).text()
  const inside = <T>(work: (sql: Sql) => Promise<T>) =>
    runInDurableObject(stub, (_, { storage }) => work(openDurable(storage)))
  return {
    all: (query) => inside((sql) => sql.all(query)),
    atomically: (queries) => inside((sql) => sql.atomically(queries)),
  }
}
