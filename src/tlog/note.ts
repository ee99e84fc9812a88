/**
 * Signed notes: a text, an empty line, and a line for each signature.
 *
 * See https://c2sp.org/signed-note.
 *
 * @module
 */
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from '../../keys/base64.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { verifyMlDsa } from '../../keys/mldsa.ts'
import type { Signer } from '../../keys/signer.ts'
import { ED25519, isKeyName, ML_DSA_44, type VKey } from '../../keys/vkey.ts'
import { concat, fromUtf8, utf8 } from './bytes.ts'
import { cosignedMessage, parseCosignature } from './cosignature.ts'
import { TlogError } from './error.ts'

/** The longest note that is read or written, in bytes. */
export const MAX_NOTE_BYTES = 64 * 1024

/** The most signature lines in a note; the specification asks for at least 16. */
export const MAX_SIGNATURES = 64

/** A signature line. It says nothing until its key is known. */
export interface Signature {
  /** The name of the key. */
  readonly name: string
  /** The id of the key: 8 lower-case hexadecimal digits. */
  readonly id: string
  /** What follows the key id: one byte or more, to be read by the key's type. */
  readonly blob: Uint8Array
}

/** A note whose signatures nobody has verified. */
export interface Note {
  /** One line or more, each ending in a newline. */
  readonly text: string
  /** One or more, at most one for each name and id. */
  readonly signatures: readonly Signature[]
}

/** A signature that holds. */
export interface VerifiedSignature extends Signature {
  readonly vkey: VKey
  /** POSIX seconds at which a cosigner says it signed; null for a plain signature. */
  readonly time: number | null
}

/** A note that at least one known key has signed. */
export interface OpenedNote {
  readonly text: string
  /** In the note's order; never empty. */
  readonly verified: readonly VerifiedSignature[]
}

/** What a verifier has to be asked about one signature line. */
export interface SignedMessage {
  readonly key: Uint8Array
  readonly signature: Uint8Array
  readonly message: Uint8Array
  /** As in {@link VerifiedSignature}. */
  readonly time: number | null
}

/** Formats a note. It is the inverse of {@link parseNote}. */
export function formatNote(note: Note): string {
  return `${note.text}\n${note.signatures.map(formatSignature).join('')}`
}

/** Formats a signature line, with its newline. */
export function formatSignature(s: Signature): string {
  const id = decodeHex(s.id)
  if (id?.length !== 4 || s.blob.length === 0) throw new RangeError('expected a key id and a blob')
  return `\u2014 ${s.name} ${encodeBase64(concat(id, s.blob))}\n`
}

/**
 * Parses a note. Each note has one spelling; the order of its lines is part of it.
 *
 * @throws {TlogError} `MALFORMED_NOTE`
 */
export function parseNote(note: Uint8Array | string): Note {
  const whole = noteText(note)
  const split = whole.lastIndexOf('\n\n')
  if (split < 0) throw malformed('expected an empty line before the signatures')
  const signatures = parseSignatures(whole.slice(split + 2))
  if (signatures.length === 0) throw malformed('expected a signature line')
  return { text: whole.slice(0, split + 1), signatures }
}

/**
 * Parses signature lines, as a witness answers with them; of no lines there are none.
 *
 * @throws {TlogError} `MALFORMED_NOTE`
 */
export function parseSignatures(lines: string): Signature[] {
  const [last, ...rest] = lines.split('\n').reverse()
  if (last !== '') throw malformed('expected a newline after the last signature')
  if (rest.length > MAX_SIGNATURES) throw malformed(`expected at most ${MAX_SIGNATURES} signatures`)
  const signatures = rest.reverse().map(parseSignature)
  if (new Set(signatures.map(({ name, id }) => `${name}+${id}`)).size !== signatures.length) {
    throw malformed('expected one signature a key')
  }
  return signatures
}

function parseSignature(line: string): Signature {
  const [dash, name = '', base64 = '', ...rest] = line.split(' ')
  const bytes = decodeBase64(base64)
  if (dash !== '\u2014' || rest.length > 0 || !isKeyName(name) || !bytes || bytes.length < 5) {
    throw malformed('expected a signature line: em dash, key name, base64 of key id and signature')
  }
  return { name, id: encodeHex(bytes.subarray(0, 4)), blob: bytes.slice(4) }
}

function noteText(note: Uint8Array | string): string {
  const bytes = typeof note === 'string' ? utf8(note) : note
  if (bytes.length > MAX_NOTE_BYTES) throw malformed(`expected at most ${MAX_NOTE_BYTES} bytes`)
  const text = fromUtf8(bytes)
  // A string with a lone surrogate does not survive being made bytes.
  if (text === null || (typeof note === 'string' && text !== note))
    throw malformed('expected UTF-8')
  checkControls(text)
  return text
}

function checkControls(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) {
    throw malformed('expected no control character but newline')
  }
}

/**
 * Opens a note with the keys one knows.
 *
 * A line of an unknown key is ignored. A known key's signature that does not hold spoils the whole
 * note.
 *
 * @throws {TlogError} `BAD_SIGNATURE`, or `UNVERIFIED_NOTE` where no known key has signed
 */
export function openNote(note: Note, vkeys: readonly VKey[], verify: Verify): OpenedNote {
  const verified = verifySignatures(note, vkeys, verify)
  if (verified.length === 0) throw new TlogError('UNVERIFIED_NOTE', 'no known key has signed')
  return { text: note.text, verified }
}

/**
 * The signatures by known keys, all of them good; perhaps none.
 *
 * @throws {TlogError} `BAD_SIGNATURE`
 */
export function verifySignatures(
  note: Note,
  vkeys: readonly VKey[],
  verify: Verify,
): VerifiedSignature[] {
  return note.signatures.flatMap((line) => {
    const vkey = vkeys.find((v) => v.name === line.name && v.id === line.id)
    if (!vkey) return []
    const signed = signedMessage(note.text, line, vkey)
    const holds = vkey.type === ML_DSA_44 ? verifyMlDsa : verify
    if (!signed || !holds(signed.key, signed.signature, signed.message)) {
      throw new TlogError('BAD_SIGNATURE', `the signature by ${vkey.name}+${vkey.id} does not hold`)
    }
    return [{ ...line, vkey, time: signed.time }]
  })
}

/**
 * What has to be verified of a line by a key, so that a pool of threads can do it beforehand.
 *
 * @returns null where the key's type has no such signature
 */
export function signedMessage(text: string, line: Signature, vkey: VKey): SignedMessage | null {
  if (vkey.type === ED25519) {
    return { key: vkey.key, signature: line.blob, message: utf8(text), time: null }
  }
  const c = parseCosignature(line.blob, vkey.type)
  const message = c && cosignedMessage(vkey, c.time, text)
  if (!message) return null
  return { key: vkey.key, signature: c.signature, message, time: c.time }
}

/**
 * Signs a text with keys of type 0x01, in the order given.
 *
 * @throws {TlogError} `MALFORMED_NOTE` where the text cannot be a note's
 */
export async function signNote(text: string, signers: readonly Signer[]): Promise<Note> {
  if (!text.endsWith('\n')) throw malformed('expected a text that ends in a newline')
  const signatures = await Promise.all(signers.map((signer) => signText(text, signer)))
  return parseNote(formatNote({ text, signatures }))
}

async function signText(text: string, signer: Signer): Promise<Signature> {
  const { name, id, type } = signer.vkey
  if (type !== ED25519) throw new TypeError('expected a signer of type 0x01')
  return { name, id, blob: await signer.sign(utf8(text)) }
}

function malformed(message: string): TlogError {
  return new TlogError('MALFORMED_NOTE', message)
}
