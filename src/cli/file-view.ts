/**
 * What a file says, whoever made it: shown, and not verified.
 *
 * @module
 */
import { parseAttestation, parseSignedText } from '../accord/attestation.ts'
import { parseEntry } from '../accord/entry.ts'
import { AccordError } from '../accord/error.ts'
import { parseEvidence } from '../accord/evidence.ts'
import { REFUSALS, type RefusalCode } from '../accord/refusal.ts'
import { formatTime } from '../accord/text.ts'
import { ADVICE } from '../client/advice.ts'
import { quoted } from '../client/sentences.ts'
import { parseRefusal } from '../depositary/refusal-note.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { TlogError } from '../tlog/error.ts'
import { parseNote, type Signature } from '../tlog/note.ts'
import { parseProof } from '../tlog/proof.ts'
import type { Answer } from './answer.ts'
import { instrumentLines } from './document.ts'
import { CliError } from './failure.ts'
import { read, readSigned } from './files.ts'
import { actOf, summarize } from './summary.ts'
import type { Terminal } from './terminal.ts'

const KINDS = 'a .statement, .note, .tlog-proof, .refusal or .accord-evidence'

/** Shows a file. @throws {CliError} `BAD_FILE` */
export async function showFile(terminal: Terminal, file: string): Promise<Answer> {
  const view = VIEWS[file.slice(file.lastIndexOf('.'))]
  if (!view) throw new CliError('BAD_FILE', `expected ${KINDS}, got ${file}`)
  try {
    return await view(terminal, file)
  } catch (cause) {
    if (!(cause instanceof AccordError || cause instanceof TlogError)) throw cause
    throw new CliError('BAD_FILE', `${file} does not read: ${cause.message}`, { cause })
  }
}

const VIEWS: Readonly<Record<string, (terminal: Terminal, file: string) => Promise<Answer>>> = {
  '.statement': showSigned,
  '.note': showSigned,
  '.tlog-proof': showReceipt,
  '.accord-evidence': showEvidence,
  '.refusal': showRefusal,
}

async function showSigned(terminal: Terminal, file: string): Promise<Answer> {
  const { statement, signatures } = await readSigned(terminal, [file])
  const by = keysOf(signatures)
  return {
    lines: [...summarize(statement), ...signedBy(by)],
    data: { statement, signatures: by },
  }
}

async function showReceipt(terminal: Terminal, file: string): Promise<Answer> {
  const { extra, index, checkpoint } = parseProof(await read(terminal, file))
  const { origin, size } = parseCheckpoint(checkpoint.text)
  const place = `a receipt for entry ${index} of ${origin}, by its log of ${size} entries`
  const shown = extra ? showEntryBytes(terminal, index, extra) : { lines: [], data: {} }
  return {
    lines: [place, ...shown.lines, unverified(file)],
    data: { kind: 'receipt', origin, size, index, ...shown.data },
  }
}

async function showEvidence(terminal: Terminal, file: string): Promise<Answer> {
  const { entries, checkpoint } = parseEvidence(await read(terminal, file))
  const { origin, size } = parseCheckpoint(parseNote(checkpoint).text)
  const shown = entries.map((e) => {
    const { statement } = parseAttestation(parseEntry(e.entry).attestation)
    return { index: e.index, statement }
  })
  const last = entries.at(-1)!
  const said = shown.at(-1)!.statement
  const subject = showEntryBytes(terminal, last.index, last.entry)
  const text = shown.find(
    ({ statement: s }) =>
      s.type === 'instrument/v1' &&
      'instrument' in said &&
      s.id === said.instrument.id &&
      s.version === said.instrument.version,
  )?.statement
  return {
    lines: [
      `evidence for entry ${last.index} of ${origin}, by its log of ${size} entries`,
      ...subject.lines,
      ...(text?.type === 'instrument/v1' ? ['', ...instrumentLines(text, terminal.columns)] : []),
      '',
      'the entries in the file',
      ...shown.map((e) => `  entry ${String(e.index).padEnd(5)} ${named(e.statement)}`),
      unverified(file),
    ],
    data: { kind: 'evidence', origin, size, entries: shown, ...subject.data },
  }
}

function named(statement: Parameters<typeof actOf>[0]): string {
  return `${statement.party} ${actOf(statement)}`
}

async function showRefusal(terminal: Terminal, file: string): Promise<Answer> {
  const { text, signatures } = parseSignedText(await read(terminal, file))
  const refusal = parseRefusal(text)
  const code = refusal.code as RefusalCode
  const by = keysOf(signatures)
  return {
    lines: [
      `${refusal.registry} refuses ${refusal.statement ?? 'what could not be read'}`,
      `  code          ${refusal.code}${Object.hasOwn(REFUSALS, code) ? `: ${REFUSALS[code]}` : ''}`,
      `  detail        ${quoted(refusal.detail)}`,
      ...(Object.hasOwn(ADVICE, code) ? [`  what to do    ${ADVICE[code].advice}`] : []),
      `  at            ${refusal.at}`,
      ...signedBy(by),
    ],
    data: { kind: 'refusal', refusal, signatures: by },
  }
}

/** Shows an entry; of an instrument, all of its text. */
export function showEntryBytes(terminal: Terminal, index: number, bytes: Uint8Array): Answer {
  const { time, attestation } = parseEntry(bytes)
  const { statement, signatures, digest } = parseAttestation(attestation)
  const by = keysOf(signatures)
  return {
    lines: [
      `entry ${index}, ${formatTime(time)}`,
      ...summarize(statement),
      ...signedBy(by),
      ...(statement.type === 'instrument/v1'
        ? ['', ...instrumentLines(statement, terminal.columns)]
        : []),
    ],
    data: { index, time: formatTime(time), digest, statement, signatures: by },
  }
}

function keysOf(signatures: readonly Signature[]): string[] {
  return signatures.map((s) => `${s.name}+${s.id}`)
}

function signedBy(keys: readonly string[]): string[] {
  if (keys.length === 0) return ['  signed by     nobody yet']
  return keys.map((key, i) => `  ${(i === 0 ? 'signed by' : '').padEnd(14)}${key}`)
}

function unverified(file: string): string {
  return `shown, and not verified: accord verify ${file} says what it proves`
}
