/**
 * What is wrong with a request, before the law is asked.
 *
 * @module
 */

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
  'unsupported-media-type': 'a body of another media type than text/plain',
  'not-found': 'no such thing here',
  'method-not-allowed': 'no such method on this resource',
  unavailable: 'the registry takes no statements for the moment',
  internal: 'the registry failed',
} as const

/** A code of this floor. */
export type RequestCode = keyof typeof REQUEST_CODES

/** A request that cannot be answered. */
export class RequestError extends Error {
  readonly code: RequestCode
  constructor(code: RequestCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'RequestError'
    this.code = code
  }
}
