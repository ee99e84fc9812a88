import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatAttestation, parseAttestation } from '../../src/accord/attestation.ts'
import { REFUSALS } from '../../src/accord/refusal.ts'
import { ADVICE } from '../../src/client/advice.ts'
import { MAX_BODY } from '../../src/http/body.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { company, someDigest } from '../accord/cast.ts'
import { keyOf, signText } from '../accord/keys.ts'
import type { Speaker } from '../accord/speaker.ts'
import { openSite, type Site, tellStory } from './site.ts'

interface Logged {
  readonly note: string
  readonly digest: string
}

let site: Site
let head: string

beforeAll(async () => {
  site = await openSite()
  await tellStory(site)
  await site.add(site.speaker.verification('northwind.example', company('northwind.example').keys))
  await site.add(site.speaker.enrol(company('northwind.example')))
  head = await (await site.get('/checkpoint')).text()
})

afterAll(() => site.close())

/** Sends to both doors; neither may change anything. */
async function refused(body: BodyInit, headers: Record<string, string> = {}) {
  const response = await site.post('/v1/attestations', body, headers)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await (await site.get('/checkpoint')).text()).toBe(head)
  const problem = await response.json()
  expect(problem.status).toBe(response.status)
  expect(problem.type).toBe(`/problems/${problem.code}`)
  return problem
}

describe('a request that is not one', () => {
  test.each([
    ['another media type', { 'content-type': 'application/xml' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', { 'content-type': 'text/plain; charset=iso-8859-1' }],
  ])('%s', async (_what, headers) => {
    expect(await refused('x', headers)).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
    })
  })

  test('no media type', async () => {
    expect(await refused(new Uint8Array([0x20]), { 'content-type': '' })).toMatchObject({
      status: 415,
    })
  })

  test('too large, and said so', async () => {
    const problem = await refused('x'.repeat(MAX_BODY + 1))
    expect(problem).toMatchObject({ status: 413, code: 'too-large' })
  })

  test('too large, and not said so', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(50_000).fill(0x20))
      },
    })
    const response = await site.app.request('/v1/attestations', {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
  })

  test('not UTF-8', async () => {
    const bytes = new TextEncoder().encode(site.speaker.sign('northwind.example'))
    bytes[20] = 0xff
    expect(await refused(bytes)).toMatchObject({ status: 400, code: 'not-utf8' })
  })

  test('cut off on the way', async () => {
    const { hostname, port } = new URL(site.url)
    const socket = connect(Number(port), hostname)
    const note = site.speaker.sign('northwind.example')
    const head_ = `POST /v1/attestations HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: ${note.length}\r\n\r\n`
    socket.write(head_ + note.slice(0, 200))
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(await (await site.get('/checkpoint')).text()).toBe(head)
  })

  test('an empty body', async () => {
    expect(await refused('')).toMatchObject({ status: 422, code: 'malformed-attestation' })
  })
})

/** Everything that the law refuses, as it is sent: the code, the status, the step. */
const REFUSED: [string, string, number, string, (s: Speaker) => string][] = [
  [
    'half a note',
    'malformed-attestation',
    422,
    'attestation',
    (s) => s.sign('northwind.example').slice(0, 300),
  ],
  [
    'a note with CRLF',
    'malformed-attestation',
    422,
    'attestation',
    (s) => s.sign('northwind.example').replaceAll('\n', '\r\n'),
  ],
  [
    'a note with a byte order mark',
    'malformed-statement',
    422,
    'statement',
    (s) => `\ufeff${s.sign('northwind.example')}`,
  ],
  [
    'lines in another order',
    'malformed-attestation',
    422,
    'attestation',
    (s) => swapped(s.sign('northwind.example')),
  ],
  [
    'another spelling of JSON',
    'malformed-statement',
    422,
    'statement',
    (s) => s.sign('northwind.example').replace('  "type"', '   "type"'),
  ],
  [
    'another type',
    'unknown-type',
    422,
    'statement',
    (s) =>
      signText(`{\n  "type": "finding/v1",\n  "registry": "${s.origin}"\n}\n`, [
        keyOf('northwind.example/ceo'),
      ]),
  ],
  [
    "another registry's statement",
    'wrong-registry',
    422,
    'statement',
    (s) => s.sign('northwind.example', 'accord', { registry: 'other.example/accord' }),
  ],
  [
    'a stale previous',
    'stale-previous',
    409,
    'previous',
    (s) => s.sign('northwind.example', 'accord', { previous: someDigest('old') }),
  ],
  [
    'an enrolment nobody confirmed',
    'domain-unconfirmed',
    422,
    'rules',
    (s) => s.enrol(company('tailspin.example')),
  ],
  [
    'a party nobody knows',
    'unknown-party',
    422,
    'previous',
    (s) => s.sign('northwind.example', 'accord', { party: 'tailspin.example', previous: null }),
  ],
  [
    'an unknown key',
    'key-not-eligible',
    422,
    'signatures',
    (s) => s.sign('northwind.example', 'accord', { by: [keyOf('northwind.example/intern')] }),
  ],
  [
    'one signature short',
    'quorum-not-met',
    422,
    'signatures',
    (s) => s.sign('northwind.example', 'accord', { by: [keyOf('northwind.example/ceo')] }),
  ],
  [
    'a signature of something else',
    'bad-signature',
    422,
    'signatures',
    (s) => s.sign('northwind.example').replace(s.time(365), s.time(364)),
  ],
  [
    'a reservation on a clause that has none',
    'not-reservable',
    422,
    'rules',
    (s) =>
      s.sign('northwind.example', 'accord', { reservations: [{ clause: 'P1', text: 'Not us.' }] }),
  ],
  [
    'a renewal of what was never signed',
    'wrong-standing',
    422,
    'rules',
    (s) => s.renew('northwind.example'),
  ],
  [
    'seen from another tree',
    'seen-mismatch',
    422,
    'seen',
    (s) =>
      s.sign('northwind.example', 'accord', {
        seen: { ...s.seen, root: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
      }),
  ],
  [
    'a size not reached',
    'seen-unknown',
    422,
    'seen',
    (s) => s.sign('northwind.example', 'accord', { seen: { ...s.seen, size: 99 } }),
  ],
  [
    'issued in the future',
    'issued-in-future',
    422,
    'issued',
    (s) => s.sign('northwind.example', 'accord', { issued: s.time(1) }),
  ],
  [
    'issued long ago',
    'issued-too-old',
    422,
    'issued',
    (s) => s.sign('northwind.example', 'accord', { issued: s.time(-15) }),
  ],
  [
    'until beyond the terms',
    'bad-until',
    422,
    'rules',
    (s) => s.sign('northwind.example', 'accord', { until: s.time(400) }),
  ],
  [
    'a name that is not NFC',
    'admission-nfc',
    422,
    'admission',
    (s) =>
      s.sign('northwind.example', 'accord', {
        officers: [{ role: 'Pre\u0301sident', card: someDigest('card') }],
      }),
  ],
]

function swapped(note: string): string {
  const lines = note.trimEnd().split('\n')
  return `${[...lines.slice(0, -2), lines.at(-1), lines.at(-2)].join('\n')}\n`
}

describe('a statement that is refused', () => {
  test.each(REFUSED)('%s', async (_what, code, status, check, say) => {
    const problem = await refused(say(site.speaker))
    expect(problem).toMatchObject({ code, status, check })
    expect(problem.advice).not.toBe('')
    const signed = parseNote(problem.refusal.note)
    expect(JSON.parse(signed.text)).toMatchObject({ type: 'refusal/v1', code })
    expect(signed.signatures.map((s) => s.name)).toEqual(['registry.example/clerk'])
  })

  test.each(REFUSED)('%s: the trial says the same', async (_what, code, _status, _check, say) => {
    const response = await site.post('/v1/check', say(site.speaker))
    expect(response.status).toBe(200)
    const answer = await response.json()
    expect(answer.admissible).toBe(false)
    if (code === 'quorum-not-met') expect(answer.missing).toHaveLength(1)
    else expect(answer.refusal).toMatchObject({ code })
    expect(await (await site.get('/checkpoint')).text()).toBe(head)
  })

  test('a stale previous is told the head', async () => {
    const note = site.speaker.sign('northwind.example', 'accord', { previous: someDigest('old') })
    expect((await refused(note)).head).toBe(site.speaker.head('northwind.example'))
  })

  test('a missing signature is told whose', async () => {
    const by = [keyOf('northwind.example/ceo')]
    const { missing } = await refused(site.speaker.sign('northwind.example', 'accord', { by }))
    expect(missing).toEqual([
      {
        need: 2,
        of: company('northwind.example').keys.map((k) => k.vkey),
        signed: [keyOf('northwind.example/ceo').vkey],
      },
    ])
  })

  test('what was logged with other signatures comes with its receipt', async () => {
    const { note, digest } = (await (await site.get('/v1/entries/4')).json()) as Logged
    const { signatures, text } = parseAttestation(note)
    const other = formatAttestation(text, signatures.slice(0, 1))
    const problem = await refused(other)
    expect(problem).toMatchObject({ status: 409, code: 'already-logged', index: 4 })
    expect(problem.receipt).toBe(
      await (await site.get(`/v1/attestations/${digest}.tlog-proof`)).text(),
    )
  })

  test('nothing of it is written down but digest and code', async () => {
    const secret = { officers: [{ role: 'A role that nobody logs', card: someDigest('card') }] }
    await refused(site.speaker.renew('northwind.example', 'accord', secret))
    expect(JSON.stringify(site.events)).not.toContain('A role that nobody logs')
  })
})

test('every code of the law has advice, and is explained', async () => {
  expect(Object.keys(ADVICE).sort()).toEqual(Object.keys(REFUSALS).sort())
  const codes = (await (await site.get('/problems')).json()) as { code: string }[]
  expect(codes.map((c) => c.code)).toEqual(expect.arrayContaining(Object.keys(REFUSALS)))
})

test('what happened is measured', async () => {
  const text = await (await site.get('/metrics')).text()
  expect(text).toContain('accord_submissions_total{outcome="refused",code="stale-previous"} ')
  expect(text).toMatch(/accord_request_duration_seconds_count\{[^}]*route="\/v1\/attestations"/)
  expect(text).toMatch(/^accord_tree_size 12$/m)
})
