import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const shipped = new URL('../../db/instruments/', import.meta.url)
const marks = new URL('../vectors/seeds-runs.json', import.meta.url)

const days = z.int().min(0).max(36_500)
const line = (max: number) => z.string().refine((s) => fits(s, max) && !s.includes('\n'))
const lines = (max: number) => z.string().refine((s) => fits(s, max))

function fits(s: string, max: number): boolean {
  const length = [...s].length
  return length >= 1 && length <= max
}

/** The fields of `instrument/v1` after the first six, in the order in which a statement has them. */
const instrument = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{3,64}$/),
  version: z.literal(1),
  replaces: z.null(),
  kind: z.enum(['accord', 'convention', 'pledge']),
  title: line(200),
  language: z.literal('en'),
  preamble: lines(8000),
  clauses: z.array(
    z.strictObject({
      id: z.string().regex(/^[A-Z]{3}-S?[1-9][0-9]?$/),
      title: line(200),
      text: lines(4000),
      kind: z.enum(['prohibition', 'duty', 'mixed', 'procedure']),
      reservable: z.enum(['no', 'scope', 'yes']),
    }),
  ),
  open_to: z.array(z.enum(['company', 'state', 'organization', 'panel'])).min(1),
  terms: z.strictObject({
    validity_days: days.min(1).nullable(),
    due_days: days,
    grace_days: days,
    withdrawal_notice_days: days,
    admission: z.enum(['open', 'acceptance']),
    ratification: z.boolean(),
    entry_into_force: z.int().min(1).nullable(),
    reporting_days: days.min(1).nullable(),
    declarations: z.array(z.enum(['compulsion', 'scope'])),
  }),
  translations: z.tuple([]),
  sources: z.array(line(300)).min(1),
})

/** What no string of a statement may hold: controls but LF, bidi and zero-width, private use, noncharacters. */
const barred =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Every run of eight consecutive words. */
function runs(text: string): string[] {
  const all = words(text)
  return all.slice(7).map((_, i) => all.slice(i, i + 8).join(' '))
}

const names = readdirSync(shipped)
const texts = new Map(names.map((n) => [n, readFileSync(new URL(n, shipped), 'utf8')]))

/** The runs of the source documents, each as its mark. */
const seedRuns = new Set<string>(JSON.parse(readFileSync(marks, 'utf8')))

/** The first 12 hex digits of a run's SHA-256. */
function markOf(run: string): string {
  return createHash('sha256').update(run).digest('hex').slice(0, 12)
}

/** Every run that a source document has too. */
function copied(text: string): string[] {
  return runs(text).filter((run) => seedRuns.has(markOf(run)))
}

function read(id: string): z.infer<typeof instrument> {
  return instrument.parse(JSON.parse(texts.get(`${id}.json`) ?? 'null'))
}

/** Every string that is shown, an array or object deep. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(strings)
}

test('three instruments ship, each under its own id', () => {
  expect(names.toSorted()).toEqual([
    'digital-geneva-convention.json',
    'no-backdoor-pledge.json',
    'tech-sector-accord.json',
  ])
  for (const [name, text] of texts) expect(`${JSON.parse(text).id}.json`).toBe(name)
})

describe.each(names)('%s', (name) => {
  const text = texts.get(name) ?? ''
  const raw: unknown = JSON.parse(text)
  const it = instrument.parse(raw)

  test('has exactly the fields of the statement, in its order', () => {
    expect(JSON.stringify(it)).toBe(JSON.stringify(raw))
  })

  test('spells every value once: no duplicate key, no needless escape', () => {
    expect(text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')).toBe(JSON.stringify(raw))
    expect(text.endsWith('}\n')).toBe(true)
  })

  test('leaves room in an attestation of 65,000 bytes', () => {
    expect(new TextEncoder().encode(JSON.stringify(it, null, 2)).length).toBeLessThan(40_000)
  })

  test('holds only characters a statement may hold, in NFC, and no stray space', () => {
    for (const s of strings(it)) {
      expect(s.replaceAll('\n', '')).not.toMatch(barred)
      expect(s.normalize('NFC')).toBe(s)
      expect(s).not.toMatch(/^\s|\s$| {2}|\n\n\n| \n|\n /)
    }
  })

  test('has clause ids that are unique and in order', () => {
    const ids = it.clauses.map((c) => c.id)
    expect(new Set(ids).size).toBe(ids.length)
    const numbered = ids.filter((id) => !id.includes('-S'))
    const prefix = numbered[0]?.slice(0, 4)
    expect(numbered).toEqual(numbered.map((_, i) => `${prefix}${i + 1}`))
  })

  test('admits by acceptance if it is open to others than companies', () => {
    const others = it.open_to.some((kind) => kind !== 'company')
    expect(it.terms.admission).toBe(others ? 'acceptance' : 'open')
  })

  test('asks for the declarations that its text speaks of, and no others', () => {
    const prose = [it.preamble, ...it.clauses.map((c) => c.text)].join('\n')
    for (const kind of ['compulsion', 'scope'] as const) {
      expect(prose.includes(`declaration "${kind}"`)).toBe(it.terms.declarations.includes(kind))
    }
  })

  test('defines the words that carry weight, and does not rest on innocence', () => {
    for (const term of ['Customer', 'Mass-market product', 'Backdoor', 'Lawful access order']) {
      expect(it.preamble).toContain(`\n"${term}": `)
    }
    expect(text.toLowerCase()).not.toContain('innocent')
  })

  test('shares no eight consecutive words with the source documents', () => {
    const own = [it.title, it.preamble, ...it.clauses.flatMap((c) => [c.title, c.text])]
    expect(own.flatMap(copied)).toEqual([])
  })

  test('names its sources with a year or version, and links only over https', () => {
    for (const source of it.sources) {
      expect(source).toMatch(/\b(19|20)\d\d\b|version \d/)
      expect(source.match(/\S+:\/\/\S*/g) ?? []).toEqual(source.match(/https:\/\/\S*/g) ?? [])
    }
  })
})

test('the accord: ten clauses, for companies, renewed yearly', () => {
  const accord = read('tech-sector-accord')
  expect(accord.clauses).toHaveLength(10)
  expect(accord.open_to).toEqual(['company'])
  expect(accord.terms).toMatchObject({ validity_days: 365, ratification: false })
  const fixed = accord.clauses.filter((c) => c.reservable === 'no').map((c) => c.id)
  expect(fixed).toEqual(['TSA-1', 'TSA-3', 'TSA-10'])
})

test('the convention: ten clauses and the safeguard, for states, ratified, without an end', () => {
  const convention = read('digital-geneva-convention')
  expect(convention.clauses.map((c) => c.id).slice(-2)).toEqual(['DGC-10', 'DGC-S1'])
  expect(convention.clauses).toHaveLength(11)
  expect(convention.open_to).toEqual(['state'])
  expect(convention.terms).toMatchObject({ validity_days: null, ratification: true })
  expect(convention.preamble).toContain('twenty States')
  expect(convention.terms.entry_into_force).toBe(20)
})

test('the pledge: four clauses, for companies, without reservations', () => {
  const pledge = read('no-backdoor-pledge')
  expect(pledge.clauses).toHaveLength(4)
  expect(pledge.open_to).toEqual(['company'])
  expect(pledge.clauses.every((c) => c.reservable === 'no')).toBe(true)
})

test('every definition of a backdoor is the same one', () => {
  const core = (id: string) => read(id).preamble.match(/"Backdoor": [^,]*, or a [^,]*, [^,]*/)?.[0]
  const accord = core('tech-sector-accord')
  expect(accord).toContain('deliberately put or left in a product')
  expect(core('digital-geneva-convention')).toBe(accord)
  expect(core('no-backdoor-pledge')).toBe(accord)
})

test('the run finder finds a copied title', () => {
  const title =
    'a growing consensus on the need for an international treaty on nation state attacks'
  expect(copied(`They wrote of ${title}.`)).not.toEqual([])
  expect(seedRuns.size).toBeGreaterThan(1000)
})
