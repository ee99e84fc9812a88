/**
 * Projections made again from the log. They are a cache of it: what is written is what was there.
 *
 * @module
 */

import { q, type Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { isRefusal } from '../accord/refusal.ts'
import { RegisterError } from './error.ts'
import { Fold } from './fold.ts'
import { headOf } from './head.ts'
import { entriesFrom } from './log.ts'
import { writeProjection } from './save.ts'

/** How many entries go into one transaction. */
const AT_ONCE = 256

/**
 * Drops all projections and makes them again. No registry may be running meanwhile.
 *
 * Where it is cut short, the last entry has no projection, and a registry refuses to start.
 *
 * @returns how many entries there are
 * @throws {RegisterError} `CORRUPT` where the law refuses an entry that is in the log
 */
export async function rebuild(
  sql: Sql,
  options: {
    readonly verify: Verify
    readonly onProgress?: (done: number, total: number) => void
  },
): Promise<number> {
  const { size } = await headOf(sql)
  await sql.atomically(
    (['record', 'word', 'party', 'mention', 'withheld'] as const).map((table) =>
      q.deleteFrom(table).compile(),
    ),
  )
  const fold = new Fold(options.verify)
  for (let from = 0; from < size; from += AT_ONCE) {
    const entries = await entriesFrom(sql, from, Math.min(AT_ONCE, size - from))
    await sql.atomically(
      entries.flatMap(({ index, body }) => {
        const folded = fold.next(body)
        if (isRefusal(folded)) {
          throw new RegisterError('CORRUPT', `entry ${index} is refused: ${folded.code}`)
        }
        return writeProjection(folded.projection)
      }),
    )
    options.onProgress?.(Math.min(from + AT_ONCE, size), size)
  }
  return size
}

/** Whether the last of the log's entries has its projection. */
export async function isProjected(sql: Sql, size: number): Promise<boolean> {
  const [row] = await sql.all(
    q
      .selectFrom('entry as e')
      .innerJoin('record as r', (join) =>
        join.onRef('r.key', '=', 'e.digest').on('r.kind', '=', 'statement'),
      )
      .select('r.from_index')
      .where('e.idx', '=', size - 1)
      .compile(),
  )
  return size === 0 || row?.from_index === size - 1
}
