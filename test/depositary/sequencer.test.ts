import { describe, expect, test, vi } from 'vitest'
import { q, type Sql } from '../../db/sql.ts'
import { openDepositary } from '../../src/depositary/open.ts'
import type { Publication } from '../../src/depositary/publisher.ts'
import type { Logged } from '../../src/depositary/registrar.ts'
import { receiptOf } from '../../src/register/tree.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { leafHash } from '../../src/tlog/merkle.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { parseProof, verifyProof } from '../../src/tlog/proof.ts'
import { verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { EVERY, newSql } from '../db/store.ts'
import { checkLog } from './check-log.ts'
import { begin, type House, memoryPublication, openHouse, opening } from './house.ts'

/** Companies, and the instrument; none has signed. */
async function withCompanies(n: number): Promise<{ house: House; domains: string[] }> {
  const house = await openHouse()
  await house.add(house.world.instrument())
  return { house, domains: await house.enrolMany(n) }
}

/** Counts transactions; the first waits, once it has begun, until it is let go. */
function held(sql: Sql) {
  let [begin, letGo] = [() => {}, () => {}]
  const began = new Promise<void>((resolve) => {
    begin = resolve
  })
  const free = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const port = {
    commits: 0,
    began,
    letGo,
    all: sql.all,
    async atomically(queries: Parameters<Sql['atomically']>[0]) {
      port.commits++
      begin()
      await free
      return sql.atomically(queries)
    },
  }
  return port
}

async function sizesOf(sql: Sql): Promise<number[]> {
  const rows = await sql.all(q.selectFrom('checkpoint').select('size').orderBy('size').compile())
  return rows.map((r) => r.size)
}

/** Each thing that a step may do to the log when it fails. */
type Fault = 'before' | 'after'

/** A store and a publication of which one fails once, before or after it has done its work. */
function faulty(sql: Sql, publication: Publication, step: 'commit' | 'publish', fault: Fault) {
  let armed = true
  const once = async (work: () => Promise<void>) => {
    const fails = armed
    armed = false
    if (fails && fault === 'before') throw new Error('the disk is gone')
    await work()
    if (fails) throw new Error('the disk is gone')
  }
  return {
    sql:
      step === 'commit' ? { ...sql, atomically: (w: never) => once(() => sql.atomically(w)) } : sql,
    publication:
      step === 'publish'
        ? { ...publication, publish: (n: string) => once(() => publication.publish(n)) }
        : publication,
  }
}

/**
 * The crash table. Each row is a comment in the sequencer: what is in the log, and what is public,
 * when the step fails so.
 */
const CRASHES = [
  { step: 'commit', fault: 'before', logged: false, published: false },
  { step: 'commit', fault: 'after', logged: true, published: false },
  { step: 'publish', fault: 'before', logged: true, published: false },
  { step: 'publish', fault: 'after', logged: true, published: true },
] as const

describe.each(CRASHES)('$step fails $fault it took effect', ({ step, fault, ...left }) => {
  async function crash() {
    const { house } = await withCompanies(1)
    const { world, sql, publication } = house
    await house.depositary.close()
    const broken = faulty(sql, publication, step, fault)
    const alarms: Error[] = []
    const depositary = await openDepositary({
      ...opening(world, broken.sql, broken.publication),
      onAlarm: (error) => alarms.push(error),
    })
    const before = world.entries.length
    const note = world.sign('c0.com')
    const submitted = depositary.submit(utf8(note))
    await expect(submitted).rejects.toMatchObject({ code: 'STOPPED' })
    expect(alarms).toMatchObject([{ code: 'STOPPED', cause: { message: 'the disk is gone' } }])
    return { world, sql, publication, depositary, before, note }
  }

  test('leaves what the table says', async () => {
    const { world, sql, publication, before } = await crash()
    const size = before + (left.logged ? 1 : 0)
    expect((await sizesOf(sql)).at(-1)).toBe(size)
    const public_ = before + (left.published ? 1 : 0)
    expect(publication.published.at(-1)!.split('\n')[1]).toBe(String(public_))
    await checkLog(sql, world, publication.published)
  })

  test('the same process takes nothing more', async () => {
    const { world, sql, depositary, note } = await crash()
    const sizes = await sizesOf(sql)
    expect(depositary.stopped()).toMatchObject({ code: 'STOPPED' })
    for (const again of [note, world.notice('erase', world.head('c0.com')!)]) {
      await expect(depositary.submit(utf8(again))).rejects.toMatchObject({ code: 'STOPPED' })
    }
    expect(await sizesOf(sql)).toEqual(sizes)
  })

  test('after a restart submitting again gives the receipt', async () => {
    const { world, sql, publication, before, note } = await crash()
    const again = await openDepositary(opening(world, sql, publication))
    await checkLog(sql, world, publication.published)
    const outcome = (await again.submit(utf8(note))) as Logged
    expect(outcome).toMatchObject({ kind: 'logged', index: before, first: !left.logged })
    world.add(note)
    await checkLog(sql, world, publication.published)
    const next = (await again.submit(utf8(world.withdraw('c0.com')))) as Logged
    expect(next).toMatchObject({ kind: 'logged', index: before + 1 })
    await checkLog(sql, world, publication.published)
  })
})

test('whatever waits is one transaction, and a lone submission is one too', async () => {
  const { house, domains } = await withCompanies(20)
  const { world, sql, publication } = house
  const port = held(sql)
  const depositary = await openDepositary(opening(world, port, publication))
  const sizes = (await sizesOf(sql)).length
  const send = (domain: string) => depositary.submit(utf8(world.sign(domain)))
  const first = send(domains[0]!)
  await port.began
  const others = domains.slice(1).map(send)
  await vi.waitUntil(() => depositary.waiting() === others.length, { timeout: 30_000 })
  port.letGo()
  expect((await first).kind).toBe('logged')
  const outcomes = await Promise.all(others)
  expect(outcomes.map((o) => o.kind)).toEqual(others.map(() => 'logged'))
  expect(port.commits).toBe(2)
  expect((await sizesOf(sql)).length).toBe(sizes + 2)
  const receipts = outcomes.map((o) => parseProof((o as Logged).receipt).checkpoint)
  expect(new Set(receipts.map((c) => c.text)).size).toBe(1)
})

test('500 submissions at once are all logged, each with a receipt that verifies', async () => {
  const house = await openHouse()
  const { world, sql, publication, depositary } = house
  await house.enrolMany(500)
  expect(depositary.waiting()).toBe(0)
  const policy = parsePolicy(`log ${world.log.vkey}\nquorum none\n`)
  const enrolled = world.entries.flatMap((body, index) => (index > 8 ? [{ body, index }] : []))
  expect(enrolled.length).toBe(500)
  for (const { body, index } of enrolled.filter((_, i) => i % EVERY === 0)) {
    const proof = parseProof((await receiptOf(sql, index))!)
    expect(proof.extra).toEqual(body)
    expect(verifyProof(proof, leafHash(body), policy, verify).index).toBe(index)
  }
  // The tree has grown past a tile by now, and goes past the next.
  for (let i = 0; i < 4; i++) await house.add(world.verification(`c${i}.com`, []))
  expect(world.entries.length).toBe(513)
  await checkLog(sql, world, publication.published.slice(-2))
})

test('the same statement twice in one batch is logged once', async () => {
  const { house } = await withCompanies(1)
  const { world } = house
  const note = world.sign('c0.com')
  const [one, two] = await Promise.all([house.submit(note), house.submit(note)])
  // Which of them was verified first is the platform's affair.
  expect([one, two].map((answer) => (answer as Logged).first).sort()).toEqual([false, true])
  expect((two as Logged).receipt).toBe((one as Logged).receipt)
})

test('of two statements that follow the same head in one batch the later is refused', async () => {
  const { house } = await withCompanies(1)
  const { world } = house
  const notes = [world.sign('c0.com'), world.sign('c0.com', 'accord', { until: world.time(100) })]
  const outcomes = await Promise.all(notes.map((note) => house.submit(note)))
  // Which of them came first is the platform's affair.
  const logged = outcomes.find((outcome) => outcome.kind === 'logged')
  const refused = outcomes.find((outcome) => outcome.kind === 'refused')
  expect(refused?.refusal).toMatchObject({ code: 'stale-previous', head: logged?.digest })
  expect(logged?.digest).toBeDefined()
})

test('of two sequencers on one database the second cannot commit', async () => {
  const { house } = await withCompanies(2)
  const { world, sql, publication } = house
  const second = await openDepositary(opening(world, sql, publication))
  const [mine, yours] = [world.sign('c0.com'), world.sign('c1.com')]
  await house.add(mine)
  const size = (await sizesOf(sql)).at(-1)
  await expect(second.submit(utf8(yours))).rejects.toMatchObject({
    code: 'STOPPED',
    cause: { code: 'CONFLICT' },
  })
  expect((await sizesOf(sql)).at(-1)).toBe(size)
  await checkLog(sql, world, publication.published)
})

test('never stamps ahead of the clock', async () => {
  const { house } = await withCompanies(1)
  const { world, sql, publication, depositary } = house
  const note = world.sign('c0.com')
  const size = (await sizesOf(sql)).at(-1)
  world.now -= 300
  await expect(house.submit(note)).rejects.toMatchObject({ code: 'CLOCK' })
  expect(depositary.stopped()).toBe(null)
  world.now += 300
  world.now -= 301
  await expect(house.submit(note)).rejects.toMatchObject({ code: 'STOPPED' })
  expect(house.alarms).toMatchObject([{ code: 'STOPPED' }])
  expect((await sizesOf(sql)).at(-1)).toBe(size)
  world.now += 301
  const again = await openDepositary(opening(world, sql, publication))
  expect(await again.submit(utf8(note))).toMatchObject({ kind: 'logged' })
})

test('what waits when it is closed is done, and nothing after', async () => {
  const { house } = await withCompanies(1)
  const { world, sql, publication } = house
  const port = held(sql)
  const depositary = await openDepositary(opening(world, port, publication))
  const submitted = depositary.submit(utf8(world.sign('c0.com')))
  await port.began
  const closing = depositary.close()
  port.letGo()
  expect((await submitted).kind).toBe('logged')
  await closing
  const late = depositary.submit(utf8(world.genesis()))
  expect(
    await late.then(
      (o) => o.kind,
      (e) => e.code,
    ),
  ).toMatch(/refused|STOPPED/)
})

test('there is one genesis', async () => {
  const world = new World()
  const sql = await newSql()
  await begin(world, sql)
  await expect(begin(world, sql)).rejects.toMatchObject({ code: 'CONFLICT' })
  const publication = memoryPublication()
  await openDepositary(opening(world, sql, publication))
  expect(publication.published.length).toBe(1)
})
