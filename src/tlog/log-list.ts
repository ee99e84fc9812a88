/**
 * Lists of logs that a witness is configured with.
 *
 * See https://c2sp.org/tlog-witness and https://github.com/transparency-dev/witness-network.
 *
 * @module
 */
import { ED25519, parseVKey, type VKey } from '../../keys/vkey.ts'
import { fromUtf8, parseDecimal } from './bytes.ts'
import { TlogError } from './error.ts'

const HEADER = 'logs/v0'
const MAX_QPD = 2 ** 31 - 1

/** A log of a list. */
export interface ListedLog {
  /** The key's name where the list says nothing else. */
  readonly origin: string
  /** Of type 0x01. */
  readonly vkey: VKey
  /** How many checkpoints it may send in a day, 1 to 2^31 - 1. */
  readonly qpd: number
  readonly contact: string
}

/**
 * Parses a list: `vkey`, perhaps `origin`, `qpd` and `contact` of each log, in this order.
 *
 * @throws {TlogError} `MALFORMED_LOG_LIST`, with the line's number
 */
export function parseLogList(list: Uint8Array | string): ListedLog[] {
  const text = typeof list === 'string' ? list : fromUtf8(list)
  if (!text?.isWellFormed()) throw malformed('expected UTF-8')
  const [header, ...lines] = linesOf(text)
  if (header?.text !== HEADER) throw malformed(`expected ${HEADER} first`)
  const logs: ListedLog[] = []
  while (lines.length > 0) {
    const log = takeLog(lines)
    if (logs.some(({ origin }) => origin === log.origin)) {
      throw malformed(`${log.origin} stands there twice`)
    }
    logs.push(log)
  }
  return logs
}

/** Whether a text means to be such a list. */
export function isLogList(text: string): boolean {
  return linesOf(text)[0]?.text === HEADER
}

interface Line {
  readonly number: number
  readonly text: string
}

/** Lines that say something. */
function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line, i) => ({ number: i + 1, text: line.replace(/^[ \t]+|[ \t]+$/g, '') }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'))
}

function takeLog(lines: Line[]): ListedLog {
  const key = take(lines, 'vkey', parseKey)
  const named = lines[0]?.text.startsWith('origin ')
  const origin = named ? take(lines, 'origin', parseOrigin) : key.name
  const qpd = take(lines, 'qpd', parseQpd)
  return { origin, vkey: key, qpd, contact: take(lines, 'contact', (text) => text) }
}

function take<T>(lines: Line[], word: string, parse: (value: string) => T): T {
  const line = lines.shift()
  if (!line) throw malformed(`expected ${word} before the end`)
  const [, found, value] = /^(\S+)[ \t]+(.+)$/.exec(line.text) ?? []
  if (found !== word) throw malformed(`line ${line.number}: expected ${word} and its value`)
  try {
    return parse(value!)
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw malformed(`line ${line.number}: ${cause.message}`, cause)
  }
}

function parseKey(text: string): VKey {
  const vkey = parseVKey(text)
  if (vkey.type !== ED25519) throw malformed('expected a key of type 0x01')
  return vkey
}

function parseOrigin(text: string): string {
  if (!/^[^\s+]+$/.test(text)) throw malformed('expected an origin without space or plus')
  return text
}

function parseQpd(text: string): number {
  const n = parseDecimal(text)
  if (n === null || n < 1 || n > MAX_QPD) throw malformed(`expected 1 to ${MAX_QPD}`)
  return n
}

function malformed(message: string, cause?: unknown): TlogError {
  return new TlogError('MALFORMED_LOG_LIST', message, { cause })
}
