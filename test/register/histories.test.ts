import { expect, test } from 'vitest'
import { settled } from '../../src/accord/agenda.ts'
import { parseEntry } from '../../src/accord/entry.ts'
import { lastParty } from '../../src/accord/party.ts'
import { standing } from '../../src/accord/standing.ts'
import type { Party } from '../../src/accord/state.ts'
import { wordOf } from '../../src/accord/word.ts'
import { Fold } from '../../src/register/fold.ts'
import { listSignatories } from '../../src/register/signatory.ts'
import { standingOf } from '../../src/register/standing.ts'
import { fsckDatabase } from '../../src/watch/fsck-database.ts'
import { DOMAINS, type History, history, INSTRUMENTS, random } from '../accord/history.ts'
import { verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { type House, openHouse } from '../depositary/house.ts'

const SEEDS = process.env.SLOW === '1' ? Array.from({ length: 30 }, (_, i) => i) : [1, 2, 3]
const ACTS = 120

/** Submits all that was tried; the registry is to answer each as the law did. */
async function tell({ steps }: History): Promise<House> {
  const house = await openHouse(new World())
  for (const { note, time, code } of steps) {
    house.world.now = time
    const outcome = await house.submit(note)
    expect(outcome.kind === 'refused' ? outcome.refusal.code : null).toBe(code)
  }
  return house
}

/** Who holds a commitment at a time, as the law has it. */
function signatories(fold: Fold, instrument: string, at: number): string[] {
  const now = settled(fold.memory, at)
  return [...fold.memory.list('party')]
    .map(([id]) => now.get('party', id) as Party)
    .filter((p) => p.holdings.some((h) => h.instrument === instrument && h.current))
    .map((p) => `${p.domain} ${p.id} ${wordOf(now, p, instrument, at)}`)
    .sort()
}

test.each(SEEDS)('in history %i rows say at every size what the law says', async (seed) => {
  const told = history(seed, ACTS)
  const { sql } = await tell(told)
  const { entries } = told.world
  expect(await fsckDatabase(sql, { verify })).toMatchObject({ difference: null })

  const fold = new Fold(verify)
  const chance = random(seed)
  const times = entries.map((body) => parseEntry(body).time)
  let held = 0
  for (const [i, body] of entries.entries()) {
    fold.next(body)
    const next = times[i + 1] ?? times[i]! + 400 * 86_400
    const at = times[i]! + Math.floor(chance() * (next - times[i]!))
    const asked = { at, size: i + 1 }
    for (const instrument of INSTRUMENTS) {
      if (!fold.memory.get('instrument', instrument)) continue
      const page = await listSignatories(sql, instrument, { ...asked, limit: 100 })
      const found = page!.signatories.map((s) => `${s.domain} ${s.party} ${s.word}`)
      expect([i, ...found]).toEqual([i, ...signatories(fold, instrument, at)])
      held += found.length
      for (const domain of DOMAINS) {
        const party = lastParty(settled(fold.memory, at), domain)
        const expected = party ? standing(fold.memory, party.id, instrument, at) : null
        expect(await standingOf(sql, { ...asked, domain, instrument })).toEqual(expected)
      }
    }
  }
  expect(held).toBeGreaterThan(100)
})
