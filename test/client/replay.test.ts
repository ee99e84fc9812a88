import { beforeAll, describe, expect, test } from 'vitest'
import { parseEntry } from '../../src/accord/entry.ts'
import { lastParty } from '../../src/accord/party.ts'
import { Replay } from '../../src/accord/replay.ts'
import { standing } from '../../src/accord/standing.ts'
import { DAY } from '../../src/accord/text.ts'
import { type Log, openLog } from '../../src/client/log.ts'
import { replayLog, standingAt } from '../../src/client/replay.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { START } from '../accord/cast.ts'
import { verify } from '../accord/keys.ts'
import { entryOf, World } from '../accord/kit.ts'
import { copyOf, policyOf, type Source } from './copy.ts'
import { makeStory } from './story.ts'

async function logOf(source: Source): Promise<Log> {
  const { fetch } = await copyOf(source)
  return openLog({ fetch, policy: parsePolicy(policyOf(source)), verify })
}

const { world, at } = makeStory()
let log: Log
beforeAll(async () => {
  log = await logOf(world)
})

describe('a replay', () => {
  test('knows what the registry knew', async () => {
    const seen: number[][] = []
    const replay = await replayLog(log, { onProgress: (done, total) => seen.push([done, total]) })
    expect(replay.size).toBe(world.entries.length)
    expect(replay.memory.get('party', world.party('contoso.com').id)).toEqual(
      world.memory.get('party', world.party('contoso.com').id),
    )
    expect(seen).toEqual([[22, 22]])
  })

  test('ends at a size, or before the first entry later than a time', async () => {
    expect((await replayLog(log, { size: 9 })).size).toBe(9)
    expect((await replayLog(log, { at: START })).size).toBe(1)
    const { time } = parseEntry(world.entries[11]!)
    expect((await replayLog(log, { at: time })).size).toBe(12)
    expect((await replayLog(log, { at: time - 1 })).size).toBe(11)
    expect((await replayLog(log, { at: time, size: 5 })).size).toBe(5)
  })

  test('catches a registry that logs what the law refuses', async () => {
    const entries = world.entries.toSpliced(at['contoso rotates']!, 1)
    const e = replayLog(await logOf({ ...world, entries, origin: world.origin, log: world.log }))
    await expect(e).rejects.toMatchObject({
      code: 'ILLEGAL_ENTRY',
      index: at['contoso rotates'],
      refusal: { code: 'seen-unknown' },
    })
  })

  test('catches a log that holds another registry', async () => {
    const other = new World({ origin: 'other.example/accord' })
    const e = replayLog(
      await logOf({ ...world, entries: other.entries, origin: world.origin, log: world.log }),
    )
    await expect(e).rejects.toMatchObject({ code: 'ILLEGAL_ENTRY', index: 0 })
  })

  test('catches bytes that are no entry', async () => {
    const entries = [...world.entries, new TextEncoder().encode('nothing\n')]
    const e = replayLog(await logOf({ entries, origin: world.origin, log: world.log }), {
      at: START * 2,
    })
    await expect(e).rejects.toMatchObject({ index: 22, refusal: { code: 'malformed-entry' } })
  })

  test('stops at a law it does not have, which is no refusal', async () => {
    const w = new World()
    w.add(w.registryChange({ rules: { ...w.rules, law: 2 } }))
    w.days(15)
    const entries = [...w.entries, entryOf(w.instrument(), w.now)]
    const e = replayLog(await logOf({ entries, origin: w.origin, log: w.log }))
    await expect(e).rejects.toMatchObject({ code: 'UNKNOWN_LAW' })
  })
})

describe('standing', () => {
  test('is what held at a time, by the log as of a size', async () => {
    const ask = (at: number, size?: number) =>
      standingAt(log, { domain: 'northwind.com', instrument: 'accord', at, size })
    const now = world.now
    expect((await ask(now))?.commitment.word).toBe('withdrawing')
    expect((await ask(now, 21))?.commitment.word).toBe('due')
    expect((await ask(now + 90 * DAY))?.commitment.word).toBe('withdrawn')
    expect((await ask(now + 90 * DAY, 21))?.commitment.word).toBe('lapsed')
    expect(await ask(START)).toBeNull()
    expect((await ask(START + 12 * DAY))?.commitment.word).toBe('none')
  })

  test('of every party at every size is that of a fold of the entries', async () => {
    const fold = new Replay(verify)
    for (const [i, entry] of world.entries.entries()) {
      fold.next(entry)
      const { memory } = fold
      for (const domain of ['contoso.com', 'fabrikam.com', 'northwind.com']) {
        const party = lastParty(memory, domain)
        const folded = party ? standing(memory, party.id, 'accord', world.now) : null
        const at = world.now
        const asked = await standingAt(log, { domain, instrument: 'accord', at, size: i + 1 })
        expect(asked).toEqual(folded)
      }
    }
  })
})
