/**
 * Happenings: what an entry means to those who watch.
 *
 * @module
 */
import { type ControlWord, controlWord } from '../accord/control.ts'
import { type Deadline, deadlinesOf, registryDeadlines } from '../accord/deadline.ts'
import { lastParty, registryOf } from '../accord/party.ts'
import type { KeyRecord, Party, State } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import { formatTime } from '../accord/text.ts'
import { adviseDeadline, sayControl, sayDeadline, sayParty, sayTurn } from '../client/reminders.ts'
import { deed } from '../client/sentences.ts'
import { timedWords } from '../register/projection.ts'
import type { Followed } from './follower.ts'
import { concerns, isEverything, NOTHING, type Report, type Rule, type Watched } from './report.ts'

/** A report before it is told which entry it is about. */
type Said = Partial<Report> & Pick<Report, 'rule' | 'text'> & { readonly of: string }

/** What an entry means to those who watch: nothing, where it concerns none of them. */
export function happeningsOf(followed: Followed, watched: Watched): Report[] {
  const { index, applied } = followed
  const { statement, digest, state } = applied
  const log = statement.registry
  const at = formatTime(state.time)
  return saidOf(followed, watched).map(({ of, ...said }) => ({
    ...NOTHING,
    ...{ id: ['entry', index, said.rule, of].join('/'), log, at, index, digest },
    ...said,
  }))
}

function saidOf(followed: Followed, watched: Watched): Said[] {
  const parties = changedParties(followed)
  const wanted = parties.filter(({ after }) => concerns(watched, [after.domain], heldBy(after)))
  return [
    ...entrySaid(followed, watched),
    ...wanted.flatMap((changed) => [
      ...keysSaid(changed),
      ...changeSaid(followed, changed),
      ...controlSaid(followed, changed),
    ]),
    ...wordsSaid(followed, watched),
    ...supersededSaid(followed, watched),
    ...announcedSaid(followed, wanted),
    ...keepingSaid(followed),
  ]
}

/** The instruments that a party holds anything to. */
function heldBy(party: Party): string[] {
  return party.holdings.map((h) => h.instrument)
}

/** A party whose record an entry changed. */
interface Changed {
  readonly before: Party | undefined
  readonly after: Party
}

function changedParties({ before, applied }: Followed): Changed[] {
  return applied.changes.flatMap((change) => {
    if (change.table !== 'party') return []
    const after = change.value as Party
    return [{ before: before.get('party', after.id), after }]
  })
}

function entrySaid(followed: Followed, watched: Watched): Said[] {
  const { index, applied, projection } = followed
  const { statement, state } = applied
  const domains = projection.mentions
  const instruments = [
    ...new Set([...namedBy(statement), ...projection.words.map((w) => w.instrument)]),
  ]
  if (statement.type !== 'registry/v1' && !concerns(watched, domains, instruments)) return []
  const text = `entry ${index}: ${speaker(state, statement.party)} ${deed(statement)}`
  return [{ rule: 'entry', of: 'all', text, domains, instruments }]
}

function namedBy(s: Statement): string[] {
  if (s.type === 'instrument/v1') return [s.id]
  return s.type === 'commitment/v1' || s.type === 'report/v1' ? [s.instrument.id] : []
}

function speaker(state: State, domain: string): string {
  const registry = registryOf(state)
  if (domain === registry.domain) return sayParty({ domain, name: registry.keeping.depositary })
  return sayParty(named(lastParty(state, domain)!))
}

function named({ domain, profile }: Party) {
  return { domain, name: profile.name }
}

/** A report about one party. */
function about(party: Party, rule: Rule, of: string, text: string, advice?: string): Said {
  const said = { rule, of: `${party.domain}/${of}`, text: `${sayParty(named(party))}: ${text}` }
  return { ...said, domains: [party.domain], advice: advice ?? null }
}

const NOT_YOURS =
  'If this is not yours: accord recover, with the recovery keys and the domain, takes the party back.'

function keysSaid({ before, after }: Changed): Said[] {
  if (!before) return []
  const daily = sameKeys(before.profile, after.profile)
  const recovery = sameKeys(before.profile.recovery, after.profile.recovery)
  return [
    ...(daily
      ? []
      : [
          about(
            after,
            'keys',
            'daily',
            `other daily keys are in force: ${keySet(after.profile)}`,
            NOT_YOURS,
          ),
        ]),
    ...(recovery
      ? []
      : [
          about(
            after,
            'keys',
            'recovery',
            `other recovery keys are in force: ${keySet(after.profile.recovery)}`,
          ),
        ]),
  ]
}

type Keys = Pick<KeyRecord, 'keys' | 'threshold'> | null

function sameKeys(a: Keys, b: Keys): boolean {
  const spelled = (of: Keys) => of && [of.threshold, ...of.keys.map((k) => k.vkey)].join(' ')
  return spelled(a) === spelled(b)
}

function keySet(of: Keys): string {
  if (!of) return 'none'
  const short = of.keys.map((k) => k.vkey.split('+').slice(0, 2).join('+'))
  return `${of.threshold} of ${short.join(', ')}`
}

/** What was announced of the keys, or taken back. */
function changeSaid({ applied }: Followed, { before, after }: Changed): Said[] {
  const [was, is] = [before?.pending ?? null, after.pending]
  if (was?.digest === is?.digest) return []
  const begun = is && {
    text: `${is.mode === 'recover' ? 'a recovery of the daily keys' : 'a change of the recovery keys'} is announced: ${keySet(is.mode === 'recover' ? is.value : is.value.recovery)} from ${formatTime(is.at)} on`,
    advice: `If this is not yours, the recovery keys can stop it: accord cancel ${is.digest} -k KEYFILE`,
  }
  if (begun) return [about(after, 'recovery', 'begun', begun.text, begun.advice)]
  // What took effect is said of the keys that are in force; who has ended has no keys.
  if (after.enrolled.digest === was!.digest || after.ended) return []
  if (applied.state.time >= was!.at) {
    // The entry that shows it has changed the record once more.
    const text = `what was announced took effect at ${formatTime(was!.at)}: ${was!.digest}`
    return [about(after, 'recovery', 'effect', text)]
  }
  return [about(after, 'recovery', 'cancelled', `what was announced is cancelled: ${was!.digest}`)]
}

function controlSaid({ before, applied }: Followed, { before: was, after }: Changed): Said[] {
  if (!was) return []
  const { state } = applied
  const word = (of: Party, known: State): ControlWord =>
    controlWord(of, registryOf(known).rules, state.time)
  const now = word(after, state)
  if (now === word(was, before)) return []
  const of = `${after.domain}/${now}`
  return [{ rule: 'control', of, text: sayControl(named(after), now), domains: [after.domain] }]
}

/** The words that the entry itself changed; what time changes is no happening of an entry. */
function wordsSaid({ before, applied, projection }: Followed, watched: Watched): Said[] {
  const { state } = applied
  return projection.words.flatMap(({ instrument, party: id, domain, words }) => {
    const now = words[0]
    if (!now || !concerns(watched, [domain], [instrument])) return []
    const was = before.get('party', id)
    const old = was ? timedWords(before, was, instrument, state.time)[0] : undefined
    const same = old?.word === now.word && old.suspended === now.suspended
    if (same && old.version === now.version) return []
    const party = named(state.get('party', id)!)
    const turn = { party, instrument, version: now.version, before: old?.word ?? null }
    const text = sayTurn({ ...turn, after: now.word, suspended: now.suspended })
    const of = `${domain}/${instrument}`
    return [{ rule: 'standing', of, text, domains: [domain], instruments: [instrument] }]
  })
}

/** Parties that are watched by name learn that there is a later version of what they signed. */
function supersededSaid({ applied }: Followed, watched: Watched): Said[] {
  const { statement: s, state } = applied
  if (s.type !== 'instrument/v1' || isEverything(watched)) return []
  return [...watched.domains].flatMap((domain) => {
    const party = lastParty(state, domain)
    const held = party?.holdings.find((h) => h.instrument === s.id)?.current
    if (!party || party.ended || !held) return []
    const text = `version ${s.version} of ${s.id} is published, and version ${held.version} is what was signed`
    const advice = `Nobody is carried over. To sign it: accord commit renew ${s.id} --version-number ${s.version}`
    return [{ ...about(party, 'standing', s.id, text, advice), instruments: [s.id] }]
  })
}

/** What the entry announced, and from when. */
function announcedSaid({ index, applied }: Followed, wanted: readonly Changed[]): Said[] {
  const { state } = applied
  const of = wanted.flatMap(({ after }) => deadlinesOf(state, after, state.time))
  return [...of, ...registryDeadlines(state)]
    .filter((d) => d.index === index && ANNOUNCED.has(d.what))
    .map((d) => ({
      rule: 'announced',
      of: `${d.party?.domain ?? 'registry'}/${d.what}/${d.instrument?.id ?? ''}`,
      text: `from ${formatTime(d.at)} on, ${sayDeadline(d)}`,
      advice: adviseDeadline(d),
      domains: d.party ? [d.party.domain] : [],
      instruments: d.instrument ? [d.instrument.id] : [],
    }))
}

/** Announced keys are said as what they are: a recovery. */
const ANNOUNCED: ReadonlySet<Deadline['what']> = new Set([
  'withdrawn',
  'released',
  'passed',
  'taken-over',
  'rules',
  'keeping',
])

/** The keys of the depositary and of the log are everybody's business. */
function keepingSaid({ before, applied }: Followed): Said[] {
  const was = before.get('registry', '')?.keeping
  const is = registryOf(applied.state).keeping
  if (!was || JSON.stringify(was) === JSON.stringify(is)) return []
  const text = `the registry: other keys are in force: the log's ${is.log.join(', ')}; the depositary's ${keySet(is)}`
  const advice = 'Ask the witnesses and mirrors whether they know of it before you trust a new key.'
  return [{ rule: 'keys', of: 'registry', text, advice }]
}
