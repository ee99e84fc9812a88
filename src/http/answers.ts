/**
 * The answers of the API, as schemas: the compiler checks what is sent against them, and the
 * OpenAPI document is made from them.
 *
 * @module
 */
import * as z from 'zod'
import * as s from '../accord/schema.ts'
import { SCHEMAS } from '../accord/statement.ts'
import { clockFields } from './parameters.ts'
import { missing } from './problem.ts'

const count = z
  .int()
  .min(0)
  .meta({ examples: [4] })
const index = count.meta({ description: 'of an entry' })
const indexes = z.array(index)
const type = z.enum(Object.keys(SCHEMAS) as [keyof typeof SCHEMAS])
const next = z.string().nullable().meta({ description: '`cursor` of the page after, or null' })
const nextIndex = count.nullable().meta({ description: '`cursor` of the page after, or null' })
const hash = z.string().meta({ description: 'base64 of 32 bytes' })
const head = z.strictObject({ digest: s.digest, index }).meta({ id: 'Head' })

/** What a commitment is called. */
export const word = z
  .enum([
    'none',
    'pending',
    'unratified',
    'active',
    'due',
    'overdue',
    'lapsed',
    'withdrawing',
    'withdrawn',
    'refused',
    'succeeded',
    'ended',
  ])
  .meta({ id: 'Word', description: 'what a commitment is called' })

const controlWord = z.enum(['confirmed', 'stale', 'mismatch', 'recovering'])

/** Any statement, as its JSON has it. */
export const statement = z.union(Object.values(SCHEMAS)).meta({ id: 'Statement' })

/** A statement that was logged. */
export const submitted = z
  .strictObject({
    digest: s.digest,
    index,
    time: s.time.meta({ description: "the registry's clock" }),
    receipt: z.string().meta({ description: 'a .tlog-proof; keep it' }),
    witnessed: z.boolean().meta({
      description:
        'whether the receipt has the quorum of the witnesses that the registry asks; false where it asks none, or does not wait for them',
    }),
  })
  .meta({ id: 'Submitted' })

/** A statement in the log. */
export const logged = z
  .strictObject({
    index,
    time: s.time,
    digest: s.digest,
    type,
    party: s.domain,
    statement,
    note: z.string().meta({ description: 'the attestation, byte for byte' }),
  })
  .meta({ id: 'Logged' })

/** The officers that a statement names. */
export const cards = z
  .strictObject({
    digest: s.digest,
    officers: z.array(
      z.strictObject({
        role: z.string(),
        card: s.digest,
        name: z.string().nullable().meta({ description: 'as the card says it' }),
        text: z.string().nullable().meta({ description: 'the card itself, where it is kept' }),
      }),
    ),
  })
  .meta({ id: 'Cards' })

/** The answer on five axes. */
export const standing = z
  .strictObject({
    party: z.strictObject({ id: s.digest, domain: s.domain, name: z.string() }),
    instrument: s.instrumentId,
    at: s.time,
    size: count.meta({ description: 'how many entries decide' }),
    commitment: z.strictObject({
      word,
      suspended: z.boolean(),
      signed: s.time.nullable(),
      bound: s.time.nullable(),
      until: s.time.nullable(),
      withdrawal: s.time.nullable(),
      successor: s.digest.nullable(),
      waiting: z.strictObject({ version: z.int().min(1), word }).nullable(),
      entries: indexes,
    }),
    version: z.strictObject({
      word: z.enum(['none', 'current', 'superseded']),
      signed: count.nullable(),
      latest: z.int().min(1),
      behind: count,
      entries: indexes,
    }),
    control: z.strictObject({
      word: controlWord,
      method: s.method.nullable().meta({
        description: 'how the keys were last seen at the domain; manual is the depositary’s word',
      }),
      entries: indexes,
    }),
    reporting: z.strictObject({
      word: z.enum(['none-required', 'up-to-date', 'due', 'missed']),
      missed: count,
      entries: indexes,
    }),
    caveats: z.strictObject({
      reservations: z.array(s.reservation),
      declarations: z.array(s.declaration),
      entries: indexes,
    }),
  })
  .meta({ id: 'Standing', description: 'what a commitment is, on five axes' })

/** A standing, and the clocks. */
export const standingAnswer = z
  .strictObject({ ...clockFields, standing })
  .meta({ id: 'StandingAnswer' })

const wordChange = z
  .strictObject({
    at: s.time,
    party: s.digest,
    domain: s.domain,
    instrument: s.instrumentId,
    version: z.int().min(1),
    before: word.nullable(),
    after: word,
    suspended: z.boolean(),
    text: z.string().meta({ description: 'the same in words' }),
  })
  .meta({ id: 'WordChange' })

/** A refusal, as a trial foretells it. */
const foretold = z.strictObject({
  code: z.string(),
  title: z.string(),
  check: z.string(),
  detail: z.string(),
  advice: z.string(),
  head: z.string().nullable().optional(),
  missing: z.array(missing).optional(),
  index: index.optional(),
  retry_after: z.int().min(1).optional(),
})

/** What would happen to a statement. */
export const trial = z
  .strictObject({
    digest: s.digest.nullable(),
    type: type.nullable(),
    ...clockFields,
    admissible: z.boolean().meta({ description: 'neither refused nor short of a signature' }),
    refusal: foretold.nullable(),
    missing: z.array(missing).meta({ description: 'the signatures that are still to come' }),
    changes: z.array(wordChange).meta({ description: 'what commitments would be called' }),
    standings: z.array(z.strictObject({ before: standing.nullable(), after: standing.nullable() })),
    announced: z.array(
      z.strictObject({
        what: z.enum(['keeping', 'rules', 'enrolment', 'release', 'succession']),
        at: s.time,
      }),
    ),
  })
  .meta({ id: 'Trial' })

const version = z
  .strictObject({
    version: z.int().min(1),
    digest: s.digest,
    index,
    title: z.string(),
    open_to: z.array(s.partyKind),
    terms: s.terms,
    clauses: z.array(
      z.strictObject({ id: s.clauseId, reservable: z.enum(['no', 'scope', 'yes']) }),
    ),
    in_force: z.strictObject({ time: s.time, index }).nullable(),
  })
  .meta({ id: 'Version' })

const instrument = z
  .strictObject({
    id: s.instrumentId,
    kind: z.enum(['accord', 'convention', 'pledge']),
    versions: z.array(version),
  })
  .meta({ id: 'Instrument' })

/** Every instrument. */
export const instruments = z
  .strictObject({ ...clockFields, instruments: z.array(instrument) })
  .meta({ id: 'Instruments' })

/** One instrument. */
export const instrumentAnswer = z
  .strictObject({ ...clockFields, instrument })
  .meta({ id: 'InstrumentAnswer' })

/** One line of the list of signatories. */
export const signatory = z
  .strictObject({
    party: s.digest,
    domain: s.domain,
    name: z.string(),
    kind: s.partyKind,
    jurisdiction: z.string().nullable(),
    version: z.int().min(1),
    word,
    suspended: z.boolean(),
    bound: z.boolean().meta({ description: 'counts among those bound' }),
    signed: s.time,
    since: s.time.nullable().meta({ description: 'when it came to bind' }),
    until: s.time.nullable(),
    reservations: count,
    index: index.meta({ description: 'the last entry about it' }),
  })
  .meta({ id: 'Signatory' })

/** The list of signatories: nobody is ever taken off it. */
export const signatories = z
  .strictObject({
    ...clockFields,
    instrument: s.instrumentId,
    total: count,
    bound: count.meta({ description: 'how many are bound' }),
    signatories: z.array(signatory),
    next,
  })
  .meta({ id: 'Signatories' })

const ended = z
  .strictObject({ how: z.enum(['released', 'succeeded']), at: s.time, index })
  .nullable()

/** Every party. */
export const parties = z
  .strictObject({
    ...clockFields,
    parties: z.array(
      z.strictObject({
        id: s.digest,
        domain: s.domain,
        kind: s.partyKind,
        name: z.string(),
        jurisdiction: z.string().nullable(),
        head,
        ended,
      }),
    ),
    next,
  })
  .meta({ id: 'Parties' })

/** A party and its record. */
export const party = z
  .strictObject({
    id: s.digest.meta({ description: 'the digest of its first enrolment' }),
    domain: s.domain,
    kind: s.partyKind,
    name: z.string(),
    jurisdiction: z.string().nullable(),
    lei: z.string().nullable(),
    keys: z.array(s.key),
    threshold: count,
    recovery: s.recovery.nullable(),
    first: head,
    enrolled: head.meta({ description: 'the enrolment in force' }),
    head,
    pending: z
      .strictObject({
        mode: z.enum(['recover', 'replace-recovery']),
        digest: s.digest,
        index,
        since: s.time,
        at: s.time.meta({ description: 'when it takes effect' }),
      })
      .nullable(),
    ended,
    control: controlWord,
    holdings: z.array(
      z.strictObject({
        instrument: s.instrumentId,
        version: z.int().min(1),
        word,
        suspended: z.boolean(),
        until: s.time.nullable(),
      }),
    ),
  })
  .meta({ id: 'Party' })

/** What is known of a domain. */
export const domainAnswer = z
  .strictObject({
    ...clockFields,
    domain: s.domain,
    depositary: z.boolean().meta({ description: 'it keeps this registry' }),
    head: head.nullable().meta({ description: 'what the next statement names as previous' }),
    party: party.nullable().meta({ description: 'who bears the domain now' }),
    former: z.array(party).meta({ description: 'who bore it before, and has ended' }),
    checks: z.array(
      z.strictObject({
        method: s.method,
        at: s.time,
        index,
        outcome: z.enum(['answered', 'unreachable']),
        keys: z.array(s.vkey),
      }),
    ),
  })
  .meta({ id: 'DomainAnswer' })

const act = z
  .strictObject({
    index,
    time: s.time,
    digest: s.digest,
    type,
    act: z.string().nullable().meta({ description: 'mode or act, where the type has one' }),
    by: s.domain,
    instrument: s.instrumentId.nullable(),
  })
  .meta({ id: 'Act' })

/** What a domain said, and what was said of it. */
export const history = z
  .strictObject({ ...clockFields, domain: s.domain, acts: z.array(act), next: nextIndex })
  .meta({ id: 'History' })

/** What changed between two tree sizes. */
export const changes = z
  .strictObject({
    from: count,
    to: count,
    entries: z.array(
      z.strictObject({
        ...act.shape,
        words: z.array(wordChange),
        text: z.string().meta({ description: 'the same in words' }),
      }),
    ),
    by_time: z.array(wordChange).meta({ description: 'what changed by time alone' }),
    next: count.nullable().meta({ description: '`from` of the page after, or null' }),
  })
  .meta({ id: 'Changes' })

/** That an entry is in a tree. */
export const inclusion = z
  .strictObject({ index, size: count, leaf: hash, root: hash, hashes: z.array(hash) })
  .meta({ id: 'Inclusion' })

/** That one tree is the beginning of another. */
export const consistency = z
  .strictObject({
    from: count,
    to: count,
    from_root: hash,
    to_root: hash,
    hashes: z.array(hash),
  })
  .meta({ id: 'Consistency' })

/** Where everything is. */
export const registryAnswer = z
  .strictObject({
    origin: s.origin,
    vkey: s.vkey.meta({ description: "the log's key" }),
    depositary: s.domain.meta({ description: 'the domain of who keeps it' }),
    policy: z.string().meta({ description: 'URL of the policy file' }),
    api: z.string().meta({ description: 'base URL of the API' }),
    openapi: z.string().meta({ description: "URL of the API's description" }),
    mirror_of: z
      .string()
      .nullable()
      .meta({ description: 'on a mirror: the URL of the registry, where statements go' }),
    mirror_vkey: s.vkey
      .nullable()
      .meta({ description: 'the key with which the mirror cosigns, where it does' }),
  })
  .meta({ id: 'Registry' })

/** What a code means. */
export const explanation = z
  .strictObject({ code: z.string(), title: z.string(), check: z.string(), advice: z.string() })
  .meta({ id: 'Explanation' })

/** Every code. */
export const explanations = z.array(explanation).meta({ id: 'Explanations' })

const limit = z.int().min(1).nullable()

/** What waits, how much is taken, and what was refused. */
export const admission = z
  .strictObject({
    waiting: count.meta({ description: 'statements that wait to be sequenced' }),
    limits: z
      .strictObject({
        address: limit.meta({ description: 'attempts from one IPv4 address or IPv6 /64' }),
        party: limit.meta({ description: 'statements logged of one party' }),
        domain: limit.meta({ description: 'new parties under one domain that was registered' }),
      })
      .meta({ description: 'how much in a day; null for no limit' }),
    exempt: z
      .array(s.domain)
      .meta({ description: 'domains that look like others, and were compared by a person' }),
    refusals: z.array(
      z.strictObject({
        day: z.string().meta({ examples: ['2026-11-22'], description: 'a day (UTC)' }),
        code: z.string(),
        count: z.int().min(1),
      }),
    ),
  })
  .meta({ id: 'Admission' })

/** What each channel of a domain said. */
export const domainCheck = z
  .strictObject({
    domain: s.domain,
    verdict: z.enum(['shown', 'not-shown', 'unknown', 'by-hand']).meta({
      description:
        '`unknown` where a channel that gave no answer could show them; `by-hand` where this registry asks no domain itself',
    }),
    channels: z.array(
      z.strictObject({
        method: s.method,
        at: s.time,
        asked: z.string().meta({ description: 'the name of the records, or the URL' }),
        keys: z.array(s.vkey),
        missing: z.array(s.vkey).meta({ description: 'wanted, and not there' }),
        surplus: z.array(s.vkey).meta({ description: 'there, and not wanted' }),
        why: z.string().nullable().meta({ description: 'why there was no answer' }),
        remarks: z.array(z.string()).meta({ description: 'what is nearly right there' }),
      }),
    ),
  })
  .meta({ id: 'DomainCheck' })

/** How the witnesses do that are asked. */
export const witnesses = z
  .strictObject({
    size: count.meta({ description: 'of the published tree' }),
    witnesses: z.array(
      z.strictObject({
        name: z.string().meta({ description: 'as in /policy.txt' }),
        url: z.string().nullable().meta({ description: 'where it is asked; null where it is not' }),
        size: count.nullable().meta({
          description: 'of the tree that it cosigned last; null for none since the start',
        }),
        lag: count.meta({ description: 'public entries that it has not cosigned' }),
        last: s.time.nullable().meta({ description: 'when it last cosigned, by this clock' }),
        trouble: z
          .string()
          .nullable()
          .meta({ description: 'why its last answer was no cosignature; null where it was one' }),
      }),
    ),
  })
  .meta({ id: 'Witnesses' })

/** How the service does. */
export const health = z
  .strictObject({
    size: count.meta({ description: 'of the published tree' }),
    waiting: count.meta({ description: 'statements that wait to be sequenced' }),
  })
  .meta({ id: 'Health' })
