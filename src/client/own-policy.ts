/**
 * The policy that a registry gives of itself.
 *
 * See https://c2sp.org/tlog-policy.
 *
 * @module
 */
import { formatVKey, type VKey } from '../../keys/vkey.ts'
import { formatPolicy } from '../tlog/policy.ts'

/** A policy that trusts the log's key and asks no witness, and says what that is worth. */
export function ownPolicy(vkey: VKey, url: string | null): string {
  const policy = formatPolicy({
    logs: [{ vkey, url }],
    witnesses: [],
    groups: [],
    quorum: null,
  })
  return `# Whom to trust, in the form of https://c2sp.org/tlog-policy.
#
# This file comes from the registry that it is to judge, and asks no witness. Get one from somebody
# else where there is one, and compare the log's key: ${formatVKey(vkey)}
${policy}`
}
