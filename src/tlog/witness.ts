/**
 * What a log says to a witness: the body of `add-checkpoint`.
 *
 * See https://c2sp.org/tlog-witness.
 *
 * @module
 */
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import { fromUtf8, HASH_LENGTH, type Hash, hash, parseDecimal } from './bytes.ts'
import { TlogError } from './error.ts'
import { MAX_NOTE_BYTES, type Note, parseNote } from './note.ts'

/** The most hashes of a consistency proof. */
const MAX_PROOF = 63

/** The longest body: a note, and a proof before it. */
export const MAX_ADD_CHECKPOINT = MAX_NOTE_BYTES + (MAX_PROOF + 1) * 64

/** The media type of an answer that says which size the witness has. */
export const SIZE_TYPE = 'text/x.tlog.size'

/** A checkpoint to be cosigned. */
export interface AddCheckpoint {
  /** The size that the witness is thought to have cosigned last; 0 for none. */
  readonly old: number
  /** The consistency proof from that size. */
  readonly proof: readonly Hash[]
  readonly note: Note
  /** The note as it was sent. */
  readonly text: string
}

/** Formats a body. It is the inverse of {@link parseAddCheckpoint}. */
export function formatAddCheckpoint({ old, proof, text }: Omit<AddCheckpoint, 'note'>): string {
  return `old ${old}\n${proof.map((h) => `${encodeBase64(h)}\n`).join('')}\n${text}`
}

/**
 * Parses a body. Each has one spelling.
 *
 * @throws {TlogError} `MALFORMED_REQUEST`, `MALFORMED_NOTE`
 */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  const whole = body.length > MAX_ADD_CHECKPOINT ? null : fromUtf8(body)
  const end = whole?.indexOf('\n\n') ?? -1
  if (whole === null || end < 0)
    throw malformed('expected UTF-8 with an empty line after the proof')
  const [first, ...lines] = whole.slice(0, end).split('\n')
  const old = first!.startsWith('old ') ? parseDecimal(first!.slice(4)) : null
  if (old === null) throw malformed('expected old and a size in the first line')
  if (lines.length > MAX_PROOF) throw malformed(`expected at most ${MAX_PROOF} hashes`)
  const text = whole.slice(end + 2)
  return { old, proof: lines.map(parseHash), note: parseNote(text), text }
}

/** Formats the answer to a log that thinks of another size. */
export function formatSize(size: number): string {
  return `${size}\n`
}

/** Parses that answer, or returns null where it is none. */
export function parseSize(text: string): number | null {
  return text.endsWith('\n') ? parseDecimal(text.slice(0, -1)) : null
}

function parseHash(line: string): Hash {
  const bytes = decodeBase64(line)
  if (bytes?.length !== HASH_LENGTH) throw malformed('expected the base64 of a hash')
  return hash(bytes)
}

function malformed(message: string): TlogError {
  return new TlogError('MALFORMED_REQUEST', message)
}
