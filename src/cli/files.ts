/**
 * The files that commands hand to people: `.statement`, `.note`, `.tlog-proof`, `.accord-evidence`.
 *
 * @module
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { formatAttestation, parseAttestation } from '../accord/attestation.ts'
import {
  formatStatement,
  parseStatement,
  type Statement,
  statementDigest,
} from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import type { Signature } from '../tlog/note.ts'
import { CliError } from './failure.ts'
import { pathOf, type Terminal } from './terminal.ts'

const ENDINGS = /\.(statement|note|tlog-proof|accord-evidence|refusal)$/

/** A statement, and the signature lines it has so far. */
export interface Signed {
  readonly text: string
  readonly statement: Statement
  readonly signatures: readonly Signature[]
}

/** A statement that nobody has signed yet. */
export function unsigned(statement: Statement): Signed {
  return { text: formatStatement(statement), statement, signatures: [] }
}

/** A file's name with another ending. */
export function named(base: string, ending: string): string {
  return `${base.replace(ENDINGS, '')}.${ending}`
}

/** What a statement's files are called when nobody says: speaker, act, and part of the digest. */
export function defaultName(text: string, statement: Statement): string {
  const act =
    statement.type === 'enrolment/v1'
      ? statement.mode
      : 'act' in statement
        ? statement.act
        : statement.type.split('/')[0]
  return `${statement.party}-${act}-${statementDigest(text).slice(7, 15)}`
}

/** Writes a file whole or not at all. */
export async function save(terminal: Terminal, file: string, text: string): Promise<void> {
  const path = pathOf(terminal, file)
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

/** A name under which no receipt of another statement is overwritten. */
export async function freeFor(
  terminal: Terminal,
  file: string,
  receipt: string,
  digest: Digest,
): Promise<string> {
  const there = await read(terminal, file).catch(() => receipt)
  if (there === receipt) return file
  return file.replace(/(\.tlog-proof)?$/, `-${digest.slice(7, 15)}.tlog-proof`)
}

/** Reads a file of text. */
export function read(terminal: Terminal, file: string): Promise<string> {
  return readFile(pathOf(terminal, file), 'utf8')
}

/** Reads a file of JSON. @throws {CliError} `BAD_FILE` */
export async function readJson(terminal: Terminal, file: string): Promise<unknown> {
  const text = await read(terminal, file)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `expected JSON in ${file}: ${(cause as Error).message}`
    throw new CliError('BAD_FILE', message, { cause })
  }
}

/** Reads statements and notes of one statement, and puts their signature lines together. */
export async function readSigned(terminal: Terminal, files: readonly string[]): Promise<Signed> {
  const parts: Signed[] = []
  for (const file of files) parts.push(parsePart(await read(terminal, file), file))
  return merge(parts)
}

function parsePart(text: string, file: string): Signed {
  try {
    if (text.startsWith('{') && text.endsWith('}\n')) {
      return { text, statement: parseStatement(text), signatures: [] }
    }
    return parseAttestation(text)
  } catch (cause) {
    const message = `expected a statement or a note of one in ${file}: ${(cause as Error).message}`
    throw new CliError('BAD_FILE', message, { cause })
  }
}

/** Puts the lines of several notes of one statement together. @throws {CliError} `NOTES_DIFFER` */
export function merge(parts: readonly Signed[]): Signed {
  const [first, ...others] = parts
  if (!first) throw new CliError('USAGE', 'expected a file')
  if (others.some((p) => p.text !== first.text)) {
    throw new CliError('NOTES_DIFFER', 'expected notes of one statement, got several statements', {
      advice: 'accord show FILE says what each is',
    })
  }
  const lines = new Map(parts.flatMap((p) => p.signatures).map((s) => [`${s.name}+${s.id}`, s]))
  return { ...first, signatures: [...lines.values()] }
}

/** The note of a signed statement, which has at least one line. */
export function noteOf({ text, signatures }: Signed): string {
  return formatAttestation(text, signatures)
}
