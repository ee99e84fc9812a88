import { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { q, type Sql } from '../../db/sql.ts'

const root = new Uint8Array(32)

function entry(idx: number, time = 100, digest = `sha256:${idx}`) {
  const body = Uint8Array.of(0, 255, idx)
  return q.insertInto('entry').values({ idx, time, digest, body }).compile()
}

function checkpoint(size: number, prev: number | null, note = `checkpoint ${size}`) {
  return q
    .insertInto('checkpoint')
    .values({ size, prev, root, time: 1, note, published: 1 })
    .compile()
}

function tile(hashes: Uint8Array) {
  return q
    .insertInto('tile')
    .values({ level: 0, idx: 0, hashes })
    .onConflict((c) => c.columns(['level', 'idx']).doUpdateSet({ hashes }))
    .compile()
}

/** What every store must do, whichever driver is below it. */
export function sqlSuite(name: string, open: () => Promise<{ sql: Sql; close(): void }>): void {
  describe(name, () => {
    let sql: Sql
    let close: () => void

    beforeEach(async () => {
      const opened = await open()
      sql = opened.sql
      close = opened.close
      await migrate(sql)
    })
    afterEach(() => close())

    const sizes = async () =>
      (await sql.all(q.selectFrom('checkpoint').select('size').orderBy('size').compile())).map(
        (r) => r.size,
      )

    test('gives back what was written, bytes as bytes', async () => {
      await sql.atomically([entry(0)])
      const [row] = await sql.all(q.selectFrom('entry').selectAll().compile())
      expect(row).toEqual({ idx: 0, time: 100, digest: 'sha256:0', body: Uint8Array.of(0, 255, 0) })
      expect(Object.getPrototypeOf(row!.body)).toBe(Uint8Array.prototype)
    })

    test('keeps integers up to 2^53 - 1', async () => {
      const time = Number.MAX_SAFE_INTEGER
      await sql.atomically([entry(0, time)])
      const [row] = await sql.all(q.selectFrom('entry').select('time').compile())
      expect(row!.time).toBe(time)
    })

    test('takes all of a transaction or nothing', async () => {
      const two = [entry(0), entry(1), entry(1)]
      await expect(sql.atomically(two)).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await sql.all(q.selectFrom('entry').selectAll().compile())).toEqual([])
    })

    test('migrating again changes nothing', async () => {
      await sql.atomically([entry(0)])
      await migrate(sql)
      expect(await sql.all(q.selectFrom('entry').selectAll().compile())).toHaveLength(1)
    })

    test('refuses what a later version has migrated', async () => {
      await sql.atomically([q.insertInto('migration').values({ id: 99, name: 'x' }).compile()])
      await expect(migrate(sql)).rejects.toMatchObject({ code: 'FOREIGN' })
    })

    test('a statement is in the log once', async () => {
      await sql.atomically([entry(0, 100, 'sha256:a')])
      const again = sql.atomically([entry(1, 100, 'sha256:a')])
      await expect(again).rejects.toMatchObject({ code: 'CONFLICT' })
    })

    test('entries leave no gap and never run back in time', async () => {
      await sql.atomically([entry(0, 100)])
      await expect(sql.atomically([entry(2)])).rejects.toMatchObject({ code: 'CONSTRAINT' })
      await expect(sql.atomically([entry(1, 99)])).rejects.toMatchObject({ code: 'CONSTRAINT' })
      await sql.atomically([entry(1, 100)])
    })

    test('an entry is never changed or removed', async () => {
      await sql.atomically([entry(0)])
      const change = q.updateTable('entry').set({ time: 101 }).compile()
      await expect(sql.atomically([change])).rejects.toMatchObject({ code: 'CONSTRAINT' })
      const remove = q.deleteFrom('entry').compile()
      await expect(sql.atomically([remove])).rejects.toMatchObject({ code: 'CONSTRAINT' })
    })

    test('a tile grows, and does nothing else', async () => {
      const short = new Uint8Array(32).fill(1)
      const long = Uint8Array.of(...short, ...new Uint8Array(32).fill(2))
      await sql.atomically([tile(short), tile(long)])
      expect(await sql.all(q.selectFrom('tile').select('hashes').compile())).toEqual([
        { hashes: long },
      ])
      const other = new Uint8Array(96).fill(3)
      for (const bad of [short, other, new Uint8Array(33)]) {
        await expect(sql.atomically([tile(bad)])).rejects.toMatchObject({ code: 'CONSTRAINT' })
      }
      const remove = q.deleteFrom('tile').compile()
      await expect(sql.atomically([remove])).rejects.toMatchObject({ code: 'CONSTRAINT' })
    })

    test('of two checkpoints on the same head the second takes no effect', async () => {
      await sql.atomically([checkpoint(0, null), entry(0), checkpoint(1, 0)])
      const fork = [entry(1), checkpoint(2, 0)]
      await expect(sql.atomically(fork)).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await sizes()).toEqual([0, 1])
      expect(await sql.all(q.selectFrom('entry').select('idx').compile())).toEqual([{ idx: 0 }])
      await sql.atomically([entry(1), checkpoint(2, 1)])
      expect(await sizes()).toEqual([0, 1, 2])
    })

    test('the empty tree has one checkpoint, and no other is without a predecessor', async () => {
      await sql.atomically([checkpoint(0, null)])
      await expect(sql.atomically([checkpoint(0, null)])).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      const orphan = sql.atomically([entry(0), checkpoint(1, null)])
      await expect(orphan).rejects.toMatchObject({ code: 'CONSTRAINT' })
    })

    test('a checkpoint is of all entries, and goes on from one that is there', async () => {
      await sql.atomically([checkpoint(0, null), entry(0), entry(1), entry(2)])
      await expect(sql.atomically([checkpoint(2, 0)])).rejects.toMatchObject({ code: 'CONSTRAINT' })
      await expect(sql.atomically([checkpoint(3, 1)])).rejects.toMatchObject({ code: 'CONSTRAINT' })
      await sql.atomically([checkpoint(3, 0)])
    })

    test('a checkpoint takes cosignatures, and no other change', async () => {
      await sql.atomically([checkpoint(0, null)])
      await sql.atomically([q.updateTable('checkpoint').set({ note: 'cosigned' }).compile()])
      for (const change of [
        { size: 5 },
        { prev: 0 },
        { time: 2 },
        { root: root.slice().fill(1) },
      ]) {
        const update = sql.atomically([q.updateTable('checkpoint').set(change).compile()])
        await expect(update).rejects.toMatchObject({ code: 'CONSTRAINT' })
      }
      const remove = q.deleteFrom('checkpoint').compile()
      await expect(sql.atomically([remove])).rejects.toMatchObject({ code: 'CONSTRAINT' })
    })

    test('tables are strict', async () => {
      const text = 'insert into entry (idx, time, digest, body) values (?, ?, ?, ?)'
      for (const row of [
        ['x', 1, 'd', root],
        [0, 'soon', 'd', root],
        [0, 1, 'd', 'text'],
        [0, 1, null, root],
        [0, 1, 'd', new Uint8Array()],
      ]) {
        const insert = sql.atomically([CompiledQuery.raw(text, row)])
        await expect(insert).rejects.toMatchObject({
          code: expect.stringMatching(/^(CONSTRAINT|FAILED)$/),
        })
      }
    })

    test('of a record one row is open, and ranges run forward', async () => {
      const row = (from_index: number, to_index: number | null) =>
        q
          .insertInto('record')
          .values({ kind: 'party', key: 'k', from_index, to_index, value: '{}' })
          .compile()
      await sql.atomically([row(0, 3), row(3, null)])
      await expect(sql.atomically([row(5, null)])).rejects.toMatchObject({ code: 'CONFLICT' })
      await expect(sql.atomically([row(7, 7)])).rejects.toMatchObject({ code: 'CONSTRAINT' })
    })
  })
}
