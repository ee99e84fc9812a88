/**
 * The examples of docs/spec: one small log, in which everything is said once.
 *
 * Every key is made from its name, so that the examples are the same on every machine;
 * bench/spec-examples.ts writes them into the documents.
 *
 * @module
 */
import { encodeBase64 } from '../../keys/base64.ts'
import { formatSecretKey, seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, ED25519, formatVKey } from '../../keys/vkey.ts'
import { parseAttestation, parseSignedText } from '../../src/accord/attestation.ts'
import { cardDigest, formatCard } from '../../src/accord/card.ts'
import { parseEntry } from '../../src/accord/entry.ts'
import { proveEvidence } from '../../src/accord/evidence.ts'
import { evidenceIndexes, mentionOf } from '../../src/accord/mention.ts'
import { statementDigest } from '../../src/accord/statement.ts'
import { parseTime } from '../../src/accord/text.ts'
import { formatAlarm } from '../../src/client/alarm.ts'
import { formatRefusal } from '../../src/depositary/refusal-note.ts'
import { fromUtf8, utf8 } from '../../src/tlog/bytes.ts'
import { formatCheckpoint } from '../../src/tlog/checkpoint.ts'
import { signCosignature } from '../../src/tlog/cosignature.ts'
import { leafHash, proveConsistency, proveInclusion, rootAt } from '../../src/tlog/merkle.ts'
import { formatNote, type Note, signNote } from '../../src/tlog/note.ts'
import { formatProof } from '../../src/tlog/proof.ts'
import { company, listed } from '../accord/cast.ts'
import { keyOf, signText } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import { type Tree, treeOf } from '../tlog/tree.ts'

const CONTOSO = 'contoso.com'
const FABRIKAM = 'fabrikam.com'
const PLEDGE = 'example-pledge'
const WITNESS = 'witness.example'

/** Whose it is that signed for Contoso. */
const CARD = formatCard({
  type: 'card/v1',
  salt: encodeBase64(keyOf(`card.${CONTOSO}`).seed),
  name: 'Anna Example',
})

/** The log's entries, in order, by the names that the documents give them. */
export const ENTRIES = [
  'registry',
  'verification',
  'enrolment',
  'enrolment-fabrikam',
  'instrument',
  'commitment',
  'report',
  'notice',
  'succession',
  'cancel',
  'withdrawal',
] as const

/** The entry that receipt and evidence are about, under a checkpoint that ends with it. */
const SUBJECT = ENTRIES.indexOf('commitment')

/** An example in a document: its name, its text and, after a statement, the digest. */
export const MARKED =
  /(?<head><!-- example: (?<name>[a-z-]+) -->\n```[a-z]*\n)(?<text>[\s\S]*?)(?<tail>```\n)(?:\nDigest: `(?<digest>[^`]*)`)?/g

/** Every example's text, by its name. Those of {@link ENTRIES} are statements. */
export async function makeExamples(): Promise<ReadonlyMap<string, string>> {
  const world = new World({ now: parseTime('2026-11-22T09:00:00Z')! })
  beginnings(world)
  const refusal = refusalNote(world)
  const entries = [...world.entries]
  const alarm = await alarmOf(world, entries)
  laterActs(world)
  const note = await checkpointOf(world, entries)
  const statements = ENTRIES.map((name, i) => [name, noteIn(world.entries[i]!).text] as const)
  return new Map([
    ...statements,
    ['vkey', line(keyOf(`${CONTOSO}/ceo`).vkey)],
    ['secret-key', line(secretKey(`${CONTOSO}/ceo`))],
    ['policy', policyOf(world)],
    ['attestation', fromUtf8(parseEntry(entries[SUBJECT]!).attestation)!],
    ['entry', fromUtf8(entries[SUBJECT]!)!],
    ['receipt', await receiptOf(entries, note)],
    ['evidence', await evidenceOf(entries, note)],
    ['alarm', alarm],
    ['refusal', refusal],
    ['card', CARD],
    ['dns', line(`accord=v1; registry=${world.origin}; vkey=${keyOf(`${CONTOSO}/ceo`).vkey}`)],
    ['well-known', wellKnown(world)],
  ])
}

function line(text: string): string {
  return `${text}\n`
}

/** Entries 0 to 5: a registry, two parties, a text, and a signature to it. */
function beginnings(world: World): void {
  const [contoso, fabrikam] = [company(CONTOSO), company(FABRIKAM)]
  world.now += 3600
  const checks = [contoso, fabrikam].map((c) => world.check(c.domain, c.keys))
  world.add(world.verification(CONTOSO, [], { checks }))
  world.now += 3600
  const contosoIs = { name: 'Contoso Ltd.', jurisdiction: 'IE', lei: '5493001CONTOSO000096' }
  world.add(world.enrol(contoso, contosoIs))
  world.add(world.enrol(fabrikam, { name: 'Fabrikam, Inc.', jurisdiction: 'US' }))
  world.now += 3600
  world.add(world.instrument(pledge()))
  world.now += 3600
  world.add(world.sign(CONTOSO, PLEDGE, signature()))
}

function pledge() {
  const clauses = [
    ['EX-1', 'No backdoors', 'We put no backdoor into what we sell.', 'prohibition', 'no'],
    ['EX-2', 'Repair', 'We repair what we know to be weak within 90 days.', 'duty', 'scope'],
  ].map(([id, title, text, kind, reservable]) => ({ id, title, text, kind, reservable }))
  return {
    id: PLEDGE,
    kind: 'pledge',
    title: 'An example of a pledge',
    preamble: 'This text is an example.\nNobody is asked to sign it.',
    clauses,
    terms: {
      validity_days: 365,
      due_days: 30,
      grace_days: 60,
      withdrawal_notice_days: 90,
      reporting_days: 180,
      declarations: ['compulsion'],
    },
    sources: ['An example has no source.'],
  }
}

function signature() {
  return {
    reservations: [{ clause: 'EX-2', text: 'Not for products sold before 2020.' }],
    declarations: [{ kind: 'compulsion', value: 'none-known', text: '' }],
    officers: [{ role: 'General Counsel', card: cardDigest(CARD) }],
  }
}

/** Entries 6 to 10. */
function laterActs(world: World): void {
  world.days(170)
  world.add(world.report(CONTOSO, PLEDGE, { period: { from: world.time(-170), to: world.time() } }))
  world.days(10)
  const reason = 'Contoso Ltd. has asked for it: a court has stayed its first clause.'
  world.add(world.notice('suspend', world.rests(CONTOSO, PLEDGE), { reason }))
  world.days(10)
  const { digest } = world.add(world.succession(CONTOSO, FABRIKAM, [PLEDGE]))
  world.days(2)
  world.add(world.cancel(CONTOSO, digest))
  world.days(10)
  const withdrawn = { reason: 'We no longer make what this is about.' }
  world.add(world.withdraw(CONTOSO, PLEDGE, withdrawn))
}

function noteIn(entry: Uint8Array) {
  return parseSignedText(parseEntry(entry).attestation)
}

function secretKey(name: string): string {
  return formatSecretKey({ name, type: ED25519, seed: keyOf(name).seed })
}

function witness() {
  return seedSigner(WITNESS, keyOf(WITNESS).seed, COSIGNATURE)
}

function policyOf(world: World): string {
  const vkey = formatVKey(witness().vkey)
  return `log ${world.log.vkey}\nwitness w1 ${vkey}\nquorum w1\n`
}

function treeFrom(entries: readonly Uint8Array[]) {
  return treeOf(entries.map(leafHash))
}

/** Signed by the log, and cosigned two seconds later. */
async function checkpointOf(world: World, entries: readonly Uint8Array[]): Promise<Note> {
  const { origin, log } = world
  const size = entries.length
  const root = world.replay.rootAt(size)!
  const text = formatCheckpoint({ origin, size, root, extensions: [] })
  const note = await signNote(text, [seedSigner(origin, log.seed)])
  const { time } = parseEntry(entries.at(-1)!)
  const cosignature = await signCosignature(text, witness(), time + 2)
  return { text, signatures: [...note.signatures, cosignature] }
}

async function receiptOf(entries: readonly Uint8Array[], checkpoint: Note): Promise<string> {
  const hashes = await proveInclusion(SUBJECT, entries.length, treeFrom(entries).read)
  return formatProof({ extra: entries[SUBJECT]!, index: SUBJECT, hashes, checkpoint })
}

async function evidenceOf(entries: readonly Uint8Array[], checkpoint: Note): Promise<string> {
  const mentions = entries.map((entry, i) => {
    const { statement, digest } = parseAttestation(parseEntry(entry).attestation)
    return mentionOf(i, digest, statement)
  })
  const source = {
    checkpoint: formatNote(checkpoint),
    readEntry: async (i: number) => entries[i]!,
    readNodes: treeFrom(entries).read,
  }
  return proveEvidence(source, evidenceIndexes(mentions, SUBJECT))
}

/** The log signs a tree of its first four entries, and one of six in which the fourth is another. */
async function alarmOf(world: World, entries: readonly Uint8Array[]): Promise<string> {
  const small = treeFrom(entries.slice(0, 4))
  const large = treeFrom(entries.with(3, entries[2]!))
  const [root, proof] = [
    await rootAt(small.size, large.read),
    await proveConsistency(small.size, large.size, large.read),
  ]
  const checkpoints = [await signedBy(world, small), await signedBy(world, large)] as const
  return formatAlarm({ kind: 'fork', seen: world.time(), prefix: { root, proof }, checkpoints })
}

async function signedBy({ origin, log }: World, { size, read }: Tree): Promise<string> {
  const root = await rootAt(size, read)
  const text = formatCheckpoint({ origin, size, root, extensions: [] })
  return formatNote(await signNote(text, [seedSigner(origin, log.seed)]))
}

/** Contoso signs the pledge a second time. */
function refusalNote(world: World): string {
  const again = world.sign(CONTOSO, PLEDGE, signature())
  const { code, detail } = world.refused(again)
  const text = parseSignedText(utf8(again)).text
  const refusal = { registry: world.origin, statement: statementDigest(text), code, detail }
  const note = formatRefusal({ type: 'refusal/v1', ...refusal, at: world.time() })
  return signText(note, [world.clerk])
}

function wellKnown(world: World): string {
  const keys = company(CONTOSO).keys
  return [
    '# The keys with which Contoso speaks to registries.',
    ...listed(keys).map((k) => `${world.origin} ${k.vkey}`),
    '',
  ].join('\n')
}
