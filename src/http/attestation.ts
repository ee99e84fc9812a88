/**
 * Routes: sending a statement, asking what would become of it, and reading it again.
 *
 * @module
 */

import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import * as z from 'zod'
import { type Digest, formatTime, isDigest } from '../accord/text.ts'
import type { Denial } from '../depositary/clerk.ts'
import type { Outcome } from '../depositary/registrar.ts'
import type { Trial } from '../depositary/trial.ts'
import { attestationAt, attestationOf, entryOf } from '../register/log.ts'
import { receiptOf } from '../register/tree.ts'
import { utf8 } from '../tlog/bytes.ts'
import * as a from './answers.ts'
import { readSubmission, readText, submission, submissionForm } from './body.ts'
import { FOR_EVER, NEVER, QUOTED } from './caching.ts'
import { presentWord } from './change.ts'
import { answerProblem, explain, refusalProblem } from './errors.ts'
import { evidenceOf } from './evidence.ts'
import { isPublished, notLogged, presentLogged } from './logged.ts'
import { count } from './parameters.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'
import type { Service } from './service.ts'

const tag = 'attestations'
const PLAIN = 'text/plain; charset=utf-8'

/** Endings of an attestation's address, and what they give; none gives JSON. */
const FORMS = ['.note', '.tlog-proof', '.accord-evidence'] as const
type Form = (typeof FORMS)[number]

const submitted = {
  'application/json': a.submitted,
  'text/plain': z.string().meta({ description: 'the .tlog-proof itself' }),
}

const submitRoute = {
  method: 'post',
  path: '/v1/attestations',
  tag,
  summary: 'Send an attestation to be logged',
  description:
    'The answer comes when the entry is durable and the checkpoint over it is published; a registry may answer before its witnesses have cosigned, and then says `witnessed: false`. The same statement sent again is answered with its first receipt. `Accept: text/plain` gives the receipt as a file. Cards of its officers may come along, or later with the same attestation; they are kept apart from the log.',
  body: {
    description:
      'an attestation: a signed note, byte for byte, at most 65,000 bytes; or the same with cards',
    content: {
      'text/plain': z.string(),
      'application/json': submission,
      'multipart/form-data': submissionForm,
    },
  },
  answers: {
    200: { description: 'it was in the log already', content: submitted },
    201: { description: 'it is in the log', content: submitted },
  },
} as const

const checkRoute = {
  method: 'post',
  path: '/v1/check',
  tag,
  summary: 'Ask what would become of a statement, without sending it',
  description:
    'Takes an attestation, or a bare statement that nobody has signed yet. Nothing is written.',
  body: {
    description: 'an attestation, or the text of a statement',
    content: { 'text/plain': z.string() },
  },
  answers: json('the judgement, were it the next entry now', a.trial),
} as const

const readRoute = {
  method: 'get',
  path: '/v1/attestations/{digest}',
  tag,
  summary: 'A statement in the log',
  description:
    'With `.note` after the digest: the attestation. With `.tlog-proof`: its receipt. With `.accord-evidence`: the evidence, which proves whose keys signed.',
  params: z.object({
    digest: z
      .string()
      .regex(
        /^sha256:[0-9a-f]{64}(\.note|\.tlog-proof|\.accord-evidence)?$/,
        'sha256: and 64 hex digits, perhaps .note, .tlog-proof or .accord-evidence after it',
      )
      .meta({ examples: [`sha256:${'0'.repeat(64)}`] }),
  }),
  answers: {
    200: {
      description: 'the statement',
      content: { 'application/json': a.logged, 'text/plain': z.string() },
    },
  },
} as const

const entryRoute = {
  method: 'get',
  path: '/v1/entries/{index}',
  tag,
  summary: 'The statement at an index of the log',
  params: z.object({ index: count('of the entry, from 0') }),
  answers: json('the statement', a.logged),
} as const

/** Adds the routes. */
export function addAttestations(api: Api): void {
  const { service } = api
  addRoute(api, submitRoute, async ({ c }) => {
    const { attestation, cards } = await readSubmission(c.req.raw)
    const outcome = await service.depositary.submit(utf8(attestation), { cards })
    observe(service, outcome)
    if (outcome.kind === 'refused') return answerProblem(c, refusalProblem(outcome))
    return answerLogged(c, outcome)
  })
  addRoute(api, checkRoute, async ({ c }) => {
    const trial = await service.depositary.check(utf8(await readText(c.req.raw)))
    return answerJson(c, a.trial, presentTrial(trial), { 'cache-control': NEVER })
  })
  addRoute(api, readRoute, async ({ c, params }) => {
    const form = FORMS.find((ending) => params.digest.endsWith(ending))
    const digest = form ? params.digest.slice(0, -form.length) : params.digest
    if (!isDigest(digest)) throw new TypeError('the schema lets nothing else through')
    return answerForm(c, service, digest, form)
  })
  addRoute(api, entryRoute, async ({ c, params: { index } }) => {
    const { size } = service.depositary.published()
    const found = index < size ? await attestationAt(service.sql, index) : null
    if (!found) throw new RequestError('not-found', `the log has ${size} entries`)
    return answerJson(c, a.logged, presentLogged(found), { 'cache-control': QUOTED })
  })
}

function observe(service: Service, outcome: Outcome): void {
  const refused = outcome.kind === 'refused'
  const kind = refused ? 'refused' : outcome.first ? 'logged' : 'again'
  const code = refused ? outcome.refusal.code : ''
  service.metrics.submission(kind, code)
  const place = refused ? { code } : { index: outcome.index }
  service.log('info', 'statement', { outcome: kind, digest: outcome.digest, ...place })
}

function answerLogged(c: Context, logged: Extract<Outcome, { kind: 'logged' }>): Response {
  const { digest, index, time, receipt, witnessed, first } = logged
  const status = first ? 201 : 200
  const headers = { location: `/v1/attestations/${digest}`, 'cache-control': NEVER }
  if (wantsText(c)) return c.body(receipt, status, { ...headers, 'content-type': PLAIN })
  const answer = { digest, index, time: formatTime(time), receipt, witnessed }
  return answerJson(c, a.submitted, answer, headers, status)
}

function wantsText(c: Context): boolean {
  const supports = ['application/json', 'text/plain']
  return accepts(c, { header: 'Accept', supports, default: supports[0]! }) === 'text/plain'
}

async function answerForm(
  c: Context,
  service: Service,
  digest: Digest,
  form: Form | undefined,
): Promise<Response> {
  if (form === '.tlog-proof') return answerReceipt(c, service, digest)
  const found = await attestationOf(service.sql, digest)
  if (!isPublished(service, found)) throw notLogged(digest)
  const headers = { 'cache-control': QUOTED }
  if (form === undefined) return answerJson(c, a.logged, presentLogged(found), headers)
  const text = form === '.note' ? found.note : await evidenceOf(service.sql, found)
  return c.body(text, 200, { ...headers, 'content-type': PLAIN })
}

/** A receipt proves what is in the tree, and is given whatever was taken down. */
async function answerReceipt(c: Context, service: Service, digest: Digest): Promise<Response> {
  const found = await entryOf(service.sql, digest)
  if (!isPublished(service, found)) throw notLogged(digest)
  const headers = { 'cache-control': FOR_EVER, 'content-type': PLAIN }
  return c.body((await receiptOf(service.sql, found.index))!, 200, headers)
}

function presentDenial({ retryAfter, ...denial }: Denial) {
  const retry = retryAfter === undefined ? {} : { retry_after: retryAfter }
  return { ...denial, ...explain(denial.code)!, ...retry }
}

function presentTrial(trial: Trial) {
  const { digest, type, at, size, refusal, missing, words, standings, announced } = trial
  return {
    ...{ digest, type, at: formatTime(at), size, missing, standings },
    admissible: refusal === null && missing.length === 0,
    refusal: refusal && presentDenial(refusal),
    changes: words.map(presentWord),
    announced: announced.map((due) => ({ what: due.what, at: formatTime(due.at) })),
  }
}
