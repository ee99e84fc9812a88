/**
 * The form of a commitment: what the party does, with which reservations and declarations, and in the
 * names of which officers.
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import { cardDigest, formatCard, SALT_BYTES } from '../accord/card.ts'
import type { Declaration, Terms } from '../accord/state.ts'
import type { CommitmentV1, InstrumentV1 } from '../accord/statement.ts'
import { DAY, formatTime, parseTime } from '../accord/text.ts'
import { RESERVABLE, sayDeclaration } from '../pages/english.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { made } from './made.ts'
import { area, box, button, choice, field, form, isolated, saving } from './sign-form.ts'
import type { Header, Party, Version } from './sign-registry.ts'

type Act = CommitmentV1['act']
type Holding = Party['holdings'][number]

/** A commitment without its header, and cards that go with it. */
export interface Committing {
  readonly fields: Omit<CommitmentV1, keyof Header>
  readonly cards: readonly string[]
}

/** What the form is about. */
export interface Subject {
  readonly id: string
  /** The latest last. */
  readonly versions: readonly Version[]
  /** The words of the latest. */
  readonly words: InstrumentV1
  readonly holding: Holding | null
  /** POSIX seconds. */
  readonly now: number
}

const BINDING: readonly Act[] = ['sign', 'ratify', 'renew']

/** Makes the form. */
export function commitmentForm(
  subject: Subject,
  draft: (committing: Committing) => Promise<void>,
): HTMLElement {
  const latest = subject.versions.at(-1)!
  const act = choice(t.act, Object.entries(t.acts))
  act.input.value = likelyAct(subject)
  const { terms, clauses } = subject.words
  const until = untilField(subject)
  const declared = terms.declarations.map(declarationPart)
  const reserved = clauses.filter((c) => c.reservable !== 'no').map(reservationPart)
  const binding = made('div')
  binding.append(...until.parts, ...declared.map((d) => d.whole))
  if (reserved.length > 0)
    binding.append(
      folded(
        t.reservations,
        reserved.map((r) => r.whole),
      ),
    )
  const reason = area(t.reason, t.reasonHint)
  const officers = officersPart()
  const follow = () => {
    const binds = BINDING.includes(act.input.value as Act)
    binding.hidden = !binds
    reason.whole.hidden = binds
  }
  act.input.addEventListener('change', follow)
  follow()
  const parts = [act.whole, binding, reason.whole, officers.whole]
  return form(t.draft, parts, () => {
    const what = act.input.value as Act
    const binds = BINDING.includes(what)
    const version = binds ? latest : heldVersion(subject)
    const fields = {
      type: 'commitment/v1',
      instrument: { id: subject.id, version: version.version, digest: version.digest },
      act: what,
      until: binds ? until.read() : null,
      reservations: binds ? reserved.flatMap((r) => r.read()) : [],
      declarations: binds ? declared.map((d) => d.read()) : [],
      officers: officers.named(),
      reason: binds ? null : reason.input.value.trim() || null,
    } as Committing['fields']
    return draft({ fields, cards: officers.cards() })
  })
}

/** What most would do next, where they stand. The law has the last word. */
function likelyAct({ holding }: Subject): Act {
  if (holding?.word === 'withdrawing') return 'cancel-withdrawal'
  if (holding?.word === 'unratified') return 'ratify'
  return RENEWED.includes(holding?.word) ? 'renew' : 'sign'
}

const RENEWED: readonly unknown[] = ['active', 'due', 'overdue', 'lapsed']

function heldVersion({ versions, holding }: Subject): Version {
  return versions.find(({ version }) => version === holding?.version) ?? versions.at(-1)!
}

/** As long as the terms allow, if nothing else is chosen: to the midnight before. */
function untilField({ holding, now, words: { version, terms } }: Subject) {
  if (terms.validity_days === null) return { parts: [made('p', t.withoutEnd)], read: () => null }
  const before = holding?.version === version ? (parseTime(holding.until ?? '') ?? 0) : 0
  const last = dayAfter(Math.max(now, before), terms.validity_days)
  const day = field(t.until, t.untilHint(terms.validity_days), {
    type: 'date',
    value: last,
    max: last,
  })
  return { parts: [day.whole], read: () => `${day.input.value}T00:00:00Z` }
}

function dayAfter(seconds: number, days: number): string {
  return formatTime(seconds + days * DAY).slice(0, 10)
}

const VALUES = {
  compulsion: ['none-known', 'cannot-comment', 'contests-orders', 'carve-out'],
  scope: ['none', 'existing', 'all', 'future'],
} as const

function declarationPart(kind: Terms['declarations'][number]) {
  const options = VALUES[kind].map((value) => {
    const says = sayDeclaration({ kind, value, text: '' } as Declaration)
    return [value, says] as const
  })
  const value = choice(t.declare[kind], [['', t.chooseOne], ...options])
  const text = area(t.inOwnWords, t.inOwnWordsHint)
  const whole = made('fieldset')
  whole.append(made('legend', t.declaration), value.whole, text.whole)
  return {
    whole,
    read(): Declaration {
      if (value.input.value === '') throw new Error(t.undeclared(t.declare[kind]))
      return { kind, value: value.input.value, text: text.input.value.trim() } as Declaration
    },
  }
}

function reservationPart({ id, reservable }: InstrumentV1['clauses'][number]) {
  const text = area(t.reserve(id), RESERVABLE[reservable])
  const read = () => {
    const says = text.input.value.trim()
    return says === '' ? [] : [{ clause: id, text: says }]
  }
  return { whole: text.whole, read }
}

function folded(name: string, inside: readonly Node[]): HTMLElement {
  const details = made('details')
  details.append(made('summary', name), ...inside)
  return details
}

/** Officers by name: the statement has only the digests of their cards. */
function officersPart() {
  const made_: { role: string; card: string }[] = []
  const role = field(t.officerRole, '', { maxlength: '100' })
  const name = field(t.officerName, '', { maxlength: '200' })
  const list = made('ul')
  const send = box(t.sendCards)
  const add = button(t.addOfficer, () => {
    const [as, who] = [role.input.value.trim(), name.input.value.trim()]
    if (as === '' || who === '') throw new Error(t.officerNeeds)
    const salt = encodeBase64(crypto.getRandomValues(new Uint8Array(SALT_BYTES)))
    const card = formatCard({ type: 'card/v1', salt, name: who })
    made_.push({ role: as, card })
    const item = made('li')
    const file = `${as.replace(/[^a-z0-9]+/gi, '-')}.card`
    item.append(isolated(`${as}: ${who}`), ' ', saving(t.save(file), file, card))
    list.append(item)
    role.input.value = ''
    name.input.value = ''
  })
  const inside = [made('p', t.officersLead), role.whole, name.whole, add, list, send.whole]
  return {
    whole: folded(t.officers, inside),
    named: () => made_.map(({ role, card }) => ({ role, card: cardDigest(card) })),
    cards: () => (send.input.checked ? made_.map(({ card }) => card) : []),
  }
}
