/** The vectors of test/vectors/statements/, which nobody may change but with the version of the law. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lastParty } from '../../src/accord/party.ts'
import { isRefusal, REFUSALS } from '../../src/accord/refusal.ts'
import { Replay } from '../../src/accord/replay.ts'
import { type Standing, standing } from '../../src/accord/standing.ts'
import { parseTime } from '../../src/accord/text.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { verify } from './keys.ts'

const ROOT = new URL('../vectors/statements/', import.meta.url)
const read = (path: string) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'))
const files = (folder: string) => readdirSync(new URL(folder, ROOT)).sort()

/** The log of a case: the entries all have in common, and its own. */
function replayOf(own: readonly string[]): Replay {
  const replay = new Replay(verify)
  for (const entry of [...read('base.json').entries, ...own]) {
    expect(replay.next(utf8(entry))).not.toHaveProperty('code')
  }
  return replay
}

describe('refused', () => {
  test.each(files('invalid/'))('%s', (file) => {
    const { entries, refused, code } = read(`invalid/${file}`)
    expect(file.split('_')[0]).toBe(code)
    const answer = replayOf(entries).next(utf8(refused))
    expect(isRefusal(answer) ? answer.code : 'admitted').toBe(code)
  })

  test('every code has its vector', () => {
    const codes = files('invalid/').map((f) => f.split('_')[0])
    expect(codes).toEqual(Object.keys(REFUSALS).sort())
  })
})

describe('admitted', () => {
  test.each(files('valid/'))('%s', (file) => {
    const { entries, asks } = read(`valid/${file}`)
    const { memory } = replayOf(entries)
    expect(asks.length).toBeGreaterThan(0)
    for (const ask of asks as { domain: string; at: string; standing: Standing }[]) {
      const { id } = lastParty(memory, ask.domain)!
      expect(standing(memory, id, ask.standing.instrument, parseTime(ask.at)!)).toEqual(
        ask.standing,
      )
    }
  })
})
