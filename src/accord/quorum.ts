/**
 * Quorums: whose signatures a statement needs, and whether they are there.
 *
 * See docs/spec/law.md, "Signatures".
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { utf8 } from '../tlog/bytes.ts'
import type { SignedText } from './attestation.ts'
import { type Missing, refuse } from './refusal.ts'
import type { Key, Recovery } from './state.ts'
import { domainOfKeyName } from './text.ts'

/** So many of these keys, as vkeys, must sign. */
export interface Quorum {
  readonly need: number
  readonly of: readonly string[]
}

/** Ways to authorize a statement, the first that is met being taken. */
export interface Authority {
  /** Keys that may sign beside those of the ways, and count toward nothing. */
  readonly also?: readonly string[]
  readonly ways: readonly (readonly Quorum[])[]
}

/** How a statement was authorized. */
export interface Authorized {
  /** Which way; where none was met and that is no matter, the first. */
  readonly way: number
  readonly missing: readonly Missing[]
}

/** The vkeys of keys. */
export function vkeysOf(keys: readonly Key[]): string[] {
  return keys.map((k) => k.vkey)
}

/** All of these keys. */
export function allOf(of: readonly string[]): Quorum {
  return { need: of.length, of }
}

/** A threshold of these keys. */
export function someOf(record: { keys: readonly Key[]; threshold: number }): Quorum {
  return { need: record.threshold, of: vkeysOf(record.keys) }
}

/** The recovery threshold; nobody's where there are no recovery keys. */
export function recoveryOf(recovery: Recovery | null): Quorum[] {
  return recovery ? [someOf(recovery)] : []
}

/**
 * Checks every signature line, and finds the way that is met.
 *
 * @param trial - report what is missing instead of refusing it
 * @throws Refused `key-not-eligible`, `bad-signature`, `quorum-not-met`
 */
export function authorize(
  authority: Authority,
  signed: SignedText,
  verify: Verify,
  trial: boolean,
): Authorized {
  const signers = verifiedSigners(authority, signed, verify)
  const missing = authority.ways.map((way) => unmet(way, signers))
  const way = missing.findIndex((m) => m.length === 0)
  if (way >= 0) return { way, missing: [] }
  const nearest = missing[0]!
  if (trial) return { way: 0, missing: nearest }
  return refuse('quorum-not-met', describe(nearest), { missing: nearest })
}

function verifiedSigners(authority: Authority, signed: SignedText, verify: Verify): Set<string> {
  const eligible = new Map(
    [...authority.ways.flat().flatMap((q) => q.of), ...(authority.also ?? [])].map((text) => {
      const v = parseVKey(text)
      return [`${v.name}+${v.id}`, { text, key: v.key }] as const
    }),
  )
  const message = utf8(signed.text)
  const signers = new Set<string>()
  for (const { name, id, blob } of signed.signatures) {
    const key = eligible.get(`${name}+${id}`)
    if (!key) refuse('key-not-eligible', `${nameIn(name, id)} may not sign this`)
    if (!verify(key.key, blob, message)) refuse('bad-signature', `the signature of ${name}+${id}`)
    signers.add(key.text)
  }
  return signers
}

/** A key as a line names it; a name that no party could bear is not repeated. */
function nameIn(name: string, id: string): string {
  return domainOfKeyName(name) === null ? 'a key of no domain' : `${name}+${id}`
}

function unmet(way: readonly Quorum[], signers: ReadonlySet<string>): Missing[] {
  return way
    .map((q) => ({ need: q.need, of: q.of, signed: q.of.filter((k) => signers.has(k)) }))
    .filter((m) => m.signed.length < m.need)
}

function describe(missing: readonly Missing[]): string {
  return missing
    .map((m) => `${m.need} of ${m.of.map(nameOf).join(', ')} must sign; ${m.signed.length} did`)
    .join('; ')
}

function nameOf(vkey: string): string {
  return vkey.slice(0, vkey.indexOf('+', vkey.indexOf('+') + 1))
}
