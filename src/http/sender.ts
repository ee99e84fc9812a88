/**
 * Who sends: the address that attempts are counted by. It is written down nowhere.
 *
 * @module
 */
import { networkOf } from '../domain/network.ts'

/**
 * The address that a request comes from, as far as it is known.
 *
 * Each proxy appends to `x-forwarded-for` whom it was asked by, so only as many entries from the end
 * are believed as there are proxies of the registry's own; what stands before them was written by
 * whoever sent the request.
 *
 * @param peer - who opened the connection; null where that is not known
 * @param forwarded - the header `x-forwarded-for`
 * @param proxies - how many proxies of its own the registry stands behind
 * @returns null where nothing is known, and for whoever asks from this very machine and through no
 *   proxy: it is not counted
 */
export function senderOf(
  peer: string | null,
  forwarded: string | undefined,
  proxies: number,
): string | null {
  if (peer === null) return null
  if (forwarded === undefined) return isLoopback(peer) ? null : peer
  const chain = [...forwarded.split(',').map((entry) => withoutPort(entry.trim())), peer]
  return chain[Math.max(chain.length - 1 - proxies, 0)]!
}

function isLoopback(address: string): boolean {
  const network = networkOf(address)
  return network?.startsWith('127.') || network === LOOPBACK
}

const LOOPBACK = networkOf('::1')

/** Some proxies write the port too: `192.0.2.1:50000`, `[2001:db8::1]:50000`. */
function withoutPort(entry: string): string {
  const [, v6, v4] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(entry) ?? []
  return v6 ?? v4 ?? entry
}
