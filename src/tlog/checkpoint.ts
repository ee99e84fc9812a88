/**
 * Checkpoints: what a log signs to commit to its tree.
 *
 * See https://c2sp.org/tlog-checkpoint.
 *
 * @module
 */
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import { ML_DSA_44, type VKey } from '../../keys/vkey.ts'
import { HASH_LENGTH, type Hash, hash, parseDecimal, utf8 } from './bytes.ts'
import { signCosignature } from './cosignature.ts'
import { TlogError } from './error.ts'
import { type Note, type OpenedNote, openNote, parseNote, signNote } from './note.ts'

/** The longest origin, in bytes of UTF-8: cosignatures give its length in one byte. */
const MAX_ORIGIN = 255

/** The body of a checkpoint note. */
export interface Checkpoint {
  /** The log's name: its schema-less URL prefix, with no trailing slash. */
  readonly origin: string
  /** How many entries the tree has. */
  readonly size: number
  /** The root hash; SHA-256 of the empty string where size is 0. */
  readonly root: Hash
  /** Extension lines, without their newlines. We write none, and accept any. */
  readonly extensions: readonly string[]
}

/** A checkpoint, and the note that vouches for it. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly note: OpenedNote
}

/** Formats a checkpoint's body. It is the inverse of {@link parseCheckpoint}. */
export function formatCheckpoint(c: Checkpoint): string {
  return [c.origin, c.size, encodeBase64(c.root), ...c.extensions, ''].join('\n')
}

/**
 * Parses the body of a note, of which it says nothing more: see {@link openCheckpoint}.
 *
 * Each checkpoint has one spelling: a leading zero, base64 with other padding, or a missing last
 * newline is refused, not repaired.
 *
 * @throws {TlogError} `MALFORMED_CHECKPOINT`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, decimal, base64, ...extensions] = text.split('\n')
  if (!origin || base64 === undefined || extensions.pop() !== '' || extensions.includes('')) {
    throw malformed('expected three or more lines, none of them empty')
  }
  if (!text.isWellFormed() || utf8(origin).length > MAX_ORIGIN) {
    throw malformed(`expected an origin of at most ${MAX_ORIGIN} bytes of UTF-8`)
  }
  const size = parseDecimal(decimal!)
  if (size === null) throw malformed(`expected a tree size, got ${decimal}`)
  const root = decodeBase64(base64)
  if (root?.length !== HASH_LENGTH) throw malformed('expected the base64 of a root hash')
  return { origin, size, root: hash(root), extensions }
}

/**
 * Signs a checkpoint. Only whoever keeps the log, and knows that the tree extends every one signed
 * before, may call this.
 *
 * @param signers - the log's keys: of type 0x01, and beside one of these perhaps of type 0x06
 * @param time - what signatures of type 0x06 say of the time: POSIX seconds, or 0 for nothing
 * @throws {TlogError} `MALFORMED_CHECKPOINT` where a value has no spelling
 */
export async function signCheckpoint(
  checkpoint: Checkpoint,
  signers: readonly Signer[],
  time = 0,
): Promise<Note> {
  const text = formatCheckpoint(checkpoint)
  parseCheckpoint(text)
  const isTimed = ({ vkey }: Signer) => vkey.type === ML_DSA_44
  const note = await signNote(
    text,
    signers.filter((s) => !isTimed(s)),
  )
  const timed = signers.filter(isTimed).map((s) => signCosignature(text, s, time))
  return { text, signatures: [...note.signatures, ...(await Promise.all(timed))] }
}

/**
 * Opens a signed checkpoint.
 *
 * @param vkeys the log's keys: a signature by any one of them is enough
 * @throws {TlogError} `MALFORMED_NOTE`, `BAD_SIGNATURE`, `UNVERIFIED_NOTE`, `MALFORMED_CHECKPOINT`
 */
export function openCheckpoint(
  bytes: Uint8Array | string,
  vkeys: readonly VKey[],
  verify: Verify,
): OpenedCheckpoint {
  const note = openNote(parseNote(bytes), vkeys, verify)
  return { checkpoint: parseCheckpoint(note.text), note }
}

function malformed(message: string): TlogError {
  return new TlogError('MALFORMED_CHECKPOINT', message)
}
