/**
 * `accord standing`: how a party stands under an instrument, computed from the log's own entries
 * and never from the registry's word.
 *
 * @module
 */
import type { Command } from 'commander'
import { settled } from '../accord/agenda.ts'
import { holdingOf, lastParty, partyById } from '../accord/party.ts'
import { type Standing, standing } from '../accord/standing.ts'
import type { State } from '../accord/state.ts'
import { formatTime } from '../accord/text.ts'
import { versionOf } from '../accord/word.ts'
import { replayLog } from '../client/replay.ts'
import { quoted } from '../client/sentences.ts'
import type { Answer, Common, Run } from './answer.ts'
import { controlLine, pendingLines, periodLine, renewalLine } from './condition.ts'
import { CliError, notFound } from './failure.ts'
import { withProgress } from './progress.ts'
import { openTrusted, readPolicy } from './source.ts'
import type { Terminal } from './terminal.ts'
import { parseCount, parseMoment } from './values.ts'

/** Adds the command. */
export function standingCommand(program: Command, run: Run): void {
  program
    .command('standing')
    .argument('<domain>', 'the party')
    .argument('<instrument>', 'the id of an instrument')
    .description('say how a party stands, computed from the log itself')
    .option('--at <when>', 'valid at: a time, or a day as it ends; by default now')
    .option('--size <n>', 'known at: by the first so many entries; by default all')
    .action(
      run<StandingOptions>((terminal, options, [domain, instrument]) =>
        ask(terminal, options, domain!, instrument!),
      ),
    )
}

interface StandingOptions extends Common {
  readonly at?: string
  readonly size?: string
}

async function ask(
  terminal: Terminal,
  options: StandingOptions,
  domain: string,
  instrument: string,
): Promise<Answer> {
  const at = options.at === undefined ? terminal.now() : parseMoment(options.at)
  const policyText = await readPolicy(terminal, options)
  const log = await openTrusted(terminal, options, policyText)
  const known = options.size === undefined ? log.checkpoint.size : parseCount(options.size)
  if (known < 1 || known > log.checkpoint.size) {
    throw new CliError('USAGE', `expected a size from 1 to ${log.checkpoint.size}, got ${known}`)
  }
  const { memory } = await withProgress(terminal, 'reading the log', (onProgress) =>
    replayLog(log, { size: known, at, onProgress }),
  )
  const party = lastParty(memory, domain)
  const found = party ? standing(memory, party.id, instrument, at) : null
  if (!found) {
    const what = party ? `instrument ${instrument}` : `party ${domain}`
    throw notFound(`the log knew no ${what} on ${formatTime(at)}`)
  }
  const future = at > terminal.now()
  const ahead = `${found.at} has not come: this is what would hold if nothing more were logged`
  const dated = datesOf(settled(memory, at), found, at)
  return {
    lines: [...(future ? [ahead] : []), ...describeStanding(found, known, dated)],
    data: { standing: found, known, future },
  }
}

/** The dates that a standing leaves out, in words. */
interface Dated {
  readonly control: readonly string[]
  readonly successor: readonly string[]
  readonly renewal: readonly string[]
  readonly period: readonly string[]
}

/** @param state - settled at the time asked about */
function datesOf(state: State, s: Standing, at: number): Dated {
  const party = partyById(state, s.party.id)
  const control = [controlLine(state, party, at), ...pendingLines(state, party)]
  const successor = successorLines(state, s)
  const { current } = holdingOf(party, s.instrument)
  if (!current) return { control, successor, renewal: [], period: [] }
  const { terms } = versionOf(state.get('instrument', s.instrument)!, current.version)
  const lines = [renewalLine, periodLine].map((line) => line(party, terms, current, at))
  const [renewal, period] = lines.map((line) => (line === null ? [] : [line]))
  return { control, successor, renewal: renewal!, period: period! }
}

/** Who has taken it over: by its domain and name, for an id says nothing to anybody. */
function successorLines(state: State, { commitment }: Standing): string[] {
  if (commitment.successor === null) return []
  const { domain, profile } = partyById(state, commitment.successor)
  return [`taken over by ${domain} (${quoted(profile.name)})`]
}

/** A standing in words. */
function describeStanding(s: Standing, known: number, dated: Dated): string[] {
  return [
    `${s.party.domain} (${quoted(s.party.name)}) under ${s.instrument}`,
    `as of ${s.at}, by the log at size ${known}`,
    ...row(
      'commitment',
      [...commitmentWords(s), ...dated.successor, ...dated.renewal],
      s.commitment.entries,
    ),
    ...row('version', versionWords(s), s.version.entries),
    ...row('control', dated.control, s.control.entries),
    ...row('reporting', [...reportingWords(s), ...dated.period], s.reporting.entries),
    ...row('caveats', caveatWords(s), s.caveats.entries),
  ]
}

function row(axis: string, words: readonly string[], entries: readonly number[]): string[] {
  const from = entries.length > 0 ? `(entries ${entries.join(', ')})` : '(no entry)'
  const lines = [...words, from].flatMap((w) => w.split('\n'))
  return lines.map((line, i) => `  ${(i === 0 ? axis : '').padEnd(12)}${line}`)
}

function commitmentWords({ commitment: c }: Standing): string[] {
  return [
    `${c.word}${c.suspended ? ', suspended: not counted as bound' : ''}`,
    ...lapseWords(c),
    ...(c.signed ? [`signed ${c.signed}`] : []),
    ...(c.bound ? [`bound since ${c.bound}`] : []),
    ...(c.until ? [`until ${c.until}`] : []),
    ...(c.withdrawal ? [`withdrawal in effect from ${c.withdrawal}`] : []),
    ...(c.waiting ? [`version ${c.waiting.version} waits beside: ${c.waiting.word}`] : []),
  ]
}

function lapseWords({ word, until }: Standing['commitment']): string[] {
  return word === 'lapsed' ? [`not renewed by ${until}; no reason is implied`] : []
}

function versionWords({ version: v }: Standing): string[] {
  if (v.word === 'none') return [`none signed; the latest is ${v.latest}`]
  const behind = v.word === 'superseded' ? `superseded, ${v.behind} behind` : 'current'
  return [`${behind}: version ${v.signed} of ${v.latest}`]
}

function reportingWords({ reporting: r }: Standing): string[] {
  if (r.word === 'missed') return [`missed: ${r.missed} period${r.missed === 1 ? '' : 's'}`]
  return [r.word === 'none-required' ? 'none required' : r.word]
}

function caveatWords({ caveats: c }: Standing): string[] {
  const made = [
    ...c.reservations.map((r) => `reservation to ${r.clause}: ${quoted(r.text)}`),
    ...c.declarations.map(
      (d) => `declares ${d.kind}: ${d.value}${d.text === '' ? '' : `: ${quoted(d.text)}`}`,
    ),
  ]
  return made.length > 0 ? made : ['none']
}
