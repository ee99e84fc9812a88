/**
 * The cards of those who signed for a party, kept apart from the log.
 *
 * A card is kept before its statement is sequenced, so that none is missing for a statement in the
 * log; one whose statement never got there is forgotten, at the next start at the latest. What a
 * notice has erased stays erased: every start erases it once more.
 *
 * Digests are public, so that anybody can name a card of somebody else. A card is therefore shown
 * with the statements that it was sent with, and erased with one party: the one whose statement it is.
 *
 * See docs/spec/card.md.
 *
 * @module
 */
import type { CompiledQuery } from 'kysely'
import { StoreError } from '../../db/error.ts'
import type { CardRow, ErasedRow } from '../../db/schema.ts'
import { q, type Sql } from '../../db/sql.ts'
import { cardDigest, officersOf, parseCard } from '../accord/card.ts'
import { AccordError } from '../accord/error.ts'
import type { Logged } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import { entryOf, readAttestation } from '../register/log.ts'
import { erasedStatements } from '../register/withheld.ts'
import type { NotAdmitted } from './admission.ts'
import { DepositaryError } from './error.ts'

/** A store that can be rid of what was deleted. */
export interface PersonStore extends Sql {
  /**
   * Leaves nothing in the store's files of what was deleted.
   *
   * @throws {StoreError} `BUSY` where somebody still reads what was there
   */
  scrub(): Promise<void>
}

/** Cards that came with a statement. */
export interface Sent {
  readonly statement: Statement
  readonly digest: Digest
  readonly cards: readonly string[]
}

/** Keeps cards, shows them, forgets them. */
export class Persons {
  readonly #store: PersonStore
  readonly #log: Sql
  /** How many submissions of each statement are under way. */
  readonly #under = new Map<Digest, number>()

  /** See {@link openPersons}. */
  constructor(store: PersonStore, log: Sql) {
    this.#store = store
    this.#log = log
  }

  /**
   * The cards that are kept of a statement's officers, by digest.
   *
   * @param statement - its digest
   */
  async of(statement: Digest): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#store.all(
      q.selectFrom('card').select(['digest', 'body']).where('statement', '=', statement).compile(),
    )
    return new Map(rows.map(({ digest, body }) => [digest, body]))
  }

  /**
   * Does work that may log a statement, its cards being kept. If it is not logged, they are
   * forgotten; where that is unknown, the next start decides.
   *
   * @returns what the work answers, or why the cards are not taken; then nothing was done
   */
  async during<T>(sent: Sent, work: () => Promise<T>): Promise<T | NotAdmitted> {
    const { digest } = sent
    this.#under.set(digest, (this.#under.get(digest) ?? 0) + 1)
    let known = true
    try {
      return (await this.#keep(sent)) ?? (await work())
    } catch (e) {
      known = !(e instanceof DepositaryError && e.code === 'STOPPED')
      throw e
    } finally {
      if (this.#isLast(digest) && known) await this.#forgetUnlogged(digest)
    }
  }

  async #keep({ statement, digest, cards }: Sent): Promise<NotAdmitted | null> {
    const named = cardsNamed(statement)
    const party = await partyOf(this.#log, digest, statement)
    const rows = []
    for (const body of cards) {
      const card = { digest: cardDigest(body), statement: digest, party, body }
      if (!isCard(body)) return denied(`${card.digest} is no card/v1 in its one spelling`)
      if (!named.includes(card.digest))
        return denied(`no officer of it has the card ${card.digest}`)
      rows.push(card)
    }
    return this.#write(rows)
  }

  async #write(rows: readonly CardRow[]): Promise<NotAdmitted | null> {
    const insert = q.insertInto('card').onConflict((c) => c.doNothing())
    try {
      await this.#store.atomically(rows.map((row) => insert.values(row).compile()))
      return null
    } catch (e) {
      if (!(e instanceof StoreError && e.code === 'CONSTRAINT')) throw e
      return { code: 'admission-erased', detail: 'a card that was erased is not kept again' }
    }
  }

  /** @returns whether no other submission of the statement is under way */
  #isLast(digest: Digest): boolean {
    const left = this.#under.get(digest)! - 1
    if (left > 0) this.#under.set(digest, left)
    else this.#under.delete(digest)
    return left === 0
  }

  async #forgetUnlogged(statement: string): Promise<void> {
    if (await entryOf(this.#log, statement)) return
    await this.#store.atomically([
      q.deleteFrom('card').where('statement', '=', statement).compile(),
    ])
  }

  /**
   * Erases every card of a statement's officers, for good, wherever else its party has used them,
   * and leaves nothing of them in the files. May be done again.
   *
   * @throws {DepositaryError} `BUSY` where something may be left in the files
   */
  async erase(statement: string): Promise<void> {
    await this.#erase([statement])
    await this.#scrub()
  }

  /** Brings what is kept into agreement with the log. */
  async settle(): Promise<void> {
    const rows = await this.#store.all(
      q.selectFrom('card').select(['statement', 'party']).distinct().compile(),
    )
    for (const { statement, party } of rows) {
      await this.#forgetUnlogged(statement)
      if (party === '') await this.#attribute(statement)
    }
    await this.#erase(await erasedStatements(this.#log))
    await this.#scrub()
  }

  /** Cards that were kept before erasures were of one party. */
  async #attribute(digest: string): Promise<void> {
    const entry = await entryOf(this.#log, digest)
    if (!entry) return
    const party = await partyOf(this.#log, digest, readAttestation(entry).statement)
    await this.#store.atomically([
      q.updateTable('card').set({ party }).where('statement', '=', digest).compile(),
    ])
  }

  async #erase(statements: readonly string[]): Promise<void> {
    for (const subject of statements) {
      const { statement } = readAttestation((await entryOf(this.#log, subject))!)
      const party = await partyOf(this.#log, subject, statement)
      const cards = cardsNamed(statement)
      await this.#store.atomically(cards.flatMap((digest) => erasure({ digest, party })))
    }
  }

  async #scrub(): Promise<void> {
    try {
      await this.#store.scrub()
    } catch (cause) {
      if (!(cause instanceof StoreError && cause.code === 'BUSY')) throw cause
      const message =
        'cards are erased, and copies may be left in the file while another process reads it: send the notice again'
      throw new DepositaryError('BUSY', message, { cause })
    }
  }
}

/** A card that moves with its log, and the statement it came with. */
export interface KeptCard {
  readonly statement: string
  readonly body: string
}

/** Cards in the order of their statements, from after one on; none where all are given. */
export async function cardsAfter(
  store: Sql,
  after: KeptCard | null,
  limit: number,
): Promise<KeptCard[]> {
  const cards = q.selectFrom('card').select(['statement', 'body'])
  const rest = after
    ? cards.where((e) =>
        e.or([
          e('statement', '>', after.statement),
          e.and([e('statement', '=', after.statement), e('digest', '>', cardDigest(after.body))]),
        ]),
      )
    : cards
  return store.all(rest.orderBy('statement').orderBy('digest').limit(limit).compile())
}

/**
 * Keeps cards that have moved with their log. Whose they are, and which were erased, the next start
 * reads from the log.
 */
export async function keepCards(store: Sql, cards: readonly KeptCard[]): Promise<void> {
  const insert = q.insertInto('card').onConflict((c) => c.doNothing())
  await store.atomically(
    cards.map(({ statement, body }) =>
      insert.values({ digest: cardDigest(body), statement, party: '', body }).compile(),
    ),
  )
}

function erasure(card: ErasedRow): CompiledQuery[] {
  const { digest, party } = card
  const remembered = q.insertInto('erased').onConflict((c) => c.doNothing())
  return [
    remembered.values(card).compile(),
    q.deleteFrom('card').where('digest', '=', digest).where('party', '=', party).compile(),
  ]
}

/**
 * The id of the party whose statement this is, logged or about to be: a domain may come to another
 * party. Empty where there is none; then the statement is not logged.
 */
async function partyOf(log: Sql, digest: string, statement: Statement): Promise<string> {
  const known = q.selectFrom('record').select('value').where('kind', '=', 'statement')
  const [record] = await log.all(known.where('key', '=', digest).limit(1).compile())
  if (record) return (JSON.parse(record.value) as Logged).party
  const bearers = q.selectFrom('party').select('id').where('domain', '=', statement.party)
  const [bearer] = await log.all(bearers.orderBy('from_index', 'desc').limit(1).compile())
  return bearer?.id ?? ''
}

/** The cards that a statement names, each once. */
function cardsNamed(statement: Statement): Digest[] {
  return [...new Set(officersOf(statement).map((officer) => officer.card))]
}

function isCard(text: string): boolean {
  try {
    parseCard(text)
    return true
  } catch (e) {
    if (e instanceof AccordError) return false
    throw e
  }
}

function denied(detail: string): NotAdmitted {
  return { code: 'admission-card', detail }
}

/**
 * Opens the cards of a log, and brings them into agreement with it.
 *
 * @param log - checked: what it does not have was never logged
 * @throws {DepositaryError} `BUSY`
 */
export async function openPersons(store: PersonStore, log: Sql): Promise<Persons> {
  const persons = new Persons(store, log)
  await persons.settle()
  return persons
}
