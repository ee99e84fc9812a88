/**
 * Search, and the list of parties.
 *
 * @module
 */
import * as z from 'zod'
import { isDigest, legible } from '../accord/text.ts'
import { PartiesPage, SearchPage } from '../pages/search.tsx'
import { listInstruments } from '../register/instrument.ts'
import { listParties } from '../register/party.ts'
import { holds, searchParties } from '../register/search.ts'
import { page } from './parameters.ts'
import { addVisit, type Site, type Visit } from './visit.ts'

/** How many parties one page of the list has, and how many a search shows. */
const LINES = 100
const FOUND = 50

const shape = { q: z.string().max(200).optional() }

/** Adds the pages. */
export function addSearch(site: Site): void {
  addVisit(site, '/parties', { cursor: page.cursor }, async ({ service, scope, frame, query }) => {
    const { at, size } = scope
    const asked = { at, size, limit: LINES, cursor: query.cursor }
    const { parties, next } = await listParties(service.sql, asked)
    const lines = parties.map((line) => ({ ...line, ended: line.ended !== null }))
    return PartiesPage({ frame, parties: lines, next })
  })
  addVisit(site, '/search', shape, async (visit) => {
    const q = legible(visit.query.q ?? '').trim()
    if (isDigest(q)) return visit.c.redirect(`/attestations/${q}`, 303)
    const isEntry = /^(0|[1-9]\d{0,14})$/.test(q) && Number(q) < visit.scope.size
    if (isEntry) return visit.c.redirect(`/log/entries/${q}`, 303)
    const found = await foundOf(visit, q)
    const host = hostIn(q)
    if (host === null || found.parties.length + found.instruments.length > 0) {
      return SearchPage(found)
    }
    return SearchPage({ ...(await foundOf(visit, host)), q })
  })
}

/** The domain in a link, or in an address of post; null where there is none. */
function hostIn(q: string): string | null {
  const found =
    /^(?:[a-z]+:\/\/)?(?:[^/@\s]*@)?(?:www\.)?([^/:?#\s]+\.[^/:?#\s]+)(?::\d+)?(?:[/?#]\S*)?$/i.exec(
      q,
    )
  return found && found[1]!.toLowerCase()
}

async function foundOf({ service: { sql }, scope, frame }: Visit, q: string) {
  if (q === '') return { frame, q, instruments: [], parties: [], most: null }
  const { at, size } = scope
  const [all, parties] = await Promise.all([
    listInstruments(sql, scope),
    searchParties(sql, q, { at, size, limit: FOUND + 1 }),
  ])
  const instruments = all
    .map(({ id, versions }) => ({ id, title: versions.at(-1)!.title }))
    .filter(({ id, title }) => holds(id, q) || holds(title, q))
  const lines = parties.slice(0, FOUND).map(({ domain, kind, profile, ended }) => ({
    ...{ domain, kind, name: profile.name, ended: ended !== null },
  }))
  return { frame, q, instruments, parties: lines, most: parties.length > FOUND ? FOUND : null }
}
