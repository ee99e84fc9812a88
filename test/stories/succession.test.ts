/** The life of names: a company renames itself, and two become one. */
import { expect, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import { company } from '../accord/cast.ts'
import { GOOD, keysNamed, NOTHING, Scene } from './scene.ts'

const OLD = 'contoso.com'
const NEW = 'contoso.example'

test('a rename: what was signed goes over with its dates, and the old name says where', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(OLD))
  const { id, holdings } = scene.party(OLD)
  const { signed, until } = holdings[0]!.current!
  speaker.days(40)
  await scene.join(company(NEW))
  expect(await scene.axes(OLD)).toEqual(GOOD)
  expect(await scene.axes(NEW)).toEqual({ ...NOTHING, control: 'confirmed' })

  const half = speaker.succession(OLD, NEW, ['accord'], { by: company(OLD).keys })
  expect(await scene.refused(half)).toBe('quorum-not-met')
  await scene.add(speaker.succession(OLD, NEW, ['accord'], { kind: 'rename' }))
  const announced = speaker.now
  expect(await scene.refused(speaker.succession(OLD, NEW, []))).toBe('succession-pending')

  // Until the delay has run the old name speaks, and is bound.
  speaker.days(3)
  await scene.add(speaker.report(OLD))
  speaker.now = announced + 14 * DAY - 1
  expect(await scene.axes(OLD)).toEqual({ ...GOOD, control: 'stale' })
  expect(await scene.axes(NEW)).toEqual({ ...NOTHING, control: 'confirmed' })
  speaker.now++
  expect(await scene.axes(OLD)).toMatchObject({
    commitment: 'succeeded',
    reporting: 'none-required',
  })
  expect(await scene.axes(NEW)).toEqual(GOOD)
  expect(scene.party(OLD).ended).toMatchObject({ how: 'succeeded', by: scene.party(NEW).id })
  expect(scene.party(NEW).holdings[0]!.current).toMatchObject({ signed, until })

  expect(await scene.refused(speaker.report(OLD))).toBe('unknown-party')
  await scene.add(speaker.report(NEW))
  expect(scene.party(OLD).id).toBe(id)
  await scene.expectUnchanged()
})

test('a merger: one commitment goes over, the one that both held is kept, and nothing is doubled', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  const other = 'fabrikam.com'
  await scene.add(speaker.instrument({ id: 'pact', terms: { reporting_days: 365 } }))
  await scene.member(company(other))
  await scene.add(speaker.sign(other, 'pact'))
  await scene.member(company(NEW))
  const read = async () => [
    (await scene.axes(other)).commitment,
    (await scene.axes(other, 'pact')).commitment,
    (await scene.axes(NEW)).commitment,
    (await scene.axes(NEW, 'pact')).commitment,
  ]
  expect(await read()).toEqual(['active', 'active', 'active', 'none'])

  const doubled = speaker.succession(other, NEW, ['accord', 'pact'])
  expect(await scene.refused(doubled)).toBe('successor-holds')
  await scene.add(speaker.succession(other, NEW, ['pact']))
  speaker.days(13)
  expect(await read()).toEqual(['active', 'active', 'active', 'none'])
  speaker.days(1)
  expect(await read()).toEqual(['ended', 'succeeded', 'active', 'active'])
  expect(await scene.axes(NEW, 'pact')).toEqual({ ...GOOD, caveats: '' })
  await scene.expectUnchanged()
})

test('a merger that a safe stops: the recovery keys of either company cancel it', async () => {
  const scene = await Scene.open()
  const { speaker } = scene
  await scene.member(company(OLD))
  await scene.join(company(NEW))
  for (const [domain, stranger] of [
    [NEW, OLD],
    [OLD, NEW],
  ] as const) {
    const digest = await scene.add(speaker.succession(OLD, NEW, ['accord']))
    expect(await scene.axes(OLD)).toEqual(GOOD)
    const by = keysNamed(stranger, 'safe-1', 'safe-2')
    expect(await scene.refused(speaker.cancel(domain, digest, { by }))).toBe('key-not-eligible')
    speaker.days(1)
    await scene.add(speaker.cancel(domain, digest))
    speaker.days(14)
    expect(await scene.axes(OLD)).toEqual(GOOD)
    expect(await scene.axes(NEW)).toMatchObject(NOTHING)
  }
  await scene.expectUnchanged()
})
