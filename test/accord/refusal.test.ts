import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { encodeHex } from '../../keys/base64.ts'
import { formatVKey, vkeyOf } from '../../keys/vkey.ts'
import { formatAttestation, parseAttestation } from '../../src/accord/attestation.ts'
import { isRefusal, REFUSALS, type RefusalCode } from '../../src/accord/refusal.ts'
import { formatStatement, parseStatement, type Statement } from '../../src/accord/statement.ts'
import { concat, utf8 } from '../../src/tlog/bytes.ts'
import { CLAUSES, company, listed, someDigest } from './cast.ts'
import { keyOf, signatureOf, signText, type TestKey } from './keys.ts'
import { dump, entryOf, World } from './kit.ts'
import type { Over } from './speaker.ts'

const CONTOSO = company('contoso.com')
const FABRIKAM = company('fabrikam.com')
const TAILSPIN = company('tailspin.com')

/** Two companies, a text that is open and one that is not; contoso has signed the first. */
function world(): World {
  const w = new World()
  w.join(CONTOSO)
  w.join(FABRIKAM)
  w.add(w.instrument())
  w.add(w.instrument({ id: 'gated', terms: { admission: 'acceptance' } }))
  w.add(w.sign('contoso.com'))
  return w
}

/** A world to which something happened. */
function after(...acts: readonly ((w: World) => unknown)[]): World {
  const w = world()
  for (const act of acts) act(w)
  return w
}

const verified = (w: World) => w.add(w.verification('tailspin.com', TAILSPIN.keys))
const recovering = (w: World) => {
  const next = [keyOf('contoso.com/new-1'), keyOf('contoso.com/new-2')]
  w.add(w.verification('contoso.com', next))
  w.add(w.recover('contoso.com', next))
}

const passing = (w: World) => w.add(w.succession('contoso.com', 'fabrikam.com', ['accord']))

/** Makes the note, or the entry's bytes, that the law refuses. */
type Make = (w: World) => string | Uint8Array

interface Example {
  readonly before?: readonly ((w: World) => unknown)[]
  readonly make: Make
}

const sign = (over: Over): Make => {
  return (w) => w.sign('fabrikam.com', 'accord', over)
}

const enrol = (over: Over): Example => ({
  before: [verified],
  make: (w) => w.enrol(TAILSPIN, over),
})

const CASES: Readonly<Record<RefusalCode, Make | Example>> = {
  'malformed-entry': () => utf8('accord-entry/v2\ntime 1\n'),
  'time-backwards': (w) => entryOf(w.sign('fabrikam.com'), w.now - 1),
  'malformed-attestation': (w) => entryOf('no note\n', w.now),
  'malformed-statement': () => signText('{\n  "type": "report/v1"\n}\n', FABRIKAM.keys),
  'unknown-type': () => signText('{\n  "type": "charter/v1"\n}\n', FABRIKAM.keys),
  'wrong-registry': sign({ registry: 'elsewhere.example/accord' }),
  'already-logged': { before: [(w) => w.add(w.sign('fabrikam.com'))], make: logged },
  'issued-in-future': (w) => w.sign('fabrikam.com', 'accord', { issued: w.time(301 / 86_400) }),
  'issued-too-old': (w) => w.sign('fabrikam.com', 'accord', { issued: w.time(-14 - 1 / 86_400) }),
  'seen-unknown': (w) => w.sign('fabrikam.com', 'accord', { seen: { ...w.seen, size: 9 } }),
  'seen-mismatch': (w) => w.sign('fabrikam.com', 'accord', { seen: { ...w.seen, size: 7 } }),
  'seen-before-previous': {
    before: [
      (w) => {
        const { seen } = w
        w.add(w.sign('fabrikam.com'))
        w.follow(seen)
      },
    ],
    make: (w) => w.withdraw('fabrikam.com'),
  },
  'seen-too-old': {
    before: [
      (w) => {
        const { seen } = w
        w.add(w.verification('tailspin.com', []))
        w.days(15)
        w.follow(seen)
      },
    ],
    make: sign({}),
  },
  'issued-before-seen': (w) => w.sign('fabrikam.com', 'accord', { issued: w.time(-301 / 86_400) }),
  'unknown-party': sign({ party: 'nobody.example' }),
  'not-depositary': (w) => w.instrument({ party: 'fabrikam.com', by: FABRIKAM.keys }),
  'stale-previous': sign({ previous: someDigest('another') }),
  'key-not-eligible': sign({ by: [...FABRIKAM.keys, CONTOSO.keys[0]!] }),
  'bad-signature': (w) => {
    const { text } = parseAttestation(w.sign('fabrikam.com'))
    const [ceo, gc] = FABRIKAM.keys
    return formatAttestation(text, [signatureOf(text, ceo!), signatureOf(`${text}\n`, gc!)])
  },
  'quorum-not-met': sign({ by: [FABRIKAM.keys[0]!] }),
  recovering: { before: [recovering], make: (w) => w.withdraw('contoso.com') },
  'key-name': enrol(keysToo(keyOf('tailspin.org/ceo'))),
  'key-inadmissible': { before: [mixedSeen], make: mixed },
  'key-duplicate': enrol({
    keys: listed([TAILSPIN.keys[0]!, TAILSPIN.keys[0]!]),
    by: [TAILSPIN.keys[0]!, ...TAILSPIN.recovery!.keys],
  }),
  'key-in-use': {
    before: [(w) => w.add(w.verification('tailspin.com', [stolen()]))],
    make: (w) => w.enrol({ ...TAILSPIN, keys: [stolen()], threshold: 1 }),
  },
  'key-retired': {
    before: [(w) => w.add(w.rotate('contoso.com', [CONTOSO.keys[0]!, keyOf('contoso.com/new-1')]))],
    make: (w) => w.rotate('contoso.com', CONTOSO.keys),
  },
  'bad-threshold': enrol({ threshold: 3 }),
  'bad-lei': enrol({ lei: '5493001KJTIIGC8Y1R13' }),
  'domain-taken': (w) => w.enrol(CONTOSO),
  'domain-unconfirmed': (w) => w.enrol(TAILSPIN),
  'change-pending': {
    before: [recovering],
    make: (w) => w.rotate('contoso.com', [CONTOSO.keys[0]!]),
  },
  'nothing-pending': (w) => w.cancel('contoso.com', someDigest('nothing')),
  'kind-changed': (w) => w.rotate('contoso.com', CONTOSO.keys, { kind: 'state' }),
  'recovery-changed': (w) => w.rotate('contoso.com', CONTOSO.keys, { recovery: null }),
  'record-changed': (w) => w.replaceRecovery('contoso.com', null, { name: 'Other' }),
  'no-recovery': {
    before: [(w) => w.join(company('northwind.com', { recovery: null }))],
    make: (w) => w.recover('northwind.com', [keyOf('northwind.com/new-1')]),
  },
  'no-clerk': (w) => w.registryChange({ keys: listed(w.keeper.keys) }),
  'version-out-of-order': (w) => w.nextVersion('accord', { version: 3 }),
  'bad-terms': (w) => w.instrument({ id: 'convention', open_to: ['company', 'state'] }),
  'duplicate-clause': (w) => w.instrument({ id: 'convention', clauses: [CLAUSES[0], CLAUSES[0]] }),
  'unknown-instrument': (w) =>
    w.sign('fabrikam.com', 'accord', { instrument: { ...w.ref(), digest: someDigest('x') } }),
  'not-latest': {
    before: [(w) => w.add(w.nextVersion())],
    make: (w) => w.sign('fabrikam.com', 'accord', { instrument: w.ref('accord', 1) }),
  },
  'not-open-to': {
    before: [(w) => w.join(company('gov.example', { kind: 'state' }))],
    make: (w) => w.sign('gov.example'),
  },
  'wrong-standing': (w) => w.sign('contoso.com'),
  'bad-until': sign({ until: null }),
  'not-reservable': sign({ reservations: [{ clause: 'P1', text: 'Not this.' }] }),
  'bad-declaration': sign({
    declarations: [{ kind: 'compulsion', value: 'none-known', text: '' }],
  }),
  'bad-check': (w) =>
    w.verification('tailspin.com', [], { check: { at: w.time(-1 - 1 / 86_400) } }),
  'unknown-subject': (w) => w.notice('accept', someDigest('nothing')),
  'not-mismatch': (w) => w.notice('release', 'contoso.com'),
  'not-bound': (w) => w.report('fabrikam.com'),
  'bad-period': (w) =>
    w.report('contoso.com', 'accord', { period: { from: w.time(), to: w.time() } }),
  'unknown-successor': (w) =>
    w.succession('contoso.com', 'contoso.com', ['accord'], { by: CONTOSO.keys }),
  'successor-holds': {
    before: [(w) => w.add(w.sign('fabrikam.com'))],
    make: (w) => w.succession('contoso.com', 'fabrikam.com', ['accord']),
  },
  'succession-pending': {
    before: [passing],
    make: (w) => w.succession('fabrikam.com', 'contoso.com', []),
  },
  'nothing-to-pass': (w) => w.succession('contoso.com', 'fabrikam.com', ['gated']),
}

function logged(w: World): string {
  const entry = w.entries.at(-1)!
  return new TextDecoder().decode(entry).split('\n').slice(2).join('\n')
}

/** Tailspin lists one key more, which signs too. */
function keysToo(key: TestKey): Over {
  const { keys, recovery } = TAILSPIN
  return { keys: listed([...keys, key]), by: [...keys, key, ...recovery!.keys] }
}

/** Contoso's key under a name of tailspin's. */
function stolen() {
  return keyOf('tailspin.com/stolen', 'contoso.com/ceo')
}

// A key with a part of order 2 can sign so that every verifier agrees; no record may hold it.

const A = 0x1234567n
const MIXED = Point.BASE.multiply(A).add(
  Point.fromHex('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
)
const mixedVKey = vkeyOf('tailspin.com/mixed', MIXED.toBytes())

function mixedSeen(w: World): void {
  const check = { keys: [formatVKey(mixedVKey)] }
  w.add(w.verification('tailspin.com', [], { check }))
}

function mixed(w: World): string {
  const keys = [{ vkey: formatVKey(mixedVKey), role: 'officer' }]
  const draft = w.enrol(TAILSPIN, { keys, threshold: 1, recovery: null, by: [TAILSPIN.keys[0]!] })
  const { text } = parseAttestation(draft)
  const { name, id } = mixedVKey
  return formatAttestation(text, [{ name, id, blob: mixedSignature(utf8(text)) }])
}

function mixedSignature(message: Uint8Array): Uint8Array {
  const { n } = Point.CURVE()
  for (let r = 2n; ; r++) {
    const R = Point.BASE.multiply(r).toBytes()
    const k = littleEndian(sha512(concat(R, MIXED.toBytes(), message))) % n
    if (k % 2n === 0n) return concat(R, bytesOf((r + k * A) % n))
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(bytes.slice().reverse())}`)
}

function bytesOf(n: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 0xffn))
}

describe('every refusal', () => {
  test.each(Object.keys(REFUSALS) as RefusalCode[])('%s', (code) => {
    const { before = [], make } = example(CASES[code])
    const w = after(...before)
    const made = make(w)
    const entry = typeof made === 'string' ? entryOf(made, w.now) : made
    const was = structuredClone(dump(w.memory))
    const size = w.replay.size
    const answer = w.replay.next(entry)
    expect(isRefusal(answer) ? answer.code : 'admitted').toBe(code)
    expect(isRefusal(answer) && answer.detail).not.toBe('')
    expect(dump(w.memory)).toEqual(was)
    expect(w.replay.rootAt(size + 1)).toBeUndefined()
  })
})

function example(it: Make | Example): Example {
  return typeof it === 'function' ? { make: it } : it
}

test('a stale previous is answered with the head to name instead', () => {
  const w = world()
  const refusal = w.refused(w.sign('contoso.com', 'accord', { previous: null }))
  expect(refusal).toMatchObject({ code: 'stale-previous', head: w.head('contoso.com') })
  expect(w.refused(w.enrol(TAILSPIN, { previous: someDigest('x') }))).toMatchObject({ head: null })
})

test('a statement in the log is answered with its index, whoever signed it again', () => {
  const w = after((v) => v.join(company('northwind.com', { threshold: 1 })))
  const { index } = w.add(w.sign('northwind.com'))
  const { text } = parseAttestation(logged(w))
  const again = signText(text, [keyOf('northwind.com/gc')])
  expect(w.refused(again)).toMatchObject({ code: 'already-logged', index })
})

test('a quorum that is not met names who has signed and who has not', () => {
  const w = world()
  const [ceo, gc] = FABRIKAM.keys.map((k) => k.vkey)
  const refusal = w.refused(w.sign('fabrikam.com', 'accord', { by: [FABRIKAM.keys[0]!] }))
  expect(refusal.missing).toEqual([{ need: 2, of: [ceo, gc], signed: [ceo] }])
})

test('a type that is no text is refused, however deep it goes', () => {
  const w = world()
  for (const type of ['5', 'null', '[]', '{}', `${'['.repeat(30_000)}${']'.repeat(30_000)}`]) {
    const code = w.refused(signText(`{"type":${type}}\n`, FABRIKAM.keys)).code
    expect(['unknown-type', 'malformed-statement']).toContain(code)
  }
})

test('a refusal repeats nothing long or hostile that the statement says', () => {
  const w = world()
  const long = 'x\u202e'.repeat(10_000)
  const { text } = parseAttestation(w.sign('fabrikam.com'))
  const line = signatureOf(text, FABRIKAM.keys[0]!)
  const notes = [
    signText(`{"type":"${long}"}\n`, FABRIKAM.keys),
    signText(text.replace('"type"', `"${long}": 1,\n  "type"`), FABRIKAM.keys),
    formatAttestation(text, [{ ...line, name: long }]),
    formatAttestation(text, [{ ...line, name: long, blob: new Uint8Array(63) }]),
    formatAttestation(text, [
      { ...line, name: long },
      { ...line, name: 'a' },
    ]).replace(/(— a .*\n)(— .*\n)$/s, '$2$1'),
    utf8(`accord-entry/v1\ntime ${long}\n\n`),
  ]
  for (const note of notes) {
    const refusal =
      typeof note === 'string' ? w.refused(note) : (w.judgeEntry(note) as { detail: string })
    expect(refusal.detail.length).toBeLessThan(200)
    expect(refusal.detail).not.toContain('\u202e')
  }
})

test('entry 0 is the depositary’s, and says that it saw nothing', () => {
  const w = new World({}, false)
  const sizeOne = { seen: { ...w.seen, size: 1 } }
  expect(w.refused(w.enrol(CONTOSO)).code).toBe('not-depositary')
  expect(w.refused(w.genesis({ previous: someDigest('x') })).code).toBe('stale-previous')
  expect(w.refused(w.genesis(sizeOne)).code).toBe('seen-unknown')
  expect(w.refused(w.genesis({ seen: { size: 0, root: world().seen.root } })).code).toBe(
    'seen-mismatch',
  )
  expect(w.refused(w.genesis({ log: [keyOf('elsewhere.example/log').vkey] })).code).toBe('key-name')
  w.add(w.genesis())
  expect(w.memory.size).toBe(1)
})

test('a statement is read and written the same', () => {
  const { text } = parseAttestation(world().sign('fabrikam.com'))
  expect(formatStatement(parseStatement(text) as Statement)).toBe(text)
})
