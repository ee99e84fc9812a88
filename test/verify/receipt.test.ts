import { fc, test as prop } from '@fast-check/vitest'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ReceiptFacts } from '../../src/client/receipt.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { formatProof, parseProof } from '../../src/tlog/proof.ts'
import { verifyAny, verifyReceipt } from '../../src/verify.ts'
import { keyOf } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { policyOf, WITNESSES, witnessedPolicyOf } from '../client/copy.ts'
import { makeStory } from '../client/story.ts'
import { ALL_THREE, fileOf, judge, short } from './files.ts'

const { world, at } = makeStory()
const policy = policyOf(world)
const index = at['contoso signs']!
let receipt: string
beforeAll(async () => {
  receipt = await fileOf('receipt', world, index, { witnessed: ALL_THREE })
})

describe('a receipt', () => {
  test('proves the bytes, the place and the time', () => {
    const { verdict, facts, proves } = judge(receipt, policy)
    expect(verdict).toBe('verified')
    expect(facts).toMatchObject({
      origin: world.origin,
      index,
      logged: '2026-01-01T00:09:00Z',
      statement: { type: 'commitment/v1', party: 'contoso.com' },
      checkpoint: { size: 22, witnessed: false },
    })
    expect(proves[1]).toBe(
      'In it, contoso.com signed version 1 of accord, until 2027-01-01T00:08:00Z, with reservations to P2: "Only our own products.".',
    )
  })

  test('does not prove whose signatures it carries, and says so', () => {
    const { doesNotProve, facts } = judge(receipt, policy)
    const ids = ['contoso.com/ceo', 'contoso.com/gc'].map((n) => `${n}+${keyOf(n).id}`)
    expect(facts).toMatchObject({ keys: ids })
    expect(doesNotProve[0]).toContain('Whose signatures it carries.')
    expect(doesNotProve[0]).toContain(ids.map((id) => `"${id}"`).join(', '))
  })

  test('is verified for every entry, by the slow verifier too', async () => {
    for (const i of world.entries.keys()) {
      expect(short(judge(await fileOf('receipt', world, i), policy))).toBe('verified')
    }
    expect(short(verifyReceipt(receipt, witnessedPolicyOf(world)))).toBe('verified')
  })

  test('cannot be judged without its entry, or by another policy', () => {
    const bare = formatProof({ ...parseProof(receipt), extra: null })
    expect(short(judge(bare, policy))).toBe('cannot tell: no-entry')
    const other = new World({ origin: 'other.example/accord' })
    expect(short(judge(receipt, policyOf(other)))).toBe('cannot tell: other-log')
    expect(short(judge(receipt, ''))).toBe('cannot tell: bad-policy')
    expect(short(verifyReceipt('a note', policy))).toBe('cannot tell: unknown-file')
  })
})

describe('not verified is a receipt', () => {
  const change = (edit: object) => formatProof({ ...parseProof(receipt), ...edit })

  test('for another entry, or another place', () => {
    expect(short(judge(change({ extra: world.entries[10] }), policy))).toBe(
      'not verified: inclusion',
    )
    expect(short(judge(change({ index: index + 1 }), policy))).toBe('not verified: inclusion')
    expect(short(judge(change({ index: 10 ** 9 }), policy))).toBe('not verified: inclusion')
    expect(short(judge(change({ hashes: [] }), policy))).toBe('not verified: inclusion')
  })

  test('with a byte of its entry altered', () => {
    const extra = world.entries[index]!.slice()
    extra[extra.length - 5]! ^= 1
    expect(short(judge(change({ extra }), policy))).toBe('not verified: inclusion')
  })

  test('that too few witnesses vouch for', () => {
    const { checkpoint } = parseProof(receipt)
    const signatures = checkpoint.signatures.slice(0, 2)
    const fewer = change({ checkpoint: { ...checkpoint, signatures } })
    expect(short(judge(fewer, witnessedPolicyOf(world)))).toBe('not verified: quorum')
    expect(short(judge(fewer, policy))).toBe('verified')
  })

  test('of a later time than the witnesses that cosigned it, but for an hour', async () => {
    const w = new World()
    w.add(w.instrument())
    const cosignedAt = async (time: number) => {
      const all = WITNESSES.map((k, i) => [k, i === 1 ? time : time + 10_000 * i] as const)
      return fileOf('receipt', w, 1, { witnessed: all })
    }
    const early = await cosignedAt(w.now - 3601)
    const by = (n: number) => judge(early, witnessedPolicyOf(w, n))
    expect([1, 2, 3].map((n) => short(by(n)))).toEqual([
      'not verified: clock-contradiction',
      'not verified: clock-contradiction',
      'verified',
    ])
    expect(by(2).reason?.detail).toContain('2026-01-01T00:00:00Z of entry 1')
    expect(by(2).reason?.detail).toContain('2025-12-31T22:59:59Z of the quorum')
    expect(short(judge(early, policyOf(w)))).toBe('verified')
    const inTime = await cosignedAt(w.now - 3600)
    expect(short(judge(inTime, witnessedPolicyOf(w, 1)))).toBe('verified')
  })

  test('for what is no attestation, though the log holds it', async () => {
    const entries = [...world.entries, utf8('nothing\n')]
    const source = { origin: world.origin, log: world.log, entries }
    const file = await fileOf('receipt', source, entries.length - 1)
    expect(short(judge(file, policy))).toBe('not verified: no-statement')
  })

  test('for a statement to another registry, though the log holds it', async () => {
    const { entries } = new World({ origin: 'other.example/accord' })
    const source = { origin: world.origin, log: world.log, entries }
    expect(short(judge(await fileOf('receipt', source, 0), policy))).toBe(
      'not verified: no-statement',
    )
  })

  test('cut short, anywhere', () => {
    const lines = receipt.split('\n')
    const strict = witnessedPolicyOf(world, 3)
    const verdicts = lines.slice(1, -1).map((_, n) => {
      return short(judge(`${lines.slice(0, n + 1).join('\n')}\n`, strict))
    })
    expect(verdicts.filter((v) => !v.startsWith('not verified'))).toEqual([])
  })
})

prop.prop([fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 400 })(
  'a byte changed anywhere never yields another claim',
  (where, mask) => {
    const bytes = utf8(receipt)
    bytes[where % bytes.length]! ^= mask
    const v = judge(new TextDecoder().decode(bytes), witnessedPolicyOf(world))
    const { facts } = judge(receipt, witnessedPolicyOf(world))
    const claim = (f: typeof facts) => {
      const { checkpoint, ...rest } = f as ReceiptFacts
      return { ...rest, checkpoint: { ...checkpoint, cosigned: [] } }
    }
    if (v.verdict === 'verified') expect(claim(v.facts)).toEqual(claim(facts))
    else expect(v.reason?.code).not.toBe('program-error')
  },
)

prop.prop([
  fc.constantFrom('', 'accord-evidence/v1\n', 'c2sp.org/tlog-proof@v1\n'),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(policyOf(new World()), 'quorum none\n', ''),
])('no text makes it throw', (header, text, by) => {
  const { verdict, reason } = verifyAny(header + text, by)
  expect(verdict).not.toBe('verified')
  expect(reason?.code).not.toBe('program-error')
})

test('every reason says what failed, what was expected, and what to do', () => {
  const { reason } = judge(receipt.replace('index 9', 'index 8'), policy)
  expect(reason).toMatchObject({
    code: 'inclusion',
    failed: expect.stringMatching(/\.$/),
    expected: expect.stringMatching(/\.$/),
    advice: expect.stringMatching(/\.$/),
    detail: expect.stringContaining('root'),
  })
})
