import { expect, test } from 'vitest'
import { q } from '../../db/sql.ts'
import { openDepositary } from '../../src/depositary/open.ts'
import { arrivedIn, type Stretch, stretchesOf, takeIn } from '../../src/register/arrival.ts'
import { closedMark, closeLog } from '../../src/register/closed.ts'
import { checkpointsAfter, headOf } from '../../src/register/head.ts'
import { entriesFrom } from '../../src/register/log.ts'
import { receiptOf } from '../../src/register/tree.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { verify } from '../accord/keys.ts'
import { newSql } from '../db/store.ts'
import { memoryPublication, openHouse, opening } from '../depositary/house.ts'

const NOTHING = { size: 0, head: null }
const TO = 'https://elsewhere.example'

async function lived() {
  const house = await openHouse()
  await house.add(house.world.instrument())
  await house.enrolMany(20)
  for (let i = 0; i < 20; i++) await house.add(house.world.sign(`c${i}.com`))
  const { sql, world } = house
  const notes = (await checkpointsAfter(sql, 0, 1000)).map(({ note }) => note)
  const read = async (from: number, to: number) =>
    (await entriesFrom(sql, from, to - from)).map(({ body }) => body)
  return { house, sql, world, notes, read, origin: world.origin }
}

test('a log that has moved takes nothing, in this process or the next, and keeps its mark', async () => {
  const { house, sql, world } = await lived()
  await closeLog(sql, { at: world.now, moved_to: TO })
  const note = world.withdraw('c0.com')
  await expect(house.submit(note)).rejects.toMatchObject({ code: 'STOPPED' })
  await closeLog(sql, { at: world.now + 1, moved_to: 'https://third.example' })
  expect(await closedMark(sql)).toEqual({ at: world.now, moved_to: TO })
  await expect(sql.atomically([q.deleteFrom('closed').compile()])).rejects.toMatchObject({
    code: 'CONSTRAINT',
  })
  const again = openDepositary(opening(world, sql, memoryPublication()))
  await expect(again).rejects.toMatchObject({
    code: 'CLOSED',
    message: expect.stringContaining(TO),
  })
})

test('what arrives gives the receipts of old and goes on', async () => {
  const { sql, world, notes, read, origin } = await lived()
  const fresh = await newSql()
  for await (const stretch of stretchesOf(notes, NOTHING, read)) {
    await takeIn(fresh, stretch, origin, verify)
  }
  for (let i = 0; i < world.entries.length; i++) {
    expect(await receiptOf(fresh, i)).toBe(await receiptOf(sql, i))
  }
  const there = await openDepositary(opening(world, fresh, memoryPublication(notes.at(-1)!)))
  expect(await there.submit(utf8(world.withdraw('c0.com')))).toMatchObject({ kind: 'logged' })
})

test('cut short between any two stretches, it goes on from there', async () => {
  const { notes, read, origin } = await lived()
  const fresh = await newSql()
  for (const end of [1, 2, notes.length]) {
    const arrived = await arrivedIn(fresh, verify)
    for await (const stretch of stretchesOf(notes.slice(0, end), arrived, read)) {
      await takeIn(fresh, stretch, origin, verify)
    }
  }
  expect((await headOf(fresh)).note).toBe(notes.at(-1))
})

test('a stretch that is sent again, since its answer was lost, is taken once', async () => {
  const { notes, read, origin, world } = await lived()
  const fresh = await newSql()
  for await (const stretch of stretchesOf(notes, NOTHING, read)) {
    const first = await takeIn(fresh, stretch, origin, verify)
    expect(await takeIn(fresh, stretch, origin, verify)).toEqual(first)
    const shorter = { ...stretch, checkpoints: [], entries: stretch.entries.slice(0, 1) }
    expect((await takeIn(fresh, shorter, origin, verify)).size).toBe(first.size)
  }
  expect(await headOf(fresh)).toMatchObject({ size: world.entries.length, note: notes.at(-1) })
})

test('what has not arrived whole does not sign', async () => {
  const { notes, read, origin, world } = await lived()
  const fresh = await newSql()
  for await (const stretch of stretchesOf(notes.slice(0, 3), NOTHING, read)) {
    await takeIn(fresh, stretch, origin, verify)
  }
  const half = openDepositary(opening(world, fresh, memoryPublication(null)))
  await expect(half).rejects.toMatchObject({ code: 'UNPUBLISHED' })
})

test('the last checkpoint alone is enough, as a mirror has it', async () => {
  const { notes, read, origin, world } = await lived()
  const fresh = await newSql()
  for await (const stretch of stretchesOf(notes.slice(-1), NOTHING, read)) {
    await takeIn(fresh, stretch, origin, verify)
  }
  expect(await headOf(fresh)).toMatchObject({ size: world.entries.length, note: notes.at(-1) })
})

test('nothing arrives that is not this log: another entry, note, key, place or name', async () => {
  const { notes, read, origin } = await lived()
  const { value } = await stretchesOf(notes, NOTHING, read).next()
  const stretch = value as Stretch
  const { entries, checkpoints } = stretch
  const other = new TextEncoder().encode('x')
  const wrong = [
    { ...stretch, from: 1 },
    { ...stretch, entries: [other, ...entries.slice(1)] },
    { ...stretch, entries: [entries[0]!, ...entries.slice(2)] },
    { ...stretch, checkpoints: [checkpoints[0]!.replace(/\n.*\n/, '\n2\n')] },
    { ...stretch, checkpoints: [checkpoints[0]!.slice(0, -8).concat('AAAAAA==\n')] },
    { ...stretch, checkpoints: ['x'] },
  ]
  for (const bad of wrong) {
    await expect(takeIn(await newSql(), bad, origin, verify)).rejects.toMatchObject({
      code: 'CORRUPT',
    })
  }
  const elsewhere = takeIn(await newSql(), stretch, 'another.example/log', verify)
  await expect(elsewhere).rejects.toMatchObject({ code: 'CORRUPT' })
})
