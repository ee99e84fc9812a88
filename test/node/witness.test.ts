import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatSecretKey, seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, ED25519, formatVKey } from '../../keys/vkey.ts'
import { formatTime } from '../../src/accord/text.ts'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { processTerminal } from '../../src/cli/terminal.ts'
import { serveWitness, type WitnessServing } from '../../src/cli/witness.ts'
import { readSettings } from '../../src/node/config.ts'
import { nodeVerify } from '../../src/node/fast.ts'
import { beginFounding, openHome } from '../../src/node/home.ts'
import { writeKeyFile } from '../../src/node/key-file.ts'
import { parseNote } from '../../src/tlog/note.ts'
import { openWithPolicy, parsePolicy } from '../../src/tlog/policy.ts'
import { MAX_ADD_CHECKPOINT } from '../../src/tlog/witness.ts'
import { Stage } from '../cli/script.ts'
import { type Element, elementsIn, parseMarkup, textOf } from '../pages/markup.ts'

const NOW = 1_800_000_000
let folder: string
let open: { close(): Promise<void> }[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accord-witness-'))
  open = []
})
afterEach(async () => {
  for (const one of open.reverse()) await one.close()
  rmSync(folder, { recursive: true })
})

async function registry(env: Record<string, string> = {}): Promise<Serving> {
  const settings = readSettings({ PORT: '0', ACCORD_DATA_DIR: join(folder, 'data'), ...env })
  return serve({ settings, clock: () => NOW, log: () => {} })
}

function witness(logs: string, listen = '127.0.0.1:0'): Promise<WitnessServing> {
  const terminal = { ...processTerminal(), cwd: folder, now: () => NOW }
  const options = { name: 'w.example', data: 'w', listen, codes: 'draft' } as const
  return serveWitness(terminal, { ...options, logs: [logs] })
}

/** The registry's head, and a policy of both keys of a witness. */
async function founded() {
  const first = await registry()
  await first.close()
  writeFileSync(join(folder, 'logs.txt'), `log ${first.vkey}\n`)
  const serving = await witness('logs.txt')
  open.push(serving)
  const file = join(folder, 'asked.txt')
  const lines = [`log ${first.vkey}`, ...serving.lines, 'group both all w.example w.example-mldsa']
  writeFileSync(file, `${[...lines, 'quorum both'].join('\n')}\n`)
  return { first, serving, file }
}

test('a registry publishes what its witness has cosigned with both keys, and serves its policy', async () => {
  const { first, serving, file } = await founded()
  const second = await registry({ ACCORD_WITNESS_POLICY: file })
  open.push(second)
  const text = await (await fetch(`${second.url}/checkpoint`)).text()
  const policy = parsePolicy(await (await fetch(`${second.url}/policy.txt`)).text())
  const { cosigned } = openWithPolicy(parseNote(text), policy, nodeVerify)
  expect(cosigned.map((c) => c.witness).sort()).toEqual(['w.example', 'w.example-mldsa'])
  const id = createHash('sha256').update(first.origin).digest('hex')
  const latest = await fetch(`${serving.url}/${id}/checkpoint`)
  expect(parseNote(await latest.text()).text).toBe(parseNote(text).text)
  expect(await (await fetch(`${second.url}/metrics`)).text()).toContain(
    'accord_witness_lag_entries{witness="w.example"} 0',
  )
})

test('a registry says how its witnesses do, and gives receipts without them where it is told to', async () => {
  const { serving, file } = await founded()
  const second = await registry({
    ...{ ACCORD_WITNESS_POLICY: file, ACCORD_WITNESS_WAIT: 'no', ACCORD_METHODS: 'manual' },
  })
  open.push(second)
  const witnesses = async () => (await fetch(`${second.url}/v1/witnesses`)).json()
  const [ed, pq] = ['w.example', 'w.example-mldsa'].map((name) => ({ name, url: serving.url }))
  const well = { size: 4, lag: 0, last: formatTime(NOW), trouble: null }
  expect(await witnesses()).toEqual({
    size: 4,
    witnesses: [
      { ...ed, ...well },
      { ...pq, ...well },
    ],
  })
  expect(await askedOnPage(second.url)).toEqual([
    expect.stringMatching(/^w\.example · .* UTC \(\d+ \w+ ago\) · nothing · nothing$/),
    expect.stringMatching(/^w\.example-mldsa · .* UTC \(\d+ \w+ ago\) · nothing · nothing$/),
  ])
  open.splice(open.indexOf(serving), 1)
  await serving.close()
  const stage = new Stage(folder, NOW)
  stage.env['ACCORD_LOG'] = second.url
  const args = ['confirm', 'a.example', '--unreachable', '--how', 'I looked', '--yes']
  const said = await stage.accord([...args, '--policy', file])
  expect([said.exit, said.err]).toMatchObject([0, expect.any(String)])
  expect(said.out).toContain('(the log has signed it, and too few witnesses yet)')
  expect(said.out).toContain('accord evidence 4 --receipt')
  for (let i = 0; (await witnesses()).witnesses[0].trouble === null; i++) {
    expect(i).toBeLessThan(200)
    await later(20)
  }
  const { trouble } = (await witnesses()).witnesses[1]
  expect(trouble).toContain('ECONNREFUSED')
  expect(await askedOnPage(second.url)).toEqual([
    expect.stringMatching(/^w\.example · .* · nothing · .*ECONNREFUSED/),
    expect.stringMatching(/^w\.example-mldsa · .* · nothing · .*ECONNREFUSED/),
  ])
})

/** The witnesses on the page of the log, line by line. */
async function askedOnPage(url: string): Promise<string[]> {
  const page = parseMarkup(await (await fetch(`${url}/log`)).text())
  const wanted = (e: Element) => e.attributes.get('aria-labelledby') === 'witnesses'
  const rows = elementsIn(elementsIn(page, wanted)[0]!, ({ name }) => name === 'tr')
  const cells = (row: Element) => elementsIn(row, ({ name }) => name === 'th' || name === 'td')
  return rows.slice(1).map((row) => cells(row).map(textOf).join(' · '))
}

test('a log signs with ML-DSA-44 beside its own key, and receipts hold by either or both', async () => {
  const { first, serving, file } = await founded()
  const stage = new Stage(folder, NOW)
  const keys = join(folder, 'data', 'keys')
  const keygen = (name: string) =>
    stage.accord(['keygen', name, '--type', 'ml-dsa-44', '-o', join(keys, 'log-mldsa.key')])
  await keygen('other.example/log')
  await expect(registry()).rejects.toMatchObject({ code: 'KEYS' })
  rmSync(join(keys, 'log-mldsa.key'))
  const own = (await keygen(first.origin)).out.trim()
  const second = await registry({ ACCORD_WITNESS_POLICY: file, ACCORD_METHODS: 'manual' })
  open.push(second)
  stage.env['ACCORD_LOG'] = second.url
  stage.env['ACCORD_POLICY'] = file
  const args = ['confirm', 'a.example', '--unreachable', '--how', 'I looked', '--yes', '-o', 'it']
  expect((await stage.accord(args)).exit).toBe(0)
  const policies = [
    `log ${own}\nquorum none\n`,
    `log ${own}\nlog ${first.vkey}\nquorum none\n`,
    `log ${first.vkey}\nwitness second ${own}\nquorum second\n`,
    `log ${own}\n${serving.lines[1]}\nquorum w.example-mldsa\n`,
  ]
  for (const policy of policies) {
    writeFileSync(join(folder, 'policy.txt'), policy)
    const { exit, out } = await stage.accord(['verify', 'it.tlog-proof', '--policy', 'policy.txt'])
    expect([policy.slice(0, 20), exit, out]).toEqual([
      policy.slice(0, 20),
      0,
      expect.stringContaining('it.tlog-proof: verified'),
    ])
  }
  writeFileSync(join(folder, 'policy.txt'), policies[0]!)
  expect((await stage.accord(['show', '--policy', 'policy.txt'])).exit).toBe(0)
  // An idle log keeps both signatures when it is cosigned anew.
  const { signatures } = parseNote(await (await fetch(`${second.url}/checkpoint`)).text())
  expect(signatures.filter(({ name }) => name === first.origin)).toHaveLength(2)
})

test('who is told to come back has kept what to come back with', async () => {
  const { serving, file } = await founded()
  const second = await registry({ ACCORD_WITNESS_POLICY: file, ACCORD_METHODS: 'manual' })
  open.push(second)
  const stage = new Stage(folder, NOW)
  Object.assign(stage.env, { ACCORD_LOG: second.url, ACCORD_POLICY: file })
  open.splice(open.indexOf(serving), 1)
  await serving.close()
  const args = ['confirm', 'a.example', '--unreachable', '--how', 'I looked', '--yes', '-o', 'it']
  const { exit, err } = await stage.accord(args)
  expect([exit, err]).toEqual([2, expect.stringContaining('accord submit it.note asks again')])
  open.push(await witness('logs.txt', serving.url.slice('http://'.length)))
  const again = await stage.accord(['submit', 'it.note'])
  expect([again.exit, again.out]).toEqual([0, expect.stringContaining('logged already: entry 4')])
})

test('texts that ship are logged though no witness is there', async () => {
  const home = await openHome(join(folder, 'data'), 'registry.localhost/accord')
  await beginFounding(home)
  const secret = {
    name: 'registry.localhost/accord',
    type: ED25519,
    seed: new Uint8Array(32).fill(7),
  }
  await writeKeyFile(join(home.keys, 'log.key'), formatSecretKey(secret))
  home.release()
  const log = formatVKey(seedSigner(secret.name, secret.seed).vkey)
  const nobody = formatVKey(seedSigner('w.example', new Uint8Array(32).fill(8), COSIGNATURE).vkey)
  const file = join(folder, 'nobody.txt')
  writeFileSync(file, `log ${log}\nwitness w ${nobody} http://127.0.0.1:1\nquorum w\n`)
  const serving = await registry({ ACCORD_WITNESS_POLICY: file, ACCORD_WITNESS_WAIT: 'no' })
  open.push(serving)
  expect(serving.published).toHaveLength(3)
  expect(serving.depositary.published().size).toBe(1)
})

test('a policy of another log is refused before anything is signed', async () => {
  const { serving, file } = await founded()
  writeFileSync(file, `${serving.lines[0]}\nquorum w.example\n`)
  await expect(registry({ ACCORD_WITNESS_POLICY: file })).rejects.toMatchObject({
    code: 'BAD_SETTING',
  })
})

test('the witness answers each request with its own status', async () => {
  const { serving } = await founded()
  const ask = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${serving.url}${path}`, init)).status
  expect(await ask('/add-checkpoint')).toBe(405)
  expect(await ask('/add-checkpoint', { method: 'POST', body: 'old x\n\n' })).toBe(400)
  const long = 'x'.repeat(MAX_ADD_CHECKPOINT + 1)
  expect(await ask('/add-checkpoint', { method: 'POST', body: long })).toBe(400)
  expect(await ask(`/${'0'.repeat(64)}/checkpoint`)).toBe(404)
  expect(await ask('/')).toBe(404)
  await expect(witness('logs.txt')).rejects.toMatchObject({ code: 'DATA_IN_USE' })
})

test('a log has so many cosignatures a day, and what others send of it takes none of new entries', async () => {
  const first = await registry()
  const note = readFileSync(first.home.checkpoint, 'utf8')
  await first.close()
  const list = `logs/v0\nvkey ${first.vkey}\nqpd 2\ncontact somebody\n`
  writeFileSync(join(folder, 'list.txt'), list)
  const serving = await witness('list.txt')
  open.push(serving)
  const ask = async (body: string) =>
    (await fetch(`${serving.url}/add-checkpoint`, { method: 'POST', body })).status
  const [origin, size, root, ...rest] = note.split('\n')
  const other = `${root!.startsWith('A') ? 'B' : 'A'}${root!.slice(1)}`
  const forged = [origin, size, other, ...rest].join('\n')
  for (let i = 0; i < 3; i++) expect(await ask(`old 0\n\n${forged}`)).toBe(403)
  const answers = []
  for (const old of [0, 0, 0, 0, size, size, size]) answers.push(await ask(`old ${old}\n\n${note}`))
  expect(answers).toEqual([200, 409, 409, 409, 200, 200, 429])
})
