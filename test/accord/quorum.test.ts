/** Who must sign what: the tables of docs/spec/law.md, line by line. */
import { describe, expect, test } from 'vitest'
import { isRefusal } from '../../src/accord/refusal.ts'
import { company, listed } from './cast.ts'
import { keyOf, type TestKey } from './keys.ts'
import { World } from './kit.ts'

const A = 'contoso.com'
const keys = (...labels: string[]) => labels.map((label) => keyOf(`${A}/${label}`))

const DAILY = keys('d1', 'd2', 'd3')
const SAFE = keys('r1', 'r2', 'r3')
const ADDED = keys('n1', 'n2')
const PARTY = company(A, {
  keys: DAILY,
  threshold: 2,
  recovery: { keys: SAFE, threshold: 2 },
})
const OTHER = company('fabrikam.com')
const STRANGERS = [keyOf('nobody.example'), OTHER.recovery!.keys[0]!]

function world(): World {
  const w = new World()
  w.join(PARTY)
  w.join(OTHER)
  w.add(w.instrument())
  w.add(w.sign(A))
  return w
}

interface Row {
  readonly before?: (w: World) => unknown
  readonly make: (w: World, by: readonly TestKey[]) => string
  /** All of them must sign. */
  readonly needed: readonly TestKey[]
  /** They may sign as well. */
  readonly also?: readonly TestKey[]
  /** They may not. */
  readonly not: readonly TestKey[]
}

const [d1, d2, d3] = DAILY as [TestKey, TestKey, TestKey]
const [r1, r2, r3] = SAFE as [TestKey, TestKey, TestKey]
const [n1, n2] = ADDED as [TestKey, TestKey]
const [k1, k2] = keysOfDepositary('daily-1', 'daily-2')
const [s1, s2] = keysOfDepositary('safe-1', 'safe-2')
const [clerk, new1] = keysOfDepositary('clerk', 'new-1')

function keysOfDepositary(...labels: [string, string]) {
  return labels.map((l) => keyOf(`registry.example/${l}`)) as [TestKey, TestKey]
}

const shows = (w: World) => w.add(w.verification(A, ADDED))
const recovery = { keys: listed([n1]), threshold: 1 }

const ROWS: Readonly<Record<string, Row>> = {
  first: {
    before: (w) => w.add(w.verification('tailspin.com', [keyOf('tailspin.com/a')])),
    make: (w, by) => {
      const q = { keys: [keyOf('tailspin.com/b'), keyOf('tailspin.com/c')], threshold: 1 }
      return w.enrol(
        company('tailspin.com', { keys: [keyOf('tailspin.com/a')], threshold: 1, recovery: q }),
        { by },
      )
    },
    needed: ['a', 'b', 'c'].map((l) => keyOf(`tailspin.com/${l}`)),
    not: [...STRANGERS, clerk, k1],
  },
  rotate: {
    make: (w, by) => w.rotate(A, [d1, n1], { by }),
    needed: [d1, d2, n1],
    also: [d3],
    not: [...STRANGERS, r1, n2, clerk],
  },
  'rotate away from a key that signs': {
    make: (w, by) => w.rotate(A, [d3, n1], { by }),
    needed: [d1, d2, n1],
    also: [d3],
    not: [...STRANGERS, r1],
  },
  recover: {
    before: shows,
    make: (w, by) => w.recover(A, ADDED, { by }),
    needed: [r1, r2, n1, n2],
    also: [r3],
    not: [...STRANGERS, d1, clerk],
  },
  'recover, keeping a daily key': {
    before: (w) => w.add(w.verification(A, [d1, n1])),
    make: (w, by) => w.recover(A, [d1, n1], { by }),
    needed: [r1, r2, n1],
    also: [r3],
    not: [...STRANGERS, d1, d2],
  },
  'replace-recovery, the domain showing other keys': {
    before: shows,
    make: (w, by) => w.change('replace-recovery', A, { recovery, by }),
    needed: [d1, d2, r1, r2, n1],
    also: [d3, r3],
    not: [...STRANGERS, n2, clerk],
  },
  cancel: {
    before: (w) => {
      shows(w)
      w.add(w.recover(A, ADDED))
    },
    make: (w, by) => w.cancel(A, w.head(A)!, { by }),
    needed: [r1, r2],
    also: [r3],
    not: [...STRANGERS, d1, n1],
  },
  commitment: {
    make: (w, by) => w.withdraw(A, 'accord', { by }),
    needed: [d1, d2],
    also: [d3],
    not: [...STRANGERS, r1, clerk],
  },
  report: {
    make: (w, by) => w.report(A, 'accord', { by }),
    needed: [d1, d2],
    also: [d3],
    not: [...STRANGERS, r1, clerk],
  },
  succession: {
    make: (w, by) => w.succession(A, OTHER.domain, ['accord'], { by }),
    needed: [d1, d2, ...OTHER.keys],
    also: [d3],
    not: [r1, OTHER.recovery!.keys[0]!, clerk],
  },
  'registry/v1 by the daily keys': {
    make: (w, by) =>
      w.registryChange({ keys: [...listed([k1, k2, new1]), ...listed([clerk], 'clerk')], by }),
    needed: [k1, k2, new1],
    also: [s1],
    not: [...STRANGERS, clerk, d1],
  },
  'registry/v1 by the recovery keys': {
    make: (w, by) =>
      w.registryChange({ keys: [...listed([k1, k2, new1]), ...listed([clerk], 'clerk')], by }),
    needed: [s1, s2, new1],
    also: [k1],
    not: [...STRANGERS, clerk],
  },
  'registry/v1 with another clerk': {
    make: (w, by) =>
      w.registryChange({ keys: [...listed([k1, k2]), ...listed([new1], 'clerk')], by }),
    needed: [k1, k2, new1],
    not: [...STRANGERS, clerk],
  },
  instrument: {
    make: (w, by) => w.instrument({ id: 'pledge', by }),
    needed: [k1, k2],
    not: [...STRANGERS, clerk, s1],
  },
  notice: {
    make: (w, by) => w.notice('suspend', w.rests(A), { by }),
    needed: [k1, k2],
    not: [...STRANGERS, clerk, s1, d1],
  },
  verification: {
    make: (w, by) => w.verification(A, DAILY, { by }),
    needed: [clerk],
    not: [...STRANGERS, k1, s1],
  },
}

describe('each signature that is needed, and each that may not be there', () => {
  test.each(Object.entries(ROWS))('%s', (_, { before, make, needed, also = [], not }) => {
    const w = world()
    before?.(w)
    const code = (by: readonly TestKey[]) => {
      const answer = w.judge(make(w, by))
      return isRefusal(answer) ? answer.code : 'admitted'
    }
    expect(code(needed)).toBe('admitted')
    expect(also.map((k) => code([...needed, k]))).toEqual(also.map(() => 'admitted'))
    expect(not.map((k) => code([...needed, k]))).toEqual(not.map(() => 'key-not-eligible'))
    for (const gone of needed) {
      const rest = needed.filter((k) => k !== gone)
      if (rest.length === 0) continue
      // Without the recovery threshold it is a change by the daily keys, whose domain must agree.
      const alone = make === ROWS['replace-recovery, the domain showing other keys']!.make
      const expected = alone && SAFE.includes(gone) ? 'domain-unconfirmed' : 'quorum-not-met'
      expect([gone.name, code(rest)]).toEqual([gone.name, expected])
    }
  })

  test('entry 0, by all the depositary’s keys', () => {
    const w = new World({}, false)
    const all = [k1, k2, clerk, s1, s2]
    for (const gone of all) {
      const by = all.filter((k) => k !== gone)
      expect(w.refused(w.genesis({ by })).code).toBe('quorum-not-met')
    }
    expect(w.refused(w.genesis({ by: [...all, n1] })).code).toBe('key-not-eligible')
    expect(w.refused(w.genesis({ by: [...all, w.log] })).code).toBe('key-not-eligible')
  })

  test('any keys of the threshold will do', () => {
    const w = world()
    for (const by of [
      [d1, d2],
      [d1, d3],
      [d2, d3],
    ]) {
      expect(isRefusal(w.judge(w.withdraw(A, 'accord', { by })))).toBe(false)
    }
  })

  test('a key signs under its own name and id only', () => {
    const w = world()
    const renamed = keyOf(`${A}/other`, `${A}/d1`)
    expect(w.refused(w.withdraw(A, 'accord', { by: [renamed, d2] })).code).toBe('key-not-eligible')
  })
})
