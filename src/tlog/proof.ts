/**
 * tlog-proofs: that an entry is in a log, in one file that needs nothing else but a policy.
 *
 * See https://c2sp.org/tlog-proof.
 *
 * @module
 */
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { fromUtf8, HASH_LENGTH, type Hash, hash, parseDecimal } from './bytes.ts'
import { TlogError } from './error.ts'
import { checkInclusion } from './merkle.ts'
import { formatNote, type Note, parseNote } from './note.ts'
import { openWithPolicy, type Policy, type Trusted } from './policy.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'

/** A tree of 2^53 - 1 entries needs no more. */
const MAX_HASHES = 63

export interface Proof {
  /** Bytes that prove nothing of themselves; null where there are none. Never empty. */
  readonly extra: Uint8Array | null
  /** Which entry of the log. */
  readonly index: number
  /** The inclusion proof, from the leaf's sibling up. */
  readonly hashes: readonly Hash[]
  /** The log's signed checkpoint, with its cosignatures. */
  readonly checkpoint: Note
}

/** What a proof proves: the entry at an index, under a checkpoint that the policy accepts. */
export interface Proven extends Trusted {
  readonly index: number
}

/** Formats a proof. It is the inverse of {@link parseProof}. */
export function formatProof(proof: Proof): string {
  const lines = [
    HEADER,
    ...(proof.extra ? [`extra ${encodeBase64(proof.extra)}`] : []),
    `index ${proof.index}`,
    ...proof.hashes.map(encodeBase64),
  ]
  return `${lines.join('\n')}\n\n${formatNote(proof.checkpoint)}`
}

/**
 * Parses a proof. It has proven nothing yet: see {@link verifyProof}.
 *
 * @throws {TlogError} `MALFORMED_PROOF`, or `MALFORMED_NOTE` for its checkpoint
 */
export function parseProof(proof: Uint8Array | string): Proof {
  const text = typeof proof === 'string' ? proof : fromUtf8(proof)
  const split = text?.indexOf('\n\n') ?? -1
  if (!text || split < 0) throw malformed('expected an empty line before the checkpoint')
  const [header, ...lines] = text.slice(0, split).split('\n')
  if (header !== HEADER) throw malformed(`expected ${HEADER}`)
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift()!) : null
  const index = parseIndex(lines.shift())
  if (lines.length > MAX_HASHES) throw malformed(`expected at most ${MAX_HASHES} hashes`)
  return {
    extra,
    index,
    hashes: lines.map(parseHash),
    checkpoint: parseNote(text.slice(split + 2)),
  }
}

function parseExtra(line: string): Uint8Array {
  const extra = decodeBase64(line.slice('extra '.length))
  if (!extra?.length) throw malformed('expected extra and base64')
  return extra
}

function parseIndex(line: string | undefined): number {
  const index = line?.startsWith('index ') ? parseDecimal(line.slice('index '.length)) : null
  if (index === null) throw malformed('expected index and a number')
  return index
}

function parseHash(line: string): Hash {
  const bytes = decodeBase64(line)
  if (bytes?.length !== HASH_LENGTH) throw malformed('expected the base64 of a hash')
  return hash(bytes)
}

/**
 * Verifies a proof.
 *
 * @param leaf the leaf hash of the entry itself, hashed by the caller; of `extra`, that may be the
 *   entry, only the hash counts
 * @throws {TlogError} as `openWithPolicy`, and `INVALID_PROOF`
 */
export function verifyProof(proof: Proof, leaf: Hash, policy: Policy, verify: Verify): Proven {
  const trusted = openWithPolicy(proof.checkpoint, policy, verify)
  const { size, root } = trusted.checkpoint
  checkInclusion(proof.hashes, proof.index, size, leaf, root)
  return { ...trusted, index: proof.index }
}

function malformed(message: string): TlogError {
  return new TlogError('MALFORMED_PROOF', message)
}
