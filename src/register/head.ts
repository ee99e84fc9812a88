/**
 * The head of the log, and the checkpoints before it.
 *
 * @module
 */
import type { CheckpointRow } from '../../db/schema.ts'
import { q, type Sql } from '../../db/sql.ts'
import { type Hash, hash } from '../tlog/bytes.ts'
import { RegisterError } from './error.ts'

/** A checkpoint that the log signed. */
export interface LogHead {
  readonly size: number
  /** The size of the checkpoint before it; null for the empty tree. */
  readonly prev: number | null
  readonly root: Hash
  /** When it was signed, in POSIX seconds. */
  readonly time: number
  /** The signed note, with the cosignatures under which it became public. */
  readonly note: string
  /** 1 where it was made public; 0 while witnesses are asked, and where a later one was instead. */
  readonly published: number
}

const checkpoints = q.selectFrom('checkpoint').selectAll()
const publicOnes = checkpoints.where('published', '=', 1)

/**
 * The latest checkpoint.
 *
 * @throws {RegisterError} `NO_LOG`
 */
export async function headOf(sql: Sql): Promise<LogHead> {
  const [row] = await sql.all(checkpoints.orderBy('size', 'desc').limit(1).compile())
  if (!row) throw new RegisterError('NO_LOG', 'the store holds no log yet')
  return headFrom(row)
}

/** The latest checkpoint that is public; null where none ever was. */
export async function publicHeadOf(sql: Sql): Promise<LogHead | null> {
  const latest = publicOnes.orderBy('size', 'desc').limit(1)
  const [row] = await sql.all(latest.compile())
  return row ? headFrom(row) : null
}

/** The checkpoint of a size, where the log published one. */
export async function checkpointAt(sql: Sql, size: number): Promise<LogHead | null> {
  const [row] = await sql.all(publicOnes.where('size', '=', size).compile())
  return row ? headFrom(row) : null
}

/** The first public checkpoint that covers an entry. */
export async function checkpointCovering(sql: Sql, index: number): Promise<LogHead | null> {
  return firstCovering(sql, publicOnes, index)
}

/** The first checkpoint that covers an entry, public or not. */
export async function signedCovering(sql: Sql, index: number): Promise<LogHead | null> {
  return firstCovering(sql, checkpoints, index)
}

async function firstCovering(
  sql: Sql,
  of: typeof checkpoints,
  index: number,
): Promise<LogHead | null> {
  const query = of.where('size', '>', index).orderBy('size').limit(1)
  const [row] = await sql.all(query.compile())
  return row ? headFrom(row) : null
}

/** Public checkpoints by size, from after a size on. */
export async function checkpointsAfter(sql: Sql, size: number, limit: number): Promise<LogHead[]> {
  const query = publicOnes.where('size', '>', size).orderBy('size').limit(limit)
  return (await sql.all(query.compile())).map(headFrom)
}

function headFrom(row: CheckpointRow): LogHead {
  return { ...row, root: hash(row.root) }
}
