/**
 * Files of domains over HTTPS, from addresses that were checked.
 *
 * A domain is a stranger's, and its records may say anything: what is connected to is what was
 * resolved here and found public, so that no second answer can lead elsewhere.
 *
 * @module
 */
import type { LookupFunction } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import { mayConnect, type Network } from '../domain/address.ts'
import { readBody } from '../domain/body.ts'
import { reasonOf } from '../domain/doh.ts'
import { isHostName } from '../domain/label.ts'
import {
  type Https,
  MAX_BODY,
  NO_HOST_NAME,
  type Page,
  type Resolver,
  type Unreachable,
  unreachable,
} from '../domain/port.ts'

/** How files are had. */
export interface HttpsOptions {
  /** Asked for addresses, one after the other until one answers. */
  readonly resolvers: readonly Resolver[]
  readonly port?: number
  /** Ranges that may be connected to besides public addresses. */
  readonly besides?: readonly Network[]
  /** Root certificates, PEM; by default those that Node ships. */
  readonly roots?: readonly string[] | undefined
  /** In milliseconds. */
  readonly patience?: Patience
}

/** How long is waited, in milliseconds. */
export interface Patience {
  /** For the connection. */
  readonly connect: number
  /** From the connection to the last byte, and so for a server that drips. */
  readonly total: number
}

const PATIENCE: Patience = { connect: 5000, total: 10_000 }

/** Files of domains, over sockets of this machine. */
export function openHttps(options: HttpsOptions): Https {
  const { port = 443 } = options
  return {
    port,
    async get(domain, path) {
      // Node connects to what reads as an address without asking for one.
      if (!isHostName(domain)) return NO_HOST_NAME
      const addresses = await addressesOf(domain, options)
      return Array.isArray(addresses) ? request({ domain, path, addresses }, options) : addresses
    },
  }
}

/** Every address of a domain; one that may not be connected to spoils all. */
async function addressesOf(
  domain: string,
  { resolvers, besides }: HttpsOptions,
): Promise<string[] | Unreachable> {
  const [v4, v6] = await Promise.all([
    resolve(resolvers, domain, 'A'),
    resolve(resolvers, domain, 'AAAA'),
  ])
  const addresses = [v4, v6].flatMap((r) => (r.outcome === 'answered' ? r.addresses : []))
  const silent = [v4, v6].find((r) => r.outcome === 'unreachable')
  if (addresses.length === 0) return silent ?? unreachable('it has no address')
  const refused = addresses.find((address) => !mayConnect(address, besides))
  if (refused === undefined) return addresses
  return unreachable(`it has an address that is not public, ${refused}: nothing is asked there`)
}

async function resolve(resolvers: readonly Resolver[], domain: string, type: 'A' | 'AAAA') {
  let last = unreachable('no resolver is known')
  for (const resolver of resolvers) {
    const answer = await resolver.ask(domain, type)
    if (answer.outcome === 'answered') return answer
    last = unreachable(`its address is not known: ${resolver.name}: ${answer.why}`)
  }
  return last
}

interface Target {
  readonly domain: string
  readonly path: string
  readonly addresses: readonly string[]
}

async function request(
  { domain, path, addresses }: Target,
  { port = 443, roots, patience = PATIENCE }: HttpsOptions,
): Promise<Page | Unreachable> {
  const signal = AbortSignal.timeout(patience.connect + patience.total)
  let client: Client | undefined
  try {
    client = new Client(`https://${domain}:${port}`, {
      // A `ca` that is undefined would stand for none.
      connect: { lookup: lookupIn(addresses), ...(roots ? { ca: [...roots] } : {}) },
      connectTimeout: patience.connect,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.ceil(patience.connect / 4),
      pipelining: 0,
    })
    const headers = { accept: 'text/plain', 'accept-encoding': 'identity', 'user-agent': 'accord' }
    return await pageOf(await client.request({ method: 'GET', path, headers, signal }))
  } catch (e) {
    return unreachable(signal.aborted ? 'no answer in time' : faultOf(e))
  } finally {
    await client?.destroy()
  }
}

/** Answers a connection's question for addresses with those that were checked. */
function lookupIn(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_host, options, done) =>
    options.all ? done(null, all) : done(null, all[0]!.address, all[0]!.family)
}

async function pageOf(answer: Dispatcher.ResponseData): Promise<Page | Unreachable> {
  const { statusCode: status, headers, body } = answer
  const header = (name: string) => [headers[name] ?? []].flat()[0] ?? null
  const found = { outcome: 'answered', status, location: header('location') } as const
  if (status !== 200) return { ...found, type: header('content-type'), body: new Uint8Array() }
  const encoding = header('content-encoding') ?? 'identity'
  if (encoding !== 'identity') return unreachable(`it is encoded (${encoding}), unasked`)
  const bytes = await readBody(body, MAX_BODY)
  if (bytes === null) return unreachable('the file is over 64 KiB')
  return { ...found, type: header('content-type'), body: bytes }
}

/** What went wrong, by the codes of Node and OpenSSL: what they mean to whoever keeps the site. */
const FAULTS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ETIMEDOUT: 'no connection in time',
  ECONNREFUSED: 'the connection is refused',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is of an authority that is not known, or the certificates between are not sent',
}

function faultOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return FAULTS[code ?? ''] ?? `it cannot be read: ${reasonOf(error)}`
}
