/**
 * Which addresses a registry connects to when a stranger's domain says so: those of the public
 * Internet, so that nobody can have it ask the machines next to it.
 *
 * See https://www.iana.org/assignments/iana-ipv4-special-registry/ and
 * https://www.iana.org/assignments/iana-ipv6-special-registry/.
 *
 * @module
 */
import ipaddr from 'ipaddr.js'

type Ip = ipaddr.IPv4 | ipaddr.IPv6

/** A range of addresses: `10.0.0.0/8`. */
export type Network = readonly [Ip, number]

/** All that is given out to be routed, RFC 4291 section 2.4 and IANA; the rest is not ours to use. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/** Addresses from public ranges that mean the machine's own host to machines in its cloud. */
const METADATA: readonly string[] = ['168.63.129.16']

/** Parses a range, or one address, which is a range of its own; null for anything else. */
export function parseNetwork(text: string): Network | null {
  const whole = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`
  return ipaddr.isValidCIDR(whole) ? ipaddr.parseCIDR(whole) : null
}

/**
 * Whether an address may be connected to: a public one, or one of the ranges that are allowed
 * besides. An IPv4 address that is written in IPv6 (mapped, or for NAT64) is judged as what it is.
 */
export function mayConnect(address: string, besides: readonly Network[] = []): boolean {
  const valid = address.includes(':') ? ipaddr.isValid : ipaddr.IPv4.isValidFourPartDecimal
  if (!valid(address)) return false
  const ip = plain(ipaddr.parse(address))
  return isPublic(ip) || besides.some((network) => isWithin(ip, network))
}

function isPublic(ip: Ip): boolean {
  if (ip.range() !== 'unicast' || METADATA.includes(ip.toString())) return false
  return ip instanceof ipaddr.IPv4 || ip.match(GLOBAL_UNICAST)
}

function isWithin(ip: Ip, [first, bits]: Network): boolean {
  return ip.kind() === first.kind() && ip.match(first, bits)
}

/** RFC 4291 section 2.5.5.2, RFC 6052 section 2.1 (its well-known prefix alone). */
function plain(ip: Ip): Ip {
  if (ip instanceof ipaddr.IPv4) return ip
  const wrapped = ip.isIPv4MappedAddress() || ip.match(NAT64)
  return wrapped ? new ipaddr.IPv4(ip.toByteArray().slice(12)) : ip
}

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
