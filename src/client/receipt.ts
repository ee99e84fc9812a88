/**
 * Receipts and evidence, made by whoever reads a log: from the registry, a mirror or a copy on disk.
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { parseAttestation } from '../accord/attestation.ts'
import { demandClock, MAX_CLOCK_SKEW, quorumTime } from '../accord/clock.ts'
import { parseEntry } from '../accord/entry.ts'
import { AccordError } from '../accord/error.ts'
import { type EvidenceSource, proveEvidence } from '../accord/evidence.ts'
import type { Finding } from '../accord/finding.ts'
import { evidenceIndexes, type Mention, mentionOf } from '../accord/mention.ts'
import type { Statement } from '../accord/statement.ts'
import { type Digest, formatTime } from '../accord/text.ts'
import { leafHash, proveInclusion } from '../tlog/merkle.ts'
import { parseNote } from '../tlog/note.ts'
import type { Policy } from '../tlog/policy.ts'
import { formatProof, parseProof, verifyProof } from '../tlog/proof.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'
import { ClientError } from './error.ts'
import type { Log } from './log.ts'
import { entriesOf, type OnProgress } from './replay.ts'

/**
 * Makes the receipt of an entry: a tlog-proof whose `extra` is the entry.
 *
 * @throws {ClientError} `NOT_FOUND`, `UNAVAILABLE`, `BROKEN`
 */
export async function makeReceipt(log: Log, index: number): Promise<string> {
  demandEntry(log, index)
  const [extra] = await log.readEntries(index, index + 1)
  const hashes = await proveInclusion(index, log.checkpoint.size, log.readNodes)
  return formatProof({ extra: extra!, index, hashes, checkpoint: parseNote(log.note) })
}

/** What a receipt proves: that an entry is in a log, and which bytes it has. */
export interface ReceiptFacts {
  readonly origin: string
  readonly checkpoint: Finding['checkpoint']
  readonly index: number
  /** Of the entry, by the registry's clock, as a statement spells it. */
  readonly logged: string
  readonly digest: Digest
  readonly statement: Statement
  /** The keys that the attestation names, as name and id. Whose they are is not shown. */
  readonly keys: readonly string[]
}

/**
 * Checks a receipt. Its entry is hashed to the leaf before it is parsed.
 *
 * @throws {TlogError} as `parseProof` and `verifyProof`
 * @throws {ClientError} `NO_ENTRY`
 * @throws {AccordError} `MALFORMED` where what was logged is no attestation for this registry;
 *   `CLOCK`
 */
export function checkReceipt(text: string, policy: Policy, verify: Verify): ReceiptFacts {
  const proof = parseProof(text)
  if (!proof.extra) throw new ClientError('NO_ENTRY', 'expected the entry in a line extra')
  const proven = verifyProof(proof, leafHash(proof.extra), policy, verify)
  const { origin, size, root } = proven.checkpoint
  const { time, attestation } = parseEntry(proof.extra)
  const { statement, digest, signatures } = parseAttestation(attestation)
  if (statement.registry !== origin) {
    throw new AccordError('MALFORMED', `entry ${proof.index} is for ${statement.registry}`)
  }
  const { cosigned } = proven
  // The rules in force are not in a receipt.
  demandClock(proof.index, time, quorumTime(cosigned, policy), MAX_CLOCK_SKEW)
  return {
    origin,
    checkpoint: { size, root: encodeBase64(root), cosigned, witnessed: policy.quorum !== null },
    index: proof.index,
    logged: formatTime(time),
    digest,
    statement,
    keys: signatures.map(({ name, id }) => `${name}+${id}`),
  }
}

/**
 * Makes the evidence for the statement of an entry. Every entry before it is read, to find those it
 * rests on; the law is left to whoever checks the file.
 *
 * @throws {ClientError} `NOT_FOUND`, `ILLEGAL_ENTRY`, `UNAVAILABLE`, `BROKEN`
 */
export async function makeEvidence(
  log: Log,
  index: number,
  onProgress?: OnProgress,
): Promise<string> {
  demandEntry(log, index)
  const mentions: Mention[] = []
  for await (const [i, entry] of entriesOf(log, index + 1, onProgress)) {
    mentions.push(mentioned(i, entry))
  }
  return proveEvidence(sourceOf(log), evidenceIndexes(mentions, index))
}

/**
 * Finds a statement.
 *
 * @returns the index of its entry
 * @throws {ClientError} `NOT_FOUND`, `ILLEGAL_ENTRY`, `UNAVAILABLE`, `BROKEN`
 */
export async function findStatement(
  log: Log,
  digest: Digest,
  onProgress?: OnProgress,
): Promise<number> {
  for await (const [index, entry] of entriesOf(log, log.checkpoint.size, onProgress)) {
    if (mentioned(index, entry).digest === digest) return index
  }
  throw new ClientError('NOT_FOUND', `no statement ${digest} among ${log.checkpoint.size}`)
}

function demandEntry(log: Log, index: number): void {
  const { size } = log.checkpoint
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new ClientError('NOT_FOUND', `expected an index below ${size}, got ${index}`)
  }
}

/** Keeps the bundle it read last: the indexes asked for ascend. */
function sourceOf(log: Log): EvidenceSource {
  const { size } = log.checkpoint
  let from = -1
  let bundle: readonly Uint8Array[] = []
  return {
    checkpoint: log.note,
    readNodes: log.readNodes,
    readEntry: async (index) => {
      const start = index - (index % TILE_WIDTH)
      if (start !== from) bundle = await log.readEntries(start, Math.min(start + TILE_WIDTH, size))
      from = start
      return bundle[index - start]!
    },
  }
}

function mentioned(index: number, entry: Uint8Array): Mention {
  try {
    const { statement, digest } = parseAttestation(parseEntry(entry).attestation)
    return mentionOf(index, digest, statement)
  } catch (cause) {
    if (!(cause instanceof AccordError)) throw cause
    throw new ClientError('ILLEGAL_ENTRY', `entry ${index}: ${cause.message}`, { cause, index })
  }
}
