/**
 * Evidence of a logged statement, made from the store.
 *
 * See docs/spec/evidence.md.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { proveEvidence } from '../accord/evidence.ts'
import { evidenceDomains, evidenceIndexes, type Mention, mentionOf } from '../accord/mention.ts'
import { checkpointCovering, type LogHead } from '../register/head.ts'
import {
  entriesAt,
  entryAt,
  entryOf,
  type LoggedAttestation,
  readAttestation,
} from '../register/log.ts'
import { depositaryActs, mentioning } from '../register/mention.ts'
import { treeNodes } from '../register/tree.ts'

/** How many entries are read before others have their turn. */
const CHUNK = 16

/**
 * Makes the evidence: under a checkpoint that covers the statement, or under that of its receipt, so
 * that it is always the same.
 */
export async function evidenceOf(
  sql: Sql,
  { index }: LoggedAttestation,
  checkpoint?: LogHead,
): Promise<string> {
  const { note } = checkpoint ?? (await checkpointCovering(sql, index))!
  const source = {
    checkpoint: note,
    readEntry: async (i: number) => (await entryAt(sql, i))!.body,
    readNodes: treeNodes(sql),
  }
  return proveEvidence(source, evidenceIndexes(await mentions(sql, index), index))
}

/**
 * What the entry at `last` and those before it mention, in order, leaving out entries that its
 * evidence cannot rest on: verifications of other domains, and what other parties said.
 */
async function mentions(sql: Sql, last: number): Promise<Mention[]> {
  const found = new Map<number, Mention>()
  const read = async (indexes: readonly number[]) => {
    const fresh = indexes.filter((i) => !found.has(i))
    for await (const m of readMentions(sql, fresh)) found.set(m.index, m)
  }
  await read([...(await depositaryActs(sql, last)), last])
  await read(await subjectsOf(sql, found.get(last)!))
  const asked = new Set<string>()
  for (;;) {
    const known = [...found.values()].sort((a, b) => a.index - b.index)
    const domains = evidenceDomains(known, last).filter((d) => !asked.has(d))
    if (domains.length === 0) return known
    for (const domain of domains) asked.add(domain)
    await read(await mentioning(sql, domains, last))
  }
}

/** The statement that a notice is about says whose evidence it is. */
async function subjectsOf(sql: Sql, { index, type, subjects }: Mention): Promise<number[]> {
  const subject = type === 'notice/v1' ? await entryOf(sql, subjects[0]!) : null
  return subject && subject.index < index ? [subject.index] : []
}

async function* readMentions(sql: Sql, indexes: readonly number[]): AsyncGenerator<Mention> {
  for (let i = 0; i < indexes.length; i += CHUNK) {
    for (const entry of await entriesAt(sql, indexes.slice(i, i + CHUNK))) {
      const { index, digest, statement } = readAttestation(entry)
      yield mentionOf(index, digest, statement)
    }
    await new Promise((resolve) => setTimeout(resolve))
  }
}
