/**
 * What asking a domain needs of the world: resolvers, and one file over HTTPS. Answers are data:
 * nothing that a network does makes these reject.
 *
 * @module
 */

/** The types of records that are asked for. */
export type RecordType = 'TXT' | 'A' | 'AAAA'

/** Nothing was learned. */
export interface Unreachable {
  readonly outcome: 'unreachable'
  /** In words: lower case, no period. */
  readonly why: string
}

/** What a resolver says of the validation of an answer; `unknown` where it validates nothing. */
export type Dnssec = 'secure' | 'insecure' | 'unknown'

/** Records, or none where the name or the type does not exist. */
export interface Resolved {
  readonly outcome: 'answered'
  /** Of `TXT`: each record's character-strings, joined. */
  readonly texts: readonly Uint8Array[]
  /** Of `A` and `AAAA`: addresses as text. */
  readonly addresses: readonly string[]
  readonly dnssec: Dnssec
}

/** A recursive resolver. */
export interface Resolver {
  /** By what it is called in words: its address. */
  readonly name: string
  /**
   * Asks for the records of a name. Aliases (CNAME) are followed.
   *
   * @param name - labels with points between them, and none at the end
   */
  ask(name: string, type: RecordType): Promise<Resolved | Unreachable>
}

/** The most bytes of a file that are read. */
export const MAX_BODY = 65_536

/** A response to one request. */
export interface Page {
  readonly outcome: 'answered'
  readonly status: number
  /** The `content-type`, as it came. */
  readonly type: string | null
  /** The `location`, as it came. */
  readonly location: string | null
  /** At most {@link MAX_BODY} bytes. Only that of status 200 is read. */
  readonly body: Uint8Array
}

/** Files of domains. */
export interface Https {
  /** The port that is asked: 443, but in closed networks. */
  readonly port: number
  /**
   * Asks for a file: one request, without credentials; no redirect is followed, and the certificate
   * is of the domain.
   *
   * @param path - with a leading slash
   */
  get(domain: string, path: string): Promise<Page | Unreachable>
}

/** The outcome of learning nothing. */
export function unreachable(why: string): Unreachable {
  return { outcome: 'unreachable', why }
}

/** Of a domain that is no name of a host: what it is read as was checked by nobody. */
export const NO_HOST_NAME = unreachable(
  'it is no name of a host: it is read as an address, or a label that begins with xn-- is malformed',
)
