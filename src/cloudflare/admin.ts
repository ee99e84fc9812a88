/**
 * What the operator alone may do with a log on Cloudflare: move it in, and move it out.
 *
 * Whoever holds the token can end the service here, and read officers' cards. No statement can be
 * forged by it, and no entry: what arrives is judged, and signed by the log's own key long before.
 *
 * See docs/cloudflare.md, "Moving house".
 *
 * @module
 */
import { Hono } from 'hono'
import type { Sql } from '../../db/sql.ts'
import type { Verify } from '../../keys/ed25519.ts'
import { digestOf } from '../accord/text.ts'
import { cardsAfter, keepCards } from '../depositary/persons.ts'
import { type Publication, sizeOf } from '../depositary/publisher.ts'
import { answerProblem, requestProblem } from '../http/errors.ts'
import { RequestError } from '../http/request-error.ts'
import { arrivedIn, takeIn } from '../register/arrival.ts'
import { closedMark } from '../register/closed.ts'
import { RegisterError } from '../register/error.ts'
import { checkpointsAfter, type LogHead, publicHeadOf } from '../register/head.ts'
import { utf8 } from '../tlog/bytes.ts'
import { MAX_STRETCH, parseCards, parseStretch } from './moving.ts'

/** How many checkpoints or cards are given at once: each is at most some kilobytes. */
const AT_ONCE = 256

/** What the operator works on. */
export interface Moving {
  readonly sql: Sql
  readonly persons: Sql
  readonly publication: Publication
  readonly origin: string
  readonly token: string
  readonly verify: Verify
  /** Whether a registry is in service here. */
  inService(): boolean
  /** Does work by which a log moves in: from then on nothing is opened here but by {@link open}. */
  arrive<T>(work: () => Promise<T>): Promise<T>
  /**
   * Puts what has arrived, all of it, into service.
   *
   * @param finish - done before, where a log has moved in: how, if need be once more
   * @returns why it is not; null where it is
   */
  open(finish: () => Promise<void>): Promise<string | null>
  /** Ends the service for good. */
  close(movedTo: string): Promise<void>
}

/** The operator's routes. */
export function createAdmin(moving: Moving): Hono {
  const app = new Hono().basePath('/admin')
  const { sql, persons, publication, origin, verify } = moving
  app.use(async (c, next) => {
    if (!isToken(c.req.header('authorization'), moving.token)) return c.text('who are you?\n', 401)
    return next()
  })
  app.get('/arrived', async (c) => {
    const { size, head } = await arrivedIn(sql, verify)
    return c.json({
      size,
      sealed: head?.size ?? 0,
      closed: await closedMark(sql),
      in_service: moving.inService(),
    })
  })
  app.post('/arrive', async (c) => {
    demandEmpty(moving)
    demandShort(c.req.header('content-length'))
    const stretch = parseStretch(await c.req.text())
    const size = await moving.arrive(async () => {
      demandEmpty(moving)
      const arrived = await takeIn(sql, stretch, origin, verify)
      if (arrived.head) await publishLater(publication, arrived.head)
      return arrived.size
    })
    return c.json({ size })
  })
  app.post('/cards', async (c) => {
    demandEmpty(moving)
    await demandNotLeft(moving)
    await keepCards(persons, parseCards(await c.req.text()))
    return c.json({})
  })
  app.post('/open', async (c) => {
    if (!moving.inService()) await demandWhole(moving, Number(await c.req.text()))
    const why = await moving.open(async () => {
      const head = await publicHeadOf(sql)
      if (head) await publishLater(publication, head)
    })
    return c.json({ why })
  })
  app.post('/close', async (c) => {
    await demandLeave(moving)
    await moving.close(addressOf(await c.req.text()))
    return c.json({ closed: await closedMark(sql) })
  })
  app.get('/checkpoints', async (c) => {
    const heads = await checkpointsAfter(sql, Number(c.req.query('after') ?? 0), AT_ONCE)
    return c.json({ checkpoints: heads.map(({ note }) => note) })
  })
  app.post('/cards/after', async (c) => {
    const [after = null] = parseCards(await c.req.text())
    return c.json({ cards: await cardsAfter(persons, after, AT_ONCE) })
  })
  app.onError((error, c) => {
    if (error instanceof RegisterError) {
      return answerProblem(c, requestProblem('malformed-body', error.message))
    }
    if (error instanceof RequestError) {
      return answerProblem(c, requestProblem(error.code, error.message))
    }
    throw error
  })
  return app
}

/** What is public is never set back: a log that was set back arrives again behind it. */
async function publishLater(publication: Publication, { size, note }: LogHead): Promise<void> {
  const last = await publication.last()
  if (last === null || sizeOf(last) < size) await publication.publish(note)
}

function demandShort(length: string | undefined): void {
  if (length !== undefined && Number(length) <= MAX_STRETCH) return
  throw new RequestError('too-large', `expected a length of at most ${MAX_STRETCH} bytes`)
}

function demandEmpty(moving: Moving): void {
  if (!moving.inService()) return
  throw new RequestError('malformed-body', 'a log is in service here: nothing moves in')
}

/** What has arrived ends at a checkpoint wherever it was cut: how much is to come is told. */
async function demandWhole({ sql, verify }: Moving, whole: number): Promise<void> {
  const { size, head } = await arrivedIn(sql, verify)
  if (size === whole && head?.size === whole) return
  throw new RequestError('malformed-body', `expected a log of ${whole} entries, ${size} are here`)
}

/** Where a log has left, nobody's card is needed any more. */
async function demandNotLeft({ sql }: Moving): Promise<void> {
  if ((await closedMark(sql)) === null) return
  throw new RequestError('malformed-body', 'the log has left this home: nothing moves in')
}

/** What is not in service may have been set back: that must not move. */
async function demandLeave(moving: Moving): Promise<void> {
  if (moving.inService() || (await closedMark(moving.sql))) return
  throw new RequestError('unavailable', 'the registry is not in service here: see its log')
}

function addressOf(body: string): string {
  const address = body.trim()
  if (/^https?:\/\/[!-~]{1,2000}$/.test(address)) return address
  throw new RequestError('malformed-body', 'expected the address of its new home')
}

/** Digests are compared, so that how long it takes says nothing of the token. */
function isToken(header: string | undefined, token: string): boolean {
  return digestOf(utf8(header ?? '')) === digestOf(utf8(`Bearer ${token}`))
}
