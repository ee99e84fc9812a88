/**
 * The verifier of files: files go in, and one of three answers comes out.
 *
 * @module
 */
import { digestOf } from '../accord/text.ts'
import { VERIFIER as t } from '../pages/english-pack.ts'
import { readableFiles } from '../pages/readable.ts'
import { type Files, isZip, parseZip } from '../pages/zip.ts'
import { equal } from '../tlog/bytes.ts'
import { type Verdict, verifyAny } from '../verify.ts'
import { made, sentence } from './made.ts'

/** A text that the reader has given, and what it is called. */
interface Given {
  readonly name: string
  readonly text: string
  /** Why it is not what it should be, whatever its text says. */
  readonly broken?: Failure
}

type Failure = { readonly [K in 'failed' | 'expected' | 'advice']: string } & {
  readonly detail?: string
}

let subject: Given | null = null
let own: Given | null = null
let packed: Given | null = null

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

async function take(
  name: string,
  bytes: Uint8Array,
  chosen: 'file' | 'policy' | null,
): Promise<void> {
  const text = decoder.decode(bytes)
  const policy =
    chosen === 'policy' || (chosen === null && /^(log|witness|group|quorum|#)/.test(text))
  if (policy) own = { name, text }
  else {
    packed = null
    subject = isZip(bytes) ? await openPack(name, bytes) : { name, text }
  }
}

/** Takes evidence and policy out of a pack, and holds all its files against the evidence. */
async function openPack(name: string, bytes: Uint8Array): Promise<Given> {
  const files = await parseZip(bytes)
  const path = [...(files?.keys() ?? [])].find((p) => p.endsWith('evidence.accord-evidence'))
  if (!files || path === undefined) return { name, text: '', broken: t.damagedPack }
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const textOf = (file: string) => decoder.decode(files.get(folder + file))
  packed = { name: t.inPack('policy.txt'), text: textOf('policy.txt') }
  const other = differing(files, folder, textOf)
  const text = decoder.decode(files.get(path))
  if (other === null) return { name, text }
  return { name, text, broken: { ...t.otherFile, detail: other } }
}

/** The first file that is not what its digest says, or not what the evidence gives. */
function differing(files: Files, folder: string, textOf: (file: string) => string): string | null {
  const sums = new Map(
    textOf('SHA256SUMS')
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  )
  for (const [path, bytes] of files) {
    const file = path.slice(folder.length)
    if (file !== 'SHA256SUMS' && digestOf(bytes) !== `sha256:${sums.get(file)}`) return file
  }
  return unlike(files, folder, textOf('evidence.accord-evidence'))
}

function unlike(files: Files, folder: string, evidence: string): string | null {
  try {
    for (const [file, bytes] of readableFiles(evidence)) {
      const found = files.get(folder + file)
      if (!found || !equal(found, bytes)) return file
    }
    return null
  } catch {
    // What cannot be read is for the verdict on the evidence to name.
    return null
  }
}

function show(): void {
  element('file-name').textContent = subject?.name ?? t.none
  const policy = own ?? packed
  element('policy-name').textContent = policy?.name ?? t.none
  element('answer').replaceChildren(...answer(policy))
}

function answer(policy: Given | null): Node[] {
  if (!subject) return [made('p', t.waiting, 'quiet')]
  if (!policy) {
    return subject.broken
      ? failure('not verified', subject.broken)
      : failure('cannot tell', t.needsPolicy)
  }
  const verdict = verifyAny(subject.text, policy.text)
  const trust = policy === packed ? packPolicy(policy.text) : made('p', t.ownPolicy, 'quiet')
  const why = verdict.reason ?? subject.broken
  if (!why) return proof(verdict, trust)
  return failure(verdict.reason ? verdict.verdict : 'not verified', why, trust)
}

function packPolicy(text: string): Node {
  const keys = [...text.matchAll(/^log\s+(\S+)/gm)].map(([, vkey]) => made('code', vkey!))
  const says = made('p', `${t.packPolicy} `, 'quiet')
  says.append(...keys)
  return says
}

function failure(verdict: Verdict['verdict'], why: Failure, ...trust: Node[]): Node[] {
  const lines = [
    [t.because, why.failed],
    [t.expected, why.expected],
    [t.advice, why.advice],
    [t.detail, why.detail],
  ]
  return [
    word(verdict),
    ...trust,
    ...lines.flatMap(([name, says]) => (says ? [made('h2', name!), sentence('p', says)] : [])),
  ]
}

function proof({ verdict, proves, doesNotProve, facts }: Verdict, trust: Node): Node[] {
  const statement = facts && 'statement' in facts ? exact(facts.statement) : []
  return [
    word(verdict),
    trust,
    made('h2', t.proves),
    list(proves),
    made('h2', t.doesNotProve),
    list(doesNotProve),
    ...statement,
  ]
}

function exact(statement: unknown): Node[] {
  const details = made('details', '')
  details.append(made('summary', t.exact), made('pre', JSON.stringify(statement, null, 2)))
  return [details]
}

function word(verdict: Verdict['verdict']): Node {
  return made('p', verdict, `verdict ${verdict.replace(' ', '-')}`)
}

function list(sentences: readonly string[]): Node {
  const items = made('ul', '')
  items.append(...sentences.map((s) => sentence('li', s)))
  return items
}

function element(id: string): HTMLElement {
  return document.getElementById(id)!
}

async function takeAll(files: Iterable<File>, chosen: 'file' | 'policy' | null): Promise<void> {
  for (const file of files) {
    await take(file.name, new Uint8Array(await file.arrayBuffer()), chosen)
  }
  show()
}

/** Listens for files: chosen in the elements `file` and `policy`, or dropped anywhere. */
export function listen(): void {
  for (const id of ['file', 'policy'] as const) {
    element(id).addEventListener('change', ({ target }) => {
      void takeAll((target as HTMLInputElement).files ?? [], id)
    })
  }
  for (const event of ['dragover', 'dragleave', 'drop'] as const) {
    document.addEventListener(event, (drag) => {
      drag.preventDefault()
      document.body.classList.toggle('over', event === 'dragover')
      if (event === 'drop') void takeAll(drag.dataTransfer?.files ?? [], null)
    })
  }
}
