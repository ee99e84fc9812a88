/**
 * A case for every refusal, by its code.
 *
 * @module
 */
import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { encodeHex } from '../../keys/base64.ts'
import { formatVKey, vkeyOf } from '../../keys/vkey.ts'
import { formatAttestation, parseAttestation } from '../../src/accord/attestation.ts'
import type { RefusalCode } from '../../src/accord/refusal.ts'
import { concat, utf8 } from '../../src/tlog/bytes.ts'
import { CLAUSES, company, listed, someDigest } from './cast.ts'
import { keyOf, signatureOf, signText, type TestKey } from './keys.ts'
import { entryOf, World } from './kit.ts'
import type { Over } from './speaker.ts'

/** Who appears. */
export const CONTOSO = company('contoso.com')
export const FABRIKAM = company('fabrikam.com')
export const TAILSPIN = company('tailspin.com')

/** Two companies, a text that is open and one that is not; contoso has signed the first. */
export function world(): World {
  const w = new World()
  w.join(CONTOSO)
  w.join(FABRIKAM)
  w.add(w.instrument())
  w.add(w.instrument({ id: 'gated', terms: { admission: 'acceptance' } }))
  w.add(w.sign('contoso.com'))
  return w
}

/** A world to which something happened. */
export function after(...acts: readonly ((w: World) => unknown)[]): World {
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
export type Make = (w: World) => string | Uint8Array

/** What happens first, and what is then refused. */
export interface Example {
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

/** A case for every code. */
export const CASES: Readonly<Record<RefusalCode, Make | Example>> = {
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
  'nothing-new': (w) => w.recover('contoso.com', CONTOSO.keys),
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

/** The note of the last entry. */
export function logged(w: World): string {
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

/** Brings a world to where a case begins, and makes the entry that is refused. */
export function caseOf(code: RefusalCode): { readonly world: World; readonly entry: Uint8Array } {
  const it = CASES[code]
  const { before = [], make } = typeof it === 'function' ? { make: it } : it
  const w = after(...before)
  const made = make(w)
  return { world: w, entry: typeof made === 'string' ? entryOf(made, w.now) : made }
}
