/**
 * Nobody has to take the registry's word: what the API answers is what a reader computes from the
 * log's own tiles, for every party and instrument, at every tree size, in random histories.
 *
 * `npm run soak` does the same with thousands of statements.
 */
import { expect, test } from 'vitest'
import { parseEntry } from '../../src/accord/entry.ts'
import { lastParty } from '../../src/accord/party.ts'
import { isRefusal } from '../../src/accord/refusal.ts'
import { Replay } from '../../src/accord/replay.ts'
import { standing } from '../../src/accord/standing.ts'
import { DAY, formatTime } from '../../src/accord/text.ts'
import { fetchFrom } from '../../src/client/fetch.ts'
import { openLog } from '../../src/client/log.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { DOMAINS, history, INSTRUMENTS, random } from '../accord/history.ts'
import { verify } from '../accord/keys.ts'
import { Speaker } from '../accord/speaker.ts'
import { policyOf } from '../client/copy.ts'
import { openSite, type Site } from './site.ts'

const SOAK = Number(process.env['SOAK'] ?? 0)
const HISTORIES =
  SOAK > 0
    ? [[101, SOAK]]
    : [
        [11, 160],
        [12, 160],
      ]

/** A registry that takes a history, entry by entry, at the times at which they were made. */
async function retold(entries: readonly Uint8Array[]): Promise<Site> {
  const site = await openSite(new Speaker())
  for (const [index, bytes] of entries.entries()) {
    const { time, attestation } = parseEntry(bytes)
    site.speaker.now = time
    if (index === 0) continue
    expect(await site.depositary.submit(attestation)).toMatchObject({ kind: 'logged', index, time })
  }
  return site
}

/** What the API says; null where it knows no such party or instrument. */
async function said(site: Site, domain: string, instrument: string, at: number, size: number) {
  const query = new URLSearchParams({ instrument, at: formatTime(at), size: String(size) })
  const response = await site.app.request(`/v1/parties/${domain}/standing?${query}`)
  const answer = (await response.json()) as { standing?: unknown }
  expect([200, 404]).toContain(response.status)
  return response.status === 200 ? answer.standing : null
}

/** What a reader computes. */
function computed({ memory }: Replay, domain: string, instrument: string, at: number) {
  const party = lastParty(memory, domain)
  return party ? standing(memory, party.id, instrument, at) : null
}

test.each(HISTORIES)(
  'the API says what a replay of its tiles says (seed %i, %i statements)',
  async (seed, acts) => {
    const { world } = history(seed!, acts!)
    const site = await retold(world.entries)
    const policy = parsePolicy(policyOf(world))
    const log = await openLog({ fetch: fetchFrom(site.url, fetch), policy, verify })
    const replay = new Replay(verify)
    const chance = random(seed!)
    const words = new Set<string>()
    for (const entry of await log.readEntries(0, log.checkpoint.size)) {
      expect(isRefusal(replay.next(entry))).toBe(false)
      const at = replay.memory.time + (chance() < 0.5 ? 0 : Math.floor(chance() * 400 * DAY))
      for (const domain of DOMAINS) {
        for (const instrument of INSTRUMENTS) {
          const own = computed(replay, domain, instrument, at)
          expect(await said(site, domain, instrument, at, replay.size)).toEqual(own)
          if (own) words.add(own.commitment.word)
        }
      }
    }
    expect(replay.size).toBe(world.entries.length)
    expect(words.size).toBeGreaterThan(4)
    await site.close()
  },
  SOAK > 0 ? 3_600_000 : 120_000,
)
