import { fc, test as prop } from '@fast-check/vitest'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Alarm, formatAlarm, parseAlarm } from '../../src/client/alarm.ts'
import { fromUtf8, utf8 } from '../../src/tlog/bytes.ts'
import { leafHash, proveConsistency, rootAt } from '../../src/tlog/merkle.ts'
import { verifyAlarm } from '../../src/verify.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { copyOf, policyOf, type Source, WITNESSES, witnessedPolicyOf } from '../client/copy.ts'
import { treeOf } from '../tlog/tree.ts'
import { judge, short } from './files.ts'

const world = new World()
const policy = policyOf(world)
const seen = '2026-11-22T15:17:00Z'

/** A history of the log: entries of which those from 10 on are its own. */
function history(name: string, size: number): Source {
  const entryAt = (i: number) => utf8(i < 10 ? `entry ${i}\n` : `${name} ${i}\n`)
  return {
    origin: world.origin,
    log: world.log,
    entries: Array.from({ length: size }, (_, i) => entryAt(i)),
  }
}

const noteOf = async (source: Source) => (await copyOf(source)).note

/** The evidence that a smaller tree is no prefix of a larger one. */
async function forkOf(small: Source, large: Source): Promise<Alarm> {
  const { read } = treeOf(large.entries.map(leafHash))
  const size = small.entries.length
  const prefix =
    size === large.entries.length
      ? null
      : {
          root: await rootAt(size, read),
          proof: await proveConsistency(size, large.entries.length, read),
        }
  return { kind: 'fork', seen, prefix, checkpoints: [await noteOf(small), await noteOf(large)] }
}

let equalSizes: string
let otherSizes: string
beforeAll(async () => {
  equalSizes = formatAlarm(await forkOf(history('a', 20), history('b', 20)))
  otherSizes = formatAlarm(await forkOf(history('a', 13), history('b', 300)))
})

describe('a fork', () => {
  test('of one size is proven by two signatures', () => {
    const { verdict, kind, proves, facts } = judge(equalSizes, policy)
    expect([verdict, kind]).toEqual(['verified', 'alarm'])
    expect(proves[0]).toMatch(/has signed two trees of 20 entries, with the roots \S+ and \S+\. It/)
    expect(facts).toMatchObject({ kind: 'fork', origin: world.origin, seen, prefix: null })
  })

  test('of two sizes is proven by the root that the larger has at the smaller', () => {
    const { verdict, proves } = judge(otherSizes, policy)
    expect(verdict).toBe('verified')
    expect(proves[0]).toMatch(/a tree of 13 entries .* one of 300 entries, of which the first 13/)
  })

  test('is proven for every pair of sizes', async () => {
    for (const m of [11, 12, 13, 16, 17, 31]) {
      for (const n of [17, 32, 33, 257].filter((n) => n > m)) {
        const text = formatAlarm(await forkOf(history('a', m), history('b', n)))
        expect([m, n, short(judge(text, policy))]).toEqual([m, n, 'verified'])
      }
    }
  })

  test('is none where the larger goes on from the smaller', async () => {
    for (const [m, n] of [
      [5, 20],
      [10, 300],
      [20, 20],
    ] as const) {
      const text = formatAlarm(await forkOf(history('a', m), history('a', n)))
      expect(short(judge(text, policy))).toBe('not verified: no-alarm')
    }
  })

  test('is none without the proof, with another, or in another order', async () => {
    const [small, large] = [history('a', 13), history('b', 300)]
    const alarm = (await forkOf(small, large)) as Extract<Alarm, { kind: 'fork' }>
    const { root, proof } = alarm.prefix!
    const others: Alarm[] = [
      { ...alarm, prefix: null },
      { ...alarm, prefix: { root, proof: proof.slice(1) } },
      { ...alarm, prefix: { root: proof[0]!, proof } },
      { ...alarm, checkpoints: [alarm.checkpoints[1], alarm.checkpoints[0]] },
    ]
    for (const other of others) {
      expect(short(judge(formatAlarm(other), policy))).toBe('not verified: no-alarm')
    }
  })

  test('needs the log’s own signatures, on both, and no witness', async () => {
    const stranger = { ...history('b', 20), log: keyOf(world.origin, 'a stranger') }
    const text = formatAlarm(await forkOf(history('a', 20), stranger))
    expect(short(judge(text, policy))).toBe('not verified: unsigned')
    expect(short(judge(equalSizes, 'log registry.test+00000000+A quorum none'))).toBe(
      'cannot tell: bad-policy',
    )
    expect(short(judge(equalSizes, witnessedPolicyOf(world)))).toBe('verified')
  })

  test('of another log than the policy lists cannot be told', () => {
    const other = policyOf({ log: keyOf('other.example/log') })
    expect(short(judge(equalSizes, other))).toBe('cannot tell: other-log')
  })

  test('of two logs is none', async () => {
    const log = keyOf('other.example/log')
    const both = `log ${world.log.vkey}\nlog ${log.vkey}\nquorum none\n`
    const text = formatAlarm(
      await forkOf(history('a', 20), { ...history('b', 20), origin: log.name, log }),
    )
    expect(short(judge(text, both))).toBe('not verified: no-alarm')
  })

  test('says when witnesses cosigned', async () => {
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => copyOf(history(name, 20), 20, [[WITNESSES[0]!, 1_800_000_000]])),
    )
    const checkpoints = [a!.note, b!.note] as const
    const text = formatAlarm({ kind: 'fork', seen, prefix: null, checkpoints })
    expect(judge(text, witnessedPolicyOf(world)).proves).toContain(
      'The witness w1 cosigned the tree of 20 at 2027-01-15T08:00:00Z.',
    )
  })
})

describe('what only its writer has seen', () => {
  test('a rollback cannot be told, and says so with what the log did sign', async () => {
    const checkpoints = [await noteOf(history('a', 20)), await noteOf(history('a', 12))] as const
    const v = judge(formatAlarm({ kind: 'rollback', seen, checkpoints }), policy)
    expect(short(v)).toBe('cannot tell: testimony')
    expect(v.reason!.detail).toContain('the tree of 20 entries')
    expect(v.reason!.detail).toContain(`at ${seen} the second was served`)
  })

  test('a rollback to more is none', async () => {
    const checkpoints = [await noteOf(history('a', 12)), await noteOf(history('a', 20))] as const
    const text = formatAlarm({ kind: 'rollback', seen, checkpoints })
    expect(short(judge(text, policy))).toBe('not verified: no-alarm')
  })

  test('a stale log cannot be told', async () => {
    const checkpoints = [await noteOf(history('a', 12))] as const
    const text = formatAlarm({ kind: 'stale', seen, checkpoints })
    expect(short(judge(text, policy))).toBe('cannot tell: testimony')
  })

  test('is not even testimony where the log has not signed it', async () => {
    const stranger = { ...history('a', 12), log: keyOf(world.origin, 'a stranger') }
    const text = formatAlarm({ kind: 'stale', seen, checkpoints: [await noteOf(stranger)] })
    expect(short(judge(text, policy))).toBe('not verified: unsigned')
  })
})

describe('the form', () => {
  test('reads back as it was written', async () => {
    for (const text of [equalSizes, otherSizes]) expect(formatAlarm(parseAlarm(text))).toBe(text)
  })

  test('another kind of file is none', () => {
    expect(short(verifyAlarm('accord-evidence/v1\n', policy, verify))).toBe(
      'cannot tell: unknown-file',
    )
  })

  test.each([
    ['another kind', (t: string) => t.replace('kind fork', 'kind war')],
    ['no time', (t: string) => t.replace(`seen ${seen}`, 'seen yesterday')],
    ['a line more', (t: string) => `${t}\n`],
    ['one checkpoint', (t: string) => t.slice(0, t.lastIndexOf(`\n${world.origin}`))],
    ['a hash that is none', (t: string) => t.replace(/^root .*$/m, 'root AAAA')],
  ])('%s does not read', (_, change) => {
    const changed = change(otherSizes)
    expect(changed).not.toBe(otherSizes)
    expect(short(judge(changed, policy))).toBe('not verified: malformed')
  })
})

prop.prop([fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 400 })(
  'a byte changed anywhere never yields another claim',
  (where, mask) => {
    const bytes = utf8(otherSizes)
    bytes[where % bytes.length]! ^= mask
    const changed = fromUtf8(bytes) ?? ''
    const v = judge(changed, policy)
    // When it was seen is nobody's claim but the writer's.
    const claim = (facts: object | null) => ({ ...facts, seen: '' })
    if (v.verdict === 'verified')
      expect(claim(v.facts)).toEqual(claim(judge(otherSizes, policy).facts))
    else expect(v.reason?.code).not.toBe('program-error')
  },
)

prop.prop([fc.string({ unit: 'binary' }), fc.constantFrom(policy, 'quorum none\n')])(
  'no text makes it throw',
  (text, by) => {
    expect(judge(`accord-alarm/v1\n${text}`, by).verdict).not.toBe('verified')
  },
)
