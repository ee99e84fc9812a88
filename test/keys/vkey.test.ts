import { readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { decodeHex, encodeHex } from '../../keys/base64.ts'
import { publicKey, verify } from '../../keys/ed25519.ts'
import { KeyError } from '../../keys/error.ts'
import { formatSecretKey, parseSecretKey, seedSigner } from '../../keys/signer.ts'
import { formatVKey, isKeyName, keyId, parseVKey, vkeyOf } from '../../keys/vkey.ts'

function read(name: string) {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'))
}

/** Where golang.org/x/mod's `NewVerifier` answers otherwise, and why we do not follow. */
const DIFFERENT: Readonly<Record<string, readonly [verdict: string, reason: string]>> = {
  'uppercase key ID': ['MALFORMED_VKEY', 'one spelling per value'],
  'base64 with newline inside': ['MALFORMED_VKEY', 'one spelling per value'],
  'base64 with carriage return at the end': ['MALFORMED_VKEY', 'one spelling per value'],
  'name with NUL': ['MALFORMED_VKEY', 'no note can hold the name'],
  'name of 256 bytes': ['MALFORMED_VKEY', 'cosignatures give the length of a name in one byte'],
  'type 0x04': ['ok', 'x/mod reads type 0x01 only'],
}

function verdict(vkey: string): string {
  try {
    expect(formatVKey(parseVKey(vkey))).toBe(vkey)
    return 'ok'
  } catch (e) {
    if (e instanceof KeyError) return e.code
    throw e
  }
}

const name = fc.string({ minLength: 1, maxLength: 60 }).filter(isKeyName)
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const type = fc.constantFrom(0x01, 0x04)

describe('vkeys', () => {
  const cases: { name: string; vkey: string; x_mod_new_verifier: string }[] = read('vkeys.json')

  test('all of them are here', () => {
    expect(cases.length).toBe(30)
    for (const difference of Object.keys(DIFFERENT)) {
      expect(cases.map((c) => c.name)).toContain(difference)
    }
  })

  test.each(cases)('$name', (c) => {
    const expected = DIFFERENT[c.name]?.[0]
    if (expected) expect(verdict(c.vkey)).toBe(expected)
    else expect(verdict(c.vkey) === 'ok').toBe(c.x_mod_new_verifier === 'ok')
  })

  test('a difference is one: none of the list agrees with x/mod', () => {
    for (const c of cases) {
      const expected = DIFFERENT[c.name]?.[0]
      if (expected) expect(expected === 'ok').not.toBe(c.x_mod_new_verifier === 'ok')
    }
  })

  test('types are told apart', () => {
    const of = (n: string) => cases.find((c) => c.name === n)!.vkey
    expect(verdict(of('type 0x02'))).toBe('UNKNOWN_KEY_TYPE')
    expect(verdict(of('wrong key ID'))).toBe('WRONG_KEY_ID')
    expect(parseVKey(of('type 0x04')).type).toBe(0x04)
  })

  test('an ML-DSA-44 key is read, at its one length', () => {
    const v = vkeyOf('example.com/w1', new Uint8Array(1312).fill(7), 0x06)
    expect(formatVKey(v).length).toBe('example.com/w1+'.length + 9 + 1752)
    expect(parseVKey(formatVKey(v))).toEqual(v)
    expect(() => vkeyOf('example.com/w1', new Uint8Array(1311), 0x06)).toThrow(KeyError)
  })

  test('a secret key given by mistake is not repeated', () => {
    const secret = read('keys.json')['example.com/log'].skey_0x01
    for (const parse of [parseVKey, (t: string) => parseSecretKey(`${t} `)]) {
      try {
        parse(secret)
        expect.unreachable()
      } catch (e) {
        expect(e).toBeInstanceOf(KeyError)
        expect(String(e)).not.toContain(secret.slice(-20, -1))
      }
    }
  })

  test.prop([name, seed, type])('reads back what it wrote', (n, s, t) => {
    const v = vkeyOf(n, s, t)
    expect(parseVKey(formatVKey(v))).toEqual(v)
    expect(v.id).toBe(keyId(n, t, s))
  })

  test.prop([fc.string()])('reads a text and writes the same again, or refuses it by name', (s) => {
    verdict(s)
  })

  test.prop([name, seed, fc.nat(), fc.string({ minLength: 1, maxLength: 1 })])(
    'one character changed is another key, or refused by name',
    (n, s, at, c) => {
      const text = formatVKey(vkeyOf(n, s))
      const i = at % text.length
      verdict(text.slice(0, i) + c + text.slice(i + 1))
    },
  )
})

describe('key names', () => {
  test('Unicode spaces are refused, look-alikes of a space are not', () => {
    for (const space of '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000') {
      expect(isKeyName(`a${space}b`), encodeHex(new TextEncoder().encode(space))).toBe(false)
    }
    for (const none of '\u200b\u2060\ufeff\u180e\u007f') expect(isKeyName(`a${none}b`)).toBe(true)
  })

  test('neither empty, nor with a plus, nor a lone surrogate', () => {
    for (const bad of ['', 'a+b', '\ud800']) expect(isKeyName(bad)).toBe(false)
  })
})

describe('secret keys', () => {
  const keys: Record<string, Record<string, string>> = read('keys.json')

  test.each(Object.entries(keys))('%s', async (name, k) => {
    const secret = parseSecretKey(k['skey_0x01']!)
    expect(secret).toEqual({ name, type: 0x01, seed: decodeHex(k['seed_hex']!) })
    expect(formatSecretKey(secret)).toBe(k['skey_0x01'])
    const signer = seedSigner(name, secret.seed)
    expect(formatVKey(signer.vkey)).toBe(k['vkey_0x01'])
    expect(formatVKey(seedSigner(name, secret.seed, 0x04).vkey)).toBe(k['vkey_0x04'])
    expect(encodeHex(signer.vkey.key)).toBe(k['public_hex'])
    const message = new TextEncoder().encode('message')
    expect(verify(signer.vkey.key, await signer.sign(message), message)).toBe(true)
  })

  test.prop([name, seed, type], { numRuns: 20 })('reads back what it wrote', (n, s, t) => {
    expect(parseSecretKey(formatSecretKey({ name: n, type: t, seed: s }))).toEqual({
      name: n,
      type: t,
      seed: s,
    })
  })

  test.prop([fc.string()])('anything else is refused by name', (s) => {
    for (const text of [s, `PRIVATE+KEY+${s}`, keys['example.com/log']!['skey_0x01'] + s]) {
      if (text === keys['example.com/log']!['skey_0x01']) continue
      expect(() => parseSecretKey(text)).toThrow(KeyError)
    }
  })

  test('the seed is copied: what the caller does with his is his affair', async () => {
    const s = new Uint8Array(32).fill(1)
    const signer = seedSigner('a', s)
    s.fill(0)
    expect(signer.vkey.key).toEqual(publicKey(new Uint8Array(32).fill(1)))
    const message = new Uint8Array(1)
    expect(verify(signer.vkey.key, await signer.sign(message), message)).toBe(true)
  })

  test('a seed signs no type that is not known', () => {
    expect(() => seedSigner('a', new Uint8Array(32), 0x05)).toThrow(KeyError)
  })
})
