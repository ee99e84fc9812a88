import { describe, expect, test } from 'vitest'
import { mayConnect, parseNetwork } from '../../src/domain/address.ts'

/** The first and the last address of every range of the IANA registries that is not public. */
const NOT_PUBLIC: readonly [range: string, ...addresses: string[]][] = [
  ['this network', '0.0.0.0', '0.255.255.255'],
  ['private', '10.0.0.0', '10.255.255.255'],
  ['carrier-grade NAT; Alibaba metadata', '100.64.0.0', '100.127.255.255', '100.100.100.200'],
  ['loopback', '127.0.0.0', '127.0.0.1', '127.255.255.255'],
  ['link-local; metadata of most clouds', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ['private', '172.16.0.0', '172.31.255.255'],
  ['protocol assignments; Oracle metadata', '192.0.0.0', '192.0.0.192', '192.0.0.255'],
  ['documentation', '192.0.2.0', '192.0.2.255'],
  ['AS112', '192.31.196.0', '192.31.196.255', '192.175.48.0', '192.175.48.255'],
  ['automatic multicast tunneling', '192.52.193.0', '192.52.193.255'],
  ['6to4 relays', '192.88.99.0', '192.88.99.255'],
  ['private', '192.168.0.0', '192.168.255.255'],
  ['benchmarks', '198.18.0.0', '198.19.255.255'],
  ['documentation', '198.51.100.0', '198.51.100.255', '203.0.113.0', '203.0.113.255'],
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['reserved', '240.0.0.0', '255.255.255.254'],
  ['broadcast', '255.255.255.255'],
  ['Azure metadata', '168.63.129.16'],
  ['unspecified and loopback', '::', '::1'],
  ['IPv4-compatible, deprecated', '::2', '::808:808', '::7f00:1'],
  ['IPv4-mapped private', '::ffff:7f00:1', '::ffff:a00:1', '::ffff:a9fe:a9fe'],
  ['IPv4-translated', '::ffff:0:808:808'],
  ['NAT64 of private', '64:ff9b::7f00:1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe'],
  ['local NAT64', '64:ff9b:1::', '64:ff9b:1::808:808', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
  ['Teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['benchmarks', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['AMT, AS112', '2001:3::1', '2001:4:112::1', '2620:4f:8000::1'],
  ['ORCHID', '2001:10::', '2001:1f:ffff::', '2001:20::', '2001:2f:ffff::'],
  ['DRIP', '2001:30::', '2001:3f:ffff::'],
  ['documentation', '2001:db8::', '2001:db8:ffff:ffff::', '3fff::', '3fff:fff:ffff::'],
  ['6to4', '2002::', '2002:7f00:1::', '2002:ffff:ffff::'],
  ['not given out', '4000::', '5000::1', '8000::', 'c000::1', 'f000::', '1::', '200::1'],
  ['segment routing', '5f00::', '5f00:ffff::'],
  ['unique local; AWS metadata', 'fc00::', 'fd00:ec2::254', 'fdff:ffff::'],
  ['link-local', 'fe80::', 'fe80::1', 'febf:ffff::'],
  ['site-local, deprecated', 'fec0::', 'feff:ffff::'],
  ['multicast', 'ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
]

/** Neighbours of those ranges, and addresses of public services. */
const PUBLIC = [
  ...['1.0.0.0', '9.9.9.9', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0'],
  ...['126.255.255.255', '128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255'],
  ...['172.32.0.0', '191.255.255.255', '192.0.1.0', '192.0.3.0', '192.167.255.255', '192.169.0.0'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '168.63.129.15', '168.63.129.17'],
  ...[
    '2001:200::1',
    '2001:4860:4860::8888',
    '2001:db7:ffff::',
    '2001:db9::',
    '2003::',
    '2620:fe::',
  ],
  ...['2a00:1450:4001::1', '3ffe:ffff::', '3fff:1000::', '::ffff:909:909', '64:ff9b::909:909'],
]

describe('addresses that are not public are refused', () => {
  test.each(NOT_PUBLIC)('%s', (_, ...addresses) => {
    expect(addresses.filter((address) => mayConnect(address))).toEqual([])
    const all = ['0.0.0.0/0', '::/0'].map((text) => parseNetwork(text)!)
    expect(addresses.filter((address) => !mayConnect(address, all))).toEqual([])
  })

  test('and what is no address, or is not written as one', () => {
    const texts = ['', 'localhost', '9.9.9', '9.9.9.9.9', '0x9.9.9.9', '011.9.9.9', '151587081']
    expect(
      [
        ...texts,
        '9.9.9.9 ',
        '9.9.9.256',
        '2001:4860::8888%eth0',
        ':::',
        '::8.8.8.8',
        '2001:4860:0::8888',
        '2001:4860::ABCD',
      ].filter((t) => mayConnect(t)),
    ).toEqual([])
  })
})

test('public addresses may be connected to', () => {
  expect(PUBLIC.filter((address) => !mayConnect(address))).toEqual([])
})

describe('ranges', () => {
  test('that are named are allowed besides, and no more', () => {
    const besides = ['10.0.0.0/8', '127.0.0.1', 'fd00::/8'].map((text) => parseNetwork(text)!)
    const may = (address: string) => mayConnect(address, besides)
    expect(['10.1.2.3', '127.0.0.1', 'fd12::1', '::ffff:a01:203', '9.9.9.9'].every(may)).toBe(true)
    expect(['11.0.0.1', '127.0.0.2', 'fc00::1', '::1'].map(may)).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  test.each(['', '10.0.0.0/33', '10.0.0/8', '::/129', 'localhost', '10.0.0.0/', '/8'])(
    '%s is none',
    (text) => {
      expect(parseNetwork(text)).toBeNull()
    },
  )
})
