/**
 * A registry for tests: a world that says things and judges them, and beside it the machine that
 * keeps the log. What one takes the other must take.
 *
 * @module
 */

import type { Sql } from '../../db/sql.ts'
import { seedSigner } from '../../keys/signer.ts'
import { parseEntry } from '../../src/accord/entry.ts'
import type { DepositaryError } from '../../src/depositary/error.ts'
import { createLog } from '../../src/depositary/genesis.ts'
import { type Depositary, type Opening, openDepositary } from '../../src/depositary/open.ts'
import type { Publication } from '../../src/depositary/publisher.ts'
import type { Logged } from '../../src/depositary/registrar.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { company } from '../accord/cast.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { newSql } from '../db/store.ts'

/** A publication in memory. */
export function memoryPublication(note: string | null = null) {
  const published: string[] = note === null ? [] : [note]
  const publication: Publication = {
    last: async () => published.at(-1) ?? null,
    publish: async (next) => {
      published.push(next)
    },
  }
  return { ...publication, published }
}

/** What to open with: a world's keys and clock. */
export function opening(world: World, sql: Sql, publication: Publication) {
  return {
    sql,
    publication,
    signers: [seedSigner(world.log.name, world.log.seed)],
    clerk: seedSigner(world.clerk.name, world.clerk.seed),
    clock: () => world.now,
    verify,
    verifyAsync: async (...question: Parameters<typeof verify>) => verify(...question),
  }
}

/** The world's first entry as the log's. */
export async function begin(world: World, sql: Sql): Promise<void> {
  const { attestation, time } = parseEntry(world.entries[0]!)
  const signers = [seedSigner(world.log.name, world.log.seed)]
  await createLog(sql, { attestation, signers, time, verify })
}

/** A registry in service, and the world beside it. */
export class House {
  readonly world: World
  readonly sql: Sql
  readonly publication: ReturnType<typeof memoryPublication>
  readonly alarms: DepositaryError[]
  depositary: Depositary

  constructor(
    world: World,
    sql: Sql,
    publication: ReturnType<typeof memoryPublication>,
    depositary: Depositary,
    alarms: DepositaryError[],
  ) {
    this.world = world
    this.sql = sql
    this.publication = publication
    this.depositary = depositary
    this.alarms = alarms
  }

  submit(note: string) {
    return this.depositary.submit(utf8(note))
  }

  /** Logs a note in both. */
  async add(note: string): Promise<Logged> {
    const outcome = await this.submit(note)
    if (outcome.kind === 'refused') {
      throw new Error(`${outcome.refusal.code}: ${outcome.refusal.detail}`)
    }
    const { index } = this.world.add(note)
    if (index !== outcome.index) throw new Error(`index ${outcome.index}, expected ${index}`)
    return outcome
  }

  /** Submits notes at once, and logs them in the world in the order in which they were taken. */
  async addAtOnce(notes: readonly string[]): Promise<Logged[]> {
    const outcomes = await Promise.all(notes.map((note) => this.submit(note)))
    const logged = outcomes.map((outcome, i) => {
      if (outcome.kind === 'refused') throw new Error(outcome.refusal.detail)
      return { outcome, note: notes[i]! }
    })
    for (const { note } of logged.toSorted((a, b) => a.outcome.index - b.outcome.index)) {
      this.world.add(note)
    }
    return logged.map(({ outcome }) => outcome)
  }

  /** Companies of one officer each, verified and enrolled: c0.com, c1.com and so on. */
  async enrolMany(n: number): Promise<string[]> {
    const { world } = this
    const one = { threshold: 1, recovery: null }
    const many = Array.from({ length: n }, (_, i) =>
      company(`c${i}.com`, { keys: [keyOf(`c${i}.com/ceo`)], ...one }),
    )
    for (let i = 0; i < n; i += 64) {
      const checks = many.slice(i, i + 64).map((c) => world.check(c.domain, c.keys))
      await this.add(world.verification('', [], { checks }))
    }
    await this.addAtOnce(many.map((c) => world.enrol(c)))
    return many.map((c) => c.domain)
  }

  async addAll(notes: Iterable<string>): Promise<void> {
    for (const note of notes) await this.add(note)
  }
}

/** Opens a new registry. */
export async function openHouse(
  world = new World(),
  given?: Sql,
  over: Partial<Opening> = {},
): Promise<House> {
  const sql = given ?? (await newSql())
  await begin(world, sql)
  const publication = memoryPublication()
  const alarms: DepositaryError[] = []
  const onAlarm = (error: DepositaryError) => {
    alarms.push(error)
  }
  const depositary = await openDepositary({ ...opening(world, sql, publication), onAlarm, ...over })
  return new House(world, sql, publication, depositary, alarms)
}
