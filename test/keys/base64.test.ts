import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from '../../keys/base64.ts'

describe('base64', () => {
  test.prop([fc.uint8Array({ maxLength: 100 })])('writes as Node does, and reads it back', (b) => {
    const text = encodeBase64(b)
    expect(text).toBe(Buffer.from(b).toString('base64'))
    expect(decodeBase64(text)).toEqual(b)
  })

  test.prop([fc.oneof(fc.base64String(), fc.string())])('one spelling per value', (text) => {
    const bytes = decodeBase64(text)
    if (bytes) expect(encodeBase64(bytes)).toBe(text)
    else expect(Buffer.from(text, 'base64').toString('base64')).not.toBe(text)
  })

  test.each([
    ['missing padding', 'AA'],
    ['spare bits, one byte', 'AB=='],
    ['spare bits, two bytes', 'AAB='],
    ['URL-safe', '-_-_'],
    ['white space', 'AAAA\n'],
    ['padding inside', 'AA==AAAA'],
    ['padding alone', '===='],
    ['three padding signs', 'A==='],
    ['not ASCII', 'AAA\u0141'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64(text)).toBeNull()
  })

  test('has no length at which it fails', () => {
    const bytes = new Uint8Array(6_000_001).fill(7)
    expect(decodeBase64(encodeBase64(bytes))?.length).toBe(bytes.length)
  })
})

describe('hex', () => {
  test.prop([fc.uint8Array({ maxLength: 100 })])('reads back what it wrote', (b) => {
    expect(encodeHex(b)).toBe(Buffer.from(b).toString('hex'))
    expect(decodeHex(encodeHex(b))).toEqual(b)
  })

  test.each(['A0', '0', '0g', ' 00', '00\n'])('refuses %j', (text) => {
    expect(decodeHex(text)).toBeNull()
  })
})
