import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { parseAttestation } from '../../src/accord/attestation.ts'
import { cardDigest, formatCard } from '../../src/accord/card.ts'
import { parseEntry } from '../../src/accord/entry.ts'
import { entryAt } from '../../src/register/log.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { formatNote, parseNote } from '../../src/tlog/note.ts'
import { parseProof } from '../../src/tlog/proof.ts'
import { verifyReceipt } from '../../src/verify.ts'
import { company } from '../accord/cast.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { compareGolden } from './golden.ts'
import { openSite, type Site, tellStory } from './site.ts'

const ANN = formatCard({
  type: 'card/v1',
  salt: encodeBase64(keyOf('ann.example').seed),
  name: 'Ann Ottilie Example',
})
const BEN = formatCard({ ...JSON.parse(ANN), name: 'Ben Example' })
const officers = [
  { role: 'Chief executive', card: cardDigest(ANN) },
  { role: 'General counsel', card: cardDigest(BEN) },
]

interface Logged {
  readonly digest: string
  readonly index: number
  readonly receipt: string
}

async function newSite(): Promise<Site> {
  const site = await openSite()
  await tellStory(site)
  return site
}

async function sendJson(site: Site, body: unknown): Promise<Response> {
  return site.post('/v1/attestations', JSON.stringify(body), { 'content-type': 'application/json' })
}

describe('cards', () => {
  let site: Site
  let note: string
  let sent: Logged

  beforeAll(async () => {
    site = await newSite()
    site.speaker.days(340)
    note = site.speaker.renew('contoso.com', 'accord', { officers })
    const response = await sendJson(site, { attestation: note, cards: [ANN] })
    expect([response.status, await response.clone().text()]).toMatchObject([201, expect.anything()])
    site.followed(note)
    sent = (await response.json()) as Logged
  })

  afterAll(() => site.close())

  const cardsOf = (digest: string) => site.get(`/v1/attestations/${digest}/cards`)

  test('come with a statement, and are shown with the text that was hashed', async () => {
    const response = await cardsOf(sent.digest)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-robots-tag')).toBe('noindex')
    expect(await response.json()).toEqual({
      digest: sent.digest,
      officers: [
        { ...officers[0], name: 'Ann Ottilie Example', text: ANN },
        { ...officers[1], name: null, text: null },
      ],
    })
  })

  test('may come later, as a form, with the same attestation', async () => {
    const form = new FormData()
    form.append('attestation', new Blob([note]))
    form.append('card', new Blob([ANN]))
    form.append('card', new Blob([BEN]))
    const response = await fetch(`${site.url}/v1/attestations`, { method: 'POST', body: form })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ index: sent.index, receipt: sent.receipt })
    const { officers: shown } = await (await cardsOf(sent.digest)).json()
    expect(shown.map((o: { name: string }) => o.name)).toEqual([
      'Ann Ottilie Example',
      'Ben Example',
    ])
  })

  test('are in no other answer', async () => {
    const paths = [
      `/v1/attestations/${sent.digest}`,
      `/v1/attestations/${sent.digest}.note`,
      `/v1/attestations/${sent.digest}.tlog-proof`,
      `/v1/attestations/${sent.digest}.accord-evidence`,
      `/v1/entries/${sent.index}`,
      '/v1/export',
      '/v1/feed.atom',
      '/v1/changes?from=0',
      '/v1/parties/contoso.com',
      '/v1/parties/contoso.com/standing?instrument=accord',
      '/metrics',
    ]
    for (const path of paths) {
      const response = await site.get(path)
      expect([path, response.status]).toEqual([path, 200])
      expect(await response.text()).not.toContain('Ottilie')
    }
    expect(JSON.stringify(site.events)).not.toContain('Ottilie')
  })

  test('of a statement that is not logged are not there', async () => {
    expect((await cardsOf(`sha256:${'0'.repeat(64)}`)).status).toBe(404)
    expect((await cardsOf('sha256:0')).status).toBe(400)
  })

  test('are refused by the clerk where no officer has them', async () => {
    const other = formatCard({ ...JSON.parse(ANN), name: 'Cleo Example' })
    const response = await sendJson(site, { attestation: note, cards: [other] })
    expect(response.status).toBe(422)
    const problem = await response.json()
    expect(problem).toMatchObject({ code: 'admission-card', check: 'admission' })
    expect(problem.refusal.note).not.toContain('Cleo')
  })

  test.each<[string, unknown]>([
    ['no object', 'x'],
    ['no attestation', { cards: [] }],
    ['a card that is no text', { attestation: '', cards: [{}] }],
    ['more cards than officers', { attestation: '', cards: Array(17).fill('') }],
    ['something else beside', { attestation: '', cards: [], name: 'Ann' }],
  ])('a body of JSON with %s is refused', async (_, body) => {
    const response = await sendJson(site, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'malformed-body' })
  })

  test('a body that is no JSON, or no form, is refused', async () => {
    for (const type of ['application/json', 'multipart/form-data; boundary=x']) {
      const response = await site.post('/v1/attestations', '{', { 'content-type': type })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'malformed-body' })
    }
  })

  const file = new Blob(['x'])
  test.each<[string, readonly [string, Blob | string][]]>([
    ['no attestation', [['card', file]]],
    ['two attestations', [['attestation', file], ['attestation', file]]], // biome-ignore format: a table
    ['another part', [['attestation', file], ['name', file]]], // biome-ignore format: a table
    ['a field, whose line breaks browsers change', [['attestation', 'x']]],
  ])('a form with %s is refused', async (_, parts) => {
    const form = new FormData()
    for (const [name, part] of parts) form.append(name, part)
    const response = await fetch(`${site.url}/v1/attestations`, { method: 'POST', body: form })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'malformed-body' })
  })

  test('a body that is too large is not read to its end', async () => {
    const large = { attestation: note, cards: ['x'.repeat(200_000)] }
    expect((await sendJson(site, large)).status).toBe(413)
  })

  test('text that is no UTF-8 is refused in JSON and in a form', async () => {
    const type = { 'content-type': 'application/json' }
    const response = await site.post('/v1/attestations', new Uint8Array([0x22, 0xff, 0x22]), type)
    expect(await response.json()).toMatchObject({ code: 'not-utf8' })
    const form = new FormData()
    form.append('attestation', new Blob([new Uint8Array([0xff])]))
    const sentForm = await fetch(`${site.url}/v1/attestations`, { method: 'POST', body: form })
    expect(await sentForm.json()).toMatchObject({ code: 'not-utf8' })
  })

  test('are gone once a notice has erased them, and the receipt verifies as before', async () => {
    const reason = 'She asked for it.'
    const { digest, index } = await site.add(site.speaker.notice('erase', sent.digest, { reason }))
    const response = await cardsOf(sent.digest)
    expect(response.status).toBe(410)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({
      code: 'erased',
      notice: { digest, index, reason },
    })
    expect((await site.get(`/v1/attestations/${sent.digest}`)).status).toBe(200)
    const policy = `log ${site.speaker.log.vkey}\nquorum none\n`
    expect(verifyReceipt(sent.receipt, policy, verify).verdict).toBe('verified')
    const again = await sendJson(site, { attestation: note, cards: [ANN] })
    expect(again.status).toBe(422)
    expect(await again.json()).toMatchObject({ code: 'admission-erased' })
  })
})

describe('a takedown', () => {
  let site: Site
  /** What was said before, by what it is. */
  const said: Record<string, Logged> = {}
  let before: Record<string, string>
  let roll: string

  /** Every path that says something of a statement. */
  const quoting = () => [
    '/v1/parties',
    '/v1/parties/contoso.com',
    '/v1/parties/contoso.com/due.ics',
    '/v1/parties/contoso.com/feed.atom',
    '/v1/parties/contoso.com/feed.json',
    '/v1/parties/contoso.com/standing?instrument=accord',
    `/v1/parties/contoso.com/standing?instrument=accord&at=2026-01-01T01:00:00Z&size=${said['renewal']!.index + 1}`,
    '/v1/instruments',
    '/v1/instruments/accord',
    '/v1/instruments/accord/signatories',
    '/v1/instruments/accord/signatories.csv',
    '/v1/instruments/accord/feed.atom',
    '/v1/instruments/accord/due.ics',
    '/v1/feed.atom',
    '/v1/feed.json',
    '/v1/changes?from=0',
    '/v1/export',
    '/v1/export?size=8',
    '/',
    '/parties',
    '/parties/contoso.com',
    '/instruments',
    '/instruments/accord',
    '/instruments/accord/v2',
    '/instruments/accord/diff/1..2',
    '/changes',
    '/log',
    '/search?q=anziba',
    ...Object.values(said).flatMap(({ digest, index }) => [
      `/attestations/${digest}`,
      `/log/entries/${index}`,
    ]),
  ]

  const served = async () =>
    Object.fromEntries(
      await Promise.all(
        quoting().map(async (path) => [path, await (await site.get(path)).text()] as const),
      ),
    )

  beforeAll(async () => {
    site = await newSite()
    const { speaker } = site
    const keys = company('contoso.com').keys
    said['enrolment'] = await site.add(
      speaker.rotate('contoso.com', keys, {
        name: 'Zanzibar Defamers',
        keys: keys.map(({ vkey }) => ({ vkey, role: 'Yodel of Ann' })),
        issued: speaker.time(),
        seen: speaker.seen,
        previous: speaker.head('contoso.com'),
      }),
    )
    speaker.days(340)
    said['renewal'] = await site.add(
      speaker.renew('contoso.com', 'accord', {
        reservations: [{ clause: 'P2', text: 'Quixotic libel.' }],
      }),
    )
    said['report'] = await site.add(
      speaker.report('contoso.com', 'accord', { title: 'Xylophone slander' }),
    )
    said['version'] = await site.add(speaker.nextVersion('accord', { title: 'Wombat treaty' }))
    before = await served()
    for (const [name, logged] of Object.entries({ ...said })) {
      // Without its latest version an instrument has no page.
      if (name === 'version') roll = await (await site.get('/instruments/accord')).text()
      said[`notice ${logged.digest}`] = await site.add(
        speaker.notice('takedown', logged.digest, { reason: 'A court in X.' }),
      )
    }
  })

  afterAll(() => site.close())

  const TEXTS = ['Zanzibar', 'Yodel', 'Quixotic', 'Xylophone', 'Wombat']

  test('would have something to hide: each text was served somewhere', () => {
    const all = Object.values(before).join('\n')
    for (const text of TEXTS) expect(all).toContain(text)
  })

  test('leaves its text in no answer, whatever the time and size asked about', async () => {
    for (const [path, text] of Object.entries(await served())) {
      for (const word of TEXTS) expect([path, text.includes(word)]).toEqual([path, false])
    }
  })

  test('leaves its text in no page of an instrument, and who stands by it', () => {
    const notice = said[`notice ${said['enrolment']!.digest}`]!.index
    expect(roll).toContain(`[taken down: entry ${notice}]`)
    for (const word of TEXTS.filter((text) => text !== 'Wombat')) expect(roll).not.toContain(word)
  })

  test('leaves a mark that names the notice where a text stood', async () => {
    const notice = said[`notice ${said['enrolment']!.digest}`]!.index
    const { party } = await (await site.get('/v1/parties/contoso.com')).json()
    expect(party.name).toBe(`[taken down: entry ${notice}]`)
    expect(party.keys[0].role).toBe(`[taken down: entry ${notice}]`)
    const held = { instrument: site.speaker.ref('accord', 1) }
    const leaving = site.speaker.withdraw('contoso.com', 'accord', held)
    const trial = await site.post('/v1/check', leaving)
    const { standings } = await trial.json()
    expect(JSON.stringify(standings)).not.toContain('Quixotic')
    expect(standings[0].before.caveats.reservations[0].text).toMatch(/^\[taken down: entry \d+\]$/)
  })

  test('changes no word, no date and no number of a standing', async () => {
    const path = '/v1/parties/contoso.com/standing?instrument=accord'
    const was = JSON.parse(before[path]!).standing
    const { standing: now } = await (await site.get(path)).json()
    expect(now.commitment).toEqual(was.commitment)
    expect(now.control).toEqual(was.control)
    expect(now.caveats.reservations[0].clause).toBe('P2')
  })

  const forms = ['', '.note', '.accord-evidence', '/cards']
  test.each(['enrolment', 'renewal', 'version'])(
    'answers 410 for the %s, and why',
    async (name) => {
      const { digest, index } = said[name]!
      const notice = said[`notice ${digest}`]!
      const paths = [
        ...forms.map((form) => `/v1/attestations/${digest}${form}`),
        `/v1/entries/${index}`,
        ...(name === 'version' ? ['/v1/instruments/accord/versions/2'] : []),
      ]
      for (const path of paths) {
        const response = await site.get(path)
        expect([path, response.status]).toEqual([path, 410])
        expect(response.headers.get('cache-control')).toBe('no-store')
        expect(await response.json()).toMatchObject({
          code: 'taken-down',
          notice: { digest: notice.digest, index: notice.index, reason: 'A court in X.' },
        })
      }
    },
  )

  test('leaves tree and receipts as they were', async () => {
    const { digest, index, receipt } = said['renewal']!
    const served = await (await site.get(`/v1/attestations/${digest}.tlog-proof`)).text()
    expect(served).toBe(receipt)
    const policy = `log ${site.speaker.log.vkey}\nquorum none\n`
    expect(verifyReceipt(served, policy, verify).verdict).toBe('verified')
    const size = site.depositary.published().size
    const tile = await site.get(`/tile/entries/000.p/${size}`)
    expect(await tile.text()).toContain('Quixotic')
    const { body } = (await entryAt(site.sql, index))!
    expect(new TextDecoder().decode(body)).toContain('Quixotic')
    const { extra } = parseProof(served)
    expect(extra).toEqual(body)
    expect(parseEntry(body).attestation.length).toBeGreaterThan(0)
  })

  test('leaves what rests on it provable', async () => {
    const signed = (await entryAt(site.sql, said['renewal']!.index - 1))!
    const response = await site.get(`/v1/attestations/${signed.digest}.accord-evidence`)
    expect(response.status).toBe(410)
    const { digest } = said[`notice ${said['renewal']!.digest}`]!
    expect((await site.get(`/v1/attestations/${digest}.accord-evidence`)).status).toBe(200)
  })

  test('may be of a notice: then the reason is told no more', async () => {
    const { digest } = said['enrolment']!
    const first = said[`notice ${digest}`]!
    await site.add(site.speaker.notice('takedown', first.digest, { reason: 'It quoted the text.' }))
    const { notice } = await (await site.get(`/v1/attestations/${digest}`)).json()
    expect(notice).toEqual({ digest: first.digest, index: first.index, reason: null })
  })

  test('does not keep the same attestation from being answered with its receipt', async () => {
    const { attestation } = parseEntry((await entryAt(site.sql, said['renewal']!.index))!.body)
    const note = new TextDecoder().decode(attestation)
    expect(formatNote(parseNote(note))).toBe(note)
    expect(parseAttestation(note).digest).toBe(said['renewal']!.digest)
    const again = await site.post('/v1/attestations', note)
    expect(again.status).toBe(200)
    expect(utf8(note).length).toBeGreaterThan(0)
  })
})

test('withheld', async () => {
  const site = await newSite()
  const { speaker } = site
  speaker.days(340)
  const note = speaker.renew('contoso.com', 'accord', {
    officers,
    reservations: [{ clause: 'P2', text: 'But for our phones, as before.' }],
  })
  await sendJson(site, { attestation: note, cards: [ANN] })
  site.followed(note)
  const file = new URL('golden/withheld.txt', import.meta.url)
  const { digest } = parseAttestation(note)
  const golden = (path: string, init: RequestInit) =>
    site.app.request(path.replace('{renewal}', digest), init)
  await compareGolden(new URL('golden/cards.txt', import.meta.url), golden)
  await site.add(speaker.notice('erase', digest, { reason: 'She asked for it.' }))
  await site.add(speaker.notice('takedown', digest, { reason: 'A court in X has ordered it.' }))
  const first = (await entryAt(site.sql, 4))!.digest
  await site.add(speaker.notice('erase', first, { reason: 'They asked for it.' }))
  await compareGolden(file, (path, init) => golden(path.replace('{signed}', first), init))
  await site.close()
})
