/**
 * `accord show`: what the log says of a party, a statement, an entry or an instrument, or what a
 * file says.
 *
 * @module
 */
import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { settled } from '../accord/agenda.ts'
import { parseAttestation } from '../accord/attestation.ts'
import { parseEntry } from '../accord/entry.ts'
import { domainOf, lastParty, partyById, registryOf } from '../accord/party.ts'
import type { Instrument, Party, State } from '../accord/state.ts'
import type { InstrumentV1 } from '../accord/statement.ts'
import { formatInstant, formatTime, isDigest, isDomain } from '../accord/text.ts'
import { versionOf, wordAt } from '../accord/word.ts'
import type { Log } from '../client/log.ts'
import { entriesOf } from '../client/replay.ts'
import { quoted } from '../client/sentences.ts'
import type { Answer, Common, Run } from './answer.ts'
import { controlLine, keySet, pendingLines } from './condition.ts'
import { instrumentLines } from './document.ts'
import { notFound } from './failure.ts'
import { showEntryBytes, showFile } from './file-view.ts'
import { replayWhole } from './ground.ts'
import { openTrusted, readPolicy } from './source.ts'
import { actOf } from './summary.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** Adds the command. */
export function showCommand(program: Command, run: Run): void {
  program
    .command('show')
    .argument('[what]', 'a domain, digest, index, instrument or file; else everything')
    .description('show what the log says: a party, an entry, all of a text; or what a file says')
    .action(run((terminal, options, [what]) => show(terminal, options, what)))
}

async function show(terminal: Terminal, options: Common, what?: string): Promise<Answer> {
  if (what && isFile(pathOf(terminal, what))) return showFile(terminal, what)
  const policyText = await readPolicy(terminal, options)
  const log = await openTrusted(terminal, options, policyText)
  if (what && /^\d+$/.test(what)) return showEntry(terminal, log, Number(what))
  const { memory } = await replayWhole(terminal, log)
  if (what && isDigest(what)) {
    const logged = memory.get('statement', what)
    if (logged) return showEntry(terminal, log, logged.index)
    throw notFound(`the log has no statement ${what}`)
  }
  const at = Math.max(terminal.now(), memory.time)
  const state = settled(memory, at)
  if (what === undefined) return showAll(memory, state, at)
  if (isDomain(what)) return showParty(log, state, what, at)
  const instrument = state.get('instrument', what)
  if (!instrument) throw notFound(`the log has no instrument ${what}`)
  return showInstrument(terminal, log, memory, state, instrument, at)
}

async function showEntry(terminal: Terminal, log: Log, index: number): Promise<Answer> {
  if (index >= log.checkpoint.size) throw notFound(`the log has ${log.checkpoint.size} entries`)
  const [bytes] = await log.readEntries(index, index + 1)
  return showEntryBytes(terminal, index, bytes!)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

type Lists = Awaited<ReturnType<typeof replayWhole>>['memory']

function showAll(memory: Lists, state: State, at: number): Answer {
  const { origin, keeping } = registryOf(state)
  const instruments = [...memory.list('instrument')].map(([id]) => state.get('instrument', id)!)
  const parties = [...memory.list('party')].map(([id]) => state.get('party', id)!)
  return {
    lines: [
      `${origin}, kept by ${quoted(keeping.depositary)}, ${memory.size} entries`,
      'instruments',
      ...instruments.map(
        (i) => `  ${i.id}  version ${i.versions.length}: ${quoted(i.versions.at(-1)!.title)}`,
      ),
      'parties',
      ...(parties.length === 0 ? ['  none yet'] : parties.map((p) => `  ${nameOf(p)}`)),
    ],
    data: {
      origin,
      size: memory.size,
      at: formatTime(at),
      instruments: instruments.map((i) => ({ id: i.id, versions: i.versions.length })),
      parties: parties.map((p) => ({ domain: p.domain, name: p.profile.name, id: p.id })),
    },
  }
}

function nameOf(party: Party): string {
  const ended = party.ended ? `, ${party.ended.how} ${formatTime(party.ended.at)}` : ''
  return `${party.domain}  ${quoted(party.profile.name)} (${party.kind}${ended})`
}

async function showParty(log: Log, state: State, domain: string, at: number): Promise<Answer> {
  const party = lastParty(state, domain)
  if (!party) throw notFound(`the log knows no party ${domain}`)
  const commitments = party.holdings.map((h) => ({
    instrument: h.instrument,
    word: wordFor(state, party, h.instrument, at),
    version: h.current?.version ?? null,
  }))
  const { profile } = party
  const { recovery } = profile
  const acts = await actsOf(log, domain)
  return {
    lines: [
      nameOf(party),
      ...rows('control', [controlLine(state, party, at)]),
      ...rows('pending', pendingLines(state, party)),
      ...rows('keys', [keySet(profile)]),
      ...rows('recovery', [recovery ? keySet(recovery) : 'none']),
      ...rows('before', formerLines(state, domain)),
      ...commitments.map((c) => `  ${c.instrument}  ${c.word}, version ${c.version}`),
      ...acts.map((a) => `  entry ${String(a.index).padEnd(5)} ${a.time}  ${a.act}`),
    ],
    data: { party: spelled(party), commitments, acts, at: formatTime(at) },
  }
}

/** Who bore the domain before: what they said is among its entries, and is not the party's. */
function formerLines(state: State, domain: string): string[] {
  const former = domainOf(state, domain).parties.slice(0, -1)
  return former
    .map((id) => partyById(state, id))
    .map((p) => `another party, from entry ${p.first.index} on: ${nameOf(p)}`)
}

function rows(name: string, values: readonly string[]): string[] {
  return values.map((value, i) => `  ${(i === 0 ? name : '').padEnd(12)}${value}`)
}

/** The fields of records that are POSIX seconds where they are numbers. */
const TIMES = ['at', 'since', 'until', 'signed', 'bound', 'first', 'last', 'mismatch', 'time']

/** A record with its times as statements spell them. */
function spelled(record: object): object {
  const text = JSON.stringify(record, (name, value: unknown) =>
    typeof value === 'number' && TIMES.includes(name) ? formatInstant(value) : value,
  )
  return JSON.parse(text) as object
}

/** What a domain has said, entry by entry. */
async function actsOf(log: Log, domain: string) {
  const acts: { index: number; time: string; act: string }[] = []
  for await (const [index, bytes] of entriesOf(log, log.checkpoint.size)) {
    const { time, attestation } = parseEntry(bytes)
    const { statement } = parseAttestation(attestation)
    if (statement.party === domain) {
      acts.push({ index, time: formatTime(time), act: actOf(statement) })
    }
  }
  return acts
}

function wordFor(state: State, party: Party, id: string, at: number): string {
  const current = party.holdings.find((h) => h.instrument === id)?.current ?? null
  if (!current) return 'none'
  const { terms } = versionOf(state.get('instrument', id)!, current.version)
  const word = wordAt(current, party, terms, at)
  return current.suspended ? `${word}, suspended` : word
}

/** An instrument: its versions, all of the latest one's text, and who has signed. */
async function showInstrument(
  terminal: Terminal,
  log: Log,
  memory: Lists,
  state: State,
  instrument: Instrument,
  at: number,
): Promise<Answer> {
  const text = await textOf(log, instrument.versions.at(-1)!.index)
  const held = [...memory.list('party')]
    .map(([id]) => state.get('party', id)!)
    .filter((p) => p.holdings.some((h) => h.instrument === instrument.id && h.current))
    .map((p) => ({ domain: p.domain, word: wordFor(state, p, instrument.id, at) }))
  const force = (v: Instrument['versions'][number]) =>
    v.terms.entry_into_force === null
      ? ''
      : v.inForce
        ? `, in force since ${formatTime(v.inForce.time)}`
        : `, in force with ${v.terms.entry_into_force} parties`
  return {
    lines: [
      `${instrument.id} (${instrument.kind})`,
      ...instrument.versions.map(
        (v) =>
          `  version ${v.version}, entry ${v.index}: ${quoted(v.title)}${force(v)}\n    ${v.digest}`,
      ),
      '',
      ...instrumentLines(text, terminal.columns),
      '',
      `as of ${formatTime(at)}`,
      ...(held.length === 0
        ? ['  nobody has signed']
        : held.map((h) => `  ${h.domain}  ${h.word}`)),
    ],
    data: { instrument: spelled(instrument), text, parties: held, at: formatTime(at) },
  }
}

async function textOf(log: Log, index: number): Promise<InstrumentV1> {
  const [bytes] = await log.readEntries(index, index + 1)
  return parseAttestation(parseEntry(bytes!).attestation).statement as InstrumentV1
}
