/**
 * Routes: Merkle proofs, for whoever does not want to make them from the tiles.
 *
 * See https://www.rfc-editor.org/rfc/rfc6962#section-2.1.
 *
 * @module
 */
import * as z from 'zod'
import { entryAt } from '../register/log.ts'
import { proveEntry, provePrefix, treeNodes } from '../register/tree.ts'
import { leafHash, rootAt } from '../tlog/merkle.ts'
import * as a from './answers.ts'
import { FOR_EVER, SHORT } from './caching.ts'
import { clocks, count } from './parameters.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'
import { sizeOf } from './scope.ts'

const tag = 'proofs'

const inclusionRoute = {
  method: 'get',
  path: '/v1/proofs/inclusion',
  tag,
  summary: 'That an entry is in the tree of a size',
  query: z.strictObject({ index: count('of the entry'), size: clocks.size }),
  answers: json('the proof, from the leaf up', a.inclusion),
} as const

const consistencyRoute = {
  method: 'get',
  path: '/v1/proofs/consistency',
  tag,
  summary: 'That the tree of one size is the beginning of the tree of another',
  query: z.strictObject({
    from: count('the smaller size', 1),
    to: count('the larger size; the published one where it is left out', 1).optional(),
  }),
  answers: json('the proof', a.consistency),
} as const

/** Adds the routes. */
export function addProofs(api: Api): void {
  const { service } = api
  const { sql } = service
  const rootOf = (size: number) => rootAt(size, treeNodes(sql))
  addRoute(api, inclusionRoute, async ({ c, query: { index, size: asked } }) => {
    const size = sizeOf(service, asked)
    const entry = index < size ? await entryAt(sql, index) : null
    if (!entry) throw new RequestError('not-found', `no entry ${index} in a tree of ${size}`)
    const hashes = (await proveEntry(sql, index, size)).map(base64)
    const root = base64(await rootOf(size))
    const answer = { index, size, leaf: base64(leafHash(entry.body)), root, hashes }
    return answerJson(c, a.inclusion, answer, keptWhen(asked !== undefined))
  })
  addRoute(api, consistencyRoute, async ({ c, query: { from, to: asked } }) => {
    const to = sizeOf(service, asked)
    if (from > to) throw new RequestError('bad-parameter', `from: expected at most ${to}`)
    const hashes = (await provePrefix(sql, from, to)).map(base64)
    const roots = { from_root: base64(await rootOf(from)), to_root: base64(await rootOf(to)) }
    return answerJson(
      c,
      a.consistency,
      { from, to, ...roots, hashes },
      keptWhen(asked !== undefined),
    )
  })
}

/** Proofs quote nobody. */
function keptWhen(fixed: boolean) {
  return { 'cache-control': fixed ? FOR_EVER : SHORT }
}

/** Bytes in base64. */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
