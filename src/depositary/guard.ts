/**
 * The guard: never a second head. Before a registry signs, its database is held against the
 * checkpoint that it published last, which is kept elsewhere.
 *
 * Nothing is repaired but one thing: a head that was committed and not yet published is published.
 *
 * @module
 */

import type { Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import { formatVKey, ML_DSA_44, parseVKey } from '../../keys/vkey.ts'
import { registryOf } from '../accord/party.ts'
import { logKeys } from '../accord/registry.ts'
import type { Registry } from '../accord/state.ts'
import { formatTime } from '../accord/text.ts'
import { closedMark } from '../register/closed.ts'
import { headOf, type LogHead, publicHeadOf } from '../register/head.ts'
import { entryAt } from '../register/log.ts'
import { isProjected } from '../register/rebuild.ts'
import { withState } from '../register/state.ts'
import { treeNodes } from '../register/tree.ts'
import { equal, type Hash } from '../tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../tlog/checkpoint.ts'
import { rootAt } from '../tlog/merkle.ts'
import { DepositaryError } from './error.ts'
import { type Publication, publishCheckpoint, sizeOf } from './publisher.ts'

/** A log whose head may be signed on. */
export interface Guarded {
  readonly head: LogHead
  readonly registry: Registry
}

/**
 * Checks that the database's head is the log's head, and public.
 *
 * @throws {DepositaryError} `CLOSED`, `BEHIND`, `FORKED`, `UNPUBLISHED`, `PUBLISHED`, `TREE`,
 *   `PROJECTIONS`, `KEYS`
 * @throws {RegisterError} `NO_LOG`
 */
export async function checkHead(
  sql: Sql,
  publication: Publication,
  verify: Verify,
): Promise<Guarded> {
  const head = await headOf(sql)
  await demandOpen(sql)
  await demandTree(sql, head)
  if (!(await isProjected(sql, head.size))) {
    throw new DepositaryError('PROJECTIONS', 'the projections do not reach the head: rebuild them')
  }
  const registry = await withState(sql, head.size, registryOf)
  openOwn(head.note, registry, verify, 'KEYS')
  const published = await publication.last()
  await demandPrefix(sql, head, published, registry, verify)
  const due = await publicHeadOf(sql)
  if (due && (published === null || sizeOf(published) < due.size)) {
    await publishCheckpoint(publication, due.note)
  }
  return { head, registry }
}

async function demandOpen(sql: Sql): Promise<void> {
  const closed = await closedMark(sql)
  if (!closed) return
  const since = formatTime(closed.at)
  throw new DepositaryError('CLOSED', `the log has moved to ${closed.moved_to} at ${since}`)
}

/** The entries end at the head, and the tiles make the tree that it signs. */
async function demandTree(sql: Sql, head: LogHead): Promise<void> {
  const [last, next] = await Promise.all([entryAt(sql, head.size - 1), entryAt(sql, head.size)])
  const root = await readRoot(sql, head.size)
  if (!root || !equal(root, head.root) || !last || next) {
    throw new DepositaryError('TREE', `the tiles and entries are not the tree of ${head.size}`, {
      head: head.note,
    })
  }
}

async function readRoot(sql: Sql, size: number): Promise<Hash | null> {
  try {
    return await rootAt(size, treeNodes(sql))
  } catch {
    return null
  }
}

async function demandPrefix(
  sql: Sql,
  head: LogHead,
  published: string | null,
  registry: Registry,
  verify: Verify,
): Promise<void> {
  if (published === null) {
    // A log of one entry may have crashed before it was ever public.
    if (head.size <= 1) return
    throw new DepositaryError('UNPUBLISHED', 'no checkpoint is published, yet there was one', {
      head: head.note,
    })
  }
  const both = { published, head: head.note }
  const { size, root } = openOwn(published, registry, verify, 'PUBLISHED')
  if (size > head.size) {
    throw new DepositaryError(
      'BEHIND',
      `a checkpoint of ${size} entries is published; the database has ${head.size}`,
      both,
    )
  }
  const own = await readRoot(sql, size)
  if (!own || !equal(own, root)) {
    throw new DepositaryError('FORKED', `the tree of ${size} entries published is another`, both)
  }
}

/** Opens a checkpoint by the log's keys, those announced among them. */
function openOwn(
  note: string,
  registry: Registry,
  verify: Verify,
  code: 'KEYS' | 'PUBLISHED',
): Checkpoint {
  const what = code === 'PUBLISHED' ? 'what is published is' : "the database's head is"
  const vkeys = logKeys(registry).map(parseVKey)
  try {
    const { checkpoint } = openCheckpoint(note, vkeys, verify)
    if (checkpoint.origin === registry.origin) return checkpoint
  } catch (cause) {
    throw new DepositaryError(code, `${what} no checkpoint that a key of the log signed`, { cause })
  }
  throw new DepositaryError(code, `${what} a checkpoint of another log than ${registry.origin}`)
}

/**
 * Demands that every signer is one of the log's keys, and that there is one. Beside it a key of type
 * 0x06 may sign, under the log's name, which the log does not list: readers have it from elsewhere.
 *
 * @throws {DepositaryError} `KEYS`
 */
export function demandSigners(signers: readonly Signer[], vkeys: readonly string[]): void {
  const names = vkeys.map((vkey) => parseVKey(vkey).name)
  const listed = signers.filter(({ vkey }) => vkeys.includes(formatVKey(vkey)))
  const foreign = signers.find(
    (s) => !listed.includes(s) && !(s.vkey.type === ML_DSA_44 && names.includes(s.vkey.name)),
  )
  if (listed.length === 0 || foreign) {
    const got = foreign ? `${foreign.vkey.name}+${foreign.vkey.id}` : 'none'
    throw new DepositaryError('KEYS', `expected keys of the log, got ${got}`)
  }
}
