import { beforeAll, expect, test } from 'vitest'
import { q } from '../../db/sql.ts'
import { settled } from '../../src/accord/agenda.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { standing } from '../../src/accord/standing.ts'
import type { Table } from '../../src/accord/state.ts'
import { Fold } from '../../src/register/fold.ts'
import { rebuild } from '../../src/register/rebuild.ts'
import { standingOf } from '../../src/register/standing.ts'
import { withState } from '../../src/register/state.ts'
import { verify } from '../accord/keys.ts'
import { EVERY } from '../db/store.ts'
import { type House, openHouse } from '../depositary/house.ts'
import { story } from '../depositary/story.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
  await house.addAll(story(house.world))
})

const TABLES: Table[] = [
  'registry',
  'agenda',
  'party',
  'domain',
  'instrument',
  'statement',
  'key',
  'entry',
]
const DOMAINS = [
  'contoso.com',
  'fabrikam.com',
  'litware.com',
  'tailspin.com',
  'arcadia.example',
  'registry.example',
]

test('the story is as long as it seems', () => {
  expect(house.world.entries.length).toBeGreaterThan(45)
  expect(house.alarms).toEqual([])
})

test('folding entries 0 to n gives what the tables gave at n', async () => {
  const fold = new Fold(verify)
  for (const [i, body] of house.world.entries.entries()) {
    expect(isRefusal(fold.next(body))).toBe(false)
    if (i % EVERY !== 0) continue
    const all = TABLES.flatMap((table) =>
      [...fold.memory.list(table)].map(([key, value]) => ({ table, key, value })),
    )
    const rows = await withState(house.sql, i + 1, (state) =>
      all.map(({ table, key }) => ({ table, key, value: state.get(table, key) })),
    )
    expect(rows).toEqual(all)
  }
})

test('a record is true at the sizes of its range and at no other', async () => {
  const rows = await house.sql.all(
    q
      .selectFrom('record')
      .selectAll()
      .orderBy('kind')
      .orderBy('key')
      .orderBy('from_index')
      .compile(),
  )
  rows.forEach((row, i) => {
    const next = rows[i + 1]
    const follows = next?.kind === row.kind && next.key === row.key
    expect(row.to_index).toBe(follows ? next.from_index : null)
  })
})

test('standing from rows is standing from a fold, for all, at every size', async () => {
  const fold = new Fold(verify)
  for (const [i, body] of house.world.entries.entries()) {
    fold.next(body)
    if (i % EVERY !== 0) continue
    const at = fold.memory.time + 40 * 86_400
    for (const domain of DOMAINS) {
      for (const instrument of ['accord', 'convention', 'none']) {
        // Ask about a time at which no entry after this one had been made.
        const when = Math.min(at, nextTime(i) - 1)
        if (when < fold.memory.time) continue
        const party = settled(fold.memory, when).get('domain', domain)?.parties.at(-1)
        const expected = party ? standing(fold.memory, party, instrument, when) : null
        const known = await standingOf(house.sql, { domain, instrument, at: when })
        const asked = await standingOf(house.sql, { domain, instrument, at: when, size: i + 1 })
        expect(known).toEqual(expected)
        expect(asked).toEqual(expected)
      }
    }
  }
})

function nextTime(index: number): number {
  const body = house.world.entries[index + 1]
  return body ? Number(new TextDecoder().decode(body).split('\n')[1]!.slice(5)) : Infinity
}

test('projections dropped and made again are the same rows', async () => {
  const dump = async () => {
    const record = q.selectFrom('record').selectAll()
    const word = q.selectFrom('word').selectAll()
    const party = q.selectFrom('party').selectAll()
    const mention = q.selectFrom('mention').selectAll()
    return {
      record: await house.sql.all(
        record.orderBy('kind').orderBy('key').orderBy('from_index').compile(),
      ),
      word: await house.sql.all(
        word
          .orderBy('instrument')
          .orderBy('domain')
          .orderBy('party')
          .orderBy('from_index')
          .orderBy('at_from')
          .compile(),
      ),
      party: await house.sql.all(party.orderBy('domain').orderBy('id').compile()),
      mention: await house.sql.all(mention.orderBy('domain').orderBy('idx').compile()),
    }
  }
  const before = await dump()
  expect(before.word.length).toBeGreaterThan(20)
  const progress: number[] = []
  await rebuild(house.sql, { verify, onProgress: (done) => progress.push(done) })
  expect(await dump()).toEqual(before)
  expect(progress.at(-1)).toBe(house.world.entries.length)
})
