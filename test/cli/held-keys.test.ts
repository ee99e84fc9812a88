import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { agentWith, type FakeAgent } from '../node/fake-agent.ts'
import { Stage } from './script.ts'

/** What a company that keeps its own keys has: a program that signs with a file. */
const PROGRAM = `
  import { createPrivateKey, sign } from 'node:crypto'
  import { readFileSync } from 'node:fs'
  const key = createPrivateKey(readFileSync(process.argv[2]))
  process.stdout.write(sign(null, readFileSync(0), key))
`

let stage: Stage
let agent: FakeAgent

beforeEach(async () => {
  stage = new Stage(await mkdtemp(join(tmpdir(), 'accord-held-')), 1_800_000_000)
  stage.env['PATH'] = process.env['PATH']!
  await writeFile(join(stage.cwd, 'sign.mjs'), PROGRAM)
  for (const name of ['ceo', 'other', 'log', 'clerk']) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const file = join(stage.cwd, name)
    await writeFile(`${file}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await writeFile(`${file}.pub`, publicKey.export({ type: 'spki', format: 'pem' }))
  }
  agent = await agentWith('counsel@contoso', 'safe@contoso')
  stage.env['SSH_AUTH_SOCK'] = agent.socket
})
afterEach(async () => {
  await agent.close()
  await rm(stage.cwd, { recursive: true })
})

test('keys held elsewhere are named, shown, and sign; the log and the clerk have theirs so too', async () => {
  const keys = join(stage.cwd, 'data/keys')
  await mkdir(keys, { recursive: true, mode: 0o700 })
  const origin = 'registry.localhost/accord'
  const names = { log: origin, clerk: 'registry.localhost/clerk' }
  for (const [file, name] of Object.entries(names)) {
    const command = ['--public', `${file}.pub`, '--command', '--', 'node', '../../sign.mjs']
    const args = ['keygen', name, '-o', `data/keys/${file}.key`, ...command, `../../${file}.pem`]
    const { exit, err } = await stage.accord(args)
    expect(exit, err).toBe(0)
  }
  // What an operator says who brings a key along: it has signed no log yet.
  await writeFile(join(stage.cwd, 'data/founding'), '')
  const settings = readSettings({
    ...{ PORT: '0', ACCORD_METHODS: 'manual' },
    ACCORD_DATA_DIR: join(stage.cwd, 'data'),
  })
  const serving = await serve({ settings, clock: () => stage.now, log: () => {} })
  try {
    expect(await readFile(join(keys, 'log.key'), 'utf8')).toMatch(/^COMMAND\+KEY\+/)
    stage.env['ACCORD_LOG'] = serving.url
    stage.env['ACCORD_POLICY'] = 'data/policy.txt'
    const script = await readFile(new URL('scripts/held-keys.txt', import.meta.url), 'utf8')
    await stage.run(script.replaceAll('<cwd>', stage.cwd))
  } finally {
    await serving.close()
  }
})
