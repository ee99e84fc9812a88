import { describe, expect, test } from 'vitest'
import { advise, shows, verdictOf } from '../../src/domain/advice.ts'
import type { Sighting } from '../../src/domain/ask.ts'
import { CEO, CFO, ORIGIN, vkey } from './keys.ts'

const OTHER = vkey('contoso.com/other')

/** A channel that showed keys, or (null) gave no answer. */
function saw(method: 'dns' | 'https', keys: readonly string[] | null): Sighting {
  const asked = method === 'dns' ? '_accord.contoso.com' : 'https://contoso.com/'
  const about = { subject: 'contoso.com', method, at: '2027-01-15T08:00:00Z' }
  const evidence = { asked, answer: null, dnssec: null }
  const outcome = keys === null ? ('unreachable' as const) : ('answered' as const)
  const check: Sighting['check'] = { ...about, outcome, keys: [...(keys ?? [])], evidence }
  return { check, why: keys === null ? 'no answer in time' : null, remarks: [] }
}

describe('a domain shows two keys', () => {
  const both = [CEO, CFO]
  test.each<[string, readonly string[] | null, readonly string[] | null, string]>([
    ['on both channels', both, both, 'shown'],
    ['on one, in any order', [CFO, CEO], [], 'shown'],
    ['on one, the other being silent', null, both, 'shown'],
    ['not: one is missing', [CEO], [], 'not-shown'],
    ['not: one is missing on one channel', both, [CEO], 'not-shown'],
    ['not: there is one more', [...both, OTHER], [], 'not-shown'],
    ['not: there is one more on one channel', both, [...both, OTHER], 'not-shown'],
    ['not: another', [CEO, OTHER], [], 'not-shown'],
    ['not: others, the other channel being silent', [OTHER], null, 'not-shown'],
    ['not: none', [], [], 'not-shown'],
    ['cannot be told: silence', null, null, 'unknown'],
    ['cannot be told: none and silence', [], null, 'unknown'],
  ])('%s', (_, dns, https, verdict) => {
    const sightings = [saw('dns', dns), saw('https', https)]
    expect(verdictOf(sightings, both)).toBe(verdict)
    expect(shows(sightings, both)).toBe(verdict === 'shown')
  })

  test('no channel shows nothing', () => {
    expect(shows([], [])).toBe(false)
    expect(shows([saw('dns', [])], [])).toBe(false)
  })
})

test('advice says what is wrong on each channel, and what to publish', () => {
  const sightings = [
    { ...saw('dns', [CEO, OTHER]), remarks: ['"accord": there is no vkey='] },
    saw('https', null),
  ]
  const what = { origin: ORIGIN, domain: 'contoso.com', wanted: [CEO, CFO], sightings }
  const id = (key: string) => key.split('+', 2).join('+')
  expect(advise(what)).toEqual([
    `contoso.com does not show exactly these keys: ${id(CEO)}, ${id(CFO)}`,
    `dns, _accord.contoso.com: lacks ${id(CFO)}; shows more: ${id(OTHER)}`,
    '  not counted: "accord": there is no vkey=',
    'https, https://contoso.com/: cannot tell: no answer in time',
    'publish, on one channel or on both, and take away what is more:',
    'in DNS, TXT records of _accord.contoso.com:',
    `  accord=v1; registry=${ORIGIN}; vkey=${CEO}`,
    `  accord=v1; registry=${ORIGIN}; vkey=${CFO}`,
    'and at https://contoso.com/.well-known/accord-keys.txt:',
    `  ${ORIGIN} ${CEO}`,
    `  ${ORIGIN} ${CFO}`,
  ])
})
