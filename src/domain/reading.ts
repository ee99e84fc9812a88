/**
 * What is read from lines that a domain shows: keys, and words about those lines that nearly show
 * one. A company that misspelt its record sees why it is not counted.
 *
 * See docs/spec/domain-binding.md.
 *
 * @module
 */
import {
  type Binding,
  formatLine,
  formatRecord,
  keyFault,
  parseLine,
  parseRecord,
} from './binding.ts'

/** Whose keys are looked for. */
export interface Sought {
  /** The registry. */
  readonly origin: string
  readonly domain: string
}

/** What lines show. */
export interface Reading {
  /** Sorted, none twice. */
  readonly keys: readonly string[]
  /** What is nearly right, in words. */
  readonly remarks: readonly string[]
}

/** One channel's spelling of a binding. */
interface Spelling {
  parse(text: string): Binding | null
  format(binding: Binding): string
  /** Why a line that does not parse may have been meant for the registry, in words; else null. */
  slip(text: string, sought: Sought): string | null
}

const MOST_REMARKS = 8

/** Reads TXT records. */
export function readRecords(texts: readonly string[], sought: Sought): Reading {
  return read(texts, sought, { parse: parseRecord, format: formatRecord, slip: recordSlip })
}

/** Reads the lines of the file. */
export function readLines(lines: readonly string[], sought: Sought): Reading {
  return read(lines, sought, { parse: parseLine, format: formatLine, slip: lineSlip })
}

function read(texts: readonly string[], sought: Sought, spelling: Spelling): Reading {
  const keys = new Set<string>()
  const remarks: string[] = []
  for (const text of texts) {
    const binding = spelling.parse(text)
    const fault = binding ? bindingFault(binding, sought) : spelling.slip(text, sought)
    if (fault !== null) remarks.push(`${shown(text)}: ${fault}`)
    else if (binding?.origin === sought.origin) keys.add(binding.vkey)
  }
  return { keys: [...keys].sort(), remarks: some(remarks) }
}

/** As many as anybody reads: a file may hold thousands. */
function some(remarks: readonly string[]): readonly string[] {
  const more = remarks.length - MOST_REMARKS
  return more > 0 ? [...remarks.slice(0, MOST_REMARKS), `and ${more} more`] : remarks
}

/** Null for a key of the domain, and for what is for another registry. */
function bindingFault({ origin, vkey }: Binding, sought: Sought): string | null {
  if (origin === sought.origin) return keyFault(vkey, sought.domain)
  return bare(origin) === bare(sought.origin) ? `the registry is spelled ${sought.origin}` : null
}

function recordSlip(text: string, { origin }: Sought): string | null {
  if (!/accord\s*=|vkey\s*=/i.test(text)) return null
  const field = (name: string) => new RegExp(`${name}\\s*=\\s*([^;\\s"\\\\]+)`, 'i').exec(text)?.[1]
  const registry = field('registry')
  if (registry !== undefined && bare(registry) !== bare(origin)) return null
  const missing = ['accord', 'registry', 'vkey'].filter((name) => field(name) === undefined)
  if (missing.length > 0) return `there is no ${missing.map((name) => `${name}=`).join(', no ')}`
  if (/["\\]/.test(text)) return 'there are quotation marks or backslashes in the record itself'
  if (/[^ -~]/.test(text)) return 'there are characters in it that are not printable ASCII'
  if (!/accord=v1;/.test(text)) return 'expected it to begin with accord=v1; in lower case'
  return 'expected one space after each semicolon, none elsewhere, and the fields in order'
}

function lineSlip(text: string, { origin }: Sought): string | null {
  const words = text.split(/[\s,;="']+/).filter((word) => word !== '' && word !== '\uFEFF')
  const meant = words.some((word) => bare(word) === bare(origin))
  if (!meant) return null
  if (text.endsWith('\r')) return 'expected the line to end with LF alone, not CR LF'
  if (text.startsWith('\uFEFF')) return 'there is a byte order mark before it'
  if (text.startsWith('accord=')) return 'expected a line of the file, not a DNS record'
  return 'expected the origin, one space and the vkey, and nothing else'
}

/** An origin without what people add to it or change in it. */
function bare(origin: string): string {
  return origin
    .toLowerCase()
    .replace(/^\uFEFF?https?:\/\//, '')
    .replace(/\/+$/, '')
}

/** A text as it can be repeated to anybody: short, printable, on one line. */
export function shown(text: string): string {
  const printable = text.replace(/[^ -~]/g, '?')
  return `"${printable.length > 200 ? `${printable.slice(0, 200)}...` : printable}"`
}
