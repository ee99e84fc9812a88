/**
 * Attestations: statements signed.
 *
 * An attestation is a C2SP signed note (https://c2sp.org/signed-note) whose text is the statement,
 * under stricter rules than C2SP's: at most 65,000 bytes and 32 lines, one line per key, sorted by
 * name and then key id, each of 64 bytes of signature.
 *
 * See docs/spec/attestation.md.
 *
 * @module
 */
import { fromUtf8, utf8 } from '../tlog/bytes.ts'
import { formatNote, parseNote, type Signature } from '../tlog/note.ts'
import { AccordError } from './error.ts'
import { parseStatement, type Statement, statementDigest } from './statement.ts'
import type { Digest } from './text.ts'

/** Greatest size of an attestation in bytes. */
export const MAX_ATTESTATION = 65_000
/** Greatest number of signature lines. */
export const MAX_LINES = 32

/** A note whose lines are in order; its text need not be a statement yet. */
export interface SignedText {
  readonly text: string
  readonly signatures: readonly Signature[]
}

/** An attestation whose form is right. Its signatures are not verified. */
export interface Attestation extends SignedText {
  readonly statement: Statement
  /** Identity of the statement, whoever signed it. */
  readonly digest: Digest
}

/** The order of signature lines: by name, then by key id, as bytes. */
export function compareSignatures(a: Signature, b: Signature): number {
  return compareText(a.name, b.name) || compareText(a.id, b.id)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Formats an attestation, its lines sorted. */
export function formatAttestation(text: string, signatures: readonly Signature[]): string {
  return formatNote({ text, signatures: signatures.toSorted(compareSignatures) })
}

/**
 * Parses a note under the rules for attestations, but for those of the statement in it.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function parseSignedText(note: string | Uint8Array): SignedText {
  const bytes = typeof note === 'string' ? utf8(note) : note
  if (bytes.length > MAX_ATTESTATION) {
    throw malformed(`an attestation has at most ${MAX_ATTESTATION} bytes, not ${bytes.length}`)
  }
  const signed = readNote(bytes)
  if (signed.signatures.length > MAX_LINES) throw malformed(`at most ${MAX_LINES} signature lines`)
  signed.signatures.forEach((line, i) => {
    if (line.blob.length !== 64) throw malformed(`signature line ${i + 1} is not of 64 bytes`)
    const before = signed.signatures[i - 1]
    if (before && compareSignatures(before, line) >= 0) {
      throw malformed(`signature line ${i + 1} does not come after the one before`)
    }
  })
  return signed
}

function readNote(bytes: Uint8Array): SignedText {
  try {
    const note = parseNote(bytes)
    if (formatNote(note) === fromUtf8(bytes)) return note
  } catch (cause) {
    throw new AccordError('MALFORMED', 'not a signed note', { cause })
  }
  throw malformed('a signed note in another spelling')
}

/**
 * Parses an attestation: the note's form and the statement's. Signatures are not verified.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function parseAttestation(note: string | Uint8Array): Attestation {
  return readStatement(parseSignedText(note))
}

/** Reads the statement in a signed text. @throws {AccordError} `MALFORMED` */
export function readStatement(signed: SignedText): Attestation {
  return {
    ...signed,
    statement: parseStatement(signed.text),
    digest: statementDigest(signed.text),
  }
}

function malformed(detail: string): AccordError {
  return new AccordError('MALFORMED', detail)
}
