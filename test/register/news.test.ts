import { beforeAll, describe, expect, test } from 'vitest'
import { DAY } from '../../src/accord/text.ts'
import { newsOf } from '../../src/register/news.ts'
import { standingOf } from '../../src/register/standing.ts'
import { type House, openHouse } from '../depositary/house.ts'
import { story } from '../depositary/story.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await house.addAll(story(house.world))
})

const LATER = 900 * DAY

describe('what time alone changed', () => {
  test('is at each instant what the law says, before it and from it on', async () => {
    const { sql, world } = house
    const at = world.now + LATER
    const { byTime } = await newsOf(sql, { at, limit: 1000 })
    expect(byTime.length).toBeGreaterThan(8)
    for (const { domain, instrument, before, after, at: instant } of byTime) {
      const word = async (time: number) =>
        (await standingOf(sql, { domain, instrument, at: time }))?.commitment.word
      const said = [domain, instrument, instant, await word(instant - 1), await word(instant)]
      expect(said).toEqual([domain, instrument, instant, before, after])
    }
  })

  test('is what was known at a size: later entries take nothing back', async () => {
    const { sql, world } = house
    const size = world.entries.length - 20
    const at = world.now + LATER
    const { byTime, entries } = await newsOf(sql, { at, size, limit: 1000 })
    expect(entries).toHaveLength(size)
    expect(byTime.every((w) => w.since < size)).toBe(true)
    for (const { domain, instrument, after, at: instant } of byTime) {
      const standing = await standingOf(sql, { domain, instrument, at: instant, size })
      expect([domain, instant, standing?.commitment.word]).toEqual([domain, instant, after])
    }
  })

  test('is told of a party, of an instrument, and the newest where there is a limit', async () => {
    const { sql, world } = house
    const at = world.now + LATER
    const all = (await newsOf(sql, { at, limit: 1000 })).byTime
    const of = async (whose: { domain?: string; instrument?: string; limit?: number }) =>
      (await newsOf(sql, { at, limit: 1000, ...whose })).byTime
    expect(await of({ domain: 'contoso.com' })).toEqual(
      all.filter((w) => w.domain === 'contoso.com'),
    )
    expect(await of({ instrument: 'accord' })).toEqual(all.filter((w) => w.instrument === 'accord'))
    expect(await of({ limit: 3 })).toEqual(all.slice(-3))
  })
})

describe('entries', () => {
  test('of everything are the last, in order, with the words that they changed', async () => {
    const { sql, world } = house
    const { entries } = await newsOf(sql, { at: world.now, limit: 5 })
    const size = world.entries.length
    expect(entries.map((e) => e.index)).toEqual([5, 4, 3, 2, 1].map((n) => size - n))
  })

  test('of an instrument are its versions and what changed the words of its parties', async () => {
    const { sql, world } = house
    const { entries } = await newsOf(sql, { at: world.now, instrument: 'accord', limit: 1000 })
    const types = new Set(entries.map((e) => e.type))
    expect(types).toContain('instrument/v1')
    expect(types).toContain('commitment/v1')
    expect(entries.some((e) => e.type === 'enrolment/v1' && e.act === 'first')).toBe(false)
    expect(entries.filter((e) => e.type === 'instrument/v1')).toHaveLength(2)
  })
})
