/** What a mutation run found that no other test noticed. */
import { expect, test } from 'vitest'
import { isText } from '../../src/accord/text.ts'
import { company } from './cast.ts'
import { World } from './kit.ts'

test('a text has at least as many code points as it should, and at most', () => {
  const fits = ['', 'a', 'ab', 'abc', '😀😀', '😀😀😀'].map((t) => isText(t, 1, 2, false))
  expect(fits).toEqual([false, true, true, false, true, false])
})

test('a name is not empty', () => {
  const w = new World()
  const who = company('a.example')
  w.add(w.verification('a.example', who.keys))
  const note = w.enrol(who).replace(/"name": "[^"]*"/, '"name": ""')
  expect(w.refused(note).code).toBe('malformed-statement')
})

test('rules equal to those in force announce nothing, and drop what was announced', () => {
  const w = new World()
  const due = () => (w.memory.get('agenda', '') ?? []).map((d) => d.what)
  w.add(w.registryChange({ depositary: 'Another name' }))
  expect([due(), w.memory.get('registry', '')!.nextRules]).toEqual([['keeping'], null])
  const now = w.memory.get('registry', '')!.rules
  w.add(w.registryChange({ rules: { ...now, clock_skew_seconds: 60 } }))
  expect(due()).toEqual(['keeping', 'rules'])
  w.add(w.registryChange({ rules: now }))
  expect([due(), w.memory.get('registry', '')!.nextRules]).toEqual([['keeping'], null])
})

test('a successor counts toward entry into force in the place of the party before', () => {
  const w = new World()
  for (const d of ['a.example', 'b.example', 'c.example']) w.join(company(d))
  w.add(w.instrument({ terms: { entry_into_force: 2 } }))
  w.add(w.sign('a.example'))
  w.add(w.succession('a.example', 'b.example', ['accord']))
  w.days(14)
  const { index } = w.add(w.sign('c.example'))
  expect(w.memory.get('instrument', 'accord')!.versions[0]!.inForce?.index).toBe(index)
})
