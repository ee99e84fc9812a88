/**
 * A webhook: reports sent to a URL, signed, as Standard Webhooks has it.
 *
 * The target is resolved once, every address is checked, and the checked address is the one that is
 * connected to. Redirects are not followed, the answer's body is not read, and whoever does not
 * answer in time is cut off.
 *
 * See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
 *
 * @module
 */
import { createHmac } from 'node:crypto'
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { type RequestOptions, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP } from 'node:net'
import type { Sink } from '../watch/outbox.ts'
import type { Report } from '../watch/report.ts'

/**
 * - `BAD_URL`: no target that may be used
 * - `BAD_SECRET`: no secret as Standard Webhooks spells it
 * - `PRIVATE`: the target is in a private network
 * - `NOT_TAKEN`: the target did not answer, or not with 2xx
 */
export type WebhookCode = 'BAD_URL' | 'BAD_SECRET' | 'PRIVATE' | 'NOT_TAKEN'

/** What goes wrong with a webhook. */
export class WebhookError extends Error {
  readonly code: WebhookCode
  constructor(code: WebhookCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'WebhookError'
    this.code = code
  }
}

/** What a webhook is made of. */
export interface WebhookOptions {
  readonly url: string
  /** `whsec_` and the base64 of 24 to 64 bytes. */
  readonly secret: string
  /** Whether an address may be connected to. */
  readonly allowed: (address: string) => boolean
  /** Whether the target may be plain HTTP. */
  readonly plain: boolean
  /** How long the target may take, in milliseconds. */
  readonly patience: number
  /** POSIX seconds. */
  readonly clock: () => number
}

/**
 * A sink that sends each report to a URL.
 *
 * @throws {WebhookError} `BAD_URL`, `BAD_SECRET`
 */
export function webhookSink(options: WebhookOptions): Sink {
  const url = parseTarget(options)
  const secret = parseWebhookSecret(options.secret)
  return {
    name: `webhook ${url.href}`,
    async send(report) {
      const body = JSON.stringify(messageOf(report))
      const timestamp = options.clock()
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'accord-monitor',
        'webhook-id': messageId(report),
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook(secret, messageId(report), timestamp, body),
      }
      await post(url, await addressOf(url, options), headers, body, options.patience)
    },
  }
}

/** The same report has the same id, however often it is sent: whoever receives it counts it once. */
function messageId({ log, id }: Report): string {
  return `${log}#${id}`
}

function messageOf(report: Report) {
  return { type: `accord.${report.rule}`, timestamp: report.at, data: report }
}

/**
 * Signs a message: `v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, with points
 * between them.
 */
export function signWebhook(
  secret: Uint8Array,
  id: string,
  timestamp: number,
  body: string,
): string {
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  return `v1,${mac}`
}

/** Reads a secret. @throws {WebhookError} `BAD_SECRET` */
export function parseWebhookSecret(text: string): Uint8Array {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text.trim())?.[1] ?? ''
  const secret = Buffer.from(base64, 'base64')
  if (secret.length >= 24 && secret.length <= 64 && secret.toString('base64') === base64) {
    return secret
  }
  throw new WebhookError('BAD_SECRET', 'expected whsec_ and the base64 of 24 to 64 bytes')
}

function parseTarget({ url, plain }: WebhookOptions): URL {
  const target = URL.canParse(url) ? new URL(url) : null
  const schemes = plain ? ['https:', 'http:'] : ['https:']
  if (!target || !schemes.includes(target.protocol)) {
    throw new WebhookError('BAD_URL', `expected a URL with ${schemes.join(' or ')}//, got ${url}`)
  }
  if (target.username || target.password) {
    throw new WebhookError('BAD_URL', 'expected a URL without credentials: they would be logged')
  }
  return target
}

/** The address to connect to. One that is not allowed spoils them all: names can be rebound. */
async function addressOf(url: URL, { allowed }: WebhookOptions): Promise<LookupAddress> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const found = await resolved(host)
  const bad = found.find(({ address }) => !allowed(address))
  if (bad) {
    throw new WebhookError('PRIVATE', `${host} is ${bad.address}, which is in a private network`)
  }
  return found[0]!
}

async function resolved(host: string): Promise<LookupAddress[]> {
  const family = isIP(host)
  if (family > 0) return [{ address: host, family }]
  try {
    return await lookup(host, { all: true })
  } catch (cause) {
    throw new WebhookError('NOT_TAKEN', `${host} does not resolve`, { cause })
  }
}

function post(
  url: URL,
  { address, family }: LookupAddress,
  headers: Record<string, string>,
  body: string,
  patience: number,
): Promise<void> {
  const options: RequestOptions = {
    method: 'POST',
    headers,
    agent: false,
    signal: AbortSignal.timeout(patience),
    // The address that was checked, whatever the name resolves to by now.
    lookup: (_host, asked, done) =>
      asked.all ? done(null, [{ address, family }]) : done(null, address, family),
  }
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestSecure : requestPlain
    const sent = request(url, options, (response) => {
      const status = response.statusCode ?? 0
      response.destroy()
      if (status >= 200 && status < 300) resolve()
      else reject(new WebhookError('NOT_TAKEN', `${url.origin} answered ${status}`))
    })
    sent.on('error', (cause) => {
      const late = cause.name === 'AbortError' || cause.name === 'TimeoutError'
      const why = late ? `did not answer within ${patience} ms` : cause.message
      reject(new WebhookError('NOT_TAKEN', `${url.origin}: ${why}`, { cause }))
    })
    sent.end(body)
  })
}
