import { expect } from 'vitest'
import type { Sql } from '../../db/sql.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { headOf } from '../../src/register/head.ts'
import { tileBytes } from '../../src/register/tree.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { parseCheckpoint } from '../../src/tlog/checkpoint.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { parseTilePath } from '../../src/tlog/tile.ts'
import { fsckTree } from '../../src/watch/fsck.ts'
import { fsckDatabase } from '../../src/watch/fsck-database.ts'
import { verify } from '../accord/keys.ts'
import type { World } from '../accord/kit.ts'

/** A log's public files, as of a checkpoint. */
export function filesOf(sql: Sql, checkpoint: string) {
  return async (path: string): Promise<Uint8Array | null> =>
    path === 'checkpoint' ? utf8(checkpoint) : tileBytes(sql, parseTilePath(path))
}

/** Derives everything again, from the rows and from the public bytes. */
export async function checkLog(
  sql: Sql,
  world: World,
  published: readonly string[],
): Promise<void> {
  expect(await fsckDatabase(sql, { verify })).toMatchObject({ ok: true, difference: null })
  const vkeys = [parseVKey(world.log.vkey)]
  const sizes: number[] = []
  for (const note of published) {
    const { size } = parseCheckpoint(parseNote(note).text)
    const report = await fsckTree({ fetch: filesOf(sql, note), vkeys, verify })
    expect(report).toEqual({ ok: true, size, difference: null })
    sizes.push(size)
  }
  expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b))
  expect((await headOf(sql)).size).toBeGreaterThanOrEqual(sizes.at(-1) ?? 0)
}
