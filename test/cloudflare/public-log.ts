/**
 * A log as the public sees it over a time: every checkpoint that was ever shown, every receipt that
 * was ever given. None of them may ever become untrue.
 *
 * @module
 */
import { expect } from 'vitest'
import { parseVKey } from '../../keys/vkey.ts'
import { checkReceipt } from '../../src/client/receipt.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { fsckTree } from '../../src/watch/fsck.ts'
import { verify } from '../accord/keys.ts'
import type { Workerd } from './miniflare.ts'

/** What a registry answers to a statement that is in the log. */
interface Receipted {
  readonly index: number
  readonly receipt: string
}

/** The public's memory. */
export class PublicLog {
  readonly #workerd: Workerd
  readonly #checkpoints = new Set<string>()
  readonly #receipts = new Map<string, Receipted>()
  /** How many entries the log must have. */
  #size: number

  constructor(workerd: Workerd) {
    this.#workerd = workerd
    this.#size = workerd.speaker.seen.size
  }

  /** Looks at the checkpoint that is public. */
  async look(): Promise<string> {
    const note = await (await this.#workerd.request('/checkpoint')).text()
    this.#checkpoints.add(note)
    return note
  }

  /** Sends a statement that is in the log from then on, and in it once. */
  async send(note: string): Promise<void> {
    const answer = await this.#workerd.submit(note)
    const said = await answer.text()
    if (!answer.ok) throw new Error(said)
    const { index, receipt } = JSON.parse(said) as Receipted
    expect(index).toBe(this.#receipts.get(note)?.index ?? this.#size)
    if (!this.#receipts.has(note)) this.#size += 1
    this.#receipts.set(note, { index, receipt })
    await this.#workerd.followed(note)
  }

  /**
   * The checkpoint is of all the log; the bucket has every file of every checkpoint that was ever
   * seen, one the prefix of the next; and every receipt is good, and given again.
   */
  async check(): Promise<void> {
    const { log } = this.#workerd.speaker
    const now = await this.look()
    const vkeys = [parseVKey(log.vkey)]
    const files = new Map<string, Promise<Uint8Array | null>>()
    for (const note of this.#checkpoints) {
      const fetch = async (path: string) => {
        if (path === 'checkpoint') return utf8(note)
        if (!files.has(path)) files.set(path, this.#workerd.file(path))
        return files.get(path)!
      }
      const size = Number(note.split('\n')[1])
      expect(await fsckTree({ fetch, vkeys, verify })).toEqual({ ok: true, size, difference: null })
    }
    expect(now.split('\n')[1]).toBe(String(this.#size))
    expect(await this.#workerd.file('checkpoint')).toEqual(utf8(now))
    const policy = parsePolicy(`log ${log.vkey}\nquorum none\n`)
    for (const [note, { index, receipt }] of this.#receipts) {
      expect(checkReceipt(receipt, policy, verify)).toMatchObject({ index })
      const again = await (await this.#workerd.submit(note)).json()
      expect(again).toMatchObject({ index, receipt })
    }
  }
}
