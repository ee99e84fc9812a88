/**
 * The registry's API, as its clients call it.
 *
 * What it answers is the registry's word: good for submitting, and never for standing, which
 * {@link standingAt} computes from the log.
 *
 * See docs/http.md.
 *
 * @module
 */
import type { Missing, Refusal } from '../accord/refusal.ts'
import type { Head } from '../accord/state.ts'
import type { Digest } from '../accord/text.ts'
import { ClientError } from './error.ts'
import { type Answer, type FetchLike, urlOf } from './fetch.ts'

/** A statement that is in the log. */
export interface Submitted {
  readonly kind: 'logged'
  /** False where the same attestation was in the log before. */
  readonly first: boolean
  readonly digest: Digest
  readonly index: number
  /** Of the entry, as a statement spells it. */
  readonly time: string
  /** The receipt, a tlog-proof: verify it. */
  readonly receipt: string
  /** Whether the registry says that the receipt has the quorum of its witnesses. */
  readonly witnessed: boolean
}

/** What would become of a statement. */
export interface Checked {
  readonly kind: 'checked'
  readonly refusal: Refusal | null
  /** Quorums that are still to be met. */
  readonly missing: readonly Missing[]
  /** All of the answer. */
  readonly document: Record<string, unknown>
}

/** A refusal, or a request that failed: a problem document of RFC 9457. */
export interface Problem {
  readonly kind: 'problem'
  readonly status: number
  /** A refusal's code, or one of the API's own. */
  readonly code: string
  readonly detail: string
  /** All of it: title, advice, the head to name instead, the clerk's signed note. */
  readonly document: Record<string, unknown>
}

/** What a registry can be asked. Every call rejects with `UNAVAILABLE` or `BAD_ANSWER` at worst. */
export interface Api {
  /** Submits an attestation, and cards of its officers where there are any. */
  submit(note: string, cards?: readonly string[]): Promise<Submitted | Problem>
  /** Asks what would become of an attestation, or of a statement nobody has signed yet. */
  check(text: string): Promise<Checked | Problem>
  /** The head of the living party that bears a domain, to be named as `previous`; null for none. */
  head(domain: string): Promise<Head | null>
  /** The note of the latest checkpoint. */
  checkpoint(): Promise<string>
}

/**
 * A registry's API.
 *
 * @param base - its URL, before `/v1`
 */
export function createApi(base: string, fetch: FetchLike): Api {
  const call = (path: string, body?: string, type = PLAIN) =>
    request(fetch, urlOf(base, path), body, type)
  return {
    submit: async (note, cards = []) => {
      const answer =
        cards.length === 0
          ? await call('v1/attestations', note)
          : await call('v1/attestations', JSON.stringify({ attestation: note, cards }), JSON_TYPE)
      return answer.status < 300 ? submittedOf(answer) : problemOf(answer)
    },
    check: async (text) => {
      const answer = await call('v1/check', text)
      return answer.status < 300 ? checkedOf(answer) : problemOf(answer)
    },
    head: async (domain) => headOf(await call(`v1/parties/${encodeURIComponent(domain)}`)),
    checkpoint: async () => {
      const { status, text } = await call('checkpoint')
      if (status !== 200) throw bad(`expected a checkpoint, got status ${status}`)
      return text
    },
  }
}

const PLAIN = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json'

/** An answer, read. */
interface Read {
  readonly status: number
  readonly text: string
}

async function request(
  fetch: FetchLike,
  url: string,
  body: string | undefined,
  type: string,
): Promise<Read> {
  try {
    const answer: Answer = await fetch(
      url,
      body === undefined ? {} : { method: 'POST', headers: { 'content-type': type }, body },
    )
    return { status: answer.status, text: await answer.text() }
  } catch (cause) {
    throw new ClientError('UNAVAILABLE', `could not reach ${url}`, { cause })
  }
}

function submittedOf(answer: Read): Submitted {
  const { digest, index, time, receipt, witnessed } = documentOf(answer)
  if (
    typeof digest !== 'string' ||
    typeof index !== 'number' ||
    typeof time !== 'string' ||
    typeof receipt !== 'string' ||
    typeof witnessed !== 'boolean'
  ) {
    throw bad('expected digest, index, time, receipt and witnessed')
  }
  const first = answer.status === 201
  return { kind: 'logged', first, digest: digest as Digest, index, time, receipt, witnessed }
}

function checkedOf(answer: Read): Checked {
  const document = documentOf(answer)
  const { refusal = null, missing = [] } = document
  if (!Array.isArray(missing) || typeof refusal !== 'object') throw bad('expected a judgement')
  return { kind: 'checked', refusal: refusal as Refusal | null, missing, document }
}

function problemOf(answer: Read): Problem {
  const document = documentOf(answer)
  const { code, detail = '' } = document
  if (typeof code !== 'string' || typeof detail !== 'string') {
    throw bad(`expected a problem with a code, got status ${answer.status}`)
  }
  return { kind: 'problem', status: answer.status, code, detail, document }
}

function headOf(answer: Read): Head | null {
  if (answer.status === 404) return null
  const { head, code } = documentOf(answer) as { head?: Partial<Head> | null; code?: unknown }
  if (head === null) return null
  if (typeof head?.digest !== 'string' || typeof head.index !== 'number') {
    throw bad(`expected a party with its head, got ${code ?? `status ${answer.status}`}`)
  }
  return { digest: head.digest, index: head.index }
}

function documentOf({ status, text }: Read): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (cause) {
    throw new ClientError('BAD_ANSWER', `expected JSON, got status ${status}`, { cause })
  }
  throw bad('expected a JSON object')
}

function bad(message: string): ClientError {
  return new ClientError('BAD_ANSWER', message)
}
