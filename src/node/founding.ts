/**
 * The founding of a registry: entry 0, and the instruments that ship.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { encodeBase64 } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import { formatVKey } from '../../keys/vkey.ts'
import { formatAttestation } from '../accord/attestation.ts'
import { CLERK } from '../accord/registry.ts'
import {
  formatStatement,
  type InstrumentV1,
  type RegistryV1,
  type Statement,
} from '../accord/statement.ts'
import { type Digest, formatTime, isDomain } from '../accord/text.ts'
import { createLog } from '../depositary/genesis.ts'
import type { Depositary } from '../depositary/open.ts'
import { RegisterError } from '../register/error.ts'
import { headOf } from '../register/head.ts'
import { instrumentOf, registryAt } from '../register/instrument.ts'
import { utf8 } from '../tlog/bytes.ts'
import { EMPTY_ROOT } from '../tlog/merkle.ts'
import { signNote } from '../tlog/note.ts'
import { HomeError, type HomeKeys } from './home.ts'

/** The rules by which a registry begins, but for how domains are asked. */
const RULES: Omit<RegistryV1['rules'], 'methods'> = {
  law: 1,
  clock_skew_seconds: 300,
  issued_max_age_days: 30,
  recovery_delay_days: 14,
  verification_max_age_days: 90,
}

/** What a registry is founded with. */
export interface Founding {
  readonly origin: string
  /** Display name of the depositary. */
  readonly depositary: string
  /** How domains are asked for their keys. */
  readonly methods: RegistryV1['rules']['methods']
  readonly keys: HomeKeys
  /** POSIX seconds. */
  readonly time: number
  readonly verify: Verify
}

/**
 * The depositary's domain: the origin's host.
 *
 * @throws {HomeError} `ORIGIN`
 */
export function domainOfOrigin(origin: string): string {
  const host = origin.split('/')[0]!
  if (isDomain(host)) return host
  throw new HomeError('ORIGIN', `expected an origin that begins with a domain, got ${origin}`)
}

/** Whether the store holds a log. */
export async function hasLog(sql: Sql): Promise<boolean> {
  try {
    await headOf(sql)
    return true
  } catch (e) {
    if (e instanceof RegisterError && e.code === 'NO_LOG') return false
    throw e
  }
}

/**
 * Makes entry 0.
 *
 * @throws {HomeError} `KEY_MISSING`
 * @throws {StoreError} `CONFLICT` where another process was faster
 */
export async function foundLog(sql: Sql, founding: Founding): Promise<void> {
  const { origin, depositary, methods, keys, time, verify } = founding
  const { log, logMlDsa, clerk, daily, recovery } = keys
  if (!daily || !recovery) {
    throw new HomeError('KEY_MISSING', 'entry 0 is signed by daily-1.key and recovery-1.key too')
  }
  const listed = (signer: Signer, role: string) => ({ vkey: formatVKey(signer.vkey), role })
  const statement: RegistryV1 = {
    type: 'registry/v1',
    registry: origin,
    party: domainOfOrigin(origin),
    previous: null,
    seen: { size: 0, root: encodeBase64(EMPTY_ROOT) },
    issued: formatTime(time),
    depositary,
    log: [formatVKey(log.vkey)],
    keys: [listed(daily, 'officer'), listed(clerk, CLERK)],
    threshold: 1,
    recovery: { keys: [listed(recovery, 'recovery')], threshold: 1 },
    rules: { ...RULES, methods },
  }
  const attestation = utf8(await attest(statement, [clerk, daily, recovery]))
  await createLog(sql, {
    attestation,
    signers: [log, ...(logMlDsa ? [logMlDsa] : [])],
    time,
    verify,
  })
}

async function attest(statement: Statement, signers: readonly Signer[]): Promise<string> {
  const { text, signatures } = await signNote(formatStatement(statement), signers)
  return formatAttestation(text, signatures)
}

/** The fields of an instrument after the first six. */
export type InstrumentFields = Omit<
  InstrumentV1,
  'type' | 'registry' | 'party' | 'previous' | 'seen' | 'issued'
>

/**
 * Publishes an instrument of which the log has no version yet, as the depositary says it.
 *
 * @returns the digest, or null where the log has it already
 * @throws {HomeError} `REFUSED` where the registry does not take it
 */
export async function foundInstrument(
  sql: Sql,
  depositary: Depositary,
  daily: Signer,
  fields: InstrumentFields,
  time: number,
): Promise<Digest | null> {
  // What is signed and not public yet is the head all the same.
  const { size, root } = await headOf(sql)
  if (await instrumentOf(sql, fields.id, { at: time, size })) return null
  const { origin, domain, head } = await registryAt(sql, { at: time, size })
  const header = { type: 'instrument/v1', registry: origin, party: domain } as const
  const seen = { size, root: encodeBase64(root) }
  const issued = formatTime(time)
  const statement = { ...header, previous: head.digest, seen, issued, ...fields }
  const outcome = await depositary.submit(utf8(await attest(statement, [daily])))
  if (outcome.kind === 'logged') return outcome.digest
  const { code, detail } = outcome.refusal
  throw new HomeError('REFUSED', `${fields.id}: ${code}: ${detail}`)
}
