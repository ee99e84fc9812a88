/** What holds of every log, however it came about. */
import { fc, test } from '@fast-check/vitest'
import { beforeAll, describe, expect } from 'vitest'
import { parseAttestation } from '../../src/accord/attestation.ts'
import { parseEntry } from '../../src/accord/entry.ts'
import { isRefusal, REFUSALS } from '../../src/accord/refusal.ts'
import { Replay } from '../../src/accord/replay.ts'
import { standing } from '../../src/accord/standing.ts'
import type { Memory, Party, State } from '../../src/accord/state.ts'
import { formatStatement, type Statement } from '../../src/accord/statement.ts'
import { DAY } from '../../src/accord/text.ts'
import { instants, versionOf, wordAt, wordsFrom } from '../../src/accord/word.ts'
import { SHAPES } from './arbitrary.ts'
import { company } from './cast.ts'
import { DOMAINS, type History, history, INSTRUMENTS, random } from './history.ts'
import { keyOf, signText, verify } from './keys.ts'
import { dump, entryOf, World } from './kit.ts'

const SEEDS = [1, 2, 3, 4]
const ACTS = 150
const TOLD = new Map<number, History>()

beforeAll(() => {
  for (const seed of SEEDS) TOLD.set(seed, history(seed, ACTS))
})

const told = (seed: number) => TOLD.get(seed)!
const times = (h: History) => h.world.entries.map((e) => parseEntry(e).time)

/** Every answer that a state gives at a time. */
function answers(state: State & { list?: Memory['list'] }, memory: Memory, at: number) {
  const parties = [...memory.list('party')].map(([id]) => id).filter((id) => state.get('party', id))
  return parties.flatMap((id) => INSTRUMENTS.map((i) => standing(state, id, i, at)))
}

/** The state after the first entries of a log. */
function prefix(entries: readonly Uint8Array[], size: number): Replay {
  const replay = new Replay(verify)
  for (const entry of entries.slice(0, size)) {
    if (isRefusal(replay.next(entry))) throw new Error('an entry was refused')
  }
  return replay
}

/** An answer without the indexes of entries, for comparing logs of another order. */
function withoutIndexes(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, v) => (name === 'entries' || name === 'size' ? undefined : v)),
  )
}

describe.each(SEEDS)('history %i', (seed) => {
  test('is mostly legal, and long', () => {
    const { world, steps } = told(seed)
    const refused = steps.filter((s) => s.code !== null)
    expect(world.replay.size).toBeGreaterThan(ACTS)
    expect(refused.length).toBeGreaterThan(20)
    expect(refused.length).toBeLessThan(steps.length / 2)
    expect(world.now - times(told(seed))[0]!).toBeGreaterThan(2 * 365 * DAY)
  })

  test('read again from its entries is the same to the last record', () => {
    const { world } = told(seed)
    const again = prefix(world.entries, world.entries.length)
    expect(dump(again.memory)).toEqual(dump(world.memory))
    expect(again.rootAt(again.size)).toEqual(world.replay.rootAt(world.replay.size))
  })

  test('refuses again what it refused, at its place and time', () => {
    const { world, steps } = told(seed)
    const replay = new Replay(verify)
    replay.next(world.entries[0]!)
    for (const { note, time, code } of steps) {
      const answer = replay.next(entryOf(note, time))
      expect(isRefusal(answer) ? answer.code : null).toBe(code)
    }
  })

  test('its records are plain JSON', () => {
    const records = dump(told(seed).world.memory)
    expect(JSON.parse(JSON.stringify(records))).toStrictEqual(records)
  })

  test('valid at and known at: what a prefix answered is answered for ever', () => {
    const { world } = told(seed)
    const { entries } = world
    const at = times(told(seed))
    const live = new Replay(verify)
    const given: { size: number; at: number; answer: unknown }[] = []
    entries.forEach((entry, i) => {
      live.next(entry)
      const next = at[i + 1] ?? world.now
      // Entries of one second are known together, or not at all.
      if (next === at[i] || i % 20 !== 0) return
      for (const t of [at[i]!, Math.floor((at[i]! + next) / 2), next - 1]) {
        given.push({
          size: i + 1,
          at: t,
          answer: structuredClone(answers(live.memory, live.memory, t)),
        })
      }
    })
    for (const g of given) {
      const known = at.filter((t) => t <= g.at).length
      expect(known).toBe(g.size)
      const replay = prefix(entries, known)
      expect(answers(replay.memory, replay.memory, g.at)).toEqual(g.answer)
    }
  })

  test('an entry that is about nobody changes nobody’s standing, then or later', () => {
    const { world } = told(seed)
    const cut = Math.floor(world.entries.length * 0.6)
    for (const size of [cut, cut + 23]) {
      const { memory } = prefix(world.entries, size)
      const plain = prefix(world.entries, size)
      const rest = memory.time
      const other = worldOf(plain, world.entries.slice(0, size), rest)
      for (const days of [1, 8, 20, 90]) {
        other.now = rest + days * DAY
        other.add(other.verification('nobody.example', []))
        for (const later of [0, 1, 60, 400]) {
          const t = other.now + later * DAY
          expect(withoutIndexes(answers(other.memory, other.memory, t))).toEqual(
            withoutIndexes(answers(memory, memory, t)),
          )
        }
      }
    }
  })

  test('words change at the instants computed, and at no other', () => {
    const { memory, now } = told(seed).world
    for (const [, party] of memory.list('party')) {
      for (const { instrument, current } of party.holdings) {
        if (!current) continue
        const { terms } = versionOf(memory.get('instrument', instrument)!, current.version)
        const changes = instants(current, party, terms, now)
        for (const t of changes.flatMap((c) => [c - 1, c, c + 1])) {
          const told = wordsFrom(current, party, terms, now).findLast((w) => w.from <= t)
          expect(told?.word).toBe(wordAt(current, party, terms, t))
        }
      }
    }
  })

  test('entered into force at the first entry that made enough parties bound', () => {
    const { world } = told(seed)
    const replay = new Replay(verify)
    const first = new Map<string, number>()
    world.entries.forEach((entry, index) => {
      replay.next(entry)
      for (const [id, instrument] of replay.memory.list('instrument')) {
        for (const v of instrument.versions) {
          const mark = `${id} ${v.version}`
          const { time } = replay.memory
          const needed = v.terms.entry_into_force
          const bound = [...replay.memory.list('party')].filter(([party]) =>
            isBoundBy(replay.memory, party, id, v.version, time),
          )
          if (needed !== null && bound.length >= needed && !first.has(mark)) first.set(mark, index)
          expect([mark, index, v.inForce?.index]).toEqual([mark, index, first.get(mark)])
        }
      }
    })
  })

  test('keeps its records in order', () => {
    const { memory } = told(seed).world
    const living = [...memory.list('party')].map(([, p]) => p).filter((p) => !p.ended)
    expect(new Set(living.map((p) => p.domain)).size).toBe(living.length)
    for (const party of living) checkLiving(memory, party)
    for (const due of memory.get('agenda', '') ?? []) {
      expect(due.at).toBeGreaterThan(memory.time)
      if (due.party !== '') expect(memory.get('party', due.party)!.ended).toBeNull()
    }
  })
})

function isBoundBy(memory: Memory, party: string, id: string, version: number, at: number) {
  const answer = standing(memory, party, id, at)!
  const { word, suspended } = answer.commitment
  const bound = ['active', 'due', 'overdue', 'withdrawing'].includes(word)
  return bound && !suspended && answer.version.signed === version
}

/** What holds of every party's record. */
function checkLiving(memory: Memory, party: Party): void {
  expect(memory.get('domain', party.domain)!.parties.at(-1)).toBe(party.id)
  expect(memory.get('statement', party.head.digest)!.index).toBe(party.head.index)
  const { keys, recovery, threshold } = party.profile
  for (const { vkey } of [...keys, ...(recovery?.keys ?? [])]) {
    const hex = Buffer.from(keyOfText(vkey)).toString('hex')
    expect(memory.get('key', hex)).toEqual({ owner: party.id, retired: false })
  }
  expect(threshold).toBeLessThanOrEqual(keys.length)
  const due = (memory.get('agenda', '') ?? []).filter((d) => d.party === party.id)
  const announced = [
    party.pending && 'enrolment',
    party.release && 'release',
    party.passing && 'succession',
  ]
  expect(due.map((d) => d.what).sort()).toEqual(announced.filter((a) => a !== null).sort())
}

function keyOfText(vkey: string): Uint8Array {
  return Buffer.from(vkey.slice(vkey.lastIndexOf('+', vkey.length - 45) + 1), 'base64').subarray(1)
}

/** A world that goes on from a log. */
function worldOf(replay: Replay, entries: readonly Uint8Array[], now: number): World {
  const w = new World({ now }, false)
  Object.assign(w, { replay })
  for (const entry of entries) {
    const note = new TextDecoder().decode(parseEntry(entry).attestation)
    w.follow(w.seen, note)
  }
  const root = Buffer.from(replay.rootAt(replay.size)!).toString('base64')
  w.follow({ size: replay.size, root })
  return w
}

describe('the order of independent statements', () => {
  test('does not matter', () => {
    const started = () => {
      const w = new World()
      for (const domain of DOMAINS.slice(0, 4)) w.join(company(domain))
      w.add(w.instrument({ terms: { entry_into_force: 3 } }))
      w.add(w.sign(DOMAINS[3]!))
      w.days(340)
      return w
    }
    const notes = (w: World) => [
      w.sign(DOMAINS[0]!),
      w.rotate(DOMAINS[1]!, [keyOf(`${DOMAINS[1]}/new`)], { threshold: 1 }),
      w.sign(DOMAINS[2]!, 'accord', { until: w.time(20) }),
      w.renew(DOMAINS[3]!),
    ]
    const results = orders(4).map((order) => {
      const w = started()
      const said = notes(w)
      for (const i of order) w.add(said[i]!)
      return withoutIndexes(answers(w.memory, w.memory, w.now + 30 * DAY).slice(0, 12))
    })
    expect(results).toHaveLength(24)
    for (const r of results) expect(r).toEqual(results[0])
  })
})

/** Every order of the numbers below n. */
function orders(n: number): number[][] {
  if (n === 0) return [[]]
  return orders(n - 1).flatMap((o) =>
    Array.from({ length: n }, (_, i) => [...o.slice(0, i), n - 1, ...o.slice(i)]),
  )
}

describe('renewing twice', () => {
  test('is renewing once, where it may be said again', () => {
    const w = new World()
    w.join(company('contoso.com'))
    w.add(w.instrument())
    w.add(w.sign('contoso.com'))
    w.days(350)
    const until = w.time(20)
    w.add(w.renew('contoso.com', 'accord', { until }))
    const once = withoutIndexes(w.standing('contoso.com'))
    w.add(w.renew('contoso.com', 'accord', { until }))
    expect(withoutIndexes(w.standing('contoso.com'))).toEqual(once)
    w.add(w.renew('contoso.com'))
    expect(w.refused(w.renew('contoso.com')).code).toBe('wrong-standing')
  })
})

describe('whatever is said', () => {
  const known = (answer: object) => !isRefusal(answer) || Object.hasOwn(REFUSALS, answer.code)
  const seed = fc.constantFrom(...SEEDS)

  test.prop([seed, fc.uint8Array({ maxLength: 200 })])('bytes are refused', (s, bytes) => {
    const answer = told(s).world.judgeEntry(bytes)
    expect(isRefusal(answer) && answer.code).toBe('malformed-entry')
  })

  test.prop([seed, fc.nat(), fc.nat(), fc.nat({ max: 255 })], { numRuns: 400 })(
    'an entry changed in one byte is refused by a known code',
    (s, which, at, byte) => {
      const { world } = told(s)
      const entry = world.entries[which % world.entries.length]!.slice()
      const i = at % entry.length
      const same = entry[i] === byte
      entry[i] = byte
      const answer = world.judgeEntry(entry)
      expect(isRefusal(answer) && known(answer)).toBe(true)
      expect(same || isRefusal(answer)).toBe(true)
    },
  )

  /** Anything of a right shape, by who may speak, signed as it should be. */
  for (const [name, shape] of Object.entries(SHAPES)) {
    test.prop([seed, shape, fc.nat()], { numRuns: 40 })(`${name} is judged`, (s, said, n) => {
      const { world } = told(s)
      const dice = random(n)
      const domain = DOMAINS[n % DOMAINS.length]!
      const depositary = ['registry/v1', 'instrument/v1', 'notice/v1'].includes(said.type)
      const party = said.type === 'verification/v1' || depositary ? world.domain : domain
      const by = said.type === 'verification/v1' ? [world.clerk] : speakers(world, party)
      const statement = {
        ...said,
        registry: world.origin,
        party,
        previous: world.head(party),
        seen: world.seen,
        issued: world.time(),
        ...(dice() < 0.7 ? real(world, said, domain, dice) : {}),
      } as Statement
      const answer = world.judge(signText(formatStatement(statement), by))
      expect(known(answer)).toBe(true)
    })
  }
})

function speakers(world: World, party: string) {
  try {
    return world.daily(party)
  } catch {
    return [keyOf(`${party}/nobody`)]
  }
}

/** Fields that name what is there. */
function real(world: World, said: Statement, domain: string, dice: () => number): object {
  const id = INSTRUMENTS[Math.floor(dice() * INSTRUMENTS.length)]!
  if (said.type === 'commitment/v1' || said.type === 'report/v1')
    return { instrument: world.ref(id) }
  if (said.type === 'instrument/v1')
    return { id, version: world.ref(id).version + 1, replaces: world.ref(id).digest }
  if (said.type === 'succession/v1') {
    const successor = DOMAINS[Math.floor(dice() * DOMAINS.length)]!
    return {
      successor,
      successor_previous: world.head(successor) ?? said.successor_previous,
      instruments: [id],
    }
  }
  if (said.type === 'notice/v1' && said.act !== 'release') {
    const statements = world.entries
      .slice(-40)
      .map((e) => parseAttestation(parseEntry(e).attestation).digest)
    return { subject: statements[Math.floor(dice() * statements.length)] }
  }
  return said.type === 'notice/v1' ? { subject: domain } : {}
}
