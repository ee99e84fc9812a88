import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Answer } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseNetwork } from '../../src/domain/address.ts'
import { shows } from '../../src/domain/advice.ts'
import { type Asking, askDomain, type Sighting } from '../../src/domain/ask.ts'
import { dnsResolver } from '../../src/node/dns.ts'
import { openHttps } from '../../src/node/https.ts'
import { CEO, CFO, ORIGIN, record, vkey } from './keys.ts'
import { type Asked, answerTo, type NameServer, openNameServer, type Said } from './name-server.ts'
import { openWebServer, pem, type WebServer } from './web-server.ts'

/** A domain is asked, over real sockets, by real servers on loopback that answer as told. */

const NAME = '_accord.contoso.com'
const LOOPBACK = parseNetwork('127.0.0.1')!
/** Short where nothing is to come, and long where something is. */
const QUICK = { tries: [100], tcp: 300 }
const PATIENT = { tries: [5000], tcp: 5000 }

let names: NameServer
let web: WebServer
/** What is said to a name: the TXT records of `NAME`, and loopback as everybody's address. */
let said: (asked: Asked) => Said | 'nothing' | 'hang up'

beforeEach(async () => {
  said = () => ({})
  names = await openNameServer((asked) => {
    if (asked.type === 'TXT') return said(asked)
    return asked.type === 'A' ? { answers: [address(asked.name, '127.0.0.1')] } : {}
  })
})
afterEach(async () => {
  await names.close()
  await web?.close()
})

const texts = (...data: string[]): Answer[] =>
  data.map((text) => ({ type: 'TXT', name: NAME, ttl: 60, data: text.match(/.{1,255}/gs) ?? [''] }))
const alias = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data })
const address = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 60, data })

/** Serves a file of keys; how it is served is the test's. */
async function serve(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  certificate = 'good',
): Promise<void> {
  web = await openWebServer(certificate, (request, response) => answer(response, request))
}

/** Answers 200 with lines of the file. */
const file =
  (...lines: string[]) =>
  (response: ServerResponse) =>
    response.setHeader('content-type', 'text/plain').end(lines.map((l) => `${l}\n`).join(''))

function asking(patience = PATIENT, resolvers = [names]): Asking {
  const ports = resolvers.map(({ port }) => dnsResolver([{ address: '127.0.0.1', port }], patience))
  const https = openHttps({
    resolvers: ports,
    port: web?.port ?? 443,
    besides: [LOOPBACK],
    roots: [pem('root.pem')],
    patience: { connect: 5000, total: patience.tries[0]! },
  })
  return { resolvers: ports, https }
}

async function ask(method: 'dns' | 'https', of: Asking = asking()): Promise<Sighting> {
  const question = { origin: ORIGIN, domain: 'contoso.com', methods: [method] as const }
  const [sighting] = await askDomain(of, { ...question, clock: () => 1_800_000_000 })
  return sighting!
}

const missing = { check: { outcome: 'answered', keys: [], evidence: { answer: null } }, why: null }
const unreachable = (why: RegExp) => ({
  check: { outcome: 'unreachable', keys: [], evidence: { answer: null, dnssec: null } },
  why: expect.stringMatching(why),
})

test('both channels are asked once, at one time, and what is done by hand is not', async () => {
  said = () => ({ answers: texts(record(CEO)) })
  await serve(file(`${ORIGIN} ${CEO}`))
  const clock = () => 1_800_000_000
  const methods = ['manual', 'https', 'dns'] as const
  const about = { origin: ORIGIN, domain: 'contoso.com', methods, clock }
  const sightings = await askDomain(asking(), about)
  expect(sightings.map(({ check }) => check)).toEqual([
    {
      ...{ subject: 'contoso.com', method: 'https', at: '2027-01-15T08:00:00Z' },
      ...{ outcome: 'answered', keys: [CEO] },
      evidence: {
        asked: `https://contoso.com:${web.port}/.well-known/accord-keys.txt`,
        answer: expect.stringMatching(/^sha256:/),
        dnssec: null,
      },
    },
    {
      ...{ subject: 'contoso.com', method: 'dns', at: '2027-01-15T08:00:00Z' },
      ...{ outcome: 'answered', keys: [CEO] },
      evidence: { asked: NAME, answer: expect.stringMatching(/^sha256:/), dnssec: 'insecure' },
    },
  ])
  expect(shows(sightings, [CEO])).toBe(true)
  expect(web.asked).toEqual(['GET /.well-known/accord-keys.txt'])
  expect(names.asked.filter((line) => line.startsWith('TXT'))).toEqual([`TXT ${NAME} udp`])
})

describe('over DNS', () => {
  test('confirmed: every key is found, in any order, and none twice', async () => {
    said = () => ({ answers: texts(record(CFO), record(CEO), 'v=spf1 -all', record(CEO)) })
    const { check, why, remarks } = await ask('dns')
    expect([check.outcome, check.keys, why, remarks]).toEqual(['answered', [CEO, CFO], null, []])
  })

  test('the digest is over the records in the order of their bytes, each with LF', async () => {
    said = () => ({ answers: texts('b', 'a', 'ab') })
    const { check } = await ask('dns')
    // printf 'a\nab\nb\n' | sha256sum
    const digest = '2e2c202d968224e3147864ce74ee696f1025bc9b6107e3cd7316f4560cd0427f'
    expect(check.evidence.answer).toBe(`sha256:${digest}`)
  })

  test('missing: no record of that type, or records of others', async () => {
    expect(await ask('dns')).toMatchObject(missing)
    said = () => ({ answers: texts('google-site-verification=1') })
    const { check, remarks } = await ask('dns')
    expect([check.outcome, check.keys, remarks]).toEqual(['answered', [], []])
    expect(check.evidence.answer).not.toBeNull()
  })

  test('wrong key: what is shown is logged, and it is not what was wanted', async () => {
    said = () => ({ answers: texts(record(CFO)) })
    const sighting = await ask('dns')
    expect(sighting.check.keys).toEqual([CFO])
    expect(shows([sighting], [CEO])).toBe(false)
  })

  test('a key of another registry or another domain is none', async () => {
    const other = vkey('fabrikam.com/ceo')
    said = () => ({ answers: texts(record(CEO, 'other.example/accord'), record(other)) })
    const { check, remarks } = await ask('dns')
    expect(check.keys).toEqual([])
    expect(remarks).toHaveLength(1)
    expect(remarks[0]).toContain('not of contoso.com')
  })

  test('NXDOMAIN is an answer without keys', async () => {
    said = () => ({ code: 3 })
    expect(await ask('dns')).toMatchObject(missing)
  })

  test.each([
    [1, /FORMERR/],
    [2, /SERVFAIL/],
    [5, /REFUSED/],
    [9, /code 9/],
  ])('code %i is no answer', async (code, why) => {
    said = () => ({ code })
    expect(await ask('dns')).toMatchObject(unreachable(why))
  })

  test('timeout: it is asked again, and then given up', async () => {
    said = () => 'nothing'
    const patience = { tries: [50, 50], tcp: 50 }
    expect(await ask('dns', asking(patience))).toMatchObject(unreachable(/no answer in time/))
    expect(names.asked).toEqual([`TXT ${NAME} udp`, `TXT ${NAME} udp`])
  })

  test('an answer to the second try is one', async () => {
    said = () => (names.asked.length < 2 ? 'nothing' : { answers: texts(record(CEO)) })
    const sighting = await ask('dns', asking({ tries: [50, 5000], tcp: 50 }))
    expect(sighting.check.keys).toEqual([CEO])
  })

  test('truncated: the rest is asked for over TCP', async () => {
    const all = texts(record(CEO), record(CFO))
    said = ({ via }) => (via === 'udp' ? { truncated: true } : { answers: all })
    expect((await ask('dns')).check.keys).toEqual([CEO, CFO])
    expect(names.asked).toEqual([`TXT ${NAME} udp`, `TXT ${NAME} tcp`])
  })

  test('truncated, and nothing over TCP: no answer', async () => {
    const over = (tcp: 'nothing' | 'hang up') => {
      said = ({ via }) => (via === 'udp' ? { truncated: true } : tcp)
    }
    over('nothing')
    expect(await ask('dns', asking(QUICK))).toMatchObject(unreachable(/in time, by TCP/))
    over('hang up')
    expect(await ask('dns')).toMatchObject(unreachable(/hung up/))
  })

  test('64 KiB over TCP are read', async () => {
    const filler = Array.from({ length: 230 }, (_, i) => `${i} `.padEnd(250, 'x'))
    const all = texts(...filler, record(CEO))
    said = ({ via }) => (via === 'udp' ? { truncated: true } : { answers: all })
    expect((await ask('dns')).check.keys).toEqual([CEO])
  })

  test('a long record comes in several character-strings', async () => {
    const origin = `${'registry'.repeat(28)}.example/accord`
    const text = record(CEO, origin)
    expect(text.length).toBeGreaterThan(255)
    said = () => ({ answers: texts(text) })
    const question = { origin, domain: 'contoso.com', methods: ['dns'] as const, clock: () => 0 }
    const [sighting] = await askDomain(asking(), question)
    expect(sighting!.check.keys).toEqual([CEO])
  })

  test('a chain of aliases is followed within the answer', async () => {
    const end: Answer = { type: 'TXT', name: 'c.example', ttl: 60, data: record(CEO) }
    said = () => ({ answers: [alias('b.example', 'C.example'), alias(NAME, 'b.example'), end] })
    expect((await ask('dns')).check.keys).toEqual([CEO])
    expect(names.asked).toHaveLength(1)
  })

  test('a chain whose end is not in the answer is asked for', async () => {
    said = ({ name }) =>
      name === NAME
        ? { answers: [alias(NAME, 'b.example')] }
        : { answers: [{ type: 'TXT', name: 'b.example', ttl: 60, data: record(CEO) }] }
    expect((await ask('dns')).check.keys).toEqual([CEO])
    expect(names.asked).toEqual([`TXT ${NAME} udp`, 'TXT b.example udp'])
  })

  test('a chain that ends nowhere is an answer without keys', async () => {
    said = ({ name }) => (name === NAME ? { answers: [alias(NAME, 'b.example')] } : { code: 3 })
    expect(await ask('dns')).toMatchObject(missing)
  })

  test('aliases in a circle, or over more than eight, are no answer', async () => {
    said = () => ({ answers: [alias(NAME, 'b.example'), alias('b.example', NAME)] })
    expect(await ask('dns')).toMatchObject(unreachable(/circle/))
    said = ({ name }) => ({ answers: [alias(name, `x${name.length}.example`)] })
    said = ({ name }) => ({ answers: [alias(name, `a${name}`)] })
    expect(await ask('dns')).toMatchObject(unreachable(/more than 8/))
  })

  test('records of names that were not asked for are not counted', async () => {
    said = () => ({ answers: [{ type: 'TXT', name: 'contoso.com', ttl: 60, data: record(CEO) }] })
    expect(await ask('dns')).toMatchObject({ check: { outcome: 'answered', keys: [] } })
  })

  test('more than sixteen keys cannot be logged, and a part of them is not', async () => {
    const keys = Array.from({ length: 17 }, (_, i) => vkey(`contoso.com/k${i}`))
    const tell = (...some: string[]) => {
      said = ({ via }) =>
        via === 'udp' ? { truncated: true } : { answers: texts(...some.map((k) => record(k))) }
    }
    tell(...keys)
    expect(await ask('dns')).toMatchObject(unreachable(/17 keys/))
    tell(...keys.slice(1))
    expect((await ask('dns')).check.keys).toHaveLength(16)
  })

  test.each([
    ['bytes that are no message', [Uint8Array.of(1, 2, 3)]],
    ['nothing', [new Uint8Array()]],
  ])('%s: the answer may still come, and does not', async (_, raw) => {
    said = () => ({ raw })
    expect(await ask('dns', asking(QUICK))).toMatchObject(unreachable(/no answer in time/))
  })

  test('a message whose records are cut short is no answer', async () => {
    said = (asked) => {
      const whole = Uint8Array.from(answerTo(asked, { answers: texts(record(CEO)), plain: true }))
      return { raw: [whole.subarray(0, -1)] }
    }
    expect(await ask('dns')).toMatchObject(unreachable(/malformed/))
  })

  test('spoofed answers are ignored: another id, another question, a question', async () => {
    said = (asked) => {
      const forged = Uint8Array.from(answerTo(asked, { answers: texts(record(CFO)) }))
      const otherId = Uint8Array.from(forged)
      otherId[1]! ^= 1
      const otherName = Uint8Array.from(forged)
      otherName[13] = 'x'.charCodeAt(0)
      const question = Uint8Array.from(forged)
      question[2]! &= 0x7f
      const right = answerTo(asked, { answers: texts(record(CEO)) })
      return { raw: [otherId, otherName, question, right] }
    }
    expect((await ask('dns')).check.keys).toEqual([CEO])
  })

  test('case in the question that comes back does not matter', async () => {
    said = (asked) => {
      const bytes = Uint8Array.from(answerTo(asked, { answers: texts(record(CEO)) }))
      bytes[13] = 'X'.charCodeAt(0) & 0xff
      bytes.set(new TextEncoder().encode('_ACCORD'), 13)
      return { raw: [bytes] }
    }
    expect((await ask('dns')).check.keys).toEqual([CEO])
  })
})

describe('DNSSEC', () => {
  const state = async (...all: Said[]) => {
    const servers = await Promise.all(all.map((one) => openNameServer(() => one)))
    try {
      return (await ask('dns', asking(PATIENT, servers))).check.evidence.dnssec
    } finally {
      await Promise.all(servers.map((s) => s.close()))
    }
  }
  const secure = { answers: texts(record(CEO)), authentic: true }
  const insecure = { answers: texts(record(CEO)) }

  test('is what the resolver says', async () => {
    expect(await state(secure)).toBe('secure')
    expect(await state(insecure)).toBe('insecure')
    expect(await state({ code: 3, authentic: true })).toBe('secure')
  })

  test('is unknown of a resolver that knows no DNSSEC, or does not validate', async () => {
    const data = { typeCovered: 'TXT', algorithm: 13, labels: 3, originalTTL: 60 }
    const times = { expiration: 1, inception: 0, keyTag: 1, signersName: 'com' }
    const signature = Buffer.from('x')
    const rrsig: Answer = {
      ...{ type: 'RRSIG', name: NAME, ttl: 60 },
      data: { ...data, ...times, signature },
    } as Answer
    expect(await state({ ...insecure, plain: true })).toBe('unknown')
    expect(await state({ answers: [...insecure.answers, rrsig] })).toBe('unknown')
  })

  test('is secure only if every resolver says so, and unknown where they differ', async () => {
    expect(await state(secure, secure)).toBe('secure')
    expect(await state(secure, insecure)).toBe('unknown')
  })

  test('of a chain is secure only if every answer is', async () => {
    const server = await openNameServer(({ name }) =>
      name === NAME
        ? { answers: [alias(NAME, 'b.example')], authentic: true }
        : { answers: [{ type: 'TXT', name: 'b.example', ttl: 60, data: record(CEO) }] },
    )
    const { check } = await ask('dns', asking(PATIENT, [server]))
    expect(check.evidence.dnssec).toBe('unknown')
    await server.close()
  })
})

describe('several resolvers', () => {
  let second: NameServer
  beforeEach(async () => {
    said = () => ({ answers: texts(record(CEO), record(CFO)) })
    second = await openNameServer(() => ({ answers: texts(record(CFO), record(CEO)) }))
  })
  afterEach(() => second.close())
  const both = (patience = PATIENT) => ask('dns', asking(patience, [names, second]))

  test('that agree are one answer, in whatever order they give it', async () => {
    const sighting = await both()
    expect(sighting.check.keys).toEqual([CEO, CFO])
    expect(sighting.check.evidence.answer).not.toBeNull()
  })

  test('that differ in other records have no answer in common, and the keys', async () => {
    second.say = () => ({ answers: texts(record(CEO), record(CFO), 'v=spf1 -all') })
    const { check } = await both()
    expect([check.keys, check.evidence.answer]).toEqual([[CEO, CFO], null])
  })

  test('that disagree are no answer, and it is said who said what', async () => {
    second.say = () => ({ code: 3 })
    const { why, check } = await both()
    const id = (key: string) => key.split('+', 2).join('+')
    expect(check.outcome).toBe('unreachable')
    expect(why).toBe(
      `the resolvers disagree: 127.0.0.1:${names.port} shows ${id(CEO)}, ${id(CFO)}; 127.0.0.1:${second.port} shows no keys`,
    )
  })

  test('of which one is silent are no answer, and it is named', async () => {
    second.say = () => ({ code: 2 })
    expect(await both()).toMatchObject(unreachable(new RegExp(`^127.0.0.1:${second.port}: SERV`)))
  })

  test('that stand for each other are one: the next is asked where the first is silent', async () => {
    said = () => 'nothing'
    const servers = [names, second].map(({ port }) => ({ address: '127.0.0.1', port }))
    const resolver = dnsResolver(servers, { tries: [200], tcp: 200 })
    const { check } = await ask('dns', { ...asking(), resolvers: [resolver] })
    expect(check.keys).toEqual([CEO, CFO])
  })
})

describe('over HTTPS', () => {
  test('confirmed: every line for this registry is found; others and comments are not', async () => {
    await serve(file('# ours', `${ORIGIN} ${CFO}`, '', `${ORIGIN} ${CEO}`, `x.example ${CEO}`))
    const { check, why, remarks } = await ask('https')
    expect([check.outcome, check.keys, why, remarks]).toEqual(['answered', [CEO, CFO], null, []])
  })

  test('missing: 404, 410, or a file without keys', async () => {
    for (const status of [404, 410]) {
      await serve((response) => response.writeHead(status).end('x'.repeat(300_000)))
      expect(await ask('https')).toMatchObject(missing)
      await web.close()
    }
    await serve(file('# nothing yet'))
    expect(await ask('https')).toMatchObject({ check: { outcome: 'answered', keys: [] } })
  })

  test('the last line may lack its end', async () => {
    await serve((r) => r.setHeader('content-type', 'text/plain').end(`${ORIGIN} ${CEO}`))
    expect((await ask('https')).check.keys).toEqual([CEO])
  })

  test.each([301, 302, 307, 308])('redirect %i is not followed', async (status) => {
    await serve((response, request) => {
      const to = { location: `${request.url}?again` }
      if (request.url!.includes('again')) file(`${ORIGIN} ${CEO}`)(response)
      else response.writeHead(status, to).end()
    })
    expect(await ask('https')).toMatchObject(unreachable(/redirects to ".*again", status 30/))
    expect(web.asked).toHaveLength(1)
  })

  test.each([201, 204, 401, 403, 500, 503])('status %i is no answer', async (status) => {
    await serve((response) => response.writeHead(status).end())
    expect(await ask('https')).toMatchObject(unreachable(new RegExp(`got ${status}`)))
  })

  test.each(['text/html', 'application/json', 'text/plainer', undefined])(
    'media type %s is no answer',
    async (type) => {
      await serve((response) => {
        if (type) response.setHeader('content-type', type)
        response.end(`${ORIGIN} ${CEO}\n`)
      })
      expect(await ask('https')).toMatchObject(unreachable(/expected text\/plain/))
    },
  )

  test('a charset beside the media type is nothing', async () => {
    await serve((r) => r.setHeader('content-type', 'Text/Plain; charset=utf-8').end(`# ${CEO}`))
    expect((await ask('https')).check.outcome).toBe('answered')
  })

  test('300 KiB are not read', async () => {
    await serve(file('#'.repeat(300 * 1024), `${ORIGIN} ${CEO}`))
    expect(await ask('https')).toMatchObject(unreachable(/over 64 KiB/))
    await web.close()
    await serve(file('#'.repeat(64 * 1024 - 2 - `${ORIGIN} ${CEO}\n`.length), `${ORIGIN} ${CEO}`))
    expect(await ask('https')).toMatchObject({ check: { outcome: 'answered' } })
  })

  test('what has no end is not read to it', async () => {
    await serve((response) => {
      response.setHeader('content-type', 'text/plain')
      const more = () => {
        while (!response.destroyed && response.write('#'.repeat(1024)));
      }
      response.on('drain', more)
      more()
    })
    expect(await ask('https')).toMatchObject(unreachable(/over 64 KiB/))
  })

  test('a body that drips is given up', async () => {
    let timer: NodeJS.Timeout | undefined
    await serve((response) => {
      response.setHeader('content-type', 'text/plain')
      timer = setInterval(() => response.write('#'), 20)
    })
    const short = { ...asking(), https: dripping() }
    expect(await ask('https', short)).toMatchObject(unreachable(/no answer in time/))
    clearInterval(timer)
  })

  test('a server that says nothing is given up', async () => {
    await serve(() => {})
    const short = { ...asking(), https: dripping() }
    expect(await ask('https', short)).toMatchObject(unreachable(/no answer in time/))
  })

  const dripping = () =>
    openHttps({
      resolvers: asking().resolvers,
      port: web.port,
      besides: [LOOPBACK],
      roots: [pem('root.pem')],
      patience: { connect: 250, total: 250 },
    })

  test('what is compressed though identity was asked for is not unpacked', async () => {
    let accepted: string | undefined
    await serve((response, request) => {
      accepted = request.headers['accept-encoding']
      response.setHeader('content-type', 'text/plain').setHeader('content-encoding', 'gzip')
      response.end(gzipSync('#'.repeat(10_000_000)))
    })
    expect(await ask('https')).toMatchObject(unreachable(/encoded \(gzip\)/))
    expect(accepted).toBe('identity')
  })

  test('no credentials, cookies or referrer go along', async () => {
    let headers: string[] = []
    await serve((response, request) => {
      headers = Object.keys(request.headers).sort()
      file(`${ORIGIN} ${CEO}`)(response.setHeader('set-cookie', 'a=b') as ServerResponse)
    })
    await ask('https')
    await ask('https')
    expect(headers).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
  })

  test.each([
    ['self-signed', /signed by itself/],
    ['other', /for another name/],
    ['expired', /has expired/],
  ])('the certificate %s.pem is no answer', async (certificate, why) => {
    await serve(file(`${ORIGIN} ${CEO}`), certificate)
    expect(await ask('https')).toMatchObject(unreachable(why))
    expect(web.asked).toEqual([])
  })

  test('a certificate of a root that is not known is no answer', async () => {
    await serve(file(`${ORIGIN} ${CEO}`))
    const { resolvers } = asking()
    const https = openHttps({ resolvers, port: web.port, besides: [LOOPBACK] })
    expect(await ask('https', { resolvers, https })).toMatchObject(unreachable(/authority/))
    expect(web.asked).toEqual([])
  })

  test('bytes that are not UTF-8 are no answer', async () => {
    await serve((r) => r.setHeader('content-type', 'text/plain').end(Buffer.of(0x23, 0xff, 0x0a)))
    expect(await ask('https')).toMatchObject(unreachable(/UTF-8/))
  })

  test('nobody listens there', async () => {
    await serve(() => {})
    const before = asking()
    await web.close()
    expect(await ask('https', before)).toMatchObject(unreachable(/refused/))
  })

  test('a name without an address, or whose address is not known', async () => {
    await serve(file(`${ORIGIN} ${CEO}`))
    names.say = () => ({ code: 3 })
    expect(await ask('https')).toMatchObject(unreachable(/it has no address/))
    names.say = () => ({ code: 2 })
    expect(await ask('https')).toMatchObject(unreachable(/address is not known: 127.*SERVFAIL/))
  })

  test('one family of addresses is enough', async () => {
    await serve(file(`${ORIGIN} ${CEO}`))
    names.say = ({ type, name }) =>
      type === 'A' ? { answers: [address(name, '127.0.0.1')] } : { code: 2 }
    expect((await ask('https')).check.keys).toEqual([CEO])
  })
})

describe('rebinding', () => {
  beforeEach(() => serve(file(`${ORIGIN} ${CEO}`)))
  const closed = () => {
    const { resolvers } = asking()
    return { resolvers, https: openHttps({ resolvers, port: web.port, roots: [pem('root.pem')] }) }
  }

  test.each(['127.0.0.1', '169.254.169.254', '10.0.0.1'])('to %s is refused', async (private_) => {
    names.say = ({ type, name }) =>
      type === 'A' ? { answers: [address(name, private_)] } : { code: 3 }
    const why = new RegExp(`not public, ${private_}`)
    expect(await ask('https', closed())).toMatchObject(unreachable(why))
    expect(web.asked).toEqual([])
  })

  test.each(['0x7f.0x1', '127.0.0.0x1', '127.0.0.1', 'foo.0x1', 'xn--a.contoso.com'])(
    'by the name %s is refused, whatever addresses it has',
    async (domain) => {
      names.say = ({ type, name }) =>
        type === 'A' ? { answers: [address(name, '93.184.216.34')] } : {}
      const answer = await closed().https.get(domain, '/')
      expect(answer).toMatchObject({ why: expect.stringMatching(/no name of a host/) })
      expect([web.asked, names.asked]).toEqual([[], []])
    },
  )

  test('one private address among public ones spoils them all', async () => {
    names.say = ({ type, name }) =>
      type === 'A' ? { answers: [address(name, '93.184.216.34'), address(name, '127.0.0.1')] } : {}
    expect(await ask('https', closed())).toMatchObject(unreachable(/not public, 127/))
    names.say = ({ type, name }) =>
      type === 'A'
        ? { answers: [address(name, '93.184.216.34')] }
        : { answers: [{ type: 'AAAA', name, ttl: 60, data: '::1' }] }
    expect(await ask('https', closed())).toMatchObject(unreachable(/not public, ::1/))
    expect(web.asked).toEqual([])
  })

  test('a second answer is not asked for: the address that was checked is connected to', async () => {
    let times = 0
    names.say = ({ type, name }) => {
      if (type !== 'A') return {}
      return { answers: [address(name, times++ === 0 ? '127.0.0.1' : '169.254.169.254')] }
    }
    expect((await ask('https')).check.keys).toEqual([CEO])
    expect(names.asked.filter((line) => line.startsWith('A '))).toHaveLength(1)
    expect(await ask('https')).toMatchObject(unreachable(/not public, 169/))
  })
})
