/**
 * How a party is, with the dates that matter: its control, what it has pending, and until when it is
 * bound. All of it is computed from a state of the log.
 *
 * @module
 */
import { controlWord } from '../accord/control.ts'
import { isRecovering, partyById, registryOf } from '../accord/party.ts'
import type { Commitment, Method, Party, Profile, State, Terms } from '../accord/state.ts'
import { DAY, type Digest, formatInstant } from '../accord/text.ts'
import { isBinding, wordAt, wordsFrom } from '../accord/word.ts'
import { shortKey } from './keys.ts'

/** How keys were seen at a domain, in words. */
const HOW: Readonly<Record<Method, string>> = {
  dns: 'last seen in DNS',
  https: 'last seen over HTTPS',
  manual: "by the depositary's own word (method manual)",
}

/** Control of a party's domain at a time, in words. */
export function controlLine(state: State, party: Party, at: number): string {
  const word = controlWord(party, registryOf(state).rules, at)
  const { hit } = party.control
  const date = hit && formatInstant(hit.at)
  switch (word) {
    case 'confirmed':
      return `confirmed: ${hit ? HOW[hit.method] : ''} ${date}, against the keys then in force`
    case 'stale':
      return `stale: the registry has logged no check that showed its keys${date ? ` since ${date}` : ''}; nothing is said against the party`
    case 'mismatch':
      return 'mismatch: the domain shows other keys'
    default:
      return 'recovering: its recovery keys are replacing its daily keys'
  }
}

/** A key set as it is spoken of: `2 of a, b`. */
export function keySet({ keys, threshold }: Pick<Profile, 'keys' | 'threshold'>): string {
  return `${threshold} of ${keys.map((k) => shortKey(k.vkey)).join(', ')}`
}

/** What has been announced of a party and is not in effect yet. */
export function pendingLines(state: State, party: Party): string[] {
  if (party.ended) return []
  const incoming = (state.get('agenda', '') ?? []).filter(
    (d) => d.what === 'succession' && partyById(state, d.party).passing?.to === party.id,
  )
  return [
    ...changeLines(party),
    ...(party.release
      ? [
          `release of the domain by the depositary, from ${formatInstant(party.release.at)}, unless its keys are shown there before`,
        ]
      : []),
    ...(party.passing
      ? [
          `passes ${idsOf(party)} to ${partyById(state, party.passing.to).domain} from ${formatInstant(party.passing.at)}`,
          stopped(party.passing.digest),
        ]
      : []),
    ...incoming.flatMap((d) => {
      const from = partyById(state, d.party)
      return [
        `takes over ${idsOf(from)} from ${from.domain} from ${formatInstant(d.at)}`,
        stopped(d.digest),
      ]
    }),
  ]
}

function changeLines(party: Party): string[] {
  const { pending } = party
  if (!pending) return []
  const from = formatInstant(pending.at)
  const { recovery } = pending.value
  const what = isRecovering(party)
    ? `recovers: ${keySet(pending.value)} from ${from}; until then no daily key signs`
    : `replaces its recovery keys: ${recovery ? keySet(recovery) : 'none'} from ${from}`
  return [what, stopped(pending.digest)]
}

function idsOf({ passing }: Party): string {
  return passing!.instruments.map((i) => i.id).join(', ') || 'nothing'
}

function stopped(digest: Digest): string {
  return `the recovery keys can stop it: accord cancel ${digest} -k KEYFILE`
}

/** A commitment at a time, with the dates on which that changes. */
export function commitmentLine(party: Party, terms: Terms, c: Commitment, at: number): string {
  const word = wordAt(c, party, terms, at)
  const aside = c.suspended ? ', suspended: not counted as bound' : ''
  const dates = word === 'withdrawing' ? leavingLine(c) : renewalLine(party, terms, c, at)
  return `${word}${aside}${dates === null ? '' : `; ${dates}`}`
}

function leavingLine({ withdrawal }: Commitment): string {
  return `bound until ${formatInstant(withdrawal!.at)}, and withdrawn from then on`
}

/** When a commitment is to be renewed; null where it is not, or no longer. */
export function renewalLine(party: Party, terms: Terms, c: Commitment, at: number): string | null {
  const word = wordAt(c, party, terms, at)
  if (c.until === null) return null
  if (word === 'active' || word === 'due') {
    const due = formatInstant(c.until - terms.due_days * DAY)
    return `renew from ${due} until ${formatInstant(c.until)}`
  }
  if (word !== 'overdue') return null
  const lapse = wordsFrom(c, party, terms, at).find((w) => w.word === 'lapsed')
  return lapse ? `lapses at ${formatInstant(lapse.from)} unless it is renewed` : null
}

/** The reporting period of a time, where a commitment asks for reports and binds. */
export function periodLine(party: Party, terms: Terms, c: Commitment, at: number): string | null {
  if (terms.reporting_days === null || c.bound === null) return null
  if (!isBinding(wordAt(c, party, terms, at))) return null
  const length = terms.reporting_days * DAY
  const n = Math.floor((at - c.bound) / length) + 1
  const [from, to] = [c.bound + (n - 1) * length, c.bound + n * length].map(formatInstant)
  const said = c.reported.includes(n) ? 'its report is logged' : 'no report is logged in it yet'
  return `period ${n} runs from ${from} to ${to}: ${said}`
}
