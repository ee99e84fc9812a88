import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isText } from '../../src/accord/text.ts'
import { sayParty } from '../../src/client/reminders.ts'
import { spelledIn } from '../../src/pages/sheet.ts'
import { parseZip } from '../../src/pages/zip.ts'
import { fromUtf8 } from '../../src/tlog/bytes.ts'
import { parseCalendar, parseCsv } from '../http/formats.ts'
import type { Site } from '../http/site.ts'
import { domainOf, instrumentOf, linesOf, openHostile, TEXTS } from './hostile.ts'
import { type Element, elementsIn, isIsolated, leaksOf, parseMarkup, textOf } from './markup.ts'
import { actsOf } from './places.ts'

let site: Site
let folder: string

beforeAll(async () => {
  site = await openHostile()
  folder = mkdtempSync(join(tmpdir(), 'accord-hostile-'))
})

afterAll(async () => {
  await site.close()
  rmSync(folder, { recursive: true })
})

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

async function answer(path: string, headers = {}): Promise<Response> {
  const response = await site.get(path, headers)
  expect([path, response.status]).toEqual([path, 200])
  return response
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await answer(path)).arrayBuffer())
}

/** The last of what a domain said of a kind. */
async function digestOf(domain: string, kind: string): Promise<string> {
  return (await actsOf(site, domain)).findLast(({ type }) => type === `${kind}/v1`)!.digest
}

/** Elements that pages have; of what could run or load something none but these. */
const LOADING = /^(script|iframe|object|embed|style|base|img|link|meta|form|svg)$/

/** A page: its markup is ours alone, and nothing in it turns a direction. */
async function pageOf(path: string): Promise<Element> {
  const page = parseMarkup(await (await answer(path, HTML)).text())
  expect(leaksOf(page), path).toEqual([])
  const loading = elementsIn(page, ({ name }) => LOADING.test(name))
  const from = loading.flatMap(({ name, attributes }) => {
    const source = attributes.get('src') ?? attributes.get('action')
    return source === undefined || /^\/[a-z]*/.test(source) ? [] : [`${name} ${source}`]
  })
  expect(from, path).toEqual([])
  const bare = loading.filter(({ name, inner }) => name === 'script' && inner.length > 0)
  expect(bare, path).toEqual([])
  const acts = elementsIn(page, ({ attributes }) =>
    [...attributes].some(
      ([name, value]) => /^on|^style$/.test(name) || /^javascript:/i.test(value),
    ),
  )
  expect(acts, path).toEqual([])
  return page
}

/** Texts of elements, as they are. */
function textsOf(page: Element, wanted: (e: Element) => boolean): string[] {
  return elementsIn(page, wanted).map(textOf)
}

const isName = (e: Element) => e.attributes.get('class') === 'name'

const CASES = TEXTS.map(([what, text], i) => [what, text, domainOf(i), instrumentOf(i)] as const)

describe.each(CASES)('%s', (_what, text, domain, id) => {
  const called = sayParty({ domain, name: text })

  test('on the pages', async () => {
    const [party, enrols, signs, reports] = await Promise.all([
      pageOf(`/parties/${domain}`),
      digestOf(domain, 'enrolment').then((digest) => pageOf(`/attestations/${digest}`)),
      digestOf(domain, 'commitment').then((digest) => pageOf(`/attestations/${digest}`)),
      digestOf(domain, 'report').then((digest) => pageOf(`/attestations/${digest}`)),
    ])
    expect(textsOf(party, isName)).toContain(text)
    expect(textsOf(party, ({ name }) => name === 'h3')).toContain(text)
    expect(textsOf(enrols, isName)).toContain(text)
    const lines = linesOf(text).split('\n')
    expect(textsOf(signs, ({ name }) => name === 'blockquote')).toContain(lines.join(''))
    expect(textsOf(reports, ({ name }) => name === 'a')).toContain(text)
    const [instrument, before, compared, sign] = await Promise.all([
      pageOf(`/instruments/${id}`),
      pageOf(`/instruments/${id}/v1`),
      pageOf(`/instruments/${id}/diff/1..2`),
      pageOf(`/sign?instrument=${id}`),
    ])
    expect(textsOf(instrument, ({ name }) => name === 'h1')).toContain(text)
    expect(textsOf(instrument, isName)).toContain(text)
    expect(textsOf(instrument, ({ name }) => name === 'blockquote')).toContain(lines.join(''))
    expect(textOf(before)).toContain(text)
    expect(textOf(compared)).toContain(text)
    expect(textOf(sign)).toContain(text)
    const found = await pageOf(`/search?q=${encodeURIComponent(text)}`)
    expect(textsOf(found, isName)).toContain(text)
    const asked = elementsIn(found, ({ attributes }) => attributes.get('name') === 'q')
    expect(asked.map(({ attributes }) => attributes.get('value'))).toContain(text)
  })

  test('in Atom and JSON Feed', async () => {
    for (const whose of [`/v1/parties/${domain}`, `/v1/instruments/${id}`]) {
      const atom = parseMarkup(await (await answer(`${whose}/feed.atom`)).text())
      const json = await (await answer(`${whose}/feed.json`)).json()
      const feed = json as { title: string; items: { title: string }[] }
      const [title, ...titles] = textsOf(atom, ({ name }) => name === 'title')
      expect(title).toBe(feed.title)
      expect(isIsolated(feed.title)).toBe(true)
      // An entry's title is of the type html: what it says is read as HTML once more, and is no markup.
      expect(titles.map((t) => textOf(parseMarkup(`<p>${t}</p>`)))).toEqual(
        feed.items.map((item) => item.title),
      )
      expect(feed.items.every((item) => isIsolated(item.title))).toBe(true)
      expect(feed.items.some((item) => item.title.includes(called))).toBe(true)
    }
  })

  test('on a badge', async () => {
    const svg = parseMarkup(await (await answer(`/badge/${domain}/${id}.svg`)).text())
    expect([...new Set(elementsIn(svg, () => true).map(({ name }) => name))].toSorted()).toEqual(
      ['circle', 'g', 'rect', 'text', 'title'].toSorted(),
    )
    const [title] = textsOf(svg, ({ name }) => name === 'title')
    expect(title).toContain(text)
    expect(isIsolated(title!)).toBe(true)
    expect(svg.attributes.get('aria-label')).toBe(title)
    const lines = textsOf(svg, ({ name }) => name === 'text')
    expect(lines[1]!.replace(/…$/, '')).toBe(text.slice(0, lines[1]!.replace(/…$/, '').length))
  })

  test('on the images beside links', async () => {
    for (const path of [`parties/${domain}`, `instruments/${id}`]) {
      const png = Buffer.from(await bytesOf(`/social/${path}.png`))
      expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630])
      expect(png.subarray(-8, -4).toString()).toBe('IEND')
    }
  })

  const reads = spawnSync('which', ['pdftotext']).status === 0
  test.skipIf(!reads)('on the certificate', async () => {
    const digest = await digestOf(domain, 'commitment')
    const file = join(folder, `${id}.pdf`)
    writeFileSync(file, await bytesOf(`/v1/attestations/${digest}/certificate.pdf`))
    const said = String(execFileSync('pdftotext', ['-raw', file, '-'])).replace(/\s/g, '')
    const letters = (t: string) => spelledIn((p) => WESTERN.test(String.fromCodePoint(p)), t)
    expect(said).toContain(letters(JSON.stringify(text)).replace(/\s/g, ''))
  })

  test('in calendars', async () => {
    for (const path of [`/v1/parties/${domain}/due.ics`, `/v1/instruments/${id}/due.ics`]) {
      const { head, events } = parseCalendar(await (await answer(path)).text())
      expect(events).toHaveLength(3 + (path.includes('parties') ? 1 : 0))
      expect(events.every((e) => e.get('SUMMARY')!.startsWith(`${called}: `))).toBe(true)
      expect([...events.flatMap((e) => [...e.values()]), ...head.values()].every(isIsolated)).toBe(
        true,
      )
      if (path.includes('parties')) expect(head.get('NAME')).toBe(`Due: ${called}`)
    }
  })

  test('in CSV, where nothing is a formula', async () => {
    const csv = await (await answer(`/v1/instruments/${id}/signatories.csv`)).text()
    const [header, row, ...more] = parseCsv(csv)
    expect(more).toEqual([])
    expect(row).toHaveLength(header!.length)
    const armed = /^[=+\-@＝]/.test(text)
    expect(row![header!.indexOf('name')]).toBe(armed ? `'${text}` : text)
    expect(row!.some((cell) => /^[=+\-@\t\r＝＋－＠]/.test(cell))).toBe(false)
  })

  test('in the archive, as files alone', async () => {
    const digest = await digestOf(domain, 'commitment')
    const files = (await parseZip(await bytesOf(`/v1/attestations/${digest}/pack.zip`)))!
    for (const path of files.keys()) {
      expect(path).toMatch(/^accord-entry-\d+(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/)
    }
    const of = (name: string) =>
      fromUtf8([...files].find(([path]) => path.endsWith(`/${name}`))![1])!
    expect(of('instrument.txt')).toContain(`${text}\n\nVersion 2 of ${id}`)
    const statement = JSON.parse(of('statement.json')) as { reservations: { text: string }[] }
    expect(statement.reservations[0]!.text).toBe(linesOf(text))
  })

  test('as data', async () => {
    const party = (await (await answer(`/v1/parties/${domain}`)).json()) as {
      party: { name: string }
    }
    expect(JSON.stringify(party)).toContain(JSON.stringify(text))
  })
})

/** What the typefaces of the certificate have, of these texts. */
const WESTERN = /[ -~\u2018-\u201E\u2039\u203A]/

test('the lists of all of them', async () => {
  const lists = ['/parties', '/instruments', '/', '/changes', '/log', '/changes?from=0&to=60']
  for (const path of lists) await pageOf(path)
  const names = textsOf(await pageOf('/parties'), isName)
  for (const [, text] of TEXTS) expect(names).toContain(text)
  const map = parseMarkup(await (await answer('/sitemap.xml')).text())
  expect(elementsIn(map, ({ name }) => name === 'loc').length).toBeGreaterThan(TEXTS.length)
  const all = parseMarkup(await (await answer('/v1/feed.atom')).text())
  expect(elementsIn(all, ({ name }) => name === 'entry')).toHaveLength(100)
})

/** What the law keeps out of every text, so that no page has to show it. */
const REFUSED = [
  '\u202E',
  '\u2066',
  '\u2069',
  '\u200B',
  '\u200F',
  '\uFEFF',
  '\0',
  '\t',
  '\r',
  '\x1B',
]

test.each(REFUSED)('%j is in no text, and what a reader asks is shown without it', async (mark) => {
  expect(isText(`a${mark}b`, 1, 200, true)).toBe(false)
  const query = encodeURIComponent(`Shalom ${mark}שלום${mark} 42`)
  const page = await pageOf(`/search?q=${query}`)
  const ours = /\u2068[^\u2068\u2069]*\u2069/g
  expect(textOf(page).replace(ours, '')).not.toContain(mark)
  expect(textsOf(page, isName)).toContain('Shalom שלום 42 ) סוף')
  const lost = await site.get(`/parties/${encodeURIComponent(`a${mark}<b>`)}`, HTML)
  const html = await lost.text()
  expect([lost.status, leaksOf(parseMarkup(html))]).toEqual([404, []])
  expect(html).not.toContain(mark)
})
