import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { openAsking } from '../../src/node/asking.ts'
import { ConfigError, readSettings } from '../../src/node/config.ts'
import { formatServer, parseServer } from '../../src/node/dns.ts'

describe('resolvers', () => {
  test.each([
    ['9.9.9.9', { address: '9.9.9.9', port: 53 }],
    ['9.9.9.9:5353', { address: '9.9.9.9', port: 5353 }],
    ['2620:fe::fe', { address: '2620:fe::fe', port: 53 }],
    ['[::1]:5353', { address: '::1', port: 5353 }],
  ])('%s is one', (text, server) => {
    expect(parseServer(text)).toEqual(server)
    expect(formatServer(server)).toBe(text)
  })

  test.each([
    ...['', 'dns.example', '9.9.9', '9.9.9.9:0', '9.9.9.9:65536', '9.9.9.9:', '[9.9.9.9]:53'],
    ...['::1]:53', '[::1', '[]:53', '9.9.9.9 ', 'udp://9.9.9.9'],
  ])('%j is none', (text) => {
    expect(parseServer(text)).toBeNull()
  })

  property.prop([fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65_535 })])(
    'are read back as they were written',
    (address, port) => {
      expect(parseServer(formatServer({ address, port }))).toEqual({ address, port })
    },
  )
})

describe('settings', () => {
  const read = (env: Record<string, string>) => readSettings(env)

  test('are lists with commas', () => {
    const settings = read({
      ACCORD_RESOLVERS: '9.9.9.9,[::1]:5353,https://dns.example/dns-query',
      ACCORD_DOMAIN_NETWORKS: '10.0.0.0/8,127.0.0.1',
    })
    expect(settings.ACCORD_RESOLVERS).toHaveLength(3)
    expect(settings.ACCORD_DOMAIN_NETWORKS).toEqual(['10.0.0.0/8', '127.0.0.1'])
  })

  test.each([
    ['ACCORD_RESOLVERS', ''],
    ['ACCORD_RESOLVERS', '9.9.9.9,'],
    ['ACCORD_RESOLVERS', '9.9.9.9, 1.1.1.1'],
    ['ACCORD_RESOLVERS', 'http://dns.example/'],
    ['ACCORD_DOMAIN_NETWORKS', 'yes'],
    ['ACCORD_DOMAIN_NETWORKS', '10.0.0.0/33'],
    ['ACCORD_DOMAIN_PORT', '65536'],
    ['ACCORD_DOMAIN_PORT', '0'],
    ['ACCORD_DOMAIN_CA', ''],
  ])('%s cannot be %j', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(ConfigError)
  })

  test('name whom to ask: each resolver by itself, or those of the system as one', async () => {
    const own = await openAsking(read({ ACCORD_RESOLVERS: '9.9.9.9,https://dns.example/q' }))
    expect(own.resolvers.map(({ name }) => name)).toEqual(['9.9.9.9', 'https://dns.example/q'])
    expect(own.https.port).toBe(443)
    expect((await openAsking(read({}))).resolvers).toHaveLength(1)
  })

  test('name a file of certificates that is there', async () => {
    const asking = openAsking(read({ ACCORD_DOMAIN_CA: '/nowhere/roots.pem' }))
    await expect(asking).rejects.toMatchObject({ code: 'BAD_SETTING', name: 'ConfigError' })
  })
})
