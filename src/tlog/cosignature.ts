/**
 * Cosignatures: a witness's word that, at a time, a checkpoint was the largest tree it had seen of
 * this log, and consistent with every one before. Type 0x04 is made with Ed25519, 0x06 with
 * ML-DSA-44.
 *
 * See https://c2sp.org/tlog-cosignature.
 *
 * @module
 */
import { decodeBase64 } from '../../keys/base64.ts'
import type { Signer } from '../../keys/signer.ts'
import { COSIGNATURE, ML_DSA_44, type VKey } from '../../keys/vkey.ts'
import { concat, HASH_LENGTH, parseDecimal, utf8 } from './bytes.ts'

/** How many bytes a signature of each type has. */
const SIGNATURE_LENGTH: ReadonlyMap<number, number> = new Map([
  [COSIGNATURE, 64],
  [ML_DSA_44, 2420],
])

/** What is in a cosignature's blob. */
export interface Cosignature {
  /** POSIX seconds, as the cosigner says. */
  readonly time: number
  /** 64 bytes for type 0x04, 2420 for 0x06. */
  readonly signature: Uint8Array
}

/** A part of a tree, as a cosigner of type 0x06 names it. */
export interface Subtree {
  readonly cosigner: string
  /** POSIX seconds; 0 where nothing is said of the time. */
  readonly time: number
  readonly origin: string
  /** 0 for a checkpoint. */
  readonly start: number
  /** The tree's size for a checkpoint. */
  readonly end: number
  /** 32 bytes. */
  readonly hash: Uint8Array
}

/**
 * The bytes that a cosigner of type 0x04 signs.
 *
 * @param time POSIX seconds
 * @param text the checkpoint's whole text, with its last newline and any extension lines
 */
export function cosignatureMessage(time: number, text: string): Uint8Array {
  checkTime(time)
  return utf8(`cosignature/v1\ntime ${time}\n${text}`)
}

/** The bytes that a cosigner of type 0x06 signs. */
export function subtreeMessage(subtree: Subtree): Uint8Array {
  const { cosigner, time, origin, start, end, hash } = subtree
  checkTime(time)
  const label = utf8('subtree/v1\n\0')
  return concat(
    label,
    sized(cosigner),
    uint64(time),
    sized(origin),
    uint64(start),
    uint64(end),
    hash,
  )
}

/**
 * The bytes that a cosigner signs of a checkpoint; null where the text is none, or the key's type
 * is no cosigner's.
 *
 * @param text the checkpoint's whole text. A cosigner of type 0x06 signs none of its extensions
 */
export function cosignedMessage(vkey: VKey, time: number, text: string): Uint8Array | null {
  if (vkey.type === COSIGNATURE) return cosignatureMessage(time, text)
  const [origin = '', decimal, base64] = text.split('\n')
  const end = parseDecimal(decimal ?? '')
  const hash = base64 === undefined ? null : decodeBase64(base64)
  if (vkey.type !== ML_DSA_44 || end === null || hash?.length !== HASH_LENGTH) return null
  if (!isSized(utf8(origin))) return null
  return subtreeMessage({ cosigner: vkey.name, time, origin, start: 0, end, hash })
}

/** Formats a blob: the time as 8 bytes, big-endian, and the signature. */
export function formatCosignature(c: Cosignature): Uint8Array {
  checkTime(c.time)
  if (![...SIGNATURE_LENGTH.values()].includes(c.signature.length)) {
    throw new RangeError('expected a signature of 64 or 2420 bytes')
  }
  return concat(uint64(c.time), c.signature)
}

/** Parses a blob, or returns null where it has another length or a time beyond 2^53 - 1. */
export function parseCosignature(blob: Uint8Array, type: number = COSIGNATURE): Cosignature | null {
  const length = SIGNATURE_LENGTH.get(type)
  if (length === undefined || blob.length !== 8 + length) return null
  const time = blob.subarray(0, 8).reduce((seconds, byte) => seconds * 256 + byte, 0)
  return Number.isSafeInteger(time) ? { time, signature: blob.slice(8) } : null
}

/**
 * Cosigns a checkpoint.
 *
 * @param checkpointText its whole text, already parsed and found consistent
 * @param signer one whose key is of type 0x04 or 0x06
 * @param time POSIX seconds
 */
export async function signCosignature(
  checkpointText: string,
  signer: Signer,
  time: number,
): Promise<{ readonly name: string; readonly id: string; readonly blob: Uint8Array }> {
  const { name, id, type } = signer.vkey
  if (!SIGNATURE_LENGTH.has(type)) throw new TypeError('expected a signer of type 0x04 or 0x06')
  const message = cosignedMessage(signer.vkey, time, checkpointText)
  if (!message) throw new RangeError('expected the text of a checkpoint')
  const signature = await signer.sign(message)
  return { name, id, blob: formatCosignature({ time, signature }) }
}

/** A text behind its length in one byte. */
function sized(text: string): Uint8Array {
  const bytes = utf8(text)
  if (!isSized(bytes)) throw new RangeError('expected 1 to 255 bytes')
  return concat(Uint8Array.of(bytes.length), bytes)
}

function isSized({ length }: Uint8Array): boolean {
  return length >= 1 && length <= 255
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  for (let i = 7, left = value; i >= 0; i--, left = Math.floor(left / 256)) bytes[i] = left % 256
  return bytes
}

function checkTime(time: number): void {
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new RangeError(`expected POSIX seconds, got ${time}`)
  }
}
