/**
 * Asking a domain for its keys.
 *
 * See docs/spec/domain-binding.md, "Asking".
 *
 * @module
 */
import type { Check } from '../accord/state.ts'
import { type Digest, digestOf, formatTime } from '../accord/text.ts'
import { concat, fromUtf8 } from '../tlog/bytes.ts'
import { linesOf, recordName, WELL_KNOWN, wellKnownUrl } from './binding.ts'
import {
  type Https,
  type Page,
  type Resolved,
  type Resolver,
  type Unreachable,
  unreachable,
} from './port.ts'
import { type Reading, readLines, readRecords, type Sought, shown } from './reading.ts'
import { agreed } from './resolver.ts'

/** What was seen on one channel. */
export interface Sighting {
  /** As `verification/v1` logs it. */
  readonly check: Check
  /** Why there was no answer, in words; null where there was one. */
  readonly why: string | null
  /** What is nearly right there, and is not counted. */
  readonly remarks: readonly string[]
}

/** What is asked. */
export interface Question extends Sought {
  /** What is done by hand is not asked. */
  readonly methods: readonly Check['method'][]
  /** POSIX seconds. */
  readonly clock: () => number
}

/** How domains are asked. */
export interface Asking {
  /** At least one. They must agree. */
  readonly resolvers: readonly Resolver[]
  readonly https: Https
}

/** The most keys that a check holds. */
const MAX_KEYS = 16

/** What one channel said. */
interface Finding extends Reading {
  /** Of the whole answer; null where there was nothing. */
  readonly answer: Digest | null
  readonly dnssec: Check['evidence']['dnssec']
}

/**
 * Asks a domain by each method, once.
 *
 * @returns one sighting for each method but `manual`, all of one time: that of the last answer
 */
export async function askDomain(asking: Asking, question: Question): Promise<readonly Sighting[]> {
  const methods = question.methods.filter((method) => method !== 'manual')
  const findings = await Promise.all(
    methods.map((method) =>
      method === 'dns' ? askDns(asking, question) : askHttps(asking, question),
    ),
  )
  const at = formatTime(question.clock())
  return methods.map((method, i) => {
    const asked =
      method === 'dns'
        ? recordName(question.domain)
        : wellKnownUrl(question.domain, asking.https.port)
    return sightingOf({ subject: question.domain, method, at, asked }, findings[i]!)
  })
}

function sightingOf(
  { asked, ...about }: Pick<Check, 'subject' | 'method' | 'at'> & { readonly asked: string },
  finding: Finding | Unreachable,
): Sighting {
  if ('why' in finding) {
    const evidence = { asked, answer: null, dnssec: null }
    const check = { ...about, outcome: 'unreachable' as const, keys: [], evidence }
    return { check, why: finding.why, remarks: [] }
  }
  const { keys, remarks, answer, dnssec } = finding
  const evidence = { asked, answer, dnssec }
  const check = { ...about, outcome: 'answered' as const, keys: [...keys], evidence }
  return { check, why: null, remarks }
}

async function askDns({ resolvers }: Asking, sought: Sought): Promise<Finding | Unreachable> {
  const answers = await Promise.all(
    resolvers.map((resolver) => resolver.ask(recordName(sought.domain), 'TXT')),
  )
  const silent = answers.findIndex((answer) => answer.outcome === 'unreachable')
  if (silent >= 0) {
    return unreachable(`${resolvers[silent]!.name}: ${(answers[silent] as Unreachable).why}`)
  }
  const findings = (answers as Resolved[]).map((answer) => readTexts(answer, sought))
  const [first] = findings
  if (!first) throw new RangeError('expected at least one resolver')
  if (!findings.every(({ keys }) => keys.join() === first.keys.join())) {
    const said = findings.map(({ keys }, i) => `${resolvers[i]!.name} shows ${named(keys)}`)
    return unreachable(`the resolvers disagree: ${said.join('; ')}`)
  }
  return limited({
    keys: first.keys,
    remarks: [...new Set(findings.flatMap(({ remarks }) => remarks))],
    answer: findings.every(({ answer }) => answer === first.answer) ? first.answer : null,
    dnssec: agreed((answers as Resolved[]).map(({ dnssec }) => dnssec)),
  })
}

function readTexts({ texts, dnssec }: Resolved, sought: Sought): Finding {
  const lines = texts.map(fromUtf8).filter((text) => text !== null)
  return { ...readRecords(lines, sought), answer: answerDigest(texts), dnssec }
}

/** The digest of TXT records: each with LF after it, in the order of their bytes. */
function answerDigest(texts: readonly Uint8Array[]): Digest | null {
  if (texts.length === 0) return null
  const lines = texts.map((text) => concat(text, Uint8Array.of(0x0a))).sort(compareBytes)
  return digestOf(concat(...lines))
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i])
  return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1)
}

async function askHttps({ https }: Asking, sought: Sought): Promise<Finding | Unreachable> {
  const page = await https.get(sought.domain, WELL_KNOWN)
  if (page.outcome === 'unreachable') return page
  if (page.status === 404 || page.status === 410) {
    return { keys: [], remarks: [], answer: null, dnssec: null }
  }
  const fault = pageFault(page)
  if (fault !== null) return unreachable(fault)
  const body = fromUtf8(page.body)
  if (body === null) return unreachable('the file is not UTF-8')
  return limited({
    ...readLines(linesOf(body), sought),
    answer: digestOf(page.body),
    dnssec: null,
  })
}

/** Why a response is no file of keys; null where it is one. */
function pageFault({ status, type, location }: Page): string | null {
  if (status >= 300 && status < 400) {
    const to = location === null ? '' : ` to ${shown(location)}`
    return `it redirects${to}, status ${status}; redirects are not followed`
  }
  if (status !== 200) return `expected status 200, got ${status}`
  const plain = /^text\/plain *(;|$)/i.test(type ?? '')
  return plain ? null : `expected text/plain, got ${type === null ? 'no type' : shown(type)}`
}

/** More keys than a check holds cannot be logged, and a part of them would say what is not so. */
function limited(finding: Finding): Finding | Unreachable {
  const { length } = finding.keys
  if (length <= MAX_KEYS) return finding
  return unreachable(`it shows ${length} keys, and a check holds at most ${MAX_KEYS}`)
}

/** Keys as they are spoken of: `name+id`. */
export function named(keys: readonly string[]): string {
  return keys.map((key) => key.split('+', 2).join('+')).join(', ') || 'no keys'
}
