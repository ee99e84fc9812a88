import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import accord from '../../db/instruments/tech-sector-accord.json' with { type: 'json' }
import type { InstrumentV1 } from '../../src/accord/statement.ts'
import { differenceOf, type Run, runsOf } from '../../src/pages/difference.ts'

const text = accord as unknown as InstrumentV1
const [first, second, third] = text.clauses

const side = (runs: readonly Run[], without: Run['in']) =>
  runs
    .filter((run) => run.in !== without)
    .map((run) => run.text)
    .join('')

describe('words', () => {
  test('a word that was replaced, and nothing else', () => {
    expect(runsOf('We will not help.', 'We shall not help.')).toEqual([
      { in: 'both', text: 'We ' },
      { in: 'before', text: 'will' },
      { in: 'after', text: 'shall' },
      { in: 'both', text: ' not help.' },
    ])
  })

  test('words replaced one after the other are one change', () => {
    expect(runsOf('never help anybody', 'always harm nobody')).toEqual([
      { in: 'before', text: 'never help anybody' },
      { in: 'after', text: 'always harm nobody' },
    ])
  })

  test('a mark is a word: a comma can change what is promised', () => {
    expect(runsOf('states, companies', 'states companies')).toContainEqual({
      in: 'before',
      text: ',',
    })
  })

  test('texts beyond measure are compared as wholes', () => {
    const long = (word: string) => Array.from({ length: 3000 }, (_, i) => `${word}${i}`).join(' ')
    expect(runsOf(long('a'), long('b'))).toEqual([
      { in: 'before', text: long('a') },
      { in: 'after', text: long('b') },
    ])
  })

  const words = fc
    .array(fc.constantFrom('we', 'will', 'not', ' ', '\n', ',', 'שלום', '🛡️', '\u0301', '約束'))
    .map((parts) => parts.join(''))
  prop.prop([words, words])(
    'each text is whole in its runs, and equal texts are one run',
    (a, b) => {
      const runs = runsOf(a, b)
      expect(side(runs, 'after')).toBe(a)
      expect(side(runs, 'before')).toBe(b)
      expect(runs.every((run) => run.text !== '')).toBe(true)
      expect(runs.every((run) => run.in === 'both')).toBe(a === b)
      const kinds = runs.map((run) => run.in)
      expect(kinds.every((kind, i) => kind !== kinds[i - 1])).toBe(true)
    },
  )
})

describe('versions', () => {
  test('a text is the same as itself', () => {
    const { same, clauses, facts } = differenceOf(text, text)
    expect([same, facts]).toEqual([true, []])
    expect(clauses.map((c) => [c.id, c.change])).toEqual(text.clauses.map((c) => [c.id, 'none']))
  })

  test('what is signed is compared: clauses, terms, and whom it is open to', () => {
    const clause = { ...first!, reservable: 'yes' } as const
    const after: InstrumentV1 = {
      ...text,
      terms: { ...text.terms, grace_days: 7 },
      open_to: ['state'],
      clauses: [clause, ...text.clauses.slice(1)],
    }
    const { same, clauses, facts } = differenceOf(text, after)
    expect(same).toBe(false)
    expect(clauses[0]).toMatchObject({
      change: 'changed',
      facts: [{ field: 'reservable', before: `"${first!.reservable}"`, after: '"yes"' }],
    })
    expect(facts).toEqual([
      { field: 'open_to', before: JSON.stringify(text.open_to), after: '["state"]' },
      { field: 'terms.grace_days', before: String(text.terms.grace_days), after: '7' },
    ])
  })

  test('a clause under another id is another clause, and stands where it stood', () => {
    const after = { ...text, clauses: [{ ...first!, id: 'NEW' }, ...text.clauses.slice(1)] }
    const { clauses } = differenceOf(text, after)
    expect(clauses.slice(0, 3).map((c) => [c.id, c.change])).toEqual([
      [first!.id, 'removed'],
      ['NEW', 'added'],
      [second!.id, 'none'],
    ])
  })

  test('a clause that only moved is changed, and those beside it are told apart', () => {
    const after = { ...text, clauses: [second!, first!, ...text.clauses.slice(2)] }
    const { clauses } = differenceOf(text, after)
    expect(clauses.slice(0, 3).map((c) => [c.id, c.facts])).toEqual([
      [second!.id, [{ field: 'place', before: '2', after: '1' }]],
      [first!.id, [{ field: 'place', before: '1', after: '2' }]],
      [third!.id, []],
    ])
  })
})
