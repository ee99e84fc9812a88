import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Standing } from '../../src/accord/standing.ts'
import { formatBadge, formatEmbed, sayBadge } from '../../src/pages/badge.ts'
import { company } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import { openSite, type Site } from '../http/site.ts'

const ACTIVE = {
  party: { id: 'sha256:00', domain: 'contoso.com', name: 'Contoso' },
  commitment: { word: 'active', suspended: false },
  version: { word: 'current', signed: 1, latest: 1 },
  control: { word: 'confirmed' },
  reporting: { word: 'up-to-date' },
  caveats: { reservations: [], declarations: [{ kind: 'scope', value: 'none' }] },
} as unknown as Standing

/** A standing that differs in something. */
function but(over: { readonly [K in keyof Standing]?: object }): Standing {
  const entries = Object.entries(over).map(([axis, fields]) => [
    axis,
    { ...(ACTIVE[axis as keyof Standing] as object), ...fields },
  ])
  return { ...ACTIVE, ...Object.fromEntries(entries) }
}

describe('the word', () => {
  test.each([
    ['stands by it', ACTIVE],
    ['not signed', null],
    ['not signed', but({ commitment: { word: 'none' } })],
    ['renewal due', but({ commitment: { word: 'due' } })],
    ['suspended', but({ commitment: { suspended: true } })],
    ['withdrawn', but({ commitment: { word: 'withdrawn', suspended: true } })],
    ['stands by it, domain shows other keys', but({ control: { word: 'mismatch' } })],
    ['lapsed: not renewed', but({ commitment: { word: 'lapsed' }, control: { word: 'mismatch' } })],
    ['stands by it, with 1 reservation', but({ caveats: { reservations: [{ clause: 'A-1' }] } })],
    [
      'stands by it, with a carve-out for orders, report missed',
      but({
        caveats: { declarations: [{ kind: 'compulsion', value: 'carve-out' }] },
        reporting: { word: 'missed' },
      }),
    ],
    ['stands by it, version 1 of 3', but({ version: { word: 'superseded', latest: 3 } })],
  ])('%s', (word, standing) => {
    expect(sayBadge(standing).word).toBe(word)
  })
})

describe('the image', () => {
  const hostile = [
    '<script>alert(1)</script>',
    `" onload="alert(1)`,
    'W'.repeat(200),
    '約束'.repeat(100),
    'שלום בע״מ',
    '🛡️👩‍👩‍👧‍👦'.repeat(20),
    ']]>&amp;',
  ]
  test.each(hostile)('is drawn whatever the title is: %s', (title) => {
    const svg = formatBadge({
      ...{ domain: 'contoso.com', title, standing: ACTIVE },
      ...{ at: 1_798_761_600, origin: 'registry.example/accord' },
    })
    const tags = [...svg.matchAll(/<\/?([a-z]+)/g)].map((m) => m[1])
    expect(new Set(tags)).toEqual(new Set(['svg', 'title', 'rect', 'g', 'circle', 'text']))
    expect(svg.replace(/&#\d+;/g, '')).not.toContain('&')
    expect(svg).not.toMatch(/\son\w+="|href|style=|url\(/)
    expect(Number(/ width="(\d+)"/.exec(svg)![1])).toBeLessThan(760)
    for (const [, length] of svg.matchAll(/textLength="([\d.]+)"/g)) {
      expect(Number(length)).toBeLessThan(Number(/ width="(\d+)"/.exec(svg)![1]) - 60)
    }
  })

  test('of a long domain, shows the end, which says whose it is; all of it is read out', () => {
    const domain = `contoso.com.${'a'.repeat(60)}.evil.example`
    const svg = formatBadge({
      ...{ domain, title: 'Accord', standing: null },
      ...{ at: 0, origin: 'registry.example/accord' },
    })
    const [drawn] = [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map((m) => m[1]!)
    expect(drawn).toMatch(/^…a+\.evil\.example$/)
    expect(svg.match(/textLength/g)).toHaveLength(3)
    expect(svg).toContain(`<title>${domain} and Accord: not signed, as of 1 January 1970`)
  })

  test('is embedded by lines that stay true', () => {
    const html = formatEmbed({
      ...{ base: 'https://registry.example', domain: 'contoso.com' },
      ...{ instrument: 'accord', title: 'The "accord"' },
    })
    expect(html).toBe(
      '<a href="https://registry.example/parties/contoso.com"><img src="https://registry.example/badge/contoso.com/accord.svg" alt="contoso.com and The &#34;accord&#34; in the Accord registry" height="76"></a>',
    )
  })
})

describe('the route', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite()
    await site.add(site.speaker.instrument())
    await site.join('contoso.com')
    await site.add(site.speaker.sign('contoso.com'))
  })
  afterAll(() => site.close())

  const wordOf = async (path: string) => {
    const response = await site.get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=60')
    const texts = [...(await response.text()).matchAll(/<text [^>]*>([^<]*)</g)].map((m) => m[1])
    return texts[2]!.split(', as of')[0]
  }

  test('follows the commitment through its life, by time alone too', async () => {
    const { speaker } = site
    const words: (string | undefined)[] = []
    const look = async () => words.push(await wordOf('/badge/contoso.com/accord.svg'))
    await look()
    speaker.days(40)
    await site.add(speaker.verification('contoso.com', company('contoso.com').keys))
    for (const days of [300, 30, 60]) {
      speaker.days(days)
      await look()
    }
    expect(words.map((word) => word!.split(',')[0])).toEqual([
      'stands by it',
      'renewal due',
      'renewal overdue',
      'lapsed: not renewed',
    ])
    expect(words[1]).toBe('renewal due, domain not seen lately')
  })

  test('says of others that they have not signed, and knows no text that there is not', async () => {
    expect(await wordOf('/badge/fabrikam.com/accord.svg')).toBe('not signed')
    expect((await site.get('/badge/contoso.com/other.svg')).status).toBe(404)
    expect((await site.get('/badge/contoso.com/accord.png')).status).toBe(400)
    expect((await site.get('/badge/Contoso.com/accord.svg')).status).toBe(400)
  })

  test('says suspended, withdrawing, and when the domain shows other keys', async () => {
    const { speaker } = site
    await site.join('adatum.com')
    await site.add(speaker.sign('adatum.com'))
    const signed = speaker.head('adatum.com')!
    const path = '/badge/adatum.com/accord.svg'
    await site.add(speaker.notice('suspend', signed))
    expect(await wordOf(path)).toBe('suspended')
    await site.add(speaker.notice('reinstate', signed))
    for (const hours of [0, 36, 37]) {
      speaker.now += hours * 3600
      await site.add(speaker.verification('adatum.com', [keyOf('adatum.com/thief')]))
    }
    expect(await wordOf(path)).toBe('stands by it, domain shows other keys')
  })
})
