import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { fetch } from 'undici'
import { expect, onTestFinished, test, vi } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { seedSigner } from '../../keys/signer.ts'
import { formatVKey, parseVKey } from '../../keys/vkey.ts'
import { Child } from '../../src/cli/child.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { leafHash, proveConsistency, rootAt } from '../../src/tlog/merkle.ts'
import { formatNote, openNote, parseNote } from '../../src/tlog/note.ts'
import { formatAddCheckpoint } from '../../src/tlog/witness.ts'
import { verify } from '../accord/keys.ts'
import { builtCommand } from '../cli/built.ts'
import { type Tree, treeOf } from '../tlog/tree.ts'

const ORIGIN = 'example.com/log'
const signer = seedSigner(ORIGIN, new Uint8Array(32).fill(5))
/** From here on the log has two histories. */
const FORK = 3
const SIZE = 2000
const KILLS = 5

const branchOf = (name: string) =>
  treeOf(Array.from({ length: SIZE }, (_, i) => leafHash(utf8(`${i < FORK ? '' : name}${i}`))))

/** What a witness said of a size. */
interface Said {
  readonly size: number
  readonly root: string
}

/** `accord witness`, which is killed and started again at one port. */
class Victim {
  readonly #program: string
  readonly #cwd: string
  #child: Child | null = null
  url = 'http://127.0.0.1:0'
  vkeys: string[] = []

  constructor(program: string, cwd: string) {
    this.#program = program
    this.#cwd = cwd
  }

  async start(): Promise<void> {
    const args = ['witness', '--name', 'w.example', '--logs', 'logs.txt', '--json']
    const listen = ['--listen', this.url.slice('http://'.length)]
    this.#child = new Child({
      ...{ program: this.#program, cwd: this.#cwd, env: {}, args: [...args, ...listen] },
    })
    const { url, policy } = await this.#child.announced<{ url: string; policy: string[] }>()
    this.url = url
    this.vkeys = policy.map((line) => line.split(' ')[2]!)
  }

  async kill(): Promise<void> {
    this.#child?.kill()
    await this.#child?.ended
  }
}

/** A log that sends ever larger checkpoints of one branch, whatever is answered. */
class Sender {
  readonly #branch: Tree
  readonly #victim: Victim
  readonly cosigned: Said[] = []
  readonly statuses = new Map<number, number>()
  #old = 0

  constructor(branch: Tree, victim: Victim) {
    this.#branch = branch
    this.#victim = victim
  }

  async send(): Promise<void> {
    const size = Math.min(this.#old + 1 + (this.#old % 3), SIZE)
    const root = await rootAt(size, this.#branch.read)
    const checkpoint = { origin: ORIGIN, size, root, extensions: [] }
    const text = formatNote(await signCheckpoint(checkpoint, [signer]))
    const proof = this.#old === 0 ? [] : await proveConsistency(this.#old, size, this.#branch.read)
    const body = formatAddCheckpoint({ old: this.#old, proof, text })
    const response = await fetch(`${this.#victim.url}/add-checkpoint`, { method: 'POST', body })
    const answer = await response.text()
    this.statuses.set(response.status, (this.statuses.get(response.status) ?? 0) + 1)
    if (response.status === 409) this.#old = Number(answer)
    if (response.status !== 200) return
    openNote(parseNote(`${text}${answer}`), this.#victim.vkeys.map(parseVKey), verify)
    this.cosigned.push({ size, root: encodeBase64(root) })
    this.#old = size
  }
}

/** The checkpoint that it hands out, which its own cosignatures are on. */
async function latestAt({ url, vkeys }: Victim): Promise<Said> {
  const id = createHash('sha256').update(ORIGIN).digest('hex')
  const response = await fetch(`${url}/${id}/checkpoint`)
  if (response.status === 404) return { size: 0, root: '' }
  const { text, verified } = openNote(
    parseNote(await response.text()),
    vkeys.map(parseVKey),
    verify,
  )
  expect(verified).toHaveLength(2)
  const [, size, root] = text.split('\n')
  return { size: Number(size), root: root! }
}

/** Whether all of it is of one branch. */
async function isOf({ read }: Tree, said: readonly Said[]): Promise<boolean> {
  const roots = await Promise.all(said.map(({ size }) => rootAt(size, read)))
  return said.every(({ root }, i) => root === encodeBase64(roots[i]!))
}

test('a witness that is killed at any moment never moves back, and signs one of two histories', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'accord-kill-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'logs.txt'), `log ${formatVKey(signer.vkey)}\nquorum none\n`)
  const victim = new Victim(await builtCommand(), folder)
  await victim.start()
  onTestFinished(() => victim.kill())

  const branches = ['one', 'other'].map(branchOf)
  const senders = branches.map((branch) => new Sender(branch, victim))
  let ended = false
  const sending = senders.map(async (sender) => {
    while (!ended) await sender.send().catch(() => later(5))
  })
  const seen: Said[] = []
  for (let i = 0; i < KILLS; i++) {
    await later(40 + 53 * i)
    await victim.kill()
    const answered = Math.max(0, ...senders.flatMap((s) => s.cosigned.map(({ size }) => size)))
    await victim.start()
    const latest = await latestAt(victim)
    expect(latest.size).toBeGreaterThanOrEqual(Math.max(answered, seen.at(-1)?.size ?? 0))
    seen.push(latest)
  }
  // However slow the machine is, it has cosigned past the fork before it is asked a last time.
  const cosigned = () => senders.flatMap((s) => s.cosigned).filter(({ size }) => size > FORK)
  await vi.waitUntil(() => cosigned().length > KILLS, { timeout: 60_000 })
  ended = true
  await Promise.all(sending)
  // Alone, each learns how far the witness is, and then is cosigned or refused.
  for (const sender of senders.flatMap((s) => [s, s])) await sender.send()

  const said = [...seen.filter(({ size }) => size > FORK), ...cosigned()]
  const holds = await Promise.all(branches.map((branch) => isOf(branch, said)))
  expect(holds.filter(Boolean)).toHaveLength(1)
  // The other history was there, and refused.
  expect(senders[holds.indexOf(false)]!.statuses.get(422)).toBeGreaterThan(0)
})
