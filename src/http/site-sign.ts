/**
 * The page on which a company signs.
 *
 * @module
 */
import * as s from '../accord/schema.ts'
import type { InstrumentV1 } from '../accord/statement.ts'
import { SignPage } from '../pages/sign.tsx'
import { listInstruments } from '../register/instrument.ts'
import { demandText } from './site-instrument.ts'
import { addVisit, type Site, withScript } from './visit.ts'

/** Adds the page. */
export function addSign(site: Site): void {
  const { sql } = site.service
  addVisit(site, '/sign', { instrument: s.instrumentId.optional() }, async (visit) => {
    const all = await listInstruments(sql, visit.scope)
    const instruments = all.map(({ id, versions }) => ({ id, title: versions.at(-1)!.title }))
    const found = all.find(({ id }) => id === visit.query.instrument)
    const chosen: InstrumentV1 | null =
      found === undefined
        ? null
        : await demandText(sql, found.id, found.versions.length, visit.scope)
    const keyFile = site.assets.paths.get('key-file.js') ?? null
    return SignPage({
      frame: { ...withScript(visit, 'sign.js'), clock: null },
      ...{ instruments, chosen, keyFile },
    })
  })
}
