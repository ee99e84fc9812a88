/**
 * What is wrong with a request, before the law is asked.
 *
 * @module
 */
import type { Withholding } from '../register/error.ts'

/** Codes of this floor, and what they mean. */
export const REQUEST_CODES = {
  'bad-parameter': 'a parameter that is not what it should be',
  'unknown-size': 'a tree size that the log has not reached',
  'not-utf8': 'a body that is not UTF-8',
  'truncated-body': 'a body that ended before it was whole',
  'bad-request': 'what is no request in HTTP/1.1',
  'header-too-large': 'a URL or headers that are too long',
  timeout: 'a request that took too long to come in',
  'too-large': 'a body larger than an attestation can be',
  'unsupported-media-type': 'a body of a media type that is not taken here',
  'malformed-body': 'a body that does not hold what it should',
  'not-found': 'no such thing here',
  'taken-down': 'a text that was taken down',
  erased: 'cards that were erased',
  'method-not-allowed': 'no such method on this resource',
  mirror: 'a mirror takes no statements, and knows nothing of admission',
  unavailable: 'the registry takes no statements for the moment',
  internal: 'the registry failed',
} as const

/** A code of this floor. */
export type RequestCode = keyof typeof REQUEST_CODES

/** A request that cannot be answered. */
export class RequestError extends Error {
  readonly code: RequestCode
  /** With `taken-down` and `erased`: the depositary's notice. */
  readonly notice: Withholding | undefined
  constructor(
    code: RequestCode,
    message: string,
    options?: { readonly cause?: unknown; readonly notice?: Withholding | undefined },
  ) {
    super(message, options)
    this.name = 'RequestError'
    this.code = code
    this.notice = options?.notice
  }
}
