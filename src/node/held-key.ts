/**
 * Keys held elsewhere, as a key file names them.
 *
 * - `AGENT+KEY+<vkey>`: an ssh-agent holds the secret;
 * - `COMMAND+KEY+<vkey>`, and on a second line a program and its arguments, as a JSON array without
 *   spaces: that command signs.
 *
 * Each has one spelling, like the vkey in it. None of it is secret; who may write it, may sign.
 *
 * @module
 */
import { formatVKey, parseVKey, type VKey } from '../../keys/vkey.ts'
import { canBeForeign, SignerError } from './foreign-signer.ts'

const AGENT = 'AGENT+KEY+'
const COMMAND = 'COMMAND+KEY+'

/** A key whose secret is held elsewhere. */
export interface HeldKey {
  readonly vkey: VKey
  /** The program that signs, and its arguments; null where an ssh-agent does. */
  readonly argv: readonly string[] | null
}

/** Says whether a text means to name a key held elsewhere. */
export function namesHeldKey(text: string): boolean {
  return text.startsWith(AGENT) || text.startsWith(COMMAND)
}

/** Formats a key held elsewhere, without a last newline. It is the inverse of {@link parseHeldKey}. */
export function formatHeldKey({ vkey, argv }: HeldKey): string {
  return argv === null
    ? `${AGENT}${formatVKey(vkey)}`
    : `${COMMAND}${formatVKey(vkey)}\n${JSON.stringify(argv)}`
}

/**
 * Parses a key held elsewhere.
 *
 * @throws {SignerError} `MALFORMED_HELD_KEY`
 * @throws {KeyError} as `parseVKey`
 */
export function parseHeldKey(text: string): HeldKey {
  const [first, second] = text.split('\n')
  const held = first!.startsWith(AGENT)
    ? { vkey: parseVKey(first!.slice(AGENT.length)), argv: null }
    : { vkey: parseVKey(first!.slice(COMMAND.length)), argv: parseArgv(second ?? '') }
  if (formatHeldKey(held) !== text) throw malformed('one spelling')
  if (!canBeForeign(held.vkey)) throw malformed('a sound Ed25519 key')
  return held
}

function parseArgv(json: string): string[] {
  const words = parseJson(json)
  // No operating system passes on a NUL.
  const isWord = (word: unknown) => typeof word === 'string' && !word.includes('\0')
  if (!Array.isArray(words) || !words[0] || !words.every(isWord)) {
    throw malformed('a program and its arguments, as a JSON array of texts')
  }
  return words
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function malformed(what: string): SignerError {
  return new SignerError('MALFORMED_HELD_KEY', `expected ${what} in a file of a key held elsewhere`)
}
