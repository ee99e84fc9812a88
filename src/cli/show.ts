/**
 * `accord show`: what the log says of a party, a statement, an entry or an instrument, or what a
 * file says.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { settled } from '../accord/agenda.ts'
import { parseAttestation } from '../accord/attestation.ts'
import { controlWord } from '../accord/control.ts'
import { parseEntry } from '../accord/entry.ts'
import { lastParty, registryOf } from '../accord/party.ts'
import type { Instrument, Party, State } from '../accord/state.ts'
import { formatTime, isDigest, isDomain } from '../accord/text.ts'
import { versionOf, wordAt } from '../accord/word.ts'
import type { Log } from '../client/log.ts'
import { entriesOf } from '../client/replay.ts'
import { quoted } from '../client/sentences.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { readSigned } from './files.ts'
import { replayWhole } from './ground.ts'
import { shortKey } from './keys.ts'
import { openTrusted, readPolicy } from './source.ts'
import { actOf, summarize } from './summary.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** Adds the command. */
export function showCommand(program: Command, run: Run): void {
  program
    .command('show')
    .argument('[what]', 'a domain, digest, index, instrument, .statement or .note; else everything')
    .description('show what the log says, or what a file says')
    .action(run((terminal, options, [what]) => show(terminal, options, what)))
}

async function show(terminal: Terminal, options: Common, what?: string): Promise<Answer> {
  if (what && /\.(statement|note)$/.test(what) && existsSync(pathOf(terminal, what))) {
    return showFile(terminal, what)
  }
  const policyText = await readPolicy(terminal, options)
  const log = await openTrusted(terminal, options, policyText)
  if (what && /^\d+$/.test(what)) return showEntry(log, Number(what))
  const { memory } = await replayWhole(terminal, log)
  if (what && isDigest(what)) {
    const logged = memory.get('statement', what)
    if (logged) return showEntry(log, logged.index)
    throw new CliError('NOT_FOUND', `the log has no statement ${what}`)
  }
  const at = Math.max(terminal.now(), memory.time)
  const state = settled(memory, at)
  if (what === undefined) return showAll(memory, state, at)
  if (isDomain(what)) return showParty(log, state, what, at)
  const instrument = state.get('instrument', what)
  if (!instrument) throw new CliError('NOT_FOUND', `the log has no instrument ${what}`)
  return showInstrument(memory, state, instrument, at)
}

async function showFile(terminal: Terminal, file: string): Promise<Answer> {
  const { statement, signatures } = await readSigned(terminal, [file])
  const by = signatures.map((s) => `${s.name}+${s.id}`)
  return {
    lines: [...summarize(statement), `  signed by     ${by.join(', ') || 'nobody yet'}`],
    data: { statement, signatures: by },
  }
}

async function showEntry(log: Log, index: number): Promise<Answer> {
  if (index >= log.checkpoint.size) {
    throw new CliError('NOT_FOUND', `the log has ${log.checkpoint.size} entries`)
  }
  const [bytes] = await log.readEntries(index, index + 1)
  const { time, attestation } = parseEntry(bytes!)
  const { statement, signatures, digest } = parseAttestation(attestation)
  const by = signatures.map((s) => `${s.name}+${s.id}`)
  return {
    lines: [
      `entry ${index}, ${formatTime(time)}`,
      ...summarize(statement),
      ...by.map((key, i) => `  ${(i === 0 ? 'signed by' : '').padEnd(14)}${key}`),
    ],
    data: { index, time: formatTime(time), digest, statement, signatures: by },
  }
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
  if (!party) throw new CliError('NOT_FOUND', `the log knows no party ${domain}`)
  const commitments = party.holdings.map((h) => ({
    instrument: h.instrument,
    word: wordFor(state, party, h.instrument, at),
    version: h.current?.version ?? null,
  }))
  const { keys, threshold, recovery } = party.profile
  const acts = await actsOf(log, domain)
  return {
    lines: [
      nameOf(party),
      `  control     ${controlWord(party, registryOf(state).rules, at)}`,
      `  keys        ${threshold} of ${keys.map((k) => shortKey(k.vkey)).join(', ')}`,
      `  recovery    ${recovery ? `${recovery.threshold} of ${recovery.keys.map((k) => shortKey(k.vkey)).join(', ')}` : 'none'}`,
      ...commitments.map((c) => `  ${c.instrument}  ${c.word}, version ${c.version}`),
      ...acts.map((a) => `  entry ${String(a.index).padEnd(5)} ${a.time}  ${a.act}`),
    ],
    data: { party, commitments, acts, at: formatTime(at) },
  }
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

function showInstrument(memory: Lists, state: State, instrument: Instrument, at: number): Answer {
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
      `as of ${formatTime(at)}`,
      ...(held.length === 0
        ? ['  nobody has signed']
        : held.map((h) => `  ${h.domain}  ${h.word}`)),
    ],
    data: { instrument, parties: held, at: formatTime(at) },
  }
}
