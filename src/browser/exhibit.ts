/**
 * What a reader hands over to be judged, and the answer. It needs no page, so a worker can do it.
 *
 * @module
 */
import type { Verify } from '../../keys/ed25519.ts'
import { digestOf } from '../accord/text.ts'
import { VERIFIER as t } from '../pages/english-pack.ts'
import { readableFiles } from '../pages/readable.ts'
import { type Files, isZip, MOST, parseZip } from '../pages/zip.ts'
import { equal } from '../tlog/bytes.ts'
import { type Verdict, verifyAny, verifyReceipt } from '../verify.ts'

/** A file, and what was in it. */
export interface Exhibit {
  readonly name: string
  readonly text: string
  /** Why it is not what it should be, whatever its text says. */
  readonly broken?: Failure
  /** The policy in a pack, and the receipt beside it. */
  readonly packed?: string
  readonly receipt?: string
}

/** Why there is no other verdict. */
export type Failure = { readonly [K in 'failed' | 'expected' | 'advice']: string } & {
  readonly detail?: string
}

/** The answer about an exhibit. */
export interface Outcome extends Omit<Verdict, 'kind' | 'reason'> {
  /** Null where it is verified. */
  readonly why: Failure | null
  /** By what it was judged; null where there was nothing to judge by. */
  readonly by: 'own' | 'packed' | null
  /** The logs' keys, as a policy that was packed names them. */
  readonly keys: readonly string[]
}

/** What is in a pack beside the files that follow from its evidence. */
const BESIDE: ReadonlySet<string> = new Set([
  ...['README.txt', 'certificate.pdf', 'verify.html', 'policy.txt', 'SHA256SUMS'],
  ...['evidence.accord-evidence', 'receipt.tlog-proof'],
])

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Opens a file: a pack gives its evidence and its policy, with all its files held against them. */
export async function openExhibit(name: string, bytes: Uint8Array): Promise<Exhibit> {
  if (bytes.length > MOST) return { name, text: '' }
  if (!isZip(bytes)) return { name, text: decoder.decode(bytes) }
  const files = await parseZip(bytes)
  const path = [...(files?.keys() ?? [])].find((p) => p.endsWith('evidence.accord-evidence'))
  if (!files || path === undefined) return { name, text: '', broken: t.damagedPack }
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const textOf = (file: string) => decoder.decode(files.get(folder + file))
  const beside = { packed: textOf('policy.txt'), receipt: textOf('receipt.tlog-proof') }
  const pack = { name, text: decoder.decode(files.get(path)), ...beside }
  const other = differing(files, folder, textOf)
  return other === null ? pack : { ...pack, broken: { ...t.otherFile, detail: other } }
}

/** The first file that is not what its digest says, or not what the evidence gives. */
function differing(files: Files, folder: string, textOf: (file: string) => string): string | null {
  const sums = new Map(
    textOf('SHA256SUMS')
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  )
  for (const [path, bytes] of files) {
    if (!path.startsWith(folder)) return path
    const file = path.slice(folder.length)
    if (file !== 'SHA256SUMS' && digestOf(bytes) !== `sha256:${sums.get(file)}`) return file
  }
  return unlike(files, folder, textOf('evidence.accord-evidence'))
}

function unlike(files: Files, folder: string, evidence: string): string | null {
  try {
    const due = readableFiles(evidence)
    for (const [file, bytes] of due) {
      const found = files.get(folder + file)
      if (!found || !equal(found, bytes)) return file
    }
    const names = [...files.keys()].map((path) => path.slice(folder.length))
    return names.find((name) => !due.has(name) && !BESIDE.has(name)) ?? null
  } catch {
    // What cannot be read is for the verdict on the evidence to name.
    return null
  }
}

/**
 * Judges an exhibit.
 *
 * @param own - the reader's policy; null or empty for the one in the pack
 */
export function judge(exhibit: Exhibit, own: string | null, verify?: Verify): Outcome {
  const { text, broken, packed, receipt } = exhibit
  const by = own?.trim() ? 'own' : 'packed'
  const policy = by === 'own' ? own! : packed
  if (policy === undefined) {
    return broken ? failed('not verified', broken) : failed('cannot tell', t.needsPolicy)
  }
  const { reason, ...verdict } = verifyAny(text, policy, verify)
  const keys = by === 'packed' ? [...policy.matchAll(/^log\s+(\S+)/gm)].map(([, key]) => key!) : []
  if (reason) return { ...failed(verdict.verdict, reason), by, keys }
  if (broken) return { ...failed('not verified', broken), by, keys }
  if (receipt !== undefined && !isReceiptOf(verdict.facts, receipt, policy, verify)) {
    const other = { ...t.otherFile, detail: 'receipt.tlog-proof' }
    return { ...failed('not verified', other), by, keys }
  }
  const doesNotProve = [...verdict.doesNotProve, ...(packed === undefined ? [] : [t.besides])]
  return { ...verdict, doesNotProve, why: null, by, keys }
}

function isReceiptOf(of: Verdict['facts'], receipt: string, policy: string, verify?: Verify) {
  const { facts } = verifyReceipt(receipt, policy, verify)
  return facts !== null && of !== null && 'digest' in of && 'digest' in facts
    ? facts.digest === of.digest
    : false
}

/** An answer that is not *verified*. */
export function failed(verdict: Outcome['verdict'], why: Failure): Outcome {
  return { verdict, why, proves: [], doesNotProve: [], facts: null, by: null, keys: [] }
}
