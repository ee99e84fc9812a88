/** The life of keys: who signs for a company when officers change, and when keys are stolen. */
import { expect, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import { company } from '../accord/cast.ts'
import { GOOD, keysNamed, Scene, small } from './scene.ts'

const US = 'contoso.com'
const THIEF = 'mallory.example'
const [ceo, gc] = company(US).keys as [never, never]
const safes = company(US).recovery!.keys

/** The thief's own keys, named as if they were the company's. */
const theirs = keysNamed(US, 'thief')
const fresh = keysNamed(US, 'ceo-2', 'gc-2')

test('rotation: one officer leaves and another comes, and what was signed stays signed', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(US))
  expect(await scene.axes(US)).toEqual(GOOD)

  speaker.days(10)
  const next = [...keysNamed(US, 'ceo'), ...keysNamed(US, 'cfo')]
  const alone = speaker.rotate(US, next, { by: keysNamed(US, 'ceo', 'cfo') })
  expect(await scene.refused(alone)).toBe('quorum-not-met')
  const unproven = speaker.rotate(US, next, { by: [ceo, gc] })
  expect(await scene.refused(unproven)).toBe('quorum-not-met')
  await scene.add(speaker.rotate(US, next))
  expect(scene.keys(US)).toEqual(['ceo', 'cfo'])
  // The domain still shows the old keys: seen before, they count until the next look.
  expect(await scene.axes(US)).toEqual(GOOD)
  const left = speaker.report(US, 'accord', { by: [ceo, gc] })
  expect(await scene.refused(left)).toBe('key-not-eligible')

  await scene.shows(US, next)
  await scene.add(speaker.report(US))
  expect(await scene.axes(US)).toEqual(GOOD)
  speaker.days(10)
  const back = speaker.rotate(US, [ceo, gc])
  expect(await scene.refused(back)).toBe('key-retired')
  await scene.expectUnchanged()
})

test('a stolen daily key: the recovery keys and the domain have the company back after the delay', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(small(US))
  await scene.join(small(THIEF))
  expect(await scene.axes(US)).toEqual(GOOD)

  // Night: with the general counsel's key the thief puts a key of their own in force.
  speaker.days(30)
  await scene.add(speaker.rotate(US, theirs, { threshold: 1, by: [gc, ...theirs] }))
  const ours = speaker.report(US, 'accord', { by: [ceo] })
  expect(await scene.refused(ours)).toBe('key-not-eligible')
  await scene.shows(US, [ceo, gc])
  expect(await scene.axes(US)).toEqual(GOOD)
  const usurp = speaker.recover(US, keysNamed(US, 'thief-2'), {
    by: keysNamed(US, 'thief', 'thief-2'),
  })
  expect(await scene.refused(usurp)).toBe('key-not-eligible')
  const unshown = speaker.replaceRecovery(
    US,
    { keys: keysNamed(US, 'x'), threshold: 1 },
    {
      by: [...theirs, ...keysNamed(US, 'x')],
    },
  )
  expect(await scene.refused(unshown)).toBe('domain-unconfirmed')

  // Morning: the company announces its recovery, for which its domain has to show the new keys.
  speaker.days(1)
  expect(await scene.refused(speaker.recover(US, fresh))).toBe('domain-unconfirmed')
  await scene.shows(US, fresh)
  const recovery = await scene.add(speaker.recover(US, fresh))
  const announced = speaker.now
  const recovering = { ...GOOD, control: 'recovering' }
  expect(await scene.axes(US)).toEqual(recovering)

  // What the thief tries meanwhile.
  speaker.days(3)
  const by = theirs
  const more = keysNamed(US, 'thief-3')
  const attempts: [note: string, code: string][] = [
    [speaker.withdraw(US, 'accord', { by }), 'recovering'],
    [speaker.report(US, 'accord', { by }), 'recovering'],
    [speaker.rotate(US, more, { threshold: 1, by: [...by, ...more] }), 'change-pending'],
    [speaker.replaceRecovery(US, null, { by }), 'change-pending'],
    [speaker.recover(US, more, { threshold: 1, by: [...by, ...more] }), 'change-pending'],
    [speaker.cancel(US, recovery, { by }), 'key-not-eligible'],
    [
      speaker.succession(US, THIEF, ['accord'], { by: [...by, ...small(THIEF).keys] }),
      'recovering',
    ],
    [speaker.succession(THIEF, US, [], { by: [...small(THIEF).keys, ...by] }), 'recovering'],
    [speaker.enrol(small(US, { keys: more, recovery: null })), 'domain-taken'],
    [speaker.withdraw(US, 'accord', { by: [gc] }), 'recovering'],
  ]
  for (const [note, code] of attempts) expect(await scene.refused(note)).toBe(code)
  expect(await scene.axes(US)).toEqual(recovering)

  // The delay, to the second.
  speaker.now = announced + 14 * DAY - 1
  expect([scene.keys(US), await scene.axes(US)]).toEqual([['thief'], recovering])
  const early = speaker.report(US, 'accord', { by: fresh })
  expect(await scene.refused(early)).toBe('recovering')
  speaker.now++
  expect([scene.keys(US), await scene.axes(US)]).toEqual([['ceo-2', 'gc-2'], GOOD])

  // The thief has nothing left, and the company goes on.
  for (const [note] of attempts.slice(0, 2)) {
    expect(await scene.refused(note)).toBe('key-not-eligible')
  }
  await scene.add(speaker.report(US))
  expect(await scene.refused(speaker.rotate(US, theirs, { threshold: 1 }))).toBe('key-retired')
  speaker.days(310)
  await scene.shows(US, fresh)
  await scene.add(speaker.renew(US))
  expect(await scene.axes(US)).toEqual({ ...GOOD, caveats: '', reporting: 'up-to-date' })
  await scene.expectUnchanged()
})

test('a thief with the daily keys withdraws, succeeds and replaces the recovery keys before anybody notices', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(US))
  await scene.join(company(THIEF))
  expect(await scene.axes(US)).toEqual(GOOD)

  // The domain shows the very keys that were stolen.
  speaker.days(30)
  const stolen = [ceo, gc]
  await scene.add(speaker.withdraw(US))
  await scene.add(speaker.succession(US, THIEF, ['accord']))
  const next = { keys: keysNamed(US, 'vault'), threshold: 1 }
  await scene.add(speaker.replaceRecovery(US, next, { by: [...stolen, ...next.keys] }))
  expect(scene.party(US)).toMatchObject({
    pending: { mode: 'replace-recovery' },
    passing: { to: scene.party(THIEF).id },
  })
  expect(await scene.axes(US)).toEqual({ ...GOOD, commitment: 'withdrawing' })
  expect(await scene.refused(speaker.rotate(US, fresh))).toBe('change-pending')

  // On the last day somebody notices. The recovery undoes what has not taken effect.
  speaker.days(13)
  await scene.shows(US, fresh)
  await scene.add(speaker.recover(US, fresh))
  expect(scene.party(US)).toMatchObject({ pending: { mode: 'recover' }, passing: null })
  expect(await scene.axes(US)).toEqual({
    ...GOOD,
    commitment: 'withdrawing',
    control: 'recovering',
  })
  const undo = speaker.commit('cancel-withdrawal', US, 'accord', { by: fresh })
  expect(await scene.refused(undo)).toBe('recovering')

  // The succession and the thief's recovery keys would be in force by now.
  speaker.days(14)
  expect(scene.party(US)).toMatchObject({ ended: null, pending: null, passing: null })
  expect(scene.party(US).profile.recovery!.keys.map((k) => k.vkey)).toEqual(
    safes.map((k) => k.vkey),
  )
  expect(scene.keys(US)).toEqual(['ceo-2', 'gc-2'])
  expect(await scene.axes(THIEF)).toMatchObject({ commitment: 'none' })

  // The withdrawal was said in due form and stands, until the company takes it back.
  expect(await scene.axes(US)).toEqual({ ...GOOD, commitment: 'withdrawing' })
  await scene.add(speaker.commit('cancel-withdrawal', US))
  expect(await scene.axes(US)).toEqual(GOOD)
  await scene.expectUnchanged()
})

test('a stolen recovery key: it can hinder but not take, and both thresholds are rid of it at once', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(US))
  expect(await scene.axes(US)).toEqual(GOOD)

  const mine = [...safes, ...theirs]
  const attempts: [note: string, code: string][] = [
    [speaker.recover(US, theirs, { threshold: 1, by: mine }), 'domain-unconfirmed'],
    [speaker.recover(US, [ceo, gc], { by: safes }), 'nothing-new'],
    [speaker.rotate(US, theirs, { threshold: 1, by: mine }), 'key-not-eligible'],
    [speaker.replaceRecovery(US, { keys: theirs, threshold: 1 }, { by: mine }), 'quorum-not-met'],
    [speaker.withdraw(US, 'accord', { by: safes }), 'key-not-eligible'],
    [speaker.cancel(US, speaker.head(US)!), 'nothing-pending'],
  ]
  for (const [note, code] of attempts) expect(await scene.refused(note)).toBe(code)
  expect(await scene.axes(US)).toEqual(GOOD)

  // Without the old recovery keys the daily keys are not rid of them: the thief cancels.
  const next = { keys: keysNamed(US, 'vault-1', 'vault-2'), threshold: 2 }
  const alone = { by: [ceo, gc, ...next.keys] }
  const change = await scene.add(speaker.replaceRecovery(US, next, alone))
  speaker.days(1)
  await scene.add(speaker.cancel(US, change))
  speaker.days(14)
  expect(scene.party(US).profile.recovery!.keys[0]!.vkey).toBe(safes[0]!.vkey)
  expect(await scene.axes(US)).toEqual(GOOD)

  // With them, at once.
  await scene.add(speaker.replaceRecovery(US, next))
  expect(scene.party(US).profile.recovery!.keys[0]!.vkey).toBe(next.keys[0]!.vkey)
  const again = await scene.add(speaker.replaceRecovery(US, null, { by: [ceo, gc] }))
  expect(await scene.refused(speaker.cancel(US, again, { by: safes }))).toBe('key-not-eligible')
  await scene.add(speaker.cancel(US, again))
  const back = speaker.replaceRecovery(US, company(US).recovery)
  expect(await scene.refused(back)).toBe('key-retired')
  expect(await scene.axes(US)).toEqual(GOOD)
  await scene.expectUnchanged()
})

test('a recovery while a commitment is overdue: it lapses when the company can sign again, and not before', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(US))
  const signed = speaker.now
  speaker.now = signed + 424 * DAY
  await scene.shows(US, fresh)
  expect(await scene.axes(US)).toEqual({
    ...GOOD,
    commitment: 'overdue',
    control: 'stale',
    reporting: 'missed',
  })

  // A day before it lapses the daily keys turn out to be lost.
  await scene.add(speaker.recover(US, fresh))
  const announced = speaker.now
  const waiting = { ...GOOD, commitment: 'overdue', control: 'recovering', reporting: 'missed' }
  expect(await scene.axes(US)).toEqual(waiting)
  speaker.now = signed + 425 * DAY + 1
  expect(await scene.axes(US)).toEqual(waiting)
  const early = speaker.renew(US, 'accord', { by: fresh })
  expect(await scene.refused(early)).toBe('recovering')
  speaker.now = announced + 14 * DAY - 1
  expect(await scene.axes(US)).toEqual(waiting)

  // The time for renewal was over while nobody could sign: it lapses now, and is signed anew.
  speaker.now++
  const over = { ...GOOD, commitment: 'lapsed', reporting: 'none-required' }
  expect(await scene.axes(US)).toEqual(over)
  await scene.add(speaker.renew(US))
  expect(await scene.axes(US)).toEqual({ ...GOOD, caveats: '' })
  await scene.expectUnchanged()
})
