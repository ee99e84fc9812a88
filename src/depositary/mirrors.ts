/**
 * The fork guard's outer ring: mirrors are asked what they hold of this log before it signs.
 *
 * A mirror is not believed, only read: what counts is a checkpoint that a key of this log has signed.
 * One that does not answer, or answers something else, stops nobody from starting.
 *
 * @module
 */

import type { Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { logKeys } from '../accord/registry.ts'
import type { Registry } from '../accord/state.ts'
import type { Fetch } from '../client/fetch.ts'
import type { LogHead } from '../register/head.ts'
import { treeNodes } from '../register/tree.ts'
import { equal } from '../tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../tlog/checkpoint.ts'
import { rootAt } from '../tlog/merkle.ts'
import { DepositaryError } from './error.ts'
import type { Guarded } from './guard.ts'

/** The mirrors that are asked. */
export interface MirrorAsking {
  readonly urls: readonly string[]
  /** Fetches a log's files below a URL. A mirror that hangs must not hold anybody up for long. */
  readonly from: (url: string) => Fetch
  /** Told of each that gave no checkpoint of this log, and why. */
  readonly onSilent: (url: string, why: string) => void
}

/** A checkpoint of this log, as a mirror has it. */
interface Held {
  readonly url: string
  readonly checkpoint: Checkpoint
  readonly note: string
}

/**
 * Asks all mirrors at once whether any has more of this log than the database, or something else.
 *
 * @throws {DepositaryError} `BEHIND`, `FORKED`
 */
export async function askMirrors(
  sql: Sql,
  { head, registry }: Guarded,
  asking: MirrorAsking,
  verify: Verify,
): Promise<void> {
  const answers = await Promise.all(asking.urls.map((url) => askOne(url, registry, asking, verify)))
  const held = answers.filter((answer) => answer !== null)
  for (const mirror of held) await demandSame(sql, head, mirror)
}

async function askOne(
  url: string,
  registry: Registry,
  { from, onSilent }: MirrorAsking,
  verify: Verify,
): Promise<Held | null> {
  try {
    const bytes = await from(url)('checkpoint')
    const { checkpoint } = openCheckpoint(bytes, logKeys(registry).map(parseVKey), verify)
    if (checkpoint.origin !== registry.origin) throw new Error(`it is of ${checkpoint.origin}`)
    return { url, checkpoint, note: new TextDecoder().decode(bytes) }
  } catch (cause) {
    onSilent(url, cause instanceof Error ? cause.message : String(cause))
    return null
  }
}

async function demandSame(sql: Sql, head: LogHead, { url, checkpoint, note }: Held): Promise<void> {
  const both = { published: note, head: head.note }
  const { size, root } = checkpoint
  if (size > head.size) {
    const message = `${url} has a checkpoint of ${size} entries; the database has ${head.size}`
    throw new DepositaryError('BEHIND', message, { ...both, mirror: url })
  }
  if (!equal(await rootAt(size, treeNodes(sql)), root)) {
    throw new DepositaryError('FORKED', `the tree of ${size} entries at ${url} is another`, both)
  }
}
