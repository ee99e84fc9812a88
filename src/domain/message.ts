/**
 * DNS messages: the questions that are asked here, and as much of the answers as they need.
 *
 * See https://www.rfc-editor.org/rfc/rfc1035 section 4, and for EDNS
 * https://www.rfc-editor.org/rfc/rfc6891.
 *
 * @module
 */
import { concat, equal, utf8 } from '../tlog/bytes.ts'
import type { RecordType } from './port.ts'

/** The numbers of record types. */
export const TYPES: Readonly<Record<RecordType | 'CNAME' | 'RRSIG', number>> = {
  A: 1,
  CNAME: 5,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
}
const OPT = 41
const INTERNET = 1

const HEADER = 12
/** Recursion desired; authentic data: the answer's bit is asked for (RFC 6840 section 5.7). */
const QUERY_FLAGS = 0x0120
const RESPONSE = 0x8000
const OPCODE = 0x7800
const TRUNCATED = 0x0200
const AUTHENTIC = 0x0020
/** DNSSEC OK: signatures may come along (RFC 3225). */
const DNSSEC_OK = 0x8000
/** How large a datagram may be so that it is not fragmented: https://dnsflagday.net/2020/. */
const DATAGRAM = 1232

/** A record of an answer. */
export interface ResourceRecord {
  /** In lower case, without a point at its end. */
  readonly name: string
  readonly type: number
  readonly data: Uint8Array
  /** Where a CNAME leads; null for other types. */
  readonly target: string | null
}

/** An answer. */
export interface Message {
  /** How it went, RFC 1035 section 4.1.1 and RFC 6891 section 6.1.3: 0 good, 3 no such name. */
  readonly code: number
  /** The resolver says that it validated every record. */
  readonly authentic: boolean
  /** The resolver knows DNSSEC, and would have given signatures. */
  readonly dnssecOk: boolean
  /** The answer section, class IN. */
  readonly records: readonly ResourceRecord[]
}

/**
 * Formats a question to a recursive resolver.
 *
 * @param id - 0 to 65535
 * @returns null for a name that no message can hold
 */
export function formatQuery(id: number, name: string, type: RecordType): Uint8Array | null {
  const labels = name.split('.').map(utf8)
  const length = labels.reduce((sum, label) => sum + label.length + 1, 1)
  if (length > 255 || labels.some((l) => l.length < 1 || l.length > 63)) return null
  const words = (...values: number[]) => Uint8Array.from(values.flatMap((v) => [v >> 8, v & 0xff]))
  return concat(
    words(id, QUERY_FLAGS, 1, 0, 0, 1),
    ...labels.map((label) => concat(Uint8Array.of(label.length), label)),
    Uint8Array.of(0),
    words(TYPES[type], INTERNET),
    Uint8Array.of(0),
    words(OPT, DATAGRAM, 0, DNSSEC_OK, 0),
  )
}

/** Whether bytes answer this question: a response with its id and, but for case, its question. */
export function isAnswerTo(query: Uint8Array, bytes: Uint8Array): boolean {
  const end = query.length - 11
  if (bytes.length < end || !equal(bytes.subarray(0, 2), query.subarray(0, 2))) return false
  const flags = word(bytes, 2)
  if ((flags & RESPONSE) === 0 || (flags & OPCODE) !== 0 || word(bytes, 4) !== 1) return false
  return lower(query.subarray(HEADER, end)) === lower(bytes.subarray(HEADER, end))
}

/** Whether an answer was cut, so that the rest must be asked for over TCP. */
export function isTruncated(answer: Uint8Array): boolean {
  return (word(answer, 2) & TRUNCATED) !== 0
}

/** Parses an answer; null where it is malformed. */
export function parseMessage(bytes: Uint8Array): Message | null {
  try {
    return readMessage(new Reader(bytes))
  } catch (e) {
    if (e instanceof Malformed) return null
    throw e
  }
}

function readMessage(reader: Reader): Message {
  reader.skip(2)
  const flags = reader.word()
  const counts = [reader.word(), reader.word(), reader.word(), reader.word()] as const
  for (let i = 0; i < counts[0]; i++) {
    reader.name()
    reader.skip(4)
  }
  const answers = readRecords(reader, counts[1])
  readRecords(reader, counts[2])
  const opt = readRecords(reader, counts[3]).find(({ type }) => type === OPT)
  return {
    code: (flags & 0xf) | (((opt?.ttl ?? 0) >>> 24) << 4),
    authentic: (flags & AUTHENTIC) !== 0,
    dnssecOk: opt !== undefined && (opt.ttl & DNSSEC_OK) !== 0,
    records: answers.filter((record) => record.class === INTERNET),
  }
}

interface RawRecord extends ResourceRecord {
  readonly class: number
  readonly ttl: number
}

function readRecords(reader: Reader, count: number): RawRecord[] {
  return Array.from({ length: count }, () => {
    const name = reader.name()
    const [type, klass] = [reader.word(), reader.word()]
    const ttl = reader.word() * 0x10000 + reader.word()
    const length = reader.word()
    const target = type === TYPES.CNAME ? reader.nameWithin(length) : null
    return { name, type, class: klass, ttl, data: reader.take(length), target }
  })
}

/** The character-strings of a TXT record, joined; null where they do not fill it. */
export function parseText(data: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = []
  for (let at = 0; at < data.length; ) {
    const end = at + 1 + data[at]!
    if (end > data.length) return null
    parts.push(data.subarray(at + 1, end))
    at = end
  }
  return parts.length === 0 ? null : concat(...parts)
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

/** Bytes as text, one character each, ASCII letters in lower case. */
function lower(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text.replace(/[A-Z]/g, (c) => c.toLowerCase())
}

class Malformed extends Error {}

/** Reads a message from its beginning. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new Malformed()
    this.#at += length
    return this.#bytes.slice(this.#at - length, this.#at)
  }

  skip(length: number): void {
    this.take(length)
  }

  word(): number {
    return word(this.take(2), 0)
  }

  name(): string {
    const [name, end] = this.#nameAt(this.#at)
    this.#at = end
    return name
  }

  /** The name that fills the next bytes, which stay to be read. */
  nameWithin(length: number): string {
    const [name, end] = this.#nameAt(this.#at)
    if (end !== this.#at + length) throw new Malformed()
    return name
  }

  /**
   * A name, and where reading goes on after it. A pointer leads back to before the labels that it
   * ends, so that every name has an end. What is no letter, digit, hyphen or underscore is escaped:
   * a point in a label is none between labels.
   */
  #nameAt(start: number): [name: string, end: number] {
    const labels: string[] = []
    let end: number | null = null
    let length = 1
    for (let at = start, run = start; ; ) {
      const size = this.#byte(at)
      if (size === 0) return [labels.join('.'), end ?? at + 1]
      if (size >= 0xc0) {
        const to = ((size & 0x3f) << 8) | this.#byte(at + 1)
        if (to >= run) throw new Malformed()
        end ??= at + 2
        at = run = to
        continue
      }
      length += size + 1
      if (size > 63 || length > 255) throw new Malformed()
      this.#byte(at + size)
      labels.push(labelOf(this.#bytes.subarray(at + 1, at + 1 + size)))
      at += size + 1
    }
  }

  #byte(at: number): number {
    const byte = this.#bytes[at]
    if (byte === undefined) throw new Malformed()
    return byte
  }
}

function labelOf(bytes: Uint8Array): string {
  return lower(bytes).replace(
    /[^a-z0-9_-]/g,
    (c) => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`,
  )
}
