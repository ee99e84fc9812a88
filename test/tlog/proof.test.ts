import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { verify } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { nodeVerify } from '../../src/node/fast.ts'
import { hash, utf8 } from '../../src/tlog/bytes.ts'
import { TlogError } from '../../src/tlog/error.ts'
import { leafHash } from '../../src/tlog/merkle.ts'
import { openNote } from '../../src/tlog/note.ts'
import { formatPolicy, type Policy, parsePolicy } from '../../src/tlog/policy.ts'
import { formatProof, type Proof, parseProof, verifyProof } from '../../src/tlog/proof.ts'
import { entryAt } from './tree.ts'
import { vector, vectorFiles, vectorText } from './vectors.ts'

const policy = parsePolicy(vectorText('policy-2of3.txt'))

const receipts = [1, 5, 256, 257, 600].flatMap((size) =>
  vectorFiles(`log-${size}/proofs`).map((file) => [size, file] as const),
)

describe('the receipts of the six logs', () => {
  test('all 18 of them are here; the empty log has none', () => {
    expect(receipts.length).toBe(18)
  })

  test.each(receipts)('size %i, %s', (size, file) => {
    const text = vectorText(`log-${size}/proofs/${file}`)
    const index = Number.parseInt(file, 10)
    const proof = parseProof(text)
    expect(formatProof(proof)).toBe(text)
    expect(parseProof(utf8(text))).toEqual(proof)
    expect(proof.extra !== null).toBe(file.includes('extra'))
    const proven = verifyProof(proof, leafHash(entryAt(index)), policy, verify)
    expect(proven).toMatchObject({ index, checkpoint: { origin: 'example.com/log', size } })
    expect(proven.cosigned.length).toBeGreaterThanOrEqual(2)
    for (const other of [entryAt(index + 1), utf8(''), utf8(text)]) {
      expect(() => verifyProof(proof, leafHash(other), policy, verify)).toThrow(
        expect.objectContaining({ code: 'INVALID_PROOF' }),
      )
    }
  })
})

describe('the real Rekor', () => {
  const proof = parseProof(vector('real/rekor-log2025-1-412114.tlog-proof'))
  const leaf = leafHash(vector('real/rekor-log2025-1-412114.leaf'))
  const vkey = vectorText('real/rekor-log2025-1.vkey').trim()

  test('entry 412114 is in its tree of 412115', () => {
    const rekor = parsePolicy(`log ${vkey}\nquorum none\n`)
    const proven = verifyProof(proof, leaf, rekor, verify)
    expect(proven).toMatchObject({ index: 412_114, checkpoint: { size: 412_115 }, cosigned: [] })
    expect(proven.logKeys).toEqual([parseVKey(vkey)])
  })

  test('under another policy it is not to be trusted', () => {
    expect(() => verifyProof(proof, leaf, policy, verify)).toThrow(
      expect.objectContaining({ code: 'LOG_NOT_TRUSTED' }),
    )
  })
})

describe('a proof that was tampered with', () => {
  const text = vectorText('log-600/proofs/300.tlog-proof')
  const leaf = leafHash(entryAt(300))

  test.prop([fc.nat(), fc.nat(7)], { numRuns: 300 })('is refused, whatever the bit', (at, bit) => {
    const bytes = utf8(text)
    bytes[at % bytes.length]! ^= 1 << bit
    const tolerated = () => {
      // Only what nobody of the policy vouches for may change: an unknown line's blob, or, a quorum
      // being met without it, the name or id by which a line is known.
      const proof = parseProof(bytes)
      const { cosigned } = verifyProof(proof, leaf, policy, nodeVerify)
      return proof.checkpoint.signatures.length - 1 > cosigned.length
    }
    try {
      expect(tolerated()).toBe(true)
    } catch (e) {
      if (!(e instanceof TlogError)) throw e
    }
  })

  test('another index, or one hash more, less, or elsewhere', () => {
    const proof = parseProof(text)
    const { hashes } = proof
    const bent: Proof[] = [
      { ...proof, index: 299 },
      { ...proof, index: 600 },
      { ...proof, hashes: hashes.slice(1) },
      { ...proof, hashes: [...hashes, hashes[0]!] },
      { ...proof, hashes: hashes.with(0, hashes[1]!).with(1, hashes[0]!) },
    ]
    for (const b of bent) {
      const read = parseProof(formatProof(b))
      expect(() => verifyProof(read, leaf, policy, nodeVerify)).toThrow(
        expect.objectContaining({ code: 'INVALID_PROOF' }),
      )
    }
  })

  test('extra may be anything: it proves nothing', () => {
    const proof = { ...parseProof(text), extra: utf8('trust me') }
    const read = parseProof(formatProof(proof))
    expect(read.extra).toEqual(utf8('trust me'))
    expect(verifyProof(read, leaf, policy, nodeVerify).index).toBe(300)
  })
})

describe('a proof has one spelling', () => {
  const text = vectorText('log-5/proofs/2.tlog-proof')
  const extra = vectorText('log-5/proofs/0-extra.tlog-proof')
  const [first] = text.match(/^[A-Za-z0-9+/]{43}=$/m)!

  const BLANK = 'expected an empty line before the checkpoint'
  const INDEX = 'expected index and a number'
  const HASH = 'expected the base64 of a hash'
  const EXTRA = 'expected extra and base64'

  test.each([
    ['another header', text.replace('@v1', '@v2'), 'expected c2sp.org/tlog-proof@v1'],
    ['CRLF', text.replaceAll('\n', '\r\n'), BLANK],
    ['no index', text.replace('index 2\n', ''), INDEX],
    ['another word of that length', text.replace('index 2', 'Index 2'), INDEX],
    [
      'no index and no hash',
      text.slice(0, text.indexOf('\n')) + text.slice(text.indexOf('\n\n')),
      INDEX,
    ],
    ['a leading zero', text.replace('index 2', 'index 02'), INDEX],
    ['a space after the index', text.replace('index 2', 'index 2 '), INDEX],
    ['an index beyond 2^53 - 1', text.replace('index 2', 'index 9007199254740992'), INDEX],
    ['spare bits', text.replace(first!, `${'A'.repeat(42)}B=`), HASH],
    ['a short hash', text.replace(first!, encodeBase64(new Uint8Array(31))), HASH],
    [
      '64 hashes',
      text.replace(first!, Array(62).fill(first).join('\n')),
      'expected at most 63 hashes',
    ],
    ['no checkpoint', text.slice(0, text.indexOf('\n\n') + 1), BLANK],
    ['an empty extra', extra.replace(/^extra .*$/m, 'extra '), EXTRA],
    ['extra that is not base64', extra.replace(/^extra .*$/m, 'extra ='), EXTRA],
    ['extra twice', extra.replace(/^extra .*$/m, '$&\n$&'), INDEX],
    ['extra after the index', text.replace('index 2\n', 'index 2\nextra AAAA\n'), HASH],
    ['a byte order mark', `\ufeff${text}`, 'expected c2sp.org/tlog-proof@v1'],
    ['nothing', '', BLANK],
    [
      'nothing before the checkpoint',
      text.slice(text.indexOf('\n\n')),
      'expected c2sp.org/tlog-proof@v1',
    ],
  ])('refuses %s', (_, other, message) => {
    expect([text, extra]).not.toContain(other)
    const refusal = expect.objectContaining({ name: 'TlogError', code: 'MALFORMED_PROOF', message })
    for (const input of [other, utf8(other)]) expect(() => parseProof(input)).toThrow(refusal)
  })

  test('refuses an empty checkpoint as no note, and what is not UTF-8', () => {
    const empty = text.slice(0, text.indexOf('\n\n') + 2)
    expect(() => parseProof(empty)).toThrow(expect.objectContaining({ code: 'MALFORMED_NOTE' }))
    expect(() => parseProof(new Uint8Array([...utf8(text), 0xff]))).toThrow(
      expect.objectContaining({ code: 'MALFORMED_PROOF', message: BLANK }),
    )
  })

  test('takes 63 hashes', () => {
    const most = parseProof(text).hashes
    const hashes = Array.from({ length: 63 }, () => most[0]!)
    expect(parseProof(formatProof({ ...parseProof(text), hashes })).hashes).toHaveLength(63)
  })

  test('an empty line more belongs to the checkpoint, and makes it none', () => {
    const proof = parseProof(text.replace('\n\n', '\n\n\n'))
    expect(() => verifyProof(proof, leafHash(entryAt(2)), policy, verify)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_CHECKPOINT' }),
    )
  })

  const { checkpoint } = parseProof(text)
  const proof = fc.record({
    extra: fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 })),
    index: fc.maxSafeNat(),
    hashes: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hash), { maxLength: 63 }),
    checkpoint: fc.constant(checkpoint),
  })

  test.prop([proof])('and is read back as it was written', (p) => {
    expect(parseProof(formatProof(p))).toEqual(p)
  })

  test.prop([proof, fc.nat(), fc.string({ unit: 'binary', maxLength: 2 })])(
    'and with a piece replaced is another, or refused by name',
    (p, at, piece) => {
      const whole = formatProof(p)
      const i = at % whole.length
      const other = whole.slice(0, i) + piece + whole.slice(i + 1)
      try {
        expect(formatProof(parseProof(other))).toBe(other)
      } catch (e) {
        expect(e).toMatchObject({ name: 'TlogError' })
      }
    },
  )

  test.prop([fc.oneof(fc.uint8Array(), fc.string())])('and anything else is refused', (input) => {
    expect(() => parseProof(input)).toThrow(TlogError)
  })
})

describe('a proof and its policy', () => {
  const proof = parseProof(vectorText('log-5/proofs/2.tlog-proof'))
  const leaf = leafHash(entryAt(2))

  test('the log’s signature alone is not enough, nor are the witnesses’ alone', () => {
    const [log, ...rest] = proof.checkpoint.signatures
    const by = (signatures: typeof rest) => ({
      ...proof,
      checkpoint: { ...proof.checkpoint, signatures },
    })
    expect(() => verifyProof(by([log!]), leaf, policy, verify)).toThrow(
      expect.objectContaining({ code: 'QUORUM_NOT_MET' }),
    )
    expect(() => verifyProof(by(rest), leaf, policy, verify)).toThrow(
      expect.objectContaining({ code: 'LOG_NOT_TRUSTED' }),
    )
  })

  test('a log’s key is trusted under its own origin only', () => {
    const other: Policy = { ...policy, logs: [{ ...policy.logs[0]!, vkey: policy.logs[0]!.vkey }] }
    expect(verifyProof(proof, leaf, other, verify).index).toBe(2)
    const opened = openNote(proof.checkpoint, [policy.logs[0]!.vkey], verify)
    const moved = { ...proof.checkpoint, text: opened.text.replace('example.com/log', 'other') }
    expect(() => verifyProof({ ...proof, checkpoint: moved }, leaf, policy, verify)).toThrow(
      expect.objectContaining({ code: 'LOG_NOT_TRUSTED' }),
    )
    expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
  })
})
