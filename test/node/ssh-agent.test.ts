import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sign, verify } from '../../keys/ed25519.ts'
import { seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, vkeyOf } from '../../keys/vkey.ts'
import { agentSigner, chooseIdentity, readIdentities } from '../../src/node/ssh-agent.ts'
import { signCosignature } from '../../src/tlog/cosignature.ts'
import { openNote, signNote } from '../../src/tlog/note.ts'
import { type FakeAgent, fakeAgent, message, string } from './fake-agent.ts'

const required = (process.env['ACCORD_REQUIRE'] ?? '').split(',').includes('ssh-agent')
const installed = spawnSync('ssh-add', ['-l']).error === undefined

describe.skipIf(!installed && !required)("OpenSSH's agent", () => {
  let dir: string
  let socket: string
  let pid: number

  const add = (...args: string[]) =>
    execFileSync('ssh-add', ['-q', ...args], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  const generate = (type: string, comment: string) => {
    const file = join(dir, comment)
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', comment, '-f', file])
    return file
  }

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'accord-ssh-'))
    socket = join(dir, 'agent')
    const said = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' })
    pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)![1])
    for (const comment of ['ceo', 'counsel']) add(generate('ed25519', comment))
    add(generate('ecdsa', 'other'))
  })
  afterAll(async () => {
    process.kill(pid)
    await rm(dir, { recursive: true })
  })

  test('lists its keys as ssh-keygen names them', async () => {
    const identities = await readIdentities({ socket })
    expect(identities.map((i) => [i.type, i.comment, i.key?.length])).toEqual([
      ['ssh-ed25519', 'ceo', 32],
      ['ssh-ed25519', 'counsel', 32],
      ['ecdsa-sha2-nistp256', 'other', undefined],
    ])
    const shown = execFileSync('ssh-keygen', ['-l', '-f', join(dir, 'counsel.pub')])
    expect(String(shown)).toContain(identities[1]!.fingerprint)
  })

  test('signs notes and cosignatures', async () => {
    const key = chooseIdentity(await readIdentities({ socket }), 'counsel')
    const signer = agentSigner(vkeyOf('contoso.com/counsel', key), { socket })
    const note = await signNote('What is said.\n', [signer])
    expect(openNote(note, [signer.vkey], verify).verified).toHaveLength(1)
    const witness = agentSigner(vkeyOf('witness.example', key, COSIGNATURE), { socket })
    const text = `example.com/log\n0\n${Buffer.alloc(32).toString('base64')}\n`
    const { blob } = await signCosignature(text, witness, 1_800_000_000)
    expect(blob).toHaveLength(72)
  })

  test('refuses a key that it does not hold', async () => {
    const stranger = seedSigner('contoso.com/stranger', new Uint8Array(32).fill(1))
    const signing = agentSigner(stranger.vkey, { socket }).sign(new Uint8Array(1))
    await expect(signing).rejects.toMatchObject({ code: 'AGENT_REFUSED' })
  })
})

const seed = new Uint8Array(32).fill(5)
const { vkey } = seedSigner('contoso.com/ceo', seed)
const other = seedSigner('contoso.com/other', new Uint8Array(32).fill(6)).vkey
const text = new TextEncoder().encode('What is said.\n')

const ed25519 = (key: Uint8Array) => new Uint8Array([...string('ssh-ed25519'), ...string(key)])
const hardware = new Uint8Array([
  ...string('sk-ssh-ed25519@openssh.com'),
  ...string(vkey.key),
  ...string('ssh:'),
])
const listed = (...keys: readonly (readonly [blob: Uint8Array, comment: string])[]) =>
  message(12, count(keys.length), ...keys.flatMap(([blob, c]) => [string(blob), string(c)]))
const count = (n: number) => Uint8Array.of(0, 0, 0, n)
const signed = (bytes: Uint8Array, type = 'ssh-ed25519') =>
  message(14, string(Buffer.concat([string(type), string(bytes)])))

describe('something that listens where an agent would', () => {
  let agent: FakeAgent
  afterEach(() => agent?.close())

  /** Listens with this answer, whatever is asked. */
  async function answering(answer: Uint8Array | ((connection: Socket) => void)) {
    agent = await fakeAgent((connection) => {
      if (answer instanceof Uint8Array) connection.write(answer)
      else answer(connection)
    })
    return { socket: agent.socket, patience: 500 }
  }

  const keys: readonly (readonly [Uint8Array, string])[] = [
    [ed25519(vkey.key), 'ceo@contoso'],
    [ed25519(other.key), 'other'],
    [hardware, 'token'],
    [string('ssh-rsa'), 'old'],
  ]

  test('is asked in the protocol, byte for byte', async () => {
    const options = await answering(signed(sign(seed, text)))
    expect(verify(vkey.key, await agentSigner(vkey, options).sign(text), text)).toBe(true)
    const flags = new Uint8Array(4)
    const request = message(13, string(ed25519(vkey.key)), string(text), flags)
    expect(agent.asked).toEqual([request.slice(4)])
  })

  test('may answer byte by byte', async () => {
    const answer = listed(...keys)
    const options = await answering((connection) => {
      const bytes = [...answer]
      const next = () => {
        if (bytes.length > 0) connection.write(Uint8Array.of(bytes.shift()!), next)
      }
      next()
    })
    expect((await readIdentities({ ...options, patience: 60_000 })).map((i) => i.comment)).toEqual([
      'ceo@contoso',
      'other',
      'token',
      'old',
    ])
  })

  test('has keys among which one is chosen, or none', async () => {
    const identities = await readIdentities(await answering(listed(...keys)))
    const [first, second] = identities
    expect(chooseIdentity(identities, 'ceo@contoso')).toEqual(vkey.key)
    expect(chooseIdentity(identities, second!.fingerprint)).toEqual(other.key)
    expect(chooseIdentity([first!])).toEqual(vkey.key)
    const code = (run: () => unknown) => {
      try {
        return run()
      } catch (e) {
        return (e as { code: string }).code
      }
    }
    expect(code(() => chooseIdentity(identities))).toBe('NO_SUCH_KEY')
    expect(code(() => chooseIdentity(identities, 'old'))).toBe('NO_SUCH_KEY')
    expect(code(() => chooseIdentity([]))).toBe('NO_SUCH_KEY')
    expect(code(() => chooseIdentity(identities, 'token'))).toBe('HARDWARE_KEY')
    expect(code(() => chooseIdentity(identities.slice(2)))).toBe('HARDWARE_KEY')
  })

  test('cannot draw on the terminal', async () => {
    const drawing = '\u001b]0;gotcha\u0007'
    const options = await answering(listed([ed25519(vkey.key), drawing], [ed25519(other.key), '']))
    const identities = await readIdentities(options)
    expect(() => chooseIdentity(identities)).toThrow(/^[\x20-\x7e]+$/)
  })

  const LISTS: readonly [why: string, answer: Uint8Array][] = [
    ['another answer', message(6)],
    ['no answer at all', string('')],
    ['a count beyond its keys', message(12, Uint8Array.of(255, 255, 255, 255))],
    ['a key more than counted', message(12, count(0), string(ed25519(vkey.key)), string(''))],
    ['a key cut short', message(12, count(1), Uint8Array.of(0, 0, 0, 99, 1))],
    ['a key of 31 bytes', listed([ed25519(vkey.key.slice(1)), 'short'])],
    ['a key with something behind it', listed([Buffer.concat([ed25519(vkey.key), seed]), 'x'])],
    ['a length beyond all bounds', Uint8Array.of(127, 255, 255, 255, 12)],
    ['two answers', Buffer.concat([listed(), listed()])],
  ]
  test.each(LISTS)('is no agent: a list with %s', async (_why, answer) => {
    const asked = readIdentities(await answering(answer))
    await expect(asked).rejects.toMatchObject({ name: 'SignerError', code: 'BAD_AGENT' })
  })

  const WRONG: readonly [why: string, code: string, answer: Uint8Array][] = [
    ['by another key', 'WRONG_SIGNATURE', signed(sign(new Uint8Array(32).fill(6), text))],
    ['over another text', 'WRONG_SIGNATURE', signed(sign(seed, text.slice(1)))],
    ['of 63 bytes', 'WRONG_SIGNATURE', signed(sign(seed, text).slice(1))],
    [
      'with a time before it',
      'WRONG_SIGNATURE',
      signed(Buffer.concat([Buffer.alloc(8), sign(seed, text)])),
    ],
    ['of nothing but zeros', 'WRONG_SIGNATURE', signed(new Uint8Array(64))],
    ['of a hardware key', 'BAD_AGENT', signed(sign(seed, text), 'sk-ssh-ed25519@openssh.com')],
    [
      'with something behind it',
      'BAD_AGENT',
      message(14, string(Buffer.concat([string('ssh-ed25519'), string(sign(seed, text)), seed]))),
    ],
    ['cut short', 'BAD_AGENT', message(14, string(string('ssh-ed25519')))],
    ['that is a refusal', 'AGENT_REFUSED', message(5)],
  ]
  test.each(WRONG)('does not get a signature past us %s: %s', async (_why, code, answer) => {
    const signer = agentSigner(vkey, await answering(answer))
    await expect(signer.sign(text)).rejects.toMatchObject({ name: 'SignerError', code })
  })

  test('may hang up, or never answer', async () => {
    const hangsUp = await answering((connection) => connection.end(message(12).slice(0, 3)))
    await expect(readIdentities(hangsUp)).rejects.toMatchObject({ code: 'BAD_AGENT' })
    await agent.close()
    const silent = await answering(() => {})
    await expect(readIdentities({ ...silent, patience: 50 })).rejects.toMatchObject({
      code: 'SIGNER_SLOW',
    })
  })

  test('may not be there', async () => {
    agent = await fakeAgent(() => {})
    const none = { socket: `${agent.socket}.none` }
    await expect(readIdentities(none)).rejects.toMatchObject({ code: 'NO_AGENT' })
    for (const socket of [undefined, '']) {
      await expect(readIdentities({ socket })).rejects.toMatchObject({ code: 'NO_AGENT' })
    }
  })
})
