/**
 * Standing: what a party's commitment to an instrument is, at a time, on five axes.
 *
 * See docs/spec/law.md, "Standing".
 *
 * @module
 */
import { settled } from './agenda.ts'
import { type ControlWord, controlWord } from './control.ts'
import { demandLaw } from './law.ts'
import { holdingOf, registryOf } from './party.ts'
import { type ReportingWord, reportingAt } from './report.ts'
import type {
  Commitment,
  Control,
  Declaration,
  Instrument,
  Method,
  Party,
  Reservation,
  Rules,
  State,
} from './state.ts'
import { type Digest, formatInstant, formatTime } from './text.ts'
import { isBinding, versionOf, type Word, wordAt } from './word.ts'

/** An answer on five axes; each names the entries that decide it. */
export interface Standing {
  readonly party: { readonly id: Digest; readonly domain: string; readonly name: string }
  readonly instrument: string
  /** *Valid at*: the time asked about. */
  readonly at: string
  /** *Known at*: how many entries decide. */
  readonly size: number
  readonly commitment: {
    readonly word: Word
    readonly suspended: boolean
    readonly signed: string | null
    readonly bound: string | null
    readonly until: string | null
    /** When a withdrawal takes or took effect. */
    readonly withdrawal: string | null
    /** For `succeeded`: who took over. */
    readonly successor: Digest | null
    /** A later version signed that does not bind yet. */
    readonly waiting: { readonly version: number; readonly word: Word } | null
    readonly entries: readonly number[]
  }
  readonly version: {
    readonly word: 'none' | 'current' | 'superseded'
    readonly signed: number | null
    readonly latest: number
    readonly behind: number
    readonly entries: readonly number[]
  }
  readonly control: {
    readonly word: ControlWord
    /** By which method the keys were last seen at the domain; null where they never were. */
    readonly method: Method | null
    readonly entries: readonly number[]
  }
  readonly reporting: {
    readonly word: ReportingWord
    readonly missed: number
    readonly entries: readonly number[]
  }
  readonly caveats: {
    readonly reservations: readonly Reservation[]
    readonly declarations: readonly Declaration[]
    readonly entries: readonly number[]
  }
}

/**
 * The standing of a party under an instrument.
 *
 * @param state - after the last entry whose time is not after `at`, among those known
 * @param party - the party's id
 * @param at - POSIX seconds, not before the state's time
 * @returns null where the state knows no such party or instrument
 * @throws {AccordError} `UNKNOWN_LAW` where another law is in force at that time
 */
export function standing(
  state: State,
  party: string,
  instrument: string,
  at: number,
): Standing | null {
  if (at < state.time) throw new RangeError('ask the state of that time')
  const now = settled(state, at)
  demandLaw(registryOf(now).rules)
  const who = now.get('party', party)
  const text = now.get('instrument', instrument)
  return who && text ? answer(now, who, text, at) : null
}

function answer(state: State, party: Party, instrument: Instrument, at: number): Standing {
  const { current, waiting } = holdingOf(party, instrument.id)
  const { rules } = registryOf(state)
  return {
    party: { id: party.id, domain: party.domain, name: party.profile.name },
    instrument: instrument.id,
    at: formatTime(at),
    size: state.size,
    commitment: commitmentAxis(current, waiting, party, instrument, at),
    version: versionAxis(current, instrument),
    control: controlAxis(party, rules, at),
    reporting: reportingAxis(current, party, instrument, at),
    caveats: caveatsAxis(state, current),
  }
}

function commitmentAxis(
  c: Commitment | null,
  waiting: Commitment | null,
  party: Party,
  instrument: Instrument,
  at: number,
): Standing['commitment'] {
  const wordOf = (k: Commitment | null) =>
    k ? wordAt(k, party, versionOf(instrument, k.version).terms, at) : 'none'
  return {
    word: wordOf(c),
    suspended: c?.suspended ?? false,
    signed: timeOrNull(c?.signed),
    bound: timeOrNull(c?.bound),
    until: timeOrNull(c?.until),
    withdrawal: timeOrNull(c?.withdrawal?.at),
    successor: c?.to ?? null,
    waiting: waiting && { version: waiting.version, word: wordOf(waiting) },
    entries: [...(c?.acts ?? []), ...(waiting?.acts ?? [])],
  }
}

function timeOrNull(seconds: number | null | undefined): string | null {
  return seconds == null ? null : formatInstant(seconds)
}

function versionAxis(c: Commitment | null, instrument: Instrument): Standing['version'] {
  const latest = instrument.versions.length
  const signed = c?.version ?? null
  const behind = signed === null ? 0 : latest - signed
  const entries = [...new Set([signed ?? latest, latest])].map(
    (v) => versionOf(instrument, v).index,
  )
  const word = signed === null ? 'none' : behind > 0 ? 'superseded' : 'current'
  return { word, signed, latest, behind, entries }
}

function controlAxis(party: Party, rules: Rules, at: number): Standing['control'] {
  const { control } = party
  const word = controlWord(party, rules, at)
  return { word, method: control.hit?.method ?? null, entries: controlEntries(party, control) }
}

function controlEntries(party: Party, { hit, misses }: Control): number[] {
  const pending = party.pending?.mode === 'recover' ? [party.pending.index] : []
  return [...(hit ? [hit.index] : []), ...(misses ? [misses.index] : []), ...pending]
}

function reportingAxis(
  c: Commitment | null,
  party: Party,
  instrument: Instrument,
  at: number,
): Standing['reporting'] {
  if (!c) return { word: 'none-required', missed: 0, entries: [] }
  const { terms } = versionOf(instrument, c.version)
  // Who is bound no more can report no more: nothing is missed from then on.
  if (!isBinding(wordAt(c, party, terms, at))) {
    return { word: 'none-required', missed: 0, entries: c.acts }
  }
  return { ...reportingAt(c, terms, at), entries: c.acts }
}

function caveatsAxis(state: State, c: Commitment | null): Standing['caveats'] {
  return {
    reservations: c?.reservations ?? [],
    declarations: c?.declarations ?? [],
    entries: c ? [state.get('statement', c.rests)!.index] : [],
  }
}
