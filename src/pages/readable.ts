/**
 * Evidence as files that people read: the statement, the text it is about, everything it rests on.
 * They follow from the evidence alone, so that a verifier can make them again and compare.
 *
 * See docs/spec/evidence.md.
 *
 * @module
 */
import { parseAttestation } from '../accord/attestation.ts'
import { parseEntry } from '../accord/entry.ts'
import { parseEvidence } from '../accord/evidence.ts'
import type { InstrumentV1, Statement, VerificationV1 } from '../accord/statement.ts'
import { formatStatement } from '../accord/statement.ts'
import type { Digest } from '../accord/text.ts'
import { utf8 } from '../tlog/bytes.ts'
import { sayOpenTo, sayTerms } from './english.ts'
import { READABLE as t } from './english-pack.ts'
import type { Files } from './zip.ts'

/** An entry of evidence, read. */
interface Read {
  readonly index: number
  readonly attestation: Uint8Array
  readonly digest: Digest
  readonly statement: Statement
}

/**
 * The files, by their paths.
 *
 * @param evidence - the text of an evidence file
 * @throws {AccordError} `MALFORMED`
 */
export function readableFiles(evidence: string): Files {
  const entries = parseEvidence(evidence).entries.map(({ index, entry }) => readEntry(index, entry))
  const subject = entries.at(-1)!
  const text = textOf(subject, entries)
  return new Map([
    ['statement.json', utf8(formatStatement(subject.statement))],
    ['attestation.note', subject.attestation],
    ...(text ? [['instrument.txt', utf8(formatInstrument(text))] as const] : []),
    ['domains.txt', utf8(formatChecks(entries))],
    ...entries.map((entry) => [pathOf(entry, subject.index), entry.attestation] as const),
  ])
}

function readEntry(index: number, entry: Uint8Array): Read {
  const { attestation } = parseEntry(entry)
  const { statement, digest } = parseAttestation(attestation)
  return { index, attestation, digest, statement }
}

/** Indexes have as many digits as the last of them, so that files are listed in order. */
function pathOf({ index, statement }: Read, last: number): string {
  const padded = String(index).padStart(String(last).length, '0')
  return `entries/${statement.party}/${padded}-${statement.type.replace('/v1', '')}.note`
}

type Text = Read & { readonly statement: InstrumentV1 }

/** The text that a statement is about; of a notice, the one that its subject is about. */
function textOf(of: Read, entries: readonly Read[]): Text | null {
  const { statement: s } = of
  if (s.type === 'instrument/v1') return { ...of, statement: s }
  const named = s.type === 'notice/v1' ? s.subject : 'instrument' in s ? s.instrument.digest : null
  const found = entries.find(({ digest, index }) => digest === named && index < of.index)
  return found ? textOf(found, entries) : null
}

function formatInstrument({ index, digest, statement: s }: Text): string {
  const { id, version, title, language, preamble, clauses, open_to, terms, sources } = s
  return [
    title,
    '',
    t.version(version, id),
    `${t.language} ${language}`,
    `${t.digest} ${digest}`,
    `${t.entry} ${index}`,
    ...(preamble === '' ? [] : ['', preamble]),
    ...clauses.flatMap((clause) => ['', `${clause.id}  ${clause.title}`, '', clause.text]),
    '',
    t.terms,
    '',
    `${sayOpenTo(open_to)}.`,
    ...sayTerms(terms).map(([name, says]) => `${name}: ${says}`),
    ...(sources.length === 0 ? [] : ['', t.sources, '', ...sources]),
    '',
  ].join('\n')
}

/** Of the domains that speak in the evidence; a verification may tell of others, too. */
function formatChecks(entries: readonly Read[]): string {
  const speak = new Set(entries.map(({ statement }) => statement.party))
  const told = entries.flatMap((entry) =>
    entry.statement.type === 'verification/v1'
      ? entry.statement.checks
          .filter(({ subject }) => speak.has(subject))
          .map((check) => formatCheck(entry, check))
      : [],
  )
  return told.length === 0 ? `${t.noChecks}\n` : `${t.checks}\n\n${told.join('\n')}`
}

function formatCheck({ index }: Read, check: VerificationV1['checks'][number]): string {
  const { subject, method, at, outcome, keys, evidence } = check
  const facts = [
    [t.at, at],
    [t.method, t.methods[method]],
    [t.asked, JSON.stringify(evidence.asked)],
    [t.outcome, t.outcomes[outcome]],
    ...(evidence.dnssec === null ? [] : [[t.dnssec, evidence.dnssec]]),
    [t.keys, keys.length === 0 ? t.noKeys : keys.join(`\n${' '.repeat(11)}`)],
  ]
  const lines = facts.map(([name, value]) => `  ${`${name}`.padEnd(8)} ${value}\n`)
  return `${subject} (${t.entry} ${index})\n${lines.join('')}`
}
