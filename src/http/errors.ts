/**
 * Errors as they are answered: the only place that knows their statuses.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { REFUSALS, type RefusalCode } from '../accord/refusal.ts'
import { ADMISSION_CODES, ADVICE, type AdmissionCode, type Advice } from '../client/advice.ts'
import type { NotAdmitted } from '../depositary/admission.ts'
import { DepositaryError } from '../depositary/error.ts'
import type { Outcome } from '../depositary/registrar.ts'
import { WitnessAlarm } from '../depositary/witnesses.ts'
import { RegisterError, type Withholding } from '../register/error.ts'
import { NEVER } from './caching.ts'
import type { Problem } from './problem.ts'
import { REQUEST_CODES, type RequestCode, RequestError } from './request-error.ts'
import type { Service } from './service.ts'

/** The status of each bad request, and what to do about it. */
const REQUESTS: Readonly<Record<RequestCode, { status: number; advice: string }>> = {
  'bad-parameter': { status: 400, advice: 'look the parameter up in /openapi.json' },
  'unknown-size': { status: 404, advice: 'ask for a size up to that of /checkpoint' },
  'not-utf8': { status: 400, advice: 'send the note byte for byte, as UTF-8' },
  'truncated-body': { status: 400, advice: 'send the whole note again' },
  'bad-request': { status: 400, advice: 'send HTTP/1.1 with a host header' },
  'header-too-large': { status: 431, advice: 'send a shorter URL and fewer headers' },
  timeout: { status: 408, advice: 'send the whole request again, and faster' },
  'too-large': { status: 413, advice: 'send one attestation: it has at most 65,000 bytes' },
  'unsupported-media-type': {
    status: 415,
    advice: 'send content-type: text/plain; charset=utf-8',
  },
  'malformed-body': { status: 400, advice: 'look the body up in /openapi.json' },
  'taken-down': {
    status: 410,
    advice: 'read why in the notice; the entry is still in the log, at /tile/entries/',
  },
  erased: { status: 410, advice: 'read why in the notice; the statement stands as it was signed' },
  'not-found': { status: 404, advice: 'look the path up in /openapi.json' },
  'method-not-allowed': { status: 405, advice: 'use a method that the header allow lists' },
  mirror: { status: 503, advice: 'send it to the registry, whose address the detail has' },
  unavailable: {
    status: 503,
    advice: 'send the same again later: no statement is ever logged twice',
  },
  internal: {
    status: 500,
    advice: 'send the same again later: no statement is ever logged twice',
  },
}

/** What the law and admission refuse is understood and yet not taken. */
const REFUSED = 422
/** Refusals that are no fault of the statement but of its moment: somebody was faster. */
const CONFLICT = 409
const CONFLICTS: readonly string[] = ['stale-previous', 'already-logged']
/** Too much within a day. */
const TOO_MANY = 429

/** Seconds after which to come again. */
const RETRY_AFTER = 5

/** What a code means, and what to do about it; null for a code that does not exist. */
export function explain(code: string): (Advice & { readonly title: string }) | null {
  if (Object.hasOwn(REFUSALS, code)) {
    return { title: REFUSALS[code as RefusalCode], ...ADVICE[code as RefusalCode] }
  }
  if (Object.hasOwn(REQUEST_CODES, code)) {
    const { advice } = REQUESTS[code as RequestCode]
    return { title: REQUEST_CODES[code as RequestCode], check: 'request', advice }
  }
  if (!Object.hasOwn(ADMISSION_CODES, code)) return null
  const { title, advice } = ADMISSION_CODES[code as AdmissionCode]
  return { title, check: 'admission', advice }
}

/** The problem that a refusal is. */
export function refusalProblem(refused: Extract<Outcome, { kind: 'refused' }>): Problem {
  const { refusal, note, receipt } = refused
  const { code, detail, head, missing, index, retryAfter } = refusal
  return {
    ...described(code, detail, statusOf(code)),
    ...(head === undefined ? {} : { head }),
    ...(missing === undefined ? {} : { missing: missing.map((m) => ({ ...m })) }),
    ...(index === undefined ? {} : { index }),
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(receipt === null ? {} : { receipt }),
    refusal: { note },
  } as Problem
}

function statusOf(code: string): number {
  if (code === 'admission-quota') return TOO_MANY
  return CONFLICTS.includes(code) ? CONFLICT : REFUSED
}

/** The problem that it is to be sent away before anything was read: no note is signed. */
export function admissionProblem({ code, detail, retryAfter }: NotAdmitted): Problem {
  const retry = retryAfter === undefined ? {} : { retry_after: retryAfter }
  return { ...described(code, detail, statusOf(code)), ...retry }
}

/** The problem that a bad request is. */
export function requestProblem(code: RequestCode, detail: string, notice?: Withholding): Problem {
  return { ...described(code, detail, REQUESTS[code].status), ...(notice ? { notice } : {}) }
}

function described(code: string, detail: string, status: number) {
  const { title, check, advice } = explain(code)!
  return { type: `/problems/${code}`, title, status, detail, code, check, advice }
}

/** Answers with a problem. */
export function answerProblem(
  c: Context,
  problem: Problem,
  headers: Record<string, string> = {},
): Response {
  const wait = problem.code === 'unavailable' ? RETRY_AFTER : problem.retry_after
  const retry: Record<string, string> = wait === undefined ? {} : { 'retry-after': String(wait) }
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    'cache-control': NEVER,
    ...retry,
    ...headers,
  })
}

/** Makes every error of an app a problem. What is nobody's fault but ours is written down. */
export function addErrors(app: Hono, service: Service): void {
  app.onError((error, c) => {
    const { code, message, notice } = asRequestError(error)
    if (code === 'internal') {
      const { stack, message: cause } = error
      service.log('error', 'request failed', { path: c.req.path, cause, stack })
    }
    return answerProblem(c, requestProblem(code, message, notice))
  })
  app.notFound((c) => {
    const allowed = methodsOf(app, c.req.path)
    const [code, headers] =
      allowed.length > 0
        ? (['method-not-allowed', { allow: allowed.join(', ') }] as const)
        : (['not-found', {}] as const)
    const detail = `${c.req.method} ${c.req.path}`
    return answerProblem(c, requestProblem(code, detail), headers)
  })
}

/**
 * The answer while nothing is taken. Why the registry stopped is told to its keeper alone; where it
 * has moved, to everybody.
 */
export function unavailable(cause: DepositaryError): RequestError {
  const passing = ['BUSY', 'CLOCK', 'UNWITNESSED', 'CLOSED'].includes(cause.code)
  const alarmed = cause.cause instanceof WitnessAlarm
  const stopped = alarmed
    ? 'the registry has stopped: a witness has seen another history of the log'
    : 'the registry has stopped taking statements'
  const detail = passing ? cause.message : stopped
  return new RequestError('unavailable', detail, { cause })
}

function asRequestError(error: Error): RequestError {
  if (error instanceof RequestError) return error
  const options = { cause: error }
  if (error instanceof DepositaryError) return unavailable(error)
  if (error instanceof RegisterError && error.code === 'NO_LOG') {
    return new RequestError('unavailable', error.message, options)
  }
  if (error instanceof RegisterError && error.code === 'UNKNOWN_SIZE') {
    return new RequestError('unknown-size', error.message, options)
  }
  if (error instanceof RegisterError && error.code === 'TAKEN_DOWN') {
    return new RequestError('taken-down', error.message, { ...options, notice: error.notice })
  }
  return new RequestError('internal', 'something is wrong here, not with the request', options)
}

/** The methods that a path has, GET being HEAD too. */
function methodsOf(app: Hono, path: string): string[] {
  const router = new TrieRouter<string>()
  const routes = app.routes.filter(({ method }) => method !== 'ALL')
  for (const { method, path: pattern } of routes) router.add('ANY', pattern, method)
  const methods = router.match('ANY', path)[0].map(([method]) => method)
  return [...new Set(methods.flatMap((m) => (m === 'GET' ? ['GET', 'HEAD'] : [m])))]
}

/** The answer of a registry that cannot be asked: come again later. */
export function answerUnavailable(detail: string): Response {
  const problem = requestProblem('unavailable', detail)
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': NEVER,
    'retry-after': String(RETRY_AFTER),
  }
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
