/**
 * Trouble: what is wrong with a log as a whole, as reports, with the evidence where there is any.
 *
 * @module
 */
import { digestOf, formatTime } from '../accord/text.ts'
import type { Alarm } from '../client/alarm.ts'
import type { ClientError } from '../client/error.ts'
import { utf8 } from '../tlog/bytes.ts'
import { parseNote } from '../tlog/note.ts'
import { NOTHING, type Report } from './report.ts'

/** A report, and the evidence file that it names. */
export interface Trouble {
  readonly report: Report
  readonly alarm: Alarm | null
}

/**
 * The log contradicts what it served before, or serves nothing new.
 *
 * @param since - for a stale log: when it was last fresh, in POSIX seconds
 */
export function alarmReport(log: string, alarm: Alarm, since?: number): Trouble {
  const { kind, seen, checkpoints } = alarm
  const same = digestOf(utf8(samenessOf(alarm, since).join('\n'))).slice('sha256:'.length, 23)
  const name = `${kind}-${same}.accord-alarm`
  const [a, b] = checkpoints.map((note) => Number(note.split('\n')[1]))
  const fields = { id: `log/${kind}/${same}`, rule: 'log', log, at: seen, alarm: name } as const
  if (kind === 'fork') {
    const text = `${log} has forked: it signed a tree of ${a} entries and one of ${b} that cannot both be`
    return { report: { ...NOTHING, ...fields, text, advice: FORKED }, alarm }
  }
  if (kind === 'rollback') {
    const text = `${log} has gone back: it served a tree of ${a} entries, and now one of ${b}`
    return { report: { ...NOTHING, ...fields, text, advice: BACK }, alarm }
  }
  const text = `${log} is stale: since ${formatTime(since!)} it has had no fresh checkpoint; the newest is of ${a} entries`
  return { report: { ...NOTHING, ...fields, text, advice: STALE }, alarm }
}

/**
 * What is the same alarm, whenever it is seen. What is served may have other lines below it each time;
 * the first of a rollback is the one that was remembered, so that another episode is another alarm.
 */
function samenessOf(alarm: Alarm, since: number | undefined): readonly string[] {
  if (alarm.kind === 'fork') return alarm.checkpoints.map((note) => parseNote(note).text)
  if (alarm.kind === 'stale') return [parseNote(alarm.checkpoints[0]).text, String(since)]
  const [larger, smaller] = alarm.checkpoints
  return [larger, parseNote(smaller).text]
}

const FORKED =
  'The evidence file proves it, to anybody: accord verify FILE. Show it to the witnesses, the mirrors and others.'
const BACK =
  'A copy that lags is harmless, a rewritten log is not. Ask a mirror and the witnesses for the size they know; keep the evidence file.'
const STALE = 'Ask the depositary, a mirror and the witnesses whether the log goes on elsewhere.'

/** The log does not serve what it should. */
export function failureReport(log: string, error: ClientError, at: string): Trouble {
  const { code, message, index } = error
  const id = ['log', code, index ?? digestOf(utf8(message)).slice(7, 15)].join('/')
  const fields = { id, rule: 'log', log, at, text: `${log}: ${message}` } as const
  const advice = ADVICE[code] ?? null
  return { report: { ...NOTHING, ...fields, index: index ?? null, advice }, alarm: null }
}

const ADVICE: Readonly<Record<string, string>> = {
  ILLEGAL_ENTRY:
    'The registry has logged what its law refuses: accord fsck shows it to anybody. Entries after it are not told of.',
  BROKEN:
    'Read a mirror instead; if it says the same, tell others: accord fsck names the first file.',
  NOT_TRUSTED: 'Either the log, its keys or its witnesses have changed, or another log is served.',
  UNKNOWN_LAW: 'Install a newer version of this program.',
  OTHER_LOG: 'Watch each log with a folder of its own.',
}

/** What was wrong is so no more. */
export function resolvedReport(log: string, troubles: readonly string[], at: string): Report {
  const text = `${log} goes on from what was verified before; no more: ${troubles.join(', ')}`
  return { ...NOTHING, id: `log/good/${at}`, rule: 'log', log, at, text }
}
