/**
 * Entries: the leaves of the log.
 *
 * ```text
 * accord-entry/v1
 * time <POSIX seconds>
 * <the attestation, byte for byte>
 * ```
 *
 * See docs/spec/entry.md.
 *
 * @module
 */
import { concat, fromUtf8, parseDecimal, utf8 } from '../tlog/bytes.ts'
import { AccordError } from './error.ts'
import { LAST_TIME } from './text.ts'

/** Greatest size of an entry in bytes: what an entry bundle can hold. */
export const MAX_ENTRY = 65_535

const HEAD = 'accord-entry/v1\n'

/** An entry, its attestation unread. */
export interface Entry {
  /** The registry's clock when it sequenced the entry, in POSIX seconds. */
  readonly time: number
  /** The note's bytes. */
  readonly attestation: Uint8Array
}

/** Formats an entry. */
export function formatEntry(entry: Entry): Uint8Array {
  if (!(Number.isSafeInteger(entry.time) && entry.time >= 0 && entry.time <= LAST_TIME)) {
    throw new RangeError(`an entry's time is 0 to ${LAST_TIME} seconds, got ${entry.time}`)
  }
  return concat(utf8(`${HEAD}time ${entry.time}\n`), entry.attestation)
}

/**
 * Parses an entry.
 *
 * @throws {AccordError} `MALFORMED`
 */
export function parseEntry(bytes: Uint8Array): Entry {
  if (bytes.length > MAX_ENTRY) throw malformed(`an entry has at most ${MAX_ENTRY} bytes`)
  const head = bytes.subarray(0, HEAD.length)
  const end = bytes.indexOf(0x0a, HEAD.length)
  const line = end < 0 ? null : fromUtf8(bytes.subarray(HEAD.length, end))
  if (fromUtf8(head) !== HEAD || !line?.startsWith('time ')) throw malformed('no entry header')
  const time = parseDecimal(line.slice('time '.length))
  if (time === null || time > LAST_TIME) throw malformed('the time is POSIX seconds')
  return { time, attestation: bytes.subarray(end + 1) }
}

function malformed(detail: string): AccordError {
  return new AccordError('MALFORMED', detail)
}
