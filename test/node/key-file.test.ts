import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatSecretKey, seedSigner } from '../../keys/signer.ts'
import { readKeyFile, writeKeyFile } from '../../src/node/key-file.ts'

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
