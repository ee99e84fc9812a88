/**
 * Routes: the evidence pack of a statement, its certificate, and the verifier in one file.
 *
 * @module
 */
import type { Context } from 'hono'
import * as z from 'zod'
import type { Sql } from '../../db/sql.ts'
import { checkEvidence } from '../accord/finding.ts'
import * as s from '../accord/schema.ts'
import { evidenceDoesNotProve, evidenceProves } from '../client/sentences.ts'
import { formatCertificate } from '../pages/certificate.ts'
import { formatPack, type Pack } from '../pages/pack.ts'
import { checkpointAt, checkpointCovering } from '../register/head.ts'
import { attestationOf } from '../register/log.ts'
import { receiptUnder } from '../register/tree.ts'
import { type Policy, parsePolicy } from '../tlog/policy.ts'
import { QUOTED, SHORT } from './caching.ts'
import { evidenceOf } from './evidence.ts'
import { isPublished, notLogged } from './logged.ts'
import { count } from './parameters.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute } from './route.ts'
import type { Service } from './service.ts'

const tag = 'attestations'
const params = z.object({ digest: s.digest })
const query = z.strictObject({
  size: count('of a published checkpoint; that of the receipt where it is left out', 1).optional(),
})
const file = z.string().meta({ format: 'binary' })

const packRoute = {
  method: 'get',
  path: '/v1/attestations/{digest}/pack.zip',
  tag,
  summary: 'The evidence pack of a statement',
  description:
    'One archive, the same to the byte whoever makes it under the same checkpoint: the evidence, the same as files that people read, the receipt, the policy, a certificate, and a verifier that works from disk without a network.',
  params,
  query,
  answers: { 200: { description: 'the pack', content: { 'application/zip': file } } },
} as const

const certificateRoute = {
  method: 'get',
  path: '/v1/attestations/{digest}/certificate.pdf',
  tag,
  summary: 'What the evidence of a statement says, on paper',
  params,
  query,
  answers: { 200: { description: 'the certificate', content: { 'application/pdf': file } } },
} as const

const verifierRoute = {
  method: 'get',
  path: '/verify.html',
  tag: 'registry',
  summary: 'The verifier in one file: keep it, and use it from your own disk',
  answers: { 200: { description: 'the verifier', content: { 'text/html': z.string() } } },
} as const

/** Adds the routes. */
export function addPacks(api: Api): void {
  const { service } = api
  addRoute(api, packRoute, async ({ c, params: { digest }, query: { size } }) => {
    const pack = await packOf(service, digest, size)
    const name = `accord-entry-${pack.finding.index}.zip`
    return answerFile(
      c,
      await formatPack(pack),
      'application/zip',
      `attachment; filename="${name}"`,
    )
  })
  addRoute(api, certificateRoute, async ({ c, params: { digest }, query: { size } }) => {
    const pack = await packOf(service, digest, size)
    const name = `accord-entry-${pack.finding.index}.pdf`
    const bytes = await formatCertificate(pack)
    return answerFile(c, bytes, 'application/pdf', `inline; filename="${name}"`)
  })
  addRoute(api, verifierRoute, async ({ c }) =>
    answerFile(
      c,
      verifierOf(service),
      'text/html; charset=utf-8',
      'attachment; filename="verify.html"',
      SHORT,
    ),
  )
}

/** @throws {RequestError} `not-found` */
async function packOf(service: Service, digest: string, size?: number): Promise<Pack> {
  const { sql, policy, verify, version } = service
  const found = await attestationOf(sql, digest)
  if (!isPublished(service, found)) throw notLogged(digest)
  const checkpoint = await checkpointOver(sql, found.index, size)
  const evidence = await evidenceOf(sql, found, checkpoint)
  const trust = parsePolicy(policy)
  const finding = checkEvidence(evidence, trust, verify)
  return {
    ...{ evidence, finding, policy, version },
    receipt: (await receiptUnder(sql, found.index, checkpoint))!,
    said: { proves: evidenceProves(finding), doesNotProve: evidenceDoesNotProve(finding) },
    verifier: verifierOf(service),
    permalink: `${addressOf(service, trust)}/attestations/${digest}`,
  }
}

/** The first that covers an entry, or that of a size. @throws {RequestError} `not-found` */
async function checkpointOver(sql: Sql, index: number, size: number | undefined) {
  if (size === undefined) return (await checkpointCovering(sql, index))!
  const found = size > index ? await checkpointAt(sql, size) : null
  if (found) return found
  throw new RequestError('not-found', `no checkpoint of size ${size} over entry ${index} is public`)
}

/**
 * Where the policy says that the log is read, so that a mirror's pack is the registry's; this
 * service's own address where it does not say.
 */
function addressOf({ base, origin }: Service, { logs }: Policy): string {
  return logs.find(({ vkey }) => vkey.name === origin)?.url ?? base
}

function verifierOf({ assets }: Service): Uint8Array {
  const asset = assets.get('verify.html')
  if (!asset) throw new RequestError('not-found', 'this service was built without the verifier')
  return asset.bytes
}

function answerFile(
  c: Context,
  bytes: Uint8Array,
  type: string,
  disposition: string,
  caching = QUOTED,
): Response {
  return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    'content-type': type,
    'content-disposition': disposition,
    'cache-control': caching,
  })
}
