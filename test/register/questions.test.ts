import { beforeAll, expect, test } from 'vitest'
import { settled } from '../../src/accord/agenda.ts'
import { parseEntry } from '../../src/accord/entry.ts'
import type { Party } from '../../src/accord/state.ts'
import { wordOf } from '../../src/accord/word.ts'
import { sizeAt } from '../../src/register/asked.ts'
import { changesBetween, type WordChange } from '../../src/register/changes.ts'
import { Fold } from '../../src/register/fold.ts'
import {
  instrumentOf,
  listInstruments,
  registryAt,
  versionText,
} from '../../src/register/instrument.ts'
import { attestationAt, attestationOf, entriesFrom, entryAt } from '../../src/register/log.ts'
import { historyOf, listParties, partyOf } from '../../src/register/party.ts'
import { listSignatories, type Signatory } from '../../src/register/signatory.ts'
import { standingOf } from '../../src/register/standing.ts'
import { company, START } from '../accord/cast.ts'
import { verify } from '../accord/keys.ts'
import { type House, openHouse } from '../depositary/house.ts'
import { story } from '../depositary/story.ts'

const DAY = 86_400
/** Words under which a party counts, written out once more. */
const BOUND_WORDS: readonly string[] = ['active', 'due', 'overdue', 'withdrawing']
let house: House
let times: number[]

beforeAll(async () => {
  house = await openHouse()
  await house.addAll(story(house.world))
  times = house.world.entries.map((body) => parseEntry(body).time)
})

test('valid at and known at come down to a number of entries', async () => {
  const { sql } = house
  for (const at of [0, START - 1, START, times[20]!, times[20]! - 1, times.at(-1)!, 2 ** 40]) {
    const all = times.filter((t) => t <= at).length
    expect(await sizeAt(sql, at)).toBe(all)
    for (const size of [0, 1, 21, times.length]) {
      expect(await sizeAt(sql, at, size)).toBe(Math.min(all, size))
    }
  }
  for (const size of [-1, 1.5, times.length + 1, Number.NaN]) {
    await expect(sizeAt(sql, START, size)).rejects.toMatchObject({ code: 'UNKNOWN_SIZE' })
  }
})

/** The list as the law itself would give it, one party after the other. */
function listByLaw(fold: Fold, instrument: string, at: number) {
  const now = settled(fold.memory, at)
  return [...fold.memory.list('party')]
    .map(([id]) => now.get('party', id) as Party)
    .filter((p) => p.holdings.some((h) => h.instrument === instrument && h.current))
    .map((p) => {
      const word = wordOf(now, p, instrument, at)
      const { suspended } = p.holdings.find((h) => h.instrument === instrument)!.current!
      return { domain: p.domain, party: p.id, word, suspended }
    })
    .sort((a, b) => (`${a.domain} ${a.party}` < `${b.domain} ${b.party}` ? -1 : 1))
}

test('the list of signatories is the law, for every size and up to the next entry', async () => {
  const fold = new Fold(verify)
  let lines = 0
  for (const [i, body] of house.world.entries.entries()) {
    fold.next(body)
    const until = times[i + 1] ?? times[i]! + 500 * DAY
    for (const at of [times[i]!, Math.floor((times[i]! + until) / 2), until - 1]) {
      if (at < times[i]!) continue
      for (const instrument of ['accord', 'convention']) {
        const asked = { at, size: i + 1, limit: 50 }
        const page = await listSignatories(house.sql, instrument, asked)
        if (!fold.memory.get('instrument', instrument)) {
          expect(page).toBe(null)
          continue
        }
        const expected = listByLaw(fold, instrument, at)
        const found = page!.signatories.map(({ domain, party, word, suspended }) => ({
          domain,
          party,
          word,
          suspended,
        }))
        expect(found).toEqual(expected)
        expect(page!.total).toBe(expected.length)
        const bound = expected.filter((l) => BOUND_WORDS.includes(l.word) && !l.suspended)
        expect(page!.bound).toBe(bound.length)
        expect(page!.signatories.filter((s) => s.bound).length).toBe(bound.length)
        lines += expected.length
      }
    }
  }
  expect(lines).toBeGreaterThan(300)
})

test('nobody disappears from a list, and no later entry changes an earlier answer', async () => {
  let before: string[] = []
  for (let size = 3; size <= times.length; size++) {
    const at = times[size - 1]!
    const then = await listSignatories(house.sql, 'accord', { at, size, limit: 50 })
    // Entries of the same second are known together; only a last one of its second is as good now.
    if (times[size] !== at) {
      const now = await listSignatories(house.sql, 'accord', { at, limit: 50 })
      expect(now).toEqual(then)
    }
    const names = then!.signatories.map((s) => s.party)
    expect(names).toEqual(expect.arrayContaining(before))
    before = names
  }
})

test('a list is paged by cursor and filtered by word', async () => {
  const at = times.at(-1)! + 400 * DAY
  for (const words of [undefined, ['lapsed', 'ended'] as const]) {
    const whole = await listSignatories(house.sql, 'accord', {
      at,
      limit: 50,
      words: words?.slice(),
    })
    const parts: Signatory[] = []
    let cursor: string | undefined
    do {
      const asked = { at, limit: 1, cursor, words: words?.slice() }
      const page = await listSignatories(house.sql, 'accord', asked)
      expect(page!.total).toBe(whole!.total)
      parts.push(...page!.signatories)
      cursor = page!.next ?? undefined
    } while (cursor)
    expect(parts).toEqual(whole!.signatories)
    expect(parts.length).toBe(whole!.total)
  }
  const lapsed = await listSignatories(house.sql, 'accord', { at, limit: 9, words: ['lapsed'] })
  expect(lapsed!.signatories.every((s) => s.word === 'lapsed')).toBe(true)
})

test('a delay that ran out after the last entry shows in the list', async () => {
  const other = await openHouse()
  const { world } = other
  await other.add(world.instrument())
  for (const who of [company('a.com'), company('b.com')]) {
    await other.add(world.verification(who.domain, who.keys))
    await other.add(world.enrol(who))
  }
  await other.add(world.sign('a.com'))
  await other.add(world.succession('a.com', 'b.com', ['accord']))
  const list = async (days: number, more: object = {}) =>
    (await listSignatories(other.sql, 'accord', { at: world.now + days * DAY, limit: 9, ...more }))!
  const words = async (days: number) =>
    (await list(days)).signatories.map((s) => `${s.domain} ${s.word}`)
  expect(await words(13)).toEqual(['a.com active'])
  expect(await words(14)).toEqual(['a.com succeeded', 'b.com active'])
  expect(await list(14, { words: ['active'] })).toMatchObject({ total: 1, bound: 1 })
  expect((await list(14, { limit: 1 })).next).not.toBe(null)
  expect(
    (await list(14, { limit: 1, cursor: (await list(14, { limit: 1 })).next! })).signatories,
  ).toMatchObject([{ domain: 'b.com' }])
})

test('a domain shows who bears it, who bore it, and what previous names next', async () => {
  const { sql, world } = house
  const at = times.at(-1)!
  const view = await partyOf(sql, 'tailspin.com', { at })
  expect(view.current?.domain).toBe('tailspin.com')
  expect(view.last).toEqual(view.current)
  expect(view.earlier).toMatchObject([{ ended: { how: 'released' } }])
  expect(view.head?.digest).toBe(world.head('tailspin.com'))
  const keeper = await partyOf(sql, world.domain, { at })
  expect(keeper).toMatchObject({ current: null, head: { digest: world.head(world.domain) } })
  const nobody = await partyOf(sql, 'nobody.com', { at })
  expect(nobody).toMatchObject({ current: null, last: null, earlier: [], head: null })
  expect(await partyOf(sql, 'contoso.com', { at: START - 1 })).toMatchObject({
    size: 0,
    last: null,
  })
  const gone = await partyOf(sql, 'litware.com', { at })
  expect(gone).toMatchObject({ current: null, last: { ended: { how: 'succeeded' } }, head: null })
})

test('parties are listed by domain, ended ones too', async () => {
  const at = times.at(-1)!
  const whole = await listParties(house.sql, { at, limit: 50 })
  expect(whole.parties.map((p) => p.domain)).toEqual([
    'arcadia.example',
    'contoso.com',
    'fabrikam.com',
    'litware.com',
    'tailspin.com',
    'tailspin.com',
  ])
  expect(
    whole.parties
      .map((p) => p.ended?.how ?? null)
      .filter((how) => how !== null)
      .sort(),
  ).toEqual(['released', 'succeeded'])
  const first = await listParties(house.sql, { at, limit: 5 })
  const rest = await listParties(house.sql, { at, limit: 5, cursor: first.next! })
  expect([...first.parties, ...rest.parties]).toEqual(whole.parties)
  expect(rest.next).toBe(null)
  expect(await listParties(house.sql, { at: 0, limit: 5 })).toMatchObject({
    parties: [],
    next: null,
  })
})

test('a history holds what a party did and what was done about it', async () => {
  const at = times.at(-1)!
  const { acts } = await historyOf(house.sql, 'litware.com', { at, limit: 100 })
  expect(acts.map((a) => `${a.by} ${a.type} ${a.act} ${a.instrument}`)).toEqual([
    'registry.example verification/v1 null null',
    'litware.com enrolment/v1 first null',
    'litware.com commitment/v1 sign accord',
    'registry.example notice/v1 suspend accord',
    'registry.example notice/v1 reinstate accord',
    'registry.example verification/v1 null null',
    'litware.com enrolment/v1 recover null',
    'registry.example verification/v1 null null',
    'registry.example notice/v1 extend accord',
    'litware.com succession/v1 merger null',
  ])
  const arcadia = await historyOf(house.sql, 'arcadia.example', { at, limit: 100 })
  expect(arcadia.acts.at(-1)).toMatchObject({ by: 'litware.com', type: 'succession/v1' })
  const first = await historyOf(house.sql, 'litware.com', { at, limit: 4 })
  const rest = await historyOf(house.sql, 'litware.com', { at, limit: 100, cursor: first.next! })
  expect([...first.acts, ...rest.acts]).toEqual(acts)
})

test('instruments, their versions and their texts are as of a size', async () => {
  const { sql } = house
  const at = times.at(-1)!
  expect((await listInstruments(sql, { at })).map((i) => [i.id, i.versions.length])).toEqual([
    ['accord', 2],
    ['convention', 1],
  ])
  expect(await listInstruments(sql, { at, size: 1 })).toEqual([])
  expect((await instrumentOf(sql, 'accord', { at, size: 2 }))!.versions.length).toBe(1)
  expect(await instrumentOf(sql, 'none', { at })).toBe(null)
  const text = await versionText(sql, 'accord', 2, { at })
  expect(text!.statement).toMatchObject({ type: 'instrument/v1', id: 'accord', version: 2 })
  expect(await versionText(sql, 'accord', 3, { at })).toBe(null)
  expect((await registryAt(sql, { at })).rules.recovery_delay_days).toBe(7)
  expect((await registryAt(sql, { at, size: 40 })).rules.recovery_delay_days).toBe(14)
  await expect(registryAt(sql, { at: 0 })).rejects.toMatchObject({ code: 'UNKNOWN_SIZE' })
})

test('entries and attestations are found by index and by digest', async () => {
  const { sql, world } = house
  const all = await entriesFrom(sql, 0, 1000)
  expect(all.map((e) => e.body)).toEqual(world.entries)
  expect((await entriesFrom(sql, 5, 3)).map((e) => e.index)).toEqual([5, 6, 7])
  const one = (await attestationAt(sql, 5))!
  expect(await attestationOf(sql, one.digest)).toEqual(one)
  expect(one.note).toBe(new TextDecoder().decode(parseEntry(world.entries[5]!).attestation))
  expect(one.signers.every((s) => /^[^+]+\+[0-9a-f]{8}$/.test(s))).toBe(true)
  expect(await entryAt(sql, 10_000)).toBe(null)
  expect(await attestationOf(sql, `sha256:${'0'.repeat(64)}`)).toBe(null)
})

test('what changed between two sizes is what the standings say', async () => {
  const { sql } = house
  const whole = await changesBetween(sql, 0, times.length)
  expect(whole.entries.map((e) => e.index)).toEqual(times.map((_, i) => i))
  expect(whole.byTime.length).toBeGreaterThan(5)
  const changes = [...whole.entries.flatMap((e) => e.words), ...whole.byTime]
  for (const c of changes) {
    const { domain, instrument } = c
    const after = await standingOf(sql, { domain, instrument, at: c.at })
    // A domain may bear another party since, and several entries may be of one second.
    if (after?.party.id !== c.party || times.filter((t) => t === c.at).length > 1) continue
    expect([c.domain, c.at, after.commitment.word]).toEqual([c.domain, c.at, c.after])
    const before = await standingOf(sql, { domain, instrument, at: c.at - 1 })
    const word = before?.commitment.word ?? 'none'
    // What a delay did shows at the first entry after it.
    if (word !== c.after) expect([c.domain, word]).toEqual([c.domain, c.before ?? 'none'])
  }
})

test('changes of parts are the changes of the whole', async () => {
  const { sql } = house
  const whole = await changesBetween(sql, 0, times.length)
  const parts = await Promise.all(times.map((_, i) => changesBetween(sql, i, i + 1)))
  expect(parts.flatMap((p) => p.entries)).toEqual(whole.entries)
  expect(parts.flatMap((p) => p.byTime)).toEqual(whole.byTime)
})

test('a word that time changes in the second of an entry is what the entry finds', async () => {
  const other = await openHouse()
  const { sql, world } = other
  const who = company('a.com')
  await other.add(world.instrument())
  await other.add(world.verification('a.com', who.keys))
  await other.add(world.enrol(who))
  await other.add(world.sign('a.com'))
  world.days(365)
  await other.add(world.renew('a.com'))
  const said = (c: WordChange) => [c.before, c.after, Math.round((c.at - START) / DAY)]
  const { entries, byTime } = await changesBetween(sql, 5, 6)
  expect(byTime.map(said)).toEqual([
    ['active', 'due', 335],
    ['due', 'overdue', 365],
  ])
  expect(entries.flatMap((e) => e.words).map(said)).toEqual([['overdue', 'active', 365]])
  expect((await changesBetween(sql, 0, 6)).byTime).toEqual(byTime)
  expect((await changesBetween(sql, 0, 5)).byTime).toEqual([])
})
