import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseSecretKey, seedSigner } from '../../keys/signer.ts'
import { formatVKey, parseVKey } from '../../keys/vkey.ts'
import { parseAttestation, parseSignedText } from '../../src/accord/attestation.ts'
import { cardDigest, parseCard } from '../../src/accord/card.ts'
import { parseEntry } from '../../src/accord/entry.ts'
import { AccordError } from '../../src/accord/error.ts'
import { checkEvidence } from '../../src/accord/finding.ts'
import { REFUSALS } from '../../src/accord/refusal.ts'
import {
  formatStatement,
  isStatementType,
  parseStatement,
  type RegistryV1,
  SCHEMAS,
  statementDigest,
} from '../../src/accord/statement.ts'
import { parseRefusal } from '../../src/depositary/refusal-note.ts'
import { fromUtf8, utf8 } from '../../src/tlog/bytes.ts'
import { leafHash } from '../../src/tlog/merkle.ts'
import { openNote, parseNote } from '../../src/tlog/note.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { parseProof, verifyProof } from '../../src/tlog/proof.ts'
import { verifyAlarm } from '../../src/verify.ts'
import { verify } from '../accord/keys.ts'
import { ENTRIES, MARKED, makeExamples } from './examples.ts'
import { HEADER, STATEMENTS, TABLE, tables } from './fields.ts'

const folder = new URL('../../docs/spec/', import.meta.url)
const documents = new Map(
  readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
)
const all = [...documents.values()].join('\n')

/** What the documents show, whatever made it. */
const shown = new Map<string, { readonly text: string; readonly digest: string | undefined }>()
for (const { groups } of all.matchAll(MARKED)) {
  const { name, text, digest } = groups as { name: string; text: string; digest?: string }
  if (shown.has(name)) throw new Error(`${name} is shown twice`)
  shown.set(name, { text, digest })
}

/** A text as the documents show it. */
function example(name: string): string {
  const found = shown.get(name)
  if (!found) throw new Error(`no example ${name}`)
  return found.text
}

function rowsOf(table: string): string[][] {
  const rows = table.trimEnd().split('\n')
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

test('the documents show every example, as it is made now', async () => {
  const made = await makeExamples()
  const texts = new Map([...shown].map(([name, { text }]) => [name, text]))
  const other = new Map([...made].filter(([name]) => name !== 'enrolment-fabrikam'))
  expect([...texts.keys()].toSorted()).toEqual([...other.keys()].toSorted())
  for (const [name, text] of other) expect(texts.get(name), name).toBe(text)
})

describe('statements', () => {
  const names = ENTRIES.filter((name) => name !== 'enrolment-fabrikam')

  test.each(names)('%s is in its one spelling, under the digest printed beside it', (name) => {
    const { text, digest } = shown.get(name)!
    expect(formatStatement(parseStatement(text))).toBe(text)
    expect(digest).toBe(statementDigest(text))
  })

  test('every type has an example', () => {
    const types = names.map((name) => parseStatement(example(name)).type)
    expect([...new Set(types)].toSorted()).toEqual(Object.keys(SCHEMAS).toSorted())
  })

  test('a digest is printed beside statements only', () => {
    const digested = [...shown].filter(([, { digest }]) => digest !== undefined)
    expect(digested.map(([name]) => name).toSorted()).toEqual(names.toSorted())
  })
})

describe('fields', () => {
  const printed = new Map(
    [...all.matchAll(TABLE)].map(({ groups }) => [
      groups!.name!,
      rowsOf(groups!.rows!).map(([field, value]) => [field!.replaceAll('`', ''), value]),
    ]),
  )

  test('there is a table for every object, and no other', () => {
    expect([...printed.keys()].toSorted()).toEqual([...tables().keys()].toSorted())
    expect([...all.matchAll(/<!-- fields: /g)]).toHaveLength(printed.size)
  })

  test.each([...tables()])('%s: every field in order, and its bounds', (name, fields) => {
    expect(printed.get(name)).toEqual([...fields])
  })

  test.each([...STATEMENTS])('%s begins with the header', (_, schema) => {
    const header = printed.get('header')!.map(([field]) => field)
    expect(Object.keys(schema.shape).slice(0, HEADER)).toEqual(header)
  })

  test('every type of statement has a table', () => {
    const types = [...STATEMENTS.keys()].map((name) => name.split(',')[0])
    expect(types.every(isStatementType)).toBe(true)
    expect(new Set(types).size).toBe(Object.keys(SCHEMAS).length)
  })
})

describe('refusals', () => {
  const law = documents.get('law.md')!

  test('the table has every code, in order, with what it means', () => {
    const table = /<!-- refusals -->\n\|.*\n\|.*\n((?:\|.*\n)+)/.exec(all)![1]!
    const rows = rowsOf(table).map(([code, meaning]) => [code!.replaceAll('`', ''), meaning])
    expect(rows).toEqual(Object.entries(REFUSALS))
  })

  test('the law says when each is given', () => {
    const silent = Object.keys(REFUSALS).filter((code) => !law.includes(`\`${code}\``))
    expect(silent).toEqual([])
  })

  test('the law gives no other', () => {
    const order = law.slice(law.indexOf('<!-- order -->'), law.indexOf('## Delays'))
    const named = [...order.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code]) => code)
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter((code) => !(code! in REFUSALS))).toEqual([])
  })

  test('the example is by a clerk of the example registry, about a statement it refused', () => {
    const note = example('refusal')
    const registry = parseStatement(example('registry')) as RegistryV1
    const clerk = registry.keys.find((k) => k.role === 'clerk')!.vkey
    const { verified } = openNote(parseNote(note), [parseVKey(clerk)], verify)
    expect(verified).toHaveLength(1)
    const refusal = parseRefusal(parseSignedText(note).text)
    expect(refusal.registry).toBe(registry.registry)
    expect(REFUSALS).toHaveProperty(refusal.code)
  })
})

describe('keys', () => {
  test('the secret key is that of the vkey', () => {
    const { name, seed } = parseSecretKey(example('secret-key').trimEnd())
    expect(`${formatVKey(seedSigner(name, seed).vkey)}\n`).toBe(example('vkey'))
  })

  test('both channels show keys of the enrolment', () => {
    const enrolment = parseStatement(example('enrolment'))
    if (enrolment.type !== 'enrolment/v1') throw new Error('no enrolment')
    const daily = enrolment.keys.map((k) => k.vkey)
    const [, registry, vkey] = /^accord=v1; registry=(.*); vkey=(.*)\n$/.exec(example('dns'))!
    expect(registry).toBe(enrolment.registry)
    expect(daily).toContain(vkey)
    const [comment, ...lines] = example('well-known').split('\n')
    expect(comment).toMatch(/^#/)
    expect(lines).toEqual([...daily.map((k) => `${registry} ${k}`), ''])
  })

  test('the low-order encodings are those of the code', () => {
    const { 'keys.md': text = '' } = Object.fromEntries(documents)
    const source = readFileSync(new URL('../../keys/ed25519.ts', import.meta.url), 'utf8')
    const hex = (s: string) => [...s.matchAll(/[`'](\p{AHex}{64})[`']/gu)].map((m) => m[1]!)
    expect(hex(text).toSorted()).toEqual(hex(source).toSorted())
    expect(hex(text)).toHaveLength(7)
  })
})

describe('files', () => {
  const policy = parsePolicy(example('policy'))
  const digest = statementDigest(example('commitment'))

  test('the attestation is the commitment, signed by both officers', () => {
    const { statement, signatures, digest: of } = parseAttestation(example('attestation'))
    expect(of).toBe(digest)
    expect(statement.party).toBe('contoso.com')
    const note = parseNote(example('attestation'))
    const enrolment = parseStatement(example('enrolment'))
    if (enrolment.type !== 'enrolment/v1') throw new Error('no enrolment')
    const { verified } = openNote(
      note,
      enrolment.keys.map((k) => parseVKey(k.vkey)),
      verify,
    )
    expect(verified.map((v) => v.name)).toEqual(signatures.map((s) => s.name))
    expect(verified).toHaveLength(2)
  })

  test('the card is that of the officer in the commitment', () => {
    const statement = parseStatement(example('commitment'))
    if (statement.type !== 'commitment/v1') throw new Error('no commitment')
    const { name } = parseCard(example('card'))
    expect(statement.officers.map((o) => o.card)).toEqual([cardDigest(example('card'))])
    expect(all.split(name)).toHaveLength(2)
  })

  test('the entry holds the attestation', () => {
    const { attestation } = parseEntry(utf8(example('entry')))
    expect(fromUtf8(attestation)).toBe(example('attestation'))
  })

  test('the receipt proves the entry, and a changed one nothing', () => {
    const proof = parseProof(example('receipt'))
    expect(fromUtf8(proof.extra!)).toBe(example('entry'))
    const proven = verifyProof(proof, leafHash(proof.extra!), policy, verify)
    expect(proven).toMatchObject({ index: 5, cosigned: [{ witness: 'w1' }] })
    const other = leafHash(utf8(example('entry').replace('2020', '2021')))
    expect(() => verifyProof(proof, other, policy, verify)).toThrow('root')
  })

  test('the evidence proves who signed', () => {
    const finding = checkEvidence(example('evidence'), policy, verify)
    expect(finding).toMatchObject({ digest, index: 5, entries: [0, 1, 2, 4, 5] })
    expect(finding.party).toMatchObject({ domain: 'contoso.com', name: 'Contoso Ltd.' })
    expect(finding.signers).toHaveLength(2)
    expect(finding.standing?.commitment.word).toBe('active')
    const lines = example('evidence').split('\n')
    const without = lines.filter((l) => !l.startsWith('entry 2 ')).join('\n')
    expect(() => checkEvidence(without, policy, verify)).toThrow(AccordError)
  })

  test('the alarm proves a fork', () => {
    const { verdict, facts } = verifyAlarm(example('alarm'), example('policy'), verify)
    expect(verdict).toBe('verified')
    expect(facts).toMatchObject({ kind: 'fork', checkpoints: [{ size: 4 }, { size: 6 }] })
  })
})

describe('the documents', () => {
  test('every one is in the index', () => {
    const index = documents.get('README.md')!
    for (const name of documents.keys()) {
      if (name !== 'README.md') expect(index).toContain(`](${name})`)
    }
  })

  test.each([...documents])('%s: every link leads somewhere', (name, text) => {
    for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (target!.startsWith('https://')) continue
      const [file, anchor] = target!.split('#')
      const to = documents.get(file === '' ? name : file!)
      expect(to, target).toBeDefined()
      if (anchor !== undefined) expect(anchorsOf(to!), target).toContain(anchor)
    }
  })
})

test('the code refers to headings that are there', () => {
  const root = new URL('../../', import.meta.url)
  const sources = ['keys/', 'db/', 'src/'].flatMap((room) =>
    readdirSync(new URL(room, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => readFileSync(new URL(room + file, root), 'utf8')),
  )
  const references = sources.flatMap((text) => [
    ...text.matchAll(/docs\/spec\/([a-z-]+\.md)(?:, "([^"]+)")?/g),
  ])
  expect(references.length).toBeGreaterThan(20)
  for (const [reference, file, heading] of references) {
    const text = documents.get(file!) ?? ''
    expect(text, reference).toMatch(heading ? new RegExp(`^#+ ${heading}$`, 'm') : /./)
  }
})

test('docs/design.md has a line for every dependency, and for no other', () => {
  const design = readFileSync(new URL('../design.md', folder), 'utf8')
  const [, table] = /\| package \| why \|\n\|[-|]*\n((?:\|.*\n)+)/.exec(design)!
  const named = rowsOf(table!).flatMap(([cell]) => cell!.split(', '))
  const house = JSON.parse(readFileSync(new URL('../../package.json', folder), 'utf8'))
  const wanted = Object.keys({ ...house.dependencies, ...house.devDependencies })
  expect(named.map((name) => name.replaceAll('`', '')).toSorted()).toEqual(wanted.toSorted())
})

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
