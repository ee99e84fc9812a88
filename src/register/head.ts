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
  /** The signed note. */
  readonly note: string
}

const checkpoints = q.selectFrom('checkpoint').selectAll()

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

/** The checkpoint of a size, where the log signed one. */
export async function checkpointAt(sql: Sql, size: number): Promise<LogHead | null> {
  const [row] = await sql.all(checkpoints.where('size', '=', size).compile())
  return row ? headFrom(row) : null
}

/** The first checkpoint that covers an entry. */
export async function checkpointCovering(sql: Sql, index: number): Promise<LogHead | null> {
  const query = checkpoints.where('size', '>', index).orderBy('size').limit(1)
  const [row] = await sql.all(query.compile())
  return row ? headFrom(row) : null
}

function headFrom(row: CheckpointRow): LogHead {
  return { ...row, root: hash(row.root) }
}
