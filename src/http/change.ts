/**
 * Routes: what changed, and the whole data set.
 *
 * @module
 */
import type { Context } from 'hono'
import * as z from 'zod'
import { parseEntry } from '../accord/entry.ts'
import { formatTime } from '../accord/text.ts'
import { changesBetween, type EntryChange, type WordChange } from '../register/changes.ts'
import { entriesFrom, type LoggedEntry } from '../register/log.ts'
import { takenDown } from '../register/withheld.ts'
import { fromUtf8, utf8 } from '../tlog/bytes.ts'
import * as a from './answers.ts'
import { cached, SHORT } from './caching.ts'
import { clocks, count } from './parameters.ts'
import { RequestError } from './request-error.ts'
import { type Api, addRoute, answerJson, json } from './route.ts'
import { sizeOf } from './scope.ts'
import type { Service } from './service.ts'
import { sayEntry, sayWord } from './wording.ts'

const tag = 'changes'

/** How many entries one answer tells of. */
const MOST = 500

/** How many entries are read at a time. */
const CHUNK = 256

const changesRoute = {
  method: 'get',
  path: '/v1/changes',
  tag,
  summary: 'What changed between two tree sizes, in words and as data',
  description: `At most ${MOST} entries an answer: go on with \`next\` as \`from\`.`,
  query: z.strictObject({
    from: count('the tree size known before'),
    to: count('the tree size to compare with; the published one where it is left out').optional(),
  }),
  answers: json('the changes', a.changes),
} as const

const exportRoute = {
  method: 'get',
  path: '/v1/export',
  tag,
  summary: 'The whole data set as JSON lines',
  description:
    'The first line names the origin, the licence (CC0-1.0) and a checkpoint; each line after it is an entry: index, time, digest and the attestation, byte for byte; where a text was taken down, `note` is null and `taken_down` the index of the notice. To go on where a copy ends, give its size as `from`.',
  query: z.strictObject({ from: count('the first index').optional(), size: clocks.size }),
  answers: {
    200: { description: 'JSON lines', content: { 'application/jsonl': z.string() } },
  },
} as const

/** The licence of the data. */
const LICENCE = {
  name: 'CC0-1.0',
  url: 'https://creativecommons.org/publicdomain/zero/1.0/',
} as const

/** Adds the routes. */
export function addChanges(api: Api): void {
  const { service } = api
  addRoute(api, changesRoute, async ({ c, query }) => {
    const to = sizeOf(service, query.to)
    const { from } = query
    if (from > to) throw new RequestError('bad-parameter', `from: expected at most ${to}`)
    const answer = await changesOf(service, from, to)
    return answerJson(c, a.changes, answer, cached(query.to !== undefined))
  })
  addRoute(api, exportRoute, async ({ c, query }) => {
    const { note } = service.depositary.published()
    const size = sizeOf(service, query.size)
    const head = { origin: service.origin, licence: LICENCE, size, checkpoint: note }
    return answerLines(c, lines(service, head, query.from ?? 0, size))
  })
}

async function changesOf(service: Service, from: number, asked: number) {
  const to = Math.min(asked, from + MOST)
  const { entries, byTime } = await changesBetween(service.sql, from, to)
  return {
    ...{ from, to },
    entries: entries.map(presentEntry),
    by_time: byTime.map(({ since: _, ...word }) => presentWord(word)),
    next: to < asked ? to : null,
  }
}

function presentEntry(change: EntryChange) {
  const words = change.words.map(presentWord)
  return { ...change, time: formatTime(change.time), words, text: sayEntry(change) }
}

/** A change of word, as it is answered. */
export function presentWord(change: WordChange) {
  return { ...change, at: formatTime(change.at), text: sayWord(change) }
}

async function* lines(service: Service, head: object, from: number, size: number) {
  yield head
  for (let at = from; at < size; at += CHUNK) {
    const chunk = await entriesFrom(service.sql, at, Math.min(CHUNK, size - at))
    const down = await takenDown(service.sql)
    yield* chunk.map((entry) => presentLine(entry, down.get(entry.digest)))
  }
}

/** @param notice the index of the notice that took its text down */
function presentLine({ index, time, digest, body }: LoggedEntry, notice: number | undefined) {
  const line = { index, time: formatTime(time), digest }
  if (notice !== undefined) return { ...line, note: null, taken_down: notice }
  return { ...line, note: fromUtf8(parseEntry(body).attestation) }
}

/** Streams, so that a log of any length is sent from little memory. */
function answerLines(c: Context, values: AsyncGenerator<object>): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await values.next()
      if (done) controller.close()
      else controller.enqueue(utf8(`${JSON.stringify(value)}\n`))
    },
    async cancel() {
      await values.return(undefined)
    },
  })
  return c.body(body, 200, {
    'content-type': 'application/jsonl; charset=utf-8',
    'cache-control': SHORT,
    link: `<${LICENCE.url}>; rel="license"`,
  })
}
