/**
 * A whole log, read and judged in the browser: every tile proven, the law applied to every entry,
 * and what a page says of a party computed again.
 *
 * @module
 */
import { guardedAsync, type Verify, verify as verifyStrictly } from '../../keys/ed25519.ts'
import { settled } from '../accord/agenda.ts'
import { parseAttestation } from '../accord/attestation.ts'
import { parseEntry } from '../accord/entry.ts'
import { holdingOf, lastParty } from '../accord/party.ts'
import type { Replay } from '../accord/replay.ts'
import { servedState, type TakenDown } from '../accord/served.ts'
import { standing } from '../accord/standing.ts'
import type { Memory, State } from '../accord/state.ts'
import { isBinding, type Word } from '../accord/word.ts'
import { ClientError } from '../client/error.ts'
import { type Fetch, fetchFrom } from '../client/fetch.ts'
import { type Log, openLog } from '../client/log.ts'
import { type Prefix, replayLog } from '../client/replay.ts'
import { PARTY, sayBound, sayNumber } from '../pages/english.ts'
import { chosenFrom, type Filter, type Line } from '../pages/filter.ts'
import type { Frame } from '../pages/frame.ts'
import { Name, Time } from '../pages/marks.tsx'
import { Row, Tally } from '../pages/signatories.tsx'
import { StandingView } from '../pages/standing.tsx'
import { fromUtf8 } from '../tlog/bytes.ts'
import { parsePolicy } from '../tlog/policy.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'

/** What a page is about: what a party stands by, or who signed a text, under conditions. */
export type Subject =
  | { readonly kind: 'party'; readonly domain: string }
  | { readonly kind: 'instrument'; readonly id: string; readonly filter: Filter }

/** What is asked of a log. */
export interface Question {
  /** Where its files are. */
  readonly base: string
  /** The text of the reader's policy. */
  readonly policy: string
  /** The notes of the checkpoints that were seen the last time, by their logs' origins. */
  readonly remembered: Readonly<Record<string, string>>
  readonly subject: Subject
  /** *Known at*: a tree size. */
  readonly size: number
  /** *Valid at*, in POSIX seconds. */
  readonly at: number
}

/** How many entries of how many are done. */
export interface Progress {
  readonly done: number
  readonly total: number
}

/** What the log answers. */
export interface Answer {
  /** What the page is to say above, as markup, by the selector of where it says so. */
  readonly heads: ReadonlyMap<string, string>
  /**
   * Of a party: what the page is to say, as markup, by the text that a standing is about; under no
   * text that there is none.
   */
  readonly standings: ReadonlyMap<string, string>
  /** Of a text: every line of the list, as markup, in the order asked for. */
  readonly rows: readonly string[]
  readonly entries: number
  /** How many entries the log has by now that the page was not asked about. */
  readonly later: number
  readonly bytes: number
  /** The note of the checkpoint, to be remembered. */
  readonly note: string
}

/**
 * Reads the log from its first entry to the size asked about.
 *
 * @throws {ClientError} as `openLog` and `replayLog`
 * @throws {TlogError} `MALFORMED` where the policy does not read
 */
export async function readWhole(
  question: Question,
  onProgress: Prefix['onProgress'],
): Promise<Answer> {
  let bytes = 0
  const reach = fetchFrom(question.base, fetch)
  const log = await openLog({
    policy: parsePolicy(question.policy),
    verify: verifyStrictly,
    remembered: question.remembered[await servedOrigin(reach)],
    async fetch(path) {
      const file = await reach(path)
      bytes += file.length
      return file
    },
  })
  const { size, at } = question
  const watched = watchTakedowns(log)
  const replay = await replayAhead(watched.log, { size, at, onProgress })
  const later = log.checkpoint.size - size
  const down = await watched.down()
  return { ...answered(replay, down, question), entries: size, later, bytes, note: log.note }
}

/** Hears what is taken down by the entries that are read; what was is served at no moment. */
function watchTakedowns(log: Log) {
  const down = new Map<string, number>()
  let read = 0
  const readEntries: Log['readEntries'] = async (from, to) => {
    const entries = await log.readEntries(from, to)
    for (const [i, entry] of entries.entries()) {
      const subject = takenDownBy(entry)
      if (subject !== null && !down.has(subject)) down.set(subject, from + i)
    }
    read = Math.max(read, to)
    return entries
  }
  return {
    log: { ...log, readEntries },
    async down(): Promise<TakenDown> {
      const { size } = log.checkpoint
      while (read < size) await readEntries(read, Math.min(bundleEnd(read), size))
      return down
    },
  }
}

/** Where the bundle of an entry ends, when it is full. */
function bundleEnd(index: number): number {
  return index - (index % TILE_WIDTH) + TILE_WIDTH
}

/** The statement that an entry takes down; null for any other entry, and for what the law refuses. */
function takenDownBy(entry: Uint8Array): string | null {
  try {
    const { attestation } = parseEntry(entry)
    if (!fromUtf8(attestation)?.includes('"act": "takedown"')) return null
    const { statement } = parseAttestation(attestation)
    return statement.type === 'notice/v1' && statement.act === 'takedown' ? statement.subject : null
  } catch {
    return null
  }
}

/** Which log is served, by its own word; nothing where there is none. */
async function servedOrigin(reach: Fetch): Promise<string> {
  const note = await reach('checkpoint').then(fromUtf8, () => null)
  return (note ?? '').split('\n', 1)[0]!
}

const native = guardedAsync(async (key, signature, message) => {
  const imported = await crypto.subtle.importKey('raw', plain(key), 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', imported, plain(signature), plain(message))
})

/**
 * Replays with every signature taken for good while the browser checks them beside it. Where they
 * all are, that was the answer; else all is done again the slow way, which says what is wrong.
 */
async function replayAhead(log: Log, prefix: Prefix): Promise<Replay> {
  const answers: Promise<boolean>[] = []
  const verify: Verify = (...asked) => {
    answers.push(native(...asked))
    return true
  }
  const replay = await replayLog({ ...log, verify }, prefix).catch((e: unknown) => {
    if (e instanceof ClientError && e.code === 'ILLEGAL_ENTRY') return null
    throw e
  })
  const good = (await Promise.all(answers)).every((answer) => answer)
  return replay !== null && good ? replay : replayLog(log, prefix)
}

/** WebCrypto takes no view of memory that might be shared. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

type Answered = Pick<Answer, 'heads' | 'standings' | 'rows'>

function answered({ memory }: Replay, down: TakenDown, { subject, at, size }: Question): Answered {
  const state = servedState(settled(memory, at), down)
  const moment = [
    ['.moment[data-size] time', String(<Time at={at} />)],
    ['.moment[data-size] p a', sayNumber(size)],
  ] as const
  const { heads, ...found } =
    subject.kind === 'party'
      ? partyOf(state, subject.domain, at)
      : listOf(state, memory, subject, at)
  return { ...found, heads: new Map([...moment, ...heads]) }
}

type Found = Omit<Answered, 'heads'> & { readonly heads: readonly (readonly [string, string])[] }

function partyOf(state: State, domain: string, at: number): Found {
  const party = lastParty(state, domain)
  const held = party?.holdings.filter(({ current, waiting }) => current ?? waiting) ?? []
  const standings = held.map(({ instrument, current, waiting }) => {
    const version = (current ?? waiting)!.version - 1
    const { title } = state.get('instrument', instrument)!.versions[version]!
    const view = <StandingView of={standing(state, party!.id, instrument, at)!} />
    return [instrument, `${<h3>{title}</h3>}${view}`] as const
  })
  const none = [['', String(<p>{PARTY.nothing}</p>)]] as const
  const who = { domain, name: party?.profile.name ?? null }
  return {
    heads: [['main h1', String(<Name who={who} />)]],
    standings: new Map(party && held.length === 0 ? none : standings),
    rows: [],
  }
}

/** Every party that ever held a commitment to the text, as the page lists and counts it. */
function listOf(
  state: State,
  memory: Memory,
  { id, filter }: Extract<Subject, { kind: 'instrument' }>,
  at: number,
): Found {
  const lines = [...memory.list('party')].flatMap(([key]): Line[] => {
    const party = state.get('party', key)!
    const { current, waiting } = holdingOf(party, id)
    if (!current && !waiting) return []
    const { domain, kind, profile } = party
    return [{ domain, kind, name: profile.name, standing: standing(state, key, id, at)! }]
  })
  const words = lines.map(({ standing: { commitment } }) => commitment)
  const bound = words.filter((c) => isBinding(c.word) && !c.suspended).length
  const tally = new Map<Word, number>()
  for (const { word } of words) tally.set(word, (tally.get(word) ?? 0) + 1)
  return {
    heads: [
      ['main h1', String(<p>{state.get('instrument', id)?.versions.at(-1)?.title}</p>)],
      ['main > .lead', sayBound(bound, lines.length)],
      ['.tally', String(<Tally frame={NOWHERE} list={{ id, tally }} />)],
    ],
    standings: new Map(),
    rows: chosenFrom(lines, filter).map((line) => String(<Row frame={NOWHERE} line={line} />)),
  }
}

/** Links are not compared: only what is read. */
const NOWHERE: Frame = {
  ...{ base: '', origin: '', keeper: null, mirrorOf: null, path: '', clock: null },
  ...{ stylesheet: '', icon: '', scripts: [] },
}
