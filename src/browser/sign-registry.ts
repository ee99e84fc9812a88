/**
 * The registry, as the page for signing asks it. What it says of heads and keys is its word; that a
 * checkpoint and a receipt are the log's is verified here, by the reader's policy.
 *
 * @module
 */
import { verify } from '../../keys/ed25519.ts'
import type { Key, Recovery } from '../accord/state.ts'
import {
  type InstrumentV1,
  parseStatement,
  type Statement,
  statementDigest,
} from '../accord/statement.ts'
import { type Digest, formatTime } from '../accord/text.ts'
import type { Word } from '../accord/word.ts'
import { type Api, createApi, type Problem } from '../client/api.ts'
import { ClientError } from '../client/error.ts'
import { fetchFrom } from '../client/fetch.ts'
import { openLog, seenOf } from '../client/log.ts'
import { checkReceipt } from '../client/receipt.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { parseNote } from '../tlog/note.ts'
import { type Policy, parsePolicy } from '../tlog/policy.ts'
import { rememberCheckpoint, rememberedCheckpoint, rememberedPolicy } from './memory.ts'

/** What is used of a party's record. */
export interface Party {
  readonly domain: string
  readonly name: string
  readonly keys: readonly Key[]
  readonly threshold: number
  readonly recovery: Recovery | null
  readonly holdings: readonly {
    readonly instrument: string
    readonly version: number
    readonly word: Word
    readonly until: string | null
  }[]
}

/** What is known of a domain. */
export interface Known {
  readonly head: { readonly digest: Digest } | null
  readonly party: Party | null
}

/** A version of an instrument, as the registry names it. */
export interface Version {
  readonly version: number
  readonly digest: Digest
}

/** What one channel of a domain showed. */
export interface Channel {
  readonly asked: string
  readonly keys: readonly string[]
  readonly missing: readonly string[]
  readonly surplus: readonly string[]
  readonly why: string | null
  readonly remarks: readonly string[]
}

/** What a domain showed. */
export interface Shown {
  readonly verdict: 'shown' | 'not-shown' | 'unknown' | 'by-hand'
  readonly channels: readonly Channel[]
}

/** What every statement begins with, but for its type. */
export type Header = Pick<Statement, 'registry' | 'party' | 'previous' | 'seen' | 'issued'>

/** A registry at the address of this page. */
export class Registry {
  readonly api: Api = createApi(location.origin, freshly)
  readonly origin: string
  readonly #now: () => number

  /** @param now - POSIX seconds */
  constructor(origin: string, now: () => number) {
    this.origin = origin
    this.#now = now
  }

  get now(): number {
    return this.#now()
  }

  /** What is known of a domain; nothing where it was never heard of. */
  async known(domain: string): Promise<Known> {
    const answer = await ask(`/v1/parties/${encodeURIComponent(domain)}`)
    return answer.status === 404 ? { head: null, party: null } : read<Known>(answer)
  }

  /** The versions of an instrument, the latest last. */
  async versions(id: string): Promise<readonly Version[]> {
    const { instrument } = await read<{ instrument: { versions: Version[] } }>(
      await ask(`/v1/instruments/${id}`),
    )
    return instrument.versions
  }

  /** The words of a version: those whose digest is signed, whatever anybody says of them. */
  async words({ digest }: Version): Promise<InstrumentV1> {
    const { text } = parseNote(await (await ask(`/v1/attestations/${digest}.note`)).text())
    const statement = parseStatement(text)
    if (statementDigest(text) === digest && statement.type === 'instrument/v1') return statement
    throw new Error(t.otherWords)
  }

  /**
   * The header of a statement that follows `previous`, on the checkpoint of now, which continues the
   * one that this browser saw before.
   */
  async header(party: string, previous: Digest | null): Promise<Header> {
    const log = await openLog({
      fetch: fetchFrom(location.origin, freshly),
      policy: (await this.#policy()).policy,
      verify,
      remembered: rememberedCheckpoint(this.origin),
    }).catch((cause: unknown) => {
      if (!(cause instanceof ClientError) || cause.code === 'UNAVAILABLE') throw cause
      throw new Error(t.notTheLog(cause.message), { cause })
    })
    rememberCheckpoint(log.note)
    const seen = seenOf(log)
    return { registry: this.origin, party, previous, seen, issued: formatTime(this.#now()) }
  }

  /** Whether a receipt is one for this statement, by the policy, in words. */
  async judged(receipt: string, digest: Digest): Promise<{ good: boolean; says: string }> {
    const { policy, own } = await this.#policy()
    try {
      const facts = checkReceipt(receipt, policy, verify)
      const good = facts.digest === digest
      return { good, says: good ? t.receiptGood(own) : t.otherReceipt(facts.digest) }
    } catch (e) {
      return { good: false, says: t.receiptBad(own, (e as Error).message) }
    }
  }

  /** Asks whether a domain shows these keys now. */
  async shows(domain: string, keys: readonly string[]): Promise<Shown> {
    const body = JSON.stringify({ domain, keys })
    const headers = { 'content-type': 'application/json' }
    return read<Shown>(await ask('/v1/check-domain', { method: 'POST', headers, body }))
  }

  /** The reader's own, where there is one. */
  async #policy(): Promise<{ policy: Policy; own: boolean }> {
    const own = rememberedPolicy()
    const text = own ?? (await (await ask('/policy.txt')).text())
    return { policy: parsePolicy(text), own: own !== null }
  }
}

/** Past every cache: what was so before a statement was logged is of no use after it. */
function freshly(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, cache: 'no-store' })
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await freshly(path, init)
  } catch (cause) {
    throw new ClientError('UNAVAILABLE', t.unreachable, { cause })
  }
}

async function read<T>(answer: Response): Promise<T> {
  const document = (await answer.json()) as T
  if (answer.ok) return document
  throw new Error(sayProblem(document as Problem['document']))
}

/** A refusal in words: what is wrong, where, and what to do. */
export function sayProblem(document: Readonly<Record<string, unknown>>): string {
  const { title, detail, advice, retry_after: wait } = document
  const lines = [
    title === undefined ? null : t.refusedFor(String(title)),
    detail,
    advice === undefined ? null : t.advice(String(advice)),
    typeof wait === 'number' ? t.waitFor(wait) : null,
  ]
  return lines.filter((line) => typeof line === 'string' && line !== '').join('\n')
}
