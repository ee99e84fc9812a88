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
  const [, address = '', digits] = /^([^/]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? []
  const ip = parseAddress(address)
  if (!ip) return null
  const most = ip.kind() === 'ipv4' ? 32 : 128
  const bits = digits === undefined ? most : Number(digits)
  return bits <= most ? [ip, bits] : null
}

/**
 * Whether an address may be connected to: a public one, or one of the ranges that are allowed
 * besides. An IPv4 address that is written in IPv6 (mapped, or for NAT64) is judged as what it is.
 */
export function mayConnect(address: string, besides: readonly Network[] = []): boolean {
  const parsed = parseAddress(address)
  if (!parsed) return false
  const ip = plain(parsed)
  return isPublic(ip) || besides.some((network) => isWithin(ip, network))
}

/**
 * Parses an address in its one spelling. The others are where readers differ (`010.0.0.1`,
 * `::8.8.8.8`): what is judged here must be what is connected to.
 */
function parseAddress(text: string): Ip | null {
  if (!/^[0-9a-f.:]+$/.test(text) || !ipaddr.isValid(text)) return null
  const ip = ipaddr.parse(text)
  return ip.toString() === text ? ip : null
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
