/**
 * Values as a command line spells them.
 *
 * @module
 */
import { DAY, formatTime, parseTime } from '../accord/text.ts'
import { CliError } from './failure.ts'

/** A day, `2027-11-22`, which is its first second in UTC; or a time, `2027-11-22T15:17:00Z`. */
export function parseWhen(text: string): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text
  if (parseTime(time) !== null) return time
  throw new CliError('USAGE', `expected YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, got ${text}`)
}

/** A time at which something is asked about, in POSIX seconds; a day is asked about as it ends. */
export function parseMoment(text: string): number {
  const begin = parseTime(parseWhen(text))!
  return text.includes('T') ? begin : begin + DAY - 1
}

/** A number without sign or point. */
export function parseCount(text: string): number {
  const n = Number(text)
  if (/^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(n)) return n
  throw new CliError('USAGE', `expected a number, got ${text}`)
}

/** `NAME=VALUE`, at the first `=`. */
export function parsePair(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1) throw new CliError('USAGE', `expected NAME=VALUE, got ${text}`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Midnight before so many days after an instant: dates are easier to keep than seconds. */
export function daysAfter(seconds: number, days: number): string {
  return formatTime(Math.floor((seconds + days * DAY) / DAY) * DAY)
}
