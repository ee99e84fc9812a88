/**
 * Cosignatures of type 0x04: a witness's word that, at a time, a checkpoint was the largest tree it
 * had seen of this log, and consistent with every one before.
 *
 * See https://c2sp.org/tlog-cosignature.
 *
 * @module
 */
import type { Signer } from '../../keys/signer.ts'
import { COSIGNATURE } from '../../keys/vkey.ts'
import { concat, utf8 } from './bytes.ts'

/** What is in a cosignature's blob. */
export interface Cosignature {
  /** POSIX seconds, as the cosigner says. */
  readonly time: number
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array
}

/**
 * The bytes that are signed.
 *
 * @param time POSIX seconds
 * @param text the checkpoint's whole text, with its last newline and any extension lines
 */
export function cosignatureMessage(time: number, text: string): Uint8Array {
  checkTime(time)
  return utf8(`cosignature/v1\ntime ${time}\n${text}`)
}

/** Formats a blob: the time as 8 bytes, big-endian, and the signature. */
export function formatCosignature(c: Cosignature): Uint8Array {
  checkTime(c.time)
  if (c.signature.length !== 64) throw new RangeError('expected a signature of 64 bytes')
  const time = new Uint8Array(8)
  for (let i = 7, left = c.time; i >= 0; i--, left = Math.floor(left / 256)) time[i] = left % 256
  return concat(time, c.signature)
}

/** Parses a blob, or returns null where it has another length or a time beyond 2^53 - 1. */
export function parseCosignature(blob: Uint8Array): Cosignature | null {
  if (blob.length !== 72) return null
  const time = blob.subarray(0, 8).reduce((seconds, byte) => seconds * 256 + byte, 0)
  return Number.isSafeInteger(time) ? { time, signature: blob.slice(8) } : null
}

/**
 * Cosigns a checkpoint.
 *
 * @param checkpointText its whole text, already parsed and found consistent
 * @param signer one whose key is of type 0x04
 * @param time POSIX seconds
 */
export async function signCosignature(
  checkpointText: string,
  signer: Signer,
  time: number,
): Promise<{ readonly name: string; readonly id: string; readonly blob: Uint8Array }> {
  const { name, id, type } = signer.vkey
  if (type !== COSIGNATURE) throw new TypeError('expected a signer of type 0x04')
  const signature = await signer.sign(cosignatureMessage(time, checkpointText))
  return { name, id, blob: formatCosignature({ time, signature }) }
}

function checkTime(time: number): void {
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new RangeError(`expected POSIX seconds, got ${time}`)
  }
}
