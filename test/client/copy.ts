import { seedSigner } from '../../keys/signer.ts'
import { COSIGNATURE, formatVKey, vkeyOf } from '../../keys/vkey.ts'
import type { Fetch } from '../../src/client/fetch.ts'
import { formatBundle } from '../../src/tlog/bundle.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { signCosignature } from '../../src/tlog/cosignature.ts'
import { leafHash, rootAt } from '../../src/tlog/merkle.ts'
import { formatNote } from '../../src/tlog/note.ts'
import { formatTile, formatTilePath, type Tile, tilesAt } from '../../src/tlog/tile.ts'
import { keyOf, type TestKey } from '../accord/keys.ts'
import { type Tree, treeOf } from '../tlog/tree.ts'

/** A log's static files, as a registry or a mirror serves them. */
export interface Copy {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly note: string
  readonly fetch: Fetch
}

/** A log: its origin and key, and what it took. */
export interface Source {
  readonly origin: string
  readonly log: TestKey
  readonly entries: readonly Uint8Array[]
}

/** A witness, and when it cosigns, in POSIX seconds. */
export type Witnessed = readonly (readonly [key: TestKey, time: number])[]

/** The witnesses of the tests. */
export const WITNESSES = ['w1', 'w2', 'w3'].map((w) => keyOf(`witness.example/${w}`))

/** A static copy of a log at a size, its checkpoint cosigned. */
export async function copyOf(
  source: Source,
  size = source.entries.length,
  witnessed: Witnessed = [],
): Promise<Copy> {
  const entries = source.entries.slice(0, size)
  const tree = treeOf(entries.map(leafHash))
  const note = await noteOf(source, tree, witnessed)
  const files = new Map([['checkpoint', utf8(note)]])
  for (const tile of tilesAt(size)) files.set(formatTilePath(tile), bytesOf(tile, tree, entries))
  return { files, note, fetch: fetchOf(files) }
}

export function fetchOf(files: ReadonlyMap<string, Uint8Array>): Fetch {
  return async (path) => {
    const bytes = files.get(path)
    if (!bytes) throw new Error(`no file ${path}`)
    return bytes
  }
}

async function noteOf({ origin, log }: Source, tree: Tree, witnessed: Witnessed): Promise<string> {
  const root = await rootAt(tree.size, tree.read)
  const signer = seedSigner(log.name, log.seed)
  const note = await signCheckpoint({ origin, size: tree.size, root, extensions: [] }, [signer])
  const cosigned = await Promise.all(
    witnessed.map(([w, time]) =>
      signCosignature(note.text, seedSigner(w.name, w.seed, COSIGNATURE), time),
    ),
  )
  return formatNote({ text: note.text, signatures: [...note.signatures, ...cosigned] })
}

function bytesOf({ level, index, width }: Tile, tree: Tree, entries: readonly Uint8Array[]) {
  const from = index * 256
  if (level === 'entries') return formatBundle(entries.slice(from, from + width))
  const ids = Array.from({ length: width }, (_, i) => ({ level: 8 * level, index: from + i }))
  return formatTile(ids.map(tree.node))
}

/** A policy that trusts a log, and asks for no witness. */
export function policyOf({ log }: Pick<Source, 'log'>): string {
  return `log ${log.vkey}\nquorum none\n`
}

/** A policy that trusts a log where so many of the three witnesses have cosigned. */
export function witnessedPolicyOf({ log }: Pick<Source, 'log'>, quorum = 2): string {
  const lines = WITNESSES.map((w, i) => {
    return `witness w${i + 1} ${formatVKey(vkeyOf(w.name, w.key, COSIGNATURE))}\n`
  })
  return `log ${log.vkey}\n${lines.join('')}group g ${quorum} w1 w2 w3\nquorum g\n`
}
