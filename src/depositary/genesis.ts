/**
 * The beginning of a log: the checkpoint of the empty tree, entry 0, and the checkpoint over it.
 *
 * @module
 */

import { q, type Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import { formatEntry } from '../accord/entry.ts'
import { apply } from '../accord/law.ts'
import { registryOf } from '../accord/party.ts'
import { isRefusal } from '../accord/refusal.ts'
import { EMPTY } from '../accord/state.ts'
import { openEdge } from '../register/edge.ts'
import { projectEntry } from '../register/projection.ts'
import { writeEntry, writeProjection } from '../register/save.ts'
import type { Hash } from '../tlog/bytes.ts'
import { signCheckpoint } from '../tlog/checkpoint.ts'
import { EMPTY_ROOT, leafHash } from '../tlog/merkle.ts'
import { formatNote } from '../tlog/note.ts'
import { DepositaryError } from './error.ts'
import { demandSigners } from './guard.ts'

/** What a log begins with. */
export interface Genesis {
  /** The depositary's first `registry/v1`, signed by all its keys. */
  readonly attestation: Uint8Array
  /** The log's keys, which it names. */
  readonly signers: readonly Signer[]
  /** POSIX seconds. */
  readonly time: number
  readonly verify: Verify
}

/**
 * Begins a log, in one transaction. It is published when the registry is first opened.
 *
 * @throws {StoreError} `CONFLICT` where the store holds a log already
 * @throws {DepositaryError} `REFUSED`, `KEYS`
 */
export async function createLog(sql: Sql, genesis: Genesis): Promise<void> {
  const { attestation, signers, time, verify } = genesis
  const body = formatEntry({ time, attestation })
  const applied = apply(EMPTY, body, { seenRoot: () => EMPTY_ROOT, verify })
  if (isRefusal(applied)) {
    const why = `${applied.code}: ${applied.detail}`
    throw new DepositaryError('REFUSED', `the first entry is refused: ${why}`, { cause: applied })
  }
  const { origin, keeping } = registryOf(applied.state)
  demandSigners(signers, keeping.log)
  const edge = await openEdge(sql, 0)
  edge.append(leafHash(body))
  const checkpointRow = async (size: number, prev: number | null, root: Hash) => {
    const checkpoint = { origin, size, root, extensions: [] }
    const note = formatNote(await signCheckpoint(checkpoint, signers, time))
    return q
      .insertInto('checkpoint')
      .values({ size, prev, root, time, note, published: 1 })
      .compile()
  }
  await sql.atomically([
    await checkpointRow(0, null, EMPTY_ROOT),
    writeEntry({ idx: 0, time, digest: applied.digest, body }),
    ...writeProjection(projectEntry(EMPTY, applied)),
    ...edge.takeWrites(),
    await checkpointRow(1, 0, edge.root()),
  ])
}
