import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  formatLine,
  formatRecord,
  keyFault,
  parseLine,
  parseRecord,
  recordName,
  wellKnownUrl,
} from '../../src/domain/binding.ts'
import { readLines, readRecords } from '../../src/domain/reading.ts'
import { CEO, CFO, ORIGIN, record, vkey } from './keys.ts'

const SOUGHT = { origin: ORIGIN, domain: 'contoso.com' }
const OTHER = vkey('fabrikam.com/ceo')
/** A key whose last letter is another. */
const DAMAGED = `${CEO.slice(0, -3)}AAA`

const origin = fc.stringMatching(/^[!-*,-~]{1,40}$/)
const key = fc.stringMatching(/^[!-~]{1,60}$/)

test('where keys are shown', () => {
  expect(recordName('contoso.com')).toBe('_accord.contoso.com')
  expect(wellKnownUrl('contoso.com')).toBe('https://contoso.com/.well-known/accord-keys.txt')
  expect(wellKnownUrl('contoso.com', 8443)).toBe(
    'https://contoso.com:8443/.well-known/accord-keys.txt',
  )
})

property.prop([origin, key])('a binding is read back as it was written', (o, k) => {
  const binding = { origin: o, vkey: k }
  expect(parseRecord(formatRecord(binding))).toEqual(binding)
  expect(parseLine(formatLine(binding))).toEqual(binding)
})

const near = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('accord=v1; ', 'registry=', ORIGIN, ' vkey=', CEO, ';', ' ') }),
)

property.prop([near])('a text has one reading, and no other text has it', (text) => {
  const found = parseRecord(text)
  if (found) expect(formatRecord(found)).toBe(text)
  const line = parseLine(text)
  if (line) expect(formatLine(line)).toBe(text)
})

property.prop([fc.array(near)])('whatever stands there is read without complaint', (texts) => {
  for (const { keys, remarks } of [readRecords(texts, SOUGHT), readLines(texts, SOUGHT)]) {
    expect(keys.every((k) => keyFault(k, 'contoso.com') === null)).toBe(true)
    for (const remark of remarks) expect(remark).toMatch(/^[ -~]{1,600}$/)
  }
})

describe('keys', () => {
  test('those of the domain are, with a label or without', () => {
    expect(keyFault(CEO, 'contoso.com')).toBeNull()
    expect(keyFault(vkey('contoso.com'), 'contoso.com')).toBeNull()
  })

  test.each([
    [OTHER, /named fabrikam\.com\/ceo/],
    [vkey('www.contoso.com'), /not of contoso.com/],
    [DAMAGED, /damaged: expected key id/],
    ['contoso.com/ceo', /expected <name>/],
    [`${CEO}=`, /canonical base64/],
    ['', /expected <name>/],
  ])('%s is none', (text, why) => {
    expect(keyFault(text, 'contoso.com')).toMatch(why)
  })

  test('of a type that signs no statements are none', () => {
    const cosigner = 'contoso.com+62e6e7bd+BAbqYuQdZTOHJuB6uBtrRfGHQyJHd9wQrwN+1gkyGhhN'
    expect(keyFault(cosigner, 'contoso.com')).toMatch(/expected key id|of type 1/)
  })
})

describe('near misses in DNS are no keys, and are told', () => {
  const strict = record(CEO)
  test.each([
    ['without spaces', strict.replaceAll('; ', ';'), /one space after each semicolon/],
    ['two spaces', strict.replace('; ', ';  '), /one space/],
    ['a space at the end', `${strict} `, /one space/],
    ['a semicolon at the end', `${strict};`, /damaged|canonical/],
    ['other order', `accord=v1; vkey=${CEO}; registry=${ORIGIN}`, /in order/],
    ['capitals', strict.replace('accord', 'Accord'), /lower case/],
    ['another version', strict.replace('v1', 'v2'), /accord=v1/],
    ['quotation marks', `"${strict}"`, /quotation marks/],
    ['escaped semicolons', strict.replaceAll(';', '\\;'), /backslashes/],
    ['a non-breaking space', strict.replace('; ', ';\u00a0'), /printable ASCII/],
    ['no registry', `accord=v1; vkey=${CEO}`, /there is no registry=/],
    ['no vkey', `accord=v1; registry=${ORIGIN}`, /there is no vkey=/],
    ['neither', 'accord=v1', /no registry=, no vkey=/],
    ['a URL for the registry', record(CEO, `https://${ORIGIN}/`), /is spelled registry\.example/],
    ['the registry in capitals', record(CEO, ORIGIN.toUpperCase()), /is spelled/],
    ['a key of another domain', record(OTHER), /not of contoso.com/],
    ['a damaged key', record(DAMAGED), /damaged/],
  ])('%s', (_, text, why) => {
    const { keys, remarks } = readRecords([text, record(CFO)], SOUGHT)
    expect(keys).toEqual([CFO])
    expect(remarks).toHaveLength(1)
    expect(remarks[0]).toMatch(why)
  })

  test.each([
    ['for another registry', record(CEO, 'other.example/accord')],
    ['for another registry, and misspelt', 'accord=v1;registry=other.example;vkey=x'],
    ['of something else', 'v=spf1 include:example.com -all'],
    ['empty', ''],
  ])('but not what is %s', (_, text) => {
    expect(readRecords([text], SOUGHT)).toEqual({ keys: [], remarks: [] })
  })
})

describe('near misses in the file are no keys, and are told', () => {
  const strict = `${ORIGIN} ${CEO}`
  test.each([
    ['CR LF', `${strict}\r`, /LF alone/],
    ['a byte order mark', `\uFEFF${strict}`, /byte order mark/],
    ['two spaces', strict.replace(' ', '  '), /one space/],
    ['a tab', strict.replace(' ', '\t'), /one space/],
    ['a space before', ` ${strict}`, /one space/],
    ['a comment behind', `${strict} # ours`, /nothing else/],
    ['a DNS record', record(CEO), /not a DNS record/],
    ['no key', ORIGIN, /the vkey/],
    ['a URL for the registry', `https://${strict}`, /is spelled registry\.example/],
    ['a damaged key', `${ORIGIN} ${DAMAGED}`, /damaged/],
    ['a key of another domain', `${ORIGIN} ${OTHER}`, /not of contoso.com/],
  ])('%s', (_, line, why) => {
    const { keys, remarks } = readLines([line, `${ORIGIN} ${CFO}`], SOUGHT)
    expect(keys).toEqual([CFO])
    expect(remarks).toHaveLength(1)
    expect(remarks[0]).toMatch(why)
  })

  test('but not what is for another registry', () => {
    expect(readLines([`x.example ${CEO}`, 'Hello there'], SOUGHT)).toEqual({
      keys: [],
      remarks: [],
    })
  })
})

test('what is repeated of a line is short, printable and on one line', () => {
  const hostile = `accord=v1; \u001b[31m\n\u202e${'x'.repeat(5000)}`
  const [remark] = readRecords([hostile], SOUGHT).remarks
  expect(remark).toMatch(/^[ -~]{1,400}$/)
})

test('no more is remarked on than anybody reads', () => {
  const { remarks } = readLines(Array(1000).fill(`${ORIGIN}  ${CEO}`), SOUGHT)
  expect(remarks).toHaveLength(9)
  expect(remarks[8]).toBe('and 992 more')
})
