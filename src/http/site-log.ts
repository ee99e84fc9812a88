/**
 * The pages of the log, and of what changed in it.
 *
 * @module
 */
import * as z from 'zod'
import type { Sql } from '../../db/sql.ts'
import { DAY, parseTime } from '../accord/text.ts'
import { lagOf } from '../depositary/witnesses.ts'
import { ChangesPage, type ChangesView } from '../pages/changes.tsx'
import { EntryPage, type EntryView, LogPage, type LogView } from '../pages/log.tsx'
import { sizeAt } from '../register/asked.ts'
import { changesBetween, entriesChanged, wordsByTime } from '../register/changes.ts'
import { entryAt } from '../register/log.ts'
import { proveEntry } from '../register/tree.ts'
import { leafHash } from '../tlog/merkle.ts'
import { formatTilePath, tileAt, tilesAt } from '../tlog/tile.ts'
import { count } from './parameters.ts'
import { base64 } from './proof.ts'
import { RequestError } from './request-error.ts'
import { cosignedOf, sayOf } from './site-attestation.ts'
import { tellNews } from './site-text.ts'
import { addVisit, type Site, type Visit } from './visit.ts'

/** How many entries one page tells of. */
const MOST = 50

/** How many changes one page tells of. */
const CHANGES = 100

/** Adds the pages. */
export function addLog(site: Site): void {
  const before = count('a tree size').optional()
  addVisit(site, '/log', { before }, async (visit) => LogPage(await logOf(visit)))
  const index = count('of an entry').optional()
  addVisit(site, '/log/entries', { index }, async ({ c, query }) =>
    c.redirect(query.index === undefined ? '/log' : `/log/entries/${query.index}`, 303),
  )
  addVisit(site, '/log/entries/:index{[0-9]{1,16}}', {}, async (visit) =>
    EntryPage(await entryOf(visit)),
  )
  const bounds = { from: bound.optional(), to: bound.optional() }
  addVisit(site, '/changes', bounds, async (visit) => ChangesPage(await changesOf(visit)))
}

async function logOf({
  service,
  frame,
  query,
}: Visit<{ before?: number | undefined }>): Promise<LogView> {
  const { sql, depositary, clock, origin } = service
  const { note, size, root, time } = depositary.published()
  const upTo = Math.min(query.before ?? size, size)
  const from = Math.max(0, upTo - MOST)
  const indexes = Array.from({ length: upTo - from }, (_, i) => from + i)
  const entries = await tellNews(sql, size, await entriesChanged(sql, indexes, size), [])
  const cosigned = cosignedOf(note, origin)
  return {
    frame: { ...frame, clock: null },
    checkpoint: { note, size, root: base64(root), at: time, cosigned },
    now: clock(),
    asked: depositary.witnesses().map((w) => ({ ...w, lag: lagOf(w, size) })),
    entries,
    older: from > 0 ? from : null,
    newer: upTo < size ? Math.min(size, upTo + MOST) : null,
    levels: levelsOf(size),
  }
}

/** The rightmost tiles of each level: the others follow from their numbers. */
const TILES = 8

function levelsOf(size: number): LogView['levels'] {
  const tiles = tilesAt(size)
  const levels = [...new Set(tiles.map((t) => t.level))]
  return levels.map((level) => ({
    level: String(level),
    paths: tiles
      .filter((t) => t.level === level)
      .slice(-TILES)
      .map(formatTilePath),
  }))
}

async function entryOf({ service, frame, c }: Visit): Promise<EntryView> {
  const { sql, depositary } = service
  const { size, root } = depositary.published()
  const index = Number(c.req.param('index'))
  const entry = index < size ? await entryAt(sql, index) : null
  if (!entry) throw new RequestError('not-found', `the log has ${size} entries, from 0 on`)
  const hashes = await proveEntry(sql, index, size)
  return {
    frame: { ...frame, clock: null },
    ...{ index, at: entry.time, digest: entry.digest, length: entry.body.length },
    says: await sayOf(sql, index),
    leaf: base64(leafHash(entry.body)),
    proof: { size, root: base64(root), hashes: hashes.map(base64) },
    bundle: formatTilePath(tileAt('entries', Math.floor(index / 256), size)),
    next: index + 1 < size ? index + 1 : null,
  }
}

/** A day, which is meant to its end, or a tree size. */
const bound = z
  .string()
  .regex(/^(\d{4}-\d\d-\d\d|0|[1-9]\d{0,14})$/, 'a day, YYYY-MM-DD, or a tree size')
  .refine((text) => !text.includes('-') || endOf(text) !== null, 'a day that there is')

function endOf(day: string): number | null {
  return parseTime(`${day}T23:59:59Z`)
}

/** How far back the page looks where it is not told. */
const LATELY = 30 * DAY

async function changesOf(
  visit: Visit<{ from?: string | undefined; to?: string | undefined }>,
): Promise<ChangesView> {
  const { service, query, frame, scope } = visit
  const { sql } = service
  const upper = query.to === String(scope.size) ? scope : await momentOf(sql, query.to, scope)
  const lower = await momentOf(sql, query.from, scope, upper.at - LATELY)
  if (lower.size > upper.size || lower.at > upper.at) {
    throw new RequestError('bad-parameter', 'from: expected a moment not after that of `to`')
  }
  const to = Math.min(upper.size, lower.size + CHANGES)
  const whole = to === upper.size
  const { entries, byTime } = await changesBetween(sql, lower.size, to)
  const rest = whole ? await since(sql, to, upper.at) : []
  // What time changed is counted from the last entry on, and may have been before the day.
  const later = [...byTime, ...rest].filter(({ at }) => at > lower.at)
  return {
    frame: { ...frame, clock: null },
    asked: { from: query.from ?? '', to: query.to ?? '' },
    ...{ from: lower, to: whole ? upper : await momentOf(sql, String(to), scope) },
    news: await tellNews(sql, to, entries, later),
    next: whole ? null : to,
  }
}

/** A moment: how many entries there were, and when. */
interface Moment {
  readonly size: number
  readonly at: number
}

/** @param otherwise - the time that is meant where none is asked for */
async function momentOf(
  sql: Sql,
  bound: string | undefined,
  now: Moment,
  otherwise = now.at,
): Promise<Moment> {
  const end = bound === undefined ? otherwise : bound.includes('-') ? endOf(bound) : null
  if (end !== null) {
    const at = Math.min(end, now.at)
    return { at, size: await sizeAt(sql, at, now.size) }
  }
  const size = Number(bound)
  await sizeAt(sql, 0, size)
  return { size, at: await timeBefore(sql, size) }
}

/** The time of the last entry of a tree. */
async function timeBefore(sql: Sql, size: number): Promise<number> {
  return (await entryAt(sql, size - 1))?.time ?? 0
}

/** What time alone changed after the last entry of a tree, up to a moment. */
async function since(sql: Sql, size: number, at: number) {
  return wordsByTime(sql, { after: await timeBefore(sql, size), upTo: at, size })
}
