/**
 * What follows from a statement: the word it leads to, and from when. It is computed by the law,
 * from the log, and never taken from the registry's word.
 *
 * @module
 */
import { restingOn } from '../accord/commitment.ts'
import { apply } from '../accord/law.ts'
import { holdingOf, lastParty, livingParty } from '../accord/party.ts'
import { isRefusal } from '../accord/refusal.ts'
import { type Commitment, Draft, type Party, type State } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import { formatInstant } from '../accord/text.ts'
import { versionOf } from '../accord/word.ts'
import { ClientError } from '../client/error.ts'
import { replayLog } from '../client/replay.ts'
import type { Common } from './answer.ts'
import { commitmentLine } from './condition.ts'
import { CliError } from './failure.ts'
import { openTrusted } from './source.ts'
import { domainLines } from './summary.ts'
import type { Terminal } from './terminal.ts'

/**
 * What holds after a statement.
 *
 * @param after - the state after its entry
 * @param index - of its entry
 * @param at - the entry's time, in POSIX seconds
 */
export function outcomeLines(after: State, s: Statement, index: number, at: number): string[] {
  return [
    ...(after.get('agenda', '') ?? [])
      .filter((d) => d.index === index)
      .map((d) => `in effect from ${formatInstant(d.at)}`),
    ...(s.type === 'notice/v1' ? (WITHHOLDING[s.act] ?? []) : []),
    ...commitmentOutcome(after, s, at),
  ]
}

/** What follows from notices that change no word. */
const WITHHOLDING: Readonly<Record<string, readonly string[]>> = {
  erase: [
    'the registry deletes the cards of its officers, for good, from all statements of its party',
    'a card that another party sent with a statement of its own is erased by that statement',
    'copies in backups and elsewhere are for whoever holds them to delete',
  ],
  takedown: [
    'the registry answers 410 for its text, with this reason, and does not go back on it',
    "its entry stays in the log's tiles: whoever mirrors them has the text",
  ],
}

function commitmentOutcome(after: State, s: Statement, at: number): string[] {
  if (s.type === 'commitment/v1') {
    const party = lastParty(after, s.party)!
    const { current, waiting } = holdingOf(party, s.instrument.id)
    const line = (c: Commitment) => lineOf(after, party, s.instrument.id, c, at)
    return [
      ...(current ? [line(current)] : []),
      ...(waiting ? [`version ${waiting.version} waits beside: ${line(waiting)}`] : []),
    ]
  }
  const resting = s.type === 'notice/v1' ? restingOn(new Draft(after), s.subject) : null
  if (!resting) return []
  const { party, holding, commitment } = resting
  return [`${party.domain}: ${lineOf(after, party, holding.instrument, commitment, at)}`]
}

function lineOf(state: State, party: Party, id: string, c: Commitment, at: number): string {
  const { terms } = versionOf(state.get('instrument', id)!, c.version)
  return commitmentLine(party, terms, c, at)
}

/** Says what an entry has led to, by replaying the log up to it. */
export async function outcomeOf(
  terminal: Terminal,
  common: Common,
  policyText: string,
  index: number,
): Promise<string[]> {
  try {
    const log = await openTrusted(terminal, common, policyText)
    const [entry] = await log.readEntries(index, index + 1)
    const replay = await replayLog(log, { size: index })
    const seenRoot = (size: number) => replay.rootAt(size)
    const answer = apply(replay.memory, entry!, { seenRoot, verify: log.verify })
    if (isRefusal(answer)) return [`the law refuses this entry: ${answer.code}: ${answer.detail}`]
    const { state, statement } = answer
    return [
      ...outcomeLines(state, statement, index, state.time).map((line) => `  then       ${line}`),
      ...publishLines(replay.memory, statement),
    ]
  } catch (error) {
    if (!(error instanceof ClientError || error instanceof CliError)) throw error
    return [`  then       could not be read: ${error.message}`]
  }
}

/** What is to be published now, where an enrolment says so. */
function publishLines(before: State, s: Statement): string[] {
  if (s.type !== 'enrolment/v1') return []
  if (s.mode === 'first')
    return ['keep these published, on one channel or on both:', ...domainLines(s)]
  if (s.mode === 'recover')
    return ['keep these published, and only these, on one channel or on both:', ...domainLines(s)]
  const had = livingParty(before, s.party)?.profile.keys.map((k) => k.vkey) ?? []
  const has = s.keys.map((k) => k.vkey)
  const same = had.length === has.length && had.every((k) => has.includes(k))
  return same || s.mode !== 'rotate'
    ? []
    : ['publish exactly these now, take the old ones down:', ...domainLines(s)]
}
