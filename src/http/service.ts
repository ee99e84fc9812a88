/**
 * What the routes are handed: the registry that runs, and what belongs to where it runs.
 *
 * @module
 */
import type { Context } from 'hono'
import type { Sql } from '../../db/sql.ts'
import type { checkEvidence } from '../accord/finding.ts'
import type { Depositary } from '../depositary/open.ts'

/** A file that is served as it was built or installed. */
export interface Asset {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Where measurements go. */
export interface Metrics {
  readonly contentType: string
  /** The text that a collector reads. */
  text(): Promise<string>
  /** A request was answered. `route` is a pattern, never a path: paths are endless. */
  request(method: string, route: string, status: number, seconds: number): void
  /** A statement was logged, or refused with this code. */
  submission(outcome: 'logged' | 'again' | 'refused', code: string): void
}

/** Writes an event. Never a secret, never the body of a statement. */
export type Log = (
  level: 'debug' | 'info' | 'warning' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void

/** Verifies an Ed25519 signature by the strict rule. */
export type Verify = Parameters<typeof checkEvidence>[2]

/** Who keeps the log, as the routes need it. */
export type Keeper = Pick<
  Depositary,
  'published' | 'waiting' | 'stopped' | 'witnesses' | 'cards' | 'gate' | 'submit' | 'check' | 'look'
>

/** A service that only copies a log. */
export interface MirrorOf {
  /** The log's own address: statements go there. */
  readonly url: string
  /** The key with which the copies are cosigned; null where they are not. */
  readonly vkey: string | null
}

/** The registry, as the routes see it. */
export interface Service {
  readonly sql: Sql
  readonly depositary: Keeper
  /** Left out where this is the registry itself. */
  readonly mirrorOf?: MirrorOf
  /** POSIX seconds. */
  clock(): number
  /** Milliseconds from any beginning, never backwards. */
  ticks(): number
  readonly origin: string
  /** Base URL under which readers reach the service; no slash at its end. */
  readonly base: string
  /** Of this program. */
  readonly version: string
  readonly verify: Verify
  /** The text of the policy file. */
  readonly policy: string
  /** By file name. */
  readonly assets: ReadonlyMap<string, Asset>
  readonly metrics: Metrics
  readonly log: Log
  /**
   * The address that sent a request, by which attempts are counted; null for one that is not
   * counted. Left out where none is.
   */
  readonly addressOf?: (c: Context) => string | null
}
