import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { formatVKey, vkeyOf } from '../../keys/vkey.ts'
import * as schema from '../../src/accord/schema.ts'
import {
  digestOf,
  domainOfKeyName,
  formatInstant,
  formatTime,
  isDigest,
  isDomain,
  isLei,
  isOrigin,
  isText,
  LAST_TIME,
  parseTime,
} from '../../src/accord/text.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { keyOf } from './keys.ts'

describe('times', () => {
  test.prop([fc.integer({ min: 0, max: LAST_TIME })])('read back what was written', (t) => {
    expect(parseTime(formatTime(t))).toBe(t)
  })

  test.prop([fc.string({ unit: 'binary' })])(
    'any text is a time in its one spelling, or none',
    (s) => {
      const t = parseTime(s)
      if (t !== null) expect(formatTime(t)).toBe(s)
    },
  )

  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2000-02-29T12:00:00Z', 951_825_600],
    ['2024-02-29T23:59:59Z', 1_709_251_199],
    ['9999-12-31T23:59:59Z', LAST_TIME],
  ])('%s', (text, seconds) => {
    expect(parseTime(text)).toBe(seconds)
    expect(formatTime(seconds)).toBe(text)
  })

  test.each([
    '1969-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2024-02-30T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T25:00:00Z',
    '2024-01-01T00:60:00Z',
    '2016-12-31T23:59:60Z',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00:00z',
    '2024-01-01t00:00:00Z',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00Z',
    '2024-01-01T00:00:00.0Z',
    '2024-01-01T00:00:00+00:00',
    '2024-1-01T00:00:00Z',
    '+002024-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    ' 2024-01-01T00:00:00Z',
    '2024-01-01T00:00:00Z\n',
    '２０２４-01-01T00:00:00Z',
    '',
  ])('not %j', (text) => {
    expect(parseTime(text)).toBeNull()
  })

  test('beyond the calendar they are not written, but shown as its end', () => {
    for (const t of [-1, LAST_TIME + 1, 0.5, Number.NaN]) {
      expect(() => formatTime(t)).toThrow(RangeError)
    }
    expect(formatInstant(LAST_TIME + 1)).toBe('9999-12-31T23:59:59Z')
  })
})

describe('digests', () => {
  test('of nothing', () => {
    const empty = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    expect(digestOf(utf8(''))).toBe(empty)
    expect(isDigest(empty)).toBe(true)
    for (const bad of [
      empty.slice(7),
      empty.slice(0, -1),
      `${empty}0`,
      empty.toUpperCase(),
      empty.replace('e3b0', 'E3B0'),
      empty.replace('sha256', 'sha512'),
      `${empty}\n`,
      empty.replace('e', 'g'),
    ]) {
      expect(isDigest(bad)).toBe(false)
    }
  })
})

describe('domains', () => {
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`
  test.each([
    'contoso.com',
    'a.b',
    '1.2.3.x1',
    'xn--bcher-kva.example',
    'a--b.co',
    `${'a'.repeat(63)}.com`,
    longest,
    '123.com',
  ])('%s', (d) => {
    expect(isDomain(d)).toBe(true)
    expect(domainOfKeyName(d)).toBe(d)
    expect(domainOfKeyName(`${d}/general-counsel`)).toBe(d)
  })

  test.each([
    '',
    'com',
    'contoso.com.',
    '.contoso.com',
    'contoso..com',
    'Contoso.com',
    '-contoso.com',
    'contoso-.com',
    'con_toso.com',
    'bücher.example',
    'contoso.com:443',
    '192.0.2.1',
    'a.1',
    'a.-',
    `${'a'.repeat(64)}.com`,
    `${longest}x`,
    'contoso.com\n',
    ' contoso.com',
  ])('not %j', (d) => {
    expect(isDomain(d)).toBe(false)
    expect(domainOfKeyName(d)).toBeNull()
  })

  test.each([
    'contoso.com/',
    'contoso.com/a/b',
    'contoso.com/A',
    'contoso.com/a b',
    'contoso.com/a_b',
    `contoso.com/${'a'.repeat(33)}`,
    '/ceo',
  ])('no key is named %j', (name) => {
    expect(domainOfKeyName(name)).toBeNull()
  })

  test('a label has up to 32', () => {
    expect(domainOfKeyName(`contoso.com/${'a-9'.repeat(10)}aa`)).toBe('contoso.com')
  })
})

describe('texts', () => {
  const ok = (c: string) => isText(c, 1, 10, false)

  test('hold what people write', () => {
    for (const t of [
      'Ω≈ç√',
      'می\u200cخواهم',
      'क्\u200dष',
      '👩\u200d💻',
      '\u00a0',
      '\u2009',
      '\u3000',
      'e\u0301',
      '𝒳',
      '\ufe0f',
      '\u{e0100}',
    ]) {
      expect([t, ok(t)]).toEqual([t, true])
    }
  })

  /** First and last of each class, and their neighbours that are allowed. */
  const CLASSES: readonly (readonly [number, number])[] = [
    [0x0000, 0x001f],
    [0x007f, 0x009f],
    [0x00ad, 0x00ad],
    [0x061c, 0x061c],
    [0x180e, 0x180e],
    [0x200b, 0x200b],
    [0x200e, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0xfeff, 0xfeff],
    [0xfff9, 0xfffb],
    [0xe0000, 0xe007f],
    [0xe000, 0xf8ff],
    [0xf0000, 0xffffd],
    [0x100000, 0x10fffd],
    [0xfdd0, 0xfdef],
    [0xd800, 0xdfff],
    ...Array.from(
      { length: 17 },
      (_, plane) => [plane * 65536 + 0xfffe, plane * 65536 + 0xffff] as const,
    ),
  ]
  const forbidden = (c: number) => CLASSES.some(([from, to]) => c >= from && c <= to)

  test('hold no character of the classes that hide, steer or mean nothing, and every other', () => {
    const wrong: string[] = []
    for (let c = 0; c <= 0x10ffff; c++) {
      if (ok(String.fromCodePoint(c)) === forbidden(c)) wrong.push(c.toString(16))
    }
    expect(wrong).toEqual([])
  })

  test('hold LF where they have lines, and nothing else of its kind', () => {
    expect([isText('a\nb', 1, 3, true), isText('a\nb', 1, 3, false)]).toEqual([true, false])
    for (const c of ['\r', '\t', '\v', '\u0085', '\u2028'])
      expect(isText(c, 1, 3, true)).toBe(false)
  })

  test('are counted in code points', () => {
    expect(isText('𝒳𝒳𝒳', 3, 3, false)).toBe(true)
    expect(isText('𝒳𝒳𝒳𝒳', 1, 3, false)).toBe(false)
    expect(isText('ab', 3, 3, false)).toBe(false)
    expect(isText('', 0, 3, false)).toBe(true)
    expect(isText('\ud835', 1, 3, false)).toBe(false)
    expect(isText('\udcb3\ud835', 1, 3, false)).toBe(false)
  })
})

describe('names and numbers', () => {
  test.each(['registry.example/accord', 'a', '!', '~', 'x'.repeat(255)])('origin %j', (o) => {
    expect(isOrigin(o)).toBe(true)
  })
  test.each(['', 'a b', 'a+b', 'é', '\u007f', 'x'.repeat(256), 'a\n'])('no origin %j', (o) => {
    expect(isOrigin(o)).toBe(false)
  })

  test.each(['5493001KJTIIGC8Y1R12', '529900T8BM49AURSDO55', '7LTWFZYICNSX8D621K86'])(
    'LEI %s, and none with one character mistyped',
    (lei) => {
      expect(isLei(lei)).toBe(true)
      for (let i = 0; i < lei.length; i++) {
        for (const c of /[0-9]/.test(lei[i]!) ? '0123456789' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
          const other = lei.slice(0, i) + c + lei.slice(i + 1)
          if (other !== lei) expect([other, isLei(other)]).toEqual([other, false])
        }
      }
      expect([lei.toLowerCase(), `${lei}0`, lei.slice(1), ` ${lei}`].some(isLei)).toBe(false)
    },
  )
})

describe('fields', () => {
  type Field = { safeParse(v: unknown): { success: boolean } }
  const fits = (s: Field, v: unknown) => s.safeParse(v).success
  const vkey = keyOf('contoso.com/ceo').vkey

  const CASES: readonly (readonly [string, Field, readonly unknown[], readonly unknown[]])[] = [
    [
      'url',
      schema.url,
      ['https://contoso.com/', 'https://x'],
      ['http://x', 'https://', 'https://a b', 'https://é', `https://${'x'.repeat(1993)}`],
    ],
    [
      'language',
      schema.language,
      ['en', 'de-CH', 'zh-Hant-TW', 'gsw'],
      ['EN', 'e', 'engl', 'en-', 'en-a', 'en_GB', `en${'-abcdefgh'.repeat(4)}`],
    ],
    ['country', schema.country, ['CH', 'XX'], ['ch', 'CHE', 'C', '']],
    [
      'instrumentId',
      schema.instrumentId,
      ['abc', 'a-1', 'x'.repeat(64)],
      ['ab', 'x'.repeat(65), 'Abc', 'a_b'],
    ],
    ['clauseId', schema.clauseId, ['P1', '1', 'A-B'], ['p1', '-A', '', 'A'.repeat(33), 'A_B']],
    [
      'root',
      schema.root,
      ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
      [
        '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=',
        '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
        'AAAA',
        '',
      ],
    ],
    [
      'vkey',
      schema.vkey,
      [vkey],
      [
        vkey.slice(0, -1),
        vkey.replace('+', '++'),
        `${vkey}\n`,
        vkey.toUpperCase(),
        vkey.replace('contoso', 'contos\u00f6'),
        keyOf('caf\u00e9.com').vkey,
        `${vkey} `,
      ],
    ],
  ]

  test.each(CASES)('%s', (_, field, good, bad) => {
    expect(good.map((v) => [v, fits(field, v)])).toEqual(good.map((v) => [v, true]))
    expect(bad.map((v) => [v, fits(field, v)])).toEqual(bad.map((v) => [v, false]))
    expect([null, 1, {}, []].map((v) => fits(field, v))).toEqual([false, false, false, false])
  })

  test('a vkey of another type is none', () => {
    const cosigner = formatVKey(vkeyOf('contoso.com', keyOf('contoso.com').key, 0x04))
    expect(fits(schema.vkey, cosigner)).toBe(false)
  })

  test('numbers are whole, within bounds, and safe', () => {
    const days = schema.days()
    expect([0, 36_500].every((n) => fits(days, n))).toBe(true)
    expect([-1, 36_501, 0.5, 2 ** 53, '1', null].some((n) => fits(days, n))).toBe(false)
    expect(
      fits(schema.seen, {
        size: 2 ** 53 - 1,
        root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      }),
    ).toBe(true)
    expect(
      fits(schema.seen, { size: 2 ** 53, root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }),
    ).toBe(false)
  })

  test('a carve-out says what it carves out', () => {
    const carve = { kind: 'compulsion', value: 'carve-out', text: '' }
    expect(fits(schema.declaration, carve)).toBe(false)
    expect(fits(schema.declaration, { ...carve, text: 'Lawful orders.' })).toBe(true)
    expect(fits(schema.declaration, { ...carve, kind: 'scope' })).toBe(false)
  })
})
