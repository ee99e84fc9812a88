/**
 * Evidence: the file that proves who signed a statement, with everything that rests on.
 *
 * ```text
 * accord-evidence/v1
 * subject <digest of the statement>
 * entry <index> <base64 of the entry>
 * <base64 of a hash>                    inclusion proof, leaf sibling first; none or more lines
 * entry …                               ascending; entry 0 first, the subject's last
 *
 * <a checkpoint note, verbatim>
 * ```
 *
 * See docs/spec/evidence.md.
 *
 * @module
 */
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import { HASH_LENGTH, type Hash, hash, parseDecimal } from '../tlog/bytes.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { proveInclusion, type ReadNodes } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import { parseSignedText } from './attestation.ts'
import { parseEntry } from './entry.ts'
import { AccordError } from './error.ts'
import { statementDigest } from './statement.ts'
import { type Digest, isDigest } from './text.ts'

/** The first line of an evidence file. */
export const EVIDENCE = 'accord-evidence/v1'

/** An evidence file, of which nothing has been verified: see `checkEvidence`. */
export interface Evidence {
  /** The statement that it is about. */
  readonly subject: Digest
  /** By ascending index, the first being entry 0. */
  readonly entries: readonly EvidenceEntry[]
  /** The note under which every entry is proven, verbatim. */
  readonly checkpoint: string
}

/** An entry, and its inclusion proof from the leaf's sibling up. */
export interface EvidenceEntry {
  readonly index: number
  readonly entry: Uint8Array
  readonly proof: readonly Hash[]
}

/** Formats an evidence file. It is the inverse of {@link parseEvidence}. */
export function formatEvidence(e: Evidence): string {
  const lines = [EVIDENCE, `subject ${e.subject}`, ...e.entries.flatMap(formatLines)]
  return `${lines.join('\n')}\n\n${e.checkpoint}`
}

function formatLines({ index, entry, proof }: EvidenceEntry): string[] {
  return [`entry ${index} ${encodeBase64(entry)}`, ...proof.map(encodeBase64)]
}

/**
 * Parses an evidence file. The checkpoint is left unread.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function parseEvidence(text: string): Evidence {
  const end = text.indexOf('\n\n')
  if (end < 0) throw malformed('expected an empty line before the checkpoint')
  const [header, line, ...lines] = text.slice(0, end).split('\n')
  if (header !== EVIDENCE) throw malformed(`expected ${EVIDENCE} on the first line`)
  const subject = line?.startsWith('subject ') ? line.slice('subject '.length) : ''
  if (!isDigest(subject)) throw malformed('expected the digest of the subject on the second line')
  const entries = parseEntries(lines)
  if (entries[0]?.index !== 0) throw malformed('expected entry 0 first')
  return { subject, entries, checkpoint: text.slice(end + 2) }
}

function parseEntries(lines: readonly string[]): EvidenceEntry[] {
  const entries: { index: number; entry: Uint8Array; proof: Hash[] }[] = []
  for (const line of lines) {
    const last = entries.at(-1)
    if (!line.startsWith('entry ')) {
      if (!last) throw malformed('expected an entry on the third line')
      last.proof.push(parseHash(line, last.index))
      continue
    }
    const next = parseEntryLine(line)
    if (last && next.index <= last.index) {
      throw malformed(`expected ascending entries, got ${next.index} after ${last.index}`)
    }
    entries.push({ ...next, proof: [] })
  }
  return entries
}

function parseEntryLine(line: string): { index: number; entry: Uint8Array } {
  const [, decimal = '', base64 = '', ...more] = line.split(' ')
  const index = parseDecimal(decimal)
  const entry = decodeBase64(base64)
  if (index === null || !entry?.length || more.length > 0) {
    throw malformed('expected an entry line: its index, and its bytes in base64')
  }
  return { index, entry }
}

function parseHash(line: string, index: number): Hash {
  const bytes = decodeBase64(line)
  if (bytes?.length !== HASH_LENGTH) {
    throw malformed(`expected the base64 of a hash in the proof of entry ${index}`)
  }
  return hash(bytes)
}

/** Where evidence is made from: a log, or any copy of one. */
export interface EvidenceSource {
  /** The note of the checkpoint that is to vouch for it. */
  readonly checkpoint: string
  readEntry(index: number): Promise<Uint8Array>
  readonly readNodes: ReadNodes
}

/**
 * Makes the evidence for a statement.
 *
 * @param indexes - the entries it rests on, by `evidenceIndexes`; the last is the statement's own
 */
export async function proveEvidence(
  source: EvidenceSource,
  indexes: readonly number[],
): Promise<string> {
  const { size } = parseCheckpoint(parseNote(source.checkpoint).text)
  const entries: EvidenceEntry[] = []
  for (const index of indexes) {
    const entry = await source.readEntry(index)
    entries.push({ index, entry, proof: await proveInclusion(index, size, source.readNodes) })
  }
  const { attestation } = parseEntry(entries.at(-1)!.entry)
  const subject = statementDigest(parseSignedText(attestation).text)
  return formatEvidence({ subject, entries, checkpoint: source.checkpoint })
}

function malformed(detail: string): AccordError {
  return new AccordError('MALFORMED', detail)
}
