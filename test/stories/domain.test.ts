/** The life of a domain: it is stolen, it expires, it has another owner. */
import { expect, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import { company } from '../accord/cast.ts'
import type { TestKey } from '../accord/keys.ts'
import { GOOD, keysNamed, NOTHING, Scene, small } from './scene.ts'

const US = 'contoso.com'
const keys = company(US).keys
const theirs = keysNamed(US, 'thief')

/** The domain shows these keys, day by day, until so many days later. */
async function showsFor(scene: Scene, days: number, shown: readonly TestKey[]): Promise<void> {
  const end = scene.speaker.now + days * DAY
  for (; scene.speaker.now <= end; scene.speaker.days(3)) await scene.shows(US, shown)
  scene.speaker.now = end
}

test('a stolen domain: whoever has it cannot speak for the company, which has it back with the domain', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(US))
  expect(await scene.axes(US)).toEqual(GOOD)

  // The thief shows keys of their own, and tries to make them count.
  speaker.days(30)
  const shown = speaker.now
  await scene.shows(US, theirs)
  const one = { threshold: 1, by: theirs }
  const attempts: [note: string, code: string][] = [
    [speaker.enrol(small(US, { keys: theirs, recovery: null })), 'domain-taken'],
    [speaker.recover(US, theirs, one), 'quorum-not-met'],
    [speaker.rotate(US, theirs, one), 'quorum-not-met'],
    [speaker.replaceRecovery(US, { keys: theirs, threshold: 1 }, one), 'quorum-not-met'],
    [speaker.replaceRecovery(US, null, { by: theirs }), 'key-not-eligible'],
    [speaker.withdraw(US, 'accord', { by: theirs }), 'key-not-eligible'],
  ]
  for (const [note, code] of attempts) expect(await scene.refused(note)).toBe(code)
  expect(await scene.axes(US)).toEqual(GOOD)

  // Three misses over three days are a mismatch; the commitment is as it was.
  speaker.days(1)
  await scene.shows(US, theirs)
  speaker.now = shown + 3 * DAY - 1
  await scene.shows(US, theirs)
  expect(await scene.axes(US)).toEqual(GOOD)
  speaker.now++
  await scene.shows(US, theirs)
  const mismatch = { ...GOOD, control: 'mismatch' }
  expect(await scene.axes(US)).toEqual(mismatch)

  // The company speaks with its keys all the while; what needs the domain waits.
  await scene.add(speaker.report(US))
  const next = keysNamed(US, 'ceo-2', 'gc-2')
  await scene.add(speaker.rotate(US, next))
  const vault = { keys: keysNamed(US, 'vault'), threshold: 1 }
  await scene.add(speaker.replaceRecovery(US, vault))
  const more = keysNamed(US, 'ceo-3', 'gc-3')
  expect(await scene.refused(speaker.recover(US, more))).toBe('domain-unconfirmed')
  const early = speaker.notice('release', US)
  expect(await scene.refused(early)).toBe('not-mismatch')
  expect(await scene.axes(US)).toEqual(mismatch)

  // A court gives the domain back.
  speaker.days(20)
  await scene.shows(US, next)
  expect(await scene.axes(US)).toEqual(GOOD)
  expect(scene.keys(US)).toEqual(['ceo-2', 'gc-2'])
  await scene.expectUnchanged()
})

test('a stolen domain that does not come back: the company goes on under another one', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  const there = 'contoso.net'
  await scene.member(company(US))
  const { id } = scene.party(US)
  const before = await scene.axes(US)
  await showsFor(scene, 32, theirs)
  expect(await scene.axes(US)).toEqual({ ...before, control: 'mismatch' })
  expect(await scene.refused(speaker.notice('release', US))).toBe('not-mismatch')

  await scene.join(company(there))
  await scene.add(speaker.succession(US, there, ['accord'], { kind: 'rename' }))
  await showsFor(scene, 13, theirs)
  await scene.add(speaker.notice('release', US))
  expect(await scene.axes(US)).toEqual({ ...before, control: 'mismatch' })
  speaker.days(1)
  expect(await scene.axes(there)).toEqual(GOOD)
  expect(await scene.axesById(id)).toMatchObject({ commitment: 'succeeded', caveats: 'P2' })

  // What the thief enrols there is another party, which has said nothing.
  await scene.shows(US, theirs)
  await scene.add(speaker.enrol(small(US, { keys: theirs, recovery: null })))
  expect(scene.party(US).id).not.toBe(id)
  expect(await scene.axes(US)).toEqual({ ...NOTHING, control: 'confirmed' })
  expect(await scene.axes(there)).toEqual(GOOD)
  await scene.expectUnchanged()
})

test('loss of both, daily keys and recovery keys: release, and then a new party', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(US))
  const { id } = scene.party(US)
  expect(await scene.axes(US)).toEqual(GOOD)

  // All that is left is the domain. It shows new keys, which are nobody's yet.
  speaker.days(30)
  const fresh = keysNamed(US, 'ceo-2', 'gc-2')
  const again = company(US, {
    keys: fresh,
    recovery: { keys: keysNamed(US, 'vault'), threshold: 1 },
  })
  await scene.shows(US, fresh)
  expect(await scene.refused(speaker.enrol(again))).toBe('domain-taken')
  const mine = speaker.recover(US, fresh, { by: fresh })
  expect(await scene.refused(mine)).toBe('quorum-not-met')
  await showsFor(scene, 32, fresh)
  expect(await scene.refused(speaker.notice('release', US))).toBe('not-mismatch')
  speaker.days(1)
  await scene.shows(US, fresh)
  expect(await scene.axes(US)).toEqual({ ...GOOD, control: 'mismatch' })

  // The depositary releases the domain; the delay runs, to the second.
  await scene.add(speaker.notice('release', US))
  const announced = speaker.now
  expect(await scene.refused(speaker.notice('release', US))).toBe('change-pending')
  speaker.now = announced + 14 * DAY - 1
  expect(await scene.axes(US)).toEqual({ ...GOOD, control: 'mismatch' })
  expect(await scene.refused(speaker.enrol(again))).toBe('domain-taken')
  speaker.now++
  const ended = { ...GOOD, commitment: 'ended', control: 'mismatch', reporting: 'none-required' }
  expect(await scene.axes(US)).toEqual(ended)

  // A new party, with a new beginning; the old one stays in the list with its word.
  await scene.add(speaker.enrol(again))
  expect(await scene.axes(US)).toEqual({ ...NOTHING, control: 'confirmed' })
  await scene.add(speaker.sign(US))
  expect(await scene.axes(US)).toEqual({ ...GOOD, caveats: '' })
  expect(await scene.axesById(id)).toEqual(ended)
  await scene.expectUnchanged()
})

test('recovery keys stolen and lost: release is the way out, and the thief cannot stop it', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  const there = 'contoso.net'
  await scene.member(company(US))
  await scene.join(company(there))
  expect(await scene.axes(US)).toEqual(GOOD)

  // The thief's recovery keys stop every other way.
  const next = { keys: keysNamed(US, 'vault'), threshold: 1 }
  const by = [...keys, ...next.keys]
  await scene.add(speaker.cancel(US, await scene.add(speaker.replaceRecovery(US, next, { by }))))
  await scene.add(speaker.cancel(US, await scene.add(speaker.succession(US, there, ['accord']))))
  expect(await scene.axes(US)).toEqual(GOOD)

  // The company lets its domain show nothing; it signs on meanwhile.
  await showsFor(scene, 36, [])
  await scene.add(speaker.report(US))
  await scene.shows(US, [])
  const release = await scene.add(speaker.notice('release', US))
  expect(await scene.axes(US)).toEqual({ ...GOOD, control: 'mismatch' })
  expect(await scene.refused(speaker.cancel(US, release))).toBe('nothing-pending')
  const usurp = speaker.recover(US, theirs, { threshold: 1 })
  expect(await scene.refused(usurp)).toBe('domain-unconfirmed')
  speaker.days(14)
  expect(await scene.axes(US)).toMatchObject({ commitment: 'ended' })

  const fresh = keysNamed(US, 'ceo-2', 'gc-2')
  await scene.shows(US, fresh)
  const vault = { keys: keysNamed(US, 'vault-2'), threshold: 1 }
  await scene.add(speaker.enrol(company(US, { keys: fresh, recovery: vault })))
  await scene.add(speaker.sign(US))
  expect(await scene.axes(US)).toEqual({ ...GOOD, caveats: '' })
  await scene.expectUnchanged()
})

test('a domain expires and has a new owner, who inherits nothing', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(US))
  const { id } = scene.party(US)
  expect(await scene.axes(US)).toEqual(GOOD)

  // It answers no more: that is no miss, and yet what was seen grows old.
  speaker.days(1)
  await scene.shows(US, [], { check: { outcome: 'unreachable' } })
  speaker.days(43)
  await scene.shows(US, [], { check: { outcome: 'unreachable' } })
  expect(await scene.axes(US)).toEqual(GOOD)
  speaker.days(2)
  await scene.shows(US, [], { check: { outcome: 'unreachable' } })
  expect(await scene.axes(US)).toEqual({ ...GOOD, control: 'stale' })
  expect(await scene.refused(speaker.notice('release', US))).toBe('not-mismatch')

  // Somebody else buys it, and shows keys of their own.
  const buyer = company(US, { name: 'The buyer', keys: theirs, threshold: 1, recovery: null })
  await showsFor(scene, 36, theirs)
  expect(await scene.axes(US)).toEqual({ ...GOOD, control: 'mismatch' })
  expect(await scene.refused(speaker.enrol(buyer))).toBe('domain-taken')
  await scene.shows(US, theirs)
  await scene.add(speaker.notice('release', US))
  speaker.days(14)
  const ended = { ...GOOD, commitment: 'ended', control: 'mismatch', reporting: 'none-required' }
  expect(await scene.axes(US)).toEqual(ended)

  await scene.shows(US, theirs)
  await scene.add(speaker.enrol(buyer))
  expect(scene.party(US)).toMatchObject({ profile: { name: 'The buyer' } })
  expect(await scene.axes(US)).toEqual({ ...NOTHING, control: 'confirmed' })
  expect(await scene.axesById(id)).toEqual(ended)
  const old = speaker.report(US, 'accord', { by: keys })
  expect(await scene.refused(old)).toBe('key-not-eligible')
  const borrowed = [...theirs, keys[0]!]
  expect(await scene.refused(speaker.rotate(US, borrowed, { threshold: 1 }))).toBe('key-in-use')
  await scene.expectUnchanged()
})
