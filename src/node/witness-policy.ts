/**
 * The policy by which a registry asks witnesses.
 *
 * See https://c2sp.org/tlog-policy.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { formatVKey, type VKey } from '../../keys/vkey.ts'
import { TlogError } from '../tlog/error.ts'
import { type Policy, parsePolicy, quorumMet } from '../tlog/policy.ts'
import { ConfigError } from './config.ts'

/** A policy, and where it was read. */
export interface WitnessPolicy {
  readonly file: string
  readonly text: string
  readonly policy: Policy
}

/**
 * Reads the policy; null where there is no file to read.
 *
 * @param log the log's key, which must be the only one of the policy
 * @throws {ConfigError} `BAD_SETTING`
 */
export async function readWitnessPolicy(
  file: string | null,
  log: VKey,
): Promise<WitnessPolicy | null> {
  if (file === null) return null
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw wrong(`${file} cannot be read: ${cause.code}`, cause)
  })
  const policy = parsed(text)
  const [only, ...more] = policy.logs
  if (!only || more.length > 0 || formatVKey(only.vkey) !== formatVKey(log)) {
    throw wrong(`expected one line: log ${formatVKey(log)}`)
  }
  if (policy.quorum === null) throw wrong('expected a quorum other than none')
  demandUrls(policy)
  return { file, text, policy }
}

function parsed(text: string): Policy {
  try {
    return parsePolicy(text)
  } catch (cause) {
    if (cause instanceof TlogError) throw wrong(cause.message, cause)
    throw cause
  }
}

/** A quorum of witnesses without addresses could never be met. */
function demandUrls({ witnesses, ...policy }: Policy): void {
  const asked = witnesses.filter(({ url }) => url !== null)
  const wrongUrl = asked.find(({ url }) => !/^https?:\/\/[!-~]+$/.test(url!))
  if (wrongUrl) throw wrong(`expected http:// or https:// for ${wrongUrl.name}`)
  const names = asked.map(({ name }) => name)
  if (!quorumMet({ ...policy, witnesses }, names)) {
    throw wrong('too few witnesses have a URL for the quorum to be met')
  }
}

function wrong(message: string, cause?: unknown): ConfigError {
  return new ConfigError(`ACCORD_WITNESS_POLICY: ${message}`, 'BAD_SETTING', { cause })
}
