import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildClocked, openWorkerd, type Workerd } from './miniflare.ts'
import { PublicLog } from './public-log.ts'
import type { Trouble } from './trouble.ts'

let folder: string
let workerd: Workerd
let log: PublicLog
let companies = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord-crash-'))
  await buildClocked(join(folder, 'worker.js'))
  workerd = await openWorkerd(join(folder, 'worker.js'), join(folder, 'kept'))
  log = new PublicLog(workerd)
})

afterAll(async () => {
  await workerd?.close()
  await rm(folder, { recursive: true })
})

const statement = () => workerd.speaker.verification(`company-${companies++}.example`, [])

const restart = () => workerd.restart()
/** The object alone: the platform does it whenever it likes. */
const evict = () => workerd.request('/test/end').catch(() => {})

/**
 * Does what comes to the step at which nothing goes on, and has it end there.
 *
 * @returns the steps that came; null where the work was done before
 */
async function endAt(
  trouble: Trouble,
  work: () => Promise<unknown>,
  end: () => Promise<unknown> = restart,
): Promise<string[] | null> {
  await workerd.trouble(trouble)
  let done = false
  const working = work()
    .then(() => {
      done = true
    })
    .catch(() => {})
  let steps: string[] = []
  while (!done && steps.length < trouble.from!) steps = await workerd.steps()
  await log.look()
  await end()
  await workerd.trouble(null)
  await working
  return steps.length < trouble.from! ? null : steps
}

/** The name of a step, whatever the size of the log. */
const kind = (step: string) => step.replace(/\d.*/, '…')

test('ended before any step and after the last, it loses nothing and has one history', async () => {
  const table: string[] = []
  for (let from = 1; ; from++) {
    const note = statement()
    const end = from % 8 === 1 ? restart : evict
    const steps = await endAt({ at: '', what: 'before', from }, () => log.send(note), end)
    if (steps === null) break
    table.push(kind(steps.at(-1)!))
    await workerd.alarm()
    await log.send(note)
  }
  const last = { at: '', what: 'after', from: table.length } as const
  const note = statement()
  expect(await endAt(last, () => log.send(note))).not.toBeNull()
  await workerd.alarm()
  await log.send(note)
  await log.check()
  expect(table).toEqual([
    'commit',
    'get checkpoint',
    'get checkpoint',
    'put tile/…',
    'get tile/…',
    'put tile/entries/…',
    'get tile/entries/…',
    'put checkpoint',
    'get checkpoint',
  ])
})

test('ended again while it heals, it heals all the same', async () => {
  const note = statement()
  const unput = { at: '', what: 'after', from: 1 } as const
  expect(await endAt(unput, () => log.send(note))).toEqual(['commit'])
  let rows = 0
  for (let from = 1; ; from++) {
    const ended = await endAt({ at: '', what: 'before', from }, () => workerd.alarm(), evict)
    if (ended === null) break
    rows += 1
  }
  expect(rows).toBeGreaterThan(6)
  await log.send(note)
  await log.check()
})
