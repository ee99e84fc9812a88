import { beforeAll, describe, expect, test } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { parseEvidence } from '../../src/accord/evidence.ts'
import { type Log, openLog } from '../../src/client/log.ts'
import { findStatement, makeEvidence, makeReceipt } from '../../src/client/receipt.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { parseProof } from '../../src/tlog/proof.ts'
import { someDigest } from '../accord/cast.ts'
import { verify } from '../accord/keys.ts'
import { copyOf, policyOf } from './copy.ts'
import { makeStory } from './story.ts'

const { world, at } = makeStory()
let log: Log
beforeAll(async () => {
  const { fetch } = await copyOf(world)
  log = await openLog({ fetch, policy: parsePolicy(policyOf(world)), verify })
})

describe('a receipt', () => {
  test('carries its entry', async () => {
    const receipt = await makeReceipt(log, 9)
    expect(receipt.split('\n').slice(0, 3)).toEqual([
      'c2sp.org/tlog-proof@v1',
      `extra ${encodeBase64(world.entries[9]!)}`,
      'index 9',
    ])
    expect(parseProof(receipt).hashes).toHaveLength(5)
  })

  test.each([-1, 22, 1.5])('is not to be had for entry %d', async (index) => {
    await expect(makeReceipt(log, index)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(makeEvidence(log, index)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('evidence', () => {
  const rests = async (name: string) => {
    const { entries } = parseEvidence(await makeEvidence(log, at[name]!))
    return entries.map((e) => e.index)
  }
  const named = (...names: string[]) => [0, ...names.map((n) => at[n]!)]

  test('of a signature: the chain, the checks of its domain, the text', async () => {
    expect(await rests('contoso signs')).toEqual(
      named('accord v1', 'check contoso.com', 'enrol contoso.com', 'contoso signs'),
    )
  })

  test('of a notice: what it rests on that the notice is about', async () => {
    expect(await rests('the pact accepts')).toEqual(
      named(
        'accord v1',
        'pact v1',
        'check fabrikam.com',
        'enrol fabrikam.com',
        'fabrikam signs',
        'fabrikam signs the pact',
        'the pact accepts',
      ),
    )
  })

  test('after a succession: both chains, and nobody else', async () => {
    const others = ['check northwind.com', 'enrol northwind.com', 'northwind signs']
    const without = new Set(others.map((n) => at[n]))
    const all = Array.from({ length: at['contoso renews']! + 1 }, (_, i) => i)
    expect(await rests('contoso renews')).toEqual(all.filter((i) => !without.has(i)))
  })

  test("of the depositary's own: its record, and the versions before", async () => {
    expect(await rests('accord v2')).toEqual(named('accord v1', 'accord v2'))
    expect(await rests('check fabrikam.com')).toEqual(named('check fabrikam.com'))
  })
})

describe('a statement', () => {
  test('is found by its digest', async () => {
    const { digest } = world.party('northwind.com').first
    expect(await findStatement(log, digest)).toBe(at['enrol northwind.com'])
  })

  test('that is not there is not found', async () => {
    const e = findStatement(log, someDigest('nothing'))
    await expect(e).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('is not looked for behind an entry that is none', async () => {
    const entries = [...world.entries, utf8('nothing\n')]
    const { fetch } = await copyOf({ entries, origin: world.origin, log: world.log })
    const bad = await openLog({ fetch, policy: parsePolicy(policyOf(world)), verify })
    const e = findStatement(bad, someDigest('nothing'))
    await expect(e).rejects.toMatchObject({ code: 'ILLEGAL_ENTRY', index: 22 })
  })
})
