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
