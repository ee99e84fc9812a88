import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seedSigner } from '../../keys/signer.ts'
import { sizeOf } from '../../src/depositary/publisher.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { EMPTY_ROOT } from '../../src/tlog/merkle.ts'
import { formatNote } from '../../src/tlog/note.ts'
import { keyOf } from '../accord/keys.ts'
import { buildClocked, openWorkerd, type Workerd } from './miniflare.ts'
import { PublicLog } from './public-log.ts'
import { LATE, type Trouble } from './trouble.ts'

let folder: string
let workerd: Workerd
let log: PublicLog
let companies = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord-trouble-'))
  await buildClocked(join(folder, 'worker.js'))
  workerd = await openWorkerd(join(folder, 'worker.js'))
  log = new PublicLog(workerd)
})

afterAll(async () => {
  await workerd?.close()
  await rm(folder, { recursive: true })
})

beforeEach(() => workerd.trouble(null))

const statement = () => workerd.speaker.verification(`company-${companies++}.example`, [])
const evict = () => workerd.request('/test/end').catch(() => {})

/** Nothing is taken, whoever comes is told when to come again, and all is read. */
async function expectReadOnly(note: string): Promise<void> {
  const refused = await workerd.submit(note)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(refused.headers.get('retry-after')).toBe('5')
  for (const path of ['/', '/parties', '/v1/entries/0', '/tile/entries/000.p/1', '/checkpoint']) {
    expect([path, (await workerd.request(path)).status]).toEqual([path, 200])
  }
}

/** A checkpoint that another log signed. */
async function foreignCheckpoint(): Promise<string> {
  const { name, seed } = keyOf('other.example')
  const checkpoint = { origin: name, size: 3, root: EMPTY_ROOT, extensions: [] }
  return formatNote(await signCheckpoint(checkpoint, [seedSigner(name, seed)], 0))
}

const TROUBLES: readonly (Trouble & { readonly name: string })[] = [
  { name: 'no file is taken', at: '^put ', what: 'fail' },
  { name: 'the checkpoint is not taken', at: '^put checkpoint', what: 'fail' },
  { name: 'nothing is given', at: '^get ', what: 'fail' },
  { name: 'a file is said to be there, and is not', at: '^put tile', what: 'lose' },
  { name: 'the checkpoint is said to be there, and is not', at: '^put checkpoint', what: 'lose' },
  { name: 'the checkpoint of before is given', at: '^get checkpoint', what: 'old' },
  { name: 'every file comes too late', at: '^put', what: 'late' },
]

describe('where the bucket is ill', () => {
  test.each(TROUBLES)('$name', async ({ name: _, ...trouble }) => {
    const note = statement()
    await workerd.trouble(trouble)
    await expectReadOnly(note)
    await log.look()

    // An alarm heals nothing yet, and harms nothing; nor does the object ending.
    await workerd.alarm()
    await expectReadOnly(note)
    await evict()
    await expectReadOnly(note)
    await log.look()

    await workerd.trouble(null)
    await Promise.all([workerd.alarm(), workerd.alarm()])
    await log.send(note)
  })

  test.each(['lapse', 'late'] as const)(
    'the checkpoint comes, and nobody knows: %s',
    async (what) => {
      const note = statement()
      await workerd.trouble({ at: '^put checkpoint', what })
      await expectReadOnly(note)
      while (sizeOf(await log.look()) === workerd.speaker.seen.size);
      await workerd.alarm()
      await log.send(note)
    },
  )

  test('what comes late is not put over what came after it', async () => {
    const first = statement()
    await workerd.trouble({ at: '^put checkpoint', what: 'late' })
    expect((await workerd.submit(first)).status).toBe(503)
    await workerd.trouble(null)
    await workerd.alarm()
    await log.send(first)
    await log.send(statement())
    await new Promise((resolve) => setTimeout(resolve, LATE))
    expect(sizeOf(await log.look())).toBe(workerd.speaker.seen.size)
  })

  test('twice said to be there and not, it is there the third time', async () => {
    for (const at of ['^put tile/0/', '^put checkpoint']) {
      await workerd.trouble({ at, what: 'lose', times: 2 })
      await log.send(statement())
    }
  })

  test('a publication is ended by the platform, and goes on where it was', async () => {
    const note = statement()
    // Three are read, and one file put and read back; then no more in one go.
    await workerd.trouble({ at: '^(put|get) ', what: 'fail', from: 6 })
    await expectReadOnly(note)
    await workerd.alarm()
    await expectReadOnly(note)
    await workerd.alarm()
    const puts = (await workerd.steps()).filter((step) => /^put tile/.test(step))
    expect(new Set(puts).size).toBe(2)
    expect(puts.length).toBe(3)
    await workerd.trouble(null)
    await log.send(note)
  })

  test('it is well again by itself', async () => {
    await workerd.ask('/test/ringing?is=true')
    const note = statement()
    await workerd.trouble({ at: '^put', what: 'fail' })
    await expectReadOnly(note)
    await workerd.trouble(null)
    while ((await workerd.submit(note)).status === 503);
    await log.send(note)
    await workerd.ask('/test/ringing?is=false')
  })

  test('alarms ring at any moment, twice, while statements come', async () => {
    for (let i = 0; i < 8; i++) {
      await Promise.all([workerd.alarm(), log.send(statement()), workerd.alarm()])
    }
  })

  test('none of that has made anything untrue', () => log.check())
})

describe('where another log has been', () => {
  test('nothing is put over its files, and nothing is taken', async () => {
    const note = statement()
    const path = `tile/entries/000.p/${workerd.speaker.seen.size + 1}`
    await workerd.plant(path, 'somebody else’s')
    await expectReadOnly(note)
    await workerd.alarm()
    await expectReadOnly(note)
    expect(await workerd.file(path)).toEqual(utf8('somebody else’s'))
    await workerd.plant(path, null)
    await workerd.alarm()
    await log.send(note)
  })

  test('its checkpoint is not replaced', async () => {
    const note = statement()
    const own = await workerd.file('checkpoint')
    const foreign = await foreignCheckpoint()
    await workerd.plant('checkpoint', foreign)
    await expectReadOnly(note)
    await workerd.alarm()
    await evict()
    await expectReadOnly(note)
    expect(await workerd.file('checkpoint')).toEqual(utf8(foreign))
    await workerd.plant('checkpoint', own)
    await workerd.alarm()
    await log.send(note)
    await log.check()
  })
})
