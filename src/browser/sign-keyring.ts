/**
 * Keys at hand: those that this browser keeps under a domain, and those that were opened for now.
 * None of them can be exported.
 *
 * @module
 */
import type { Signer } from '../../keys/signer.ts'
import { parseVKey } from '../../keys/vkey.ts'
import { domainOfKeyName } from '../accord/text.ts'

/** A key at hand. */
export interface Held {
  readonly vkey: string
  readonly key: CryptoKey
  /** Whether it is there when the page is opened again. */
  readonly kept: boolean
}

/** A key as it is kept. */
interface Row {
  readonly vkey: string
  readonly domain: string
  readonly key: CryptoKey
}

/** The keys of one domain. Says `change` when there is one more, or one less. */
export class Keyring extends EventTarget {
  readonly domain: string
  #held: readonly Held[] = []

  constructor(domain: string) {
    super()
    this.domain = domain
  }

  get held(): readonly Held[] {
    return this.#held
  }

  /** Finds the keys that are kept. */
  async load(): Promise<void> {
    const rows = (await allRows()).filter(({ domain }) => domain === this.domain)
    this.#set(rows.map(({ vkey, key }) => ({ vkey, key, kept: true })))
  }

  async add(held: Held): Promise<void> {
    const { vkey, key } = held
    if (held.kept) await change((rows) => rows.put({ vkey, key, domain: this.domain }))
    this.#set([...this.#held.filter((h) => h.vkey !== vkey), held])
  }

  async forget(vkey: string): Promise<void> {
    await change((rows) => rows.delete(vkey))
    this.#set(this.#held.filter((h) => h.vkey !== vkey))
  }

  #set(held: readonly Held[]): void {
    this.#held = held
    this.dispatchEvent(new Event('change'))
  }
}

/** The domains of which keys are kept. */
export async function keptDomains(): Promise<string[]> {
  return [...new Set((await allRows()).map(({ domain }) => domain))]
}

/** Whether a key is one of a domain. */
export function isKeyOf(vkey: string, domain: string): boolean {
  return domainOfKeyName(parseVKey(vkey).name) === domain
}

/** Signs with a key at hand. */
export function signerOf({ vkey, key }: Held): Signer {
  return {
    vkey: parseVKey(vkey),
    async sign(message) {
      const bytes = new Uint8Array(message)
      return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes))
    },
  }
}

const STORE = 'keys'

async function allRows(): Promise<Row[]> {
  const database = await open()
  const rows = database.transaction(STORE).objectStore(STORE).getAll()
  return settled<Row[]>(rows).finally(() => database.close())
}

async function change(work: (rows: IDBObjectStore) => unknown): Promise<void> {
  const database = await open()
  const transaction = database.transaction(STORE, 'readwrite')
  work(transaction.objectStore(STORE))
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
  database.close()
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open('accord', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: 'vkey' })
  }
  return settled(request)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
