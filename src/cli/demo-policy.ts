/**
 * The keys and the policy of the demo network.
 *
 * Every one of these keys is made from a seed that anybody can compute, so that anybody can sign with
 * it. They are for `npm run demo:network` on a machine of one's own, and must never be trusted with
 * anything.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { type SecretKey, seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, ED25519 } from '../../keys/vkey.ts'
import { formatPolicy } from '../tlog/policy.ts'

/** The log's name. */
export const DEMO_ORIGIN = 'network.example/demo'

/** The names of the witnesses; any two of them are enough. */
export const DEMO_WITNESSES = ['university.example', 'newsroom.example', 'rival.example'] as const

const HEAD = `# The policy of the demo network (npm run demo:network), in the form of
# https://c2sp.org/tlog-policy.
#
# NEVER TRUST IT WITH ANYTHING. Every key in it is made from a seed that stands in src/cli/demo-policy.ts:
# anybody can sign as this log, and as each of these witnesses.
`

/** A secret key that is none. */
export function demoKey(name: string): SecretKey {
  const seed = createHash('sha256').update(`accord demo network, trust it with nothing: ${name}`)
  const type = name === DEMO_ORIGIN ? ED25519 : COSIGNATURE
  return { name, type, seed: new Uint8Array(seed.digest()) }
}

/**
 * The policy: two of three witnesses.
 *
 * @param urlOf - where a witness is asked; null where the policy is not to say
 */
export function formatDemoPolicy(urlOf: (name: string) => string | null = () => null): string {
  const vkeyOf = (name: string) => {
    const { type, seed } = demoKey(name)
    return seedSigner(name, seed, type).vkey
  }
  const group = { name: 'two-of-three', threshold: 2, members: DEMO_WITNESSES }
  return `${HEAD}${formatPolicy({
    logs: [{ vkey: vkeyOf(DEMO_ORIGIN), url: null }],
    witnesses: DEMO_WITNESSES.map((name) => ({ name, vkey: vkeyOf(name), url: urlOf(name) })),
    groups: [group],
    quorum: group.name,
  })}`
}
