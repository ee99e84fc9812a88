/**
 * The ground that a draft stands on: the log, read whole and verified under the signer's policy.
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import { settled } from '../accord/agenda.ts'
import { livingParty, registryOf } from '../accord/party.ts'
import type { Replay } from '../accord/replay.ts'
import type { Party, Registry, State, Version } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import { type Digest, formatTime } from '../accord/text.ts'
import type { Log } from '../client/log.ts'
import { replayLog } from '../client/replay.ts'
import type { Common } from './answer.ts'
import { notFound } from './failure.ts'
import { withProgress } from './progress.ts'
import { openTrusted } from './source.ts'
import type { Titles } from './summary.ts'
import type { Terminal } from './terminal.ts'

/** A log that was read, and the time at which something is to be said in it. */
export interface Ground {
  readonly log: Log
  readonly replay: Replay
  /** What holds now: after the last entry, and what ran out since. */
  readonly state: State
  readonly registry: Registry
  /** POSIX seconds; not before the last entry. */
  readonly now: number
}

/** What every statement begins with, but for its type. */
export type Header = Pick<Statement, 'registry' | 'party' | 'previous' | 'seen' | 'issued'>

/** Reads the log. */
export async function readGround(
  terminal: Terminal,
  common: Common,
  policyText: string,
): Promise<Ground> {
  const log = await openTrusted(terminal, common, policyText)
  const replay = await replayWhole(terminal, log)
  const now = Math.max(terminal.now(), replay.memory.time)
  const state = settled(replay.memory, now)
  return { log, replay, state, registry: registryOf(state), now }
}

/** Replays a log from its first entry. */
export function replayWhole(terminal: Terminal, log: Log): Promise<Replay> {
  return withProgress(terminal, 'reading the log', (onProgress) => replayLog(log, { onProgress }))
}

/** The six fields that every statement begins with, for one that follows `previous`. */
export function headerAfter(
  { log, registry, now }: Ground,
  party: string,
  previous: Digest | null,
): Header {
  const { size, root } = log.checkpoint
  const seen = { size, root: encodeBase64(root) }
  return { registry: registry.origin, party, previous, seen, issued: formatTime(now) }
}

/** The header of the next statement of a living party, or of the depositary. */
export function headerOf(ground: Ground, party: string): Header {
  const { registry, state } = ground
  const { head } = party === registry.domain ? registry : demandParty(state, party)
  return headerAfter(ground, party, head.digest)
}

/** The same statement on new ground: another head, another checkpoint, another time. */
export function redraft(ground: Ground, statement: Statement): Statement {
  const first = statement.type === 'enrolment/v1' && statement.mode === 'first'
  const { party } = statement
  const again = first ? headerAfter(ground, party, null) : headerOf(ground, party)
  if (statement.type !== 'succession/v1') return { ...statement, ...again }
  const successor = demandParty(ground.state, statement.successor)
  return { ...statement, ...again, successor_previous: successor.head.digest }
}

/** The titles of instruments, as the log has them. */
export function titlesOf({ state }: Ground): Titles {
  return (id, version) => state.get('instrument', id)?.versions[version - 1]?.title
}

/** The latest version of an instrument. @throws {CliError} `NOT_FOUND` */
export function latestVersion(state: State, id: string): Version {
  const version = state.get('instrument', id)?.versions.at(-1)
  if (!version) throw notFound(`the log has no instrument ${id}`)
  return version
}

/** The living party of a domain. @throws {CliError} `NOT_FOUND` */
export function demandParty(state: State, domain: string): Party {
  const party = livingParty(state, domain)
  if (!party) throw notFound(`${domain} is no living party of this registry`)
  return party
}
