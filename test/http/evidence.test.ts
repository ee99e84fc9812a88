import { expect, test } from 'vitest'
import type { Sql } from '../../db/sql.ts'
import { proveEvidence } from '../../src/accord/evidence.ts'
import { evidenceIndexes, mentionOf } from '../../src/accord/mention.ts'
import { evidenceOf } from '../../src/http/evidence.ts'
import { checkpointCovering } from '../../src/register/head.ts'
import { entriesFrom, entryAt, readAttestation } from '../../src/register/log.ts'
import { treeNodes } from '../../src/register/tree.ts'
import { openHouse } from '../depositary/house.ts'
import { story } from '../depositary/story.ts'

test('evidence made from what is mentioned is that made from the whole log, of every statement', async () => {
  const house = await openHouse()
  await house.addAll(story(house.world))
  const { sql } = house
  const logged = (await entriesFrom(sql, 0, 1000)).map(readAttestation)
  const mentions = logged.map((a) => mentionOf(a.index, a.digest, a.statement))
  for (const attestation of logged) {
    const { index } = attestation
    const whole = {
      checkpoint: (await checkpointCovering(sql, index))!.note,
      readEntry: async (i: number) => (await entryAt(sql, i))!.body,
      readNodes: treeNodes(sql),
    }
    const expected = await proveEvidence(whole, evidenceIndexes(mentions, index))
    expect(await evidenceOf(sql, attestation)).toBe(expected)
  }
})

test('evidence reads no statement of strangers', async () => {
  const house = await openHouse()
  await house.add(house.world.instrument())
  await house.enrolMany(300)
  await house.addAtOnce([house.world.sign('c0.com'), house.world.sign('c1.com')])
  let bodies = 0
  const counting: Sql = {
    all: async (query) => {
      const rows = await house.sql.all(query)
      bodies += rows.filter((r) => typeof r === 'object' && r !== null && 'body' in r).length
      return rows
    },
    atomically: (writes) => house.sql.atomically(writes),
  }
  const [last] = (await entriesFrom(house.sql, house.world.entries.length - 1, 1)).map(
    readAttestation,
  )
  await evidenceOf(counting, last!)
  expect(bodies).toBeLessThan(20)
})
