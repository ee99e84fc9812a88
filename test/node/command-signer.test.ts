import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '../../keys/ed25519.ts'
import { ML_DSA_44, vkeyOf } from '../../keys/vkey.ts'
import { commandSigner, type SigningCommand } from '../../src/node/command-signer.ts'
import { hash } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { openNote } from '../../src/tlog/note.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'))
const vkey = vkeyOf('contoso.com/ceo', key)
const text = new TextEncoder().encode('What is said.\n')

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'accord-command-'))
  await writeFile(join(dir, 'ceo.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

/** A command that runs JavaScript; `message` is what it read, `signature` what it should write. */
function script(body: string, options: Partial<SigningCommand> = {}): SigningCommand {
  const read = `
    const { sign, createPrivateKey } = require('node:crypto')
    const { readFileSync } = require('node:fs')
    const message = readFileSync(0)
    const signature = sign(null, message, createPrivateKey(readFileSync('ceo.pem')))
    const out = (bytes) => process.stdout.write(bytes)
  `
  return { argv: [process.execPath, '-e', read + body], folder: dir, env: process.env, ...options }
}

const required = (process.env['ACCORD_REQUIRE'] ?? '').split(',').includes('openssl')
const installed = spawnSync('openssl', ['version']).error === undefined

test.skipIf(!installed && !required)('openssl signs a checkpoint', async () => {
  const argv = ['openssl', 'pkeyutl', '-sign', '-rawin', '-inkey', 'ceo.pem', '-in', '/dev/stdin']
  const log = vkeyOf('example.com/log', key)
  const signer = commandSigner(log, { argv, folder: dir, env: process.env })
  const root = hash(new Uint8Array(32))
  const note = await signCheckpoint({ origin: log.name, size: 0, root, extensions: [] }, [signer])
  expect(openNote(note, [log], verify).verified).toHaveLength(1)
})

/** A command that can ask on a terminal is in the group of whoever types there. */
const onTerminal = spawnSync('sh', ['-c', ': < /dev/tty']).status === 0

/** Whether a process runs: one that waits to be reaped does not. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return /^[^Z]/.test(stdout)
}

describe('a command', () => {
  test('reads the exact bytes, and may write its signature in parts', async () => {
    const signer = commandSigner(
      vkey,
      script('out(signature.subarray(0, 9)); out(signature.subarray(9))'),
    )
    for (const bytes of [text, new Uint8Array(0), new Uint8Array(300_000).fill(10)]) {
      expect(await signer.sign(bytes)).toHaveLength(64)
    }
  })

  test('leaves no file behind', async () => {
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = dir
    try {
      await commandSigner(vkey, script('out(signature)')).sign(text)
    } finally {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    }
    expect(await readdir(dir)).toEqual(['ceo.pem'])
  })

  test('sees little of the environment', async () => {
    const env = { ...process.env, ACCORD_PASSPHRASE_FILE: 'secret', LANG: 'C' }
    const body = `
      const { ACCORD_PASSPHRASE_FILE, LANG } = process.env
      out(ACCORD_PASSPHRASE_FILE === undefined && LANG === 'C' ? signature : 'told')
    `
    expect(await commandSigner(vkey, script(body, { env })).sign(text)).toHaveLength(64)
    const told = script("out(process.env.WHICH === 'slot 1' ? signature : '')")
    const argv = ['env', 'WHICH=slot 1', ...told.argv]
    expect(await commandSigner(vkey, { ...told, argv }).sign(text)).toHaveLength(64)
  })

  test('is no shell line', async () => {
    const { argv, ...rest } = script("out(process.argv[1] === '$(id) ; x' ? signature : '')")
    expect(
      await commandSigner(vkey, { ...rest, argv: [...argv, '$(id) ; x'] }).sign(text),
    ).toHaveLength(64)
  })

  const WRONG: readonly [why: string, body: string, code: string, says: RegExp][] = [
    ['base64', "out(signature.toString('base64'))", 'WRONG_SIGNATURE', /64 raw bytes.* got 88/],
    ['nothing', '', 'WRONG_SIGNATURE', /got 0 bytes/],
    ['a newline more', "out(signature); out('\\n')", 'WRONG_SIGNATURE', /got 65 bytes/],
    ['a cosignature', 'out(Buffer.alloc(8)); out(signature)', 'WRONG_SIGNATURE', /got 72 bytes/],
    ['garbage', 'out(Buffer.alloc(64, 7))', 'WRONG_SIGNATURE', /expected a signature by contoso/],
    [
      'another text signed',
      "out(sign(null, Buffer.from('x'), createPrivateKey(readFileSync('ceo.pem'))))",
      'WRONG_SIGNATURE',
      /over what was to be signed/,
    ],
    [
      'a flood',
      "for (let i = 0; i < 1000; i++) require('node:fs').writeSync(1, Buffer.alloc(65536))",
      'WRONG_SIGNATURE',
      /expected 64 bytes, got over 4096/,
    ],
    [
      'a signature, and failure',
      'out(signature); process.exitCode = 3',
      'COMMAND_FAILED',
      /exit code 3/,
    ],
    ['a crash', "process.kill(process.pid, 'SIGTERM')", 'COMMAND_FAILED', /SIGTERM/],
  ]
  test.each(WRONG)('is not believed: %s', async (_why, body, code, says) => {
    const error = await commandSigner(vkey, script(body))
      .sign(text)
      .catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'SignerError', code })
    expect(String(error)).toMatch(says)
  })

  test('with another key than it was said to have is not believed', async () => {
    const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    const stranger = vkeyOf('contoso.com/x', new Uint8Array(Buffer.from(x!, 'base64url')))
    const signing = commandSigner(stranger, script('out(signature)')).sign(text)
    await expect(signing).rejects.toMatchObject({ code: 'WRONG_SIGNATURE' })
  })

  test('has to exist', async () => {
    for (const argv of [['no-such-program-here'], [dir]]) {
      const signer = commandSigner(vkey, { argv, folder: dir, env: process.env })
      await expect(signer.sign(text)).rejects.toMatchObject({ code: 'COMMAND_FAILED' })
    }
  })

  test('is not waited for too long, nor is what it has started', async () => {
    const slow = script('setInterval(() => {}, 1000)', { patience: 300 })
    await expect(commandSigner(vkey, slow).sign(text)).rejects.toMatchObject({
      code: 'SIGNER_SLOW',
    })
    const argv = ['sh', '-c', 'sleep 2 & sleep 2']
    await expect(commandSigner(vkey, { ...slow, argv }).sign(text)).rejects.toMatchObject({
      code: 'SIGNER_SLOW',
    })
  })

  test('has ended when it ends, whoever holds its output', async () => {
    const held = "require('node:child_process').spawn('sleep', ['8'], { stdio: 'inherit' }).unref()"
    const signs = commandSigner(vkey, script(`${held}; out(signature)`))
    expect(await signs.sign(text)).toHaveLength(64)
    const argv = ['sh', '-c', 'sleep 8 & exit 3']
    const fails = commandSigner(vkey, { argv, folder: dir, env: process.env })
    await expect(fails.sign(text)).rejects.toThrow(/exit code 3/)
  })

  test.skipIf(onTerminal)('takes with it whatever it has started', async () => {
    const argv = ['sh', '-c', 'sleep 8 & echo $! > started; wait']
    const slow = commandSigner(vkey, { argv, folder: dir, env: process.env, patience: 500 })
    await expect(slow.sign(text)).rejects.toMatchObject({ code: 'SIGNER_SLOW' })
    const started = await readFile(join(dir, 'started'), 'utf8')
    await rm(join(dir, 'started'))
    await expect.poll(() => isRunning(Number(started))).toBe(false)
  })
})

test('no signer stands behind a key that is weak, or of another kind', () => {
  const command = { argv: ['true'], folder: dir, env: {} }
  expect(() => commandSigner(vkeyOf('a', new Uint8Array(32)), command)).toThrow(RangeError)
  const large = vkeyOf('a', new Uint8Array(1312), ML_DSA_44)
  expect(() => commandSigner(large, command)).toThrow(RangeError)
})
