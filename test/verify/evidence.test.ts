import { fc, test as prop } from '@fast-check/vitest'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseEntry } from '../../src/accord/entry.ts'
import { AccordError } from '../../src/accord/error.ts'
import { type Evidence, formatEvidence, parseEvidence } from '../../src/accord/evidence.ts'
import type { Finding } from '../../src/accord/finding.ts'
import { evidenceIndexes } from '../../src/accord/mention.ts'
import { Replay } from '../../src/accord/replay.ts'
import { standing } from '../../src/accord/standing.ts'
import { digestOf } from '../../src/accord/text.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { verifyEvidence } from '../../src/verify.ts'
import { company } from '../accord/cast.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { entryOf, World } from '../accord/kit.ts'
import { policyOf, type Source, WITNESSES, witnessedPolicyOf } from '../client/copy.ts'
import { makeStory, makeTroubles } from '../client/story.ts'
import { ALL_THREE, fileOf, judge, short } from './files.ts'

/** A file from which an entry was dropped. */
function without(text: string, index: number): string {
  const e = parseEvidence(text)
  return formatEvidence({ ...e, entries: e.entries.filter((x) => x.index !== index) })
}

const story = makeStory()
const { world, at } = story
const policy = policyOf(world)
const witnessed = witnessedPolicyOf(world)
/** Of a signature; and of one that rests on nearly everything. */
let signed: string
let renewed: string
beforeAll(async () => {
  signed = await fileOf('evidence', world, at['contoso signs']!, { witnessed: ALL_THREE })
  renewed = await fileOf('evidence', world, at['contoso renews']!, { witnessed: ALL_THREE })
})

const factsOf = (text: string, by = policy) => judge(text, by).facts as Finding

/** A log that took one more note, whatever the law says of it. */
function dishonest(w: World, note: string): Source {
  return { origin: w.origin, log: w.log, entries: [...w.entries, entryOf(note, w.now)] }
}

describe('evidence', () => {
  test('proves every statement of a log', async () => {
    for (const [name, index] of Object.entries(at)) {
      const verdict = judge(await fileOf('evidence', world, index), policy)
      expect([name, short(verdict)]).toEqual([name, 'verified'])
      const facts = verdict.facts as Finding
      expect([facts.index, facts.entries.at(-1)]).toEqual([index, index])
    }
  })

  test('proves every statement of a log with troubles', async () => {
    const troubles = makeTroubles()
    for (const [name, index] of Object.entries(troubles.at)) {
      const file = await fileOf('evidence', troubles.world, index)
      expect([name, short(judge(file, policyOf(troubles.world)))]).toEqual([name, 'verified'])
    }
  })

  test('says who signed what, when, by which keys', () => {
    const { statement, signers, times, party, instrument, standing } = factsOf(signed, witnessed)
    expect(party).toMatchObject({ domain: 'contoso.com', name: 'The company at contoso.com' })
    expect(statement).toMatchObject({ type: 'commitment/v1', act: 'sign' })
    expect(signers).toEqual(
      ['contoso.com/ceo', 'contoso.com/gc'].map((name) => ({
        vkey: keyOf(name).vkey,
        domain: 'contoso.com',
        role: 'officer',
        recovery: false,
      })),
    )
    expect(times).toEqual({
      issued: '2026-01-01T00:08:00Z',
      logged: '2026-01-01T00:09:00Z',
      notBefore: '2026-01-01T00:04:00Z',
      notAfter: '2027-01-01T00:01:00Z',
    })
    expect(instrument).toMatchObject({ index: at['accord v1'], text: { title: 'The accord' } })
    expect(standing).toMatchObject({
      commitment: { word: 'active' },
      caveats: { reservations: [{ clause: 'P2' }] },
      control: { word: 'confirmed' },
    })
  })

  test('names the keys of both parties of a succession, and recovery keys as such', async () => {
    const passes = await fileOf('evidence', world, at['fabrikam passes']!)
    expect(factsOf(passes).signers.map((s) => s.domain)).toEqual([
      'contoso.com',
      'contoso.com',
      'fabrikam.com',
      'fabrikam.com',
    ])
    const recovers = await fileOf('evidence', world, at['contoso recovers']!)
    expect(factsOf(recovers).signers.map((s) => s.recovery)).toEqual([false, false, true, true])
  })

  test('gives the standing that a replay gives', async () => {
    const { entries } = story.world
    for (const name of ['contoso signs', 'fabrikam signs', 'northwind withdraws']) {
      const { standing: shown } = factsOf(await fileOf('evidence', world, at[name]!))
      const replay = new Replay(verify)
      for (const entry of entries.slice(0, at[name]! + 1)) replay.next(entry)
      const { memory } = replay
      expect(shown).toEqual(standing(memory, shown!.party.id, shown!.instrument, memory.time))
    }
  })

  test('tells no standing where what decides it may be missing, and says how to get it', async () => {
    for (const [name, why] of [
      ['the pact accepts', 'about a notice'],
      ['contoso reports', 'a succession'],
      ['contoso renews', 'a recovery'],
    ] as const) {
      const { facts, proves, doesNotProve } = judge(
        await fileOf('evidence', world, at[name]!),
        policy,
      )
      const { standing, instrument, index, times } = facts as Finding
      expect([name, standing, instrument?.text.kind]).toEqual([name, null, 'accord'])
      expect(proves.join()).not.toContain('was then')
      const sentence = doesNotProve.find((s) => s.startsWith('What the standing was'))!
      expect(sentence).toContain(why)
      expect(sentence).toContain(`--at ${times.logged} --size ${index + 1},`)
    }
    const plain = judge(signed, policy).doesNotProve
    expect(plain.filter((s) => s.startsWith('What the standing was'))).toEqual([])
    const text = judge(await fileOf('evidence', world, at['accord v1']!), policy).doesNotProve
    expect(text.filter((s) => s.startsWith('What the standing was'))).toEqual([])
  })

  test('holds a text that was signed before a verification and logged after it', async () => {
    const world = new World()
    world.join(company('contoso.com'))
    world.add(world.instrument())
    world.add(world.sign('contoso.com'))
    const later = world.nextVersion()
    world.days(1)
    world.add(world.verification('contoso.com', company('contoso.com').keys))
    world.add(later)
    const { index } = world.add(
      world.report('contoso.com', 'accord', { instrument: world.ref('accord', 1) }),
    )
    expect(short(judge(await fileOf('evidence', world, index), policyOf(world)))).toBe('verified')
  })

  test('quotes what a party says of itself so that no quotation ends early', async () => {
    const w = new World()
    const name = 'A", by its \\ “B” and ″C″'
    w.join(company('contoso.com', { name }))
    w.add(w.instrument({ title: 'The "best" accord' }))
    const { index } = w.add(w.sign('contoso.com'))
    const { proves } = judge(await fileOf('evidence', w, index), policyOf(w))
    expect(proves[0]).toContain(
      'contoso.com, enrolled as "A\\", by its \\\\ \\“B\\” and \\″C\\″", signed version 1 of "The \\"best\\" accord" (accord)',
    )
  })

  test('is in plain words, which say what it does not prove', () => {
    const { proves, doesNotProve } = judge(signed, witnessed)
    expect(proves[0]).toBe(
      'contoso.com, enrolled as "The company at contoso.com", signed version 1 of "The accord" (accord), until 2027-01-01T00:08:00Z, with reservations to P2: "Only our own products.".',
    )
    expect(doesNotProve.join()).toContain('That it still stands.')
    expect(doesNotProve.join()).not.toContain('No independent witness')
    expect(proves[1]).toContain(
      'By the entries in this file, and if the registry kept the law, these were the right keys at that moment.',
    )
    expect(doesNotProve.join()).toContain(
      'That the registry was allowed to log this statement at all.',
    )
    expect([...proves, ...doesNotProve].join()).not.toContain('unbroken')
  })

  test('without a witness says that none has vouched', async () => {
    const bare = await fileOf('evidence', world, at['contoso signs']!)
    const { verdict, doesNotProve, facts } = judge(bare, policy)
    expect(verdict).toBe('verified')
    expect(doesNotProve.join()).toContain('No independent witness has vouched')
    expect((facts as Finding).times.notAfter).toBeNull()
  })

  test('is bounded by the earliest quorum of witnesses', () => {
    const by = (n: number) => factsOf(signed, witnessedPolicyOf(world, n)).times.notAfter
    expect([1, 2, 3].map(by)).toEqual([
      '2027-01-01T00:00:00Z',
      '2027-01-01T00:01:00Z',
      '2027-01-01T00:02:00Z',
    ])
  })

  test('may be cosigned at a time that nobody can write', async () => {
    const late = { witnessed: [[WITNESSES[0]!, Number.MAX_SAFE_INTEGER]] as const }
    const file = await fileOf('evidence', world, at['contoso signs']!, late)
    const { verdict, facts, proves } = judge(file, witnessedPolicyOf(world, 1))
    expect(verdict).toBe('verified')
    expect((facts as Finding).times.notAfter).toBeNull()
    expect(proves.at(-1)).toContain('after the year 9999')
  })

  test('holds by the slow verifier too', () => {
    expect(short(verifyEvidence(signed, witnessed))).toBe('verified')
  })
})

test.each(['accord-evidence/v1', 'accord-evidence/v1\r\n', 'accord-Evidence/v1\nx'])(
  'a first line that is damaged, %j, is not verified',
  (text) => expect(short(judge(text, policy))).toMatch(/^not verified: /),
)

describe('one cannot tell', () => {
  test.each([
    ['', 'unknown-file'],
    ['accord-evidence/v2\n', 'unknown-file'],
    ['evidence', 'unknown-file'],
  ])('what %j is', (text, code) => {
    expect(short(judge(text, policy))).toBe(`cannot tell: ${code}`)
    expect(short(verifyEvidence(text, policy))).toBe(`cannot tell: ${code}`)
  })

  test('of a statement without its evidence, signed or not, and which it is', () => {
    const { entry } = parseEvidence(signed).entries.at(-1)!
    const note = new TextDecoder().decode(parseEntry(entry).attestation)
    const { text } = parseNote(note)
    for (const bare of [note, text]) {
      expect(short(judge(bare, policy))).toBe('cannot tell: bare-statement')
      expect(judge(bare, policy).reason?.detail).toBe(digestOf(utf8(text)))
    }
  })

  test('by a policy that does not read', () => {
    expect(short(judge(signed, 'quorum some\n'))).toBe('cannot tell: bad-policy')
    expect(judge(signed, 'quorum some\n').reason?.detail).toContain('line 1')
  })

  test('by a policy that does not list the log', () => {
    const other = new World({ origin: 'other.example/accord' })
    const v = judge(signed, policyOf(other))
    expect(short(v)).toBe('cannot tell: other-log')
    expect(v.proves).toEqual([])
  })

  test('under a law this program does not have', async () => {
    const w = new World()
    w.add(w.registryChange({ rules: { ...w.rules, law: 2 } }))
    w.days(15)
    const file = await fileOf('evidence', dishonest(w, w.instrument()), 2)
    expect(short(judge(file, policyOf(w)))).toBe('cannot tell: unknown-law')
  })
})

describe('not verified is', () => {
  const change = (text: string, edit: (e: Evidence) => Partial<Evidence>): string => {
    const e = parseEvidence(text)
    return formatEvidence({ ...e, ...edit(e) })
  }

  test('each line with a character changed', () => {
    const lines = signed.split('\n')
    const all = witnessedPolicyOf(world, 3)
    const verdicts = lines.flatMap((line, i) =>
      [0, 3, Math.floor(line.length / 2), line.length].map((k) => {
        const other = line[k] === '1' ? '2' : '1'
        const changed = lines.with(i, `${line.slice(0, k)}${other}${line.slice(k + 1)}`)
        return short(judge(changed.join('\n'), all))
      }),
    )
    expect(verdicts.filter((v) => !v.startsWith('not verified: '))).toEqual([])
    const codes = new Set(verdicts.map((v) => v.replace('not verified: ', '')))
    const expected = [
      'malformed',
      'contradiction',
      'inclusion',
      'bad-signature',
      'unsigned',
      'quorum',
    ]
    expect([...codes].sort()).toEqual(expected.sort())
  })

  test('any file cut short', () => {
    const lines = signed.split('\n')
    for (let n = 1; n < lines.length; n++) {
      const text = `${lines.slice(0, n).join('\n')}\n`
      const verdict = short(judge(text, witnessedPolicyOf(world, 3)))
      expect([n, verdict]).toEqual([
        n,
        expect.stringMatching(n === lines.length - 1 ? /^verified$/ : /^not verified/),
      ])
    }
  })

  test('a file from which an entry was dropped', () => {
    const { entries } = parseEvidence(renewed)
    const verdicts = entries.slice(1, -1).map(({ index }) => {
      const text = change(renewed, (e) => ({ entries: e.entries.filter((x) => x.index !== index) }))
      const name = Object.keys(at).find((n) => at[n] === index)!
      return [name, short(judge(text, policy))]
    })
    expect(new Set(verdicts.map(([, verdict]) => verdict))).toEqual(
      new Set(['not verified: refused']),
    )
  })

  test('(a limit) nothing that is left out beside the chain: the standing shown is another', async () => {
    const w = new World()
    w.join(company('contoso.com'))
    w.add(w.instrument())
    const { digest } = w.add(w.sign('contoso.com'))
    const notice = w.add(w.notice('suspend', digest)).index
    const whole = await fileOf('evidence', w, w.add(w.report('contoso.com')).index)
    const part = without(whole, notice)
    const by = policyOf(w)
    expect([whole, part].map((f) => factsOf(f, by).standing?.commitment.suspended)).toEqual([
      true,
      false,
    ])
    expect(judge(part, by).doesNotProve.join()).toContain('That nothing was left out.')
  })

  describe('(a limit) nothing that the law lets a later statement pass over:', () => {
    const limits: [string, (w: World) => { subject: number; left: number }][] = [
      [
        'a withdrawal before a cancel',
        (w) => {
          const signed = w.add(w.sign('contoso.com')).digest
          const passing = w.add(w.succession('fabrikam.com', 'contoso.com', [])).digest
          const left = w.add(w.withdraw('contoso.com')).index
          w.add(w.cancel('contoso.com', passing, { previous: signed }))
          return { subject: w.add(w.report('contoso.com')).index, left }
        },
      ],
      [
        'a withdrawal before a recovery',
        (w) => {
          const signed = w.add(w.sign('contoso.com')).digest
          const left = w.add(w.withdraw('contoso.com')).index
          const fresh = [keyOf('contoso.com/ceo-2'), keyOf('contoso.com/gc-2')]
          w.add(w.verification('contoso.com', fresh))
          w.add(w.recover('contoso.com', fresh, { previous: signed }))
          w.days(15)
          return { subject: w.add(w.report('contoso.com', 'accord', { by: fresh })).index, left }
        },
      ],
      [
        'a withdrawal before a notice',
        (w) => {
          const signed = w.add(w.sign('contoso.com')).digest
          const left = w.add(w.withdraw('contoso.com')).index
          return { subject: w.add(w.notice('suspend', signed)).index, left }
        },
      ],
      [
        'a withdrawal by a predecessor',
        (w) => {
          w.add(w.sign('contoso.com'))
          w.add(w.succession('contoso.com', 'fabrikam.com', ['accord']))
          const left = w.add(w.withdraw('contoso.com')).index
          w.days(15)
          return { subject: w.add(w.report('fabrikam.com')).index, left }
        },
      ],
    ]

    test.each(limits)('%s; no standing is told', async (_, live) => {
      const w = new World()
      w.join(company('contoso.com'))
      w.join(company('fabrikam.com'))
      w.add(w.instrument())
      const { subject, left } = live(w)
      const whole = await fileOf('evidence', w, subject)
      const files = [whole, without(whole, left)]
      expect(parseEvidence(files[1]!).entries.map((e) => e.index)).not.toContain(left)
      for (const file of files) {
        const { verdict, facts, proves } = judge(file, policyOf(w))
        expect([verdict, (facts as Finding).standing]).toEqual(['verified', null])
        expect(proves.join()).not.toContain('was then')
      }
    })
  })

  test('an entry of a later time than the witnesses that cosigned it, but for what clocks may differ', async () => {
    const w = new World()
    w.join(company('contoso.com'))
    w.add(w.instrument())
    w.days(1)
    const { index } = w.add(w.sign('contoso.com'))
    expect(w.rules).toMatchObject({ clock_skew_seconds: 300 })
    const cosignedAt = async (time: number) => {
      const [a, b] = WITNESSES
      const late = [b!, time + 10 ** 6] as const
      return fileOf('evidence', w, index, { witnessed: [late, [a!, time]] })
    }
    const early = await cosignedAt(w.now - 301)
    const { reason } = judge(early, witnessedPolicyOf(w, 1))
    expect(reason).toMatchObject({
      code: 'clock-contradiction',
      detail: expect.stringContaining(`2026-01-02T00:00:00Z of entry ${index}`),
    })
    expect(reason?.detail).toContain('2026-01-01T23:54:59Z of the quorum')
    expect(short(judge(early, witnessedPolicyOf(w, 2)))).toBe('verified')
    expect(short(judge(early, policyOf(w)))).toBe('verified')
    const inTime = await cosignedAt(w.now - 300)
    expect(short(judge(inTime, witnessedPolicyOf(w, 1)))).toBe('verified')
  })

  test('evidence without the first or the last entry', () => {
    const first = change(signed, (e) => ({ entries: e.entries.slice(1) }))
    expect(short(judge(first, policy))).toBe('not verified: malformed')
    const last = change(signed, (e) => ({ entries: e.entries.slice(0, -1) }))
    expect(short(judge(last, policy))).toBe('not verified: contradiction')
    const none = change(signed, () => ({ entries: [] }))
    expect(short(judge(none, policy))).toBe('not verified: malformed')
  })

  test('a chain without the change of keys that matters', () => {
    const gone = at['contoso rotates']!
    const text = change(renewed, (e) => ({ entries: e.entries.filter((x) => x.index !== gone) }))
    const { reason } = judge(text, policy)
    expect(reason).toMatchObject({ code: 'refused', detail: expect.stringContaining('refused: ') })
  })

  test('entries in another order, or twice', () => {
    const swapped = change(signed, ({ entries: [a, b, c, ...rest] }) => ({
      entries: [a!, c!, b!, ...rest],
    }))
    expect(short(judge(swapped, policy))).toBe('not verified: malformed')
    const twice = change(signed, ({ entries }) => ({ entries: [...entries, entries.at(-1)!] }))
    expect(short(judge(twice, policy))).toBe('not verified: malformed')
  })

  test('proofs or entries that were exchanged', () => {
    const proofs = change(signed, ({ entries: [a, b, ...rest] }) => ({
      entries: [{ ...a!, proof: b!.proof }, { ...b!, proof: a!.proof }, ...rest],
    }))
    expect(short(judge(proofs, policy))).toBe('not verified: inclusion')
    const bodies = change(signed, ({ entries: [a, b, ...rest] }) => ({
      entries: [{ ...a!, entry: b!.entry }, { ...b!, entry: a!.entry }, ...rest],
    }))
    expect(judge(bodies, policy).reason).toMatchObject({
      code: 'inclusion',
      detail: expect.stringContaining('entry 0'),
    })
  })

  test('another subject', () => {
    const { digest } = world.party('contoso.com').first
    const text = change(signed, () => ({ subject: digest }))
    expect(short(judge(text, policy))).toBe('not verified: contradiction')
  })

  test('another registry, logged under this origin', async () => {
    const other = new World({ origin: 'other.example/accord' })
    const source = { origin: world.origin, log: world.log, entries: other.entries }
    const file = await fileOf('evidence', source, 0)
    expect(short(judge(file, policy))).toBe('not verified: contradiction')
  })

  test.each([
    ['of another party', ['fabrikam.com/ceo', 'fabrikam.com/gc'], 'key-not-eligible'],
    ['that were changed for others', ['contoso.com/ceo', 'contoso.com/gc'], 'key-not-eligible'],
    ['too few', ['contoso.com/ceo-3'], 'quorum-not-met'],
  ])('a statement by keys %s, though it is in the log', async (_, names, code) => {
    const note = world.sign('contoso.com', 'pact', { by: names.map((n) => keyOf(n)) })
    const file = await fileOf('evidence', dishonest(world, note), world.entries.length)
    expect(judge(file, policy).reason).toMatchObject({
      code: 'refused',
      detail: expect.stringContaining(code),
    })
  })

  test('a checkpoint that too few have cosigned', async () => {
    const one = await fileOf('evidence', world, 9, { witnessed: ALL_THREE.slice(0, 1) })
    expect(short(judge(one, witnessed))).toBe('not verified: quorum')
  })

  test('entries under a checkpoint rolled back to before them', async () => {
    const old = parseEvidence(await fileOf('evidence', world, 3, { size: 9 })).checkpoint
    const text = change(signed, () => ({ checkpoint: old }))
    expect(short(judge(text, policy))).toBe('not verified: inclusion')
  })

  test('entries under the checkpoint of a fork', async () => {
    const entries = world.entries.with(9, world.entries[10]!)
    const fork = { origin: world.origin, log: world.log, entries }
    const { checkpoint } = parseEvidence(await fileOf('evidence', fork, 3))
    expect(
      short(
        judge(
          change(signed, () => ({ checkpoint })),
          policy,
        ),
      ),
    ).toBe('not verified: inclusion')
  })

  test('a fork that the witnesses did not see', async () => {
    const w = new World()
    const file = await fileOf('evidence', w, 0)
    expect(short(judge(file, policyOf(w)))).toBe('verified')
    expect(short(judge(file, witnessedPolicyOf(w, 1)))).toBe('not verified: quorum')
  })

  test('a checkpoint by another key under the same name', async () => {
    const log = keyOf(world.origin, 'a stranger')
    const file = await fileOf(
      'evidence',
      { ...world, entries: world.entries, origin: world.origin, log },
      9,
    )
    expect(short(judge(file, policy))).toBe('not verified: unsigned')
  })
})

/** What a file may not change its mind about; cosignatures that are lost weaken it, no more. */
function claim({ facts }: ReturnType<typeof judge>) {
  if (!facts || !('times' in facts)) return facts
  const { size, root, witnessed } = facts.checkpoint
  return {
    ...facts,
    checkpoint: { size, root, witnessed },
    times: { ...facts.times, notAfter: '' },
  }
}

prop.prop([fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean()], { numRuns: 400 })(
  'a byte changed anywhere never yields another claim',
  (where, mask, wide) => {
    const original = wide ? renewed : signed
    const bytes = new TextEncoder().encode(original)
    bytes[where % bytes.length]! ^= mask
    const v = judge(new TextDecoder().decode(bytes), witnessed)
    if (v.verdict === 'verified') {
      expect(claim(v)).toEqual(claim(judge(original, witnessed)))
      expect(ALL_THREE.map(([, time]) => time)).toEqual(
        expect.arrayContaining((v.facts as Finding).checkpoint.cosigned.map((c) => c.time)),
      )
    } else expect(v.reason?.code).not.toBe('program-error')
  },
)

prop.prop([fc.array(fc.boolean(), { minLength: 22, maxLength: 22 })], { numRuns: 100 })(
  'any selection of entries is verified or refused, and never trips the law',
  (keep) => {
    const e = parseEvidence(renewed)
    const last = e.entries.length - 1
    const entries = e.entries.filter((x, i) => i === 0 || i === last || keep[x.index])
    const v = judge(formatEvidence({ ...e, entries }), policy)
    if (v.verdict !== 'verified') expect(v.reason?.code).toBe('refused')
  },
)

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const lines = fc.array(
  fc.record({ entry: fc.uint8Array({ minLength: 1 }), proof: fc.array(hash, { maxLength: 4 }) }),
  { minLength: 1, maxLength: 5 },
)

prop.prop([lines, fc.string()])('a file reads back what it wrote', (bodies, checkpoint) => {
  const entries = bodies.map((b, i) => ({ ...b, index: i * i })) as unknown as Evidence['entries']
  const e: Evidence = { subject: `sha256:${'0'.repeat(64)}`, entries, checkpoint }
  expect(parseEvidence(formatEvidence(e))).toEqual(e)
})

prop.prop([fc.nat(), fc.constantFrom('', ' ', '\n', '0', '=', 'A', '\r', 'entry 1 AA==\n')])(
  'a file has one spelling',
  (where, text) => {
    const k = where % signed.length
    const changed = `${signed.slice(0, k)}${text}${signed.slice(k + 1)}`
    try {
      expect(formatEvidence(parseEvidence(changed))).toBe(changed)
    } catch (e) {
      expect(e).toBeInstanceOf(AccordError)
    }
  },
)

test('there is no evidence for what is not mentioned', () => {
  expect(() => evidenceIndexes([], 0)).toThrow(RangeError)
})
