import { describe, expect, test } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { verify } from '../../keys/ed25519.ts'
import { seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, ED25519, ML_DSA_44, vkeyOf } from '../../keys/vkey.ts'
import { fromUtf8 } from '../../src/tlog/bytes.ts'
import {
  cosignatureMessage,
  cosignedMessage,
  formatCosignature,
  parseCosignature,
  signCosignature,
  subtreeMessage,
} from '../../src/tlog/cosignature.ts'
import { openNote } from '../../src/tlog/note.ts'

const root = encodeBase64(new Uint8Array(32))
const text = `o\n1\n${root}\n`
const post = vkeyOf('w', new Uint8Array(1312), ML_DSA_44)
const subtree = { cosigner: 'w', time: 0, origin: 'o', start: 0, end: 1, hash: new Uint8Array(32) }

describe('what a cosigner of type 0x06 signs', () => {
  test('has names of 1 to 255 bytes', () => {
    const most = 'n'.repeat(255)
    const message = subtreeMessage({ ...subtree, cosigner: most, origin: most })
    expect(message).toHaveLength(12 + 256 + 8 + 256 + 8 + 8 + 32)
    expect(message[12]).toBe(255)
    for (const name of ['', `${most}n`, 'é'.repeat(128)]) {
      const refusal = new RangeError('expected 1 to 255 bytes')
      expect(() => subtreeMessage({ ...subtree, origin: name })).toThrow(refusal)
      expect(() => subtreeMessage({ ...subtree, cosigner: name })).toThrow(refusal)
    }
  })

  test('is made of a checkpoint', () => {
    expect(cosignedMessage(post, 0, text)).toEqual(subtreeMessage(subtree))
    expect(cosignedMessage(post, 0, `${text}an extension\n`)).toEqual(subtreeMessage(subtree))
  })

  test.each([
    ['no origin', `\n1\n${root}\n`],
    ['an origin of 256 bytes', `${'o'.repeat(256)}\n1\n${root}\n`],
    ['no size', `o\n\n${root}\n`],
    ['a size with a leading zero', `o\n01\n${root}\n`],
    ['no root', 'o\n1'],
    ['a root that is no base64', 'o\n1\n=\n'],
    ['a short root', `o\n1\n${encodeBase64(new Uint8Array(31))}\n`],
    ['one line', 'o\n'],
  ])('is nothing where the text has %s', (_, other) => {
    expect(cosignedMessage(post, 0, other)).toBeNull()
  })

  test('is nothing where the key is of no cosigner', () => {
    expect(cosignedMessage(vkeyOf('w', new Uint8Array(32), ED25519), 0, text)).toBeNull()
  })

  test('of a log with too long a name does not hold, and is no fault of ours', () => {
    const signature = { name: post.name, id: post.id, blob: new Uint8Array(2428) }
    const note = { text: `${'o'.repeat(256)}\n1\n${root}\n`, signatures: [signature] }
    expect(() => openNote(note, [post], verify)).toThrow(
      expect.objectContaining({ name: 'TlogError', code: 'BAD_SIGNATURE' }),
    )
  })
})

describe('a cosignature', () => {
  test('has a time from 0 to 2^53 - 1', () => {
    const signature = new Uint8Array(64).fill(7)
    for (const time of [0, 1, 255, 256, 2 ** 32, 2 ** 53 - 1]) {
      const blob = formatCosignature({ time, signature })
      expect(new DataView(blob.buffer).getBigUint64(0)).toBe(BigInt(time))
      expect(parseCosignature(blob)).toEqual({ time, signature })
      expect(fromUtf8(cosignatureMessage(time, text))).toBe(`cosignature/v1\ntime ${time}\n${text}`)
    }
    for (const time of [-1, 0.5, 2 ** 53, Number.NaN]) {
      const refusal = new RangeError(`expected POSIX seconds, got ${time}`)
      expect(() => formatCosignature({ time, signature })).toThrow(refusal)
      expect(() => cosignatureMessage(time, text)).toThrow(refusal)
      expect(() => subtreeMessage({ ...subtree, time })).toThrow(refusal)
    }
    const beyond = Uint8Array.of(0, 32, 0, 0, 0, 0, 0, 0, ...signature)
    expect(parseCosignature(beyond)).toBeNull()
  })

  test('is as long as its type has it', () => {
    for (const length of [0, 63, 65, 2419, 2421]) {
      expect(() => formatCosignature({ time: 0, signature: new Uint8Array(length) })).toThrow(
        'expected a signature of 64 or 2420 bytes',
      )
      expect(parseCosignature(new Uint8Array(8 + length))).toBeNull()
      expect(parseCosignature(new Uint8Array(8 + length), ML_DSA_44)).toBeNull()
    }
    expect(parseCosignature(new Uint8Array(72))).not.toBeNull()
    expect(parseCosignature(new Uint8Array(2428), ML_DSA_44)).not.toBeNull()
    expect(parseCosignature(new Uint8Array(72), ED25519)).toBeNull()
  })

  test('is given by cosigners, and of checkpoints', async () => {
    const seed = new Uint8Array(32)
    await expect(signCosignature(text, seedSigner('w', seed), 0)).rejects.toThrow(
      'expected a signer of type 0x04 or 0x06',
    )
    await expect(signCosignature('o\n', seedSigner('w', seed, ML_DSA_44), 0)).rejects.toThrow(
      'expected the text of a checkpoint',
    )
    const { blob } = await signCosignature(text, seedSigner('w', seed, COSIGNATURE), 5)
    expect(parseCosignature(blob)?.time).toBe(5)
  })
})
