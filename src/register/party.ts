/**
 * Parties: who bears a domain, who bore it, and what each did.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { domainOf, registryOf } from '../accord/party.ts'
import type { Head, LoggedCheck, Party, PartyKind, State } from '../accord/state.ts'
import type { Statement, StatementType } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import { type Asked, type Decided, decide } from './asked.ts'
import { entriesAt, type LoggedAttestation, readAttestation } from './log.ts'
import { withState } from './state.ts'

/** A party in a list. */
export interface PartyLine {
  readonly id: Digest
  readonly domain: string
  readonly kind: PartyKind
  readonly name: string
  readonly jurisdiction: string | null
  readonly head: Head
  readonly ended: Party['ended']
}

/** A part of a list. */
export interface Paged {
  /** Where to go on: what the part before gave as `next`. */
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Parties by domain, and of one domain by id. */
export interface PartyPage extends Decided {
  readonly parties: readonly PartyLine[]
  readonly next: string | null
}

/** What is known of a domain. */
export interface DomainView extends Decided {
  /** The living party. */
  readonly current: Party | null
  /** The last party, living or not. */
  readonly last: Party | null
  /** Those before the last, in order. */
  readonly earlier: readonly Party[]
  /** The last check by each method. */
  readonly checks: readonly LoggedCheck[]
  /** What `previous` names next: of the living party, or of the depositary. */
  readonly head: Head | null
}

/** An act: an entry that speaks for a party or of it. */
export interface Act {
  readonly index: number
  readonly time: number
  readonly digest: Digest
  readonly type: StatementType
  /** The mode of an enrolment, the act of a commitment or notice; else null. */
  readonly act: string | null
  /** Who speaks: a domain. */
  readonly by: string
  readonly instrument: string | null
}

/** Acts in the order of the log. */
export interface ActPage extends Decided {
  readonly acts: readonly Act[]
  readonly next: number | null
}

/** All parties, living and ended. */
export async function listParties(sql: Sql, asked: Asked & Paged): Promise<PartyPage> {
  const decided = await decide(sql, asked)
  const rows = await sql.all(
    q
      .selectFrom('party')
      .select(['domain', 'id'])
      .where('from_index', '<', decided.size)
      .where((e) => e(e.refTuple('domain', 'id'), '>', e.tuple(...splitCursor(asked.cursor))))
      .orderBy('domain')
      .orderBy('id')
      .limit(asked.limit + 1)
      .compile(),
  )
  const page = rows.slice(0, asked.limit)
  const parties = await withState(
    sql,
    decided.size,
    (state) =>
      linesOf(
        state,
        page.map((row) => row.id),
        decided.at,
      ),
    page.map((row) => ['party', row.id]),
  )
  return { ...decided, parties, next: rows.length > page.length ? cursorOf(page.at(-1)!) : null }
}

/** How many parties have enrolled, living or not. */
export async function countParties(sql: Sql, asked: Asked): Promise<number> {
  const { size } = await decide(sql, asked)
  const count = q.selectFrom('party').select((e) => e.fn.countAll<number>().as('n'))
  const [row] = await sql.all(count.where('from_index', '<', size).compile())
  return row!.n
}

function linesOf(state: State, ids: readonly string[], at: number): PartyLine[] {
  if (ids.length === 0) return []
  const now = settled(state, at)
  return ids.map((key) => {
    const { id, domain, kind, profile, head, ended } = now.get('party', key)!
    return { id, domain, kind, name: profile.name, jurisdiction: profile.jurisdiction, head, ended }
  })
}

/** The place in a list of parties that a party has. */
export function cursorOf({ domain, id }: { domain: string; id: string }): string {
  return `${domain} ${id}`
}

/** The place that a cursor names; anything that is none names the place before the first. */
export function splitCursor(cursor = ''): [domain: string, id: string] {
  const [domain = '', id = ''] = cursor.split(' ')
  return [domain, id]
}

/** What is known of a domain; all of it empty where nothing is. */
export async function partyOf(sql: Sql, domain: string, asked: Asked): Promise<DomainView> {
  const decided = await decide(sql, asked)
  if (decided.size === 0) {
    return { ...decided, current: null, last: null, earlier: [], checks: [], head: null }
  }
  return withState(
    sql,
    decided.size,
    (state) => ({ ...decided, ...viewOf(settled(state, decided.at), domain) }),
    [
      ['registry', ''],
      ['agenda', ''],
      ['domain', domain],
    ],
  )
}

function viewOf(now: State, domain: string) {
  const registry = registryOf(now)
  const { parties, checks } = domainOf(now, domain)
  const all = parties.map((id) => now.get('party', id)!)
  const last = all.at(-1) ?? null
  const current = last && !last.ended ? last : null
  const head = domain === registry.domain ? registry.head : (current?.head ?? null)
  return { current, last, earlier: all.slice(0, -1), checks, head }
}

/**
 * What a domain's parties did, and what was done about them: its own statements, the checks of it,
 * notices, and successions to it.
 *
 * @param asked - `cursor` is the index from which to go on
 */
export async function historyOf(
  sql: Sql,
  domain: string,
  asked: Asked & { readonly cursor?: number | undefined; readonly limit: number },
): Promise<ActPage> {
  const decided = await decide(sql, asked)
  const rows = await sql.all(
    q
      .selectFrom('mention')
      .select('idx')
      .where('domain', '=', domain)
      .where('idx', '<', decided.size)
      .where('idx', '>=', asked.cursor ?? 0)
      .orderBy('idx')
      .limit(asked.limit + 1)
      .compile(),
  )
  const indexes = rows.slice(0, asked.limit).map((row) => row.idx)
  const acts = await actsAt(sql, indexes, decided.size)
  return { ...decided, acts, next: rows[asked.limit]?.idx ?? null }
}

/** The acts that entries are. */
export async function actsAt(sql: Sql, indexes: readonly number[], size: number): Promise<Act[]> {
  const read = await readActs(sql, indexes)
  return withState(
    sql,
    size,
    (state) => read.map(({ subject, ...act }) => ({ ...act, ...aboutOf(state, act, subject) })),
    read.flatMap(({ subject }) => (subject === null ? [] : [['statement', subject] as const])),
  )
}

/** An act as its entry has it: what a notice is about stands elsewhere, under the digest it names. */
interface ReadAct extends Act {
  readonly subject: string | null
}

/** How many acts of a store are remembered: an entry never changes, and lists show the same ones. */
const KEPT = 2048
const remembered = new WeakMap<Sql, Map<number, ReadAct>>()

async function readActs(sql: Sql, indexes: readonly number[]): Promise<ReadAct[]> {
  const known = remembered.get(sql) ?? new Map<number, ReadAct>()
  remembered.set(sql, known)
  const fresh = indexes.filter((index) => !known.has(index))
  for (const entry of await entriesAt(sql, fresh)) {
    known.set(entry.index, readAct(readAttestation(entry)))
  }
  const found = indexes.flatMap((index) => known.get(index) ?? [])
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break
    known.delete(oldest)
  }
  return found
}

function readAct({ statement, ...logged }: LoggedAttestation): ReadAct {
  const { index, time, digest, type, party } = logged
  const instrument = instrumentIn(statement)
  const subject = statement.type === 'notice/v1' ? statement.subject : null
  return { index, time, digest, type, act: actOf(statement), by: party, instrument, subject }
}

function actOf(statement: Statement): string | null {
  if (statement.type === 'enrolment/v1') return statement.mode
  if (statement.type === 'commitment/v1' || statement.type === 'notice/v1') return statement.act
  return statement.type === 'succession/v1' ? statement.kind : null
}

function instrumentIn(statement: Statement): string | null {
  if (statement.type === 'instrument/v1') return statement.id
  const about = statement.type === 'commitment/v1' || statement.type === 'report/v1'
  return about ? statement.instrument.id : null
}

function aboutOf(state: State, { instrument }: Act, subject: string | null) {
  if (subject === null) return { instrument }
  return { instrument: state.get('statement', subject)?.instrument ?? null }
}
