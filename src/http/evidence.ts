/**
 * Evidence of a logged statement, made from the store.
 *
 * See docs/spec/evidence.md.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { proveEvidence } from '../accord/evidence.ts'
import { evidenceIndexes, type Mention, mentionOf } from '../accord/mention.ts'
import { checkpointCovering } from '../register/head.ts'
import { entriesFrom, entryAt, type LoggedAttestation, readAttestation } from '../register/log.ts'
import { treeNodes } from '../register/tree.ts'

/** How many entries are read at a time. */
const CHUNK = 256

/** Makes the evidence, under the checkpoint of the statement's receipt: always the same. */
export async function evidenceOf(sql: Sql, { index }: LoggedAttestation): Promise<string> {
  const { note } = (await checkpointCovering(sql, index))!
  const source = {
    checkpoint: note,
    readEntry: async (i: number) => (await entryAt(sql, i))!.body,
    readNodes: treeNodes(sql),
  }
  return proveEvidence(source, evidenceIndexes(await mentions(sql, index), index))
}

/** What each entry up to and with the one at `last` mentions. */
async function mentions(sql: Sql, last: number): Promise<Mention[]> {
  const found: Mention[] = []
  while (found.length <= last) {
    const chunk = await entriesFrom(sql, found.length, Math.min(CHUNK, last + 1 - found.length))
    for (const entry of chunk.map(readAttestation)) {
      found.push(mentionOf(entry.index, entry.digest, entry.statement))
    }
  }
  return found
}
