import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { isOneScript } from '../../src/accord/script.ts'
import { faultOfBearing } from '../../src/depositary/bearing.ts'
import table from '../../src/depositary/confusables.json' with { type: 'json' }
import { hiddenIn } from '../../src/depositary/hidden.ts'
import { faultOfName, readingsOfName } from '../../src/depositary/name.ts'
import { readings, skeleton } from '../../src/depositary/skeleton.ts'
import vectors from '../vectors/unicode/skeletons.json' with { type: 'json' }

const alike = (a: string, b: string, read = readings) => read(a).some((r) => read(b).includes(r))

describe('skeletons', () => {
  test('are those of ICU', () => {
    for (const [text, expected] of vectors) expect(skeleton(text!)).toBe(expected)
    expect(vectors.length).toBe(200)
  })

  test('leave out what nobody sees', () => {
    expect(skeleton('pay\u200Dpal\u3164')).toBe(skeleton('paypal'))
  })

  test('of what the table names are its prototypes', () => {
    for (const [prototype, sources] of Object.entries(table.prototypes)) {
      const looks = prototype.split(' ').map((p) => String.fromCodePoint(Number.parseInt(p, 16)))
      for (const source of sources.split(' ')) {
        const c = String.fromCodePoint(Number.parseInt(source, 16))
        expect(c.normalize('NFD')).toBe(c)
        const seen = !/\p{Default_Ignorable_Code_Point}/u.test(c)
        expect(skeleton(c)).toBe(seen ? looks.join('').normalize('NFD') : '')
      }
    }
  })

  property.prop([fc.string({ unit: 'grapheme' })])('do not depend on normal forms', (text) => {
    expect(skeleton(text.normalize('NFC'))).toBe(skeleton(text.normalize('NFD')))
  })
})

describe('readings', () => {
  test.each([
    ['Microsoft', 'MlCROSOFT'],
    ['Microsoft', 'rnicrosoft'],
    ['contoso', 'C0NT0S0'],
    ['PAYPAL', 'РАУРАӏ'],
    ['Вода', 'ВОДА'],
    ['Ελλάς', 'ΕΛΛΆΣ'],
    ['Microsöft', 'Microsoft'],
    ['paypa1', 'PayPaI'],
    ['western', 'vvestern'],
    ['WESTERN', 'VVestern'],
    ['vw', 'vvv'],
    ['adobe', 'aclobe'],
    ['cloud', 'doucl'],
    ['social', 'sodaI'],
    ['ciaudia', 'claudia'],
  ])('%s and %s are one', (a, b) => {
    expect(alike(a, b)).toBe(true)
  })

  test.each([
    ['Contoso', 'Fabrikam'],
    ['कि', 'की'],
    ['日本', '日木'],
    ['Nord', 'Nordic'],
  ])('%s and %s are two', (a, b) => {
    expect(alike(a, b)).toBe(false)
  })
})

describe('readings of a name', () => {
  test.each([
    ['Contoso', 'The Contoso Co., Ltd.'],
    ['Contoso AG', 'CONTOSO, INC.'],
    ['Contoso S.A.', 'Contoso SA'],
    ['Con-toso', 'contoso'],
    ['Müller GmbH & Co. KG', 'Muller'],
    ['ООО «Ромашка»', 'Ромашка'],
    ['株式会社日立製作所', '日立製作所'],
    ['삼성전자 주식회사', '삼성전자'],
    ['שָׁלוֹם', 'שלום'],
    ['Контосо', 'KOHTOCO'],
    ['Ltd Contoso', 'Contoso'],
    ['Contoso', 'GmbH Contoso AG'],
    ['Contoso (verified)', 'Contoso'],
    ['Official Contoso Ltd', 'Contoso Inc'],
    ['Contoso – vérifié', 'Contoso'],
    ['Western', 'Vvestern Inc.'],
  ])('%s and %s are one', (a, b) => {
    expect(alike(a, b, readingsOfName)).toBe(true)
  })

  test.each([
    ['Contoso Schweiz', 'Contoso'],
    ['Contoso Deutschland GmbH', 'Contoso Schweiz AG'],
    ['The Company', 'Company & Co'],
    ['GmbH', 'AG'],
    ['Verified Ltd', 'Official Ltd'],
    ['Contoso (new domain)', 'Contoso'],
  ])('%s and %s are two', (a, b) => {
    expect(alike(a, b, readingsOfName)).toBe(false)
  })
})

describe('a display name', () => {
  test.each([
    ...['Contoso Ltd', 'AT&T Inc.', 'E.ON SE', 'Côte d’Or S.A.', 'A/S Mærsk', '3M', '‘t Hooft'],
    ...['Toys “R” Us', 'Yahoo!', 'C++', '1&1', '@Home', 'GmbH & Co.KG Müller', 'Türk A.Ş.'],
    ...['ООО «Ромашка»', 'Ελληνική Εταιρεία', 'Հայաստան', 'საქართველო', 'አማርኛ', 'ខ្មែរ'],
    ...['שרות לאומי בע״מ', 'شركة الاتصالات السعودية', 'شرکت می‌خواهم', 'شركة ٣٤', 'হিন্দি', 'র‍্যাব'],
    ...['हिन्दी कंपनी प्रा॰ लि॰', 'ශ්‍රී ලංකා', 'บริษัท น้ำ จำกัด', 'ລາວ ນ້ຳ', 'မြန်မာ', 'ကျွန်ုပ်', 'བོད་'],
    ...[
      '株式会社日立製作所',
      'ソニー・ミュージック',
      'NTTドコモ',
      '華為技術',
      '삼성전자 (주)',
      'LG전자',
      'ㄅㄆ公司',
    ],
    ...[
      'Dr. Ing. h.c. F. Porsche AG',
      'Contoso Mfg. Co. Ltd.',
      'J. P. Morgan',
      'E. ON',
      'St. Gallen',
    ],
    ...[
      'Col·legi de Metges',
      '微软·中国',
      'トヨタ・ストア',
      'Contoso. Fabrikam',
      'Contoso · Energy',
    ],
    ...['Việt Nam Điện lực', 'Fédération Suisse', 'Łódź'],
  ])('may be %s', (name) => {
    expect([name, faultOfName(name.normalize('NFC'), 'contoso.com')]).toEqual([name, null])
  })

  test.each([
    ['Contoso (contoso.com)', 'contoso.com'],
    ['Contoso.com Inc.', 'eu.contoso.com'],
    ['bücher.example.com', 'xn--bcher-kva.example.com'],
    ['Contoso.com.br', 'contoso.com.br'],
  ])('may be %s where the domain is %s', (name, domain) => {
    expect(faultOfName(name, domain)).toBe(null)
  })

  test.each([
    ['letters of another script', 'Соntoso'],
    ['letters of two scripts', 'Яндекс (Yandex)'],
    ['letters of a script out of use', '𐌲𐌿𐍄'],
    ['letters of a script that only looks like one', 'ᏟᎾᏁᎢᎾᏚᎾ'],
    ['letters in a style', '𝐂ontoso'],
    ['full-width letters', 'Ｃontoso'],
    ['a ligature', 'Conﬁdo'],
    ['a badge', 'Contoso ✔'],
    ['a trade mark', 'Contoso®'],
    ['an emoji', 'Contoso 🛡️'],
    ['a Hangul filler', 'Contoso\u3164'],
    ['a Hangul jamo filler', '\u115Fa'],
    ['a blank of Braille', 'Contoso\u2800'],
    ['a variation selector', 'C\uFE00ontoso'],
    ['a tag', 'Contoso\u{E0100}'],
    ['a joiner between Latin letters', 'Con\u200Dtoso'],
    ['a joiner before everything', '\u200Dشركة'],
    ['two joiners', 'می\u200C\u200Cخواهم'],
    ['a grapheme joiner', 'Con\u034Ftoso'],
    ['a heap of marks', 'Z\u0335\u0327\u0322\u0359\u0325algo'],
    ['a mark twice', 'o\u0323\u0323n'],
    ['a mark before everything', '\u0301Contoso'],
    ['a mark on a space', 'Contoso \u0301Ltd'],
    ['two spaces', 'Contoso  Ltd'],
    ['a space at its end', 'Contoso '],
    ['a no-break space', 'Contoso\u00A0Ltd'],
    ['no letter', '...'],
    ['digits of two scripts', 'شركة ٣4'],
    ['a domain', 'microsoft.com'],
    ['a domain in brackets', 'Contoso (contoso.org)'],
    ['a domain in capitals', 'MICROSOFT.COM'],
    ['a domain within a domain', 'www.microsoft.com'],
    ['a domain of another script', 'тест.рф'],
    ['a domain under a hoster', 'microsoft.github.io'],
    ['a domain with a middle dot', 'Microsoft·com'],
    ['a domain with a dot of Katakana', 'Microsoft・com'],
    ['a domain with a middle dot and a space', 'Microsoft· com'],
    ['a domain with a middle dot in another script', 'тест·рф'],
    ['a domain with a space after its dot', 'microsoft. com'],
    ['a domain with spaces in brackets', 'Contoso (www. microsoft .com)'],
    ['a domain with something after it', 'microsoft.com.verified'],
    ['a domain after an abbreviation', 'Co.microsoft.com'],
  ])('has no %s', (_what, name) => {
    expect(faultOfName(name, 'contoso.com')).not.toBe(null)
  })
})

describe('a script', () => {
  test('is one, or those that are written together', () => {
    const one = [
      'Contoso 3',
      'Контосо',
      'ソニーと日本 Sony',
      '台灣ㄅㄆ TSMC',
      '한국 大韓 KT',
      '...',
    ]
    expect(one.filter((text) => !isOneScript(text))).toEqual([])
    const mixed = ['Cонтосо', 'αBγ', 'ソニー한국', 'ㄅカ', 'שלוםа', 'Ꭰ']
    expect(mixed.filter(isOneScript)).toEqual([])
  })
})

describe('a text', () => {
  test.each([
    ['Arabic with vowels', 'السَّلَامُ عَلَيْكُمْ'],
    ['Hebrew with points', 'שָׁלוֹם עֲלֵיכֶם, 42 (ב)'],
    ['Persian with non-joiners', 'می‌خواهم، خانه‌ها، ه‍.ش'],
    ['Hindi with joiners', 'क्‍ष और क्‌ष'],
    ['Bengali with a joiner before the virama', 'র‍্যাব'],
    ['Sinhala', 'ශ්‍රී ලංකා'],
    ['Mongolian with a selector', 'ᠮᠣᠩᠭᠣᠯ\u180B'],
    ['an ideograph with a selector', '葛\u{E0100}城市'],
    ['emoji', '👩🏽‍💻 ❤️‍🔥 1️⃣ 🏳️‍🌈 👨‍👩‍👧‍👦 ☎︎ 🇨🇭'],
    ['lines and tabs of spaces', 'one\n\n  two\u00A0three\u3000four'],
    ['mathematics', 'x̂ ≤ ȳ, a̅b̅'],
  ])('in %s is whole', (_what, text) => {
    expect(hiddenIn(text)).toBe(null)
  })

  test.each(
    [
      ['\u115F', '\u1160', '\u3164', '\uFFA0', '\u2800', '\u034F', '\u17B4', '\u180B', '\uFE0F'],
      ['\uFE00', '\u{E0100}', '\u{1D173}', '\u200C', '\u200D', '\u2065', '\u{E0FFF}', '\u{1BCA0}'],
    ].flat(),
  )('hides nothing: %j', (c) => {
    const name = `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
    expect(hiddenIn(`no${c}thing`)).toBe(`${name}, which nobody sees`)
  })

  test('is not under a heap of marks', () => {
    expect(hiddenIn(`Z${'\u0335\u0327\u0322\u0359\u0325\u0300\u0301\u0302\u0303'}`)).toMatch(/more/)
    expect(hiddenIn('Z\u0300\u0300')).toMatch(/twice/)
  })
})

describe('a domain', () => {
  test.each([
    ...['contoso.com', 'eda.admin.ch', 'contoso.github.io', 'xn--bcher-kva.example', '3m.com'],
    ...['xn--e1aybc.xn--p1ai', 'xn--fiqs8s.cn', 'xn--99zt52a.jp', 'registry.localhost'],
    ...['xn--strae-oqa.de', 'xn--80adxhks.xn--p1ai'],
  ])('may be %s', (domain) => {
    expect(faultOfBearing(domain)).toBe(null)
  })

  test.each([
    ['a public suffix', 'co.uk', /public suffix/],
    ["a hoster's suffix", 'github.io', /public suffix/],
    ['a public suffix in A-labels', 'xn--55qx5d.cn', /public suffix/],
    ['what stands for nothing', 'xn--a.com', /stands for nothing/],
    ['an address', '0x7f.0x1', /ends in a number, and is read as an address/],
    ['an address of a cloud', '0xa9.0xfe.0xa9.0xfe', /read as an address/],
    ['an address, nearly', 'contoso.0x', /read as an address/],
    ['an address in digits', '127.0.0.1', /read as an address/],
    ['scripts mixed', 'xn--pple-43d.com', /mixes scripts/],
    ['Cyrillic that passes for Latin', 'xn--80ak6aa92e.com', /passes for a Latin one/],
  ])('is never %s', (_what, domain, why) => {
    expect(faultOfBearing(domain)).toMatch(why)
  })
})
