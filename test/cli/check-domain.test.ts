import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from 'dns-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { CEO, CFO, record, vkey } from '../domain/keys.ts'
import { type NameServer, openNameServer } from '../domain/name-server.ts'
import { openWebServer, ROOT_FILE, type WebServer } from '../domain/web-server.ts'
import { Stage } from './script.ts'

const WRONG = vkey('wrong.example/ceo')

/** A registry that asks domains itself, and a company that has yet to publish its keys. */

let stage: Stage
let names: NameServer
let web: WebServer
let serving: Serving
/** The TXT records, by name; a name that is not here does not exist. */
const zone = new Map<string, readonly string[] | 'silent'>()

beforeAll(async () => {
  names = await openNameServer(({ type, name }) => {
    if (type === 'A') return { answers: [{ type: 'A', name, ttl: 60, data: '127.0.0.1' }] }
    const texts = type === 'TXT' ? zone.get(name) : []
    if (texts === 'silent') return { code: 2 }
    if (!texts) return { code: 3 }
    return { answers: texts.map((data): Answer => ({ type: 'TXT', name, ttl: 60, data })) }
  })
  web = await openWebServer('good', (_, response) => void response.writeHead(404).end())
  stage = new Stage(await mkdtemp(join(tmpdir(), 'accord-domain-')), 1_800_000_000)
  const network = {
    ACCORD_RESOLVERS: `127.0.0.1:${names.port}`,
    ACCORD_DOMAIN_NETWORKS: '127.0.0.1',
    ACCORD_DOMAIN_PORT: String(web.port),
    ACCORD_DOMAIN_CA: ROOT_FILE,
  }
  Object.assign(stage.env, network)
  const settings = readSettings({
    ...network,
    ...{ PORT: '0', ACCORD_DATA_DIR: join(stage.cwd, 'data') },
  })
  serving = await serve({ settings, clock: () => stage.now, log: () => {} })
  stage.env['ACCORD_LOG'] = serving.url
  stage.env['ACCORD_POLICY'] = 'data/policy.txt'
})
afterAll(async () => {
  await serving.close()
  await web.close()
  await names.close()
  await rm(stage.cwd, { recursive: true })
})

async function accord(...args: string[]) {
  const { out, err, exit } = await stage.accord([...args, '--json'])
  return { exit, err, answer: JSON.parse(out) as Record<string, unknown> }
}

test('what a domain shows is said, with what is missing and the lines to paste', async () => {
  zone.set('_accord.contoso.com', [record(CEO), 'v=spf1 -all'])
  zone.set('_accord.wrong.example', [record(WRONG).replace('; ', ';')])
  zone.set('_accord.silent.example', 'silent')
  const text = await readFile(new URL('scripts/check-domain.txt', import.meta.url), 'utf8')
  const keys = { CEO, CFO, WRONG, SILENT: vkey('silent.example/ceo') }
  const filled = text.replace(/\b[A-Z]{3,}\b/g, (word) => keys[word as keyof typeof keys] ?? word)
  await stage.run(filled)
})

test('in JSON too, channel by channel', async () => {
  zone.set('_accord.contoso.com', [record(CEO), `"${record(CFO)}"`])
  const both = ['--keys', CEO, '--keys', `${CFO}:chief financial officer`]
  const asked = ['check-domain', 'contoso.com', ...both, '--origin', 'registry.example/accord']
  const { exit, err, answer } = await accord(...asked)
  expect([exit, err]).toEqual([1, ''])
  expect(answer).toMatchObject({
    ...{ ok: false, exit: 1, verdict: 'not-shown', wanted: [CEO, CFO], addresses: ['127.0.0.1'] },
    sightings: [
      {
        ...{ method: 'dns', outcome: 'answered', keys: [CEO], missing: [CFO], surplus: [] },
        remarks: [expect.stringContaining('quotation marks')],
      },
      { method: 'https', outcome: 'answered', keys: [], why: null },
    ],
    publish: {
      dns: { name: '_accord.contoso.com', records: [record(CEO), record(CFO)] },
      https: {
        url: 'https://contoso.com/.well-known/accord-keys.txt',
        lines: [`registry.example/accord ${CEO}`, `registry.example/accord ${CFO}`],
      },
    },
  })
})

test('an enrolment is refused with what to publish, and taken when it is', async () => {
  zone.delete('_accord.contoso.com')
  const made = await accord('keygen', 'contoso.com/ceo', '-o', 'ceo.key')
  const vkey = made.answer['vkey'] as string
  const line = `accord=v1; registry=registry.localhost/accord; vkey=${vkey}`
  const enrol = ['enrol', '--name', 'Contoso', '--keys', vkey, '-k', 'ceo.key', '--yes', '-o', 'e']

  const refused = await accord(...enrol)
  expect(refused.exit).toBe(1)
  expect(JSON.stringify(refused.answer)).toContain('domain-unconfirmed')
  expect(JSON.stringify(refused.answer)).toContain(line)
  expect(await accord('check-domain', 'contoso.com')).toMatchObject({
    exit: 2,
    answer: { code: 'NOT_FOUND' },
  })
  const byFile = ['check-domain', 'contoso.com', '-k', 'ceo.key']
  expect(await accord(...byFile)).toMatchObject({ exit: 1, answer: { wanted: [vkey] } })

  zone.set('_accord.contoso.com', [line])
  expect(await accord(...byFile)).toMatchObject({ exit: 0, answer: { verdict: 'shown' } })
  // A domain of a stranger's is asked but so often.
  stage.now += 60
  expect(await accord(...enrol.slice(0, -1), 'again')).toMatchObject({ exit: 0 })
  const asRecorded = await accord('check-domain', 'contoso.com')
  expect(asRecorded).toMatchObject({ exit: 0, answer: { verdict: 'shown', wanted: [vkey] } })
})

test('of several resolvers all must agree', async () => {
  const second = await openNameServer(() => ({ code: 3 }))
  const at = [names, second].flatMap(({ port }) => ['--resolver', `127.0.0.1:${port}`])
  const { exit, answer } = await accord('check-domain', 'contoso.com', '-k', 'ceo.key', ...at)
  await second.close()
  expect(exit).toBe(2)
  expect(JSON.stringify(answer['sightings'])).toContain('the resolvers disagree')
})
