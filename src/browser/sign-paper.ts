/**
 * A statement on the desk: its exact text, and the signature lines that it has so far. A line is taken
 * only where it holds.
 *
 * @module
 */
import { verify } from '../../keys/ed25519.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { formatAttestation, parseSignedText } from '../accord/attestation.ts'
import type { Missing } from '../accord/refusal.ts'
import { parseStatement, type Statement, statementDigest } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { utf8 } from '../tlog/bytes.ts'
import { parseSignatures, type Signature, signNote } from '../tlog/note.ts'
import { type Held, signerOf } from './sign-keyring.ts'

/** What a file holds. */
export interface Sheet {
  readonly text: string
  readonly statement: Statement
  readonly signatures: readonly Signature[]
}

/** Reads a `.statement`, or a `.note` of one. @throws where it is neither */
export function parseSheet(file: string): Sheet {
  const { text, signatures } = file.startsWith('{')
    ? bareOrNote(file)
    : { text: file, signatures: [] }
  try {
    return { text, signatures, statement: parseStatement(text) }
  } catch (e) {
    throw new Error(t.noStatement((e as Error).message))
  }
}

function bareOrNote(file: string) {
  try {
    return parseSignedText(file)
  } catch {
    return { text: file, signatures: [] }
  }
}

/** A statement, and who must sign it. */
export class Paper {
  readonly text: string
  readonly statement: Statement
  readonly digest: Digest
  readonly quorums: readonly Pick<Missing, 'need' | 'of'>[]
  #lines = new Map<string, Signature>()

  constructor({ text, statement }: Sheet, quorums: Paper['quorums']) {
    this.text = text
    this.statement = statement
    this.digest = statementDigest(text)
    this.quorums = quorums
  }

  /** The vkeys that have signed. */
  get signed(): readonly string[] {
    return [...this.#lines.keys()]
  }

  /** Whether enough have. */
  get complete(): boolean {
    return this.quorums.every(({ need, of }) => of.filter((k) => this.#lines.has(k)).length >= need)
  }

  /** Whether a key may sign, and has not. */
  awaits(vkey: string): boolean {
    return this.quorums.some(({ of }) => of.includes(vkey)) && !this.#lines.has(vkey)
  }

  /** Signs with a key at hand. */
  async sign(held: Held): Promise<void> {
    const { signatures } = await signNote(this.text, [signerOf(held)])
    this.take(signatures)
  }

  /**
   * Takes signature lines, or a note of this very statement.
   *
   * @returns the vkeys that had not signed before
   * @throws naming the first line that does not count; none is taken then
   */
  read(given: string): string[] {
    const lines = given.trimStart().startsWith('\u2014') ? `${given.trim()}\n` : null
    const note =
      lines === null ? readNote(given) : { text: this.text, signatures: readLines(lines) }
    if (note.text !== this.text) throw new Error(t.anotherStatement)
    return this.take(note.signatures)
  }

  /** As {@link read}, of lines that were read. */
  take(lines: readonly Signature[]): string[] {
    const good = lines.map((line) => [this.#ownerOf(line), line] as const)
    const fresh = good.filter(([vkey]) => !this.#lines.has(vkey))
    for (const [vkey, line] of fresh) this.#lines.set(vkey, line)
    return fresh.map(([vkey]) => vkey)
  }

  #ownerOf({ name, id, blob }: Signature): string {
    const all = this.quorums.flatMap(({ of }) => of)
    const owner = all.find((vkey) => vkey.startsWith(`${name}+${id}+`))
    if (owner === undefined) throw new Error(t.mayNotSign(`${name}+${id}`))
    if (verify(parseVKey(owner).key, blob, utf8(this.text))) return owner
    throw new Error(t.doesNotHold(`${name}+${id}`))
  }

  /** The note with every line so far, of which there is one at the least. */
  get note(): string {
    return formatAttestation(this.text, [...this.#lines.values()])
  }

  /** What its files are called: speaker, act, and part of the digest. */
  get name(): string {
    const { statement: s } = this
    const act = s.type === 'enrolment/v1' ? s.mode : 'act' in s ? s.act : s.type.split('/')[0]
    return `${s.party}-${act}-${this.digest.slice(7, 15)}`
  }
}

function readNote(text: string) {
  try {
    return parseSignedText(text)
  } catch (e) {
    throw new Error(t.noNote((e as Error).message))
  }
}

function readLines(text: string): Signature[] {
  try {
    return parseSignatures(text)
  } catch (e) {
    throw new Error(t.noNote((e as Error).message))
  }
}
