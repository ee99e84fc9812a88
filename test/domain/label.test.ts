import { describe, expect, test } from 'vitest'
import { decodePunycode } from '../../src/accord/label.ts'
import { isHostName, unicodeDomain } from '../../src/domain/label.ts'
import { networkOf } from '../../src/domain/network.ts'
import { isUnderListed, registrableOf } from '../../src/domain/suffix.ts'

describe('a domain in U-labels', () => {
  test.each([
    ['contoso.com', 'contoso.com'],
    ['xn--bcher-kva.example', 'bücher.example'],
    ['www.xn--e1aybc.xn--p1ai', 'www.тест.рф'],
    ['xn--strae-oqa.de', 'straße.de'],
  ])('%s', (domain, shown) => {
    expect(unicodeDomain(domain)).toBe(shown)
  })

  test.each([
    ['ASCII', 'abc-', 'abc'],
    ['a capital, which a browser writes small', '7ba', 'Ä'],
    ['a mark by itself', 'ksa', '\u0300'],
    ['a control', 'a', '\u0080'],
  ])('is not there where an A-label stands for %s', (_what, label, decoded) => {
    expect(decodePunycode(label)).toBe(decoded)
    expect(unicodeDomain(`xn--${label}.com`)).toBe(null)
  })
})

describe('what somebody registered', () => {
  test.each([
    ['contoso.com', 'contoso.com'],
    ['www.eu.contoso.com', 'contoso.com'],
    ['contoso.co.uk', 'contoso.co.uk'],
    ['eda.admin.ch', 'admin.ch'],
    ['contoso.github.io', 'contoso.github.io'],
    ['registry.localhost', 'registry.localhost'],
    ['contoso.example', 'contoso.example'],
    ['co.uk', null],
    ['github.io', null],
    ['xn--55qx5d.cn', null],
  ])('of %s', (domain, registrable) => {
    expect(registrableOf(domain)).toBe(registrable)
  })

  test('lies under a suffix that is listed, or does not', () => {
    expect(['contoso.com', 'a.github.io'].map(isUnderListed)).toEqual([true, true])
    expect(['e.on', 's.p.a', 'com', 'contoso.example'].some(isUnderListed)).toBe(false)
  })
})

describe('a name of a host', () => {
  test.each(['contoso.com', 'xn--bcher-kva.example', '0x7f.example', '1.0xg'])('%s', (domain) => {
    expect(isHostName(domain)).toBe(true)
  })

  test.each([
    ...['0x7f.0x1', '127.0.0.0x1', '127.0.0.1', '[::1]', 'contoso.0x', '0x7f000001', '1.2.3.4.0x5'],
    ...['xn--a.contoso.com', 'contoso.com:8443', 'a@contoso.com', 'contoso.com/a', ''],
  ])('is not %s', (domain) => {
    expect(isHostName(domain)).toBe(false)
  })
})

describe('the network of an address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1', null],
    ['0x7f.1', null],
    ['nobody', null],
    ['', null],
  ])('%s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
