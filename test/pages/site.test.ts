import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../http/site.ts'
import { actsOf, placesOf } from './places.ts'
import { HOSTILE, openPages } from './story.ts'

let site: Site

beforeAll(async () => {
  site = await openPages()
})

afterAll(() => site.close())

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

async function page(path: string): Promise<string> {
  const response = await site.get(path, HTML)
  expect([path, response.status]).toEqual([path, 200])
  return response.text()
}

/** The text of a page: no markup, spaces as one. */
function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
}

describe('every page', () => {
  test('loads nothing from elsewhere, and has neither style nor script in it', async () => {
    for (const [name, path] of await placesOf(site)) {
      const response = await site.get(path, HTML)
      const html = await response.text()
      const policy = response.headers.get('content-security-policy')
      expect(policy, name).toContain("default-src 'none'")
      expect(policy, name).not.toMatch(/unsafe|https?:|\*/)
      const tags = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag)
      const bare = tags.map((tag) => tag.replace(/="[^"]*"/g, '='))
      const found = bare.filter((tag) =>
        /^<style|^<script(?! type= src=>)| style=| on\w+=/.test(tag),
      )
      expect(found, name).toEqual([])
      const loaded = [...html.matchAll(/ (?:src|srcset)="([^"]*)"/g)].map((m) => m[1])
      expect(
        loaded.filter((src) => !/^\/(assets|badge)\//.test(src!)),
        name,
      ).toEqual([])
      expect(html, name).toMatch(/^<!doctype html><html lang="en"><head><meta charset="utf-8"\/>/)
    }
  })

  test('is less than 100 kB with all that it loads', async () => {
    const [style, icon] = await Promise.all(
      [/href="([^"]+\.css)"/, /rel="icon"[^>]*href="([^"]+)"/].map(async (pattern) => {
        const [, path] = pattern.exec(await page('/'))!
        return (await (await site.get(path!)).arrayBuffer()).byteLength
      }),
    )
    for (const [name, path] of await placesOf(site)) {
      const { byteLength } = await (await site.get(path, HTML)).arrayBuffer()
      expect(byteLength + style! + icon!, name).toBeLessThan(100_000)
    }
  })

  test('leads nowhere that is not there', { timeout: 240_000 }, async () => {
    const seen = new Map<string, string>()
    const queue = (await placesOf(site))
      .filter(([name]) => name !== 'nothing there' && name !== 'wrong day')
      .map(([, path]) => path)
    const wrong: string[] = []
    while (queue.length > 0) {
      const path = queue.pop()!
      if (seen.has(path)) continue
      const response = await site.get(path, HTML)
      if (response.status !== 200) wrong.push(`${response.status} ${path}`)
      const isPage = response.headers.get('content-type')?.startsWith('text/html')
      const html = isPage ? await response.text() : ''
      seen.set(path, html)
      // From a page at a fixed moment everything leads on at that moment: the same once more.
      if (/[?&]at=[^&]*%3A/.test(path)) continue
      const [, image] = /og:image" content="https:\/\/registry\.example([^"]+)"/.exec(html) ?? []
      if (image && !seen.has(image)) queue.push(image)
      for (const [, href] of html.matchAll(/ (?:href|action)="(\/[^"]*|#[^"]*)"/g)) {
        const [to, anchor] = href!.replaceAll('&amp;', '&').split('#')
        if (to !== '' && !seen.has(to!)) queue.push(to!)
        if (to === '' && anchor && !html.includes(` id="${anchor}"`))
          wrong.push(`${path}#${anchor}`)
      }
    }
    expect(wrong).toEqual([])
    expect(seen.size).toBeGreaterThan(150)
  })

  test('names a party never without its domain, and nobody’s name as markup', async () => {
    for (const [name, path] of await placesOf(site)) {
      const html = await (await site.get(path, HTML)).text()
      const ours = /<script type="module" src="\/assets\/[a-z-]+-[0-9a-f]+\.js"[^>]*><\/script>/g
      expect(html.replace(ours, ''), name).not.toMatch(/<(em|b|i|script)[ >]/)
      for (const [, after] of html.matchAll(/<bdi class="name">[^<]*<\/bdi>(.{0,40})/g)) {
        expect(after, name).toMatch(/^ <bdi class="domain" dir="ltr">/)
      }
    }
  })
})

describe('what a page says', () => {
  test('is what the API says, line by line, on any day', async () => {
    const id = 'tech-sector-accord'
    for (const query of [
      '',
      'at=2026-06-01',
      'at=2027-02-01',
      'at=2030-01-01',
      'at=2026-06-01&size=45',
    ]) {
      const api = await (await site.get(`/v1/instruments/${id}/signatories?${query}`)).json()
      const { signatories, bound } = api as {
        signatories: { domain: string; word: string }[]
        bound: number
      }
      const html = await page(`/instruments/${id}?${query}`)
      const rows = [
        ...html.matchAll(
          /<tr><th scope="row"><a class="who" href="\/parties\/([^"?]+)[^"]*">.*?<span class="word ([a-z]+)"/g,
        ),
      ]
      const shown = rows.map(([, domain, word]) => ({ domain, word }))
      const suspended = (line: { domain: string; word: string }) =>
        html.includes(`href="/parties/${line.domain}`) ? line : null
      expect(shown.map((s) => s.domain)).toEqual(signatories.map((s) => s.domain))
      for (const line of signatories) {
        const mark = shown.find((s) => s.domain === line.domain)!.word
        expect(['suspended', line.word], `${line.domain} ${query}`).toContain(mark)
        expect(suspended(line)).not.toBeNull()
      }
      expect(textOf(html)).toMatch(
        signatories.length === 0 ? /Nobody has signed/ : new RegExp(`${bound} part(y|ies)`),
      )
    }
  })

  test('keeps the reader at the moment that was asked about', async () => {
    const html = await page('/instruments/tech-sector-accord?at=2026-02-01&size=45')
    expect(textOf(html)).toContain('You are looking at another moment than the present.')
    expect(html).toContain('/parties/contoso.com?at=2026-02-01T23%3A59%3A59Z&amp;size=45')
  })

  test('shows a domain in letters and as it is spelled, and gives it to programs as it is spelled', async () => {
    const domain = 'xn--lngst-qra.example'
    const both = `lngstå.example (${domain})`
    const html = await page(`/parties/${domain}`)
    expect(html).toContain(`<bdi class="domain" dir="ltr">${both}</bdi>`)
    expect(html).toMatch(/<title>Die Donau[^<]* \(lngstå\.example \(xn--lngst-qra\.example\)\) · /)
    expect(html).toContain(`href="/v1/parties/${domain}"`)
    const [, enrols] = await actsOf(site, domain)
    for (const path of [
      '/parties',
      '/changes',
      '/search?q=lngstå',
      `/attestations/${enrols!.digest}`,
    ]) {
      expect(await page(path), path).toContain(`${both}</bdi>`)
    }
    const text = async (path: string) => (await site.get(path)).text()
    expect(await text(`/badge/${domain}/tech-sector-accord.svg`)).toContain(`>${both}</text>`)
    expect(await text('/v1/feed.atom')).toContain(`${both} ("Die Donau`)
    for (const path of ['signatories', 'signatories.csv']) {
      const told = await text(`/v1/instruments/tech-sector-accord/${path}`)
      expect(told).toContain(domain)
      expect(told).not.toContain('lngstå')
    }
  })

  test('answers first: signed, when, whether it stands, and why', async () => {
    const text = textOf(await page('/parties/contoso.com'))
    expect(text).toContain(
      'Signed on 1 January 2026, bound since 1 January 2026, and holds until 2 December 2027.',
    )
    const northwind = textOf(await page('/parties/northwind.example'))
    expect(northwind).toContain('not renewed by 11 January 2027. No reason is implied.')
  })

  test('tells which keys were held when', async () => {
    const text = textOf(await page('/parties/contoso.com'))
    expect(text).toMatch(
      /5 June 2026 – in force.*contoso\.com\/ceo2\+.*1 January 2026 – 5 June 2026.*contoso\.com\/ceo\+/,
    )
  })

  test('shows the depositary’s own hand as what it is', async () => {
    const text = textOf(await page('/parties/markup.example'))
    expect(text).toContain("by the depositary's own hand")
  })

  test('gives reservations at their clause, to those who still hold them', async () => {
    const path = '/instruments/tech-sector-accord'
    const then = await page(`${path}?at=2026-06-01`)
    const clause = /<article class="clause" id="TSA-5">.*?<\/article>/.exec(then)![0]
    expect(textOf(clause)).toContain('Not where <i>courts</i> order it.')
    // The renewal did not make it again.
    expect(await page(path)).not.toContain('Reservations to this clause')
  })

  test('filters by axis and sorts', async () => {
    const domains = async (query: string) => {
      const html = await page(`/instruments/tech-sector-accord?${query}`)
      return [...html.matchAll(/<th scope="row"><a class="who" href="\/parties\/([^"?]+)/g)].map(
        (m) => m[1],
      )
    }
    expect(await domains('word=withdrawing')).toEqual(['fabrikam.example'])
    expect(await domains('reporting=up-to-date')).toEqual(['contoso.com'])
    expect(await domains('reservations=with&at=2026-06-01')).toEqual(['contoso.com'])
    const bySigned = await domains('sort=signed')
    expect(bySigned.slice(-1)).toEqual(['contoso.com'])
    expect(bySigned.toSorted()).toEqual((await domains('')).toSorted())
    expect(await domains('version=superseded')).toEqual([])
  })

  test('bounds the time of an attestation on both sides', async () => {
    const [sign] = (await actsOf(site, 'contoso.com')).filter((a) => a.act === 'sign')
    const text = textOf(await page(`/attestations/${sign!.digest}`))
    expect(text).toMatch(
      /Not before 1 January 2026, \d\d:\d\d:\d\d UTC It names the root of the log of 27 entries/,
    )
    expect(text).toMatch(
      /Not after 1 January 2026, \d\d:\d\d:\d\d UTC The registry logged it then as entry 27/,
    )
    const note = await (await site.get(`/v1/attestations/${sign!.digest}.note`)).text()
    expect(text).toContain(note.replace(/\s+/g, ' ').trim())
    expect(text).toContain('contoso.com/ceo+')
  })

  test('begins at its beginning where no number says otherwise', async () => {
    const whole = textOf(await page('/instruments/tech-sector-accord?sort=name'))
    for (const cursor of ['-5', 'Infinity', 'x']) {
      const path = `/instruments/tech-sector-accord?sort=name&cursor=${cursor}`
      expect(textOf(await page(path)).replace('To the beginning', '').length).toBeGreaterThan(
        whole.length - 20,
      )
    }
  })

  test('is not what somebody with another cursor was shown', async () => {
    site.speaker.now += 60
    const [listed] = await Promise.all([
      page('/instruments/accord?cursor=undefined'),
      page('/instruments/accord?cursor=null'),
    ])
    expect(textOf(listed)).toContain('Nobody is on this list')
    expect(textOf(await page('/instruments/accord'))).not.toContain('Nobody is on this list')
  })

  test('tells of a commitment that ended where its party is, and nowhere else', async () => {
    const ended = 'bears its domain no more, and its commitment ended with it'
    for (const [domain, times] of [
      ['formula.example', 1],
      ['contoso.com', 0],
    ] as const) {
      const news = (await page(`/parties/${domain}`)).split('<ol class="news">')[1]!
      const feed = await (await site.get(`/v1/parties/${domain}/feed.json`)).text()
      expect(textOf(news).split(ended).length - 1, domain).toBe(times)
      expect(feed.includes(ended), domain).toBe(times === 1)
    }
  })

  test('offers a link of both clocks, whose answer is the same', async () => {
    const live = await page('/parties/contoso.com')
    const [, fixed] = /<a href="([^"]*)" rel="nofollow">Link to this moment/.exec(live)!
    expect(fixed).toMatch(/^\/parties\/contoso\.com\?at=2027-02-20T01%3A5\d%3A00Z&amp;size=56$/)
    const path = fixed!.replace('&amp;', '&')
    const then = await page(path)
    const article = /<article class="holding".*?<\/table>/s
    expect(textOf(article.exec(then)![0])).toBe(textOf(article.exec(live)![0]))
    expect(textOf(live)).toContain(`This page: https://registry.example${path}`)
  })

  test('says of a day to come that it has not come', async () => {
    const text = textOf(await page('/instruments/tech-sector-accord?at=2030-01-01'))
    expect(text).toContain('That moment has not come.')
    expect(text).not.toContain('by it now')
    const then = textOf(await page('/parties/contoso.com?at=2026-02-01'))
    expect(then).toContain('another moment than the present')
  })

  test('says beside a signature of then how it stands now', async () => {
    const now = async (domain: string) => {
      const [sign] = (await actsOf(site, domain)).filter((a) => a.act === 'sign')
      return textOf(await page(`/attestations/${sign!.digest}`))
    }
    expect(await now('fabrikam.example')).toMatch(
      /That was on 6 January 2026; .* As of 20 February 2027: Withdrawing Signed on .* bound until 2 March 2027\./,
    )
    expect(await now('adatum.example')).toContain('As of 20 February 2027: Lapsed: not renewed')
    expect(await now('formula.example')).toContain('As of 20 February 2027: Ended with its domain')
  })

  test('leads from a commitment to the version that was signed', async () => {
    const party = await page('/parties/contoso.com')
    expect(party).toContain('<a href="/instruments/accord/v1" dir="auto">')
    expect(party).not.toContain('href="/instruments/accord/v2"')
    expect(await page('/instruments/accord')).toContain('href="/instruments/accord/v2#P1"')
  })

  test('does not call a day the end on which a commitment still bound', async () => {
    const list = (await page('/instruments/tech-sector-accord')).split('id="lapsed"')[1]!
    expect(textOf(list)).toContain('adatum.example : not renewed by 16 January 2027')
    const then = textOf(await page('/parties/adatum.example?at=2027-02-01'))
    expect(then).toContain('it binds while it may still be renewed')
  })

  test('never says of itself that it is verified', async () => {
    for (const [name, path] of await placesOf(site)) {
      if (name === 'verify' || name === 'trust') continue
      const text = textOf(await (await site.get(path, HTML)).text())
      expect(text, name).not.toMatch(/\bverified\b|✓|✔|✅/i)
    }
  })
})

describe('finding', () => {
  test('a name in any letters, a domain, a text, a digest, an entry', async () => {
    const found = async (q: string) => textOf(await page(`/search?q=${encodeURIComponent(q)}`))
    expect(await found('CONTOSO')).toContain('contoso.com')
    expect(await found('הביטחון')).toContain('shalom.example')
    expect(await found('DONAUDAMPF')).toContain('xn--lngst-qra.example')
    expect(await found('<SCRIPT>')).toContain('markup.example')
    expect(await found('100%')).toContain('salam.example')
    expect(await found('Geneva')).toContain('Digital Geneva Convention')
    for (const q of [
      'https://contoso.com/',
      'www.Contoso.com',
      'contoso.com:443/about?x',
      'a@contoso.com',
    ]) {
      expect(await found(q), q).toContain('Contoso Ltd')
    }
    expect((await fetch(`${site.url}/parties/Contoso.COM?size=40`)).url).toBe(
      `${site.url}/parties/contoso.com?size=40`,
    )
    expect(await found('no such company')).toContain('Nothing was found.')
    const [first] = await actsOf(site, 'contoso.com')
    for (const [q, to] of [
      [first!.digest, `/attestations/${first!.digest}`],
      ['7', '/log/entries/7'],
    ]) {
      const answer = await fetch(`${site.url}/search?q=${q}`, { redirect: 'manual' })
      expect([answer.status, answer.headers.get('location')]).toEqual([303, to])
    }
  })

  test('everything that is listed for robots', async () => {
    const robots = await (await site.get('/robots.txt')).text()
    expect(robots).toContain('Sitemap: https://registry.example/sitemap.xml')
    const map = await (await site.get('/sitemap.xml')).text()
    const places = [...map.matchAll(/<loc>https:\/\/registry\.example([^<]+)<\/loc>/g)].map(
      (m) => m[1]!,
    )
    for (const [domain] of HOSTILE) expect(places).toContain(`/parties/${domain}`)
    for (const place of places) await page(place)
  })

  test('changes between days are those between their sizes', async () => {
    const days = textOf(await page('/changes?from=2026-03-31&to=2026-06-30'))
    const sizes = /From tree size [^0-9]*(\d+) to (\d+)/.exec(days)!
    const bySize = textOf(await page(`/changes?from=${sizes[1]}&to=${sizes[2]}`))
    const entries = (text: string) => [...text.matchAll(/entry (\d+)/g)].map((m) => m[1])
    expect(entries(days).length).toBeGreaterThan(5)
    expect(entries(bySize)).toEqual(entries(days))
  })

  test('changes between days are of those days, however close they are', async () => {
    const told = async (from: string, to: string) => {
      const text = textOf(await page(`/changes?from=${from}&to=${to}`))
      return [...text.matchAll(/(\d+ \w+ \d{4}), [\d:]+ UTC ·/g)].map((m) => m[1])
    }
    expect(await told('2026-12-03', '2026-12-04')).toEqual([])
    expect(await told('2026-12-02', '2026-12-02')).toEqual([])
    expect(new Set(await told('2026-12-01', '2026-12-02'))).toEqual(new Set(['2 December 2026']))
    expect(new Set(await told('2027-01-10', '2027-01-20'))).toEqual(
      new Set(['16 January 2027', '11 January 2027']),
    )
  })

  test('changes between days in the wrong order are none', async () => {
    for (const [from, to] of [
      ['2027-02-01', '2026-01-01'],
      ['2027-01-02', '2027-01-01'],
    ]) {
      const answer = await site.get(`/changes?from=${from}&to=${to}`, HTML)
      expect(answer.status).toBe(400)
      expect(textOf(await answer.text())).toContain('not after that of')
    }
  })
})

test('of the time before the log there is nothing to tell', async () => {
  for (const query of ['to=0', 'to=1970-01-01', 'from=0&to=0']) {
    expect(await page(`/changes?${query}`)).not.toContain('/log/entries/0"')
  }
})

describe('errors', () => {
  test('are pages for people, and problems for programs', async () => {
    for (const path of [
      '/parties/nobody.example',
      '/nothing',
      '/log/entries/999',
      '/?at=yesterday',
      '/instruments/none/v7',
      '/attestations/sha256:00',
    ]) {
      const people = await site.get(path, HTML)
      expect(people.headers.get('content-type'), path).toContain('text/html')
      expect(textOf(await people.text()), path).toContain('What to do')
      const programs = await site.get(path)
      expect(programs.headers.get('content-type'), path).toBe('application/problem+json')
      expect(programs.status, path).toBe(people.status)
      expect(people.status, path).toBeGreaterThanOrEqual(400)
    }
  })

  test('of the API and of the log are always problems', async () => {
    for (const path of ['/v1/parties/nobody.example', '/tile/9/000']) {
      const answer = await site.get(path, HTML)
      expect(answer.headers.get('content-type'), path).toBe('application/problem+json')
    }
  })

  test('of a method are told with the methods there are', async () => {
    const answer = await fetch(`${site.url}/about`, { method: 'DELETE', headers: HTML })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect(await answer.text()).toContain('<!doctype html>')
  })
})

test('what was taken down is on no page, and every page says so in its place', async () => {
  const own = await openPages()
  const [sign] = (await actsOf(own, 'contoso.com')).filter((a) => a.act === 'sign')
  const reason = 'A court <ordered> it.'
  await own.add(own.speaker.notice('takedown', sign!.digest, { reason }))
  const gone = await own.get(`/attestations/${sign!.digest}`, HTML)
  expect(gone.status).toBe(410)
  expect(textOf(await gone.text())).toContain(reason)
  for (const path of [
    '/parties/contoso.com',
    '/instruments/tech-sector-accord',
    '/log',
    '/changes',
  ]) {
    const then = path.startsWith('/log') ? '' : '?at=2026-06-01'
    const answer = await own.get(`${path}${then}`, HTML)
    expect([path, answer.status]).toEqual([path, 200])
    expect(await answer.text()).not.toContain('courts')
  }
  await own.close()
})

test('the stylesheet is kept for ever, and its name is its content', async () => {
  const [, path] = /href="(\/assets\/[^"]+\.css)"/.exec(await page('/'))!
  const answer = await site.get(path!)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect(answer.headers.get('content-type')).toContain('text/css')
  expect((await site.get(path!.replace(/-[0-9a-f]+/, '-0000000000000000'))).status).toBe(404)
})

test('in one second time comes first, and what a company does then finds it done', async () => {
  const html = await page('/parties/contoso.com')
  const items = [...html.matchAll(/<li><p class="quiet"><time datetime="([^"]+)".*?<\/li>/g)]
  const told = items.map(([item, at]) => [at, item.includes('by time alone')] as const)
  const renewed = items.findIndex(([item]) => /renews/.test(textOf(item)))
  expect(told.slice(renewed, renewed + 2)).toEqual([
    [told[renewed]![0], false],
    [told[renewed]![0], true],
  ])
  const feed = await (await site.get('/v1/parties/contoso.com/feed.json')).json()
  const titles = (feed as { items: { title: string }[] }).items.map(({ title }) => title)
  expect(titles.slice(titles.findIndex((t) => /renews/.test(t))).slice(0, 2)).toEqual([
    expect.stringContaining('renews'),
    expect.stringContaining('due to renew'),
  ])
})
