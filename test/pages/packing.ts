/**
 * Packs of the statements of a log, as a registry makes them.
 *
 * @module
 */
import { checkEvidence } from '../../src/accord/finding.ts'
import { evidenceDoesNotProve, evidenceProves } from '../../src/client/sentences.ts'
import type { Pack } from '../../src/pages/pack.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { verify } from '../accord/keys.ts'
import { policyOf, type Source, witnessedPolicyOf } from '../client/copy.ts'
import { ALL_THREE, fileOf } from '../verify/files.ts'

/** What the pack of an entry is made from; a word stands for the verifier. */
export async function packOf(source: Source, index: number, witnessed = false): Promise<Pack> {
  const policy = witnessed ? witnessedPolicyOf(source) : policyOf(source)
  const size = source.entries.length
  const vouched = { size, witnessed: witnessed ? ALL_THREE : [] }
  const evidence = await fileOf('evidence', source, index, vouched)
  const finding = checkEvidence(evidence, parsePolicy(policy), verify)
  return {
    ...{ evidence, finding, policy },
    said: { proves: evidenceProves(finding), doesNotProve: evidenceDoesNotProve(finding) },
    receipt: await fileOf('receipt', source, index, vouched),
    verifier: utf8('<!doctype html>'),
    permalink: `https://registry.example/attestations/${finding.digest}`,
    version: '1.2.3',
  }
}
