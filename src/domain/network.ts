/**
 * From where somebody comes: one subscriber, as far as an address tells.
 *
 * @module
 */
import ipaddr from 'ipaddr.js'

/**
 * The network that an address is counted by: an IPv4 address itself, also where it comes mapped
 * into IPv6; of an IPv6 address the first 64 bits, for a subscriber has at least as many. Null for
 * what is no address.
 */
export function networkOf(address: string): string | null {
  const valid = address.includes(':') ? ipaddr.isValid : ipaddr.IPv4.isValidFourPartDecimal
  if (!valid(address)) return null
  const ip = ipaddr.process(address)
  if (ip.kind() === 'ipv4') return ip.toString()
  const groups = [0, 2, 4, 6].map((i) => ip.toByteArray().slice(i, i + 2))
  return `${groups.map(([high, low]) => ((high! << 8) | low!).toString(16)).join(':')}::/64`
}
