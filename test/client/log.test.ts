import { describe, expect, test } from 'vitest'
import { ClientError } from '../../src/client/error.ts'
import { type Fetch, fetchFrom } from '../../src/client/fetch.ts'
import { openLog, seenOf } from '../../src/client/log.ts'
import { fromUtf8, utf8 } from '../../src/tlog/bytes.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { copyOf, fetchOf, policyOf, type Source, WITNESSES, witnessedPolicyOf } from './copy.ts'
import { serveFiles } from './server.ts'

const source: Source = {
  origin: 'registry.example/accord',
  log: keyOf('registry.example/accord'),
  entries: Array.from({ length: 300 }, (_, i) => utf8(`entry ${i}\n`)),
}
const policy = parsePolicy(policyOf(source))
const open = (fetch: Fetch, remembered?: string) => openLog({ fetch, policy, verify, remembered })

async function failure(work: Promise<unknown>): Promise<ClientError> {
  const e = await work.then(
    () => null,
    (e: unknown) => e,
  )
  expect(e).toBeInstanceOf(ClientError)
  return e as ClientError
}

test('reads a static copy over HTTP, across bundles', async () => {
  const { files, note } = await copyOf(source)
  const base = `${await serveFiles(files)}/log/`
  const log = await open(fetchFrom(base, fetch))
  expect(log.note).toBe(note)
  expect(seenOf(log)).toEqual({ size: 300, root: note.split('\n')[2] })
  expect((await log.readEntries(254, 258)).map(fromUtf8)).toEqual([
    'entry 254\n',
    'entry 255\n',
    'entry 256\n',
    'entry 257\n',
  ])
})

test('what is not there is unavailable', async () => {
  const base = await serveFiles(new Map())
  expect((await failure(open(fetchFrom(base, fetch)))).code).toBe('UNAVAILABLE')
  const { files } = await copyOf(source)
  const log = await open(fetchOf(new Map([...files].filter(([path]) => path === 'checkpoint'))))
  expect((await failure(log.readEntries(0, 1))).code).toBe('UNAVAILABLE')
})

test('a byte changed in a bundle or tile is found', async () => {
  const { files } = await copyOf(source)
  for (const path of [...files.keys()].filter((p) => p !== 'checkpoint')) {
    const changed = files.get(path)!.slice()
    changed[changed.length - 1]! ^= 1
    const log = await open(fetchOf(new Map(files).set(path, changed)))
    const e = await failure(Promise.all([log.readEntries(0, 1), log.readEntries(299, 300)]))
    expect([path, e.code]).toEqual([path, 'BROKEN'])
  }
})

describe('the checkpoint', () => {
  test('is signed by a log of the policy', async () => {
    const stranger = await copyOf({ ...source, log: keyOf(source.origin, 'a stranger') })
    const e = await failure(open(stranger.fetch))
    expect(e).toMatchObject({ code: 'NOT_TRUSTED', cause: { code: 'LOG_NOT_TRUSTED' } })
  })

  test('is text', async () => {
    const e = await failure(open(async () => Uint8Array.of(0xff)))
    expect(e.code).toBe('NOT_TRUSTED')
  })

  test('is cosigned as the policy demands', async () => {
    const two = parsePolicy(witnessedPolicyOf(source))
    const by = (n: number) =>
      copyOf(
        source,
        300,
        WITNESSES.slice(0, n).map((w) => [w, 1000]),
      )
    const one = await by(1)
    const e = await failure(openLog({ fetch: one.fetch, policy: two, verify }))
    expect(e).toMatchObject({ code: 'NOT_TRUSTED', cause: { code: 'QUORUM_NOT_MET' } })
    const enough = await by(2)
    const log = await openLog({ fetch: enough.fetch, policy: two, verify })
    expect(log.cosigned.map((c) => c.witness)).toEqual(['w1', 'w2'])
  })
})

describe('beside a checkpoint remembered', () => {
  test('every larger tree of the same log is taken', async () => {
    const { fetch } = await copyOf(source)
    for (const size of [0, 1, 2, 255, 256, 257, 299, 300]) {
      const old = await copyOf(source, size)
      expect((await open(fetch, old.note)).checkpoint.size).toBe(300)
    }
  })

  test('a smaller one raises the alarm, and both are kept', async () => {
    const [old, served] = [await copyOf(source), await copyOf(source, 299)]
    const e = await failure(open(served.fetch, old.note))
    expect(e).toMatchObject({ code: 'SHRANK', notes: [old.note, served.note] })
  })

  test.each([3, 256, 300])('a fork at size %i is proven by the two notes', async (size) => {
    const other = source.entries.with(1, utf8('another history\n'))
    const old = await copyOf({ ...source, entries: other }, size)
    const served = await copyOf(source)
    const e = await failure(open(served.fetch, old.note))
    expect(e).toMatchObject({ code: 'FORKED', notes: [old.note, served.note] })
  })

  test('one of another log says nothing', async () => {
    const { fetch } = await copyOf(source)
    const name = 'other.example/accord'
    const other = await copyOf({ ...source, origin: name, log: keyOf(name) })
    expect((await failure(open(fetch, other.note))).code).toBe('OTHER_LOG')
    expect((await failure(open(fetch, 'no note'))).code).toBe('OTHER_LOG')
    const borrowed = await copyOf({ ...source, origin: name })
    expect((await failure(open(fetch, borrowed.note))).code).toBe('OTHER_LOG')
  })
})
