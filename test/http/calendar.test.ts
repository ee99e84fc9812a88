import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { company, START } from '../accord/cast.ts'
import { openSite, type Site, tellStory } from './site.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await tellStory(site)
})

afterAll(() => site.close())

type Line = readonly [name: string, value: string]
type Component = readonly Line[]

/** Reads a calendar strictly: CRLF, folding, at most 75 octets a line. */
function parse(text: string): { head: Component; events: Component[] } {
  const raw = text.split('\r\n')
  expect(raw.pop()).toBe('')
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  for (const line of raw) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  const lines = raw
    .join('\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')
    .map((line): Line => {
      const { name, value } = /^(?<name>[A-Z-]+)(?:;[^:]*)?:(?<value>.*)$/.exec(line)!.groups!
      return [name!, value!]
    })
  const events: Line[][] = []
  const head: Line[] = []
  let inEvent = false
  for (const [name, value] of lines) {
    if (value === 'VEVENT') inEvent = name === 'BEGIN'
    if (name === 'BEGIN' && value === 'VEVENT') events.push([])
    else if (inEvent) events.at(-1)!.push([name, value])
    else head.push([name, value])
  }
  return { head, events }
}

const propertyOf = (of: Component, name: string) => of.find(([n]) => n === name)?.[1]

async function calendar(path: string) {
  const response = await site.get(path)
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  return parse(await response.text())
}

describe('the calendar of a party', () => {
  test('has an event for each date, with alarms where something can be done', async () => {
    const { head, events } = await calendar('/v1/parties/contoso.com/due.ics')
    expect(propertyOf(head, 'NAME')).toBe('Due: contoso.com ("The company at contoso.com")')
    const named = events.map((e) => [propertyOf(e, 'UID')!.split('@')[0], propertyOf(e, 'DTSTART')])
    expect(named).toEqual([
      ['2/stale/contoso.com', '20260215T000001Z'],
      ['8/due/contoso.com/accord', '20271107T000200Z'],
      ['8/overdue/contoso.com/accord', '20271207T000200Z'],
      ['8/lapsed/contoso.com/accord', '20280205T000200Z'],
    ])
    const alarms = (e: Component) => e.filter(([n]) => n === 'TRIGGER').map(([, v]) => v)
    expect(events.map(alarms)).toEqual([[], ['PT0S'], ['-P14D', '-P3D'], ['-P30D', '-P7D']])
  })

  test('is stamped by the log and the same to the byte however often it is made', async () => {
    const [once, twice] = await Promise.all(
      [1, 2].map(async () => (await site.get('/v1/parties/contoso.com/due.ics')).text()),
    )
    expect(once).toBe(twice)
    const stamps = parse(once!).events.map((e) => propertyOf(e, 'DTSTAMP'))
    expect(stamps).toEqual(['20260101T000000Z', ...Array(3).fill('20261207T000200Z')])
    expect(START).toBe(Date.UTC(2026, 0, 1) / 1000)
  })

  test('has the tree size as its tag, and is kept for ever where a size is named', async () => {
    const path = '/v1/parties/contoso.com/due.ics'
    const response = await site.get(path)
    expect(response.headers.get('etag')).toBe('W/"10"')
    expect((await site.get(path, { 'if-none-match': 'W/"10"' })).status).toBe(304)
    expect((await site.get(path, { 'if-none-match': '"9", "10"' })).status).toBe(304)
    const fixed = await site.get(`${path}?size=5`)
    expect(fixed.headers.get('cache-control')).toContain('max-age=3600')
    expect(await fixed.text()).toContain('4/due/contoso.com/accord')
  })

  test('of nobody is not there', async () => {
    expect((await site.get('/v1/parties/nobody.example/due.ics')).status).toBe(404)
    expect((await site.get('/v1/parties/fabrikam.example/due.ics?size=3')).status).toBe(404)
  })

  test('holds a hostile name without being broken by it', async () => {
    const own = await openSite()
    const { speaker } = own
    await own.add(speaker.instrument())
    const name = String.raw`a;b,c\nEND:VEVENT "d" 𠮷`.padEnd(200, 'é')
    const odd = company('odd.example', { name })
    await own.add(speaker.verification('odd.example', odd.keys))
    await own.add(speaker.enrol(odd))
    await own.add(speaker.sign('odd.example'))
    const text = await (await own.get('/v1/parties/odd.example/due.ics')).text()
    const { head, events } = parse(text)
    expect(events).toHaveLength(4)
    const said = propertyOf(events[0]!, 'SUMMARY')!.replace(/\\([;,\\])/g, '$1')
    expect(said).toContain(`odd.example (${JSON.stringify(name)})`)
    expect(propertyOf(head, 'NAME')!.replace(/\\([;,\\])/g, '$1')).toContain(JSON.stringify(name))
    await own.close()
  })
})

describe('the calendar of an instrument', () => {
  test('has what comes for its parties', async () => {
    const { events } = await calendar('/v1/instruments/accord/due.ics')
    const named = events.map((e) => propertyOf(e, 'UID')!.split('@')[0])
    expect(named).toEqual([
      '7/withdrawn/fabrikam.example/accord',
      '8/due/contoso.com/accord',
      '8/overdue/contoso.com/accord',
      '8/lapsed/contoso.com/accord',
    ])
    expect(propertyOf(events[0]!, 'SEQUENCE')).toBe('2')
  })

  test('that was not published is not there', async () => {
    expect((await site.get('/v1/instruments/nothing/due.ics')).status).toBe(404)
  })
})
