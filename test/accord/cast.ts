/**
 * Who and what appears in tests, unless a test says otherwise.
 *
 * @module
 */
import type { Key, PartyKind } from '../../src/accord/state.ts'
import { type Digest, digestOf } from '../../src/accord/text.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { keyOf, type TestKey } from './keys.ts'

/** When every world begins: 2026-01-01T00:00:00Z. */
export const START = 1_767_225_600

/** Keys and how many of them sign. */
export interface TestQuorum {
  readonly keys: readonly TestKey[]
  readonly threshold: number
}

/** Who enrols. */
export interface Company extends TestQuorum {
  readonly domain: string
  readonly kind: PartyKind
  readonly name: string
  readonly recovery: TestQuorum | null
}

/** A company of two officers, who both sign, and two recovery keys, which both sign. */
export function company(domain: string, over: Partial<Company> = {}): Company {
  return {
    domain,
    kind: 'company',
    name: `The company at ${domain}`,
    keys: [keyOf(`${domain}/ceo`), keyOf(`${domain}/gc`)],
    threshold: 2,
    recovery: { keys: [keyOf(`${domain}/safe-1`), keyOf(`${domain}/safe-2`)], threshold: 2 },
    ...over,
  }
}

/** Keys as a record lists them. */
export function listed(keys: readonly TestKey[], role = 'officer'): Key[] {
  return keys.map(({ vkey }) => ({ vkey, role }))
}

/** A digest of nothing in particular. */
export function someDigest(name: string): Digest {
  return digestOf(utf8(name))
}

/** The rules of a test's registry. */
export const RULES = {
  law: 1,
  clock_skew_seconds: 300,
  issued_max_age_days: 14,
  recovery_delay_days: 14,
  verification_max_age_days: 45,
  methods: ['dns', 'https', 'manual'],
} as const

/** The terms of a test's instrument. */
export const TERMS = {
  validity_days: 365,
  due_days: 30,
  grace_days: 60,
  withdrawal_notice_days: 90,
  admission: 'open',
  ratification: false,
  entry_into_force: null,
  reporting_days: null,
  declarations: [],
} as const

/** The clauses of a test's instrument: one reservable not at all, one in scope, one freely. */
export const CLAUSES = [
  {
    id: 'P1',
    title: 'No offence',
    text: 'We attack nobody.',
    kind: 'prohibition',
    reservable: 'no',
  },
  { id: 'P2', title: 'Defence', text: 'We defend all.', kind: 'duty', reservable: 'scope' },
  { id: 'P3', title: 'Reports', text: 'We report.', kind: 'procedure', reservable: 'yes' },
] as const
