/**
 * The evidence pack: one archive with evidence, the same as files that people read, and what it is
 * verified with. It follows from what is in it, byte for byte, whoever makes it.
 *
 * @module
 */
import type { Finding } from '../accord/finding.ts'
import { digestOf } from '../accord/text.ts'
import { utf8 } from '../tlog/bytes.ts'
import { formatCertificate, type Said } from './certificate.ts'
import { README as t } from './english-pack.ts'
import { readableFiles } from './readable.ts'
import { type Files, formatZip } from './zip.ts'

/** What a pack is made from. */
export interface Pack {
  /** The evidence, as a file. */
  readonly evidence: string
  /** What it proves by the policy. */
  readonly finding: Finding
  readonly said: Said
  /** The receipt of the same entry. */
  readonly receipt: string
  /** The text of the policy file. */
  readonly policy: string
  /** verify.html. */
  readonly verifier: Uint8Array
  /** Where the attestation is read, for ever. */
  readonly permalink: string
  /** Of this program. */
  readonly version: string
}

/** Greatest width of a line of README.txt. */
const MEASURE = 78

/** Packs everything, in a folder that is named after the entry. */
export async function formatPack(pack: Pack): Promise<Uint8Array> {
  const files = await packFiles(pack)
  const folder = `accord-entry-${pack.finding.index}`
  return formatZip(new Map([...files].map(([path, bytes]) => [`${folder}/${path}`, bytes])))
}

/** The files of a pack, by their paths. */
export async function packFiles(pack: Pack): Promise<Files> {
  const readable = readableFiles(pack.evidence)
  const files = new Map([
    ['README.txt', utf8(formatReadme(pack, [...readable.keys()]))],
    ['certificate.pdf', await formatCertificate(pack)],
    ['evidence.accord-evidence', utf8(pack.evidence)],
    ['receipt.tlog-proof', utf8(pack.receipt)],
    ['policy.txt', utf8(pack.policy)],
    ['verify.html', pack.verifier],
    ...readable,
  ])
  return files.set('SHA256SUMS', utf8(formatSums(files)))
}

/** Digests in the form that `sha256sum -c` reads. */
export function formatSums(files: Files): string {
  const lines = [...files].map(([path, bytes]) => `${hexOf(bytes)}  ${path}\n`)
  return lines.join('')
}

function hexOf(bytes: Uint8Array): string {
  return digestOf(bytes).slice('sha256:'.length)
}

function formatReadme(pack: Pack, readable: readonly string[]): string {
  const { said, permalink, policy, version } = pack
  const vkeys = [...policy.matchAll(/^log\s+(\S+)/gm)].map(([, vkey]) => vkey!)
  return [
    t.title,
    '='.repeat(t.title.length),
    '',
    ...wrapped(said.proves[0]!),
    permalink,
    '',
    ...wrapped(t.what),
    ...section(
      t.proves,
      said.proves.flatMap((says) => bulleted(says, '- ')),
    ),
    ...section(
      t.doesNotProve,
      said.doesNotProve.flatMap((says) => bulleted(says, '- ')),
    ),
    ...section(t.still, [...wrapped(t.stillHow), ...question(pack.finding)]),
    ...section(
      t.check,
      t.steps(vkeys).flatMap((step, i) => bulleted(step, `${i + 1}. `)),
    ),
    ...section(t.files, fileLines(readable)),
    '',
    ...wrapped(t.made(version)),
    '',
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, '', ...lines]
}

/** The command that asks the whole log about a commitment. */
function question({ party, instrument, statement }: Finding): string[] {
  if (!instrument || statement.type === 'instrument/v1' || party.id === null) return []
  return ['', `  accord standing ${party.domain} ${instrument.text.id}`]
}

function fileLines(readable: readonly string[]): string[] {
  return Object.entries(t.fileNames)
    .filter(([name]) => name !== 'instrument.txt' || readable.includes(name))
    .map(([name, what]) => `  ${name.padEnd(25)} ${what}`)
}

function bulleted(text: string, mark: string): string[] {
  return wrapped(text, MEASURE - mark.length).map(
    (line, i) => (i === 0 ? mark : ' '.repeat(mark.length)) + line,
  )
}

/** Breaks a text at its spaces; a word that is longer than a line stays whole. */
function wrapped(text: string, width = MEASURE): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`
    } else lines.push(word)
  }
  return lines
}
