import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { isolated } from '../../src/accord/direction.ts'
import { decodePunycode, sayDomain } from '../../src/accord/label.ts'
import { asciiDomain, unicodeDomain } from '../../src/domain/label.ts'
import samples from '../vectors/unicode/punycode.json' with { type: 'json' }

describe('Punycode', () => {
  test.each(samples)('RFC 3492, section 7.1: %s', (_what, text, encoded) => {
    expect(decodePunycode(encoded!)).toBe(text)
  })

  test.each([
    ['an end within a number', 'ihqwcrb4cv8a8dqg056pqjy'],
    ['a code point beyond the last', 'en32g'],
    ['a number without an end', 'z'.repeat(40)],
    ['a surrogate', 'ib9b'],
    ['a sign that is no digit', 'a-b!'],
    ['what is not ASCII', 'bücher'],
  ])('has none of %s', (_what, text) => {
    expect(decodePunycode(text)).toBe(null)
  })

  property.prop([fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })])(
    'gives back whatever a browser encodes',
    (text) => {
      const ascii = asciiDomain(`${text}.example`)
      // A text may have a slash or a dot in it.
      if (ascii === null || !/^xn--[^.]+\.example$/.test(ascii)) return
      const decoded = decodePunycode(ascii.split('.')[0]!.slice(4))
      expect(asciiDomain(`${decoded}.example`)).toBe(ascii)
    },
  )

  property.prop([fc.string({ maxLength: 60 })])('is read without a fall', (text) => {
    const decoded = decodePunycode(text)
    expect(decoded === null || decoded.isWellFormed()).toBe(true)
  })
})

/** A domain whose first label a browser encodes so. */
function encoded(label: string): string {
  return asciiDomain(`${label}.example`)!
}

describe('a domain that is shown', () => {
  test.each([
    ['contoso.com', 'contoso.com'],
    ['xn--bcher-kva.example', 'bücher.example (xn--bcher-kva.example)'],
    ['xn--strae-oqa.de', 'straße.de (xn--strae-oqa.de)'],
    ['www.xn--e1aybc.xn--p1ai', 'www.тест.рф (www.xn--e1aybc.xn--p1ai)'],
    ['xn--mgba3gch31f.example', '\u2068نامهای\u2069.example (xn--mgba3gch31f.example)'],
    ['xn--11b4c3d.com', 'कॉम.com (xn--11b4c3d.com)'],
  ])('%s', (domain, shown) => {
    expect(sayDomain(domain)).toBe(shown)
  })

  test.each(['お名前', 'ソニー株式会社', '삼성', '台積電', 'москва-24', 'ärzte2'])(
    'is %s, as its language is written',
    (label) => {
      const domain = encoded(label)
      expect(sayDomain(domain)).toBe(`${label}.example (${domain})`)
    },
  )

  test('has each label that runs from right to left by itself', () => {
    const domain = asciiDomain('שלום.ישראל')!
    expect(sayDomain(domain)).toBe(`\u2068שלום\u2069.\u2068ישראל\u2069 (${domain})`)
  })

  test.each([
    ['letters of two scripts', encoded('pаypal')],
    ['Latin beside Han', encoded('日本go')],
    ['a sign that is no letter', encoded('i♥ny')],
    ['an emoji', encoded('👩\u200d👩\u200d👧')],
    ['a joiner', 'xn--a-1gn.example'],
    ['nothing', 'xn--.example'],
    ['ASCII', 'xn--abc-.example'],
    ['an empty basic part', 'xn---bcher-kva.example'],
    ['a capital', 'xn--7ba.example'],
    ['a mark by itself', 'xn--ksa.example'],
    ['a number that is too large', `xn--${'z'.repeat(59)}.example`],
    ['a number without an end', 'xn--a9.example'],
    ['capitals in the A-label', 'XN--BCHER-KVA.example'],
  ])('is in A-labels alone where one of them stands for %s', (_what, domain) => {
    expect(sayDomain(domain)).toBe(domain)
  })

  property.prop([fc.string({ unit: fc.constantFrom(...'abz019-.AZxn'), maxLength: 60 })])(
    'ends with the domain, and begins with what a browser reads in it',
    (text) => {
      const domain = `xn--${text}`
      const shown = sayDomain(domain)
      if (shown === domain) return
      const [unicode, rest] = shown.replace(/[\u2068\u2069]/g, '').split(' ')
      expect(rest).toBe(`(${domain})`)
      expect(unicode).not.toMatch(/[^\p{L}\p{M}\p{Nd}.-]/u)
    },
  )

  property.prop([fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })])(
    'reads as a browser reads it, or not at all',
    (text) => {
      const domain = asciiDomain(`${text}.example`)
      if (domain === null || !/^xn--[^.]+\.example$/.test(domain)) return
      const [unicode] = sayDomain(domain)
        .replace(/[\u2068\u2069]/g, '')
        .split(' (')
      expect([domain, unicodeDomain(domain)]).toContain(unicode)
    },
  )
})

test('words are isolated where any letter of them runs from right to left', () => {
  expect(isolated('Contoso Ltd')).toBe('Contoso Ltd')
  expect(isolated('Shalom שלום (2026)')).toBe('\u2068Shalom שלום (2026)\u2069')
  expect(isolated('شركة')).toBe('\u2068شركة\u2069')
})
