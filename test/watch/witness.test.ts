import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { migrateWitness } from '../../db/migrate.ts'
import type { Sql } from '../../db/sql.ts'
import { openSqlite, type Sqlite } from '../../db/sqlite.ts'
import { seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, ML_DSA_44 } from '../../keys/vkey.ts'
import { hash, utf8 } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { EMPTY_ROOT } from '../../src/tlog/merkle.ts'
import { formatNote, openNote, parseNote, parseSignatures } from '../../src/tlog/note.ts'
import { formatAddCheckpoint } from '../../src/tlog/witness.ts'
import { Witness } from '../../src/watch/witness.ts'
import { verify } from '../accord/keys.ts'

interface Recorded {
  readonly case: string
  readonly spec: string
  readonly method: string
  readonly body_base64: string
  readonly tdev: { readonly status: number }
  readonly litewitness: { readonly status: number }
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../vectors/add-checkpoint.json'), 'utf8'),
)
/** The keys with which the recorded logs were made: public, never to be used. */
const signerOf = (name: string, type?: number) =>
  seedSigner(name, createHash('sha256').update(`tlogref seed: ${name}`).digest(), type)
const logs = Array.from({ length: 18 }, (_, i) => `example.com/t${i}`).map((origin) => ({
  origin,
  vkeys: [signerOf(origin).vkey],
}))

let sql: Sqlite
let now: number
beforeEach(async () => {
  sql = openSqlite(':memory:')
  await migrateWitness(sql)
  now = 1_700_000_000
})

function witnessOf(over: object = {}): Witness {
  const signers = [
    seedSigner('example.com/w1', new Uint8Array(32).fill(1), COSIGNATURE),
    seedSigner('example.com/pq', new Uint8Array(32).fill(2), ML_DSA_44),
  ]
  return new Witness({ sql, logs, signers, clock: () => now, verify, ...over })
}

/** Where a recorded program answered otherwise than the specification has it. */
const DIFFERENCES: Readonly<Record<string, readonly ('tdev' | 'litewitness')[]>> = {
  'old 7 -> 7 with another root (equivocation)': ['tdev'],
  '"old 07"': ['tdev', 'litewitness'],
  '"old +7"': ['litewitness'],
  '"old 7 " (trailing space)': ['tdev'],
  '64 proof lines': ['tdev', 'litewitness'],
  'unknown origin': ['litewitness'],
  'known origin, signed by another key': ['tdev'],
  'corrupt signature of a known key': ['tdev'],
  'checkpoint size with leading zero, validly signed': ['tdev', 'litewitness'],
  'never seen log, old 0 -> 5 with non-empty proof': ['tdev', 'litewitness'],
  'never seen log, size 0 with a wrong root': ['tdev', 'litewitness'],
  'never seen log, size 0 with the empty root': ['tdev'],
  'never seen log, old 3 -> 5 with valid proof': ['tdev'],
  '40 KiB body: 100 unknown 300-byte signatures': ['litewitness'],
}

/** The statuses that the specification's column allows. */
function allowed(spec: string): number[] {
  if (spec.includes('any 4xx')) return [400, 403, 404, 409, 422]
  if (spec.includes('200 or limit')) return [200, 400, 413]
  return spec.startsWith('400/403') ? [400, 403] : [Number(/\d{3}/.exec(spec)![0])]
}

describe('what others recorded', () => {
  test('is answered as the specification has it, row by row', async () => {
    const witness = witnessOf()
    const differing: Record<string, string[]> = {}
    let rows = 0
    for (const row of recorded.filter((r) => r.method === 'POST')) {
      const answer = await witness.addCheckpoint(Buffer.from(row.body_base64, 'base64'))
      const may = allowed(row.spec)
      expect(may, `${row.case}: ${answer.body}`).toContain(answer.status)
      const others = (['tdev', 'litewitness'] as const).filter((w) => !may.includes(row[w].status))
      if (others.length > 0) differing[row.case] = others
      rows++
    }
    expect(rows).toBe(43)
    expect(differing).toEqual(DIFFERENCES)
  })
})

const origin = 'example.com/t0'
const root = (n: number) => hash(new Uint8Array(32).fill(n))

async function request(
  size: number,
  of: number,
  old: number,
  proof = [] as ReturnType<typeof root>[],
) {
  const checkpoint = { origin, size, root: size === 0 ? EMPTY_ROOT : root(of), extensions: [] }
  const text = formatNote(await signCheckpoint(checkpoint, [signerOf(origin)]))
  return utf8(formatAddCheckpoint({ old, proof, text }))
}

test('both kinds of cosignature hold, and are kept with the checkpoint', async () => {
  const witness = witnessOf()
  const body = await request(5, 1, 0)
  const answer = await witness.addCheckpoint(body)
  const lines = parseSignatures(answer.body)
  const vkeys = [1, 2].map((fill, i) =>
    seedSigner(
      ['example.com/w1', 'example.com/pq'][i]!,
      new Uint8Array(32).fill(fill),
      [COSIGNATURE, ML_DSA_44][i],
    ),
  )
  const id = createHash('sha256').update(origin).digest('hex')
  const latest = await witness.latest(id)
  const { verified } = openNote(
    parseNote(latest!),
    vkeys.map((s) => s.vkey),
    verify,
  )
  expect(verified.map(({ time }) => time)).toEqual([now, now])
  expect(parseNote(latest!).signatures).toEqual(expect.arrayContaining(lines))
  expect(await witness.latest('00'.repeat(32))).toBeNull()
  expect(
    await witness.latest(createHash('sha256').update('example.com/t1').digest('hex')),
  ).toBeNull()
})

test('what strangers write below a checkpoint is not shown again', async () => {
  const witness = witnessOf()
  const body = new TextDecoder().decode(await request(5, 1, 0))
  const junk = (i: number) => `\u2014 w${i}.example ${Buffer.alloc(76, i).toString('base64')}\n`
  const more = Array.from({ length: 63 }, (_, i) => junk(i)).join('')
  const answer = await witness.addCheckpoint(utf8(`${body}${more}`))
  expect(answer.status).toBe(200)
  const latest = await witness.latest(createHash('sha256').update(origin).digest('hex'))
  const { signatures } = parseNote(latest!)
  expect(signatures.map(({ name }) => name)).toEqual([origin, 'example.com/w1', 'example.com/pq'])
})

test('what it said survives its end, and time never runs back', async () => {
  expect((await witnessOf().addCheckpoint(await request(5, 1, 0))).status).toBe(200)
  now -= 1000
  const again = witnessOf()
  expect((await again.addCheckpoint(await request(5, 2, 5))).status).toBe(422)
  const answer = await again.addCheckpoint(await request(5, 1, 5))
  expect(answer.status).toBe(200)
  const [line] = parseSignatures(answer.body)
  expect(new DataView(line!.blob.buffer, line!.blob.byteOffset).getBigUint64(0)).toBe(
    1_700_000_000n,
  )
})

test('of two trees at once it cosigns one', async () => {
  const witness = witnessOf()
  const answers = await Promise.all([
    witness.addCheckpoint(await request(5, 1, 0)),
    witness.addCheckpoint(await request(5, 2, 0)),
    witness.addCheckpoint(await request(6, 3, 0)),
  ])
  expect(answers.map((a) => a.status)).toEqual([200, 409, 409])
})

/** The database of a witness that dies around a write. */
function dying(when: 'before' | 'after'): Sql {
  return {
    all: (query) => sql.all(query),
    atomically: async (writes) => {
      if (when === 'after') await sql.atomically(writes)
      throw new Error('killed')
    },
  }
}

test('a witness that dies once it is written has said it, though nobody heard', async () => {
  await expect(
    witnessOf({ sql: dying('after') }).addCheckpoint(await request(5, 1, 0)),
  ).rejects.toThrow('killed')
  const again = witnessOf()
  const size = { status: 409, type: 'text/x.tlog.size', body: '5\n' }
  expect(await again.addCheckpoint(await request(5, 2, 0))).toEqual(size)
  expect((await again.addCheckpoint(await request(5, 2, 5))).status).toBe(422)
  expect((await again.addCheckpoint(await request(5, 1, 5))).status).toBe(200)
})

test('a witness that dies before it is written has said nothing', async () => {
  await expect(
    witnessOf({ sql: dying('before') }).addCheckpoint(await request(5, 1, 0)),
  ).rejects.toThrow('killed')
  expect((await witnessOf().addCheckpoint(await request(5, 2, 0))).status).toBe(200)
})

test('an equivocation may be answered as v1.0.0 has it', async () => {
  const witness = witnessOf({ equivocation: 409 })
  await witness.addCheckpoint(await request(5, 1, 0))
  const answer = await witness.addCheckpoint(await request(5, 2, 5))
  expect(answer).toMatchObject({ status: 409, type: 'text/plain; charset=utf-8' })
})

test('the database itself does not move back', async () => {
  await witnessOf().addCheckpoint(await request(5, 1, 0))
  const run = (text: string) => expect(sql.atomically([CompiledQuery.raw(text)])).rejects
  for (const set of ['size = 4', 'time = 1', "origin = 'x'", 'root = zeroblob(32)']) {
    await run(`update witnessed set ${set}`).toThrow('never moves back')
  }
  await run('delete from witnessed').toThrow('never forgets')
})
