import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askDomain } from '../../src/domain/ask.ts'
import { recordName } from '../../src/domain/binding.ts'
import { unreachable } from '../../src/domain/port.ts'
import { dnsResolver } from '../../src/node/dns.ts'
import { ORIGIN, record, vkey } from './keys.ts'

/**
 * Domains in zones that Knot DNS keeps and signs, asked of a validating Unbound: `.secure` is under
 * a trust anchor, `.plain` is not signed, and the anchor of `.bogus` is not that of its key.
 */

const [KNOTD, KEYMGR, UNBOUND] = ['/usr/sbin/knotd', '/usr/sbin/keymgr', '/usr/sbin/unbound']
const present = [KNOTD, KEYMGR, UNBOUND].every((file) => existsSync(file))
const required = (process.env['ACCORD_REQUIRE'] ?? '').split(',').includes('dns')

const ZONES = ['secure', 'plain', 'bogus'] as const
const many = (zone: string) => Array.from({ length: 16 }, (_, i) => vkey(`many.${zone}/k${i}`))

/** Every zone has the same names in it. */
function zoneFile(zone: string): string {
  const text = (key: string) => `TXT "${record(key)}"`
  return [
    `$ORIGIN ${zone}.`,
    '$TTL 60',
    '@ SOA ns admin 1 3600 900 604800 60',
    '@ NS ns',
    'ns A 127.0.0.1',
    `_accord.contoso ${text(vkey(`contoso.${zone}/ceo`))}`,
    'empty A 127.0.0.1',
    '_accord.empty A 127.0.0.1',
    ...many(zone).map((key) => `_accord.many ${text(key)}`),
    '_accord.aliased CNAME one',
    'one CNAME two',
    'two CNAME three',
    `three ${text(vkey(`aliased.${zone}/ceo`))}`,
    '_accord.circle CNAME there',
    'there CNAME _accord.circle',
    `_accord.away CNAME at.${zone === 'secure' ? 'plain' : 'secure'}.`,
    `at ${text(vkey(`away.${zone === 'secure' ? 'plain' : 'secure'}/ceo`))}`,
    '',
  ].join('\n')
}

let folder: string
const running: ChildProcess[] = []
let ports: { readonly knot: number; readonly unbound: number }

describe.skipIf(!present && !required)('Knot and Unbound', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'accord-dns-'))
    ports = { knot: await freePort(), unbound: await freePort() }
    await startKnot()
    await startUnbound()
  })

  afterAll(async () => {
    for (const child of running.reverse()) {
      const ended = new Promise((done) => child.on('close', done))
      child.kill()
      await ended
    }
    await rm(folder, { recursive: true })
  })

  test.each([
    ['secure', 'secure'],
    ['plain', 'insecure'],
  ])('.%s: a domain shows its key, and DNSSEC is %s', async (zone, dnssec) => {
    expect(await look(`contoso.${zone}`)).toMatchObject({
      check: { outcome: 'answered', keys: [vkey(`contoso.${zone}/ceo`)], evidence: { dnssec } },
    })
  })

  test('.bogus: what does not validate is no answer', async () => {
    expect(await look('contoso.bogus')).toMatchObject({
      check: { outcome: 'unreachable', keys: [], evidence: { dnssec: null } },
      why: expect.stringContaining('SERVFAIL'),
    })
    expect((await look('contoso.bogus', ports.knot)).check.keys).toHaveLength(1)
  })

  test.each([
    ['a name that does not exist', 'nobody'],
    ['a name without such records', 'empty'],
  ])('%s shows nothing, and that is proven where the zone is signed', async (_, name) => {
    for (const [zone, dnssec] of [
      ['secure', 'secure'],
      ['plain', 'insecure'],
    ] as const) {
      expect(await look(`${name}.${zone}`)).toMatchObject({
        check: { outcome: 'answered', keys: [], evidence: { answer: null, dnssec } },
      })
    }
  })

  test('what does not fit into a datagram comes over TCP', async () => {
    for (const zone of ['secure', 'plain']) {
      expect((await look(`many.${zone}`)).check.keys).toEqual(many(zone).sort())
    }
  })

  test('aliases are followed, and are as secure as the least secure of them', async () => {
    const aliased = (await look('aliased.secure')).check
    expect([aliased.keys, aliased.evidence.dnssec]).toEqual([
      [vkey('aliased.secure/ceo')],
      'secure',
    ])
    const away = (await look('away.secure')).check
    expect([away.keys, away.evidence.dnssec]).toEqual([[vkey('away.secure/ceo')], 'insecure'])
  })

  test('aliases in a circle are no answer', async () => {
    expect(await look('circle.secure')).toMatchObject({ check: { outcome: 'unreachable' } })
    expect(await look('circle.plain', ports.knot)).toMatchObject({
      check: { outcome: 'unreachable' },
    })
  })

  test('a server that does not validate is not taken at its word', async () => {
    const { check } = await look('contoso.secure', ports.knot)
    expect([check.keys, check.evidence.dnssec]).toEqual([[vkey('contoso.secure/ceo')], 'unknown'])
  })

  test('the digest is the same whoever is asked', async () => {
    const [one, other] = [await look('many.secure'), await look('many.secure', ports.knot)]
    expect(one.check.evidence.answer).toMatch(/^sha256:/)
    expect(one.check.evidence.answer).toBe(other.check.evidence.answer)
  })
})

async function look(domain: string, port = ports.unbound) {
  const resolvers = [dnsResolver([{ address: '127.0.0.1', port }])]
  const https = { port: 443, get: async () => unreachable('not asked') }
  const question = { origin: ORIGIN, domain, methods: ['dns'] as const, clock: () => 0 }
  const [sighting] = await askDomain({ resolvers, https }, question)
  return sighting!
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

async function startKnot(): Promise<void> {
  await mkdir(join(folder, 'db'))
  for (const zone of ZONES) await writeFile(join(folder, `${zone}.zone`), zoneFile(zone))
  const zones = ZONES.flatMap((zone) => [
    `  - domain: ${zone}.`,
    `    storage: ${folder}`,
    `    file: ${zone}.zone`,
    '    zonefile-sync: -1',
    '    zonefile-load: whole',
    ...(zone === 'plain' ? [] : ['    dnssec-signing: on', '    dnssec-policy: one']),
  ])
  const lines = [
    'server:',
    `  rundir: ${folder}`,
    `  listen: 127.0.0.1@${ports.knot}`,
    '  udp-workers: 1',
    '  tcp-workers: 1',
    '  background-workers: 1',
    'database:',
    `  storage: ${join(folder, 'db')}`,
    'policy:',
    '  - id: one',
    '    algorithm: ecdsap256sha256',
    '    single-type-signing: on',
    'zone:',
    ...zones,
    '',
  ]
  await writeFile(join(folder, 'knot.conf'), lines.join('\n'))
  run(KNOTD, ['-c', join(folder, 'knot.conf')])
  for (const zone of ZONES) await answered(`contoso.${zone}`, ports.knot)
}

/** The line by which a resolver knows a zone's key. */
function anchorOf(zone: string): string {
  const args = ['-c', join(folder, 'knot.conf'), `${zone}.`, 'ds']
  const lines = execFileSync(KEYMGR, args, { encoding: 'utf8' }).split('\n')
  return lines.find((line) => / 13 2 [0-9a-f]{64}$/i.test(line))!
}

async function startUnbound(): Promise<void> {
  const wrong = anchorOf('bogus').replace(/[0-9a-f]{64}$/i, (hex) => [...hex].reverse().join(''))
  const stub = (zone: string) =>
    `stub-zone:\n  name: ${zone}\n  stub-addr: 127.0.0.1@${ports.knot}\n`
  const lines = [
    'server:',
    `  interface: 127.0.0.1@${ports.unbound}`,
    '  num-threads: 1',
    '  do-daemonize: no',
    '  use-syslog: no',
    '  username: ""',
    '  chroot: ""',
    `  directory: ${folder}`,
    '  pidfile: ""',
    '  do-not-query-localhost: no',
    '  module-config: "validator iterator"',
    `  trust-anchor: "${anchorOf('secure')}"`,
    `  trust-anchor: "${wrong}"`,
    'remote-control:',
    '  control-enable: no',
    ...ZONES.map(stub),
    '',
  ]
  await writeFile(join(folder, 'unbound.conf'), lines.join('\n'))
  run(UNBOUND, ['-c', join(folder, 'unbound.conf')])
  await answered('contoso.secure', ports.unbound)
}

function run(program: string, args: readonly string[]): void {
  running.push(spawn(program, args, { stdio: 'ignore' }))
}

/** Waits until a server answers for a domain. */
async function answered(domain: string, port: number): Promise<void> {
  const resolver = dnsResolver([{ address: '127.0.0.1', port }], { tries: [500], tcp: 500 })
  for (let i = 0; i < 100; i++) {
    const answer = await resolver.ask(recordName(domain), 'TXT')
    if (answer.outcome === 'answered' && answer.texts.length > 0) return
    await new Promise((later) => setTimeout(later, 100))
  }
  throw new Error(`nothing answers for ${domain} at ${port}`)
}
