/**
 * Instruments, as the log knew them.
 *
 * @module
 */
import { q, type Sql } from '../../db/sql.ts'
import { settled } from '../accord/agenda.ts'
import { registryOf } from '../accord/party.ts'
import { servedInstrument } from '../accord/served.ts'
import type { Instrument, Registry } from '../accord/state.ts'
import { type Asked, decide } from './asked.ts'
import { RegisterError } from './error.ts'
import { attestationOf, type LoggedAttestation } from './log.ts'
import { withState } from './state.ts'
import { takenDown } from './withheld.ts'

/** The registry itself: who keeps it, with which keys, under which rules. */
export async function registryAt(sql: Sql, asked: Asked): Promise<Registry> {
  const { at, size } = await decide(sql, asked)
  if (size === 0) throw new RegisterError('UNKNOWN_SIZE', 'there was no registry at that time')
  return withState(sql, size, (state) => registryOf(settled(state, at)))
}

/** All instruments, by id. */
export async function listInstruments(sql: Sql, asked: Asked): Promise<Instrument[]> {
  const { size } = await decide(sql, asked)
  const rows = await sql.all(
    q
      .selectFrom('record')
      .select('value')
      .where('kind', '=', 'instrument')
      .where('from_index', '<', size)
      .where((e) => e.or([e('to_index', 'is', null), e('to_index', '>=', size)]))
      .orderBy('key')
      .compile(),
  )
  const down = await takenDown(sql)
  return rows.map((row) => servedInstrument(down, JSON.parse(row.value) as Instrument))
}

/** One instrument. */
export async function instrumentOf(sql: Sql, id: string, asked: Asked): Promise<Instrument | null> {
  const { size } = await decide(sql, asked)
  return withState(sql, size, (state) => state.get('instrument', id) ?? null)
}

/**
 * The statement that published a version: its statement is an `instrument/v1`.
 *
 * @throws {RegisterError} `TAKEN_DOWN`
 */
export async function versionText(
  sql: Sql,
  id: string,
  version: number,
  asked: Asked,
): Promise<LoggedAttestation | null> {
  const instrument = await instrumentOf(sql, id, asked)
  const found = instrument?.versions.find((v) => v.version === version)
  return found ? attestationOf(sql, found.digest) : null
}
