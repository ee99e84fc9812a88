/**
 * The table of acts and words in docs/spec/law.md, "Commitments", written out by hand: what each
 * act makes of each word, under each kind of terms.
 */
import { describe, expect, test } from 'vitest'
import { isRefusal } from '../../src/accord/refusal.ts'
import { standing } from '../../src/accord/standing.ts'
import { DAY, formatTime } from '../../src/accord/text.ts'
import { company, someDigest } from './cast.ts'
import { World } from './kit.ts'

type Terms = { readonly admission: 'open' | 'acceptance'; readonly ratification: boolean }

const A = 'contoso.com'
const B = 'fabrikam.com'

const TERMS_OF: readonly Terms[] = [
  { admission: 'open', ratification: false },
  { admission: 'open', ratification: true },
  { admission: 'acceptance', ratification: false },
  { admission: 'acceptance', ratification: true },
]

/** How contoso comes to each word. */
const WAYS: Readonly<Record<string, (w: World, t: Terms) => void>> = {
  none: () => {},
  pending: (w) => w.add(w.sign(A)),
  unratified: (w, t) => {
    w.add(w.sign(A))
    if (t.admission === 'acceptance') w.add(w.notice('accept', w.rests(A)))
  },
  active: bind,
  due: (w, t) => later(w, t, 335),
  overdue: (w, t) => later(w, t, 365),
  lapsed: (w, t) => later(w, t, 425),
  withdrawing: (w, t) => {
    bind(w, t)
    w.add(w.withdraw(A))
  },
  withdrawn: (w, t) => {
    bind(w, t)
    w.add(w.withdraw(A))
    w.days(90)
  },
  refused: (w) => {
    w.add(w.sign(A))
    w.add(w.notice('refuse', w.rests(A)))
  },
  succeeded: (w, t) => {
    bind(w, t)
    w.add(w.succession(A, B, ['accord']))
    w.days(14)
  },
  ended: (w, t) => {
    bind(w, t)
    for (let i = 0; i < 3; i++) {
      w.days(2)
      w.add(w.verification(A, []))
    }
    w.days(30)
    w.add(w.verification(A, []))
    w.add(w.notice('release', A))
    w.days(14)
  },
  suspended: (w, t) => {
    bind(w, t)
    w.add(w.notice('suspend', w.rests(A)))
  },
}

function bind(w: World, t: Terms): void {
  w.add(w.sign(A))
  if (t.admission === 'acceptance') w.add(w.notice('accept', w.rests(A)))
  if (t.ratification) w.add(w.ratify(A))
}

function later(w: World, t: Terms, days: number): void {
  bind(w, t)
  w.days(days)
}

/** Words that terms never lead to. */
function impossible(word: string, t: Terms): boolean {
  if (word === 'unratified') return !t.ratification
  return (word === 'pending' || word === 'refused') && t.admission === 'open'
}

/** What each act makes of the words it is allowed from; every other word is `wrong-standing`. */
function allowed(act: string, t: Terms): Readonly<Record<string, string>> {
  const accepted = t.ratification ? 'unratified' : 'active'
  const signed = t.admission === 'acceptance' ? 'pending' : accepted
  const waits = (word: string) => (signed === 'active' ? 'active v2' : `${word}, waiting ${signed}`)
  const table: Record<string, Record<string, string>> = {
    sign: { none: signed, lapsed: signed, withdrawn: signed, refused: signed },
    accept: { pending: accepted },
    refuse: { pending: 'refused' },
    ratify: { unratified: 'active' },
    renew: { due: 'active', overdue: 'active', lapsed: 'active' },
    'renew a later version': {
      active: waits('active'),
      due: waits('due'),
      overdue: waits('overdue'),
      lapsed: waits('lapsed'),
      suspended: signed === 'active' ? 'active v2, suspended' : `${waits('active')}, suspended`,
    },
    withdraw: {
      pending: 'withdrawn',
      unratified: 'withdrawn',
      active: 'withdrawing',
      due: 'withdrawing',
      overdue: 'withdrawing',
      suspended: 'withdrawing, suspended',
    },
    'cancel-withdrawal': { withdrawing: 'active' },
    suspend: {
      active: 'active, suspended',
      due: 'due, suspended',
      overdue: 'overdue, suspended',
      withdrawing: 'withdrawing, suspended',
    },
    reinstate: { suspended: 'active' },
    extend: {
      active: 'active',
      due: 'active',
      overdue: 'active',
      suspended: 'active, suspended',
    },
  }
  return table[act]!
}

const ACTS = [
  'sign',
  'ratify',
  'renew',
  'withdraw',
  'cancel-withdrawal',
  'accept',
  'refuse',
  'suspend',
  'reinstate',
  'extend',
  'renew a later version',
]
const NOTICES = ['accept', 'refuse', 'suspend', 'reinstate', 'extend']

function expected(act: string, word: string, t: Terms): string {
  if (NOTICES.includes(act)) {
    if (word === 'none' || word === 'ended') return 'unknown-subject'
    // What rests on the statement is the successor's now, and active there.
    if (word === 'succeeded') return allowed(act, t)['active'] ?? 'wrong-standing'
  } else if (word === 'succeeded' || word === 'ended') return 'unknown-party'
  return allowed(act, t)[word] ?? 'wrong-standing'
}

function attempt(w: World, act: string, word: string): string {
  const answer = w.judge(noteOf(w, act, word))
  if (isRefusal(answer)) return answer.code
  const whose = word === 'succeeded' && NOTICES.includes(act) ? B : A
  const { commitment, version } = standing(answer.state, w.party(whose).id, 'accord', w.now)!
  const { waiting } = commitment
  return [
    `${commitment.word}${version.signed === 2 ? ' v2' : ''}`,
    ...(waiting ? [`waiting ${waiting.word}`] : []),
    ...(commitment.suspended ? ['suspended'] : []),
  ].join(', ')
}

function noteOf(w: World, act: string, word: string): string {
  if (act === 'renew a later version') return w.renew(A)
  if (act === 'extend' && word === 'none')
    return w.notice(act, someDigest(''), { until: w.time(1) })
  if (!NOTICES.includes(act)) return w.commit(act, A)
  const subject = word === 'none' ? someDigest('nothing') : w.rests(A)
  const until = act === 'extend' ? formatTime(w.held(A).until! + 364 * DAY) : null
  return w.notice(act, subject, { until })
}

function worldAt(word: string, t: Terms): World {
  const w = new World()
  w.join(company(A))
  w.join(company(B))
  w.add(w.instrument({ terms: t }))
  WAYS[word]!(w, t)
  return w
}

for (const t of TERMS_OF) {
  describe(`${t.admission}, ${t.ratification ? 'ratified' : 'not ratified'}`, () => {
    for (const word of Object.keys(WAYS).filter((word) => !impossible(word, t))) {
      test(word, () => {
        const w = worldAt(word, t)
        expect(w.word(A)).toBe(word === 'suspended' ? 'active' : word)
        expect(w.standing(A).commitment.suspended).toBe(word === 'suspended')
        const found: Record<string, string> = {}
        for (const act of ACTS) {
          if (act === 'renew a later version') w.add(w.nextVersion('accord', { terms: t }))
          found[act] = attempt(w, act, word)
        }
        expect(found).toEqual(Object.fromEntries(ACTS.map((a) => [a, expected(a, word, t)])))
      })
    }
  })
}

test('every word of the law is in the table', () => {
  const words = 'none pending unratified active due overdue lapsed withdrawing withdrawn refused'
  expect(Object.keys(WAYS)).toEqual([...words.split(' '), 'succeeded', 'ended', 'suspended'])
})
