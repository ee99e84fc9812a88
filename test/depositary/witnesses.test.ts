import { setTimeout as later } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { verify } from '../../keys/ed25519.ts'
import { openDepositary } from '../../src/depositary/open.ts'
import type { Logged } from '../../src/depositary/registrar.ts'
import { openWitnessPost } from '../../src/node/post-witness.ts'
import { receiptOf } from '../../src/register/tree.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { formatCheckpoint, parseCheckpoint } from '../../src/tlog/checkpoint.ts'
import { signCosignature } from '../../src/tlog/cosignature.ts'
import { formatSignature, parseNote, parseSignatures } from '../../src/tlog/note.ts'
import { openWithPolicy, type Policy, parsePolicy } from '../../src/tlog/policy.ts'
import { parseProof } from '../../src/tlog/proof.ts'
import { parseAddCheckpoint, SIZE_TYPE } from '../../src/tlog/witness.ts'
import { World } from '../accord/kit.ts'
import type { Over } from '../accord/speaker.ts'
import { newSql } from '../db/store.ts'
import { begin, type House, memoryPublication, openHouse, opening } from './house.ts'
import { send, startWitness, type WitnessServer } from './witness-server.ts'

const NAMES = ['w1.example', 'w2.example', 'w3.example']
let world: World
let witnesses: WitnessServer[]
let policy: Policy
let house: House
let door: ReturnType<typeof openWitnessPost>

beforeEach(async () => {
  world = new World()
  const log = { origin: world.origin, vkey: world.log.vkey }
  witnesses = await Promise.all(NAMES.map((name) => startWitness(name, log, () => world.now)))
  policy = parsePolicy(
    `log ${log.vkey}\n${witnesses.map((w) => `${w.line}\n`).join('')}group g 2 ${NAMES.join(' ')}\nquorum g\n`,
  )
  door = openWitnessPost({ connect: 300, whole: 600 })
  house = await openHouse(world, undefined, { witnessing: { policy, post: door.post } })
})

afterEach(async () => {
  await house.depositary.close()
  await Promise.all(witnesses.map((w) => w.stop()))
  await door.close()
})

const [one, two, three] = [0, 1, 2].map((i) => () => witnesses[i]!) as [
  () => WitnessServer,
  () => WitnessServer,
  () => WitnessServer,
]

function witnessed(receipt: string, by = policy): string[] {
  const { checkpoint } = parseProof(utf8(receipt))
  return openWithPolicy(checkpoint, by, verify).cosigned.map((c) => c.witness)
}

/** The checkpoint of a receipt, as a statement says that it was seen. */
function seenIn(receipt: string) {
  const { size, root } = openWithPolicy(
    parseProof(utf8(receipt)).checkpoint,
    policy,
    verify,
  ).checkpoint
  return { size, root: encodeBase64(root) }
}

describe('a quorum', () => {
  test('is in every receipt, and in the public checkpoint', async () => {
    const { receipt, index, witnessed: said } = await house.add(world.verification('a.com', []))
    expect(said).toBe(true)
    expect(witnessed(receipt).length).toBeGreaterThanOrEqual(2)
    const published = parseNote(house.publication.published.at(-1)!)
    expect(openWithPolicy(published, policy, verify).checkpoint.size).toBe(index + 1)
    expect(await receiptOf(house.sql, index)).toBe(receipt)
  })

  test('is there under load, while each in turn is killed and started again', async () => {
    await house.add(world.instrument())
    const companies = await house.enrolMany(4)
    await house.addAtOnce(companies.map((domain) => world.sign(domain)))
    const first = world.entries.length
    const logged: Logged[] = []
    let ended = false
    onTestFinished(() => {
      ended = true
    })
    const sending = companies.map(async (domain) => {
      let over: Over = {}
      while (!ended) {
        const outcome = await house.submit(world.report(domain, 'accord', over))
        if (outcome.kind === 'refused') throw new Error(outcome.refusal.detail)
        over = { previous: outcome.digest, seen: seenIn(outcome.receipt) }
        logged.push(outcome)
      }
    })
    const all = Promise.all(sending)
    const until = (holds: () => boolean) =>
      Promise.race([all, vi.waitUntil(holds, { timeout: 60_000 })])
    for (let round = 0; round < 6; round++) {
      const witness = witnesses[round % 3]!
      await witness.stop()
      const stopped = logged.length
      await until(() => logged.length > stopped + 20)
      await witness.start()
      // The next is killed as soon as this one cosigns again.
      const { size } = house.depositary.published()
      const status = () => house.depositary.witnesses().find((w) => w.name === witness.name)
      await until(() => (status()?.size ?? 0) > size)
    }
    ended = true
    await all
    for (const { receipt } of logged) expect(witnessed(receipt).length).toBeGreaterThanOrEqual(2)
    const indexes = logged.map(({ index }) => index).sort((a, b) => a - b)
    expect(indexes).toEqual(logged.map((_, i) => first + i))
    expect(house.depositary.stopped()).toBeNull()
  })

  test('that is not met keeps the receipt back, and what was logged is found again', async () => {
    const before = house.publication.published.length
    await one().stop()
    await two().stop()
    const note = world.verification('a.com', [])
    await expect(house.submit(note)).rejects.toMatchObject({ code: 'UNWITNESSED' })
    expect(house.depositary.published().size).toBe(1)
    expect(house.publication.published.length).toBe(before)
    expect(await receiptOf(house.sql, 1)).toBeNull()
    await one().start()
    const outcome = (await house.submit(note)) as Logged
    expect(outcome).toMatchObject({ kind: 'logged', index: 1, first: false })
    expect(witnessed(outcome.receipt)).toContain('w1.example')
  })
})

describe('a witness', () => {
  test('that has seen less is caught up', async () => {
    for (const domain of ['a.com', 'b.com']) await house.add(world.verification(domain, []))
    await three().stop()
    for (let i = 0; i < 5; i++) await house.add(world.verification(`c${i}.com`, []))
    await three().start()
    await one().stop()
    const { receipt } = await house.add(world.verification('d.com', []))
    expect(witnessed(receipt)).toEqual(expect.arrayContaining(['w2.example', 'w3.example']))
  })

  test.each<[string, WitnessServer['lie'], RegExp]>([
    ['hangs', () => {}, /./],
    ['answers with a megabyte', (_q, r) => r.end('x'.repeat(2 ** 20)), /more than/],
    ['answers with nothing', (_q, r) => r.end(''), /no cosignature/],
    ['answers 500', (_q, r) => r.writeHead(500).end(), /500/],
    ['redirects', (_q, r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /302/],
    ['says no size', (_q, r) => r.writeHead(409, { 'content-type': SIZE_TYPE }).end('x\n'), /409/],
    [
      'says the size we named',
      (_q, r, body) =>
        r.writeHead(409, { 'content-type': SIZE_TYPE }).end(`${parseAddCheckpoint(body).old}\n`),
      /refuses the size/,
    ],
    ['is no witness', (_q, r) => r.end('<html>'), /./],
    [
      'says another size each time',
      (_q, r, body) => {
        const { old } = parseAddCheckpoint(body)
        r.writeHead(409, { 'content-type': SIZE_TYPE }).end(`${old === 0 ? 1 : 0}\n`)
      },
      /another size each time/,
    ],
    [
      'answers in drops',
      (_q, r) => {
        const drip = setInterval(() => r.write('\u2014'), 50)
        r.on('close', () => clearInterval(drip))
      },
      /./,
    ],
  ])('that %s is left out', async (_what, lie, trouble) => {
    one().lie = lie
    const { receipt } = await house.add(world.verification('a.com', []))
    expect(witnessed(receipt).sort()).toEqual(['w2.example', 'w3.example'])
    const status = () => house.depositary.witnesses().find((w) => w.name === 'w1.example')!
    for (let i = 0; i < 200 && status().trouble === null; i++) await later(10)
    expect(status().trouble).toMatch(trouble)
  })

  test.each<[string, (w: WitnessServer, body: Buffer) => Promise<string>]>([
    [
      'with a key of another',
      async (w, body) => {
        return (await witnesses[(witnesses.indexOf(w) + 1) % 3]!.witness.addCheckpoint(body)).body
      },
    ],
    [
      'of another checkpoint',
      async (w, body) => {
        const { body: lines } = await w.witness.addCheckpoint(body)
        const [line] = parseSignatures(lines)
        return lines.replace(
          / [^ ]+\n$/,
          ` ${Buffer.from([...Buffer.from(line!.id, 'hex'), ...line!.blob.map((b, i) => (i === 40 ? b ^ 1 : b))]).toString('base64')}\n`,
        )
      },
    ],
    ['of another log', (w, body) => cosigned(w, body, { origin: 'other.example/log' })],
    ['of another size', (w, body) => cosigned(w, body, { size: 3 })],
    ['dated long ago', (w, body) => cosigned(w, body, { time: world.now - 86_400 })],
    ['dated in the future', (w, body) => cosigned(w, body, { time: world.now + 86_400 })],
    ['dated never', (w, body) => cosigned(w, body, { time: 0 })],
    [
      'joined by one that does not hold',
      async (w, body) => {
        const good = await cosigned(w, body)
        const [line] = parseSignatures(await cosigned(w, body, { size: 3 }))
        return `${good}${formatSignature({ ...line!, name: 'w1.example' })}`
      },
    ],
  ])('whose cosignature is %s is left out', async (_what, forge) => {
    one().lie = async (_q, response, body) => {
      send(response, { status: 200, type: 'text/plain', body: await forge(one(), body) })
    }
    const { receipt } = await house.add(world.verification('a.com', []))
    expect(witnessed(receipt).sort()).toEqual(['w2.example', 'w3.example'])
  })
})

/** A cosignature of what was asked for, but for what is given. */
async function cosigned(
  { signer }: WitnessServer,
  body: Uint8Array,
  { time = world.now, ...over }: { time?: number; origin?: string; size?: number } = {},
): Promise<string> {
  const { note } = parseAddCheckpoint(body)
  const text = formatCheckpoint({ ...parseCheckpoint(note.text), ...over })
  return formatSignature(await signCosignature(text, signer, time))
}

test('a witness that comes and goes is never waited for, and never lost', async () => {
  let late = () => {}
  let turn = 0
  three().lie = async (_q, response, body) => {
    turn++
    if (turn % 3 === 0) return void response.writeHead(503).end()
    if (turn % 3 === 1) return void response.destroy()
    await new Promise<void>((resolve) => {
      late = resolve
    })
    send(response, await three().witness.addCheckpoint(body))
  }
  const receipts: string[] = []
  for (let i = 0; i < 9; i++) {
    receipts.push((await house.add(world.verification(`f${i}.com`, []))).receipt)
    if (i % 2 === 1) late()
  }
  late()
  for (const receipt of receipts) expect(witnessed(receipt).length).toBeGreaterThanOrEqual(2)
  three().lie = null
  await one().stop()
  const { receipt } = await house.add(world.verification('g.com', []))
  expect(witnessed(receipt).sort()).toEqual(['w2.example', 'w3.example'])
})

describe('an alarm stops the log', () => {
  test.each<[string, number, string, string]>([
    ['a larger size', 409, SIZE_TYPE, '1000\n'],
    ['a 422', 422, 'text/plain', 'no'],
    ['a 409 without a size', 409, 'text/plain', ''],
  ])('%s', async (_what, status, type, body) => {
    one().lie = (_q, response) => response.writeHead(status, { 'content-type': type }).end(body)
    await two().stop()
    await three().stop()
    const note = world.verification('a.com', [])
    await expect(house.submit(note)).rejects.toMatchObject({ code: 'STOPPED' })
    expect(house.alarms.map((a) => a.message).join()).toMatch(/cosigned 1000|does not go on/)
    await expect(house.submit(note)).rejects.toMatchObject({ code: 'STOPPED' })
  })

  test('also where it comes when the quorum is met already, and a start is refused, too', async () => {
    three().lie = async (_q, response) => {
      await later(100)
      send(response, { status: 422, type: 'text/plain', body: 'no' })
    }
    await house.add(world.verification('a.com', []))
    await later(200)
    expect(house.depositary.witnesses()[2]!.trouble).toMatch(/does not go on/)
    await house.depositary.round()
    expect(house.alarms.map((a) => a.code)).toEqual(['STOPPED'])
    const late = house.submit(world.verification('b.com', []))
    await expect(late).rejects.toMatchObject({ code: 'STOPPED' })
    const again = openDepositary({
      ...opening(world, house.sql, house.publication),
      witnessing: { policy, post: door.post },
    })
    await expect(again).rejects.toMatchObject({ code: 'BEHIND' })
  })

  test('but none is that a heartbeat comes to a witness after the entry that followed it', async () => {
    await house.add(world.verification('a.com', []))
    await later(200)
    world.now += 4000
    await one().stop()
    let asked = 0
    three().lie = async (_q, response, body) => {
      asked++
      if (asked === 1) await later(400)
      send(response, await three().witness.addCheckpoint(body))
    }
    const beat = house.depositary.round()
    await later(50)
    await house.add(world.verification('b.com', []))
    await beat
    expect(asked).toBe(2)
    expect(house.alarms).toEqual([])
    await house.add(world.verification('c.com', []))
  })

  test('a database put back does not sign, since a witness has seen more', async () => {
    const sql = await newSql()
    await begin(world, sql)
    for (const domain of ['a.com', 'b.com']) await house.add(world.verification(domain, []))
    await house.depositary.close()
    const again = openDepositary({
      ...opening(world, sql, memoryPublication()),
      witnessing: { policy, post: door.post },
    })
    await expect(again).rejects.toMatchObject({ code: 'BEHIND' })
  })
})

describe('an end in between', () => {
  test('before any witness was asked: the next start publishes with a quorum', async () => {
    for (const w of witnesses) await w.stop()
    await expect(house.submit(world.verification('a.com', []))).rejects.toMatchObject({
      code: 'UNWITNESSED',
    })
    await house.depositary.close()
    for (const w of witnesses) await w.start()
    house.depositary = await openDepositary({
      ...opening(world, house.sql, house.publication),
      witnessing: { policy, post: door.post },
    })
    for (let i = 0; i < 50 && house.depositary.published().size < 2; i++) await later(20)
    const published = parseNote(house.publication.published.at(-1)!)
    expect(openWithPolicy(published, policy, verify).checkpoint.size).toBe(2)
  })
})

describe('a registry that does not wait', () => {
  const early = async () => {
    await house.depositary.close()
    house.depositary = await openDepositary({
      ...opening(world, house.sql, house.publication),
      onAlarm: (error) => void house.alarms.push(error),
      witnessing: { policy, post: door.post, early: true },
    })
  }

  test('gives a receipt at once, says so, and one with the quorum when there is one', async () => {
    await early()
    for (const w of witnesses) await w.stop()
    const note = world.verification('a.com', [])
    const first = await house.add(note)
    expect(first).toMatchObject({ witnessed: false, first: true, index: 1 })
    expect(witnessed(first.receipt, { ...policy, quorum: null })).toEqual([])
    expect(house.depositary.published().size).toBe(1)
    expect(await house.submit(note)).toEqual({ ...first, first: false })
    const next = await house.add(world.verification('b.com', []))
    expect(next).toMatchObject({ witnessed: false, index: 2 })
    for (const w of witnesses) await w.start()
    for (let i = 0; i < 100 && house.depositary.published().size < 3; i++) await later(20)
    const again = (await house.submit(note)) as Logged
    expect(again).toMatchObject({ witnessed: true, first: false, index: 1 })
    expect(witnessed(again.receipt).length).toBeGreaterThanOrEqual(2)
  })

  test('stops all the same where a witness has seen another history', async () => {
    await early()
    const answer = { status: 422, type: 'text/plain', body: 'no' } as const
    for (const w of witnesses) w.lie = (_q, response) => send(response, answer)
    expect(await house.add(world.verification('a.com', []))).toMatchObject({ witnessed: false })
    for (let i = 0; i < 100 && house.alarms.length === 0; i++) await later(20)
    await expect(house.submit(world.verification('b.com', []))).rejects.toMatchObject({
      code: 'STOPPED',
    })
    expect(house.depositary.published().size).toBe(1)
  })
})

test('a head that was public before witnesses were asked has their cosignatures at once', async () => {
  const first = parseNote(house.publication.published.at(-1)!)
  expect(openWithPolicy(first, policy, verify).cosigned.length).toBeGreaterThanOrEqual(2)
  expect(house.publication.published.length).toBe(2)
})

test('a registry that asks no witness any more publishes what they never cosigned', async () => {
  for (const w of witnesses) await w.stop()
  const note = world.verification('a.com', [])
  await expect(house.submit(note)).rejects.toMatchObject({ code: 'UNWITNESSED' })
  await house.depositary.close()
  house.depositary = await openDepositary(opening(world, house.sql, house.publication))
  for (let i = 0; i < 50 && house.depositary.published().size < 2; i++) await later(20)
  expect(house.depositary.stopped()).toBeNull()
  expect(parseCheckpoint(parseNote(house.publication.published.at(-1)!).text).size).toBe(2)
  expect(await receiptOf(house.sql, 1)).not.toBeNull()
})

test('an idle head is cosigned anew each hour, and its receipts stay as they were', async () => {
  const { receipt, index } = await house.add(world.verification('a.com', []))
  const before = house.publication.published.length
  world.now += 1800
  await house.depositary.round()
  expect(house.publication.published.length).toBe(before)
  world.now += 1801
  await house.depositary.round()
  const fresh = openWithPolicy(parseNote(house.publication.published.at(-1)!), policy, verify)
  expect(fresh.cosigned.every(({ time }) => time === world.now)).toBe(true)
  expect(await receiptOf(house.sql, index)).toBe(receipt)
})
