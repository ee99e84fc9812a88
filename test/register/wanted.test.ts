import { expect, test } from 'vitest'
import type { Sql } from '../../db/sql.ts'
import { judge } from '../../src/accord/law.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { openRows } from '../../src/register/state.ts'
import { wantedBy } from '../../src/register/wanted.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { openHouse } from '../depositary/house.ts'

test('a verification of 64 domains asks the store and the law a few times, not once for each', async () => {
  const house = await openHouse()
  const { world } = house
  await house.enrolMany(64)
  world.days(1)
  const checks = Array.from({ length: 64 }, (_, i) =>
    world.check(`c${i}.com`, [keyOf(`c${i}.com/ceo`)]),
  )
  const note = world.verification('', [], { checks })

  let queries = 0
  const counting: Sql = {
    all: (query) => {
      queries++
      return house.sql.all(query)
    },
    atomically: (writes) => house.sql.atomically(writes),
  }
  const { text, signatures } = parseNote(note)
  const rows = await openRows(counting, house.depositary.published().size)
  await rows.load(wantedBy(text))
  let runs = 0
  const answer = await rows.run(() => {
    runs++
    return judge(rows, { text, signatures }, world.now, { seenRoot: rows.seenRoot, verify })
  })
  expect(isRefusal(answer)).toBe(false)
  expect(runs).toBeLessThan(8)
  expect(queries).toBeLessThan(16)
})

test('work that misses much lets others have their turn', async () => {
  const house = await openHouse()
  const rows = await openRows(house.sql, 1)
  let turns = 0
  const ticking = setInterval(() => turns++)
  const names = Array.from({ length: 200 }, (_, i) => `d${i}.com`)
  await rows.run(() => names.map((name) => rows.get('domain', name)))
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(5)
})
