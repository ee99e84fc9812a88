import { openLog } from '../../src/client/log.ts'
import { makeEvidence, makeReceipt } from '../../src/client/receipt.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { type Verdict, verifyAny } from '../../src/verify.ts'
import { verify } from '../accord/keys.ts'
import { copyOf, policyOf, type Source, WITNESSES, type Witnessed } from '../client/copy.ts'

/** When the witnesses of the tests cosign: 2027-01-01T00:00:00Z and the two minutes after. */
export const COSIGNED = 1_798_761_600

/** All three witnesses, a minute apart, the last first. */
export const ALL_THREE: Witnessed = WITNESSES.map((w, i) => [w, COSIGNED + 60 * (2 - i)])

/** The receipt or evidence for an entry, under a checkpoint of a size. */
export async function fileOf(
  kind: 'receipt' | 'evidence',
  source: Source,
  index: number,
  { size = source.entries.length, witnessed = [] as Witnessed } = {},
): Promise<string> {
  const { fetch } = await copyOf(source, size, witnessed)
  const log = await openLog({ fetch, policy: parsePolicy(policyOf(source)), verify })
  return kind === 'receipt' ? makeReceipt(log, index) : makeEvidence(log, index)
}

/** The verdict, by a verifier that remembers signatures. */
export function judge(text: string, policy: string): Verdict {
  return verifyAny(text, policy, verify)
}

/** The verdict and the reason's code, in a word. */
export function short(v: Verdict): string {
  return v.reason ? `${v.verdict}: ${v.reason.code}` : v.verdict
}
