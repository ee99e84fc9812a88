import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from '../../keys/base64.ts'
import { verify } from '../../keys/ed25519.ts'
import { verifyMlDsa } from '../../keys/mldsa.ts'
import { formatSecretKey, parseSecretKey, seedSigner } from '../../keys/signer.ts'
import { formatVKey, ML_DSA_44, parseVKey } from '../../keys/vkey.ts'
import {
  cosignedMessage,
  parseCosignature,
  signCosignature,
  subtreeMessage,
} from '../../src/tlog/cosignature.ts'
import { openNote, parseNote } from '../../src/tlog/note.ts'

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../vectors/mldsa44.json'), 'utf8'),
)
const vkey = parseVKey(vectors.vkey_0x06)
const seed = decodeHex(vectors.seed_hex)!
const signer = seedSigner(vectors.name, seed, ML_DSA_44)
type Vector = Readonly<Record<string, string>> & {
  readonly timestamp: number
  readonly start: number
  readonly end: number
}
const cosignatures: readonly Vector[] = vectors.cosignatures

test('keys are those of the vectors', () => {
  expect(formatVKey(signer.vkey)).toBe(vectors.vkey_0x06)
  expect(encodeBase64(vkey.key)).toBe(vectors.public_key_base64)
  expect(formatSecretKey({ name: vectors.name, type: ML_DSA_44, seed })).toBe(vectors.skey_0x06)
  expect(parseSecretKey(vectors.skey_0x06).seed).toEqual(seed)
})

describe.each(cosignatures)('size $end, time $timestamp', (v) => {
  const { timestamp: time, origin, start, end } = v
  const hash = decodeBase64(v['hash_base64']!)!
  const message = subtreeMessage({
    ...{ cosigner: vectors.name, time, origin: origin!, start, end, hash },
  })

  test('is the message that others sign', () => {
    expect(encodeHex(message)).toBe(v['message_hex'])
  })

  test('has their signature, and we make the same', async () => {
    const blob = decodeBase64(v['signature_base64']!)!
    const { signature } = parseCosignature(blob, ML_DSA_44)!
    expect(parseCosignature(blob, ML_DSA_44)!.time).toBe(time)
    expect(verifyMlDsa(vkey.key, signature, message)).toBe(true)
    expect(await signer.sign(message)).toEqual(signature)
    for (const at of [0, 32, signature.length - 1]) {
      const other = signature.slice()
      other[at]! ^= 1
      expect(verifyMlDsa(vkey.key, other, message)).toBe(false)
    }
    expect(verifyMlDsa(vkey.key.subarray(1), signature, message)).toBe(false)
    expect(verifyMlDsa(vkey.key, signature.subarray(1), message)).toBe(false)
  })
})

test.each(cosignatures.filter((v) => v['note']))('a checkpoint of $end opens', async (v) => {
  const note = parseNote(v['note']!)
  const { verified } = openNote(note, [vkey], verify)
  expect(verified).toMatchObject([{ time: v.timestamp, vkey }])
  const own = await signCosignature(note.text, signer, v.timestamp)
  expect(note.signatures.find((s) => s.id === vkey.id)?.blob).toEqual(own.blob)
  const grown = { ...note, text: note.text.replace('\n600\n', '\n601\n') }
  expect(() => openNote(grown, [vkey], verify)).toThrow('does not hold')
})

test('extension lines are not part of what is signed', () => {
  const text = parseNote(cosignatures[0]!['note']!).text
  expect(cosignedMessage(vkey, 7, `${text}an extension\n`)).toEqual(cosignedMessage(vkey, 7, text))
  expect(cosignedMessage(vkey, 7, 'no checkpoint\n')).toBeNull()
})
