import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type MonitorFolder, openMonitorFolder } from '../../src/node/monitor-folder.ts'
import type { Kept } from '../../src/watch/monitor.ts'
import { deliver, type Sink, waitAfter } from '../../src/watch/outbox.ts'
import { NOTHING, type Report } from '../../src/watch/report.ts'

let path: string
let folder: MonitorFolder
let now = 1000
const clock = () => now

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'accord-outbox-'))
  now = 1000
})
afterEach(async () => {
  folder.release()
  await rm(path, { recursive: true })
})

const kept: Kept = { note: null, size: 0, told: [], troubles: [], fresh: 0 }

function report(id: string): Report {
  const fields = { id, rule: 'entry', log: 'registry.example/accord' } as const
  return { ...NOTHING, ...fields, at: '2026-01-01T00:00:00Z', text: `what ${id} says: é😀` }
}

function commit(...ids: string[]): Promise<void> {
  return folder.commit({ ...kept, size: ids.length }, ids.map(report), new Map())
}

/** A sink that takes what it is told to take. */
class Taker implements Sink {
  readonly name: string
  readonly taken: string[] = []
  refuses = (_: Report) => false
  constructor(name: string) {
    this.name = name
  }
  async send(given: Report): Promise<void> {
    if (this.refuses(given)) throw new Error('not now')
    this.taken.push(given.id)
  }
}

describe('delivery', () => {
  test('gives each sink every report, in order, once', async () => {
    folder = await openMonitorFolder(path, ['a', 'b'])
    const [a, b] = [new Taker('a'), new Taker('b')]
    await commit('1', '2')
    await commit('3')
    expect(await deliver(folder, [a, b], clock)).toMatchObject({ delivered: 6, again: null })
    expect(await deliver(folder, [a, b], clock)).toMatchObject({ delivered: 0, again: null })
    expect([a.taken, b.taken]).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
    ])
  })

  test('waits for one that refuses, longer and longer, and goes on with the others', async () => {
    folder = await openMonitorFolder(path, ['a', 'b'])
    const [a, b] = [new Taker('a'), new Taker('b')]
    a.refuses = ({ id }) => id === '2'
    await commit('1', '2', '3')
    const first = await deliver(folder, [a, b], clock)
    expect([first.again, first.refusals.get('a')]).toEqual([1005, 'not now'])
    expect([a.taken, b.taken.length]).toEqual([['1'], 3])
    now = 1004
    expect(await deliver(folder, [a, b], clock)).toMatchObject({ delivered: 0, again: 1005 })
    now = 1005
    expect((await deliver(folder, [a, b], clock)).again).toBe(1015)
    a.refuses = () => false
    now = 1015
    await deliver(folder, [a, b], clock)
    expect(a.taken).toEqual(['1', '2', '3'])
  })

  test('waits an hour at most', () => {
    expect([1, 2, 3, 11, 500].map(waitAfter)).toEqual([5, 10, 20, 3600, 3600])
  })

  test('gives a round of many in parts, and comes again at once', async () => {
    folder = await openMonitorFolder(path, ['a'])
    const a = new Taker('a')
    await commit(...Array.from({ length: 100 }, (_, i) => String(i)))
    expect(await deliver(folder, [a], clock)).toMatchObject({ delivered: 64, again: 1000 })
    expect(await deliver(folder, [a], clock)).toMatchObject({ delivered: 36, again: null })
    expect(a.taken).toHaveLength(100)
  })
})

describe('the folder', () => {
  test('keeps every report where what it knew of itself is gone, and says so where that is damaged', async () => {
    folder = await openMonitorFolder(path, ['a'])
    await commit('1', '2')
    folder.release()
    await appendFile(join(path, 'reports.jsonl'), '{"id":"cut of')
    await writeFile(join(path, 'state.json'), '{"version":')
    await expect(openMonitorFolder(path, ['a'])).rejects.toMatchObject({ code: 'BAD_STATE' })
    await rm(join(path, 'state.json'))
    folder = await openMonitorFolder(path, ['a'])
    expect(await folder.load()).toBe(null)
    await commit('3')
    expect((await folder.last(9)).map(({ id }) => id)).toEqual(['1', '2', '3'])
  })

  test('goes on where it was, with what was refused before', async () => {
    folder = await openMonitorFolder(path, ['a'])
    const a = new Taker('a')
    a.refuses = ({ id }) => id === '2'
    await commit('1', '2')
    await deliver(folder, [a], clock)
    folder.release()
    folder = await openMonitorFolder(path, ['a'])
    expect(folder.place('a')).toMatchObject({ attempts: 1, notBefore: 1005 })
    a.refuses = () => false
    now = 1005
    await deliver(folder, [a], clock)
    expect(a.taken).toEqual(['1', '2'])
  })

  test('gives a sink that is new what comes from now on', async () => {
    folder = await openMonitorFolder(path, ['a'])
    await commit('1')
    folder.release()
    folder = await openMonitorFolder(path, ['a', 'b'])
    await commit('2')
    const [a, b] = [new Taker('a'), new Taker('b')]
    await deliver(folder, [a, b], clock)
    expect([a.taken, b.taken]).toEqual([['1', '2'], ['2']])
  })

  test('killed after the reports and before the state: they are cut off, to be said again', async () => {
    folder = await openMonitorFolder(path, ['a'])
    await commit('1')
    const state = await readFile(join(path, 'state.json'))
    await commit('2', '3')
    folder.release()
    await writeFile(join(path, 'state.json'), state)
    await appendFile(join(path, 'reports.jsonl'), '{"id":"half of a lin')
    folder = await openMonitorFolder(path, ['a'])
    expect((await folder.load())!.size).toBe(1)
    expect(await folder.last(10)).toEqual([report('1')])
    await commit('2')
    expect((await folder.last(10)).map((r) => r.id)).toEqual(['1', '2'])
  })

  test('killed between a delivery and its place: it is given again, and nothing is left out', async () => {
    folder = await openMonitorFolder(path, ['a'])
    const a = new Taker('a')
    await commit('1', '2')
    const state = await readFile(join(path, 'state.json'))
    await deliver(folder, [a], clock)
    folder.release()
    await writeFile(join(path, 'state.json'), state)
    folder = await openMonitorFolder(path, ['a'])
    await deliver(folder, [a], clock)
    expect(a.taken).toEqual(['1', '2', '1', '2'])
  })

  test('is for one monitor at a time', async () => {
    folder = await openMonitorFolder(path, [])
    await expect(openMonitorFolder(path, [])).rejects.toMatchObject({ code: 'DATA_IN_USE' })
  })

  test('keeps evidence before what refers to it', async () => {
    folder = await openMonitorFolder(path, [])
    const alarm = { kind: 'stale', seen: '2026-01-01T00:00:00Z', checkpoints: ['x'] } as const
    await folder.commit(kept, [report('1')], new Map([['a.accord-alarm', alarm]]))
    expect(await readFile(join(folder.alarms, 'a.accord-alarm'), 'utf8')).toBe(
      'accord-alarm/v1\nkind stale\nseen 2026-01-01T00:00:00Z\n\nx',
    )
  })
})
