/**
 * The files of a log, as any file server can serve them.
 *
 * See https://c2sp.org/tlog-tiles.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { utf8 } from '../tlog/bytes.ts'
import { formatTilePath, newTiles } from '../tlog/tile.ts'
import { RegisterError } from './error.ts'
import type { LogHead } from './head.ts'
import { tileBytes } from './tree.ts'

/** A file by its path, without a leading slash. */
export type LogFile = readonly [path: string, bytes: Uint8Array]

/**
 * The files that the tree of a head has and that of a smaller size had not, the checkpoint last:
 * whoever is served it finds everything it is about.
 *
 * @throws {RegisterError} `CORRUPT`
 */
export async function* filesSince(sql: Sql, old: number, head: LogHead): AsyncGenerator<LogFile> {
  for (const tile of newTiles(old, head.size)) {
    const path = formatTilePath(tile)
    const bytes = await tileBytes(sql, tile)
    if (!bytes) throw new RegisterError('CORRUPT', `there is no ${path}`)
    yield [path, bytes]
  }
  yield ['checkpoint', utf8(head.note)]
}
