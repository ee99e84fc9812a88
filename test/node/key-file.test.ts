import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as propertyTest } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '../../keys/ed25519.ts'
import { formatSecretKey, seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, ED25519, formatVKey, ML_DSA_44, vkeyOf } from '../../keys/vkey.ts'
import { formatHeldKey, parseHeldKey } from '../../src/node/held-key.ts'
import { readKeyFile, writeKeyFile } from '../../src/node/key-file.ts'
import { fakeAgent, message, string } from './fake-agent.ts'

let dir: string
const secret = { name: 'example.com/log', type: 0x01, seed: new Uint8Array(32).fill(3) }
const text = formatSecretKey(secret)
const { vkey } = seedSigner(secret.name, secret.seed)

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'accord-keys-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true })
})

describe('a key file', () => {
  test('is made with mode 0600, and read back', async () => {
    const path = join(dir, 'plain')
    await writeKeyFile(path, text)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await readKeyFile(path)).vkey).toEqual(vkey)
  })

  test('is never overwritten', async () => {
    const path = join(dir, 'once')
    await writeKeyFile(path, text)
    await expect(writeKeyFile(path, text)).rejects.toMatchObject({ code: 'EEXIST' })
  })

  test.each([0o640, 0o604, 0o610, 0o666])('of mode %o is refused', async (mode) => {
    const path = join(dir, `wide-${mode}`)
    await writeKeyFile(path, text)
    await chmod(path, mode)
    await expect(readKeyFile(path)).rejects.toMatchObject({ code: 'KEY_FILE_TOO_OPEN' })
  })

  test('of mode 0400 is as good', async () => {
    const path = join(dir, 'read-only')
    await writeKeyFile(path, text)
    await chmod(path, 0o400)
    expect((await readKeyFile(path)).vkey).toEqual(vkey)
  })

  test('holds a key, or is refused without a word of what is in it', async () => {
    const path = join(dir, 'other')
    await writeFile(path, `${text}\n\n`, { mode: 0o600 })
    const error = await readKeyFile(path).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'MALFORMED_SECRET_KEY' })
    expect(String(error)).not.toContain(text.slice(-20))
    await expect(writeKeyFile(join(dir, 'none'), 'no key')).rejects.toMatchObject({
      code: 'MALFORMED_SECRET_KEY',
    })
    await expect(readKeyFile(dir)).rejects.toMatchObject({ code: 'NOT_A_KEY_FILE' })
  })
})

describe('an encrypted key file', () => {
  test('opens with its passphrase alone', async () => {
    const path = join(dir, 'sealed')
    await writeKeyFile(path, text, 'correct horse')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const sealed = await readFile(path, 'utf8')
    expect(sealed).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(sealed).not.toContain('PRIVATE')
    await expect(readKeyFile(path)).rejects.toMatchObject({ code: 'PASSPHRASE_NEEDED' })
    expect((await readKeyFile(path, async () => 'correct horse')).vkey).toEqual(vkey)
    await expect(readKeyFile(path, async () => 'wrong')).rejects.toMatchObject({
      code: 'WRONG_PASSPHRASE',
    })
  })
})

describe('a file of a key held elsewhere', () => {
  const words = fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\0'))
  const argv = fc
    .tuple(
      words.filter((s) => s !== ''),
      fc.array(words),
    )
    .map(([program, args]) => [program, ...args])
  const type = fc.constantFrom(ED25519, COSIGNATURE)
  const held = fc.record({
    vkey: type.map((t) => vkeyOf(secret.name, vkey.key, t)),
    argv: fc.option(argv),
  })

  propertyTest.prop([held])('reads back what it wrote', (key) => {
    expect(parseHeldKey(formatHeldKey(key))).toEqual(key)
  })

  const line = formatVKey(vkey)
  const weak = formatVKey(vkeyOf(secret.name, new Uint8Array(32)))
  const large = formatVKey(vkeyOf(secret.name, new Uint8Array(1312), ML_DSA_44))
  test.each([
    `AGENT+KEY+${line}\n`,
    `AGENT+KEY+${line}\n["sign"]`,
    `AGENT+KEY+${weak}`,
    `AGENT+KEY+${large}`,
    `COMMAND+KEY+${line}`,
    `COMMAND+KEY+${line}\n`,
    `COMMAND+KEY+${line}\nsign`,
    `COMMAND+KEY+${line}\n"sign"`,
    `COMMAND+KEY+${line}\n[]`,
    `COMMAND+KEY+${line}\n[""]`,
    `COMMAND+KEY+${line}\n["sign",1]`,
    `COMMAND+KEY+${line}\n["sign","\\u0000"]`,
    `COMMAND+KEY+${line}\n["sign", "spaced"]`,
    `COMMAND+KEY+${line}\n["\\u0073ign"]`,
    `COMMAND+KEY+${line}\n["sign"]\n`,
    `COMMAND+KEY+${weak}\n["sign"]`,
  ])('has one spelling: %j', async (wrong) => {
    expect(() => parseHeldKey(wrong)).toThrow(
      expect.objectContaining({ name: 'SignerError', code: 'MALFORMED_HELD_KEY' }),
    )
    const path = join(dir, 'malformed')
    await expect(writeKeyFile(path, wrong)).rejects.toMatchObject({ code: 'MALFORMED_HELD_KEY' })
  })

  test('is no key without its vkey', () => {
    expect(() => parseHeldKey('AGENT+KEY+')).toThrow(
      expect.objectContaining({ code: 'MALFORMED_VKEY' }),
    )
  })

  test('has the agent sign that the environment names', async () => {
    const path = join(dir, 'agent.key')
    await writeKeyFile(path, `AGENT+KEY+${line}`)
    const bytes = new Uint8Array([1, 2, 3])
    const signature = await seedSigner(secret.name, secret.seed).sign(bytes)
    const body = Buffer.concat([string('ssh-ed25519'), string(signature)])
    const agent = await fakeAgent((connection) => connection.write(message(14, string(body))))
    const signer = await readKeyFile(path, undefined, { SSH_AUTH_SOCK: agent.socket })
    expect(signer.vkey).toEqual(vkey)
    expect(await signer.sign(bytes)).toEqual(signature)
    await agent.close()
  })

  test('has a command sign, in its own folder', async () => {
    const path = join(dir, 'command.key')
    const { sign } = seedSigner(secret.name, secret.seed)
    const bytes = new Uint8Array([1, 2, 3])
    await writeFile(join(dir, 'signature'), await sign(bytes))
    await writeKeyFile(path, `COMMAND+KEY+${line}\n["cat","signature"]`)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const signer = await readKeyFile(path)
    expect(verify(vkey.key, await signer.sign(bytes), bytes)).toBe(true)
    await expect(signer.sign(bytes.slice(1))).rejects.toMatchObject({ code: 'WRONG_SIGNATURE' })
  })

  test.skipIf(process.geteuid?.() !== 0)("runs no command of somebody else's", async () => {
    const path = join(dir, 'theirs.key')
    await writeKeyFile(path, `COMMAND+KEY+${line}\n["true"]`)
    await chown(path, 65534, 65534)
    await expect(readKeyFile(path)).rejects.toMatchObject({ code: 'KEY_FILE_OF_ANOTHER' })
  })

  test('is not encrypted: there is nothing secret in it', async () => {
    const path = join(dir, 'sealed-agent.key')
    await expect(writeKeyFile(path, `AGENT+KEY+${line}`, 'word')).rejects.toMatchObject({
      code: 'MALFORMED_SECRET_KEY',
    })
  })
})
