/** A statement judged before anybody has signed it: what is missing, and what would follow. */
import { expect, test } from 'vitest'
import { parseAttestation } from '../../src/accord/attestation.ts'
import { judge } from '../../src/accord/law.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { standing } from '../../src/accord/standing.ts'
import { after, FABRIKAM, world } from './cases.ts'
import { keyOf, signatureOf, verify } from './keys.ts'
import { dump, type World } from './kit.ts'

function trial(w: World, note: string, by: readonly ReturnType<typeof keyOf>[]) {
  const { text } = parseAttestation(note)
  const signatures = by.map((key) => signatureOf(text, key))
  const seenRoot = (size: number) => w.replay.rootAt(size)
  return judge(w.memory, { text, signatures }, w.now, { seenRoot, verify, trial: true })
}

const B = 'fabrikam.com'

test('names the signatures that are still missing, and what the statement would do', () => {
  const w = world()
  const was = structuredClone(dump(w.memory))
  const [ceo, gc] = FABRIKAM.keys
  for (const [by, signed] of [
    [[], []],
    [[ceo!], [ceo!.vkey]],
  ] as const) {
    const answer = trial(w, w.sign(B), by)
    if (isRefusal(answer)) throw new Error(answer.code)
    expect(answer.missing).toEqual([{ need: 2, of: [ceo!.vkey, gc!.vkey], signed }])
    const then = standing(answer.state, w.party(B).id, 'accord', w.now)
    expect(then?.commitment.word).toBe('active')
  }
  const all = trial(w, w.sign(B), [ceo!, gc!])
  expect(all).toMatchObject({ missing: [] })
  expect(dump(w.memory)).toEqual(was)
})

test('refuses for every other reason', () => {
  const w = world()
  expect(trial(w, w.withdraw(B), [])).toHaveProperty('code', 'wrong-standing')
  expect(trial(w, w.sign(B), [keyOf('nobody.example')])).toHaveProperty('code', 'key-not-eligible')
  const { text } = parseAttestation(w.sign(B))
  const bad = { ...signatureOf(text, FABRIKAM.keys[0]!), blob: new Uint8Array(64) }
  const facts = { seenRoot: (n: number) => w.replay.rootAt(n), verify, trial: true }
  const answer = judge(w.memory, { text, signatures: [bad] }, w.now, facts)
  expect(answer).toHaveProperty('code', 'bad-signature')
})

test('a root or an entry that the caller should know and does not is a bug, not a refusal', () => {
  const w = after()
  const { text, signatures } = parseAttestation(w.sign(B))
  const facts = { seenRoot: () => undefined, verify }
  expect(() => judge(w.memory, { text, signatures }, w.now, facts)).toThrow(RangeError)
})
