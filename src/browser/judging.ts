/**
 * Judging what a reader gave, in a worker: a file, or a statement whose evidence is fetched from
 * this address by its digest. Nothing else is sent.
 *
 * @module
 */
import { type Verify, verify as verifyStrictly } from '../../keys/ed25519.ts'
import { parseEntry } from '../accord/entry.ts'
import { parseEvidence } from '../accord/evidence.ts'
import type { Digest } from '../accord/text.ts'
import { GIVEN as t } from '../pages/english-browser.ts'
import { fromUtf8 } from '../tlog/bytes.ts'
import { formatSignature, parseNote, type Signature } from '../tlog/note.ts'
import { bareStatement } from '../verify.ts'
import { failed, judge, type Outcome, openExhibit } from './exhibit.ts'

/** What a reader gives: a file, or the digest of a statement. */
export type Given =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly digest: Digest }

/** What is asked: what to judge, and by which policy; an empty one is the one in a pack. */
export type Asked = Given & { readonly policy: string }

/** What was found out. */
export interface Judged {
  readonly outcome: Outcome
  /** How many signatures were verified, in how many bytes. */
  readonly signatures: number
  readonly bytes: number
  /** Of evidence that was fetched: of which statement, and what was logged; null where none was. */
  readonly fetched: { readonly digest: Digest; readonly note: string } | null
}

/** After how many signatures the reader is told. */
const OFTEN = 32

/** Judges. `tell` is called with how many signatures have been verified so far. */
export async function judgeAsked(
  asked: Asked,
  tell: (signatures: number) => void,
): Promise<Judged> {
  let signatures = 0
  const judged = await judgeBy((...question) => {
    if (++signatures % OFTEN === 0) tell(signatures)
    return verifyStrictly(...question)
  }, asked)
  return { ...judged, signatures }
}

type Uncounted = Omit<Judged, 'signatures'>

async function judgeBy(verify: Verify, asked: Asked): Promise<Uncounted> {
  const { policy } = asked
  if ('digest' in asked) return judgeFetched(asked.digest, policy, verify)
  const exhibit = await openExhibit(asked.name, asked.bytes)
  const bare = exhibit.packed === undefined ? bareStatement(exhibit.text) : null
  if (!bare || policy.trim() === '') {
    const outcome = judge(exhibit, policy, verify)
    return { outcome, bytes: asked.bytes.length, fetched: null }
  }
  const judged = await judgeFetched(bare.digest, policy, verify)
  const strange = judged.fetched && strangeLine(bare.signatures, judged.fetched.note)
  if (strange === null) return judged
  return { ...judged, outcome: failed('not verified', { ...t.otherLines, detail: strange }) }
}

async function judgeFetched(digest: Digest, policy: string, verify: Verify): Promise<Uncounted> {
  const text = await fetchEvidence(digest)
  if (text === null) {
    const outcome = failed('cannot tell', { ...t.absent, detail: digest })
    return { outcome, bytes: 0, fetched: null }
  }
  const outcome = judge({ name: digest, text }, policy, verify)
  const { facts } = outcome
  const bytes = text.length
  if (!facts) return { outcome, bytes, fetched: null }
  if ('digest' in facts && facts.digest === digest) {
    return { outcome, bytes, fetched: { digest, note: noteIn(text) } }
  }
  return { outcome: failed('not verified', { ...t.another, detail: digest }), bytes, fetched: null }
}

/** The text of the evidence; null where it is not to be had. */
async function fetchEvidence(digest: Digest): Promise<string | null> {
  try {
    const answer = await fetch(`/v1/attestations/${digest}.accord-evidence`)
    return answer.ok ? await answer.text() : null
  } catch {
    return null
  }
}

/** The attestation of the entry that evidence is about. */
function noteIn(evidence: string): string {
  const { entry } = parseEvidence(evidence).entries.at(-1)!
  return fromUtf8(parseEntry(entry).attestation) ?? ''
}

/** A signature line that was not logged; null where there is none. */
function strangeLine(given: readonly Signature[], logged: string): string | null {
  const lines = new Set(parseNote(logged).signatures.map(formatSignature))
  return given.map(formatSignature).find((line) => !lines.has(line)) ?? null
}
