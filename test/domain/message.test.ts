import { fc, test as property } from '@fast-check/vitest'
import { type Answer, decode, encode } from 'dns-packet'
import { describe, expect, test } from 'vitest'
import {
  formatQuery,
  isAnswerTo,
  isTruncated,
  parseMessage,
  parseText,
  TYPES,
} from '../../src/domain/message.ts'
import type { Resolved, Unreachable } from '../../src/domain/port.ts'
import { resolverOver } from '../../src/domain/resolver.ts'

/** Our messages against those of another implementation, and against bytes that nobody sends. */

const NAME = '_accord.contoso.com'
const query = formatQuery(7, NAME, 'TXT')!

function answer(answers: Answer[], more: object = {}): Uint8Array {
  const questions = [{ type: 'TXT' as const, name: NAME }]
  return Uint8Array.from(encode({ type: 'response', id: 7, questions, answers, ...more }))
}

describe('questions', () => {
  test('are read by others as they were meant', () => {
    const read = decode(Buffer.from(query))
    expect(read).toMatchObject({
      id: 7,
      type: 'query',
      opcode: 'QUERY',
      flag_rd: true,
      flag_ad: true,
    })
    expect(read.questions).toEqual([{ name: NAME, type: 'TXT', class: 'IN' }])
    expect(read.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, flag_do: true }])
  })

  test('cannot be asked of names that no message holds', () => {
    const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`
    expect(formatQuery(0, longest, 'A')).not.toBeNull()
    for (const name of [`${longest}d`, 'a'.repeat(64), '', 'a..b', '.a', 'a.']) {
      expect(formatQuery(0, name, 'A'), name).toBeNull()
    }
  })
})

describe('answers', () => {
  const txt: Answer = { type: 'TXT', name: NAME, ttl: 1, data: ['one', 'two'] }

  test('are told from what is none', () => {
    const right = answer([txt])
    expect(isAnswerTo(query, right)).toBe(true)
    expect(isAnswerTo(query, query)).toBe(false)
    expect(isAnswerTo(formatQuery(8, NAME, 'TXT')!, right)).toBe(false)
    expect(isAnswerTo(formatQuery(7, NAME, 'A')!, right)).toBe(false)
    expect(isAnswerTo(formatQuery(7, `x${NAME}`, 'TXT')!, right)).toBe(false)
    const opcode = Uint8Array.from(right)
    opcode[2]! |= 0x10
    expect(isAnswerTo(query, opcode)).toBe(false)
    for (let length = 0; length < 12 + NAME.length + 6; length++) {
      expect(isAnswerTo(query, right.subarray(0, length))).toBe(false)
    }
  })

  test('that are cut say so', () => {
    expect(isTruncated(answer([txt]))).toBe(false)
    expect(isTruncated(answer([txt], { flags: 0x0200 }))).toBe(true)
  })

  test('carry records, their flags, and codes that reach into EDNS', () => {
    const opt = { type: 'OPT', name: '.', udpPayloadSize: 512, extendedRcode: 1, ednsVersion: 0 }
    const additionals = [{ ...opt, flags: 0x8000, options: [] }]
    const read = parseMessage(answer([txt], { flags: 0x0020, additionals }))!
    expect(read).toMatchObject({ code: 16, authentic: true, dnssecOk: true })
    expect(read.records).toMatchObject([{ name: NAME, type: TYPES.TXT, target: null }])
    expect(parseMessage(answer([]))).toEqual({
      ...{ code: 0, authentic: false, dnssecOk: false, records: [] },
    })
  })

  test('of other classes are left out', () => {
    const chaos = { ...txt, class: 'CH' } as Answer
    expect(parseMessage(answer([chaos]))!.records).toEqual([])
  })

  test('that are cut anywhere are malformed', () => {
    const alias: Answer = { type: 'CNAME', name: NAME, ttl: 1, data: 'x.example' }
    const whole = answer([alias, txt])
    for (let length = 0; length < whole.length; length++) {
      expect(parseMessage(whole.subarray(0, length)), String(length)).toBeNull()
    }
    expect(parseMessage(whole)!.records[0]!.target).toBe('x.example')
  })
})

describe('names', () => {
  /** A message whose one record has a name, or leads to one, of these bytes. */
  const named = (name: readonly number[], target?: readonly number[]) => {
    const data = target ?? [0]
    const record = [...name, 0, target ? 5 : 16, 0, 1, 0, 0, 0, 0, 0, data.length, ...data]
    return parseMessage(Uint8Array.from([0, 7, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, ...record]))
  }
  const label = (text: string) => [text.length, ...Buffer.from(text)]

  test('are in lower case, and no byte in a label passes for a point between them', () => {
    expect(named([...label('A'), ...label('b.c\\'), 0])!.records[0]!.name).toBe('a.b\\046c\\092')
    expect(named([0])!.records[0]!.name).toBe('')
  })

  test('may point back, and nowhere else', () => {
    const read = named([...label('x'), 0], [...label('y'), 0xc0, 12])
    expect(read!.records[0]!.target).toBe('y.x')
    expect(named([0xc0, 12])).toBeNull()
    expect(named([...label('a'), 0xc0, 12])).toBeNull()
    expect(named([0xc0, 14, 0xc0, 12])).toBeNull()
    expect(named([0xc0, 0xff])).toBeNull()
    expect(named([0x80, 0])).toBeNull()
  })

  test('have at most 255 bytes, and fill an alias', () => {
    const long = [...label('a'.repeat(63)), ...label('b'.repeat(63)), ...label('c'.repeat(63))]
    expect(named([...long, ...label('d'.repeat(61)), 0])).not.toBeNull()
    expect(named([...long, ...label('d'.repeat(62)), 0])).toBeNull()
    expect(named([0], [...label('y'), 0, 0])).toBeNull()
    expect(named([0], [])).toBeNull()
  })
})

test('the strings of a text are joined, and must fill it', () => {
  expect(parseText(Uint8Array.of(1, 65, 0, 2, 66, 67))).toEqual(Uint8Array.of(65, 66, 67))
  expect(parseText(Uint8Array.of(0))).toEqual(new Uint8Array())
  expect(parseText(Uint8Array.of())).toBeNull()
  expect(parseText(Uint8Array.of(2, 65))).toBeNull()
})

const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/)
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
const anyRecord: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({
    ...{ type: fc.constant('TXT' as const), name: host },
    data: fc.array(fc.stringMatching(/^[!-~]{0,200}$/), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('A' as const), name: host, data: fc.ipV4() }),
  fc.record({ type: fc.constant('CNAME' as const), name: host, data: host }),
  fc.record({ type: fc.constant('NS' as const), name: host, data: host }),
) as fc.Arbitrary<Answer>

property.prop([fc.array(anyRecord, { maxLength: 8 })])('what others write is read', (answers) => {
  const read = parseMessage(answer(answers, { authorities: answers, additionals: answers }))!
  expect(read.records.map(({ name }) => name)).toEqual(answers.map(({ name }) => name))
  for (const [i, { type, data, target }] of read.records.entries()) {
    const wrote = answers[i]! as { type: string; data: string | string[] }
    if (wrote.type === 'TXT') {
      expect(new TextDecoder().decode(parseText(data)!)).toBe((wrote.data as string[]).join(''))
    }
    if (wrote.type === 'CNAME') expect(target).toBe(wrote.data)
    expect(type === TYPES.CNAME).toBe(target !== null)
  }
})

/** What a resolver makes of these bytes. */
async function asked(bytes: Uint8Array, type: 'TXT' | 'A' | 'AAAA') {
  const resolver = resolverOver('fuzz', async () => bytes)
  return resolver.ask(NAME, type)
}

const kind = fc.constantFrom('TXT' as const, 'A' as const, 'AAAA' as const)

property.prop([fc.uint8Array({ maxLength: 200 }), kind])(
  'no bytes make it do anything but answer, or say that it cannot',
  async (bytes, type) => {
    const { outcome }: Resolved | Unreachable = await asked(bytes, type)
    expect(['answered', 'unreachable']).toContain(outcome)
  },
)

property.prop([
  fc.array(anyRecord, { maxLength: 5 }),
  fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
  kind,
])('nor do bytes that were an answer', async (answers, changes, type) => {
  const bytes = answer(answers)
  for (const [at, value] of changes) bytes[at % bytes.length] = value
  const { outcome } = await asked(bytes, type)
  expect(['answered', 'unreachable']).toContain(outcome)
})

test('addresses are of their length', async () => {
  const of = (type: number, length: number) =>
    Uint8Array.from([
      ...[0, 7, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0],
      ...[1, 120, 0, 0, type, 0, 1, 0, 0, 0, 0, 0, length, ...Array(length).fill(1)],
    ])
  const ask = (type: 'A' | 'AAAA', bytes: Uint8Array) =>
    resolverOver('x', async () => bytes).ask('x', type)
  expect(await ask('A', of(1, 4))).toMatchObject({ addresses: ['1.1.1.1'] })
  expect(await ask('AAAA', of(28, 16))).toMatchObject({
    addresses: ['101:101:101:101:101:101:101:101'],
  })
  expect(await ask('A', of(1, 16))).toMatchObject({ outcome: 'unreachable' })
  expect(await ask('AAAA', of(28, 4))).toMatchObject({ outcome: 'unreachable' })
})
