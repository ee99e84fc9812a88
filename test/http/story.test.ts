import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyEvidence, verifyReceipt } from '../../src/verify.ts'
import { company } from '../accord/cast.ts'
import { World } from '../accord/kit.ts'
import { openSite, type Site } from './site.ts'

interface Standing {
  readonly standing: { readonly commitment: { readonly word: string; readonly entries: number[] } }
}

let site: Site

beforeAll(async () => {
  site = await openSite()
})

afterAll(() => site.close())

async function word(domain: string): Promise<string> {
  const response = await site.get(`/v1/parties/${domain}/standing?instrument=accord`)
  return ((await response.json()) as Standing).standing.commitment.word
}

function policy(): string {
  return `log ${site.speaker.log.vkey}\nquorum none\n`
}

describe('a company comes, stays and goes', () => {
  test('enrols once its domain is confirmed', async () => {
    const { speaker } = site
    await site.add(speaker.instrument())
    const early = await site.post('/v1/attestations', speaker.enrol(company('contoso.com')))
    expect(early.status).toBe(422)
    await site.join('contoso.com')
    expect((await site.get('/v1/parties/contoso.com')).status).toBe(200)
  })

  test('signs, with two officers, and has a receipt that verifies offline', async () => {
    const note = site.speaker.sign('contoso.com')
    const trial = (await (await site.post('/v1/check', note)).json()) as { admissible: boolean }
    expect(trial.admissible).toBe(true)
    const { receipt, digest } = await site.add(note)
    expect(await word('contoso.com')).toBe('active')
    expect(verifyReceipt(receipt, policy()).verdict).toBe('verified')
    const evidence = await (await site.get(`/v1/attestations/${digest}.accord-evidence`)).text()
    expect(verifyEvidence(evidence, policy()).verdict).toBe('verified')
  })

  test('sends the same again: the first receipt, and nothing new', async () => {
    const { note } = (await (await site.get('/v1/entries/4')).json()) as { note: string }
    const before = await (await site.get('/checkpoint')).text()
    site.speaker.days(20)
    const again = await site.post('/v1/attestations', note, { accept: 'text/plain' })
    expect(again.status).toBe(200)
    expect(again.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const { pathname } = new URL(again.headers.get('location')!, site.url)
    expect(await again.text()).toBe(await (await site.get(`${pathname}.tlog-proof`)).text())
    expect(await (await site.get('/checkpoint')).text()).toBe(before)
  })

  test('renews, withdraws, and is out when the notice has run', async () => {
    const { speaker } = site
    speaker.days(320)
    expect(await word('contoso.com')).toBe('due')
    await site.add(speaker.renew('contoso.com'))
    expect(await word('contoso.com')).toBe('active')
    await site.add(speaker.withdraw('contoso.com'))
    expect(await word('contoso.com')).toBe('withdrawing')
    speaker.days(90)
    expect(await word('contoso.com')).toBe('withdrawn')
  })

  test('and whoever replays the log comes to the same', async () => {
    const world = new World({}, false)
    world.now = site.speaker.now
    const lines = (await (await site.get('/v1/export')).text()).trimEnd().split('\n')
    for (const line of lines.slice(1)) {
      const { note, time } = JSON.parse(line) as { note: string; time: string }
      world.add(note, Date.parse(time) / 1000)
    }
    const path = '/v1/parties/contoso.com/standing?instrument=accord'
    const { standing } = (await (await site.get(path)).json()) as Standing
    expect(standing).toEqual(world.standing('contoso.com'))
  })
})

describe('reading', () => {
  test('a checkpoint that is known is not sent again', async () => {
    const first = await site.get('/checkpoint')
    const etag = first.headers.get('etag')!
    for (const tag of [etag, `"other", W/${etag}`, '*']) {
      const again = await site.get('/checkpoint', { 'if-none-match': tag })
      expect(again.status).toBe(304)
      expect(await again.text()).toBe('')
    }
    expect((await site.get('/checkpoint', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('an export goes on where a copy ended', async () => {
    const whole = (await (await site.get('/v1/export')).text()).split('\n')
    const rest = (await (await site.get('/v1/export?from=3')).text()).split('\n')
    expect(rest.slice(1)).toEqual(whole.slice(4))
    const licence = 'https://creativecommons.org/publicdomain/zero/1.0/'
    expect(JSON.parse(whole[0]!)).toMatchObject({ licence: { name: 'CC0-1.0', url: licence } })
  })

  test('pages of a list join to the whole', async () => {
    await site.join('fabrikam.example')
    await site.join('adatum.example')
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const response = await site.get(`/v1/parties?limit=1${query}`)
      const answer = (await response.json()) as {
        parties: { domain: string }[]
        next: string | null
      }
      seen.push(...answer.parties.map((p) => p.domain))
      cursor = answer.next
    }
    expect(seen).toEqual(['adatum.example', 'contoso.com', 'fabrikam.example'])
  })

  test('an answer with both clocks never changes', async () => {
    const path = '/v1/instruments/accord/signatories?at=2026-06-01T00:00:00Z&size=5'
    const before = await site.get(path)
    expect(before.headers.get('cache-control')).toBe('public, max-age=3600')
    const text = await before.text()
    await site.join('litware.example')
    expect(await (await site.get(path)).text()).toBe(text)
  })

  test('several statements at once, each with its receipt', async () => {
    const { speaker } = site
    const before = site.depositary.published().size
    for (let i = 0; i < 3; i++) await site.join(`company-${i}.example`)
    const notes = [0, 1, 2].map((i) => speaker.sign(`company-${i}.example`))
    const answers = await Promise.all(notes.map((note) => site.post('/v1/attestations', note)))
    expect(answers.map((a) => a.status)).toEqual([201, 201, 201])
    const receipts = await Promise.all(answers.map((a) => a.json()))
    for (const { receipt } of receipts as { receipt: string }[]) {
      expect(verifyReceipt(receipt, policy()).verdict).toBe('verified')
    }
    expect(site.depositary.published().size).toBe(before + 9)
  })
})
