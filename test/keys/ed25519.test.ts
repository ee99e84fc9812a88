import { readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { decodeHex } from '../../keys/base64.ts'
import { admissible, guarded, guardedAsync, publicKey, sign, verify } from '../../keys/ed25519.ts'
import { nodeVerify, nodeVerifyPool, webVerify } from '../../src/node/fast.ts'

interface Case {
  readonly id: string
  readonly key: Uint8Array
  readonly signature: Uint8Array
  readonly message: Uint8Array
  readonly flags: readonly string[]
  /** Wycheproof's verdict; CCTV has none. */
  readonly valid: boolean | null
}

function read(name: string) {
  return JSON.parse(readFileSync(new URL(`../vectors/ed25519/${name}`, import.meta.url), 'utf8'))
}

const cctv: Case[] = read('cctv.json').map((c: Record<string, string> & { flags: string[] }) => ({
  id: `cctv ${c['number']}`,
  key: decodeHex(c['key']!)!,
  signature: decodeHex(c['sig']!)!,
  message: new TextEncoder().encode(c['msg']),
  flags: c.flags ?? [],
  valid: null,
}))

const wycheproof: Case[] = read('wycheproof.json').testGroups.flatMap(
  (g: {
    publicKey: { pk: string }
    tests: { tcId: number; sig: string; msg: string; flags: string[]; result: string }[]
  }) =>
    g.tests.map((t) => ({
      id: `wycheproof ${t.tcId}`,
      key: decodeHex(g.publicKey.pk)!,
      signature: decodeHex(t.sig)!,
      message: decodeHex(t.msg)!,
      flags: t.flags,
      valid: t.result === 'valid',
    })),
)

const cases = [...cctv, ...wycheproof]
const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n })

describe('vectors', () => {
  test('all of them are here', () => {
    expect(cctv.length).toBe(914)
    expect(wycheproof.length).toBe(151)
  })

  test('Wycheproof: its verdict is ours', () => {
    const differ = wycheproof.filter((c) => verify(c.key, c.signature, c.message) !== c.valid)
    expect(differ.map((c) => c.id)).toEqual([])
  })

  test('CCTV: accepts 43, none with a low order or a non-canonical part', () => {
    const accepted = cctv.filter((c) => verify(c.key, c.signature, c.message))
    expect(accepted.length).toBe(43)
    const flags = new Set(accepted.flatMap((c) => c.flags))
    for (const bad of [
      'low_order_A',
      'low_order_R',
      'low_order_residue',
      'non_canonical_A',
      'non_canonical_R',
    ]) {
      expect(flags).not.toContain(bad)
    }
  })

  test('every verifier gives one answer, for admitted keys and all others', async () => {
    const differ: string[] = []
    for (const c of cases) {
      const one = verify(c.key, c.signature, c.message)
      const native = nodeVerify(c.key, c.signature, c.message)
      const pool = await nodeVerifyPool(c.key, c.signature, c.message)
      const web = await webVerify(c.key, c.signature, c.message)
      if (native !== one || pool !== one || web !== one) differ.push(c.id)
    }
    expect(differ).toEqual([])
  })

  test('admits no CCTV key of low order or non-canonical, and every Wycheproof key of a valid case', () => {
    for (const c of cctv) {
      if (c.flags.includes('low_order_A') || c.flags.includes('non_canonical_A')) {
        expect(admissible(c.key), c.id).toBe(false)
      }
    }
    for (const c of wycheproof) if (c.valid) expect(admissible(c.key), c.id).toBe(true)
  })

  test('admits the keys of 28 CCTV cases, and accepts 1 of these: another has an R of low order', () => {
    const admitted = cctv.filter((c) => admissible(c.key))
    expect(admitted.length).toBe(28)
    expect(admitted.filter((c) => verify(c.key, c.signature, c.message)).length).toBe(1)
  })
})

describe('signing', () => {
  test('RFC 8032, section 7.1, test 2', () => {
    const seed = decodeHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')!
    const key = decodeHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')!
    const signature = decodeHex(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )!
    expect(publicKey(seed)).toEqual(key)
    expect(sign(seed, Uint8Array.of(0x72))).toEqual(signature)
    expect(verify(key, signature, Uint8Array.of(0x72))).toBe(true)
  })

  test.prop([bytes(32), fc.uint8Array({ maxLength: 200 }), fc.nat(511)], { numRuns: 25 })(
    'every verifier takes what was signed, and nothing else',
    async (seed, message, bit) => {
      const key = publicKey(seed)
      const signature = sign(seed, message)
      const bent = signature.slice()
      bent[bit >> 3]! ^= 1 << (bit & 7)
      for (const s of [signature, bent]) {
        const expected = s === signature
        expect(verify(key, s, message)).toBe(expected)
        expect(nodeVerify(key, s, message)).toBe(expected)
        expect(await nodeVerifyPool(key, s, message)).toBe(expected)
        expect(await webVerify(key, s, message)).toBe(expected)
      }
    },
  )
})

describe('bad input', () => {
  test.prop([fc.uint8Array({ maxLength: 66 }), fc.uint8Array({ maxLength: 66 })])(
    'is answered with false, never thrown at',
    async (key, signature) => {
      expect(verify(key, signature, key)).toBe(false)
      expect(nodeVerify(key, signature, key)).toBe(false)
      expect(await nodeVerifyPool(key, signature, key)).toBe(false)
      expect(await webVerify(key, signature, key)).toBe(false)
    },
  )

  test('a guard answers false where the native verifier throws', async () => {
    const seed = new Uint8Array(32)
    const signature = sign(seed, seed)
    const broken = () => {
      throw new Error('no such algorithm')
    }
    expect(guarded(broken)(publicKey(seed), signature, seed)).toBe(false)
    expect(await guardedAsync(async () => broken())(publicKey(seed), signature, seed)).toBe(false)
  })

  test('a guard stops S >= L and low order before the native verifier', () => {
    const yes = guarded(() => true)
    const key = publicKey(new Uint8Array(32))
    const r = key
    const order = decodeHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')!
    expect(yes(key, Uint8Array.of(...r, ...order), key)).toBe(false)
    order[0]!--
    expect(yes(key, Uint8Array.of(...r, ...order), key)).toBe(true)
    expect(yes(new Uint8Array(32), Uint8Array.of(...r, ...order), key)).toBe(false)
    expect(yes(key, Uint8Array.of(...new Uint8Array(32), ...order), key)).toBe(false)
  })

  test('keys of other lengths are not admitted', () => {
    const key = publicKey(new Uint8Array(32))
    expect(admissible(key)).toBe(true)
    expect(admissible(key.subarray(1))).toBe(false)
    expect(admissible(Uint8Array.of(...key, 0))).toBe(false)
  })
})
