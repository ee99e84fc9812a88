/**
 * A resolver over whatever carries its messages.
 *
 * See https://www.rfc-editor.org/rfc/rfc1034 section 3.6.2 (aliases) and
 * https://www.rfc-editor.org/rfc/rfc4035 section 3.2.3 (the AD bit).
 *
 * @module
 */
import ipaddr from 'ipaddr.js'
import { type Message, parseMessage, parseText, type ResourceRecord, TYPES } from './message.ts'
import {
  type Dnssec,
  type RecordType,
  type Resolved,
  type Resolver,
  type Unreachable,
  unreachable,
} from './port.ts'

/**
 * Carries one question, and brings back the message that answers it, whole.
 *
 * @param name - as {@link Resolver.ask} has it
 */
export type Exchange = (name: string, type: RecordType) => Promise<Uint8Array | Unreachable>

/** The most aliases that are followed. */
const MAX_ALIASES = 8

/** RFC 1035 section 4.1.1 and the IANA registry of DNS RCODEs. */
const NO_ERROR = 0
const NAME_ERROR = 3
const CODES: Readonly<Record<number, string>> = {
  1: 'FORMERR: it did not understand the question',
  2: 'SERVFAIL: it could not find out, or signatures (DNSSEC) are wrong',
  4: 'NOTIMP: it does not answer such questions',
  5: 'REFUSED: it does not answer us',
}

/** A resolver. */
export function resolverOver(name: string, exchange: Exchange): Resolver {
  return { name, ask: (question, type) => ask(exchange, question.toLowerCase(), type) }
}

/** Resolvers answer with the whole chain of aliases; where one does not, its end is asked for. */
async function ask(
  exchange: Exchange,
  name: string,
  type: RecordType,
): Promise<Resolved | Unreachable> {
  const words: Dnssec[] = []
  const seen = [name]
  for (;;) {
    const answer = await exchange(seen.at(-1)!, type)
    if (!(answer instanceof Uint8Array)) return answer
    const message = parseMessage(answer)
    if (!message) return unreachable('its answer is malformed')
    const { code } = message
    if (code !== NO_ERROR && code !== NAME_ERROR) return unreachable(CODES[code] ?? `code ${code}`)
    const from = seen.length
    if (!follow(message.records, seen)) {
      return unreachable(`its aliases (CNAME) lead in a circle, or over more than ${MAX_ALIASES}`)
    }
    words.push(dnssecOf(message, seen.at(-1)!))
    const found = recordsOf(message.records, seen.at(-1)!, TYPES[type])
    if (found.length > 0 || code === NAME_ERROR || seen.length === from) {
      return resolved(found, type, agreed(words))
    }
  }
}

/** Adds to the names seen where their last one leads. @returns false where that has no end */
function follow(records: readonly ResourceRecord[], seen: string[]): boolean {
  for (;;) {
    const target = recordsOf(records, seen.at(-1)!, TYPES.CNAME)[0]?.target
    if (target === undefined || target === null) return true
    if (seen.includes(target) || seen.length > MAX_ALIASES) return false
    seen.push(target)
  }
}

function recordsOf(records: readonly ResourceRecord[], name: string, type: number) {
  return records.filter((record) => record.name === name && record.type === type)
}

function resolved(
  records: readonly ResourceRecord[],
  type: RecordType,
  dnssec: Dnssec,
): Resolved | Unreachable {
  const texts = type === 'TXT' ? records.map(({ data }) => parseText(data)) : []
  const addresses = type === 'TXT' ? [] : records.map(({ data }) => addressOf(data, type))
  if (texts.includes(null) || addresses.includes(null)) {
    return unreachable(`a ${type} record of its answer is malformed`)
  }
  return {
    outcome: 'answered',
    texts: texts.filter((text) => text !== null),
    addresses: addresses.filter((address) => address !== null),
    dnssec,
  }
}

function addressOf(data: Uint8Array, type: 'A' | 'AAAA'): string | null {
  return data.length === (type === 'A' ? 4 : 16) ? ipaddr.fromByteArray([...data]).toString() : null
}

/**
 * A resolver that validates says so where all of the answer is signed. One that gives signatures of
 * what was asked for without a word on them does not validate, and of one that knows no DNSSEC
 * nothing can be told.
 *
 * @param name - where the aliases of the answer end
 */
function dnssecOf({ authentic, dnssecOk, records }: Message, name: string): Dnssec {
  if (authentic) return 'secure'
  const signed = recordsOf(records, name, TYPES.RRSIG).length > 0
  return dnssecOk && !signed ? 'insecure' : 'unknown'
}

/** One word for several: theirs where it is the same, else `unknown`. */
export function agreed(words: readonly Dnssec[]): Dnssec {
  return words.every((word) => word === words[0]) ? (words[0] ?? 'unknown') : 'unknown'
}
