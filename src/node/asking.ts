/**
 * How a registry on Node asks domains, by its settings.
 *
 * @module
 */
import { getServers } from 'node:dns'
import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { Agent, fetch } from 'undici'
import { parseNetwork } from '../domain/address.ts'
import type { Asking } from '../domain/ask.ts'
import { dohResolver, type FetchLike } from '../domain/doh.ts'
import type { Resolver } from '../domain/port.ts'
import { ConfigError, type Settings } from './config.ts'
import { dnsResolver, parseServer, type Server } from './dns.ts'
import { openHttps } from './https.ts'

/** How long a resolver over HTTPS may take, in milliseconds. */
const DOH_PATIENCE = 6000

/** The settings that say how domains are asked. */
export type AskingSettings = Pick<
  Settings,
  'ACCORD_RESOLVERS' | 'ACCORD_DOMAIN_CA' | 'ACCORD_DOMAIN_NETWORKS' | 'ACCORD_DOMAIN_PORT'
>

/**
 * Makes ready to ask.
 *
 * @throws {ConfigError} `BAD_SETTING` for a file of certificates that cannot be read
 */
export async function openAsking(settings: AskingSettings): Promise<Asking> {
  const own = settings.ACCORD_DOMAIN_CA
  const roots = own === null ? undefined : [...rootCertificates, await readRoots(own)]
  const resolvers = (settings.ACCORD_RESOLVERS ?? []).map((text) => resolverAt(text, roots))
  if (resolvers.length === 0) resolvers.push(systemResolver())
  const besides = (settings.ACCORD_DOMAIN_NETWORKS ?? []).map((text) => parseNetwork(text)!)
  const https = openHttps({ resolvers, besides, roots, port: settings.ACCORD_DOMAIN_PORT })
  return { resolvers, https }
}

async function readRoots(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const message = `ACCORD_DOMAIN_CA: expected a file of certificates, got ${file}`
    throw new ConfigError(message, 'BAD_SETTING', { cause })
  }
}

/** The system's resolvers stand for each other: the next is asked where one is silent. */
function systemResolver(): Resolver {
  return dnsResolver(getServers().flatMap((text): Server[] => [parseServer(text) ?? []].flat()))
}

function resolverAt(text: string, roots: readonly string[] | undefined): Resolver {
  const server = parseServer(text)
  if (server) return dnsResolver([server])
  // Nothing is kept open between questions, so that nothing needs closing.
  const agent = new Agent({ pipelining: 0, ...(roots ? { connect: { ca: [...roots] } } : {}) })
  const through: FetchLike = (url, init) => fetch(url, { ...init, dispatcher: agent })
  return dohResolver(text, through, DOH_PATIENCE)
}
