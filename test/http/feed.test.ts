import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FeedToWrite, formatAtom, formatJsonFeed, tagOf } from '../../src/http/feed.ts'
import { company } from '../accord/cast.ts'
import { openSite, type Site, tellStory } from './site.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await tellStory(site)
})

afterAll(() => site.close())

/** An element of XML with what is in it. */
interface Element {
  readonly name: string
  readonly attributes: string
  readonly inner: (Element | string)[]
}

/** Reads XML strictly, as far as a feed uses it; throws where it is not well-formed. */
function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: '', inner: [] }
  const open = [root]
  const token =
    /<\?xml[^?]*\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:-]+)((?:\s[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  let end = 0
  for (const [whole, cdata, closing, name, attributes, empty, plain] of text.matchAll(token)) {
    end += whole.length
    const parent = open.at(-1)!
    if (cdata !== undefined) parent.inner.push(cdata)
    else if (plain !== undefined) {
      if (/&(?!(amp|lt|gt|quot);)/.test(plain)) throw new Error(`a bare ampersand: ${plain}`)
      if (plain.trim() !== '') parent.inner.push(unescaped(plain))
    } else if (closing) {
      if (open.pop()!.name !== name) throw new Error(`closed by ${name}`)
    } else if (name !== undefined) {
      const element = { name, attributes: attributes!, inner: [] }
      parent.inner.push(element)
      if (!empty) open.push(element)
    }
  }
  if (end !== text.length || open.length !== 1) throw new Error(`not well-formed at ${end}`)
  return root.inner[0] as Element
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

function all(element: Element, name: string): Element[] {
  return element.inner.flatMap((e) => (typeof e !== 'string' && e.name === name ? [e] : []))
}

function textOf(element: Element, name: string): string {
  return all(element, name)[0]!.inner.join('')
}

async function atom(path: string): Promise<Element> {
  return parseXml(await (await site.get(path)).text())
}

const HOSTILE = `]]>]]><script>alert(1)</script> & &amp; "x" </entry> \u0627\u0644 🏴‍☠️`

const hostile: FeedToWrite = {
  id: 'tag:x.example,2026:feed',
  title: HOSTILE,
  author: HOSTILE,
  home: 'https://x.example/?a=1&b=2',
  self: 'https://x.example/feed.atom?a=1&b=2',
  updated: 1_800_000_000,
  items: [
    { id: 'tag:x.example,2026:1', title: HOSTILE, text: HOSTILE, url: 'https://x.example/', at: 0 },
  ],
}

describe('Atom', () => {
  test('is well-formed whatever is in it, and reads back as what was written', () => {
    const feed = parseXml(formatAtom(hostile))
    const [entry] = all(feed, 'entry')
    expect(textOf(feed, 'title')).toBe(HOSTILE)
    expect(textOf(all(feed, 'author')[0]!, 'name')).toBe(HOSTILE)
    // The type is html: what stands there is read as HTML, and its text is the title.
    expect(unescaped(textOf(entry!, 'title'))).toBe(HOSTILE)
    expect(unescaped(textOf(entry!, 'content'))).toBe(HOSTILE)
    expect(textOf(entry!, 'title')).not.toMatch(/[<>]/)
  })

  test('has what RFC 4287 demands, with ids of its own', async () => {
    const feed = await atom('/v1/feed.atom')
    const entries = all(feed, 'entry')
    for (const name of ['id', 'title', 'updated', 'author']) expect(all(feed, name)).toHaveLength(1)
    for (const entry of entries) {
      for (const name of ['id', 'title', 'updated']) expect(all(entry, name)).toHaveLength(1)
    }
    const ids = entries.map((e) => textOf(e, 'id'))
    expect(new Set(ids).size).toBe(ids.length)
    expect(entries.length).toBe(12)
    const times = entries.map((e) => textOf(e, 'updated'))
    expect(times).toEqual(times.toSorted().reverse())
    expect(textOf(feed, 'updated')).toBe(times[0])
  })

  test('tells what changed by time alone, and names domain and name together', async () => {
    const feed = await atom('/v1/parties/contoso.com/feed.atom')
    const titles = all(feed, 'entry').map((e) => textOf(e, 'title'))
    expect(titles).toContain(
      'contoso.com ("The company at contoso.com") is committed, and due to renew: accord, version 1',
    )
    expect(titles.every((t) => !t.includes('fabrikam'))).toBe(true)
    const both = titles.filter((t) => t.includes('contoso.com'))
    expect(both.every((t) => t.includes('contoso.com ("The company at contoso.com")'))).toBe(true)
  })

  test('an instrument has its versions, and what its parties did', async () => {
    const titles = all(await atom('/v1/instruments/accord/feed.atom'), 'entry').map((e) =>
      textOf(e, 'title'),
    )
    expect(titles.some((t) => t.includes('publishes a version of accord'))).toBe(true)
    expect(titles.some((t) => t.includes('withdraws from accord'))).toBe(true)
    expect(titles.some((t) => t.includes('enrols'))).toBe(false)
  })
})

describe('JSON Feed', () => {
  test('has the same items under the same ids', async () => {
    const response = await site.get('/v1/feed.json')
    expect(response.headers.get('content-type')).toBe('application/feed+json; charset=utf-8')
    const feed = (await response.json()) as { version: string; items: { id: string }[] }
    expect(feed.version).toBe('https://jsonfeed.org/version/1.1')
    const entries = all(await atom('/v1/feed.atom'), 'entry')
    expect(feed.items.map((i) => i.id)).toEqual(entries.map((e) => textOf(e, 'id')))
  })

  test('is JSON whatever is in it', () => {
    expect(JSON.parse(formatJsonFeed(hostile))).toMatchObject({
      title: HOSTILE,
      items: [{ title: HOSTILE, content_text: HOSTILE, date_published: '1970-01-01T00:00:00Z' }],
    })
  })
})

test('a feed that has not changed is not sent again', async () => {
  for (const path of ['/v1/feed.atom', '/v1/parties/contoso.com/feed.json']) {
    const etag = (await site.get(path)).headers.get('etag')!
    expect((await site.get(path, { 'if-none-match': etag })).status).toBe(304)
    expect((await site.get(path, { 'if-none-match': '"other"' })).status).toBe(200)
  }
})

test('a feed has another tag once time has changed a word, with no entry since', async () => {
  const own = await openSite()
  const { speaker } = own
  await own.add(speaker.instrument())
  await own.join('contoso.com')
  await own.add(speaker.sign('contoso.com'))
  const before = (await own.get('/v1/feed.atom')).headers.get('etag')
  speaker.days(340)
  const after = await own.get('/v1/feed.atom')
  expect(after.headers.get('etag')).not.toBe(before)
  const first = all(parseXml(await after.text()), 'entry')[0]!
  expect(textOf(first, 'title')).toContain('is committed, and due to renew')
  expect(textOf(first, 'id')).toBe(
    'tag:registry.example,2026:accord/entry/4/due/contoso.com/accord',
  )
  await own.close()
})

test('who or what is not there has no feed', async () => {
  for (const path of ['/v1/parties/nobody.example', '/v1/instruments/nothing']) {
    expect((await site.get(`${path}/feed.atom`)).status).toBe(404)
  }
})

test('a feed says a hundred things at most, the newest', async () => {
  const own = await openSite()
  const { speaker } = own
  const many = Array.from({ length: 120 }, (_, i) => company(`c${i}.example`))
  for (const who of many) await own.log(speaker.verification(who.domain, who.keys))
  const entries = all(parseXml(await (await own.get('/v1/feed.atom')).text()), 'entry')
  expect(entries).toHaveLength(100)
  expect(textOf(entries[0]!, 'id')).toMatch(/entry\/120$/)
  await own.close()
})

test('a tag URI keeps to its characters', () => {
  expect(tagOf('registry.example/a:b', 1_800_000_000, 'entry/1')).toBe(
    'tag:registry.example,2027:a%3Ab/entry/1',
  )
})
